"""The forward pass in NumPy beside the peers', with the same weights and images. Writes inference.md.

    make bench-inference         # or: python benchmarks/inference.py [--rounds 7], with the extra bench

The weights that ship, MNIST's test images in uint8, scaling and flattening included, each library as it comes. Each
runs in a process of its own, in turn, round after round, after one that is not counted; ratios within a round.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from measuring import Result, machine, run, spread, versions

from tendigits.data import get
from tendigits.export import export
from tendigits.models import open_model
from tendigits.weights import serialize

HERE = Path(__file__).parent
WANTED_MICROSECONDS, WANTED_A_SECOND = 50, 300_000
OURS = "tendigits, NumPy"
PACKAGES = ("tendigits", "numpy", "onnxruntime", "torch", "scikit-learn", "keras", "tensorflow-cpu", "jax")
PEERS = {  # which of forward.py's, and Keras's backend
    OURS: ("tendigits", ""),
    "onnxruntime": ("onnxruntime", ""),
    "PyTorch": ("torch", ""),
    "MLPClassifier": ("sklearn", ""),
    "keras.Model.predict on TensorFlow": ("keras", "tensorflow"),
    "keras.Model.predict on JAX": ("keras", "jax"),
}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=7)
    options = arguments.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory() as scratch:
        weights = open_model().weights
        (Path(scratch) / "weights.safetensors").write_bytes(serialize(weights))
        for name in ("model.onnx", "model.keras"):
            export(weights, Path(scratch) / name)
        for number in range(options.rounds + 1):
            rounds.append({name: forward(*peer, scratch) for name, peer in PEERS.items()})
            print(f"round {number}{'' if number else ', not counted'}", file=sys.stderr)
    text = report(rounds[1:])
    print(text)
    (HERE / "inference.md").write_text(text, encoding="utf-8")


def forward(name: str, backend: str, folder: str) -> Result:
    environment = {"BENCH_MNIST": str(get("mnist")), "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": backend or "jax"}
    return run([sys.executable, str(HERE / "peers" / "forward.py"), name, folder], environment)


def report(rounds: list[dict[str, Result]]) -> str:
    rows = "\n".join(row(name, rounds) for name in PEERS)
    single = 1e6 * statistics.median(found[OURS]["one"] for found in rounds)
    a_second = 10_000 / statistics.median(found[OURS]["many"] for found in rounds)
    met = {True: "met", False: "NOT met"}
    return f"""\
# Inference

The weights that ship, {len(rounds)} rounds in turn on {machine()}.
Versions: {versions(PACKAGES)}.

| | one image, microseconds | times ours | 10,000 images, milliseconds | times ours | test accuracy |
| --- | --- | --- | --- | --- | --- |
{rows}

Wanted: one image under {WANTED_MICROSECONDS} microseconds: {single:.0f}, {met[single < WANTED_MICROSECONDS]}; at least
{WANTED_A_SECOND:,} images a second: {a_second:,.0f}, {met[a_second >= WANTED_A_SECOND]}.

How to read it: medians over the rounds, with the least and the most in brackets; images are uint8, and scaling and
flattening them is in the figures. Each library has as many threads as it takes by itself, and Keras predicts in batches
of 1,000. All compute the same network: where an accuracy is another, a digit or two of the 10,000 are a tie.

What it does not show: the seconds that importing a library takes before its first prediction (fit.md has some of
them), other networks, and other machines.
"""


def row(name: str, rounds: list[dict[str, Result]]) -> str:
    cells = [name]
    for key, scale in (("one", 1e6), ("many", 1e3)):
        cells.append(spread([scale * found[name][key] for found in rounds]))
        cells.append(f"{statistics.median(found[name][key] / found[OURS][key] for found in rounds):.2f}")
    cells.append(f"{statistics.median(found[name]['accuracy'] for found in rounds):.4f}")
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
