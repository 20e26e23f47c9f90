"""The weights that ship in BentoML, with NumPy's forward pass. Serves on the port given.

BentoML's API takes JSON, or forms: bytes come and go as base64 in JSON. The method is asynchronous, which spares it the
way to a thread and back; batching is off, as one digit takes NumPy 20 microseconds, and to wait for others longer.
"""

import base64
import os
import sys
from pathlib import Path
from typing import Any

import bentoml
import numpy as np
from told import as_base64, as_numbers

from tendigits.inference import predict
from tendigits.models import open_model


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Digits:
    """Answers ``{"images": [...]}`` with numbers and ``{"bytes": base64}`` with base64, of uint8 (n, 784)."""

    def __init__(self) -> None:
        self.weights = open_model().weights

    @bentoml.api(route="/predict")
    async def predict(self, images: list[int] | None = None, bytes: str | None = None) -> dict[str, Any]:  # noqa: A002 - the name in JSON
        pixels = np.frombuffer(base64.b64decode(bytes), np.uint8) if bytes else np.array(images, np.uint8)
        probabilities = predict(self.weights, pixels.reshape(-1, 784))
        return (as_base64 if bytes else as_numbers)(probabilities)


if __name__ == "__main__":
    os.environ["BENTOML_DO_NOT_TRACK"] = "True"
    place = Path(__file__)
    command = [sys.executable, "-m", "bentoml", "serve", f"{place.stem}:Digits", "--working-dir", str(place.parent)]
    os.execv(sys.executable, [*command, "--host", "127.0.0.1", "--port", sys.argv[1]])  # noqa: S606 - no shell is wanted
