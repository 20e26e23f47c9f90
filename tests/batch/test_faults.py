"""What goes wrong in a batch: each time a clear word, and nothing lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from handwritten import save
from whole import finished

import tendigits
from tendigits.batch import processes
from tendigits.errors import BatchError


def rows(target):
    return [json.loads(line) for line in Path(target).read_text().splitlines()]


@pytest.fixture
def folder(forms, tmp_path):
    """Some images, in a folder that may be changed."""
    folder = tmp_path / "some"
    folder.mkdir()
    for number in range(1, 6):
        (folder / f"{number}.png").write_bytes((forms[0] / f"{number}.png").read_bytes())
    return folder


def test_a_corrupt_image_among_good_ones_is_a_row_with_its_error(folder, forms):
    content = (folder / "3.png").read_bytes()
    (folder / "3.png").write_bytes(content[: len(content) // 2])

    code, said, _ = finished(folder, "-o", "some.jsonl")

    found = rows("some.jsonl")
    assert code == 1
    assert [Path(row["path"]).name for row in found] == [f"{number}.png" for number in range(1, 6)]
    assert set(found[2]) == {"path", "error"}
    assert "3.png" in found[2]["error"]
    assert all("text" in row for row in found[:2] + found[3:])
    assert "1 could not be read: the column error says why" in said
    assert found[2]["error"] in said


def test_a_truncated_parquet_file_among_others_is_a_row_with_its_error(forms, mnist):
    pq.write_table(pa.table({"image": [row.tobytes() for row in mnist[1][0][:10]]}), "whole.parquet")
    content = Path("whole.parquet").read_bytes()
    Path("cut.parquet").write_bytes(content[: len(content) // 2])

    summary = tendigits.read_many(["cut.parquet", forms[0] / "1.png"], "read.jsonl")

    found = rows("read.jsonl")
    assert summary.failed == 1
    assert found[0]["path"] == "cut.parquet"
    assert found[0]["error"].startswith("cut.parquet: ")
    assert "text" in found[1]


def test_a_truncated_parquet_file_alone_is_refused(tmp_path):
    pq.write_table(pa.table({"image": [bytes(10)]}), "cut.parquet")
    Path("cut.parquet").write_bytes(Path("cut.parquet").read_bytes()[:-8])

    code, _, errors = finished("cut.parquet", "-o", "read.jsonl")

    assert code == 1
    assert errors.startswith("tendigits: cut.parquet: ")
    assert errors.count("\n") == 1
    assert not Path("read.jsonl").exists()


def test_rows_of_a_table_that_cannot_be_read_are_lost_alone(mnist):
    images = {f"pixel{n}": mnist[1][0][:2000].reshape(-1, 784)[:, n] for n in range(784)}
    pq.write_table(pa.table(images), "digits.parquet", row_group_size=500, compression="none", use_dictionary=False)
    group = pq.ParquetFile("digits.parquet").metadata.row_group(2)
    at = group.column(0).data_page_offset
    content = bytearray(Path("digits.parquet").read_bytes())
    content[at : at + 20] = bytes(20)
    Path("digits.parquet").write_bytes(content)

    summary = tendigits.read_many("digits.parquet", "read.jsonl")

    found = rows("read.jsonl")
    failed = [row["row"] for row in found if "error" in row]
    assert [row["row"] for row in found] == list(range(1, 2001))
    assert set(range(1001, 1501)) <= set(failed)
    assert summary.failed == len(failed) <= 500 + 2 * 256


def test_an_image_that_kills_a_worker_twice_is_a_row_with_its_error(folder, monkeypatch):
    monkeypatch.setattr(processes, "_PROGRAM", (sys.executable, str(Path(__file__).with_name("deadly.py"))))
    save(folder / "2.png", np.full((13, 13, 3), 255, np.uint8))

    summary = tendigits.read_many(folder, "some.jsonl", workers=1)

    found = rows("some.jsonl")
    assert found[1]["error"] == "to read it ended a process twice: it is given up"
    assert [("error" in row) for row in found] == [False, True, False, False, False]
    assert summary.failed == 1


def test_an_image_that_fails_as_nobody_has_foreseen_is_a_row_with_its_error(folder, monkeypatch):
    monkeypatch.setattr(processes, "_PROGRAM", (sys.executable, str(Path(__file__).with_name("deadly.py"))))
    save(folder / "2.png", np.full((14, 14, 3), 255, np.uint8))

    tendigits.read_many(folder, "some.jsonl", workers=1)

    assert rows("some.jsonl")[1]["error"] == "cannot be read: MemoryError: of this image"
    assert ["error" in row for row in rows("some.jsonl")] == [False, True, False, False, False]


def test_a_worker_that_cannot_start_is_said_so_once(folder, monkeypatch):
    monkeypatch.setattr(processes, "_PROGRAM", (sys.executable, "-c", "raise SystemExit(3)"))

    with pytest.raises(BatchError, match="a worker process ended as it started, with code 3"):
        tendigits.read_many(folder, "some.jsonl")


def test_a_full_disk(forms, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24k", "none", disk]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a file system")
    try:
        code, _, errors = finished(forms[0], "-o", disk / "forms.jsonl")
        assert code == 1
        assert "No space left on device; what has been read is kept in" in errors
        assert "give the same command again, and it goes on" in errors
        assert "Traceback" not in errors
        assert not (disk / "forms.jsonl").exists()
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        code, _, errors = finished(forms[0], "-o", disk / "forms.jsonl")
        assert code == 0
        assert "goes on: " in errors
        written = (disk / "forms.jsonl").read_bytes()
    finally:
        subprocess.run(["umount", disk], check=True)
    tendigits.read_many(forms[0], "forms.jsonl")
    assert written == Path("forms.jsonl").read_bytes()


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_read(forms):
    Path("forms.jsonl.parts").write_text("in the way")

    with pytest.raises(BatchError, match=r"cannot write .*forms\.jsonl\.parts"):
        tendigits.read_many(forms[0], "forms.jsonl")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b";".join([b"0"] * 784), "a.csv: no table of images: its columns are separated by semicolons"),
        ("a.csv", b"", "a.csv: "),
        ("a.png", None, "a.png: there is no such file"),
        ("https://a.b/c.png", None, "a web address; download the image"),
    ],
)
def test_what_alone_is_named_and_cannot_be_read_is_said_at_once(name, content, words):
    if content is not None:
        Path(name).write_bytes(content)

    with pytest.raises(BatchError, match=words):
        tendigits.read_many(name, "read.csv")

    assert not Path("read.csv").exists()


def test_a_table_without_rows_is_said_to_be_empty():
    np.savez("none.npz", images=np.zeros((0, 28, 28), np.uint8))
    pq.write_table(pa.table({"image": pa.array([], pa.binary())}), "none.parquet")

    with pytest.raises(BatchError, match=r"none\.npz: images: is uint8 \(0, 28, 28\), which is empty"):
        tendigits.read_many("none.npz", "read.csv")
    with pytest.raises(BatchError, match=r"nothing to read: none\.parquet has no rows"):
        tendigits.read_many("none.parquet", "read.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_could_not_be_read_again():
    os.mkfifo("pipe.png")

    with pytest.raises(BatchError, match="save it to a file"):
        tendigits.read_many("pipe.png", "read.csv")


def test_damaged_words_about_a_job_are_said_to_be_damaged(folder):
    Path("read.csv.parts").mkdir()
    Path("read.csv.parts/job.json").write_text("garbage")

    with pytest.raises(BatchError, match=r"job\.json is damaged, and with it what was read before: remove"):
        tendigits.read_many(folder, "read.csv")
