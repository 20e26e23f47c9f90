"""A review of a few rows."""

import numpy as np

from tendigits.png import data_url, ink_png
from tendigits.report.review import Review, ReviewItem

__all__ = ["ITEMS", "REVIEW", "item", "review"]

PICTURE = data_url(ink_png(np.eye(28)))


def item(text, drawn="accepted", **given):
    values = {"path": "forms/a.png", "row": None, "page": None, "confidence": 0.9912, "marks": 0}
    return ReviewItem(**(values | {"text": text, "drawn": drawn, "picture": PICTURE, "note": "", "whole": ""} | given))


def review(*items, job="0c0ffee0", failed=0):
    of = {"accepted": 9000, "least sure": 40}
    return Review(job, "forms.parquet", "shipped 1.0", of, failed, items)


ITEMS = (
    item("4?11", "least sure", confidence=0.1),
    item("6", "least sure", marks=2, path='odd, "name"\n.tif', page=3),
    item("7315", path="forms/b.png"),
    item("88\n21", path="forms/c.png"),
    item("", path="digits.npz", row=1234),
)
REVIEW = review(*ITEMS)
