"""The digits that the page writes are forms of those that networks are trained on."""

import json
import re
from itertools import zip_longest
from pathlib import Path

import pytest

from tendigits.serving import page
from tendigits.training.hands import FORMS

SCRIPT = (Path(page.__file__).parent / "handwriting.js").read_text(encoding="utf-8")
WRITTEN = json.loads(
    re.sub(r",(\s*\])", r"\1", re.search(r"const FORMS = (\[.*?^\]);", SCRIPT, re.DOTALL | re.MULTILINE)[1])
)


@pytest.mark.parametrize("digit", range(10))
def test_each_form_that_the_page_writes_is_one_of_those_trained_on(digit):
    assert len(set(WRITTEN[digit])) == 3
    for form in WRITTEN[digit]:
        assert any(is_one_of(form, trained_on) for trained_on in FORMS[digit].values()), form


def is_one_of(form, trained_on):
    """Tell whether a form has the same strokes and corners, and each point in its range."""
    return all(within(point, places) for point, places in zip_longest(form.split(), trained_on.split(), fillvalue=""))


def within(point, places):
    if "," not in point or "," not in places:
        return point == places
    return point.endswith("!") == places.endswith("!") and all(
        float(low) <= float(value) <= float(high or low)
        for value, (low, _, high) in zip(
            point.rstrip("!").split(","), (place.partition("~") for place in places.rstrip("!").split(",")), strict=True
        )
    )
