"""``tendigits read``: what is read, in which order it is shown, and what happens to what cannot be read."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from command import tendigits_command
from handwritten import page, save
from PIL import Image
from typer.testing import CliRunner

from tendigits.cli import app
from tendigits.evaluation.readings import edit_distance

NUMBERS = {"first.png": (4,), "second.jpg": (3, 5), "third.png": (6,)}


@pytest.fixture(scope="session")
def handwriting(mnist, tmp_path_factory):
    """A folder of three images, and what is written in each."""
    folder = tmp_path_factory.mktemp("handwriting")
    pages = {name: page(mnist, *counts, seed=seed) for seed, (name, counts) in enumerate(NUMBERS.items())}
    for name, written in pages.items():
        save(folder / name, written.pixels)
    return folder, {name: written.text for name, written in pages.items()}


@pytest.fixture(scope="session")
def written_icon(mnist, tmp_path_factory):
    """One digit, 28 x 28, and which."""
    written = page(mnist, 1, condition="icon")
    return save(tmp_path_factory.mktemp("icon") / "icon.png", written.pixels), written.text


@pytest.fixture(scope="session")
def icon(written_icon):
    return written_icon[0]


def objects(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def started(*arguments, **options):
    """Start the command as a process of its own, which Ctrl-C reaches."""
    return subprocess.Popen([sys.executable, "-m", "tendigits", *map(str, arguments)], text=True, **options)


def test_it_reads_what_is_written(handwriting):
    folder, texts = handwriting

    readings = objects(tendigits_command("read", folder, "--json"))

    assert [reading["path"] for reading in readings] == [str(folder / name) for name in texts]
    wrong = sum(edit_distance(reading["text"], text) for reading, text in zip(readings, texts.values(), strict=True))
    assert wrong <= 0.2 * len("".join(texts.values()))


def test_json_is_what_is_promised(handwriting):
    folder, _ = handwriting

    [reading] = objects(tendigits_command("read", folder / "second.jpg", "--json"))

    assert list(reading) == ["path", "model", "text", "confidence", "lines", "digits", "marks", "seconds"]
    assert re.fullmatch(r"shipped 1\.0 [0-9a-f]{8}", reading["model"])
    assert reading["text"] == "\n".join(reading["lines"])
    assert 0 <= reading["confidence"] <= 1
    assert reading["seconds"] > 0
    for digit in reading["digits"]:
        assert list(digit) == ["digit", "confidence", "box", "line"]
        assert len(digit["box"]) == 4
    assert all(list(mark) == ["box"] for mark in reading["marks"])


def test_for_people_each_image_has_a_line(handwriting, monkeypatch):
    folder, _ = handwriting
    monkeypatch.chdir(folder.parent)  # very long names are not aligned
    expected = objects(tendigits_command("read", folder.name, "--json"))

    lines = tendigits_command("read", folder.name).stdout.splitlines()

    assert len(lines) == len(expected)
    for line, reading in zip(lines, expected, strict=True):
        assert line.startswith(reading["path"])
        assert re.search(r"\d% ", line)
        assert reading["text"].replace("\n", " / ") in line
    assert len({line.index("%") for line in lines}) == 1  # aligned


def test_the_model_is_named_on_standard_error_alone(icon):
    result = tendigits_command("read", icon)

    assert re.match(r"model: shipped 1\.0 [0-9a-f]{8}\n", result.stderr)
    assert "model" not in result.stdout


def test_another_model_is_used_and_named(icon):
    [reading] = objects(tendigits_command("read", icon, "--model", "tutorial", "--json"))

    assert reading["model"].startswith("shipped tutorial 1.0 ")


def test_what_cannot_be_read_is_in_its_place_and_the_rest_is_read(icon, tmp_path):
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7")

    result = tendigits_command("read", icon, "nowhere.png", "page.pdf", icon, "--json", code=1)

    first, missing, pdf, last = objects(result)
    assert missing == {"path": "nowhere.png", "error": "nowhere.png: there is no such file; check its name and folder"}
    assert list(pdf) == ["path", "error"]
    assert "pdftoppm" in pdf["error"]
    assert first | {"seconds": 0} == last | {"seconds": 0}
    assert result.stderr.endswith("2 of 4 could not be read\n")


def test_for_people_errors_are_on_standard_error(icon, tmp_path):
    (tmp_path / "broken.png").write_bytes(icon.read_bytes()[:60])

    result = tendigits_command("read", "broken.png", icon, code=1)

    assert "tendigits: broken.png: cut short" in result.stderr
    assert len(result.stdout.splitlines()) == 1


def test_a_folder_is_searched_by_name_with_numbers_as_numbers(icon, tmp_path):
    for name in ("page10.png", "page2.PNG", "below/a.png", ".hidden/b.png", ".c.png", "notes.txt"):
        (tmp_path / "scans" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "scans" / name).write_bytes(icon.read_bytes())

    result = tendigits_command("read", "scans", "--json")

    names = [Path(reading["path"]).as_posix() for reading in objects(result)]
    assert names == ["scans/page2.PNG", "scans/page10.png", "scans/below/a.png"]
    assert "skipped, by the endings of their names or as links to folders: scans/notes.txt\n" in result.stderr


@pytest.mark.parametrize("others", [(), ("notes.txt",)])
def test_a_folder_without_images_is_an_error(tmp_path, others):
    (tmp_path / "scans").mkdir()
    for name in others:
        (tmp_path / "scans" / name).touch()

    [error] = objects(tendigits_command("read", "scans", "--json", code=1))

    assert error["path"] == "scans"
    assert "their names end in .png" in error["error"]


def test_patterns_are_expanded_where_the_shell_did_not(handwriting):
    folder, _ = handwriting

    readings = objects(tendigits_command("read", folder / "*r*.png", "--json"))

    assert [Path(reading["path"]).name for reading in readings] == ["first.png", "third.png"]


def test_a_pattern_that_matches_nothing_is_an_error():
    assert "no file matches" in tendigits_command("read", "*.png", code=1).stderr


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(icon, tmp_path):
    (tmp_path / "scan[1].png").write_bytes(icon.read_bytes())

    [reading] = objects(tendigits_command("read", "scan[1].png", "--json"))

    assert reading["path"] == "scan[1].png"


def test_standard_input_is_an_image(icon):
    result = CliRunner().invoke(app, ["read", "-", "--json"], input=icon.read_bytes())

    [from_file] = objects(tendigits_command("read", icon, "--json"))
    [from_input] = objects(result)
    assert from_input | {"seconds": 0} == from_file | {"path": "-", "seconds": 0}


def test_pages_are_numbered_where_there_are_several(handwriting, tmp_path):
    folder, _ = handwriting
    first, second = (Image.open(folder / name) for name in ("first.png", "third.png"))
    first.save(tmp_path / "pages.tif", save_all=True, append_images=[second])
    second.save(tmp_path / "page.tif")

    *numbered, alone = objects(tendigits_command("read", "pages.tif", "page.tif", "--json"))

    assert [reading["page"] for reading in numbered] == [1, 2]
    assert list(numbered[0])[:3] == ["path", "page", "model"]
    assert "page" not in alone
    assert numbered[1]["text"] == alone["text"]


def test_the_pages_before_a_damaged_one_are_read(handwriting, tmp_path):
    folder, _ = handwriting
    first, second = (Image.open(folder / name) for name in ("first.png", "third.png"))
    first.save(tmp_path / "whole.tif", save_all=True, append_images=[second])
    (tmp_path / "cut.tif").write_bytes((tmp_path / "whole.tif").read_bytes()[:-100_000])

    reading, error = objects(tendigits_command("read", "cut.tif", "--json", code=1))

    assert reading["page"] == 1
    assert "cut.tif, page 2" in error["error"]


def test_less_is_sure_where_more_is_asked(handwriting):
    folder, _ = handwriting

    least, most = (
        sum(reading["text"].count("?") for reading in objects(tendigits_command("read", folder, "--json", *option)))
        for option in (("--min-confidence", "0"), ("--min-confidence", "1"))
    )

    assert least < most


def test_a_single_digit_is_one_character(written_icon):
    icon, text = written_icon

    [reading] = objects(tendigits_command("read", icon, "--single", "--json"))

    assert len(text) == 1
    assert reading["text"] == text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--length", "four"), "'four' is no number of digits; write 4, or 4-6 for four to six"),
        (("--length", "6-4"), "'6-4' runs backwards; write 4-6"),
        (("--length", "4", "--single"), "--single is one digit"),
        (("--min-confidence", "2"), "--min-confidence"),
    ],
)
def test_nonsense_is_wrong_usage(icon, arguments, sentence):
    result = tendigits_command("read", icon, *arguments, code=2)

    assert sentence in result.stderr
    assert not result.stdout


def test_nothing_named_is_wrong_usage():
    assert "Missing argument" in tendigits_command("read", code=2).stderr


def test_a_missing_model_is_named(icon):
    assert "nowhere does not exist" in tendigits_command("read", icon, "--model", "nowhere", code=1).stderr


def test_a_name_stays_on_its_line(icon, tmp_path):
    (tmp_path / "two\nlines.png").write_bytes(icon.read_bytes())

    assert tendigits_command("read", "two\nlines.png").stdout.startswith("two\\nlines.png  ")


def test_images_of_one_name_have_pictures_of_their_own(icon, tmp_path):
    for name in ("a/x.png", "b/x.png", "b/x.jpg"):
        (tmp_path / "scans" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "scans" / name).write_bytes(icon.read_bytes())
    before = {path: path.read_bytes() for path in tmp_path.rglob("x.*")}

    tendigits_command("read", "scans/a/x.png", "scans/b", "--annotate", "new/annotated")

    written = sorted(path.relative_to("new/annotated").as_posix() for path in Path("new/annotated").rglob("*.*"))
    assert written == ["a/x.png.read.png", "b/x.jpg.read.png", "b/x.png.read.png"]
    assert all(cv2.imread(f"new/annotated/{name}") is not None for name in written)
    assert {path: path.read_bytes() for path in before} == before


def test_each_page_has_a_picture(icon, tmp_path):
    digit = Image.open(icon)
    digit.save(tmp_path / "pages.tif", save_all=True, append_images=[digit])

    tendigits_command("read", "pages.tif", "--annotate", "annotated")

    names = sorted(path.name for path in Path("annotated").iterdir())
    assert names == ["pages.tif.page-1.read.png", "pages.tif.page-2.read.png"]


def test_pictures_below_the_folder_that_is_read_are_not_read(icon, tmp_path):
    (tmp_path / "digit.png").write_bytes(icon.read_bytes())

    results = [tendigits_command("read", ".", "--annotate", "annotated", "--json") for _ in range(2)]

    assert [len(objects(result)) for result in results] == [1, 1]


def test_nothing_is_drawn_into_a_folder_that_is_read(icon, tmp_path):
    (tmp_path / "digit.png").write_bytes(icon.read_bytes())

    for named in ("digit.png", "."):
        assert "images are read from ." in tendigits_command("read", named, "--annotate", ".", code=2).stderr
    assert [path.name for path in Path().iterdir()] == ["digit.png"]


def test_a_folder_that_cannot_be_made_is_one_line(icon, tmp_path):
    (tmp_path / "taken").touch()

    result = tendigits_command("read", icon, "--annotate", "taken", code=1)

    assert result.stderr == "tendigits: cannot write to taken: it is a file; name a folder\n"


def test_a_full_disk_is_one_line_and_leaves_no_part_of_a_picture(icon, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    tendigits_command("read", icon, "--annotate", "annotated")
    Path("annotated/icon.png.read.png").unlink()
    monkeypatch.setattr("tendigits.cli.read.annotations.check_writable", lambda _: None)
    monkeypatch.setattr("os.fsync", full)

    result = tendigits_command("read", icon, "--annotate", "annotated", code=1)

    assert "tendigits: cannot write annotated/icon.png.read.png: No space left on device\n" in result.stderr
    assert result.stderr.count("\n") == 2  # the model's line, and this
    assert len(result.stdout.splitlines()) == 1  # what was read is shown all the same
    assert not list(Path("annotated").iterdir())

    errors = tendigits_command("read", icon, icon, icon, "--annotate", "annotated", code=1).stderr

    assert f"No space left on device; 2 images after {icon} not read\n" in errors


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_it_with_130_and_what_was_read_is_there(icon):
    process = started("read", *[icon] * 5000, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lines = [process.stdout.readline() for _ in range(3)]
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=30)

    assert process.returncode == 130
    assert errors.endswith("tendigits: interrupted\n")
    assert "Traceback" not in errors
    assert all("%" in line for line in [*lines, *rest.splitlines()])


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise")
def test_a_closed_pipe_is_no_error_message(icon):
    process = started("read", *[icon] * 5000, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()

    assert re.fullmatch(r"model: .*\n", process.stderr.read())
    process.stderr.close()
    process.wait(timeout=30)


@pytest.mark.skipif(os.name == "nt", reason="terminals")
def test_a_bar_is_on_a_terminal_alone_and_not_in_the_output(icon):
    import pty

    ours, theirs = pty.openpty()
    process = started("read", *[icon] * 8, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    output, _ = process.communicate(timeout=30)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)

    assert "0 of 8 images" in shown
    assert "\x1b" not in output
    assert len(output.splitlines()) == 8


def test_there_is_no_bar_without_a_terminal(icon):
    assert tendigits_command("read", *[icon] * 8).stderr.count("\n") == 1


def test_blank_paper_has_no_digits(tmp_path):
    save(tmp_path / "blank.png", np.full((200, 300, 3), 250, np.uint8))

    assert re.fullmatch(r"blank\.png +\S+%  no digits\n", tendigits_command("read", "blank.png").stdout)


def copied(icon, *names):
    """Put the icon under names below the folder that the test is in."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(icon.read_bytes())


