"""The part of the server's API that the page asks, on the real reader and nothing else."""

import base64
from pathlib import Path

import cv2
import numpy as np
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tendigits import Reader
from tendigits.errors import ImageError
from tendigits.inference import predict
from tendigits.models import open_model
from tendigits.reading.paging import read_each_page
from tendigits.serving.page import mount_page

LARGEST_BODY = 32 * 2**20


def application() -> FastAPI:
    app = FastAPI()
    reader, network = Reader(), open_model().weights
    networks = {name: open_model(Path(name)).weights for name in ("tutorial", "robust")}

    @app.post("/v1/read")
    async def read(request: Request):
        body = await request.body()
        if not request.headers["content-type"].startswith(("image/", "application/octet-stream")):
            return JSONResponse({"error": "send the bytes of an image"}, 415)
        if len(body) > LARGEST_BODY:
            return JSONResponse({"error": "at most 32 MiB are taken"}, 413)
        try:
            pages = list(read_each_page(reader, body, single=request.query_params.get("single") == "true"))
        except ImageError as error:
            return JSONResponse({"error": str(error)}, 422)
        return {"readings": [shown(page, reader, network) for page in pages]}

    @app.post("/v1/compare")
    async def compare(request: Request):
        page = next(read_each_page(reader, await request.body(), single=True))
        if not page.reading.digits:
            return {"cells": []}
        glyphs = {"shrunk": shrunk(page.pixels), "normalised": page.reading.digits[0].glyph}
        return {"cells": [cell(form, glyphs[form], name, networks[name]) for form in glyphs for name in networks]}

    mount_page(app)
    return app


def shown(page, reader, network):
    number = {} if page.number is None else {"page": page.number}
    about = {"path": None, "model": reader.name, "seconds": page.seconds} | number
    digits = [
        digit.as_dict()
        | {"glyph": data_url(digit.glyph), "saliency": saliency(network, digit.glyph, digit.best).tolist()}
        | {"alternatives": [{"digit": value, "confidence": sure} for value, sure in digit.alternatives]}
        for digit in page.reading.digits
    ]
    return page.reading.as_dict() | about | {"digits": digits}


def shrunk(pixels):
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (28, 28), interpolation=cv2.INTER_AREA)
    return 255 - small if small.mean() > 127 else small


def cell(form, glyph, name, weights):
    probabilities = predict(weights, glyph[None])[0]
    answer = {"digit": int(probabilities.argmax()), "confidence": float(probabilities.max())}
    return {"form": form, "weights": name, "glyph": data_url(glyph)} | answer


def data_url(glyph):
    return "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", glyph)[1].tobytes()).decode()


def saliency(network, glyph, digit):
    """Gradient of the digit's log probability, times the input, to 1 at its greatest: float (28, 28)."""
    *hidden, last = network.layers
    signals = [glyph.reshape(-1) / 255]
    for layer in hidden:
        signals.append(np.maximum(signals[-1] @ layer.kernel + layer.bias, 0))
    logits = signals[-1] @ last.kernel + last.bias
    odds = np.exp(logits - logits.max())
    gradient = last.kernel @ (np.eye(10)[digit] - odds / odds.sum())
    for layer, signal in zip(reversed(hidden), reversed(signals[1:]), strict=True):
        gradient = layer.kernel @ (gradient * (signal > 0))
    spoken = gradient * signals[0]
    return (spoken / max(np.abs(spoken).max(), 1e-12)).reshape(28, 28)
