"""Mutation tests of what every figure rests on: data, weights, inference.

    make mutants            # or: python tools/mutants.py run [MUTANT ...]; also results, show MUTANT, browse

mutmut changes one thing of a function at a time, and runs the tests that go through this function. A mutant that
survives them shows what no test would notice. `[tool.mutmut]` in pyproject.toml says which files and tests are meant.

mutmut forks itself for each mutant. Threads do not come along in a fork, and NumPy, JAX and the tests have some; so
here a mutant is tested by a Python of its own.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.workers.isolation import ForkRunner, MutantResult, RunningWorker
from mutmut.workers.timeout import register_timeout

HERE = Path.cwd() / "mutants"


class ProcessRunner(ForkRunner):
    """Runs the tests of each mutant in a process that was not forked."""

    def __init__(self, max_workers: int) -> None:
        super().__init__(max_workers, PytestRunner())
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def submit(self, mutant_name: str, tests: list[str], cpu_time_limit: int, estimated_time: float) -> None:  # noqa: ARG002 - mutmut's
        """Start the tests, the quickest first, which end with the first that fails."""
        process = started(mutant_name, sorted(tests, key=state().duration_by_test.__getitem__))
        limit = (estimated_time + config().timeout_constant) * config().timeout_multiplier
        register_timeout(process.pid, limit)
        self._processes[process.pid] = process
        self._running[process.pid] = RunningWorker(mutant_name, datetime.now(), estimated_time)  # noqa: DTZ005 - mutmut's

    def wait_for_result(self, timeout: float | None = None) -> MutantResult:
        """Wait for the first of those that run."""
        result = super().wait_for_result(timeout)
        for pid in self._processes.keys() - self._running.keys():
            self._processes.pop(pid).returncode = result.exit_code  # it has been waited for
        return result

    def run_clean_tests(self, tests: Iterable[str]) -> int:
        return started("", tests, output=None).wait()  # which test fails without a mutant, is shown

    def run_forced_fail(self) -> int:
        return started("fail", config().pytest_add_cli_args_test_selection).wait()


def started(mutant: str, tests: Iterable[str], output: int | None = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    """Start tests of a mutant, or of none; None as their output is this program's."""
    return subprocess.Popen(  # noqa: S603 - the tests' names are pytest's own
        [sys.executable, "-m", "pytest", "-x", "-q", *config().pytest_add_cli_args, *tests],
        cwd=HERE,
        env=os.environ | {"MUTANT_UNDER_TEST": mutant, "PYTHONPATH": str(HERE / "src")},
        stdout=output,
        stderr=output,
    )


if __name__ == "__main__":
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # to import them takes longer than most tests
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # where mypy is
    mutmut.get_mutant_runner = lambda max_workers=1: ProcessRunner(max_workers)
    mutmut.cli()
