"""A computer that a kit is for: its platform and its Python."""

import platform
import sys
from dataclasses import dataclass

_GLIBC = 28
"""The newest minor version of glibc 2 that wheels for Linux may ask for: Debian 10's and RHEL 8's."""


@dataclass(frozen=True)
class _Platform:
    """A kind of system as wheels' names and as requirements' markers know it, and as people do.

    Attributes:
        tags: the ends of names of wheels that install there; pip adds older systems to a Mac's.
        said: what people call it.
        sys_platform: as Python does, like the others.

    """

    tags: tuple[str, ...]
    said: str
    sys_platform: str
    platform_system: str
    os_name: str
    platform_machine: str


def _linux(machine: str, said: str) -> _Platform:
    versions = (f"manylinux_2_{minor}" for minor in range(_GLIBC, 4, -1))
    tags = tuple(f"{name}_{machine}" for name in (*versions, "manylinux2014", "manylinux2010", "manylinux1"))
    return _Platform(tags, said, "linux", "Linux", "posix", machine)


PLATFORMS = {
    "linux_x86_64": _linux("x86_64", "Linux"),
    "linux_aarch64": _linux("aarch64", "Linux on Arm"),
    "macosx_arm64": _Platform(
        ("macosx_14_0_arm64",), "macOS 14 on Apple silicon", "darwin", "Darwin", "posix", "arm64"
    ),
    "win_amd64": _Platform(("win_amd64",), "Windows", "win32", "Windows", "nt", "AMD64"),
}
"""Where networks are trained, by name: JAX has wheels for these."""


@dataclass(frozen=True)
class Target:
    """A platform, by its name, and a Python, as ``3.12``."""

    platform: str
    python: str

    def __str__(self) -> str:
        return f"Python {self.python} on {PLATFORMS[self.platform].said}"

    @property
    def environment(self) -> dict[str, str]:
        """What markers of requirements are asked about."""
        found = PLATFORMS[self.platform]
        return {
            "sys_platform": found.sys_platform,
            "platform_system": found.platform_system,
            "os_name": found.os_name,
            "platform_machine": found.platform_machine,
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
        }

    @property
    def pip_options(self) -> list[str]:
        """How pip is told to choose wheels for it, whatever it runs on."""
        tags = [f"--platform={tag}" for tag in PLATFORMS[self.platform].tags]
        return ["--only-binary=:all:", f"--python-version={self.python}", *tags]


def this_platform() -> str:
    """Name the platform that this runs on, or end with the names that there are."""
    here = (sys.platform, platform.machine())
    names = (name for name, each in PLATFORMS.items() if here == (each.sys_platform, each.platform_machine))
    return next(names, None) or sys.exit(f"JAX has no wheels for {here}: name a platform of {', '.join(PLATFORMS)}")


def this_python() -> str:
    """Return the version of the Python that runs this, without its last part."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"
