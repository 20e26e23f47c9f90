"""``labels.csv``: what is written in the images of a folder, and which row is at fault where it is not one."""

import re

import pytest

from tendigits.data.labels import read_labels
from tendigits.errors import DataError


@pytest.fixture
def folder(tmp_path):
    for name in ("a.png", "b.png", "below/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def labels(folder, content):
    (folder / "labels.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_labels(folder)


def test_a_row_is_an_image_and_what_is_written_in_it(folder):
    first, second = labels(folder, "path,label\na.png,4711\nbelow/c.png,07\n")

    assert (first.path, first.name, first.label) == (folder / "a.png", "a.png", "4711")
    assert (second.path, second.label) == (folder / "below" / "c.png", "07")
    assert (first.kind, first.source, first.is_single) == ("", "", False)


def test_kind_and_source_may_be_there_and_other_columns_are_passed_over(folder):
    [image] = labels(folder, 'note,source,label,kind,path\n"dark, red",me,7,single,a.png\n')

    assert (image.kind, image.source, image.label, image.is_single) == ("single", "me", "7", True)


@pytest.mark.parametrize("written", ["12 34", '"12\n34"', '"12\r\n34"', " 12  34 "])
def test_a_space_or_a_line_break_is_a_new_line(folder, written):
    assert labels(folder, f"path,label\na.png,{written}\n")[0].label == "12\n34"


def test_an_empty_label_says_that_no_digit_is_written(folder):
    assert labels(folder, "path,label\na.png,\n")[0].label == ""


def test_tables_of_spreadsheets_are_read(folder):
    content = b"\xef\xbb\xbfpath,label\r\n\r\na.png,1\r\n,\r\nbelow\\c.png,2\r\n"

    assert [image.label for image in labels(folder, content)] == ["1", "2"]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_may_be_between_the_columns(folder, separator):
    content = 'note,path,label\n"a,b",a.png,12 34\n'

    assert labels(folder, content.replace('"a,b"', "a").replace(",", separator))[0].label == "12\n34"
    assert labels(folder, f"path{separator}label\na.png{separator}1\n")[0].label == "1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "no column 'path'; its first line is to be path,label and holds: nothing"),
        ("path;label,kind\na.png;1,x\n", "no column 'path'; its first line is to be path,label and holds: path;label"),
        ("path;label\na;b.png;1\n", "line 2: 3 fields under 2 names; a field that has ';' in it is written between"),
        ("path,digits\na.png,1\n", "no column 'label'"),
        ("path,label,label\na.png,1,1\n", "two columns 'label'"),
        ("path,label\n", "no row below its line of names"),
        ("path,label\na.png,1\nb.png\n", "line 3: 1 fields under 2 names"),
        ("path,label\na.png,1,5\n", "line 2: 3 fields under 2 names"),
        ("path,label\na.png,1\nb.png,l2\n", "line 3: the label 'l2' is not digits"),
        ("path,label\na.png,٣\n", "line 2: the label '٣' is not digits"),
        ("path,label\nnowhere.png,1\n", "line 2: there is no file"),
        ("path,label\nbelow,1\n", "line 2: there is no file"),
        ("path,label\n../a.png,1\n", "line 2: '../a.png' is outside the folder"),
        ("path,label\nbelow/../../a.png,1\n", "line 2: 'below/../../a.png' is outside the folder"),
        ("path,label\n/etc/hostname,1\n", "line 2: '/etc/hostname' is outside the folder"),
        ("path,label\n,1\n", "line 2: no path"),
        ('path,label\n"a.png,1\n', "line 2: unexpected end of data"),
        (b"path,label\na.png,1\nb\xe9.png,2\n", "line 3: not UTF-8"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(folder, content, sentence):
    with pytest.raises(
        DataError, match=rf"labels\.csv(: |, ).*{re.escape(sentence)}|labels\.csv, {re.escape(sentence)}"
    ):
        labels(folder, content)
