"""The same job with tendigits in Python: no files, no pictures. Prints one line of JSON, with every epoch's seconds."""

import json

from stopwatch import Stopwatch

import tendigits

stopwatch = Stopwatch()
model = tendigits.build_model()
run = tendigits.train(model, epochs=10, batch_size=32, callbacks=[stopwatch], verbose=False)
print(
    json.dumps(
        {"fit_seconds": run.fit_seconds, "accuracy": run.evaluation.accuracy, "epoch_seconds": stopwatch.seconds}
    )
)
