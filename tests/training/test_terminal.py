"""On a terminal a bar moves below the epochs' lines while they are trained, and is gone in the end."""

import os
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals")


def typed_out(*arguments):
    """Run a command on a pseudo-terminal of a hundred columns; return everything that it wrote there."""
    import pty

    terminal, its_end = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "NO_COLOR": "1", "COLUMNS": "100"}
    program = [sys.executable, "-m", "tendigits", *map(str, arguments)]
    with subprocess.Popen(program, stdin=its_end, stdout=its_end, stderr=subprocess.PIPE, env=environment) as process:
        os.close(its_end)
        written = b"".join(iter(lambda: read(terminal), b""))
        assert process.wait() == 0, process.stderr.read()
    os.close(terminal)
    return written.decode()


def read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody writes any more
        return b""


def screen(written):
    """Return the lines that stand on a terminal in the end."""
    lines, row, column = [""], 0, 0
    for control, text in re.findall(r"(\r|\n|\x1b\[[?\d;]*[a-zA-Z])|([^\x1b\r\n]+)", written):
        if control == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif control == "\r":
            column = 0
        elif control == "\x1b[1A":
            row -= 1
        elif control == "\x1b[2K":
            lines[row] = ""
        else:
            assert control in ("", "\x1b[?25l", "\x1b[?25h")  # the cursor goes and comes
            lines[row] = lines[row][:column] + text + lines[row][column + len(text) :]
            column += len(text)
    return lines


@pytest.fixture(scope="module")
def written(small_mnist_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return typed_out("train", "--network", "16", "--data", small_mnist_folder, "--epochs", 3, "--out", folder)


def test_the_bar_counts_the_epochs(written):
    assert re.search(r"training +0/3 epochs, .* left", written)
    assert "━ 3/3 epochs, " in written


def test_a_line_an_epoch_is_left_and_no_bar(written):
    lines = screen(written)

    first = next(i for i, line in enumerate(lines) if line.startswith("epoch 1/3"))
    assert [line[:9] for line in lines[first : first + 4]] == ["epoch 1/3", "epoch 2/3", "epoch 3/3", ""]
    assert not [line for line in lines if "epochs, " in line or re.match(r"epoch .*epoch", line)]
