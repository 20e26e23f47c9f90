"""Malformed requests, without end: whole ones of every kind, damaged in one way or another."""

import json

import numpy as np
from api_server import PNG, infer_body, png_of

from tendigits.serving.samples import drawn

__all__ = ["malformed", "whole_requests"]

INFER = "/v2/models/tendigits/infer"


def whole_requests():
    """Return requests that are answered: address, body and headers."""
    image = png_of(drawn(7))
    digits = np.zeros((3, 28, 28), np.uint8)
    tensor = {"name": "images", "datatype": "UINT8", "shape": [3, 784], "data": digits.ravel().tolist()}
    form = (
        b'--line\r\nContent-Disposition: form-data; name="image"; filename="7.png"\r\n\r\n'
        + image
        + b"\r\n--line--\r\n"
    )
    return [
        ("/v1/read?include=glyphs,saliency", image, PNG),
        ("/v1/read", form, {"content-type": "multipart/form-data; boundary=line"}),
        ("/v1/compare", image, PNG),
        (INFER, json.dumps({"inputs": [tensor]}).encode(), {}),
        (INFER, *infer_body(digits)),
        (INFER, *infer_body(np.zeros((3, 784), np.float32), id="x", outputs=[{"name": "labels"}])),
    ]


def noise(body, random):
    return random.bytes(random.integers(0, 2000))


def cut(body, random):
    return body[: random.integers(0, len(body))]


def flipped(body, random):
    damaged = bytearray(body)
    for place in random.integers(0, len(body), random.integers(1, 20)):
        damaged[place] ^= 1 << int(random.integers(0, 8))
    return bytes(damaged)


def grown(body, random):
    place = random.integers(0, len(body))
    return body[:place] + random.bytes(random.integers(1, 500)) + body[place:]


def repeated(body, random):
    start, end = sorted(random.integers(0, len(body), 2))
    return body[:end] + body[start:end] * int(random.integers(1, 5)) + body[end:]


def lying(headers, random):
    """Return headers with another length of JSON, or the same."""
    name = "inference-header-content-length"
    if name not in headers or random.random() < 0.5:
        return headers
    lies = ["0", "-1", "1e3", "999999999999", "", "0x10", str(int(headers[name]) + int(random.integers(-50, 50)))]
    return headers | {name: str(random.choice(lies))}


def malformed(count, random):
    """Yield so many requests: address, body and headers."""
    whole = whole_requests()
    for i in range(count):
        address, body, headers = whole[i % len(whole)]
        damage = (noise, cut, flipped, grown, repeated)[random.integers(5)]
        yield address, damage(body, random), lying(headers, random)
