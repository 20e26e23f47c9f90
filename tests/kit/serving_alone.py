"""Serve and ask where there is no network but this machine's own: `python serving_alone.py IMAGE`, as its root."""

import fcntl
import json
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

SIOCSIFFLAGS, IFF_UP = 0x8914, 1  # netdevice(7)
ADDRESS = "http://127.0.0.1:8000"


def ready():
    try:
        return urlopen(f"{ADDRESS}/v2/health/ready").status == 200  # noqa: S310 - of this machine
    except OSError:
        return False


with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))
with subprocess.Popen(["tendigits", "serve"], stderr=subprocess.DEVNULL) as server:
    while not ready():
        assert server.poll() is None
        time.sleep(0.1)
    asked = Request(f"{ADDRESS}/v1/read", Path(sys.argv[1]).read_bytes(), {"Content-Type": "image/png"})  # noqa: S310
    print(json.load(urlopen(asked))["readings"][0]["text"])  # noqa: S310, T201 - for the test that has started this
    server.terminate()
