"""A set-up that can't be done says why, before it writes anything."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

HANDED_OUT = Path(__file__).parents[2] / "tools" / "classroom" / "handed_out"
GUIDE = b"the guide"
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def set_up(tmp_path):
    """Set up a kit that holds nothing but a guide and a wheel of pip's name; return what the set-up says in the end."""
    kit, desk = tmp_path / "kit", tmp_path / "desk"
    (kit / "wheels").mkdir(parents=True)
    (kit / "wheels" / "pip-1-py3-none-any.whl").touch()
    (kit / "install.py").write_bytes((HANDED_OUT / "install.py").read_bytes())
    (kit / "GUIDE.html").write_bytes(GUIDE)

    def run(python=THIS_PYTHON, guide=GUIDE):
        manifest = {
            "tendigits": "0.1.0",
            "made_for": [{"python": python, "said": f"Python {python} on Mars"}],
            "files": [{"path": "GUIDE.html", "sha256": hashlib.sha256(guide).hexdigest()}],
        }
        (kit / "MANIFEST.json").write_text(json.dumps(manifest))
        result = subprocess.run([sys.executable, kit / "install.py", desk], capture_output=True, text=True, check=False)
        assert result.returncode == 1
        return result.stderr.splitlines()[-1], desk

    return run


def test_another_python_than_the_kits_is_named_with_those_it_is_for(set_up):
    said, desk = set_up(python="2.7")

    assert said == f"This is Python {THIS_PYTHON}, and this kit is for Python 2.7 on Mars."
    assert not desk.exists()


def test_a_folder_with_other_things_is_left_as_it_is(set_up, tmp_path):
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "thesis.txt").touch()

    said, desk = set_up()

    assert said.startswith(f"{desk} holds other things: name another folder")
    assert [path.name for path in desk.iterdir()] == ["thesis.txt"]


def test_a_set_up_that_was_broken_off_is_made_anew(set_up):
    first, _ = set_up()

    again, _ = set_up()

    assert first.startswith("Not installed")
    assert again == first


def test_a_damaged_file_is_named(set_up):
    said, desk = set_up(guide=b"another")

    assert said.endswith("GUIDE.html is missing or damaged: copy the kit again.")
    assert not desk.exists()


def test_wheels_that_do_not_install_here_are_answered_with_what_the_kit_is_for(set_up):
    said, _ = set_up()

    assert said.startswith(f"Not installed; this kit is for Python {THIS_PYTHON} on Mars, and this is {THIS_PYTHON}.")
