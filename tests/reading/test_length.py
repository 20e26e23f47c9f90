"""How many digits are expected, as users write it."""

import pytest

from tendigits.errors import LengthError, TendigitsError
from tendigits.reading.length import parse_length


@pytest.mark.parametrize(
    ("text", "length"), [("4", (4, 4)), ("4-6", (4, 6)), ("1-1", (1, 1)), (" 4 - 6 ", (4, 6)), ("12", (12, 12))]
)
def test_a_number_or_a_range(text, length):
    assert parse_length(text) == length


@pytest.mark.parametrize(
    "text", ["", "four", "0", "0-3", "6-4", "-4", "4-", "4,6", "4.0", "1e3", "٤", "4-5-6", "99999"]
)
def test_nothing_else(text):
    with pytest.raises(LengthError, match="write"):
        parse_length(text)


def test_it_is_an_error_of_values_too():
    assert issubclass(LengthError, ValueError)
    assert issubclass(LengthError, TendigitsError)
