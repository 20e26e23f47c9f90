"""The tutorial as written: Keras, stock `fit`, on the backend that KERAS_BACKEND names. Prints one line of JSON."""

import json
import time

import keras
from mnist import load

(x_train, y_train), (x_test, y_test) = load()
x_train, x_test = x_train / 255.0, x_test / 255.0

model = keras.Sequential(
    [
        keras.layers.Input(shape=(784,)),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

began = time.perf_counter()
model.fit(x_train, y_train, epochs=10, batch_size=32, validation_data=(x_test, y_test))
fit_seconds = time.perf_counter() - began

_, accuracy = model.evaluate(x_test, y_test)
model.predict(x_test[:5])
print(json.dumps({"fit_seconds": fit_seconds, "accuracy": accuracy}))
