"""What a computer needs is found out on any other."""

from zipfile import ZipFile

import pytest
from classroom import Target, gather
from classroom.target import this_platform, this_python
from classroom.wheels import required, versions_for
from packaging.markers import default_environment

WINDOWS, MAC, LINUX = Target("win_amd64", "3.12"), Target("macosx_arm64", "3.11"), Target("linux_x86_64", "3.13")

REQUIREMENTS = """
Requires-Dist: numpy>=2
Requires-Dist: uvloop; sys_platform != 'win32'
Requires-Dist: colorama; platform_system == 'Windows'
Requires-Dist: older; python_version < '3.12'
Requires-Dist: Nice_Name[fast]; extra == 'train'
Requires-Dist: other; extra == 'other'
"""


@pytest.fixture
def wheel(tmp_path):
    """Write a wheel of the project's name that is nothing but what it says it requires."""

    def write(requirements):
        path = tmp_path / "tendigits-0-py3-none-any.whl"
        with ZipFile(path, "w") as archive:
            metadata = f"Metadata-Version: 2.1\nName: tendigits\nVersion: 0\n{requirements.strip()}\n"
            archive.writestr("tendigits-0.dist-info/METADATA", metadata)
        return path

    return write


def test_markers_are_asked_about_this_computer_as_pip_asks_them():
    described = Target(this_platform(), this_python()).environment

    assert described.items() - default_environment().items() <= {("python_full_version", f"{this_python()}.0")}


@pytest.mark.parametrize(
    ("target", "expected"),
    [(WINDOWS, {"numpy", "colorama"}), (MAC, {"numpy", "uvloop", "older"}), (LINUX, {"numpy", "uvloop"})],
    ids=["Windows", "macOS", "Linux"],
)
def test_requirements_are_those_of_the_target(target, expected, wheel):
    assert {name for name, _ in required(wheel(REQUIREMENTS), [], target)} == expected


def test_versions_are_those_that_are_tested_on_the_target_s_python():
    of_two = {python: versions_for(Target("linux_x86_64", python)) for python in ("3.13", "3.14")}

    assert of_two["3.13"]["h5py"] == "3.14.0"  # TensorFlow takes no newer one
    assert of_two["3.14"]["h5py"] == "3.16.0"  # the older one has no wheel
    assert {name: of_two["3.14"][name] for name in of_two["3.13"] if name != "h5py"} == {
        name: version for name, version in of_two["3.13"].items() if name != "h5py"
    }


def test_requirements_of_extras_come_with_the_extras_that_they_ask_for(wheel):
    assert ("nice-name", frozenset({"fast"})) in set(required(wheel(REQUIREMENTS), ["train"], LINUX))


def test_wheels_for_another_computer_are_fetched_with_all_that_they_require(wheel, tmp_path):
    (tmp_path / "wheels").mkdir()

    requirements = "uvloop; sys_platform != 'win32'", "colorama; os_name == 'nt'", "httptools", "typing-inspection"
    gather(wheel("\n".join(f"Requires-Dist: {each}" for each in requirements)), WINDOWS, tmp_path / "wheels")

    names = {path.name.split("-")[0]: path.name for path in (tmp_path / "wheels").iterdir()}
    required_by_wheels = {"typing_extensions"}
    assert names.keys() == {"tendigits", "pip", "colorama", "httptools", "typing_inspection"} | required_by_wheels
    assert names["httptools"].endswith("-cp312-cp312-win_amd64.whl")


def test_a_wheel_that_cannot_be_had_ends_it_with_a_sentence(wheel, tmp_path):
    with pytest.raises(SystemExit, match="No kit was made"):
        gather(wheel("Requires-Dist: h5py"), Target("win_amd64", "2.7"), tmp_path)
