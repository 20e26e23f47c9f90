"""A class without internet: what one computer of it has is all that these tests use."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))


@pytest.fixture
def offline(tmp_path):
    """Run commands where no network is, at an empty home; where that can't be, the tests are skipped, or fail in CI."""
    isolation = [*isolated(), "env", "-i", f"HOME={tmp_path / 'home'}", f"PATH={os.environ['PATH']}"]

    def run(*command, code=0):
        result = subprocess.run([*isolation, *map(str, command)], capture_output=True, text=True, check=False)
        assert result.returncode == code, result.stdout + result.stderr
        return result

    with socket.create_server(("127.0.0.1", 0)) as server:
        connect = f"import socket; socket.create_connection({server.getsockname()}, timeout=10)"
        subprocess.run([sys.executable, "-c", connect], check=True)
        run(sys.executable, "-c", connect, code=1)
    reach = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    assert "Network is unreachable" in run(sys.executable, "-c", reach, code=1).stderr
    return run


def isolated():
    """Return the command that takes the network from another."""
    if shutil.which("unshare"):
        for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
            if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
                return command
    missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    return missing("no network namespaces here: unshare, of Linux, makes them for root, or for all users if it may")
