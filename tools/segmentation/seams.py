"""Train the judge of seams, and write it to `src/tendigits/shipped/seams.safetensors`.

Lines are cut everywhere; of the wrong seams, of which there are enough, some are learnt from.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

import tendigits
from segmentation.drawing import Lines, of_lines
from segmentation.examples import cut, owned_lines
from segmentation.written import Written
from tendigits.backend import import_keras
from tendigits.models import shipped_file
from tendigits.network import dense_classifier, to_weights
from tendigits.reading.glyphs.views import View
from tendigits.weights import serialize

LINES, HELD_OUT, EPOCHS = 20_000, 500, 5
HIDDEN = (128, 32)
WRONG = 0.3
"""So many of the wrong seams are learnt from."""

BATCH_SIZE = 512
RATE, DECAY = 2e-3, 1e-2

Examples = tuple[NDArray[np.uint8], NDArray[np.int32]]


def train(processes: int, seed: int) -> None:
    """Train the judge and write it down."""
    learnt = _together(of_lines(Lines("seams", LINES), seams_of, processes))
    held_out = _together(of_lines(Lines("seams", HELD_OUT, held_out=True), seams_of, processes))
    print(f"seams: {len(learnt[0]):,} examples, and {len(held_out[0]):,} held out", flush=True)
    keras = import_keras()
    model = dense_classifier(int(learnt[0][0].size), HIDDEN, 2, seed=seed)
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * -(-len(learnt[0]) // BATCH_SIZE))
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=DECAY), loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )  # fmt: skip
    run = tendigits.train(model, data=(learnt, held_out), epochs=EPOCHS, batch_size=BATCH_SIZE, seed=seed)
    provenance = {"lines": LINES, "epochs": EPOCHS, "seed": seed, "examples": len(learnt[0])}
    shipped_file("seams").write_bytes(serialize(to_weights(run.model, provenance)))


def seams_of(written: Iterator[Written], generator: np.random.Generator) -> Examples:
    """Return windows on seams, uint8 (n, 2, 28, 36), and whether each is right."""
    views, labels = [], []
    for line in (cut(owned) for each in written for owned in owned_lines(each)):
        label = line.seam_labels()
        taken = (label == 1) | ((label == 0) & (generator.random(len(label)) < WRONG))
        if taken.any():
            views.append(View(line.canvas).windows(line.seams[taken]))
            labels.append(label[taken])
    return np.concatenate(views), np.concatenate(labels).astype(np.int32)


def _together(chunks: list[Examples]) -> Examples:
    """Concatenate chunks of examples, and let go of each as it is copied."""
    labels = np.concatenate([chunk[1] for chunk in chunks])
    views = np.empty((len(labels), *chunks[0][0].shape[1:]), np.uint8)
    at = len(views)
    while chunks:
        last = chunks.pop()[0]
        views[at - len(last) : at] = last
        at -= len(last)
    return views, labels
