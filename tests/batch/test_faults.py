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
from tendigits.batch.block_reader import BlockReader
from tendigits.batch.blocks import Inputs, OpenedTable
from tendigits.batch.job import Job
from tendigits.batch.targets import kind_of
from tendigits.data.tables import Rows
from tendigits.errors import BatchError
from tendigits.models import open_model


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
    assert "1 could not be read: mend them (the column error says why)" in said
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
    assert found[1]["error"] == "a process that read it ended, or took over 10 minutes, twice: it is given up"
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

    with pytest.raises(BatchError, match="2 worker processes ended as they started, the last with code 3"):
        tendigits.read_many(folder, "some.jsonl")


def program_of_a_worker(*lines):
    """Return a worker that does something else first, and what it may note in a file that is called noted."""
    Path("worker.py").write_text("\n".join([*lines, "from tendigits.batch import worker", "worker.main()"]))
    return sys.executable, str(Path("worker.py").absolute())


def test_a_worker_that_is_killed_as_it_starts_costs_nothing(folder, monkeypatch):
    once = (
        "import os, pathlib\nif not pathlib.Path('noted').exists():\n"
        "    pathlib.Path('noted').touch(); os.kill(os.getpid(), 9)"
    )
    monkeypatch.setattr(processes, "_PROGRAM", program_of_a_worker(once))

    assert tendigits.read_many(folder, "some.jsonl", workers=1).failed == 0
    assert Path("noted").exists()


def test_a_worker_that_stands_still_is_ended_and_costs_nothing(folder, monkeypatch):
    once = (
        "import os, pathlib\nfrom tendigits.reading.reader import Reader\nread_pixels = Reader.read_pixels\n"
        "def still(*arguments, **options):\n"
        "    if not pathlib.Path('noted').exists():\n"
        "        pathlib.Path('noted').touch(); os.kill(os.getpid(), 19)\n"
        "    return read_pixels(*arguments, **options)\n"
        "Reader.read_pixels = still"
    )
    monkeypatch.setattr(processes, "_PROGRAM", program_of_a_worker(once))
    monkeypatch.setattr(processes, "_PATIENCE", 10)

    assert tendigits.read_many(folder, "some.jsonl", workers=1).failed == 0
    assert Path("noted").exists()


def test_what_a_python_prints_as_it_starts_is_no_answer(folder, monkeypatch):
    monkeypatch.setattr(processes, "_PROGRAM", program_of_a_worker("print('hello', end='')"))

    assert tendigits.read_many(folder, "some.jsonl").failed == 0


def test_what_a_python_prints_as_it_starts_may_be_long(folder, monkeypatch):
    monkeypatch.setattr(processes, "_PROGRAM", program_of_a_worker("print('hello ' * 100_000, flush=True)"))

    assert tendigits.read_many(folder, "some.jsonl").failed == 0


def test_an_image_that_cannot_be_opened_as_too_many_are_is_no_row_with_an_error(folder, monkeypatch):
    few = "import resource\nfrom tendigits.image import source\nread = source._from_path\n"
    refused = "def refused(name):\n    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0)); return read(name)\n"
    monkeypatch.setattr(processes, "_PROGRAM", program_of_a_worker(few, refused, "source._from_path = refused"))

    with pytest.raises(BatchError, match="Too many open files"):
        tendigits.read_many(folder, "some.jsonl")

    assert not Path("some.jsonl").exists()


def test_a_table_that_fails_as_nobody_has_foreseen_loses_its_rows_alone():
    class Failing:
        name, files, count, is_labelled, is_encoded = "failing", (), 300, False, False

        def read(self, start, stop):
            if start:
                raise RuntimeError("of this library")
            return Rows(np.zeros((stop - start, 28, 28), np.uint8))

    inputs = Inputs([OpenedTable(Failing(), ())])
    reader = BlockReader(
        Job(open_model(), inputs.tables, single=False, length=None, min_confidence=None, kind=kind_of(Path("a.csv")))
    )

    batch = reader.read(inputs[0], {}, lambda first, count: None)

    assert batch.column("error").to_pylist() == [None] * 256 + ["cannot be read: RuntimeError: of this library"] * 44


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
    Path("read.csv.parts/00000000-0123456789abcdef.part").touch()

    with pytest.raises(BatchError, match=r"job\.json is damaged, and with it what was read before: remove"):
        tendigits.read_many(folder, "read.csv")


