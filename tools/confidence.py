"""Fit the constants of `tendigits/reading/confidence.py`, and print them with what they give on other pages.

Pages of all conditions, with the 5,000 training digits that no network has seen, apart and touching, and pages
that hold no digit; these count as one page in two. Logistic regression on three quarters of the pages, and on the last
quarter how often what is said to be right is right. About ten minutes.
"""

import argparse
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from paper import APART, CONDITIONS, TOUCHING, Page, write
from paper.nonsense import KINDS, nonsense
from sklearn.linear_model import LogisticRegression

from tendigits.data import load
from tendigits.reading import confidence
from tendigits.reading.reader import Reader

HELD_OUT = np.s_[55_000:]
NONSENSE = 0.5
"""How many of the pages show no digit, as far as the fit is concerned."""

EDGES = (0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.001)


@dataclass
class Sample:
    """What pages gave. A row each digit, or each page that has any: features, whether it is right, kind, page."""

    features: list[np.ndarray] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    digits_page: list[bool] = field(default_factory=list)
    page: list[int] = field(default_factory=list)

    def add(self, features, right, digits_page, page):
        self.features.append(features)
        self.right.append(bool(right))
        self.digits_page.append(digits_page)
        self.page.append(page)

    def arrays(self):
        return tuple(map(np.array, (self.features, self.right, self.digits_page, self.page)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=24, help="of each condition")
    arguments = parser.parse_args()
    digits, texts, read = Sample(), Sample(), []
    reader = Reader()
    for number, (page, is_digits) in enumerate(pages(arguments.pages)):
        found = reader.recognised(page.pixels)
        if not found.digits:
            continue
        right = rightly_placed(page, found)
        for features, is_right in zip(confidence.digit_features(found.digits), right, strict=True):
            digits.add(features, is_right, is_digits, number)
        read.append((found, text_of(found) == page.text, is_digits, number))
    confidence.DIGIT = fit("DIGIT", digits)  # a text's features depend on it
    for found, *rest in read:
        texts.add(confidence.reading_features(found), *rest)
    fit("READING", texts)


def pages(n):
    """Yield pages and whether they show digits."""
    images, labels = (array[HELD_OUT] for array in load("mnist").train)
    generator = np.random.default_rng(1)
    for condition in CONDITIONS.values():
        icon = condition.name.startswith("icon")
        if condition.frame[0] > 2000:
            continue
        for _ in range(n):
            gap = APART if generator.random() < 0.6 else TOUCHING
            lines = 1 if icon or generator.random() < 0.7 else 2
            counts = [1 if icon else int(generator.integers(1, 10)) for _ in range(lines)]
            chosen = [generator.integers(0, len(images), count) for count in counts]
            text = [[(images[i], int(labels[i])) for i in line] for line in chosen]
            yield write(text, condition.spaced(gap), generator), True
        for kind in KINDS if not icon else ():
            for _ in range(n // 6):
                yield nonsense(kind, condition, generator), False


def text_of(found):
    lines = dict.fromkeys(digit.line for digit in found.digits)
    return "\n".join("".join(str(d.probability.argmax()) for d in found.digits if d.line == line) for line in lines)


def rightly_placed(page: Page, found):
    """Tell which digits are where one is written, and right."""
    written = list(zip(page.boxes, page.text.replace("\n", ""), strict=True))
    for digit in found.digits:
        left, top, right, bottom = digit.box
        box = left, top, right - left, bottom - top
        shared, text = max(((overlap(box, other), text) for other, text in written), default=(0, ""))
        yield shared > 0.5 and text == str(digit.probability.argmax())


def overlap(one, other):
    """Return intersection over union of two boxes."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def fit(name, sample):
    features, right, is_digits, page = sample.arrays()
    learnt = page % 4 != 3
    share = is_digits[learnt].mean()
    weight = np.where(is_digits, 1.0, NONSENSE / (1 - NONSENSE) * share / max(1 - share, 1e-9))
    model = LogisticRegression(C=10, max_iter=2000).fit(features[learnt], right[learnt], weight[learnt])
    constants = tuple(round(float(value), 3) for value in (*model.intercept_, *model.coef_[0]))
    print(f"{name} = {constants}")
    said = model.predict_proba(features[~learnt])[:, 1]
    report(said, right[~learnt], is_digits[~learnt], page[~learnt])
    return constants


def report(said, right, is_digits, page):
    print("| said | on pages of digits | right | pages of none with one so sure |\n| --- | --- | --- | --- |")
    others = max(len(set(page[~is_digits])), 1)
    for low, high in pairwise(EDGES):
        here = is_digits & (said >= low) & (said < high)
        sure = len(set(page[~is_digits & (said >= low)]))
        rate = f"{right[here].mean():.1%} of {here.sum()}" if here.any() else "-"
        print(
            f"| {low} to {min(high, 1)} | {said[here].mean() if here.any() else 0:.1%} | {rate} | {sure / others:.1%} |"
        )


if __name__ == "__main__":
    main()
