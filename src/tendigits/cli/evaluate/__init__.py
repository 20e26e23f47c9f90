"""``tendigits evaluate``: trained weights on a test set, reading on the images of a folder, or what was reviewed.

The command imports what it calls when it is run: nothing here but ``command`` is loaded before.
"""

from tendigits.cli.evaluate.command import app

__all__ = ["app"]
