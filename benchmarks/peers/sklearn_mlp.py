"""scikit-learn's MLPClassifier, ten epochs at batch 32, no test set in between. Prints one line of JSON."""

import json
import time
import warnings

import numpy as np
from mnist import load
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

(x_train, y_train), (x_test, y_test) = load()
x_train, x_test = (x.astype(np.float32) / 255 for x in (x_train, x_test))

warnings.simplefilter("ignore", ConvergenceWarning)  # ten epochs are what everybody gets
classifier = MLPClassifier((128, 64), batch_size=32, max_iter=10, alpha=0)
began = time.perf_counter()
classifier.fit(x_train, y_train)
fit_seconds = time.perf_counter() - began

print(json.dumps({"fit_seconds": fit_seconds, "accuracy": classifier.score(x_test, y_test)}))
