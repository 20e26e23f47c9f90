"""Everything that decides how a run goes, in one record that goes into its folder first."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from tendigits.backend import training_backend
from tendigits.training.entries import check_entries
from tendigits.training.threads import xla_threads

__all__ = ["Configuration", "installed_versions"]

_PACKAGES = ("tendigits", "keras", "jax", "jaxlib", "tensorflow", "numpy")


def installed_versions() -> dict[str, str]:
    """Return the versions of Python and of every package that a run's numbers depend on, as far as installed."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@dataclass(frozen=True)
class Configuration:
    """Everything that decides how a run goes.

    Attributes:
        network: the name or sizes that ``build_model`` takes; None for a model that the caller passed in.
        data: a name, or an absolute path; None for arrays that the caller passed in.
        data_sha256: SHA-256 of each of the four arrays, as a raw IDX file.
        epochs: how many in all.
        batch_size: examples a step.
        seed: of the order of the examples, of all else that is drawn and, where ``network`` is set, of the initial
            weights.
        recipe: the name of the recipe.
        recipe_sha256: of its constants, as :attr:`Recipe.sha256` has it.
        held_out: digits at the end of the training set that are not trained on but measured after each epoch; at 0
            that is the test set's part, as in the tutorial.
        callbacks: the names of the caller's own callbacks.
        threads: XLA's on the processor: the last bits of large sums depend on how many there are.
        backend: what Keras ran on, where that was known when the run began.
        versions: of Python and the packages, when the run began.

    """

    network: str | None
    data: str | None
    data_sha256: Mapping[str, str]
    epochs: int
    batch_size: int
    seed: int
    recipe: str
    recipe_sha256: str
    held_out: int = 0
    callbacks: tuple[str, ...] = ()
    threads: int = field(default_factory=xla_threads)
    backend: str = field(default_factory=training_backend)
    versions: Mapping[str, str] = field(default_factory=installed_versions)

    @classmethod
    def parse(cls, content: Any) -> "Configuration":
        """Make a configuration of what a file holds.

        Raises:
            TypeError, ValueError: it is not exactly that.

        """
        check_entries(
            content,
            {
                "network": str | None, "data": str | None, "data_sha256": dict[str, str], "epochs": int,
                "batch_size": int, "seed": int, "recipe": str, "recipe_sha256": str, "held_out": int,
                "callbacks": list[str], "threads": int, "backend": str, "versions": dict[str, str],
            },
        )  # fmt: skip
        return cls(**content | {"callbacks": tuple(content["callbacks"])})
