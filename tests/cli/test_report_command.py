"""``tendigits report``: where the page is written, and on which data."""

import json
from pathlib import Path

from command import tendigits_command


def test_it_is_written_into_the_run_s_folder(trained):
    result = tendigits_command("report", trained[0])

    assert result.stdout == f"{trained[0] / 'report.html'}\n"
    accuracy = json.loads((trained[0] / "metrics.json").read_text())["accuracy"]
    page = (trained[0] / "report.html").read_text(encoding="utf-8")
    assert f"<strong>{accuracy:.2%}</strong> of 500 test images are read right" in page
    assert "the one that the run began with" in page


def test_or_where_it_is_told(trained, tmp_path):
    tendigits_command("report", trained[0], "-o", "page.html")

    assert (tmp_path / "page.html").exists()


def test_other_data_can_be_named_and_the_page_says_so(trained, mnist):
    tendigits_command("report", trained[0], "-o", "page.html", "--data", "mnist")

    page = Path("page.html").read_text(encoding="utf-8")
    assert "of 10,000 test images" in page
    assert "which is not the one that the run began with" in page


def test_of_an_unfinished_run_it_says_so_in_a_line(tmp_path):
    errors = tendigits_command("report", tmp_path, code=1).stderr

    assert "no run was finished in it" in errors
    assert errors.count("\n") == 1


def test_shipped_weights_and_what_is_not_there_are_no_runs():
    assert "robust is the name of weights that ship" in tendigits_command("report", "robust", code=1).stderr
    assert "nowhere does not exist" in tendigits_command("report", "nowhere", code=1).stderr
