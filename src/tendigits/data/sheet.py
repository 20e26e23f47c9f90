"""A few examples to look at: as many of each class, drawn at random."""

import numpy as np

from tendigits.data.digits import Arrays

__all__ = ["digits_of_each_class"]


def digits_of_each_class(examples: Arrays, each: int, seed: int) -> Arrays:
    """Return some examples of each class, class after class within each row of ten.

    Args:
        examples: images (n, ...) and labels (n,).
        each: how many of each class; of a class that has fewer, as many as there are.
        seed: the same seed gives the same examples.

    """
    images, labels = examples
    order = np.random.default_rng(seed).permutation(len(labels))
    of_class = [order[labels[order] == label][:each] for label in np.unique(labels)]
    rows = np.array([drawn[i] for i in range(each) for drawn in of_class if i < len(drawn)])
    return images[rows], labels[rows]
