"""The weights that ship in LitServe, with NumPy's forward pass. Serves on the port given.

LitServe's API takes JSON, or forms: bytes come and go as base64 in JSON. Its faster queue is on; batching is off, as
one digit takes NumPy 20 microseconds, and to wait for others longer.
"""

import base64
import sys
from typing import Any

import litserve
import numpy as np
from told import Told, as_base64, as_numbers

from tendigits.inference import predict
from tendigits.models import open_model


class Digits(litserve.LitAPI):
    """Answers ``{"images": [...]}`` with numbers and ``{"bytes": base64}`` with base64, of uint8 (n, 784)."""

    def setup(self, device: str) -> None:
        self.weights = open_model().weights

    def decode_request(self, request: dict[str, Any]) -> tuple[np.ndarray, Told]:
        if "bytes" in request:
            return np.frombuffer(base64.b64decode(request["bytes"]), np.uint8).reshape(-1, 784), as_base64
        return np.array(request["images"], np.uint8).reshape(-1, 784), as_numbers

    def predict(self, asked: tuple[np.ndarray, Told]) -> tuple[np.ndarray, Told]:
        images, told = asked
        return predict(self.weights, images), told

    def encode_response(self, answer: tuple[np.ndarray, Told]) -> dict[str, Any]:
        probabilities, told = answer
        return told(probabilities)


if __name__ == "__main__":
    server = litserve.LitServer(Digits(), accelerator="cpu", fast_queue=True)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="warning", access_log=False
    )
