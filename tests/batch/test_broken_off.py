"""A batch that is broken off goes on where it was, and ends as if it had not been."""

import errno
import json
import os
import re
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from whole import children, finished, kill, parts, started, wait_for_parts

import tendigits
from tendigits.batch import finding
from tendigits.batch import parts as kept
from tendigits.data import write_idx
from tendigits.errors import BatchError

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")

KINDS = ["parquet", "csv", "jsonl"]


@pytest.fixture(scope="module")
def uninterrupted(forms, digits, tmp_path_factory):
    """The targets of a batch that nothing happened to."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    for kind in KINDS:
        tendigits.read_many([forms[0], digits], folder / f"all.{kind}")
    return folder


@pytest.mark.parametrize(
    ("kind", "end"), [("parquet", signal.SIGKILL), ("csv", signal.SIGTERM), ("jsonl", signal.SIGINT)]
)
def test_it_goes_on_where_it_was(forms, digits, uninterrupted, kind, end):
    target = Path(f"all.{kind}")
    process = started(forms[0], digits, "-o", target, "--workers", 1)
    wait_for_parts(target, 2, process)
    process.send_signal(end)
    process.communicate(timeout=20)
    assert not target.exists()
    begun = len(parts(target))
    assert 2 <= begun < 6

    code, said, errors = finished(forms[0], digits, "-o", target)

    assert code == 0
    assert int(re.search(r"goes on: ([\d,]+) of", errors)[1].replace(",", "")) > 0
    assert "9,034 rows" in said
    assert target.read_bytes() == (uninterrupted / target.name).read_bytes()
    assert not target.with_name(f"{target.name}.parts").exists()


def test_what_has_been_read_is_not_read_again(forms, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many(forms[0], "forms.csv", workers=1, progress=interrupt_after(16))
    told = []

    tendigits.read_many(forms[0], "forms.csv", progress=lambda done, total: told.append(done))

    assert told[0] >= 16
    assert told[-1] == 34


def interrupt_after(count):
    def progress(done, total):
        if done >= count:
            raise KeyboardInterrupt

    return progress


def test_ctrl_c_says_how_far_it_is_and_leaves_no_process(forms):
    target = Path("forms.csv")
    process = started(forms[0], "-o", target, "--workers", 2)
    wait_for_parts(target, 1, process)
    workers = children(process)
    began = time.monotonic()

    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)

    assert process.returncode == 130
    assert errors.splitlines()[-1].startswith("tendigits: interrupted: ")
    assert errors.splitlines()[-1].endswith("kept in forms.csv.parts; the same command goes on")
    assert "Traceback" not in errors
    assert time.monotonic() - began < 10
    assert len(workers) == 2
    assert not [number for number in workers if Path(f"/proc/{number}").exists()]


def test_workers_end_when_the_process_that_asks_them_is_killed(forms):
    target = Path("forms.csv")
    process = started(forms[0], "-o", target, "--workers", 2)
    wait_for_parts(target, 1, process)
    workers = children(process)

    kill(process.pid)
    process.communicate()

    assert len(workers) == 2
    end = time.monotonic() + 20
    while any(Path(f"/proc/{number}").exists() for number in workers):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_worker_that_is_killed_costs_nothing(forms, uninterrupted, digits):
    target = Path("all.parquet")
    process = started(forms[0], digits, "-o", target, "--workers", 2)
    wait_for_parts(target, 1, process)
    killed = children(process)[0]
    kill(killed)

    _said, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert target.read_bytes() == (uninterrupted / target.name).read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--length", "4"], "--length"),
        (["--single"], "--single"),
        (["--min-confidence", "0.5"], "--min-confidence"),
        (["--model", "tutorial"], "the model's name, the model"),
    ],
)
def test_parts_of_another_job_are_not_mixed_in(forms, options, words):
    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many(forms[0], "forms.csv", workers=1, progress=interrupt_after(16))
    before = [path.read_bytes() for path in parts(Path("forms.csv"))]

    code, _, errors = finished(forms[0], "-o", "forms.csv", *options)

    assert code == 1
    assert f"by another job ({words}): give the command that it was begun with" in errors
    assert [path.read_bytes() for path in parts(Path("forms.csv"))] == before


@pytest.fixture
def changing(forms, tmp_path):
    """A folder of images that may be changed; 32 of 34 are read already."""
    folder = tmp_path / "changing"
    folder.mkdir()
    for path in forms[0].iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many(folder, "forms.csv", workers=1, progress=interrupt_after(32))
    return folder


def done_when_it_goes_on(folder):
    """Go on, and see that all is as if it had not been broken off; return how many were read already."""
    told = []
    tendigits.read_many(folder, "forms.csv", progress=lambda done, total: told.append(done))
    tendigits.read_many(folder, "at-once.csv")
    assert Path("forms.csv").read_bytes() == Path("at-once.csv").read_bytes()
    return told[0]


def test_what_has_not_changed_is_not_read_again(changing):
    assert done_when_it_goes_on(changing) == 32


@pytest.mark.parametrize(
    ("change", "done"),
    [
        (lambda folder: (folder / "20.png").write_bytes((folder / "21.png").read_bytes()), 16),
        (lambda folder: (folder / "20.png").chmod(0o400), 16),  # it may be one that could not be read before
        (lambda folder: (folder / "20.png").rename(folder / "50.png"), 16),
        (lambda folder: (folder / "34.png").rename(folder / "50.png"), 32),
        (lambda folder: (folder / "0.png").write_bytes((folder / "21.png").read_bytes()), 0),
    ],
    ids=["another", "permissions", "another name", "in a block that was not read", "the first"],
)
def test_what_has_changed_since_is_read_again_and_nothing_else(changing, change, done):
    change(changing)

    assert done_when_it_goes_on(changing) == done


def test_parts_of_other_images_altogether_are_left_alone(changing, forms):
    before = parts(Path("forms.csv"))

    with pytest.raises(BatchError, match=r"by another job \(the images or tables\)"):
        tendigits.read_many(forms[0], "forms.csv")

    assert parts(Path("forms.csv")) == before


def test_of_a_job_of_which_nothing_was_read_nothing_is_left(forms):
    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many(forms[0], "forms.csv", length=7, progress=interrupt_after(0))
    assert Path("forms.csv.parts/job.json").exists()

    assert tendigits.read_many(forms[0], "forms.csv").rows == 34


@pytest.mark.parametrize("target", ["a.csv", "z.csv"])
def test_a_pattern_that_the_shell_expands_may_name_the_parts_and_the_target(changing, target):
    target = changing / target
    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many(sorted(changing.glob("*")), target, workers=1, progress=interrupt_after(32))
    told = []

    summary = tendigits.read_many(
        sorted(changing.glob("*")), target, progress=lambda done, total: told.append((done, total))
    )

    assert told[0] == (32, 34)
    assert summary.rows == 34
    parquet = changing / "all.parquet"
    tendigits.read_many(f"{changing}/*.p*", parquet)
    assert tendigits.read_many(f"{changing}/*.p*", parquet, review="page.html").rows == 34


def test_images_that_were_away_for_a_while_are_read_when_they_are_back(forms, tmp_path):
    share = tmp_path / "share"
    shutil.copytree(forms[0], share / "forms")

    def drop(done, total):
        if done and share.exists():
            share.rename(tmp_path / "dropped")

    with pytest.raises(BatchError, match=r"has changed while the batch was read, or is gone: give the same command"):
        tendigits.read_many(share / "forms", "forms.csv", workers=1, progress=drop)
    (tmp_path / "dropped").rename(share)

    assert tendigits.read_many(share / "forms", "forms.csv").failed == 0


def test_a_table_that_is_replaced_as_it_is_opened_is_read_as_it_is(digits, monkeypatch):
    shutil.copy(digits, "digits.npz")
    open_table = finding.open_table

    def opened(path):
        table = open_table(path)
        if table.count == 9000:
            np.savez("digits.npz", images=np.load(digits)["images"][:5000])
        return table

    monkeypatch.setattr(finding, "open_table", opened)

    summary = tendigits.read_many("digits.npz", "digits.csv")

    assert (summary.rows, summary.failed) == (5000, 0)


def test_a_target_that_ended_before_its_parts_were_gone_is_made_anew_where_an_image_was_mended(changing, monkeypatch):
    (changing / "34.png").write_bytes(b"damaged")
    with monkeypatch.context() as patched:
        patched.setattr(kept.Parts, "_remove", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tendigits.read_many(changing, "forms.csv")
    assert "34.png" in Path("forms.csv").read_text().splitlines()[-1]
    (changing / "34.png").write_bytes((changing / "33.png").read_bytes())

    summary = tendigits.read_many(changing, "forms.csv")

    assert summary.failed == 0
    tendigits.read_many(changing, "at-once.csv")
    assert Path("forms.csv").read_bytes() == Path("at-once.csv").read_bytes()
    assert not Path("forms.csv.parts").exists()


def test_a_target_that_ended_before_its_parts_were_gone_is_not_replaced_by_another_job_s(forms, monkeypatch):
    def remove_parts(self):
        for number in list(self.done):
            self._path(number).unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(kept.Parts, "_remove", remove_parts)
        with pytest.raises(KeyboardInterrupt):
            tendigits.read_many(forms[0], "forms.csv")
    whole = Path("forms.csv").read_bytes()

    with pytest.raises(BatchError, match="by another job"):
        tendigits.read_many(forms[0], "forms.csv", length=7)

    assert Path("forms.csv").read_bytes() == whole


def test_parts_of_a_target_that_is_there_go_where_a_page_is_wanted(forms, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(kept.Parts, "_remove", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tendigits.read_many(forms[0], "forms.parquet")

    tendigits.read_many(forms[0], "forms.parquet", review="page.html")

    assert sorted(path.name for path in Path().iterdir()) == ["forms.parquet", "page.html"]


def test_where_there_are_no_links_a_name_without_content_is_given_its_content(forms, monkeypatch):
    def no_link(*names):
        raise OSError(errno.EPERM, "no links here")

    def end_between(result, target):
        target.touch(exist_ok=False)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", no_link)
    with monkeypatch.context() as patched:
        patched.setattr(kept, "give_free_name", end_between)
        with pytest.raises(KeyboardInterrupt):
            tendigits.read_many(forms[0], "forms.csv")
    assert Path("forms.csv").read_bytes() == b""

    assert tendigits.read_many(forms[0], "forms.csv").rows == 34
    assert len(Path("forms.csv").read_text().splitlines()) == 35


def test_labels_that_have_changed_since_are_read_again(mnist):
    images, labels = mnist[1]
    write_idx(Path("some-images-idx3-ubyte"), images[:5000])
    write_idx(Path("some-labels-idx1-ubyte"), labels[:5000])
    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many("some-images-idx3-ubyte", "read.jsonl", workers=1, progress=interrupt_after(4096))

    others = labels[:5000][::-1]
    write_idx(Path("some-labels-idx1-ubyte"), others)

    told = []
    tendigits.read_many("some-images-idx3-ubyte", "read.jsonl", progress=lambda done, total: told.append(done))
    found = [json.loads(line)["label"] for line in Path("read.jsonl").read_text().splitlines()]
    assert told[0] == 0
    assert found == others.tolist()


def test_what_changes_while_it_is_read_is_read_again(changing):
    def change(done, total):
        if done == 32:
            (changing / "34.png").write_bytes((changing / "21.png").read_bytes())

    with pytest.raises(BatchError, match=r"one of .*33\.png to .*34\.png has changed while the batch was read"):
        tendigits.read_many(changing, "forms.csv", progress=change)

    assert not Path("forms.csv").exists()
    assert done_when_it_goes_on(changing) == 32


def test_ctrl_c_on_a_terminal_which_all_processes_there_hear_of(forms):
    target = Path("forms.csv")
    process = started(forms[0], "-o", target, "--workers", 2, start_new_session=True)
    wait_for_parts(target, 1, process)

    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)

    assert process.returncode == 130
    assert errors.splitlines()[1:] == [errors.splitlines()[-1]]
    assert errors.splitlines()[-1].startswith("tendigits: interrupted: ")


def test_sigterm_ends_all_processes(forms):
    target = Path("forms.csv")
    process = started(forms[0], "-o", target, "--workers", 2)
    wait_for_parts(target, 1, process)
    workers = children(process)

    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)

    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in errors
    assert not [number for number in workers if Path(f"/proc/{number}").exists()]


def test_two_at_once_on_one_target(forms):
    target = Path("forms.csv")
    process = started(forms[0], "-o", target, "--workers", 1)
    wait_for_parts(target, 1, process)

    code, _, errors = finished(forms[0], "-o", target)

    assert code == 1
    assert errors.splitlines()[-1] == (
        "tendigits: forms.csv is being written by another process: wait for it, or name another target"
    )
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(target.read_text().splitlines()) == 35


def test_a_damaged_part_is_named(forms):
    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many(forms[0], "forms.csv", workers=1, progress=interrupt_after(16))
    part = parts(Path("forms.csv"))[0]
    content = part.read_bytes()
    part.write_bytes(content[: len(content) // 2])

    with pytest.raises(BatchError, match=f"{part} is damaged: remove it, and start again"):
        tendigits.read_many(forms[0], "forms.csv")
    part.unlink()

    assert tendigits.read_many(forms[0], "forms.csv").rows == 34


def test_a_target_that_was_there_already_when_its_parts_were_to_go(forms, monkeypatch):
    """Killed between the last two steps: the target is whole, and its parts are still there."""
    with monkeypatch.context() as patched:
        patched.setattr(kept.Parts, "_remove", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tendigits.read_many(forms[0], "forms.csv")
    whole = Path("forms.csv").read_bytes()
    with monkeypatch.context() as patched:  # and killed once more, while its rows are counted
        patched.setattr(kept.Parts, "batches", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tendigits.read_many(forms[0], "forms.csv")

    tendigits.read_many(forms[0], "forms.csv")

    assert Path("forms.csv").read_bytes() == whole
    assert not Path("forms.csv.parts").exists()
