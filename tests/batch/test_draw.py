"""Which rows are reviewed: the least sure of those not accepted, and accepted ones drawn at random."""

import numpy as np
import pyarrow as pa
import pytest

from tendigits.batch.review.draw import Draw
from tendigits.batch.rows import of_records

SEED, OTHER = "0c" * 32, "0d" * 32


def rows(confidence, texts, start=0, path="a.png"):
    """Return rows that were read so; those without a text have an error."""
    records = [
        {"path": path, "row": start + number}
        | ({"error": "no"} if text is None else {"text": text, "confidence": sure, "digits": [], "marks": []})
        for number, (sure, text) in enumerate(zip(confidence, texts, strict=True))
    ]
    return of_records(records)


@pytest.fixture(scope="module")
def batch():
    """5,000 rows: of seven one is unsure, and of a hundred one could not be read."""
    random = np.random.default_rng(1)
    confidence = random.uniform(0.01, 1, 5000).round(2)
    texts = [None if n % 100 == 0 else "4?" if n % 7 == 0 else "47" for n in range(5000)]
    return rows(confidence.tolist(), texts)


def drawn(batches, seed=SEED):
    draw = Draw(seed)
    assert sum(batch.num_rows for batch in draw.watched(batches)) == sum(batch.num_rows for batch in batches)
    return draw.least_sure.column("row").to_pylist(), draw.accepted.column("row").to_pylist()


def test_the_least_sure_are_the_least_of_those_that_were_read_and_are_not_accepted(batch):
    least_sure, _ = drawn([batch])

    found = {row["row"]: row for row in batch.to_pylist()}
    unsure = sorted(row["confidence"] for row in found.values() if row["text"] == "4?")
    assert [found[row]["confidence"] for row in least_sure] == unsure[:700]
    assert len(unsure) > len(set(least_sure)) == 700
    assert {found[row]["text"] for row in least_sure} == {"4?"}


def test_a_row_with_strokes_left_out_is_not_accepted():
    batch = of_records([{"path": "a", "text": "4", "confidence": 0.9, "digits": [], "marks": [{"box": [0, 0, 1, 1]}]}])

    draw = Draw(SEED)
    list(draw.watched([batch]))

    assert (draw.least_sure.num_rows, draw.accepted.num_rows) == (1, 0)


def test_accepted_rows_are_drawn_without_replacement(batch):
    _, accepted = drawn([batch])

    texts = batch.column("text").to_pylist()
    assert len(accepted) == len(set(accepted)) == 300
    assert {texts[row] for row in accepted} == {"47"}
    assert sorted(accepted) != accepted


def test_fewer_than_could_be_drawn_are_all_there(batch):
    least_sure, accepted = drawn([batch.slice(0, 200)])

    assert len(least_sure) + len(accepted) == 198


@pytest.mark.parametrize("size", [1, 16, 4096])
def test_the_same_rows_are_drawn_in_whatever_pieces_they_go_by(batch, size):
    pieces = [batch.slice(at, size) for at in range(0, batch.num_rows, size)]

    assert drawn(pieces) == drawn([batch])


def test_another_job_has_another_draw(batch):
    assert drawn([batch], OTHER)[1] != drawn([batch])[1]


def test_of_equally_unsure_rows_those_are_taken_that_chance_says():
    batch = rows([0.0] * 2000, ["?"] * 2000)
    least_sure, _ = drawn([batch])

    assert sum(row < 1000 for row in least_sure) == pytest.approx(350, abs=5 * (700 * 0.25) ** 0.5)


def test_every_accepted_row_is_as_likely():
    batch = rows([0.99] * 600, ["47"] * 600)
    count = np.zeros(600)
    for seed in range(400):
        count[drawn([batch], f"{seed:x}")[1]] += 1

    assert count.sum() == 400 * 300
    assert abs(count - 200).max() < 5 * 10  # the standard deviation is 10
    assert count[:300].mean() == pytest.approx(200, abs=3)


def test_no_more_is_held_than_is_drawn():
    """The least sure come last, so that every row is held for a while: half a gigabyte in all."""
    count, path = 4096, "x" * 1000
    texts = (["4?", "47"] * count)[:count]
    batch, before = rows([0.5] * count, texts, path=path), pa.total_allocated_bytes()
    draw, peak = Draw(SEED), 0
    at = batch.schema.get_field_index("confidence")

    def falling():
        for number in range(120):
            yield batch.set_column(at, batch.schema.field(at), pa.array(np.full(count, 1 / (number + 2))))

    for _ in draw.watched(falling()):
        peak = max(peak, pa.total_allocated_bytes() - before)

    assert draw.least_sure.column("confidence").to_pylist() == [1 / 121] * 700
    assert peak < 30_000_000
