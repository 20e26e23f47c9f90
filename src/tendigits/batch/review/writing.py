"""The page of a batch, from the rows that were drawn."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from tendigits.batch.review.draw import Draw
from tendigits.batch.review.pictures import Picture, pictures
from tendigits.batch.summary import Tally
from tendigits.data.reviewed import ACCEPTED, LEAST_SURE
from tendigits.errors import BatchError
from tendigits.files import check_output, write_output
from tendigits.report.review import Review, ReviewItem, job_of_page, review_page

__all__ = ["check_replaced", "check_review", "write_review"]


def check_review(file: Path) -> None:
    """Check that a page can be written.

    Raises:
        TendigitsError: it cannot; nothing has been read then.

    """
    if file.suffix.lower() != ".html":
        raise BatchError(f"{file} is to end in .html")
    if "\0" in str(file):
        raise BatchError(f"{str(file)!r} cannot be the name of a file")
    check_output(file)


def check_replaced(file: Path, job: str) -> None:
    """Check that nothing is lost by writing a page: a file of its name is a page of the very same job.

    Raises:
        BatchError: it is something else, cannot be read, or is the page of another job: what was typed on that is
            reached by it alone.

    """
    try:
        if not file.exists():
            return
        of_job = job_of_page(file) if file.is_file() else None
    except OSError as error:
        raise BatchError(f"{file}: {error.strerror or error}; name another file") from error
    if of_job is None:
        raise BatchError(f"{file} is there already, and no page to review: remove it, or name another file")
    if of_job != job:
        raise BatchError(
            f"{file} is there already, and reviews another batch: what has been typed on it is reached by it alone."
            " Name another file; or remove it, once its labels.csv is saved"
        )


def write_review(file: Path, draw: Draw, tally: Tally, job: str, model: str, target: str) -> None:
    """Write the page, once all rows have gone by.

    Args:
        file: a page of the same job that has that name is replaced.
        draw: which rows were drawn.
        tally: how many there are.
        job: what tells the job from others.
        model: whose weights.
        target: the name of the batch.

    Raises:
        TendigitsError: it cannot be written, or something else would be lost by it.

    """
    check_replaced(file, job)
    of = {LEAST_SURE: tally.unsure, ACCEPTED: tally.sure}
    items = (*_items(draw.least_sure, LEAST_SURE), *_items(draw.accepted, ACCEPTED))
    write_output(file, review_page(Review(job, target, model, of, tally.failed, items)).encode())


def _items(rows: pa.Table, drawn: str) -> list[ReviewItem]:
    found = rows.to_pylist()
    return [_item(row, drawn, picture) for row, picture in zip(found, pictures(found), strict=True)]


def _item(row: dict[str, Any], drawn: str, picture: Picture) -> ReviewItem:
    return ReviewItem(
        path=row["path"],
        row=row["row"],
        page=row["page"],
        drawn=drawn,
        text=row["text"],
        confidence=row["confidence"],
        marks=len(row["marks"]),
        picture=picture.source,
        note=picture.note,
        whole=picture.whole,
    )
