"""Whether what a server answers is right: as fast as it may be, it has to be that."""

import base64
import json
import socket
from collections.abc import Callable, Mapping
from http.client import HTTPResponse
from typing import Any

import numpy as np
from tritonclient.http import InferResult

ANSWER_SECONDS = 60
"""How long an answer is waited for."""

Told = Callable[[Mapping[str, str], bytes], list[Any]]
"""From an answer's headers and body to what it says is written in each image that was sent."""


def of_infer(headers: Mapping[str, str], body: bytes) -> list[int]:
    """Read an answer of the Open Inference Protocol, binary or JSON."""
    length = headers.get("inference-header-content-length")
    return (
        InferResult.from_response_body(body, header_length=int(length) if length else None).as_numpy("labels").tolist()
    )


def of_read(_: Mapping[str, str], body: bytes) -> list[str]:
    return [reading["text"] for reading in json.loads(body)["readings"]]


def of_peer(_: Mapping[str, str], body: bytes) -> list[int]:
    """Read an answer of a framework's: numbers, or base64 of int64."""
    labels = json.loads(body)["labels"]
    return np.frombuffer(base64.b64decode(labels), np.int64).tolist() if isinstance(labels, str) else labels


def accuracy(port: int, requests: list[bytes], written: list[list[Any]], told: Told) -> float:
    """Send each request once, and return which part of the images is read as what is written in them."""
    pairs = [
        pair
        for request, expected in zip(requests, written, strict=True)
        for pair in zip(told(*answer(port, request)), expected, strict=True)
    ]
    return sum(said == expected for said, expected in pairs) / len(pairs)


def answer(port: int, request: bytes) -> tuple[Mapping[str, str], bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection)
        response.begin()
        return response.headers, response.read()