def paths(*arguments, code=0):
    return [
        Path(each["path"]).as_posix() for each in objects(tendigits_command("read", *arguments, "--json", code=code))
    ]


def test_a_pattern_finds_each_image_once(icon):
    copied(icon, "scans/a.png", "scans/below/b.png", "scans/below/more/c.png")
    Path("scans/notes.txt").touch()
    expected = ["scans/a.png", "scans/below/b.png", "scans/below/more/c.png"]

    assert paths("scans/**") == paths("scans/**/**") == paths("scans/**/*.png") == paths("scans") == expected


@pytest.mark.parametrize("named", ["scans", "scans/**/*.png", "scans/**", "s*"])
def test_copies_are_not_taken_for_scans(icon, named):
    copied(icon, "scans/a.png", "scans/below/b.png")
    expected = ["scans/a.png", "scans/below/b.png"]

    for annotated in ("scans/out", "scans/out", "scans/other"):
        assert paths(named, "--annotate", annotated) == expected
    assert paths(named) == expected
    assert len(list(Path("scans").rglob("*.read.png"))) == 4


def test_what_is_in_the_folder_for_copies_is_not_found_by_a_pattern_either(icon):
    copied(icon, "scans/a.png", "scans/out/b.png")

    assert paths("scans/**/*.png", "--annotate", "scans/out") == ["scans/a.png"]


