"""``tendigits serve``: what it says, and what is wrong before anything is started."""

import importlib.util
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest
from command import tendigits_command

from tendigits.cli.serve.addresses import addresses, is_loopback, own_addresses

needs_server = pytest.mark.skipif(
    importlib.util.find_spec("tendigits.serving.server") is None, reason="the server is a part of its own"
)

EVERYWHERE = "0.0.0.0"  # noqa: S104 - these tests are about it


@pytest.fixture
def taken():
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def said(*arguments, code):
    """Return what the command says before it ends, one line."""
    output = tendigits_command("serve", *arguments, code=code).stderr
    assert "Traceback" not in output
    return output


def test_the_help_names_every_option():
    output = tendigits_command("serve", "--help").stdout

    options = {"--host", "--port", "--workers", "--model", "--open", "--allow-host", "--allow-origin"}
    assert options <= set(re.findall(r"--[a-z-]+", output))


@needs_server
def test_a_port_that_is_taken_is_named(taken):
    model, error = said("--port", taken, code=1).splitlines()

    assert model.startswith("model: ")
    assert re.fullmatch(rf"tendigits: .*\b{taken}\b.*in use.*--port.*", error)


@needs_server
def test_an_address_of_another_machine_is_named():
    assert re.search(r"tendigits: .*192\.0\.2\.1.*--host.*\n$", said("--host", "192.0.2.1", "--port", 0, code=1))


def test_a_model_that_is_none_is_named(tmp_path):
    output = said("--model", tmp_path / "nothing", "--port", 0, code=1)

    assert output.startswith(f"tendigits: {tmp_path / 'nothing'} does not exist")
    assert output.count("\n") == 1


@pytest.mark.parametrize("wrong", [("--port", "65536"), ("--port", "-1"), ("--workers", "0"), ("--host",)], ids=str)
def test_what_no_server_can_have_is_wrong_usage(wrong):
    said(*wrong, code=2)


def test_without_the_extra_the_pip_line_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "fastapi", None)  # as Python does for what is not to be found

    assert said("--port", 0, code=1).endswith('Install it with:  pip install "tendigits[serve]"\n')


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("localhost", "http://localhost:80"), ("::1", "http://[::1]:80")],
)
def test_a_server_of_this_machine_has_one_address(host, url):
    assert addresses(host, 80) == [url]
    assert is_loopback(host)


def test_a_server_of_the_network_has_those_that_others_reach_it_by():
    found = addresses(EVERYWHERE, 80)

    assert found[0] == "http://127.0.0.1:80"
    assert len(found) == 1 + len(own_addresses())
    assert not is_loopback(EVERYWHERE)


def started(*arguments):
    command = [sys.executable, "-m", "tendigits", "serve", "--port", "0", *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


@needs_server
@pytest.mark.parametrize(("host", "lines"), [("127.0.0.1", 2), (EVERYWHERE, 3 + len(own_addresses()))])
def test_it_says_whose_weights_they_are_and_where_it_is_once_it_is_ready(host, lines):
    with started("--host", host) as server:
        try:
            first, url, *others = (server.stderr.readline() for _ in range(lines))
            assert httpx.get(f"{url.split()[1]}/v2/health/ready").status_code == 200
        finally:
            server.send_signal(signal.SIGTERM)
    assert re.fullmatch(r"model: shipped 1\.0 [0-9a-f]{8}\n", first)
    assert re.fullmatch(r"tendigits: http://127\.0\.0\.1:\d+\n", url)
    assert all(re.fullmatch(r"tendigits: http://\S+:\d+\n", other) for other in others[:-1])
    assert ("no passwords" in others[-1]) if others else host == "127.0.0.1"
