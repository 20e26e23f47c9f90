"""One image and 10,000 through the weights that ship, in one of several libraries: NAME FOLDER. Prints a line of JSON.

FOLDER has the weights as each library takes them. Whatever turns grey levels into what the network takes is timed.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from mnist import load

FEW, MANY = 2_000, 5
Forward = Callable[[np.ndarray], np.ndarray]


def tendigits(folder: str) -> Forward:
    from tendigits import weights
    from tendigits.inference import predict

    loaded = weights.load(f"{folder}/weights.safetensors")
    return lambda images: predict(loaded, images)


def onnxruntime(folder: str) -> Forward:
    import onnxruntime as runtime

    session = runtime.InferenceSession(f"{folder}/model.onnx", providers=["CPUExecutionProvider"])
    return lambda images: session.run(["probabilities"], {"images": images.reshape(-1, 28, 28)})[0]


def torch(folder: str) -> Forward:
    import torch
    from torch_model import load

    model = load(f"{folder}/weights.safetensors")

    @torch.inference_mode()
    def forward(images: np.ndarray) -> np.ndarray:
        return model(torch.from_numpy(images).float() / 255).numpy()

    return forward


def sklearn(folder: str) -> Forward:
    from safetensors.numpy import load_file
    from sklearn.neural_network import MLPClassifier

    arrays = load_file(f"{folder}/weights.safetensors")
    layers = range(len(arrays) // 2)
    model = MLPClassifier([len(arrays[f"layers.{number}.bias"]) for number in layers[:-1]])
    model.partial_fit(np.zeros((10, 784), np.float32), range(10), classes=range(10))  # to have a model to put them in
    model.coefs_, model.intercepts_ = (
        [arrays[f"layers.{number}.{name}"] for number in layers] for name in ("kernel", "bias")
    )
    return lambda images: model.predict_proba(images.astype(np.float32) / 255)


def keras(folder: str) -> Forward:
    import keras

    model = keras.models.load_model(f"{folder}/model.keras")
    return lambda images: model.predict(images.astype(np.float32) / 255, batch_size=1000, verbose=0)


def seconds(forward: Forward, images: np.ndarray) -> float:
    began = time.perf_counter()
    forward(images)
    return time.perf_counter() - began


def main() -> None:
    name, folder = sys.argv[1:]
    forward = {each.__name__: each for each in (tendigits, onnxruntime, torch, sklearn, keras)}[name](folder)
    images, labels = load()[1]
    for warming in (images[:1], images):
        forward(warming)
    few = min(FEW, round(1 / seconds(forward, images[:1])))  # a second of them at most
    one = statistics.median(seconds(forward, images[at : at + 1]) for at in range(few))
    many = statistics.median(seconds(forward, images) for _ in range(MANY))
    accuracy = float((forward(images).argmax(axis=1) == labels).mean())
    print(json.dumps({"one": one, "many": many, "accuracy": accuracy}))


if __name__ == "__main__":
    main()
