"""How many digits are expected, as users write it."""

import numpy as np
import pytest

from tendigits.errors import LengthError, TendigitsError
from tendigits.reading.length import as_length, parse_length


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


@pytest.mark.parametrize("length", [(4, 6), [4, 6], range(4, 7, 2), "4-6", (np.int64(4), np.uint8(6))])
def test_any_sequence_of_two_whole_numbers_is_a_range(length):
    if isinstance(length, range):
        assert list(length) == [4, 6]

    assert as_length(length) == (4, 6)


@pytest.mark.parametrize(
    "length", [4.0, True, (True, 4), [4, 6.0], (4, None), [4], [4, 5, 6], {}, np.float32(4), b"46", bytearray(b"46")]
)
def test_what_is_no_whole_number_is_an_error_of_lengths(length):
    with pytest.raises(LengthError):
        as_length(length)
