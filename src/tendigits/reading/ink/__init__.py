"""From pixels to ink: what was written, bright on 0, whatever it was written with, on what, and in which light."""

from tendigits.reading.ink.finding import Ink, find_ink

__all__ = ["Ink", "find_ink"]