def test_a_copy_that_is_named_itself_is_read(icon):
    copied(icon, "a.png.read.png")

    assert paths("a.png.read.png") == ["a.png.read.png"]
    assert "only copies that --annotate has drawn match" in tendigits_command("read", "*.png", code=1).stderr


@pytest.mark.skipif(os.name == "nt", reason="other limits")
def test_copies_that_cannot_be_written_leave_the_others_alone(icon):
    most = os.pathconf(".", "PC_NAME_MAX") - len(".read.png")
    names = ["a" * (most + 1 - len(".png")) + ".png", "b" * (most - len(".png")) + ".png", "below/c.png", "d.png"]
    copied(icon, *names)
    copied(icon, "out/below")

    result = tendigits_command("read", *names, "--annotate", "out", code=1)

    assert len(result.stdout.splitlines()) == 4  # all are read
    assert sorted(path.name for path in Path("out").iterdir()) == [f"{names[1]}.read.png", "below", "d.png.read.png"]
    assert ": File name too long\n" in result.stderr
    assert "tendigits: cannot write out/below/c.png.read.png: " in result.stderr
    assert result.stderr.endswith("tendigits: 2 of 4 have no copy, or not of all pages\n")


def test_standard_input_has_a_copy_too(icon):
    result = CliRunner().invoke(app, ["read", "-", "--annotate", "out"], input=icon.read_bytes())

    assert result.exit_code == 0
    assert [path.name for path in Path("out").iterdir()] == ["standard-input.read.png"]


