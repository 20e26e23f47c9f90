"""A reading drawn on its image: boxes and digits, coloured by how sure they are, and strokes left out."""

from tendigits.reading.annotate.picture import annotated, encoded

__all__ = ["annotated", "encoded"]
