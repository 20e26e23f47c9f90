"""``tendigits evaluate --data labels.csv``, as a page to review saves it: what was read then, scored."""

import json
from pathlib import Path

import pytest
from command import tendigits_command
from handwritten import page, save

from tendigits.data.reviewed import REVIEWED
from tendigits.evaluation.readings import upper_bound


def write(*rows):
    Path("labels.csv").write_text("\n".join([",".join(REVIEWED), *rows]) + "\n")


def row(drawn, of, label, text, confidence=0.99):
    return f"a.png,,,{drawn},{of},{label},{text},{len(label + text)},{confidence},0,shipped 1.0"


@pytest.fixture
def labels():
    right, wrong = row("accepted", 9890, "47", "47"), row("accepted", 9890, "47", "41", 0.97)
    least = [row("least sure", 140, "47", text, 0.1) for text in ("47", "4?", "11")]
    write(*[right] * 298, *[wrong] * 2, *least)


@pytest.mark.parametrize("data", ["labels.csv", "."])
def test_the_error_rate_of_what_was_accepted_comes_with_its_bound(labels, data):
    result = tendigits_command("evaluate", "--data", data)

    lines = result.stdout.splitlines()
    assert lines[0] == "of 300 accepted rows drawn at random, 2 are wrong: 0.67%, at most 2.08% (95%)"
    assert lines[1] == "of all 9,890 accepted, at most 206 are wrong (95%)"
    assert "         0.98      298   99.3%       0           1.00%" in lines
    assert lines[-1] == "of the 3 least sure, 1 right, 1 wrong, 1 with a ? in the text; 140 not accepted in all"
    assert result.stderr == "model: shipped 1.0; data: labels.csv\n"


def test_as_json_it_has_the_same_figures(labels):
    content = json.loads(tendigits_command("evaluate", "--data", "labels.csv", "--json").stdout)

    assert content["model"] == "shipped 1.0"
    accepted = content["accepted"]
    assert (accepted["n"], accepted["of"], accepted["wrong"]) == (300, 9890, 2)
    assert accepted["upper_bound"] == upper_bound(2, 300)
    assert accepted["most_wrong"] == 206
    assert (accepted["unlabelled"], accepted["worst_upper_bound"]) == (0, accepted["upper_bound"])
    assert accepted["thresholds"][-1] == {
        "confidence": 0.999, "accepted": 0, "share": 0, "wrong": 0, "upper_bound": 1,
    }  # fmt: skip
    assert content["least_sure"] == {"n": 3, "of": 140, "right": 1, "untold": 1, "wrong": 1}


def test_what_was_drawn_and_skipped_is_said():
    write(*[row("accepted", 9890, "1", "1")] * 299)

    assert tendigits_command("evaluate", "--data", "labels.csv").stdout.splitlines()[:3] == [
        "of 299 accepted rows drawn at random, 0 are wrong: 0.00%, at most 1.00% (95%)",
        "of all 9,890 accepted, at most 98 are wrong (95%)",
        "1 more drawn, without a label; if those are wrong, at most 1.57% (95%)",
    ]


def test_all_of_a_few_are_no_sample():
    write(*[row("accepted", 2, "1", text) for text in "17"])

    output = tendigits_command("evaluate", "--data", "labels.csv").stdout

    assert output == "all 2 accepted rows reviewed, 1 is wrong: 50.00%\n"


def test_without_accepted_rows_their_error_rate_is_not_known():
    write(row("least sure", 5, "1", "?", 0))

    output = tendigits_command("evaluate", "--data", "labels.csv").stdout

    assert output.startswith("no row that was accepted is reviewed: how many of those are wrong is not known\n")


def test_a_wrong_table_is_one_line(labels):
    write(row("accepted", 9, "x", "1"))

    errors = tendigits_command("evaluate", "--data", "labels.csv", code=1).stderr

    assert errors.startswith("tendigits: labels.csv, line 2: the label 'x' is not digits")


def test_a_model_or_a_sheet_is_of_no_use(labels):
    model = tendigits_command("evaluate", "robust", "--data", "labels.csv", code=2)
    sheet = tendigits_command("evaluate", "--data", "labels.csv", "--sheet", "a.png", code=2)

    assert "leave the model out" in model.stderr
    assert "a review reads none" in sheet.stderr


def test_a_table_that_a_spreadsheet_saved_with_semicolons_is_scored(labels):
    before = tendigits_command("evaluate", "--data", "labels.csv").stdout
    content = Path("labels.csv").read_text()
    Path("labels.csv").write_text(content.replace(",", ";").replace(".9", ",9"))

    assert tendigits_command("evaluate", "--data", "labels.csv").stdout == before


@pytest.mark.parametrize("target", ["read.parquet", "read.csv", "read.jsonl", "submission.csv"])
@pytest.mark.parametrize("fails", [False, True])
def test_what_was_read_is_said_to_be_nothing_to_measure_on(mnist, target, fails):
    Path("broken.png").write_bytes(b"nothing")
    save(Path("one.png"), page(mnist, 4).pixels)
    images = ["broken.png", "one.png"] if fails else ["one.png"]
    tendigits_command("read", *images, "-o", target, *["--kaggle"] * target.startswith("sub"), code=int(fails))

    errors = tendigits_command("evaluate", "--data", target, code=1).stderr

    assert f"{target}: no table of images: it is what read -o has written" in errors
    assert "read with --review FILE.html as well, and evaluate the labels.csv that the page saves" in errors
