"""The files that docs/howto/production.md tells people to copy, held against the programs that read them.

Each program is one of Debian's packages: systemd, nginx-light, caddy and prometheus. Where one is missing, its test is
skipped.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from prometheus_client import generate_latest

from tendigits.serving.metrics import Metrics

FILES = Path(__file__).parents[2] / "docs/howto/production"
TENDIGITS = Path(sys.executable).with_name("tendigits")
PATIENCE = 60


def needed(program):
    """Return where a program is; skip the test where it is nowhere."""
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") or pytest.skip(f"no {program} here")


def accepted(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_systemd_understands_every_line_of_the_unit(tmp_path):
    unit = tmp_path / "tendigits.service"
    text = (FILES / unit.name).read_text()
    unit.write_text(text.replace("/opt/tendigits/bin/tendigits", str(TENDIGITS)))

    said = accepted(needed("systemd-analyze"), "verify", unit)

    assert "tendigits.service" not in said


def test_caddy_takes_its_file():
    said = accepted(needed("caddy"), "validate", "--adapter", "caddyfile", "--config", FILES / "Caddyfile")

    assert "Valid configuration" in said


def test_prometheus_takes_its_files():
    assert "3 rules found" in accepted(needed("promtool"), "check", "config", FILES / "prometheus.yml")


def test_the_alerts_ask_for_what_the_server_counts():
    counted = set(re.findall(r"tendigits_[a-z_]+", generate_latest(Metrics()._registry).decode()))

    asked = set(re.findall(r"tendigits_[a-z_]+", (FILES / "alerts.yml").read_text()))

    assert asked
    assert asked <= counted


def test_the_proxy_hands_images_to_the_server_and_readings_back(proxy):
    answer = proxy.post("/v1/read", content=an_image())

    assert answer.json()["readings"][0]["text"] == "1"
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_the_proxy_serves_the_page_and_what_it_asks(proxy):
    assert proxy.get("/").status_code == 200
    assert proxy.post("/v1/read", content=an_image(), headers={"origin": "https://digits.example"}).status_code == 200
    assert proxy.post("/v1/read", content=an_image(), headers={"origin": "https://other.example"}).status_code == 403


def test_the_proxy_keeps_the_metrics_to_itself(proxy):
    assert proxy.get("/metrics").status_code == 404


def test_the_proxy_refuses_what_the_server_would(proxy):
    assert proxy.post("/v1/read", content=bytes(33 * 2**20)).status_code == 413


def an_image():
    """Return a PNG of a 1."""
    pixels = np.full((200, 200), 255, np.uint8)
    cv2.line(pixels, (104, 50), (96, 150), 0, 12)
    return cv2.imencode(".png", pixels)[1].tobytes()


@pytest.fixture(scope="module")
def proxy(ports):
    """A client of the server by its name, through the proxy."""
    with httpx.Client(
        base_url=f"https://127.0.0.1:{ports[0]}",
        headers={"host": "digits.example", "content-type": "image/png"},
        verify=False,  # noqa: S501 - the certificate is made for this test
        timeout=PATIENCE,
        trust_env=False,
    ) as client:
        yield client


@pytest.fixture(scope="module")
def ports(tmp_path_factory):
    """The server of the unit's command line behind the proxy of its file, on free ports."""
    nginx, openssl = needed("nginx"), needed("openssl")
    folder, port, server_port = tmp_path_factory.mktemp("proxy"), free_port(), free_port()
    names = ("-nodes", "-subj", "/CN=digits.example", "-keyout", folder / "key.pem", "-out", folder / "cert.pem")
    accepted(openssl, "req", "-x509", "-newkey", "rsa:2048", *names)
    server = (FILES / "nginx.conf").read_text()
    for said, here in {
        "127.0.0.1:8000": f"127.0.0.1:{server_port}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/digits.example/fullchain.pem": str(folder / "cert.pem"),
        "/etc/ssl/digits.example/privkey.pem": str(folder / "key.pem"),
    }.items():
        assert said in server
        server = server.replace(said, here)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"pid {folder}/pid; error_log {folder}/errors; daemon off; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/proxied;\n"
        f"fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c;\n{server} }}"
    )
    unit = (FILES / "tendigits.service").read_text()
    options = re.search(r"^ExecStart=\S+ (serve .*)$", unit, re.MULTILINE)[1].split()
    with (
        running(TENDIGITS, *options, "--port", str(server_port), port=server_port),
        running(nginx, "-c", configuration, port=port),
    ):
        yield port, server_port


@contextmanager
def running(*command, port):
    """Run a program until the block is left, from when its port is open."""
    with subprocess.Popen(command) as process:
        try:
            until = time.monotonic() + PATIENCE
            while not is_open(port):
                assert process.poll() is None, f"{command} has ended"
                assert time.monotonic() < until, f"{command} does not listen"
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def is_open(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
