"""What is answered, as the description of the API has it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "PROTOCOL",
    "Error",
    "FourAnswers",
    "Live",
    "ModelFacts",
    "ModelMetadata",
    "ModelReady",
    "Readings",
    "Ready",
    "ServerMetadata",
    "errors",
]

PROTOCOL = "Open Inference Protocol"
"""The heading of its part of the description."""

_Confidence = Field(ge=0, le=1)
_Box = Field(description="x and y of the upper left corner, width and height, in the image's own pixels", min_length=4)


class _Answer(BaseModel):
    """Answers have the keys that stand here, and no others."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())


class Error(_Answer):
    """What was wrong, and what to do."""

    error: str


class Alternative(_Answer):
    """What a digit may be."""

    digit: int
    confidence: float = _Confidence


class Digit(_Answer):
    """A digit in its place."""

    digit: int | None = Field(description="null where the reader is not sure")
    confidence: float = _Confidence
    box: list[int] = _Box
    line: int
    alternatives: list[Alternative] = Field(
        [], description="with include=alternatives: all ten, the most probable first"
    )
    glyph: str = Field("", description="with include=glyphs: what the network saw, 28x28, as a data URL")
    saliency: list[list[float]] = Field(
        [], description="with include=saliency: what each of 28x28 pixels says for the digit, 1, or against it, -1"
    )


class Mark(_Answer):
    """A stroke that was seen and left out."""

    box: list[int] = _Box


class Reading(_Answer):
    """What an image says, or a page of it."""

    path: str | None = Field(description="the file's name, as it was sent")
    page: int = Field(0, description="only where the file has several")
    model: str
    text: str = Field(description="? stands for a digit that the reader is not sure of")
    confidence: float = Field(ge=0, le=1, description="the probability that the whole text is right")
    lines: list[str]
    digits: list[Digit]
    marks: list[Mark]
    seconds: float


class Unread(_Answer):
    """Why an image could not be read; others were."""

    path: str | None
    error: str


class Readings(_Answer):
    """One object for each image or page, in their order."""

    readings: list[Reading | Unread]


class Cell(_Answer):
    """What one network says of one form of a digit."""

    form: Literal["shrunk", "normalised"]
    weights: Literal["tutorial", "robust"]
    digit: int
    confidence: float = _Confidence
    glyph: str = Field(description="what the network saw, 28x28, as a data URL")


class FourAnswers(_Answer):
    """Two forms by two networks; nothing where there is no ink."""

    cells: list[Cell]


class Layer(_Answer):
    """A dense layer."""

    inputs: int
    units: int
    activation: str


class ModelFacts(_Answer):
    """What is known of the model."""

    name: str
    version: str
    sha256: str = Field(description="of the parameters")
    parameters: int
    layers: list[Layer]
    provenance: dict[str, Any]
    accuracy: float | None = Field(description="the fraction of MNIST's test digits that it reads rightly, where known")
    licence: str | None = Field(description="of the weights, where known")


class ServerMetadata(_Answer):
    """Which server this is."""

    name: str
    version: str
    extensions: list[str]


class Live(_Answer):
    """That the server runs."""

    live: bool


class Ready(_Answer):
    """That the server takes requests."""

    ready: bool


class ModelReady(_Answer):
    """That the model takes requests."""

    name: str
    ready: bool


class Tensor(_Answer):
    """An input or an output; -1 stands for any number."""

    name: str
    datatype: str
    shape: list[int]


class ModelMetadata(_Answer):
    """What the model takes and gives."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[Tensor]
    outputs: list[Tensor]


_MEANINGS = {
    400: "The request is damaged.",
    404: "There is no such model, or no such version.",
    413: "There is more in it than is taken at once.",
    415: "It is of another type.",
    422: "It cannot be read, or asks for what there is not.",
    503: "The server is busy, or is not ready.",
    504: "It took too long.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of what is answered with these status codes."""
    return {status: {"model": Error, "description": _MEANINGS[status]} for status in statuses}
