"""What is crossed out: a word that can't be read any more, under strokes back and forth."""

import numpy as np

from paper.strokes import Path, smoothed, unsteady


def crossed_out(length: float, height: float, generator: np.random.Generator) -> list[Path]:
    """Return paths of something written and crossed out, with its left end in the middle at 0, in pixels."""
    word = _word(length, height, generator)
    cross = (_zigzag, _struck, _hatched)[generator.integers(3)](length, height, generator)
    return [unsteady(path, height / 60, generator) for path in [word, *cross]]


def blotted_out(length: float, height: float, generator: np.random.Generator) -> list[Path]:
    """Return paths of a pen that went to and fro over something of this size, and up to half as much beyond it."""
    size = np.array([length, height])
    paths = [_to_and_fro(generator) * size for _ in range(generator.integers(1, 4))]
    return [unsteady(path, height / 60, generator) for path in paths]


def _to_and_fro(generator: np.random.Generator) -> Path:
    """Return a zigzag of 1 by 1 around 0, turned by any angle."""
    turns = int(generator.integers(10, 20))
    along = np.linspace(-0.5, 0.5, turns) + generator.normal(0, 0.04, turns)
    across = np.resize([-0.5, 0.5], turns) * generator.uniform(0.6, 1, turns)
    angle = generator.uniform(0, np.pi)
    turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return smoothed(np.column_stack([along, across]) @ turned)


def _word(length: float, height: float, generator: np.random.Generator) -> Path:
    x = np.linspace(0, length, max(int(6 * length / height), 5))
    y = np.resize([-0.3, 0.3], len(x)) * height * generator.uniform(0.4, 1, len(x))
    return smoothed(np.column_stack([x + generator.normal(0, height / 10, len(x)), y]))


def _zigzag(length: float, height: float, generator: np.random.Generator) -> list[Path]:
    """Scribble all over it."""
    turns = int(generator.uniform(10, 22) * length / height) + 4
    x = np.linspace(-height / 4, length + height / 4, turns) + generator.normal(0, height / 8, turns)
    y = np.resize([-0.55, 0.55], turns) * height * generator.uniform(0.7, 1, turns)
    return [smoothed(np.column_stack([x, y]))]


def _struck(length: float, height: float, generator: np.random.Generator) -> list[Path]:
    """Strike it through a few times."""
    ends = np.array([-0.2 * height, length + 0.2 * height])
    return [np.column_stack([ends, generator.normal(0, height / 8, 2)]) for _ in range(generator.integers(2, 5))]


def _hatched(length: float, height: float, generator: np.random.Generator) -> list[Path]:
    """Cross it with slanted strokes, one beside the other."""
    places = np.arange(-0.1 * height, length + 0.1 * height, height * generator.uniform(0.15, 0.3))
    return [np.array([[x - height / 4, height / 2], [x + height / 4, -height / 2]]) for x in places]