def test_a_folder_that_is_somebody_else_s_is_left_alone(folder):
    Path("read.csv.parts").mkdir()
    Path("read.csv.parts/notes.txt").write_text("precious")

    with pytest.raises(BatchError, match=r"not of a batch that can be gone on with \(it holds notes\.txt\)"):
        tendigits.read_many(folder, "read.csv")

    assert Path("read.csv.parts/notes.txt").read_text() == "precious"


def test_a_target_that_somebody_else_writes_meanwhile_is_left_alone(folder):
    def write(done, total):
        Path("read.csv").write_text("mine")

    with pytest.raises(BatchError, match=r"read\.csv was written by somebody else meanwhile"):
        tendigits.read_many(folder, "read.csv", progress=write)
    assert Path("read.csv").read_text() == "mine"
    with pytest.raises(BatchError, match=r"read\.csv is there already"):
        tendigits.read_many(folder, "read.csv")
    Path("read.csv").unlink()

    assert tendigits.read_many(folder, "read.csv").rows == 5
    assert not Path("read.csv.parts").exists()


def test_parts_of_which_some_were_removed_are_of_the_job_that_they_were_of(forms, monkeypatch):
    """Killed while parts are removed: what is left is never taken for another job's."""
    from tendigits.batch import parts

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rmdir", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        patched.setattr(parts.Parts, "_remove", lambda self: self._path(0).unlink() or Path("x").rmdir())
        with pytest.raises(KeyboardInterrupt):
            tendigits.read_many(forms[0], "read.csv")
    whole = Path("read.csv").read_bytes()
    Path("read.csv").rename("first.csv")

    with pytest.raises(BatchError, match="by another job"):
        tendigits.read_many(forms[0], "read.csv", model="tutorial")
    tendigits.read_many(forms[0], "read.csv")

    assert Path("read.csv").read_bytes() == whole == Path("first.csv").read_bytes()


def test_a_process_that_dies_of_all_is_not_started_for_ever(folder, monkeypatch):
    program = Path("dying.py")
    program.write_text(
        "import os, signal\nfrom tendigits.batch import block_reader, worker\n"
        "block_reader.packed = lambda batch: os.kill(os.getpid(), signal.SIGKILL)\nworker.main()\n"
    )
    monkeypatch.setattr(processes, "_PROGRAM", (sys.executable, str(program)))

    with pytest.raises(BatchError, match="a worker process ended 3 times with block 0"):
        tendigits.read_many(folder, "read.csv", workers=1)


@pytest.mark.parametrize("workers", [0, -1])
def test_no_workers_read_nothing(folder, workers):
    with pytest.raises(tendigits.errors.TendigitsError, match="workers do nothing"):
        tendigits.read_many(folder, "read.csv", workers=workers)


def test_where_there_is_no_room_to_unpack_no_row_is_lost(monkeypatch, mnist):
    np.savez_compressed("digits.npz", images=mnist[1][0][:3000])
    disk = Path("disk")
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a file system")
    try:
        code, _, errors = finished("digits.npz", "-o", "read.csv", env={**os.environ, "TMPDIR": str(disk.absolute())})
    finally:
        subprocess.run(["umount", disk], check=True)

    assert code == 1
    assert "cannot be unpacked in" in errors
    assert "Traceback" not in errors
    assert not Path("read.csv").exists()
    assert tendigits.read_many("digits.npz", "read.csv").failed == 0


def test_a_worker_has_one_table_open(mnist):
    import resource

    Path("tables").mkdir()
    for number in range(60):
        pq.write_table(pa.table({"image": [row.tobytes() for row in mnist[1][0][:1]]}), f"tables/{number}.parquet")
        np.savez_compressed(f"tables/{number}.npz", images=mnist[1][0][:2])

    code, said, errors = finished(
        *sorted(Path("tables").iterdir()),
        *("-o", "read.csv", "--workers", "1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)),
    )

    assert "Too many open files" not in said + errors
    assert "180 rows" in said
    assert code == 1  # 784 bytes are no image file


def test_a_folder_of_tables_that_is_named_twice_is_read_twice(mnist):
    Path("tables").mkdir()
    np.savez("tables/1.npz", images=mnist[1][0][:3])

    assert tendigits.read_many(["tables", "tables"], "read.jsonl").failed == 0
    assert [row["row"] for row in rows("read.jsonl")] == [1, 2, 3, 1, 2, 3]


def test_what_lies_in_the_current_folder_is_no_module_of_a_worker(folder):
    Path("cv2.py").write_text("raise SystemExit('not this one')")

    assert tendigits.read_many(folder, "read.csv").failed == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_that_a_pattern_matches_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.png")
    os.mkfifo(folder / "pipe")

    assert tendigits.read_many(f"{folder}/*", "read.csv").failed == 2
