"""How a server starts, in one process and in several, and what is said if it does not."""

import errno
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import PROGRAM, environment, eventually, serving

from tendigits.cores import check_workers, cores
from tendigits.errors import ServingError
from tendigits.serving.processes.listening import address_of, listen
from tendigits.serving.settings import Settings

needs_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


def failing(settings, app="create_echo", **variables):
    """Run a server that does not start, and return what it says."""
    program = PROGRAM.format(settings=settings, app=app)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment(**variables),
    )
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("workers", [1, 2])
def test_a_port_in_use_is_said_in_one_sentence(workers):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = failing(Settings(port=port, workers=workers))
    assert (
        said
        == f"tendigits: port {port} of 127.0.0.1 is in use: stop what listens there, or choose another with --port\n"
    )


def test_more_workers_than_are_of_use_are_refused():
    most = 4 * cores()
    said = failing(Settings(workers=most + 1, port=0))
    assert said.startswith(f"tendigits: {most + 1} workers are of no use on {cores()} core")
    assert said.count("\n") == 1
    check_workers(most)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("app", "reason"), [("create_damaged", "is damaged"), ("create_failing", "does not exist")])
def test_why_the_app_does_not_start_is_said_in_one_sentence(workers, app, reason):
    said = failing(Settings(port=0, workers=workers), app)
    assert said == f"tendigits: weights.safetensors {reason}\n"


def test_a_worker_that_fails_otherwise_shows_how(tmp_path):
    said = failing(Settings(port=0, workers=2), "no_such_app")
    assert "no_such_app" in said


def test_an_unknown_level_of_the_log_is_refused():
    said = failing(Settings(port=0), TENDIGITS_LOG_LEVEL="loud")
    assert "TENDIGITS_LOG_LEVEL is LOUD, and can be DEBUG, INFO, WARNING, ERROR" in said


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a" * 300, "a..b"])
def test_a_host_that_is_none_is_refused(host):
    with pytest.raises(ServingError, match="neither an address of this machine nor a name"):
        listen(host, 0)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(ServingError, match="is not an address of this machine"):
        listen("192.0.2.1", 0)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(ServingError, match="choose one from 1 to 65,535"):
        listen("127.0.0.1", port)


@pytest.mark.parametrize(
    ("port", "sentence"),
    [
        (80, "port 80 is reserved for the system's administrator: choose one above 1023 with --port"),
        (8000, "the system keeps port 8000 for itself: choose another with --port"),
    ],
)
def test_a_port_that_the_system_does_not_give_is_told_why(port, sentence, monkeypatch):
    class Kept(socket.socket):
        def bind(self, _):
            raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(socket, "socket", Kept)

    with pytest.raises(ServingError, match=f"^{sentence}$"):
        listen("127.0.0.1", port)


def test_the_address_is_one_that_a_browser_opens():
    with listen("127.0.0.1", 0) as listener:
        assert address_of(listener, "127.0.0.1") == f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert address_of(listener, "::1").startswith("http://[::1]:")


def python(program):
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment()
    )
    return done.stdout


def test_to_name_a_server_loads_nothing_that_serves():
    loaded = python("import tendigits.serving.server, tendigits.serving.settings, sys; print(*sys.modules)").split()
    assert "tendigits.serving.settings" in loaded
    assert not {"fastapi", "starlette", "uvicorn", "prometheus_client"}.intersection(loaded)


def test_a_missing_extra_is_named():
    said = python("""
import sys
sys.modules["uvicorn"] = None
from tendigits.errors import MissingExtraError
from tendigits.serving.server import run
from tendigits.serving.settings import Settings
try:
    run(Settings())
except MissingExtraError as error:
    print(error)
""")
    assert "tendigits[serve]" in said


