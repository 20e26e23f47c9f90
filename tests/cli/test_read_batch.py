"""``tendigits read -o``: what is asked, what is said on the way, and what came of it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command import tendigits_command
from handwritten import page, save


@pytest.fixture(scope="session")
def pages(mnist, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for number in range(1, 5):
        save(folder / f"{number}.png", page(mnist, 3, seed=number).pixels)
    return folder


@pytest.fixture
def digits(mnist):
    images, labels = mnist[1]
    np.savez("digits.npz", images=images[:500], labels=labels[:500])
    return Path("digits.npz")


def test_it_says_how_many_are_sure_and_what_to_do_about_the_others(pages):
    Path("empty.png").touch()

    result = tendigits_command("read", pages, "empty.png", "-o", "pages.csv", "--min-confidence", 1, code=1)

    first, sure, unsure, failed, why = result.stdout.splitlines()
    assert re.fullmatch(r"pages\.csv: 5 rows in \d+\.\d s", first)
    assert sure == "  0 sure"
    assert unsure == "  4 unsure: a ? in the text, or strokes left out"
    assert failed == "  1 could not be read: mend them (the column error says why), and read them again"
    assert why.strip().startswith("empty.png: empty")
    assert result.stderr.startswith("model: shipped ")


def test_a_table_with_labels_is_scored(digits):
    result = tendigits_command("read", digits, "-o", "digits.parquet")

    assert re.search(r"of 500 with a label (4\d\d|500) are read as it says \(\d+\.\d\d%\)", result.stdout)


def test_digits_that_are_dark_on_white_are_told_of(mnist):
    np.savez("digits.npz", images=255 - mnist[1][0][:1200])

    result = tendigits_command("read", "digits.npz", "-o", "digits.parquet")

    assert "1,200 of 28x28 pixels are mostly white, and ink is to be bright: take 255 - pixel\n" in result.stdout


def test_why_files_in_a_folder_are_passed_over_is_said_where_it_is_known(digits):
    Path("tables").mkdir()
    digits.rename("tables/digits.npz")
    for number in range(7):
        Path(f"tables/{number}.csv").write_text(";".join(["0"] * 784))
    Path("tables/notes.txt").write_text("of no use")

    result = tendigits_command("read", "tables", "-o", "read.parquet")

    lines = result.stderr.splitlines()
    why = "its columns are separated by semicolons; save the table as CSV, with commas between them"
    assert lines[:5] == [f"passed over: tables/{number}.csv: {why}" for number in range(5)]
    others = "passed over, as neither images nor tables of images: tables/5.csv, tables/6.csv, tables/notes.txt"
    assert lines[5] == others


def test_as_json_it_is_one_object(digits):
    summary = json.loads(tendigits_command("read", digits, "-o", "digits.parquet", "--json").stdout)

    assert summary["target"] == "digits.parquet"
    assert summary["rows"] == summary["sure"] + summary["unsure"] == summary["labelled"] == 500
    assert summary["as_labelled"] > 490
    assert summary["model"].startswith("shipped ")
    assert summary["failures"] == []


def test_files_that_are_passed_over_are_named(pages):
    (pages / "notes.txt").touch()
    try:
        result = tendigits_command("read", pages, "-o", "pages.csv")
    finally:
        (pages / "notes.txt").unlink()

    assert f"passed over, as neither images nor tables of images: {pages / 'notes.txt'}" in result.stderr


def test_a_folder_without_images_is_searched_for_tables(mnist):
    Path("shards").mkdir()
    for number in range(3):
        np.savez(f"shards/{number}.npz", images=mnist[1][0][number * 10 : number * 10 + 10])
    Path("shards/notes.txt").touch()

    result = tendigits_command("read", "shards", "-o", "all.jsonl")

    rows = [json.loads(line) for line in Path("all.jsonl").read_text().splitlines()]
    assert [(row["path"], row["row"]) for row in rows] == [
        (f"shards/{number}.npz", row) for number in range(3) for row in range(1, 11)
    ]
    assert "passed over, as neither images nor tables of images: shards/notes.txt" in result.stderr


def test_a_table_is_recognised_by_its_content(digits):
    digits.rename("digits.bin")

    assert "500 rows" in tendigits_command("read", "digits.bin", "-o", "all.jsonl").stdout


def test_kaggle(digits):
    tendigits_command("read", digits, "-o", "submission.csv", "--kaggle")

    lines = Path("submission.csv").read_text().splitlines()
    assert lines[0] == "ImageId,Label"
    assert all(re.fullmatch(rf"{number},\d", line) for number, line in enumerate(lines[1:], 1))


def test_a_table_without_a_target_is_told_what_it_needs(digits):
    result = tendigits_command("read", digits, code=1)

    assert "digits.npz: a table of images: name a file for what is read, as  -o digits.parquet" in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--workers", 2], "goes with -o TARGET"),
        (["--kaggle"], "goes with -o TARGET"),
        (["-o", "a.csv", "--annotate", "copies"], "copies are drawn of images read without -o"),
        (["-o", "a.csv", "--single", "--length", 4], "leave one of the two out"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(pages, options, words):
    result = tendigits_command("read", pages, *options, code=2)

    assert words in re.sub(r"[\s│]+", " ", result.stderr)
    assert not Path("a.csv").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-o", "a.txt"], "a.txt is to end in .parquet, .csv, .jsonl or .ndjson"),
        (["-o", "none/a.csv"], "cannot write none/a.csv: there is no folder none"),
        (["-o", "a.parquet", "--kaggle"], "a.parquet is to end in .csv: the competition takes no other"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(pages, options, words):
    result = tendigits_command("read", pages, *options, code=1)

    assert result.stderr == f"tendigits: {words}\n"


@pytest.mark.skipif(os.name == "nt", reason="terminals")
def test_a_bar_with_rate_and_time_left_is_on_a_terminal_alone(pages):
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "tendigits", "read", *[pages] * 10, "-o", "pages.csv"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment, text=True)
    output, _ = process.communicate(timeout=60)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)

    assert re.search(
        r"(8|16|24|32) of 40 images, \d+ a second, [-:\d]+ left", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    )
    assert "\x1b" not in output


def test_elsewhere_it_is_a_line_now_and_then(pages, monkeypatch):
    from tendigits.cli import progress

    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_LINES", 0)

    result = tendigits_command("read", *[pages] * 10, "-o", "pages.csv", "--workers", 1)

    assert re.search(r"^16 of 40 images, \d+ a second, \d+ s left$", result.stderr, re.MULTILINE)