def test_a_folder_that_cannot_be_written_is_said_so_before_anything_is_read(icon, monkeypatch):
    def read_only(*_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("tendigits.cli.read.annotations.check_writable", read_only)

    result = tendigits_command("read", icon, "--annotate", "out", code=1)

    assert result.stderr == "tendigits: cannot write to out: Read-only file system\n"
    assert not result.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="names are texts there")
def test_a_name_that_is_no_text_is_read_and_has_a_copy(icon):
    name = os.fsdecode(b"\xff.png")
    copied(icon, name)
    Path(os.fsdecode(b"\xfe.png")).write_bytes(b"")

    process = started("read", ".", "--annotate", "out", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, errors = process.communicate(timeout=60)

    assert output.startswith(r"./\udcff.png")
    assert r"./\udcfe.png: empty" in errors
    assert "Traceback" not in errors
    assert os.listdir(b"out") == [b"\xff.png.read.png"]  # noqa: PTH208 - as bytes


def in_shell(redirections, *arguments):
    command = f'"$0" -m tendigits "$@" {redirections}'
    whole = ["sh", "-c", command, sys.executable, *map(str, arguments)]
    return subprocess.run(whole, capture_output=True, text=True, check=False, timeout=60)


posix = pytest.mark.skipif(os.name == "nt", reason="written for a shell of POSIX")


@posix
def test_closed_standard_input_is_an_image_that_cannot_be_read(icon):
    result = in_shell("<&-", "read", "-", icon)

    assert result.returncode == 1
    assert "tendigits: standard input: it is closed" in result.stderr
    assert len(result.stdout.splitlines()) == 1


@posix
def test_empty_standard_input_is_called_so():
    assert "tendigits: standard input: empty" in in_shell("</dev/null", "read", "-").stderr


@posix
def test_closed_standard_output_is_an_error_before_anything_is_read(icon):
    result = in_shell(">&-", "read", icon)

    assert result.returncode == 1
    assert re.fullmatch("tendigits: standard output is closed, .*\n", result.stderr)


@posix
def test_with_closed_standard_error_the_answer_is_alone(icon):
    result = in_shell("2>&-", "read", *[icon] * 8)

    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 8


@posix
def test_on_a_terminal_it_says_that_it_reads_a_pipe(icon):
    import pty

    os.mkfifo("pipe")
    ours, theirs = pty.openpty()
    process = started("read", "pipe", stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    Path("pipe").write_bytes(icon.read_bytes())
    output, _ = process.communicate(timeout=60)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)

    assert "reading an image from the pipe pipe" in shown
    assert output.startswith("pipe ")


def test_no_page_is_held_while_the_next_is_decoded(icon, tmp_path, tiff_pages):
    digit = Image.open(icon)
    digit.save(tmp_path / "pages.tif", save_all=True, append_images=[digit, digit])

    tendigits_command("read", "pages.tif", "--annotate", "out")

    assert len(tiff_pages) == 3
