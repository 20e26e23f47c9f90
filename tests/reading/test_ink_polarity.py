"""Dark ink on light ground and light ink on dark ground are the same ink."""

import numpy as np
import pytest
from ink_pages import drawing, likeness, on_paper, photograph

from tendigits.reading.ink import find_ink


@pytest.mark.parametrize("name", ["phone photo", "chalkboard", "icon", "drawing, light on dark", "very thick"])
def test_an_inverted_page_has_the_same_ink(mnist, name):
    page = photograph(mnist, name, 1 if name == "icon" else 3).pixels
    one, other = find_ink(page), find_ink(np.invert(page))
    assert (one.strength == other.strength).all()
    assert (one.scale, one.stroke_width) == (other.scale, other.stroke_width)
    assert one.strength.any()


@pytest.mark.parametrize("size", [24, 60, 140, 400])
def test_light_on_dark_at_every_size(mnist, size):
    ink = drawing(mnist, 2, size)
    assert likeness(on_paper(ink, pen=(240, 240, 235), paper=(30, 34, 40)), ink) > 0.7
