"""``tendigits evaluate``: trained weights, measured on a test set or on the images of a folder.

The command imports what it calls when it is run: nothing here but ``command`` is loaded before.
"""

from tendigits.cli.evaluate.command import app

__all__ = ["app"]
