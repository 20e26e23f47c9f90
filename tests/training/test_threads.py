"""How many threads XLA gets: decided by the work of a step, never by the machine, and left alone where it is set."""

import os

import pytest

from tendigits.training.threads import limit_threads, xla_threads


@pytest.mark.parametrize(
    ("network", "batch_size", "threads"), [("tutorial", 32, "1"), ("tutorial", 256, "2"), ("wide", 32, "2")]
)
def test_small_steps_get_one_thread_and_larger_ones_two(monkeypatch, network, batch_size, threads):
    monkeypatch.setenv("NPROC", "to be put back as it was")
    del os.environ["NPROC"]
    limit_threads(network, batch_size)
    assert os.environ["NPROC"] == threads


def test_a_number_that_is_set_stays(monkeypatch):
    monkeypatch.setenv("NPROC", "7")
    limit_threads("tutorial", 32)
    assert os.environ["NPROC"] == "7"


@pytest.mark.parametrize(
    ("set_to", "threads"), [("3", 3), ("0", 1), ("-3", 1), ("two", 1), ("²", 1), ("", 1), (None, 12)]
)
def test_xla_has_as_many_as_are_set_or_else_as_there_are_cores(monkeypatch, set_to, threads):
    monkeypatch.setenv("NPROC", "to be put back as it was")
    if set_to is None:
        del os.environ["NPROC"]
    else:
        os.environ["NPROC"] = set_to
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 12)
    assert xla_threads() == threads
