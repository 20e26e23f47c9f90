"""A batch that Ray reads: the same file to the byte, whatever becomes of the nodes that read it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from handwritten import save
from whole import finished, parts, wait_for_parts

import tendigits
from tendigits.batch.on_ray import connection
from tendigits.errors import BatchError, MissingExtraError

pytest.importorskip("ray", reason="there is no Ray for this Python or system")
pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")

HERE = Path(__file__).parent
SOURCES = os.pathsep.join(map(str, (HERE, HERE.parents[1] / "src")))


@pytest.fixture(autouse=True)
def one_at_a_time(tmp_path_factory):
    """Let no two processes of one test run have Ray at work."""
    base = tmp_path_factory.getbasetemp()
    with FileLock((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "ray.lock"):
        yield


class Cluster:
    """A cluster, which ends with this process whatever happens."""

    def __init__(self):
        command = [sys.executable, HERE / "cluster.py"]
        environment = {**os.environ, "PYTHONPATH": SOURCES, "OPENBLAS_NUM_THREADS": "2", "RAY_USAGE_STATS_ENABLED": "0"}
        self.process = subprocess.Popen(
            command,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        self.address = self.process.stdout.readline().strip()
        assert self.address

    def add_node(self):
        """Add a node, and return its raylet."""
        self.process.stdin.write("node\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(60)


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.stop()


def processes():
    """Return the parent of each process."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    return parents


def kill_node(raylet):
    """Kill all processes of a node, as a power cut would."""
    os.kill(raylet, signal.SIGSTOP)  # it starts nothing meanwhile
    for number, parent in processes().items():
        if parent == raylet:
            os.kill(number, signal.SIGKILL)
    os.kill(raylet, signal.SIGKILL)


def raylets():
    """Return the processes of Ray's nodes that there are."""
    found = set()
    for number in processes():
        try:
            if Path(f"/proc/{number}/exe").readlink().name == "raylet":
                found.add(number)
        except OSError:
            continue
    return found


TWO_TASKS = "from tendigits.batch.on_ray import reading; reading._MOST_TASKS = 2"
"""As if there were thousands of blocks, several in each task of Ray's."""


def noted(*arguments, path=SOURCES, before=""):
    """Start the command of ``noted.py``."""
    command = [sys.executable, "-c", f"{before}\nimport noted; noted.read()", "read", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def notes():
    """Return the raylets whose workers have read blocks."""
    file = Path("raylets.txt")
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def cells(mnist):
    """A folder of 60 blocks of images, each a digit."""
    folder = Path("cells")
    folder.mkdir()
    for number in range(960):
        save(folder / f"{number}.png", mnist[1][0][number][..., None].repeat(3, 2))
    return folder


@pytest.fixture
def without_ray(cells):
    """What is to come of them."""
    tendigits.read_many(cells, "without.jsonl", single=True)
    return Path("without.jsonl").read_bytes()


def test_a_node_that_is_killed_costs_no_row(cluster, cells, without_ray):
    raylet = cluster.add_node()
    target = Path("with.jsonl")
    process = noted(cells, "-o", target, "--single", "--ray", cluster.address)
    end = time.monotonic() + 60
    while notes().count(raylet) < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)

    kill_node(raylet)
    there = len(parts(target))
    said, errors = process.communicate(timeout=90)

    assert process.returncode == 0, errors
    assert "960 rows" in said
    assert there < 50
    assert len(notes()) >= 60
    assert target.read_bytes() == without_ray


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_the_file_is_the_same_to_the_byte_as_without_ray(cluster, forms, digits, monkeypatch, kind):
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)  # Ray's name for what auto finds
    tendigits.read_many([forms[0], digits], f"without.{kind}")

    code, said, errors = finished(forms[0], digits, "-o", f"with.{kind}", "--ray", "auto")

    assert code == 0, errors
    assert "9,034 rows" in said
    assert Path(f"with.{kind}").read_bytes() == Path(f"without.{kind}").read_bytes()
    assert not Path(f"with.{kind}.parts").exists()


def test_local_ray_is_started_and_ended_and_says_no_word_of_its_own(digits):
    before = raylets()

    code, said, errors = finished(digits, "-o", "with.parquet", "--ray", "local", "--workers", 1)

    assert code == 0, errors
    assert [line.partition(":")[0] for line in errors.splitlines()] == ["starting Ray", "model"]
    assert said.startswith("with.parquet: 9,000 rows")
    assert raylets() == before


def test_ctrl_c_keeps_what_is_read_and_it_goes_on_without_ray(cluster, cells, without_ray):
    target = Path("with.jsonl")
    process = noted(cells, "-o", target, "--single", "--ray", cluster.address, before=TWO_TASKS)
    wait_for_parts(target, 3, process)
    assert len(notes()) < 25
    began = time.monotonic()

    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)

    assert process.returncode == 130
    assert time.monotonic() - began < 10
    assert errors.splitlines()[-1].startswith("tendigits: interrupted: ")
    assert errors.splitlines()[-1].endswith("kept in with.jsonl.parts; the same command goes on")
    assert errors.splitlines()[0] == f"joining the Ray cluster at {cluster.address}"
    assert errors.count("\n") == 3
    kept = len(parts(target))
    assert 3 <= kept < 60
    told = []
    tendigits.read_many(cells, target, single=True, progress=lambda done, total: told.append(done))
    assert told[0] == 16 * kept
    assert target.read_bytes() == without_ray


