"""Optional dependencies: imported when they are needed, or asked for with the pip line that installs them."""

from importlib import import_module
from types import ModuleType

from tendigits.errors import MissingExtraError

__all__ = ["require"]


def require(module: str, extra: str) -> ModuleType:
    """Import an optional module.

    Args:
        module: the dotted name, as in ``import matplotlib.figure``.
        extra: the extra of tendigits that installs it.

    Raises:
        MissingExtraError: the module, or its package, is not installed.

    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if (error.name or "").partition(".")[0] != package:
            raise
        raise MissingExtraError(package, extra) from error
