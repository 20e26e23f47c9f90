"""``labels.csv`` of a review: what a person says beside what was read, and which line is at fault."""

import re

import pytest

from tendigits.data.reviewed import REVIEWED, find_reviewed, read_reviewed
from tendigits.errors import DataError

NAMES = ",".join(REVIEWED)
GOOD = "a.png,,,accepted,900,47,47,4,0.9981,0,shipped"


def table(tmp_path, *rows, names=NAMES):
    path = tmp_path / "labels.csv"
    path.write_text("\n".join([names, *rows]) + "\n")
    return path


def test_a_row_is_what_a_person_says_and_what_was_read(tmp_path):
    first, second = read_reviewed(table(tmp_path, GOOD, 'b.tif,,2,least sure,8,"12 34","1? 34",8,0,3,shipped'))

    assert (first.drawn, first.of, first.label, first.text) == ("accepted", 900, "47", "47")
    assert (first.confidence, first.marks, first.model) == (0.9981, 0, "shipped")
    assert (second.drawn, second.of, second.label, second.text) == ("least sure", 8, "12\n34", "1?\n34")
    assert (second.confidence, second.marks) == (0, 3)


def test_an_empty_label_says_that_no_digit_is_written(tmp_path):
    [row] = read_reviewed(table(tmp_path, "a.png,,,accepted,900,,,0,0.9,0,shipped"))

    assert (row.label, row.text) == ("", "")


def test_it_is_known_by_its_columns_itself_or_in_a_folder(tmp_path):
    path = table(tmp_path, GOOD)

    assert find_reviewed(path) == find_reviewed(tmp_path) == path


@pytest.mark.parametrize("content", [b"path,label\na.png,1\n", b"label,pixel0\n", b"\xff\xd8\xff\0\0", b""])
def test_other_files_are_none(tmp_path, content):
    (tmp_path / "labels.csv").write_bytes(content)

    assert find_reviewed(tmp_path / "labels.csv") is None
    assert find_reviewed(tmp_path) is None
    assert find_reviewed(tmp_path / "nothing.csv") is None


def test_columns_in_quotes_are_columns(tmp_path):
    path = table(tmp_path, GOOD, names=",".join(f'"{name}"' for name in REVIEWED))

    assert find_reviewed(path) == path
    assert len(read_reviewed(path)) == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("a.png,,,accepted,900,4x,47,4,0.9,0,m", "line 3: the label '4x' is not digits"),
        ("a.png,,,accepted,900,47,4x,4,0.9,0,m", "line 3: the text '4x' is not digits and ?"),
        ("a.png,,,maybe,900,47,47,4,0.9,0,m", "line 3: drawn is 'maybe'; expected 'accepted' or 'least sure'"),
        ("a.png,,,accepted,many,47,47,4,0.9,0,m", "line 3: of is 'many'; expected a whole number from 1"),
        ("a.png,,,least sure,0,47,47,4,0.9,0,m", "line 3: of is '0'; expected a whole number from 1"),
        ("a.png,,,accepted,900,47,47,4,1.2,0,m", "line 3: confidence is '1.2'; expected a number from 0 to 1"),
        ("a.png,,,accepted,900,47,47,4,nan,0,m", "line 3: confidence is 'nan'"),
        ("a.png,,,accepted,900,47,47,4,0.9,-1,m", "line 3: marks is '-1'; expected a whole number from 0"),
        (
            "a.png,,,accepted,901,47,47,4,0.9,0,m",
            "line 3: drawn of 901, and others of 900; score each",
        ),
        ("a.png,,,accepted,900,47", "line 3: 6 fields under 11 names"),
    ],
)
def test_the_line_at_fault_is_named(tmp_path, row, sentence):
    with pytest.raises(DataError) as error:
        read_reviewed(table(tmp_path, GOOD, row))

    assert sentence in str(error.value)
    assert str(tmp_path) in str(error.value)


def test_more_rows_than_there_were_are_too_many(tmp_path):
    row = "a.png,,,least sure,1,47,?,3,0.5,0,m"

    with pytest.raises(DataError, match="line 3: row 2 of 1 that were least sure; some are there twice"):
        read_reviewed(table(tmp_path, row, row))


def test_a_table_without_rows_or_columns_is_said_to_have_none(tmp_path):
    with pytest.raises(DataError, match="no row below its line of names"):
        read_reviewed(table(tmp_path))
    with pytest.raises(DataError, match="no column 'label'; its first line is to be path,row,page,drawn"):
        read_reviewed(table(tmp_path, names="path,row,page,drawn,of,text,digits,confidence,marks,model"))


SPREADSHEETS = {
    "semicolons and decimal commas": lambda table: table.replace(",", ";").replace("0.9981", "0,9981").encode(),
    "tabs": lambda table: table.replace(",", "\t").encode(),
    "a byte order mark and CRLF": lambda table: b"\xef\xbb\xbf" + table.replace("\n", "\r\n").encode(),
    "quotes around everything": lambda table: re.sub("[^,\n]+", r'"\g<0>"', table).encode(),
    "columns in another order": lambda table: "".join(
        f"{','.join(reversed(line.split(',')))}\n" for line in table.splitlines()
    ).encode(),
    "a column more": lambda table: table.replace("\n", ",mine\n", 1).replace("shipped\n", "shipped,x\n").encode(),
}


@pytest.mark.parametrize("kind", SPREADSHEETS)
def test_what_a_spreadsheet_has_saved_again_is_the_same(tmp_path, kind):
    path = table(tmp_path, GOOD, "b.tif,,2,least sure,8,12 34,1? 34,8,0,3,shipped")
    before = read_reviewed(path)
    path.write_bytes(SPREADSHEETS[kind](path.read_text()))

    assert find_reviewed(path) == path
    assert read_reviewed(path) == before


@pytest.mark.parametrize(
    ("label", "text"), [("42", "42"), ("0042", "42"), ("42", "0042"), ("42", "042"), ("0", "000"), ("", "00")]
)
def test_zeros_that_a_spreadsheet_took_are_missed(tmp_path, label, text):
    path = table(tmp_path, GOOD, f"a.png,,,accepted,900,{label},{text},8,0.9,0,m")

    with pytest.raises(DataError, match=r"line 3: .* digits together, and had 8 when .* takes the zeros from 0042"):
        read_reviewed(path)


def test_zeros_that_are_there_are_not_missed(tmp_path):
    row = read_reviewed(table(tmp_path, 'a.png,,,accepted,900,0042,"00 4?",8,0.9,0,m'))[0]

    assert (row.label, row.text) == ("0042", "00\n4?")
