"""All wheels that a computer needs, found out on another.

pip takes a foreign computer's wheels, but asks the markers of requirements (``uvloop; sys_platform != "win32"``) about
the computer that it runs on. So pip only fetches here, and the requirements are followed by what the wheels themselves
say. Every version is known beforehand: nothing needs to be resolved.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from classroom.target import Target

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
WANTED = {("tendigits", frozenset({"train", "serve", "heic"})), ("pip", frozenset())}
"""Names and extras: pupils' phones photograph in HEIC. pip's wheel installs itself and the others, as a Python may come
without pip."""


def build(folder: Path) -> Path:
    """Build the project's own wheel into a folder, and return it."""
    _pip("wheel", "--no-deps", f"--wheel-dir={folder}", ROOT)
    return wheels_by_name(folder)["tendigits"]


def gather(project: Path, target: Target, folder: Path) -> None:
    """Add to a folder the project's wheel, and every other that its extras need on the target."""
    with TemporaryDirectory() as emptied:
        fetched = Path(emptied)
        shutil.copy(project, fetched)
        _follow(target, fetched)
        for wheel in fetched.iterdir():
            shutil.move(wheel, folder / wheel.name)


def wheels_by_name(folder: Path) -> dict[str, Path]:
    """Return a folder's wheels by the names of their projects, of which it holds one each."""
    return {parse_wheel_filename(path.name)[0]: path for path in folder.glob("*.whl")}


def required(wheel: Path, extras: Iterable[str], target: Target) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the names and extras of what a wheel with these extras requires on the target."""
    asked = [target.environment | {"extra": extra} for extra in ("", *extras)]
    for line in _metadata(wheel):
        requirement = Requirement(line)
        if requirement.marker is None or any(requirement.marker.evaluate(each) for each in asked):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def versions_for(target: Target) -> dict[str, str]:
    """Return the versions of constraints.txt by name: of some packages it has one for each of several Pythons."""
    lines = (line for line in CONSTRAINTS.read_text("utf-8").splitlines() if not line.startswith("#"))
    about = target.environment
    meant = (each for each in map(Requirement, lines) if each.marker is None or each.marker.evaluate(about))
    return {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in meant}


def _follow(target: Target, folder: Path) -> None:
    """Fetch what is wanted, what that requires, and so on until there is nothing new."""
    seen, new = set(), WANTED
    while new:
        _fetch({name for name, _ in new} - wheels_by_name(folder).keys(), target, folder)
        wheels = wheels_by_name(folder)
        seen |= new
        new = {each for name, extras in new for each in required(wheels[name], extras, target)} - seen


def _fetch(names: set[str], target: Target, folder: Path) -> None:
    if names:
        versions = versions_for(target)
        pinned = [f"{name}=={versions[name]}" for name in sorted(names)]
        _pip("download", "--no-deps", f"--dest={folder}", *target.pip_options, *pinned)


def _metadata(wheel: Path) -> list[str]:
    """Return the lines of a wheel that say what it requires."""
    name, version, *_ = wheel.name.split("-")
    with ZipFile(wheel) as archive:
        return message_from_bytes(archive.read(f"{name}-{version}.dist-info/METADATA")).get_all("Requires-Dist", [])


def _pip(*arguments: str | Path) -> None:
    """Run pip, which says only what goes wrong, and end where something does."""
    done = subprocess.run([sys.executable, "-m", "pip", "-qq", *arguments], check=False)  # noqa: S603 - our arguments
    if done.returncode:
        sys.exit("No kit was made: pip says above what it cannot get.")
