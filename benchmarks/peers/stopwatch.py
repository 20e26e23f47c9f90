"""A callback of Keras that takes each epoch's seconds."""

import time

from tendigits.backend import import_keras

keras = import_keras()  # on JAX, unless another backend is asked for


class Stopwatch(keras.callbacks.Callback):
    """Takes each epoch's seconds."""

    def on_train_begin(self, logs=None):
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.began)
