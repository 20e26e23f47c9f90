"""From whatever a user hands over to pixels: paths, bytes, file objects and arrays; eleven formats; nothing trusted."""

from tendigits.image.pages import pages

__all__ = ["pages"]
