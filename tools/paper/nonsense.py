"""Pages that hold no digit: a reader should find nothing on them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from paper.camera import sheet_for
from paper.condition import Condition
from paper.crossings import crossed_out
from paper.doodles import DOODLES
from paper.glyph import Coverage
from paper.letters import fonts, word
from paper.page import Page, photographed
from paper.ranges import drawn, one_of
from paper.sensor import recorded
from paper.strokes import draw, unsteady
from paper.things import thing
from paper.writing import Area, Writing

_Ink = Callable[[Coverage, Area, float, float, np.random.Generator], None]
"""Draws on a sheet: its ink, the area, the height that digits would have and the width of the pen, in pixels."""


def nonsense(kind: str, condition: Condition, generator: np.random.Generator) -> Page:
    """Return a page without digits.

    Args:
        kind: one of `KINDS`.
        condition: on what it is drawn, and how photographed.
        generator: the same state makes the same page.

    Raises:
        KeyError: there is no such kind.
        FileNotFoundError: it shows letters, and no font for them is installed; the message names packages.

    """
    return KINDS[kind](condition, generator)


def _of_ink(draw_on: _Ink) -> Callable[[Condition, np.random.Generator], Page]:
    def page(condition: Condition, generator: np.random.Generator) -> Page:
        area = sheet_for(condition.frame, condition.camera, condition.margin, generator)
        height = drawn(condition.hand.height, generator) * condition.frame[0]
        pen = drawn(condition.pen.width or (0.08, 0.12), generator) * height
        ink = np.zeros(area.sheet, np.float32)
        draw_on(ink, area, height, max(pen, 1.0), generator)
        ruled = replace(condition.ruling.of_a_page(generator), height=height)
        ruled = ruled.at([area.top + height * generator.uniform(1, 2)], area.left, int(generator.integers(4, 10)))
        return photographed(Writing(ink, (), height, ruled), area, "", condition, generator)

    return page


def _nothing(*_: object) -> None:
    pass


def _doodles(ink: Coverage, area: Area, height: float, pen: float, generator: np.random.Generator) -> None:
    for slot in _slots(area, 2, 2, generator):
        size = min(height * generator.uniform(1, 4), 0.9 * slot.height, 0.9 * slot.width)
        corner = _somewhere(slot, size, size, generator)
        lean = np.eye(2) + generator.normal(0, 0.1, (2, 2))
        paths = [path @ lean * size + corner for path in one_of(DOODLES, generator)(generator)]
        draw(ink, [unsteady(path, size / 150, generator) for path in paths], pen)


def _crossings(ink: Coverage, area: Area, height: float, pen: float, generator: np.random.Generator) -> None:
    for slot in _slots(area, 3, 1, generator):
        high = min(height, 0.8 * slot.height)
        length = min(high * generator.uniform(0.8, 5), 0.8 * slot.width)
        corner = _somewhere(slot, high, length, generator) + np.array([0, high / 2])
        draw(ink, [path + corner for path in crossed_out(length, high, generator)], pen)


def _letters(ink: Coverage, area: Area, height: float, _: float, generator: np.random.Generator) -> None:
    font = one_of(tuple(fonts()), generator)
    for slot in _slots(area, 3, 1, generator):
        written = word(font, min(height, 0.6 * slot.height), slot.width, generator)
        x, y = _somewhere(slot, *written.shape, generator).astype(int)
        place = ink[y : y + written.shape[0], x : x + written.shape[1]]
        np.maximum(place, written[: place.shape[0], : place.shape[1]], out=place)


def _things(condition: Condition, generator: np.random.Generator) -> Page:
    return Page(recorded(thing(condition.frame, generator), condition.sensor, generator), "", [], condition.name)


def _slots(area: Area, rows: int, columns: int, generator: np.random.Generator) -> list[Area]:
    """Return some of the parts of the area that lie in so many rows and columns, at least one."""
    height, width = area.height / rows, area.width / columns
    slots = [
        replace(area, top=area.top + row * height, left=area.left + column * width, height=height, width=width)
        for row in range(rows) for column in range(columns)
    ]  # fmt: skip
    chosen = generator.permutation(len(slots))[: generator.integers(1, len(slots) + 1)]
    return [slots[i] for i in chosen]


def _somewhere(area: Area, tall: float, wide: float, generator: np.random.Generator) -> np.ndarray:
    """Return x and y of a corner from which so much stays within the area."""
    spare = np.maximum([area.width - wide, area.height - tall], 0)
    return np.array([area.left, area.top]) + generator.random(2) * spare


KINDS: Mapping[str, Callable[[Condition, np.random.Generator], Page]] = {
    "blank": _of_ink(_nothing),
    "doodles": _of_ink(_doodles),
    "crossings-out": _of_ink(_crossings),
    "letters": _of_ink(_letters),
    "things": _things,
}
"""How each kind is made."""
