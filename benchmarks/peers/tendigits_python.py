"""The same job with tendigits in Python: no files, no pictures. Prints one line of JSON, with every epoch's seconds."""

import json
import time

import keras

import tendigits


class Stopwatch(keras.callbacks.Callback):
    """Takes each epoch's seconds."""

    def on_train_begin(self, logs=None):
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.began)


stopwatch = Stopwatch()
model = tendigits.build_model()
run = tendigits.train(model, epochs=10, batch_size=32, callbacks=[stopwatch], verbose=False)
print(
    json.dumps(
        {"fit_seconds": run.fit_seconds, "accuracy": run.evaluation.accuracy, "epoch_seconds": stopwatch.seconds}
    )
)
