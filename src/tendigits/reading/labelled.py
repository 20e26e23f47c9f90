"""Labelled images, read: what was written, what was read, and what went wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tendigits.data.labels import LabelledImage
from tendigits.errors import ImageError
from tendigits.evaluation.readings import ReadNumber
from tendigits.reading.result import Reading

if TYPE_CHECKING:
    from tendigits.reading.reader import Reader

__all__ = ["ReadImage", "read_labelled", "surest_failures"]


@dataclass(frozen=True, eq=False)
class ReadImage:
    """A labelled image that was read, or could not be.

    Attributes:
        image: what is written, and where.
        reading: of its first page; None where it cannot be read.
        error: why it cannot be read; None where it was.

    """

    image: LabelledImage
    reading: Reading | None
    error: ImageError | None

    @property
    def number(self) -> ReadNumber:
        """What counts in the scores."""
        image, reading = self.image, self.reading
        if reading is None:
            return ReadNumber(image.label, None, 0.0, image.kind, image.source)
        return ReadNumber(image.label, reading.text, reading.confidence, image.kind, image.source, len(reading.marks))

    def as_dict(self) -> dict[str, Any]:
        """Return it as ``tendigits evaluate --json`` shows a failure."""
        known = {"path": self.image.name, "label": self.image.label}
        if self.reading is None:
            return known | {"error": str(self.error)}
        return known | {"text": self.reading.text, "confidence": round(self.reading.confidence, 4)}


def read_labelled(reader: "Reader", images: Iterable[LabelledImage]) -> Iterator[ReadImage]:
    """Read images, one at a time; those of the kind ``single`` as one digit."""
    for image in images:
        try:
            yield ReadImage(image, reader.read(image.path, single=image.is_single), None)
        except ImageError as error:
            yield ReadImage(image, None, error)


def surest_failures(images: Iterable[ReadImage]) -> list[ReadImage]:
    """Return the images that were read wrong: first those that were sure, and of these the most confident."""
    failures = [image for image in images if not image.number.is_right]
    return sorted(failures, key=lambda failure: (not failure.number.is_sure, -failure.number.confidence))
