"""The same training with several seeds: how much of a result is luck."""

import json
import os
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tendigits.errors import RunError
from tendigits.network import parameters
from tendigits.training.claiming import create_in
from tendigits.training.configuration import Configuration
from tendigits.training.entries import check_entries
from tendigits.training.recipes import named_recipe

__all__ = ["Repetition", "summary"]

_FILE = "repeat.json"


@dataclass(frozen=True)
class Repetition:
    """Runs that differ in nothing but their seed, in the folders ``seed-<n>`` below one folder.

    Attributes:
        network: the name or sizes that ``build_model`` takes.
        data: a name, or an absolute path.
        epochs: of each run.
        batch_size: examples a step.
        recipe: the name of the recipe.
        seeds: one for each run.

    """

    network: str
    data: str
    epochs: int
    batch_size: int
    recipe: str
    seeds: tuple[int, ...]

    def create(self, path: Path) -> None:
        """Write the repetition into a new or empty folder.

        Raises:
            RunError: the folder holds something, or cannot be written.

        """
        create_in(path, _FILE, asdict(self))

    @classmethod
    def is_in(cls, path: Path) -> bool:
        """Tell whether a folder is one of several seeds."""
        return os.path.exists(path / _FILE)  # noqa: PTH110 - Path.exists raises for a name that is too long

    @classmethod
    def open(cls, path: Path) -> "Repetition":
        """Read the repetition in a folder.

        Raises:
            RunError: it cannot be read.

        """
        try:
            content = json.loads((path / _FILE).read_text(encoding="utf-8"))
            check_entries(
                content,
                {
                    "network": str, "data": str, "epochs": int, "batch_size": int, "recipe": str, "seeds": list[int],
                },
            )  # fmt: skip
            if not content["seeds"]:
                raise ValueError("it has no seeds")  # noqa: TRY301 - it is what is wrong with the file
        except (OSError, ValueError, TypeError) as error:
            raise RunError(f"{path / _FILE} cannot be read: {error}") from error
        return cls(**content | {"seeds": tuple(content["seeds"])})

    def configuration(self, seed: int, data_sha256: Mapping[str, str]) -> Configuration:
        """Return the configuration of one seed's run."""
        return Configuration(
            network=self.network,
            data=self.data,
            data_sha256=data_sha256,
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=seed,
            recipe=self.recipe,
            recipe_sha256=named_recipe(self.recipe, parameters(self.network)).sha256,
        )

    def folders(self, path: Path) -> Iterator[tuple[int, Path]]:
        """Return each seed with its run's folder."""
        return ((seed, path / f"seed-{seed}") for seed in self.seeds)


def summary(accuracies: Sequence[float]) -> dict[str, Any]:
    """Return mean, standard deviation (of the sample; 0 for one run) and worst of the runs' accuracies."""
    deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    return {"mean": statistics.fmean(accuracies), "sd": deviation, "worst": min(accuracies)}
