"""Pages of MNIST's test digits, clean and well apart: what a reader has to be able to read."""

import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from paper import APART, CONDITIONS, write


def page(mnist, *counts, condition="clean", seed=1, gap=APART):
    """Return a page with lines of so many digits; its picture, text and boxes."""
    images, labels = (array[:300] for array in mnist[1])
    whole = [i for i, image in enumerate(images) if cv2.connectedComponents((image > 90).astype(np.uint8))[0] == 2]
    generator = np.random.default_rng(seed)
    chosen = iter(generator.permutation(whole))
    digits = [[(images[i], int(labels[i])) for i in (next(chosen) for _ in range(count))] for count in counts]
    spacing = CONDITIONS[condition] if condition.startswith("icon") else CONDITIONS[condition].spaced(gap)
    return write(digits, spacing, generator)


def save(path, picture):
    """Write a picture, RGB, as the file that the ending of its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture[..., ::-1])
    return path
