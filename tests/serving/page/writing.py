"""Digits written on the page, as people do: along strokes, with the mouse or a finger."""

import numpy as np

from tendigits.training.hands import FORMS, _stroke

__all__ = ["strokes_of", "touch_stroke", "write", "write_strokes"]

CLEAR = ("round", "flag", "loop", "round", "open", "one stroke", "curved", "crossed", "one stroke", "straight")
"""Of each digit from 0 to 9, a form that can be mistaken for no other."""


def strokes_of(digit, height):
    """Return the strokes of a digit: float (n, 2) each, x and y from 0 on, about twenty points."""
    generator = np.random.default_rng(digit)
    strokes = [_stroke(stroke.split(), 0.5, generator) for stroke in FORMS[digit][CLEAR[digit]].split("|")]
    corner = np.concatenate(strokes).min(axis=0)
    return [(stroke[:: max(1, len(stroke) // 20)] - corner) * height / 100 for stroke in strokes]


def write(page, digits, left=60, gap=40):
    """Write digits in a row with the mouse, from this many pixels on the sheet on; return where the row ends."""
    sheet = page.locator("#canvas").bounding_box()
    height = 0.5 * sheet["height"]
    for digit in map(int, digits):
        strokes = strokes_of(digit, height)
        corner = np.array([sheet["x"] + left, sheet["y"] + 0.25 * sheet["height"]])
        write_strokes(page, [stroke + corner for stroke in strokes])
        left += float(np.concatenate(strokes)[:, 0].max()) + gap
    return left


def write_strokes(page, strokes):
    for stroke in strokes:
        (x, y), *others = stroke.tolist()
        page.mouse.move(x, y)
        page.mouse.down()
        for x, y in others:
            page.mouse.move(x, y)
        page.mouse.up()


def touch_stroke(page, points):
    """Move a finger along points of the window."""
    session = page.context.new_cdp_session(page)
    first, *others = [[{"x": x, "y": y}] for x, y in np.asarray(points).tolist()]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": first})
    for place in others:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": place})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
