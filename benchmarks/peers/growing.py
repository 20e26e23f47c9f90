"""tendigits trains on so many digits, in batches of so many: DIGITS BATCH HIDDEN EPOCHS. Prints one line of JSON."""

import json
import resource
import statistics
import sys

import numpy as np
from stopwatch import Stopwatch

import tendigits

digits, batch_size, hidden, epochs = sys.argv[1:]
(x_train, y_train), test = tendigits.load_data()
which = np.arange(int(digits)) % len(x_train)
data = (x_train[which], y_train[which]), test
del x_train, y_train, which

model = tendigits.build_model(hidden, seed=1)
run = tendigits.train(
    model, data, int(epochs), int(batch_size), seed=1, callbacks=[stopwatch := Stopwatch()], verbose=False
)
print(
    json.dumps(
        {
            "fit_seconds": run.fit_seconds,
            "epoch_seconds": statistics.median(stopwatch.seconds[1:]),
            "accuracy": run.evaluation.accuracy,
            "memory": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }
    )
)
