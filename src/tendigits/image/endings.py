"""Which files of a folder are images, by their names; the content decides when one is read."""

__all__ = ["ENDINGS"]

ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".gif", ".webp", ".bmp", ".dib"),
    *(".avif", ".heic", ".heif", ".hif", ".pbm", ".pgm", ".ppm", ".pnm"),
)
"""How the names of images end, in small or in capital letters."""
