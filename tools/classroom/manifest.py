"""What is in a kit: the versions, sizes and SHA-256 of its files, and which computers it is for."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from packaging.utils import parse_wheel_filename

from classroom.target import Target


def manifest(folder: Path, version: str, targets: Sequence[Target]) -> dict[str, Any]:
    """Describe a folder of the project's version for these computers, every file that is in it now."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "tendigits": version,
        "made_for": [{"python": each.python, "platform": each.platform, "said": str(each)} for each in targets],
        "bytes": sum(path.stat().st_size for path in paths),
        "files": [_described(path, folder) for path in paths],
    }


def _described(path: Path, folder: Path) -> dict[str, str | int]:
    version = {"version": str(parse_wheel_filename(path.name)[1])} if path.suffix == ".whl" else {}
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": path.relative_to(folder).as_posix(), **version, "bytes": path.stat().st_size, "sha256": sha256}
