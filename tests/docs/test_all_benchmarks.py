"""benchmarks/all.py: a run that was broken off goes on where it was, and pages that are named are made in any case."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "benchmarks/all.py"
MAKE = """#!/bin/sh
echo "$1" >> made
test "$1" != "$BROKEN_OFF_AT"
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what stands for make is a script of the shell")


class Project:
    """A folder with the program, beside which stands a `make` that only notes what it is asked for."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "benchmarks").mkdir()
        shutil.copy(PROGRAM, folder / "benchmarks")
        (folder / "benchmarks/pictures.py").write_text("def main():\n    pass\n")
        (folder / "bin").mkdir()
        (folder / "bin/make").write_text(MAKE)
        (folder / "bin/make").chmod(0o755)

    def made(self, *options, broken_off_at="", code=0):
        """Run the program, and return the targets that it has asked `make` for."""
        environment = os.environ | {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "BROKEN_OFF_AT": broken_off_at,
        }
        (self.folder / "made").write_text("")
        command = [sys.executable, self.folder / "benchmarks/all.py", *options]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return (self.folder / "made").read_text().split()


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_a_run_that_was_broken_off_goes_on_where_it_was_and_the_next_begins_anew(project):
    everything = project.made()
    assert project.made(broken_off_at="bench-time", code=1) == everything[: everything.index("bench-time") + 1]
    assert project.made() == everything[everything.index("bench-time") :]
    assert project.made() == everything


def test_again_begins_anew(project):
    project.made(broken_off_at="bench-time", code=1)
    assert project.made("--again") == project.made()


def test_pages_that_are_named_are_made_whatever_a_run_that_was_broken_off_has_done(project):
    project.made(broken_off_at="bench-time", code=1)
    assert project.made("--only=fit,time_to_accuracy") == ["bench-fit", "bench-time"]


def test_pages_that_are_named_leave_a_run_that_was_broken_off_where_it_was(project):
    project.made(broken_off_at="bench-time", code=1)
    project.made("--only=fit")
    project.made("--only=epoch", broken_off_at="bench-epoch", code=1)
    assert project.made()[0] == "bench-time"


def test_names_of_no_pages_are_refused(project):
    assert project.made("--only=fit,gone", code=2) == []
