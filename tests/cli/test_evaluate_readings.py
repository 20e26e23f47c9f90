"""``tendigits evaluate --data FOLDER``: reading, measured on labelled images, and pictures of what went wrong."""

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from command import tendigits_command
from handwritten import page, save


@pytest.fixture(scope="session")
def labelled(mnist, tmp_path_factory):
    """Two icons of one digit and two numbers, of two sources; all but the last are labelled with what they say."""
    folder = tmp_path_factory.mktemp("labelled")
    kinds = {"icon": ("single", (1,)), "clean": ("multi", (4, 3))}
    rows = ["path,kind,label,source,note"]
    for condition, (kind, counts) in kinds.items():
        for seed, source in ((1, "ann"), (2, "bob")):
            written = page(mnist, *counts, condition=condition, seed=seed)
            path = save(folder / kind / f"{source}.png", written.pixels)
            label = written.text.replace("\n", " ") if (kind, source) != ("multi", "bob") else "1 1 1 1 1"
            rows.append(f'{path.relative_to(folder).as_posix()},{kind},{label},{source},"a, b"')
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder


def evaluated(*arguments, code=0):
    result = tendigits_command("evaluate", "--data", *arguments, "--json", code=code)
    return json.loads(result.stdout)


def test_the_figures_are_those_of_what_was_read(labelled):
    content = evaluated(labelled)

    readings = [json.loads(line) for line in tendigits_command("read", labelled, "--json").stdout.splitlines()]
    assert content["n"] == len(readings) == 4
    assert content["wrong"] == len(content["failures"]) >= 1
    assert list(content["kinds"]) == ["single", "multi"]
    assert set(content["sources"]) == {"ann", "bob"}
    assert content["characters"] == 2 + 8 + 9
    assert {"exact", "interval", "character_error_rate", "source_mean", "thresholds"} <= set(content)
    assert re.fullmatch(r"shipped 1\.0 [0-9a-f]{8}", content["model"])


def test_what_was_read_wrong_is_listed_and_drawn(labelled):
    content = evaluated(labelled)

    failure = next(failure for failure in content["failures"] if failure["path"] == "multi/bob.png")
    assert failure["label"] == "1\n1\n1\n1\n1"
    assert failure["text"] != failure["label"]
    assert content["sheets"] == ["failures.png"]
    assert cv2.imread("failures.png").shape[1] > 400


def test_the_sheet_goes_where_it_is_wanted(labelled):
    result = tendigits_command("evaluate", "--data", labelled, "--sheet", "wrong.png")

    assert Path("wrong.png").is_file()
    assert not Path("failures.png").exists()
    assert result.stderr.endswith("wrong.png\n")


def test_more_failures_have_more_sheets(labelled):
    rows = (labelled / "labels.csv").read_text().splitlines()
    many = Path("many")
    (many / "multi").mkdir(parents=True)
    (many / "multi" / "bob.png").write_bytes((labelled / "multi" / "bob.png").read_bytes())
    (many / "labels.csv").write_text("\n".join([rows[0]] + [rows[-1]] * 41))

    assert evaluated(many)["sheets"] == ["failures.png", "failures-2.png"]
    first, second = (cv2.imread(name).shape for name in ("failures.png", "failures-2.png"))
    assert first[0] > second[0]


def test_for_people_it_prints_scores_thresholds_and_failures(labelled):
    output = tendigits_command("evaluate", "--data", labelled).stdout

    assert re.search(r"^exactly right 0\.\d{4} \(95% interval 0\.\d{3}-\d\.\d{3}; \d of 4\), character errors", output)
    assert re.search(r"^averaged over 2 sources \d\.\d{4}$", output, re.MULTILINE)
    assert re.search(r"^single: exactly right .*; averaged over sources", output, re.MULTILINE)
    assert re.search(r"^accepted from +images +share +wrong", output, re.MULTILINE)
    assert re.search(r"^multi/bob\.png: 1 / 1 / 1 / 1 / 1, read as .* \(\d", output, re.MULTILINE)


@pytest.fixture
def blank():
    """A folder of blank paper, which is read right."""
    save(Path("paper") / "blank.png", np.full((200, 300, 3), 250, np.uint8))
    (Path("paper") / "labels.csv").write_text("path,label\nblank.png,\n")
    return Path("paper")


def test_without_failures_there_is_no_sheet(blank):
    content = evaluated(blank)

    assert (content["n"], content["wrong"], content["failures"], content["sheets"]) == (1, 0, [], [])
    assert not Path("failures.png").exists()
    assert (
        "no image was read wrong: failures.png is not written" in tendigits_command("evaluate", "--data", blank).stderr
    )


def test_sheets_of_an_earlier_evaluation_are_said_to_be_of_one(blank):
    for name in ("failures.png", "failures-2.png", "failures-4.png"):
        Path(name).write_bytes(b"old")

    errors = tendigits_command("evaluate", "--data", blank).stderr

    assert errors.endswith(
        "failures.png is of an earlier evaluation: this one has 0 failures\n"
        "failures-2.png is of an earlier evaluation: this one has 0 failures\n"
    )
    assert Path("failures.png").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [("nowhere/wrong.png", "there is no folder nowhere"), ("folder.png", "it is a folder; name a file")],
)
def test_a_sheet_that_cannot_be_written_is_said_so_before_anything_is_read(blank, monkeypatch, sheet, reason):
    Path("folder.png").mkdir()
    monkeypatch.setattr("tendigits.cli.evaluate.readings.Reader", None)

    result = tendigits_command("evaluate", "--data", blank, "--sheet", sheet, code=1)

    assert result.stderr == f"tendigits: cannot write {sheet}: {reason}\n"


def test_an_image_that_cannot_be_read_counts_as_wrong(labelled, tmp_path):
    (tmp_path / "broken.png").write_bytes((labelled / "multi" / "bob.png").read_bytes()[:100])
    (tmp_path / "labels.csv").write_text("path,label\nbroken.png,12\n")

    content = evaluated(tmp_path, code=1)

    assert (content["n"], content["wrong"], content["unreadable"], content["character_errors"]) == (1, 1, 1, 2)
    assert "cut short" in content["failures"][0]["error"]
    assert Path("failures.png").is_file()


def test_a_wrong_table_is_one_line(tmp_path):
    (tmp_path / "labels.csv").write_text("path,label\na.png,1\n")

    errors = tendigits_command("evaluate", "--data", ".", code=1).stderr

    assert errors == "tendigits: labels.csv, line 2: there is no file a.png\n"


def test_a_sheet_is_of_labelled_images_alone():
    assert "labels.csv" in tendigits_command("evaluate", "--data", "mnist", "--sheet", "a.png", code=2).stderr


def test_a_sheet_is_a_png(labelled):
    assert ".png" in tendigits_command("evaluate", "--data", labelled, "--sheet", "a.jpg", code=2).stderr
