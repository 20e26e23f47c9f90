"""``tendigits serve``: a page to write on and an API, on this machine or for those around it.

The command imports what it calls when it is run: nothing here but ``command`` is loaded before.
"""

from tendigits.cli.serve.command import app

__all__ = ["app"]
