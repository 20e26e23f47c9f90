"""Photographs, scans and drawings of handwritten numbers that nobody wrote, with what they say.

    generator = np.random.default_rng(1)
    page = write([[(image, 7), (image, 3)]], CONDITIONS["phone photo"], generator)
    page.pixels, page.text, page.boxes

The digits are MNIST's; everything else is drawn by a NumPy generator, and its state decides it all. A page is made as a
photograph is: ink (`glyph`, `writing`, `pens`) on paper (`surface`, `ruling`) in some light (`light`) before a camera
(`camera`, `table`) whose sensor makes a file of it (`sensor`). `presets` has the conditions by name, and `nonsense`
pages without a digit. `python tools/paper/sheet.py -o sheet.png` shows them all.
"""

from paper.condition import APART, OVERLAPPING, TOUCHING, Condition
from paper.page import Page, write
from paper.presets import CONDITIONS

__all__ = ["APART", "CONDITIONS", "OVERLAPPING", "TOUCHING", "Condition", "Page", "write"]
