"""Words in fonts that look like handwriting, without the letters that look like digits.

The fonts are Debian's: `apt-get install fonts-dkg-handwriting fonts-femkeklaver`, or any of the other `PACKAGES`.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from paper.glyph import Coverage

PACKAGES = {
    "fonts-breip": ("Breip.ttf",),
    "fonts-comic-neue": ("ComicNeue-Regular.otf", "ComicNeue-Light.otf"),
    "fonts-dancingscript": ("DancingScript-Regular.otf",),
    "fonts-dkg-handwriting": ("dkg.ttf",),
    "fonts-femkeklaver": ("femkeklaver.ttf",),
    "fonts-humor-sans": ("Humor-Sans.ttf",),
    "fonts-kristi": ("Kristi.ttf",),
    "fonts-rufscript": ("Rufscript010.ttf",),
}
"""Debian's packages, and the files in them that are used."""

FOLDERS = (Path("/usr/share/fonts"), Path("~/.local/share/fonts"))
"""Where Debian puts fonts, and where users do."""

LETTERS = "ACEFHJKLMNPRTUVWXYacefhjkmnprtuvwxy"
"""All but those that somebody writes as a digit: B, D, G, I, O, Q, S and Z, b, g, i, l, o, q, s and z; and d, as some
fonts have only capitals."""


def fonts(folders: tuple[Path, ...] = FOLDERS) -> list[Path]:
    """Return the fonts that are installed, in the order of their names.

    Raises:
        FileNotFoundError: there is none.

    """
    names = {name for names in PACKAGES.values() for name in names}
    found = {path.name: path for folder in folders for path in folder.expanduser().rglob("*.?tf") if path.name in names}
    if not found:
        raise FileNotFoundError(
            f"none of the fonts that look like handwriting is in {' or '.join(map(str, folders))}; "
            f"on Debian: apt-get install {' '.join(PACKAGES)}"
        )
    return [found[name] for name in sorted(found)]


def word(font: Path, height: float, width: float, generator: np.random.Generator) -> Coverage:
    """Return one to seven letters, capitals about as high as this but no word wider: float32 (height, width), ink 1."""
    text = "".join(generator.choice(list(LETTERS), generator.integers(1, 8)))
    em = 1.4 * height
    em *= min(1, 0.95 * width / ImageFont.truetype(str(font), em).getlength(text))
    loaded = ImageFont.truetype(str(font), max(em, 4))
    left, top, right, bottom = (round(side) for side in loaded.getbbox(text))
    image = Image.new("L", (right - left + 4, bottom - top + 4))
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, fill=255, font=loaded)
    return np.asarray(image, np.float32) / 255
