"""Pages without digits: of every kind, and with nothing to read."""

import os
from dataclasses import replace

import numpy as np
import pytest
from paper import CONDITIONS
from paper.letters import PACKAGES, fonts
from paper.nonsense import KINDS, nonsense
from paper.things import THINGS


def page(kind, on="scan", seed=1):
    return nonsense(kind, replace(CONDITIONS[on], frame=(300, 400)), np.random.default_rng(seed))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "letters"])
@pytest.mark.parametrize("on", ["scan", "form boxes", "chalkboard", "drawing"])
def test_every_kind_is_a_page_that_says_nothing(kind, on):
    made = page(kind, on)
    assert (made.pixels.shape, made.pixels.dtype) == ((300, 400, 3), np.uint8)
    assert (made.text, made.boxes, made.condition) == ("", [], on)
    assert (made.pixels == page(kind, on).pixels).all()
    assert (made.pixels != page(kind, on, seed=2).pixels).any() or kind == "blank"


@pytest.mark.parametrize("kind", ["doodles", "crossings-out"])
def test_what_is_drawn_has_ink(kind):
    assert all((page(kind, "drawing", seed).pixels == 0).mean() > 0.001 for seed in range(5))


@pytest.mark.parametrize("paint", THINGS)
def test_things_fill_the_picture(paint):
    picture = paint((120, 160), np.random.default_rng(1))
    assert (picture.shape, picture.dtype) == ((120, 160, 3), np.float32)
    assert picture.std() > 0.005


def test_letters_are_written_in_fonts_of_this_machine():
    try:
        fonts()
    except FileNotFoundError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    assert (page("letters", "drawing").pixels == 0).mean() > 0.001


def test_without_fonts_the_packages_are_named(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        fonts((tmp_path,))
    assert all(package in str(caught.value) for package in PACKAGES)
