"""The network that sees a whole line: its layers, and what it tells about lines that are written here."""

import sys
from pathlib import Path

import jax
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from segmentation.examples import owned_lines
from segmentation.rows import greedy
from segmentation.written import Writer

from tendigits.reading.glyphs.frames import BLANK, FRAME, LAYERS, OUTPUTS, ROOM, cuts, frames
from tendigits.reading.glyphs.views import ROWS, View


@pytest.mark.parametrize("number", range(len(LAYERS)))
def test_a_layer_is_a_convolution(number):
    layer, generator = LAYERS[number], np.random.default_rng(number)
    units = 3
    below = generator.normal(size=(2, 14, 22, units)).astype(np.float32)
    kernel = generator.normal(size=(*layer.window, units, 5)).astype(np.float32)
    ours = layer.windows(below) @ kernel.reshape(-1, 5)
    padding = [(border, border) for border in layer.border]
    theirs = jax.lax.conv_general_dilated(
        below, kernel, layer.step, padding, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    assert ours.shape == theirs.shape
    assert ours == pytest.approx(np.asarray(theirs), abs=1e-4)


def test_from_all_rows_of_a_line_one_is_left():
    height = ROWS
    for layer in LAYERS:
        height = (height + 2 * layer.border[0] - layer.window[0]) // layer.step[0] + 1
    assert height == 1


@pytest.mark.parametrize("columns", [1, 2, 37, 200])
def test_each_frame_has_probabilities_of_all_classes(columns):
    ink = np.random.default_rng(columns).integers(0, 256, (ROWS, columns)).astype(np.uint8)
    told = frames(ink)
    assert told.shape == ((columns + columns % FRAME + 2 * ROOM) // FRAME, OUTPUTS)
    assert np.exp(told).sum(axis=1) == pytest.approx(1)


@pytest.fixture
def blanks():
    """What is told of 20 frames, of which all but the third and the tenth are a little more probably blank."""
    told = np.log(np.full((20, OUTPUTS), 0.04))
    told[:, BLANK] = np.log(0.56)
    told[[2, 9], BLANK] = np.log(1e-6)
    return told


def test_a_cut_is_between_the_frames_where_it_is_on_the_line(blanks):
    places = np.array([-1e4, 0, 2 * FRAME, 1e4])
    assert cuts(places, blanks).tolist() == [0, ROOM // FRAME, ROOM // FRAME + 2, 20]


def test_where_something_is_noticed_a_cut_is_beside_it(blanks):
    places = (np.array([9.2, 8.8, 2.4]) * FRAME) - ROOM
    assert cuts(places, blanks).tolist() == [10, 8, 3]


def test_where_there_is_no_ink_all_frames_are_blank():
    assert (frames(np.zeros((ROWS, 60), np.uint8)).argmax(axis=1) == BLANK).all()


def test_what_stands_further_right_is_told_of_later_frames(mnist):
    ink = np.zeros((ROWS, 240), np.uint8)
    ink[4:24, 110:130] = mnist[1][0][0][4:24, 4:24]
    moved = np.roll(ink, 5 * FRAME, axis=1)
    assert frames(moved)[25:110] == pytest.approx(frames(ink)[20:105], abs=1e-3)  # which do not see the border


def test_most_lines_are_told_right_without_anything_else(mnist):
    writer, generator = Writer(*mnist[1]), np.random.default_rng(4)
    lines = [line for _ in range(60) for line in owned_lines(writer.line(generator))]
    right = [greedy(frames(View(line.canvas).ink)) == line.transcript()[0].tolist() for line in lines]
    assert np.mean(right) > 0.6