def test_what_was_begun_without_ray_goes_on_with_it(cluster, cells, without_ray):
    def interrupt(done, total):
        if done >= 480:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tendigits.read_many(cells, "with.jsonl", single=True, progress=interrupt)
    kept = len(parts(Path("with.jsonl")))

    process = noted(cells, "-o", "with.jsonl", "--single", "--ray", cluster.address)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert "goes on: " in errors
    assert 0 < len(notes()) <= 60 - kept
    assert Path("with.jsonl").read_bytes() == without_ray


def test_a_block_that_ends_actors_is_read_here(cluster, cells):
    deadly = Path("deadly")
    deadly.mkdir()
    shutil.copy(cells / "1.png", deadly)
    tendigits.read_many([deadly, cells], "without.jsonl", single=True)

    process = noted(deadly, cells, "-o", "with.jsonl", "--single", "--ray", cluster.address)
    _, errors = process.communicate(timeout=90)

    assert process.returncode == 0, errors
    assert Path("with.jsonl").read_bytes() == Path("without.jsonl").read_bytes()


def test_ray_that_the_calling_program_has_is_used_and_left_to_it(cluster, digits):
    program = f"""
import ray, ray.data, tendigits
ray.init({cluster.address!r}, log_to_driver=False)
summary = tendigits.read_many({str(digits)!r}, "with.csv", ray="local")
print(summary.rows, ray.is_initialized(), ray.data.DataContext.get_current().enable_progress_bars)
print(ray.get_runtime_context().gcs_address)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=90)

    assert result.stdout.splitlines() == ["9000 True True", cluster.address]


def test_actors_find_this_very_package_and_calculate_with_one_thread(cluster, cells):
    """As in a source tree that is installed nowhere."""
    Path("elsewhere").symlink_to(HERE.parents[1] / "src")
    path = os.pathsep.join((str(HERE), str(Path("elsewhere").absolute())))

    process = noted(cells / "1.png", "-o", "with.jsonl", "--ray", cluster.address, path=path)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    home = Path("elsewhere/tendigits/__init__.py").absolute()
    assert Path("found.txt").read_text() == f"{home} 1 1"


def test_what_is_read_twice_is_kept_once(monkeypatch):
    reading = pytest.importorskip("tendigits.batch.on_ray.reading")
    monkeypatch.setattr(reading, "_parts", lambda *_: (part for part in [(1, b"one"), (0, b"none"), (1, b"again")]))
    kept = []

    counts = reading.read_on_ray(None, ["a", "bc"], [0, 1], 2, lambda *part: kept.append(part))

    assert list(counts) == [2, 1]
    assert kept == [(1, b"one"), (0, b"none")]


def test_a_node_that_does_not_see_the_images_is_refused(cells, monkeypatch):
    actor = pytest.importorskip("tendigits.batch.on_ray.actor")
    here = Path.cwd()
    terms = partial(actor.Terms, tendigits.__version__)
    monkeypatch.chdir("/")

    assert "does not see nowhere.png: " in actor._refusal(terms(str(here), ["cells/1.png", "nowhere.png"]))
    assert "does not see /nowhere: " in actor._refusal(terms("/nowhere", []))
    assert actor._refusal(terms(str(here), ["cells/1.png"])) is None
    assert Path.cwd() == here


def test_a_node_with_another_version_is_refused(cluster, digits):
    program = "import tendigits; tendigits.__version__ = '9.9'; from tendigits.cli import main; main()"
    command = [sys.executable, "-c", program, "read", digits, "-o", "with.csv", "--ray", cluster.address]

    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert result.returncode == 1
    here = tendigits.__version__
    assert f"of the Ray cluster has tendigits {here}, and here it is 9.9: install the same" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1:1", "no Ray cluster answers at 127.0.0.1:1: "),
        ("ray://127.0.0.1:10001", "ray://127.0.0.1:10001 is not where a Ray cluster can be joined: on a node of the"),
        ("127.0.0.1:99999", "no Ray cluster answers at 127.0.0.1:99999: "),
        ("somewhere", "somewhere is not where a Ray cluster can be joined: "),
    ],
)
def test_where_no_cluster_is_it_is_said_at_once(digits, address, words):
    began = time.monotonic()

    code, _, errors = finished(digits, "-o", "with.csv", "--ray", address)

    assert code == 1
    joining, error = errors.splitlines()
    assert joining == f"joining the Ray cluster at {address}"
    assert error.startswith(f"tendigits: {words}")
    assert time.monotonic() - began < 10
    assert list(Path().iterdir()) == []


def test_who_listens_and_is_no_ray_is_said(monkeypatch):
    monkeypatch.setattr(connection, "_SECONDS", 3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"127.0.0.1:{mute.getsockname()[1]}"

        with pytest.raises(BatchError, match=f"whoever listens at {address} is no Ray cluster"):
            connection._check(address)


def test_without_ray_installed_the_pip_line_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(MissingExtraError, match=r'pip install "tendigits\[ray\]"'), connection.connected("local"):
        pass


def test_ray_goes_with_a_target(digits):
    code, _, errors = finished(digits, "--ray", "local")

    assert code == 2
    assert "goes with -o TARGET" in " ".join(errors.replace("│", " ").split())
