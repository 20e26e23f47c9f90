"""Training in real processes: killed, interrupted, on poor consoles, twice the same."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

EPOCHS = 60


def command(*arguments):
    return [sys.executable, "-c", "from tendigits.cli import main; main()", *map(str, arguments)]


def finished(*arguments, **environment):
    result = subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, env=os.environ | environment
    )
    assert result.returncode == 0, result.stderr
    return result


def weights_sha256(folder):
    return json.loads((folder / "metrics.json").read_text())["weights_sha256"]


@pytest.fixture(scope="module")
def options(small_mnist_folder):
    return ("--network", "32-16", "--data", small_mnist_folder, "--epochs", EPOCHS, "--seed", 3)


@pytest.fixture(scope="module")
def whole(options, tmp_path_factory):
    """Run without interruption; return its folder and how long the process took."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    finished("train", *options, "--out", tmp_path_factory.mktemp("first") / "run")  # compiles
    began = time.monotonic()
    finished("train", *options, "--out", folder)
    return folder, time.monotonic() - began


def test_two_processes_end_in_the_same_weights(options, whole, tmp_path):
    folder, _ = whole

    finished("train", *options, "--out", tmp_path / "again", TENDIGITS_CACHE=str(tmp_path))  # compiled anew
    finished("train", *options, "--out", tmp_path / "two threads", NPROC="2")

    assert weights_sha256(tmp_path / "again") == weights_sha256(folder)
    assert weights_sha256(tmp_path / "two threads") == weights_sha256(folder)
    for name in ("weights.safetensors", "history.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("attempt", range(3))
def test_a_run_killed_at_any_moments_ends_in_the_weights_of_the_whole(attempt, options, whole, tmp_path):
    reference, seconds = whole
    folder = tmp_path / "run"
    moments = [random.uniform(0.1, 1) * seconds for _ in range(2)]
    arguments = ("train", *options, "--out", folder)

    for moment in moments:
        process = subprocess.Popen(command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        process.kill()
        process.wait()
        for path in folder.glob("*"):
            assert_whole(path)
        if (folder / "config.json").exists():
            arguments = ("train", "--resume", folder)
    finished(*arguments)

    assert weights_sha256(folder) == weights_sha256(reference), f"killed after {moments} of {seconds} s"
    assert (folder / "history.csv").read_bytes() == (reference / "history.csv").read_bytes()


@pytest.fixture(scope="module")
def two_seeds(options, tmp_path_factory):
    """Train two seeds without interruption; return the options, and the hashes of the weights."""
    arguments = (*options[:4], "--epochs", 2, "--repeat", 2)
    result = finished("train", *arguments, "--out", tmp_path_factory.mktemp("two seeds"), "--json")
    return arguments, [run["weights_sha256"] for run in json.loads(result.stdout)["runs"]]


@pytest.mark.parametrize("sign", ["repeat.json", "seed-1/checkpoint.safetensors", "seed-2/config.json"])
def test_several_seeds_killed_at_any_stage_end_in_the_weights_of_the_whole(sign, two_seeds, tmp_path):
    arguments, expected = two_seeds
    folder = tmp_path / "runs"
    process = subprocess.Popen(command("train", *arguments, "--out", folder), stdout=subprocess.DEVNULL)
    wait_for(folder / sign, process)
    process.kill()
    process.wait()

    resumed = finished("train", "--resume", folder, "--json")

    assert [run["weights_sha256"] for run in json.loads(resumed.stdout)["runs"]] == expected


def assert_whole(path: Path):
    """A file with its own name is complete, whenever its writer was killed."""
    if path.suffix == ".json":
        json.loads(path.read_text())
    if path.suffix == ".png":
        assert path.read_bytes().endswith(b"IEND\xaeB`\x82")


def wait_for(path, process):
    """Wait until a process has written a file."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.001)


def wait_for_epochs(process, folder):
    """Wait until a process has finished its first epochs."""
    wait_for(folder / "checkpoint.safetensors", process)


@pytest.fixture
def started(tmp_path):
    """Start a training that nobody will wait for; it is killed in the end."""
    processes = []

    def start(*options):
        arguments = command("train", *options, "--out", tmp_path / "run")
        processes.append(subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return processes[0], tmp_path / "run"

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.backends
def test_a_killed_run_goes_on_with_the_backend_that_it_was_begun_on(options, tmp_path):
    arguments = ("train", *options[:4], "--epochs", 20)
    finished(*arguments, "--out", tmp_path / "whole")
    process = subprocess.Popen(command(*arguments, "--out", tmp_path / "killed"), stdout=subprocess.DEVNULL)
    wait_for_epochs(process, tmp_path / "killed")
    process.kill()
    process.wait()

    finished("train", "--resume", tmp_path / "killed", KERAS_BACKEND="")

    configuration = json.loads((tmp_path / "killed" / "config.json").read_text())
    assert configuration["backend"] == os.environ["KERAS_BACKEND"]
    assert weights_sha256(tmp_path / "killed") == weights_sha256(tmp_path / "whole")


def test_the_first_ctrl_c_ends_after_the_epoch_and_prints_the_command_that_goes_on(started, options):
    process, folder = started(*options[:4], "--epochs", 100_000)
    wait_for_epochs(process, folder)

    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)

    assert process.returncode == 130
    last = output.strip().splitlines()[-1]
    epoch = int(last.split("/")[0].removeprefix("epoch").strip())
    assert f"interrupted after epoch {epoch}; go on with:" in errors
    assert f"train --resume {folder}" in errors
    assert not (folder / "metrics.json").exists()


@pytest.mark.parametrize(
    "program",
    [[Path(sys.executable).with_name("tendigits")], [sys.executable, "-m", "tendigits"]],
    ids=["a script", "a module"],
)
def test_the_command_that_ctrl_c_prints_goes_on_when_it_is_typed_in(program, options, whole, tmp_path):
    arguments = [*program, "train", *map(str, options), "--out", "a run's folder"]
    with subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        wait_for_epochs(run, tmp_path / "a run's folder")
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=60)
    assert run.returncode == 130
    typed = re.search("; go on with: +(.+)\n", errors)[1]

    subprocess.run(typed, shell=True, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)  # noqa: S602 - as typed

    assert weights_sha256(tmp_path / "a run's folder") == weights_sha256(whole[0])


def test_a_second_ctrl_c_ends_at_once(started, options):
    process, folder = started("--network", "2000-2000", "--data", options[3], "--batch-size", 1)
    while "Non-trainable" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(5)  # in the first epoch, which takes half a minute

    process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)

    assert process.returncode == 130
    assert "stopping after this epoch; Ctrl-C again stops at once" in errors
    assert f"train --resume {folder}" in errors


def test_ctrl_c_ends_the_training_of_several_seeds_too(started, options):
    process, folder = started(*options[:4], "--epochs", 1, "--repeat", 100)
    wait_for_epochs(process, folder / "seed-2")

    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 130
    assert errors.rstrip().endswith(f"train --resume {folder}")
    assert not (folder / "seed-9").exists()


def test_the_configuration_is_on_disk_before_keras_is_imported(options, tmp_path):
    program = f"""
import importlib.abc, sys
class Killing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in ("keras", "jax") and sys._getframe(2).f_code.co_name != "find_spec":
            sys.exit("Keras is being imported")
from tendigits.cli import app
import tendigits.training
sys.meta_path.insert(0, Killing())
app({["train", *map(str, options), "--out", str(tmp_path / "run")]})
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert result.stderr.strip().endswith("Keras is being imported")
    assert json.loads((tmp_path / "run" / "config.json").read_text())["seed"] == 3


def test_no_utf_8_console_is_needed(options, tmp_path):
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}

    result = finished("train", *options[:4], "--epochs", 1, "--out", tmp_path / "räume", **environment)

    assert result.stdout.isascii()
    assert "Total params" in result.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_standard_output_is_said_in_a_line():
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(command("data", "list"), stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert result.returncode == 1
    assert result.stderr == "tendigits: what is printed cannot be written: No space left on device\n"


def test_a_full_disk_is_said_in_a_line(options, tmp_path):
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", tmp_path]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        arguments = command("train", *options[:4], "--epochs", 1, "--out", tmp_path / "run")
        result = subprocess.run(arguments, capture_output=True, text=True, check=False)
        left = sorted(path.name for path in (tmp_path / "run").iterdir())
    finally:
        subprocess.run(["umount", tmp_path], check=True)

    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1].endswith("checkpoint.safetensors: No space left on device")
    assert left == ["config.json"]
