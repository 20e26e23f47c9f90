"""Blocks read by a pool of actors, which Ray Data keeps busy, and starts anew where a node is lost."""

import os
import pickle
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import ray
import ray.data
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

import tendigits
from tendigits.batch.blocks import Inputs
from tendigits.batch.job import Job
from tendigits.batch.on_ray.actor import Actor, Attempts, Terms
from tendigits.batch.one_thread import VARIABLES
from tendigits.batch.processes import Keep, read_in_processes
from tendigits.cores import cores
from tendigits.errors import BatchError

__all__ = ["read_on_ray"]

_CPUS = 0.5
"""That an actor asks for, though it uses a whole one: when half of the cluster is lost, all actors can start again on
the rest at once. Ray fills half of a node before it takes the next, so each core has one."""

_MOST_TASKS = 4096
"""Ray takes milliseconds for each. One that has several blocks answers block by block."""


def read_on_ray(job: Job, inputs: Inputs, numbers: Iterable[int], workers: int, keep: Keep) -> Generator[int]:
    """Read blocks on the cluster that is connected, and yield how many inputs were in each that has been kept.

    A block that ends one actor after another is read by processes here, which find out what in it does that.

    Args:
        job: how.
        inputs: what.
        numbers: of the blocks that are to be read.
        workers: actors.
        keep: is given each block once.

    Raises:
        BatchError: a node cannot read, a block cannot be kept, or the cluster is lost.

    """
    left = dict.fromkeys(numbers)
    if not left:
        return
    with closing(_parts(job, inputs, tuple(left), workers)) as parts:
        for number, part in parts:
            if number in left:
                del left[number]
                keep(number, part)
                yield len(inputs[number])
    yield from read_in_processes(job, inputs, left, cores(), keep)


def _parts(job: Job, inputs: Inputs, numbers: Sequence[int], workers: int) -> Generator[tuple[int, bytes]]:
    """Yield the numbers and parts of blocks as they are read, in any order."""
    environment = {"env_vars": _environment()}
    node = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    attempts = ray.remote(num_cpus=0, scheduling_strategy=node, runtime_env=environment)(Attempts).remote()
    items = [{"number": number, "block": pickle.dumps(inputs[number])} for number in numbers]
    blocks = ray.data.from_items(items, override_num_blocks=min(len(items), _MOST_TASKS))
    _set(blocks.context)
    answers = blocks.map_batches(
        Actor,
        batch_size=1,
        batch_format="pyarrow",
        fn_constructor_args=(_terms(inputs), pickle.dumps(job), attempts),
        compute=ray.data.ActorPoolStrategy(size=min(workers, len(items)), max_tasks_in_flight_per_actor=2),
        num_cpus=_CPUS,
        runtime_env=environment,
    )
    try:
        for table in answers.iter_batches(batch_size=None, batch_format="pyarrow"):
            yield from _heard(table.to_pylist())
    except RayError as error:
        raise BatchError(_in_words(error)) from error


def _heard(answers: Iterable[dict[str, Any]]) -> Generator[tuple[int, bytes]]:
    for answer in answers:
        if answer["failure"] is not None:
            raise BatchError(answer["failure"])
        if answer["part"] is not None:
            yield answer["number"], answer["part"]


def _set(context: ray.data.DataContext) -> None:
    """Have Ray Data work silently, and hand on each block as soon as it is read."""
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.target_max_block_size = 1


def _terms(inputs: Inputs) -> Terms:
    files = (file.path for file in inputs.files if file.error is None)
    tables = (table.name for table in inputs.tables)
    return Terms(tendigits.__version__, str(Path.cwd()), [*islice(files, 1), *tables])


def _environment() -> dict[str, str]:
    """Return what actors are to find: this package, where their machine has it here too, and one thread."""
    home = Path(tendigits.__file__).parents[1]
    return {**VARIABLES, "PYTHONPATH": f"{home}{os.pathsep}${{PYTHONPATH}}"}


def _in_words(error: RayError) -> str:
    if "No module named 'tendigits" in str(error):
        return "a node of the Ray cluster has no tendigits: install on all nodes the version that is here"
    lines = str(error).strip().splitlines()
    return f"the Ray cluster has failed: {lines[-1] if lines else type(error).__name__}"
