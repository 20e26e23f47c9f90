"""The forward pass in NumPy beside `keras.Model.predict` on the same images. Writes inference.md.

    make bench-inference         # or: python benchmarks/inference.py [--rounds 7]

The shipped weights, MNIST's test images in uint8, scaling and flattening included. One image: the median of many calls.
All 10,000: one call. In turn, round after round, after one that is not counted; medians, and ratios within a round.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from fit import machine, spread, versions

import tendigits
from tendigits.data import load
from tendigits.inference import predict
from tendigits.models import open_model
from tendigits.network import to_model

WANTED_MICROSECONDS, WANTED_A_SECOND = 50, 300_000
CALLS = {"numpy": 2_000, "keras": 20}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=7)
    options = arguments.parse_args()
    weights = open_model().weights
    images, _ = load("mnist").test
    model = to_model(weights)

    def numpy_one() -> float:
        return one(lambda image: predict(weights, image), images, CALLS["numpy"])

    def keras_one() -> float:
        return one(lambda image: model.predict(tendigits.prepare(image), verbose=0), images, CALLS["keras"])

    jobs = {
        "NumPy, one image": numpy_one,
        "keras.Model.predict, one image": keras_one,
        "NumPy, 10,000": lambda: seconds(lambda: predict(weights, images)),
        "keras.Model.predict, 10,000": lambda: seconds(
            lambda: model.predict(tendigits.prepare(images), batch_size=1000, verbose=0)
        ),
    }
    rounds = [{name: job() for name, job in jobs.items()} for _ in range(options.rounds + 1)][1:]
    text = report(rounds)
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def one(call: Callable[[np.ndarray], Any], images: np.ndarray, calls: int) -> float:
    """Return the median seconds of a call with one image, another one each time."""
    return statistics.median(seconds(lambda i=i: call(images[i : i + 1])) for i in range(calls))


def seconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def report(rounds: list[dict[str, float]]) -> str:
    def column(name: str, scale: float) -> list[float]:
        return [scale * found[name] for found in rounds]

    single, many = column("NumPy, one image", 1e6), column("NumPy, 10,000", 1e3)
    keras_single, keras_many = (
        column("keras.Model.predict, one image", 1e6),
        column("keras.Model.predict, 10,000", 1e3),
    )
    a_second = 10_000 / (statistics.median(many) / 1e3)
    met = {True: "met", False: "NOT met"}
    ratio_single = statistics.median(theirs / ours for theirs, ours in zip(keras_single, single, strict=True))
    ratio_many = statistics.median(theirs / ours for theirs, ours in zip(keras_many, many, strict=True))
    single_met = met[statistics.median(single) < WANTED_MICROSECONDS]
    return f"""\
# Inference

The tutorial's network, {len(rounds)} rounds in turn on {machine()}.
Versions: {versions()}.

| | NumPy | keras.Model.predict | Keras, times NumPy |
| --- | --- | --- | --- |
| one image, microseconds | {spread(single)} | {spread(keras_single)} | {ratio_single:.0f} |
| 10,000 images, milliseconds | {spread(many)} | {spread(keras_many)} | {ratio_many:.1f} |

Wanted: one image under {WANTED_MICROSECONDS} microseconds: {single_met}; at least {WANTED_A_SECOND:,} images a second:
{a_second:,.0f}, {met[a_second >= WANTED_A_SECOND]}.

How to read it: medians over the rounds, with the least and the most in brackets; images are uint8, and scaling and
flattening them is in the figures. Keras predicts in batches of 1,000. What it does not show: the seconds that importing
Keras takes before its first prediction.
"""


if __name__ == "__main__":
    main()
