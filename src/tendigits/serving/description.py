"""The words and examples of the API's description, and the routes that are described by hand."""

import base64
from functools import cache
from typing import Any

import cv2
import numpy as np

from tendigits.data.normalization import normalize
from tendigits.png import grey_png
from tendigits.serving.protocol.infer import MODEL, OUTPUTS
from tendigits.serving.protocol.tensors import INPUT
from tendigits.serving.samples import drawn
from tendigits.serving.schemas import PROTOCOL, errors

__all__ = ["DESCRIPTION", "EXAMPLE_DIGIT", "example_png", "image_body", "inference_paths", "without_framework_errors"]

EXAMPLE_DIGIT = 7
"""What the examples show."""


@cache
def example_png() -> bytes:
    """Return an image of one digit, as small as one can still be read."""
    grey = drawn(EXAMPLE_DIGIT)[..., 0]
    return grey_png(np.asarray(cv2.resize(grey, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA), np.uint8))


DESCRIPTION = f"""Reads handwritten digits: photos, scans and drawings (`/v1`), or digits of 28x28 as MNIST has them
(`/v2`, the [Open Inference Protocol](https://github.com/kserve/open-inference-protocol)). Nothing that is sent is kept.

What goes wrong is answered as `{{"error": "a sentence"}}`. This reads a {EXAMPLE_DIGIT}:

    base64 -d <<< {base64.b64encode(example_png()).decode()} |
    curl --data-binary @- -H 'Content-Type: image/png' 'http://127.0.0.1:8000/v1/read?single=true'
"""


_OF_FRAMEWORK = "Validation Error"
"""What FastAPI says of its own errors."""


def image_body(*, several: bool) -> dict[str, Any]:
    """Return the description of a body that is an image, or holds one, or several."""
    file = {"type": "string", "format": "binary"}
    files = {"type": "array", "items": file, "minItems": 1}
    form = {"type": "object", "properties": {"image": files if several else file}, "required": ["image"]}
    image = {"schema": file}
    return {
        "required": True,
        "description": "PNG, JPEG, TIFF, BMP, GIF, WebP, AVIF, HEIC, PBM, PGM or PPM: its bytes, or a file in a form.",
        "content": {"image/*": image, "application/octet-stream": image, "multipart/form-data": {"schema": form}},
    }


@cache
def inference_paths() -> dict[str, Any]:
    """Return the description of inference: FastAPI does not know its routes."""
    model = {"name": "model", "in": "path", "required": True, "schema": {"type": "string", "enum": [MODEL]}}
    version = {"name": "version", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "/v2/models/{model}/infer": {"post": _inference("infer", [model])},
        "/v2/models/{model}/versions/{version}/infer": {"post": _inference("infer_version", [model, version])},
    }


def without_framework_errors(description: dict[str, Any]) -> dict[str, Any]:
    """Return a description without the errors that FastAPI gives to all that has parameters: none is answered."""
    for operations in description["paths"].values():
        for operation in operations.values():
            if operation["responses"].get("422", {}).get("description") == _OF_FRAMEWORK:
                del operation["responses"]["422"]
    for schema in ("HTTPValidationError", "ValidationError"):
        description["components"]["schemas"].pop(schema, None)
    return description


def _inference(operation: str, path: list[dict[str, Any]]) -> dict[str, Any]:
    json_length = {
        "name": "Inference-Header-Content-Length",
        "in": "header",
        "description": "How many of the body's bytes are JSON, where the input's follow.",
        "schema": {"type": "integer", "minimum": 0},
    }
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = {
        "application/json": {"schema": _REQUEST, "example": _example()},
        "application/octet-stream": binary,
    }
    failures = {
        str(status): {
            "description": failure["description"],
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
        for status, failure in errors(400, 404, 413, 415, 503, 504).items()
    }
    answered = {"application/json": {"schema": _RESPONSE}, "application/octet-stream": binary}
    return {
        "tags": [PROTOCOL],
        "summary": "Infer",
        "description": "Say which digits images show: 28x28, ink bright, normalised as MNIST is; in JSON or behind it.",
        "operationId": operation,
        "parameters": [*path, json_length],
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "What was asked for.", "content": answered}} | failures,
    }


def _example() -> dict[str, Any]:
    """Return a request that can be sent as it is."""
    pixels = normalize(255 - drawn(EXAMPLE_DIGIT)[..., 0])
    tensor = {"name": INPUT, "datatype": "UINT8", "shape": [1, 28, 28], "data": pixels.ravel().tolist()}
    return {"id": "an example", "inputs": [tensor], "outputs": [{"name": name} for name in OUTPUTS]}


_PARAMETERS = {"type": "object"}
_NUMBERS = {"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "array"}]}}
_SHAPE = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1}

_REQUEST = {
    "type": "object",
    "required": ["inputs"],
    "properties": {
        "id": {"type": "string"},
        "parameters": {"type": "object", "properties": {"binary_data_output": {"type": "boolean"}}},
        "inputs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "datatype", "shape"],
                "properties": {
                    "name": {"const": INPUT},
                    "datatype": {"enum": ["UINT8", "FP32"]},
                    "shape": {**_SHAPE, "minItems": 2, "maxItems": 3, "description": "[n, 28, 28] or [n, 784]"},
                    "parameters": {"type": "object", "properties": {"binary_data_size": {"type": "integer"}}},
                    "data": {**_NUMBERS, "description": "in lists as the shape says, or all in one"},
                },
            },
        },
        "outputs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"enum": list(OUTPUTS)},
                    "parameters": {"type": "object", "properties": {"binary_data": {"type": "boolean"}}},
                },
            },
        },
    },
}

_RESPONSE = {
    "type": "object",
    "required": ["model_name", "model_version", "outputs"],
    "properties": {
        "model_name": {"type": "string"},
        "model_version": {"type": "string"},
        "id": {"type": "string"},
        "outputs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "datatype", "shape"],
                "properties": {
                    "name": {"enum": list(OUTPUTS)},
                    "datatype": {"enum": ["FP32", "INT64"]},
                    "shape": _SHAPE,
                    "parameters": _PARAMETERS,
                    "data": {"type": "array", "items": {"type": "number"}},
                },
            },
        },
    },
}