def test_answers_have_a_date_and_do_not_name_the_software(tmp_path):
    with serving(tmp_path) as server:
        head = server.answer(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").lower()
        assert b"\r\ndate: " in head
        assert b"server:" not in head


def test_only_refusals_and_failures_are_logged(tmp_path):
    with serving(tmp_path) as server:
        server.get("/?key=secret")
        server.get("/raise?key=secret")
        server.answer(b"nonsense\r\n\r\n")
        server.stop()
        lines = server.log()
    assert [line.get("status") for line in lines] == [None, 500, 400]
    assert all("secret" not in str(line) for line in lines)


def test_every_request_is_logged_if_asked_for(tmp_path):
    with serving(tmp_path, environment_variables={"TENDIGITS_LOG_LEVEL": "info"}) as server:
        server.get("/here?key=secret", b"x-request-id: abc\r\n")
        server.stop()
        (line,) = server.log()
    assert (line["request"], line["path"], line["status"]) == ("abc", "/here", 200)


def processes(server):
    """Return the numbers of the processes that answer."""
    return {int(server.get("/process")[1]) for _ in range(50)}


@pytest.fixture
def workers(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with serving(tmp_path, workers=2, environment_variables={"TMPDIR": str(temporary)}) as server:
        yield server


def test_workers_share_a_port(workers):
    found = set()
    eventually(lambda: len(found.update(processes(workers)) or found) == 2)
    assert workers.process.pid not in found


def test_a_worker_that_dies_is_replaced(workers):
    first = processes(workers)
    workers.answer(b"GET /die HTTP/1.1\r\nhost: localhost\r\n\r\n")
    second = set()
    eventually(lambda: len(second.update(processes(workers)) or second - first) >= 1)
    workers.stop()
    assert any("ended with exit code 3; another takes its place" in line["message"] for line in workers.log())


def test_a_worker_that_cannot_be_replaced_at_once_does_not_end_the_others(tmp_path):
    with serving(tmp_path, app="not_sent_the_third_time", workers=2) as server:
        first = processes(server)
        server.answer(b"GET /die HTTP/1.1\r\nhost: localhost\r\n\r\n")
        found = set()
        eventually(lambda: len(found.update(processes(server)) or found - first) >= 1)
        assert server.stop() == 0
        assert "no worker can be started, which is tried again: Cannot allocate memory" in [
            line["message"] for line in server.log()
        ]


def test_requests_of_a_worker_that_died_are_not_in_flight(workers):
    first = processes(workers)
    workers.answer(b"GET /die HTTP/1.1\r\nhost: localhost\r\n\r\n")
    found = set()
    eventually(lambda: len(found.update(processes(workers)) or found - first) >= 1)
    _, text = workers.get("/metrics")
    assert b"tendigits_requests_in_flight 1.0" in text  # the one that asks


def test_the_port_stays_open_when_one_worker_is_asked_to_stop(workers):
    first = processes(workers)
    os.kill(next(iter(first)), signal.SIGTERM)
    eventually(lambda: processes(workers) - first)
    assert workers.process.poll() is None


@needs_proc
def test_workers_count_together_in_a_folder_that_is_removed(workers, tmp_path):
    (folder,) = (tmp_path / "temporary").glob("tendigits-metrics-*")
    for process in processes(workers):
        variables = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
        assert f"PROMETHEUS_MULTIPROC_DIR={folder}".encode() in variables
    assert workers.stop() == 0
    assert not folder.exists()


@needs_proc
def test_workers_end_with_the_process_that_started_them(workers):
    found = processes(workers)
    workers.process.kill()
    workers.process.wait()
    eventually(lambda: not any(runs(process) for process in found))


class SentOnce:
    """What can go to one worker, and not to a second."""

    sent = False

    def __reduce__(self):
        if self.sent:
            raise OSError("no more processes")
        self.sent = True
        return str, ()


def test_no_worker_and_no_handler_is_left_when_one_cannot_be_started():
    from tendigits.serving.processes.workers import run_workers

    before = signal.getsignal(signal.SIGTERM)
    with listen("127.0.0.1", 0) as listener, pytest.raises(OSError, match="no more"):
        run_workers(Settings(workers=2), SentOnce(), listener, lambda: None)

    assert signal.getsignal(signal.SIGTERM) is before
    assert not multiprocessing.active_children()


def runs(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


def test_ctrl_c_at_a_terminal_reaches_workers_once(tmp_path):
    """A terminal sends it to all processes; a worker that took it for a second one would drop requests."""
    with serving(tmp_path, workers=2) as server, server.connect() as connection:
        connection.sendall(b"GET /sleep/1 HTTP/1.1\r\nhost: localhost\r\n\r\n")
        time.sleep(0.2)
        for process in processes(server):
            os.kill(process, signal.SIGINT)
        assert server.stop(signal.SIGINT) == 130
        assert connection.recv(2**16).startswith(b"HTTP/1.1 200")
