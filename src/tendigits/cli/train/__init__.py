"""``tendigits train``: a new run or one that is gone on with, of one seed or several, and what is shown of it.

The command imports what it calls when it is run: nothing here but ``command`` and ``options`` is loaded before.
"""

from tendigits.cli.train.command import app

__all__ = ["app"]
