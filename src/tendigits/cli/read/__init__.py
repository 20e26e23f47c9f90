"""``tendigits read``: images in, numbers out, and how far to trust each.

The command imports what it calls when it is run: nothing here but ``command`` is loaded before.
"""

from tendigits.cli.read.command import app

__all__ = ["app"]
