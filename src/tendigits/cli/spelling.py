"""A command to go on with, spelled so that it works as it stands where it is printed."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["command_line"]


def command_line(*arguments: str | Path | None) -> str:
    """Return a command line that works as it stands here, whether or not the environment is activated."""
    words = [*_program(), *(str(word) for word in arguments if word is not None)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def _program() -> list[str]:
    """Return how this program was called: by its name where the shell finds it, else by its path."""
    program = Path(sys.argv[0])
    if program.stem != "tendigits":
        return [_relative(Path(sys.executable)), "-m", "tendigits"]
    found = shutil.which("tendigits")
    by_name = found is not None and Path(found).resolve().with_suffix("") == program.resolve().with_suffix("")
    return ["tendigits"] if by_name else [_relative(program)]


def _relative(path: Path) -> str:
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
