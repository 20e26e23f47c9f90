"""A plain loop over `keras.Model.predict`: digits from an .npy file in batches of 1,024. Prints one line of JSON."""

import json
import sys
import time

import keras
import numpy as np

digits, weights, answers = sys.argv[1:]
model = keras.models.load_model(weights)
images = np.load(digits, mmap_mode="r")

began = time.perf_counter()
with open(answers, "w") as file:  # noqa: PTH123 - as in any script
    file.write("digit,confidence\n")
    for at in range(0, len(images), 1024):
        batch = images[at : at + 1024].reshape(-1, 784).astype(np.float32) / 255
        probabilities = model.predict(batch, batch_size=1024, verbose=0)
        told = zip(probabilities.argmax(axis=1), probabilities.max(axis=1), strict=True)
        file.writelines(f"{digit},{confidence:.4f}\n" for digit, confidence in told)
print(json.dumps({"seconds": time.perf_counter() - began, "rows": len(images)}))
