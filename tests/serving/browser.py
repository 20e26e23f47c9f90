"""How Chromium is started here."""

import os

__all__ = ["ARGUMENTS"]

ARGUMENTS = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
"""It has no sandbox for root."""
