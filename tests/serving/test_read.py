"""``/v1``: images read over HTTP as the command line reads them, compared, and refused."""

import base64
import json
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from api_server import PNG, client, error_of, file_of, png_of
from handwritten import page
from PIL import Image
from typer.testing import CliRunner

from tendigits.cli import app
from tendigits.inference import predict
from tendigits.models import open_model
from tendigits.serving.samples import drawn


@pytest.fixture(scope="module")
def server():
    with client(images=3, body_bytes=2**20) as asking:
        yield asking


@pytest.fixture(scope="module")
def number(mnist):
    """A page with a line of four digits, as PNG."""
    return png_of(page(mnist, 4).pixels)


def read_by_the_command_line(path, *options):
    result = CliRunner().invoke(app, ["read", str(path), "--json", *options])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def without_times(readings):
    return [reading | {"seconds": 0, "path": ""} for reading in readings]


def picture_in(url):
    kind, _, content = url.partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(BytesIO(base64.b64decode(content))))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ({}, []),
        ({"length": "4-6"}, ["--length", "4-6"]),
        ({"single": "true"}, ["--single"]),
        ({"min_confidence": 0.999}, ["--min-confidence", "0.999"]),
    ],
    ids=str,
)
def test_a_reading_is_what_the_command_line_says(server, number, tmp_path, query, options):
    (tmp_path / "number.png").write_bytes(number)

    answer = server.post("/v1/read", content=number, params=query, headers=PNG)

    assert answer.status_code == 200
    [reading] = answer.json()["readings"]
    [expected] = read_by_the_command_line(tmp_path / "number.png", *options)
    assert list(reading) == list(expected)
    assert without_times([reading]) == without_times([expected])
    assert reading["path"] is None


def test_every_page_of_a_file_is_read(server, mnist, tmp_path):
    first, second = (Image.fromarray(page(mnist, n).pixels) for n in (3, 5))
    first.save(tmp_path / "two.tiff", save_all=True, append_images=[second], compression="tiff_lzw")
    content = (tmp_path / "two.tiff").read_bytes()

    readings = server.post("/v1/read", content=content, headers={"content-type": "image/tiff"}).json()["readings"]

    assert [reading["page"] for reading in readings] == [1, 2]
    assert without_times(readings) == without_times(read_by_the_command_line(tmp_path / "two.tiff"))


def test_several_files_are_read_in_their_order_and_what_cannot_be_read_is_in_its_place(server):
    files = [
        ("a", ("four.png", png_of(drawn(4)))),
        ("b", ("page.pdf", b"%PDF-1.7")),
        ("a", ("two.png", png_of(drawn(2)))),
    ]

    answer = server.post("/v1/read", files=files, data={"note": "a field that is no file"}, params={"single": "true"})

    four, pdf, two = answer.json()["readings"]
    assert [(four["path"], four["text"]), (two["path"], two["text"])] == [("four.png", "4"), ("two.png", "2")]
    assert list(pdf) == ["path", "error"]
    assert pdf["path"] == "page.pdf"
    assert pdf["error"].startswith("page.pdf: a PDF")


def test_a_file_s_name_comes_back_as_it_was_sent(server):
    name = 'été "7" 数字.png'

    [reading] = server.post("/v1/read", files={"image": (name, png_of(drawn(7)))}).json()["readings"]

    assert reading["path"] in (name, name.replace('"', "%22"))  # as browsers send quotation marks (HTML Standard)


def test_of_each_digit_more_is_shown_where_that_is_asked_for(server, number):
    answer = server.post("/v1/read", content=number, params={"include": "alternatives,glyphs,saliency"}, headers=PNG)

    digits = answer.json()["readings"][0]["digits"]
    assert len(digits) == 4
    for digit in digits:
        assert list(digit) == ["digit", "confidence", "box", "line", "alternatives", "glyph", "saliency"]
        assert sorted(other["digit"] for other in digit["alternatives"]) == list(range(10))
        assert digit["alternatives"][0] == {"digit": digit["digit"], "confidence": digit["confidence"]}
        confidences = [other["confidence"] for other in digit["alternatives"]]
        assert confidences == sorted(confidences, reverse=True)
        glyph, spoken = picture_in(digit["glyph"]), np.array(digit["saliency"])
        assert glyph.shape == spoken.shape == (28, 28)
        assert glyph[0, 0] == 0  # ink is bright on black
        assert glyph.max() > 200
        assert np.abs(spoken).max() == 1
        assert not spoken[glyph == 0].any()


def test_what_is_not_asked_for_is_not_shown(server, number):
    answer = server.post("/v1/read", content=number, params={"include": "glyphs"}, headers=PNG)

    assert [list(digit) for digit in answer.json()["readings"][0]["digits"]] == [
        ["digit", "confidence", "box", "line", "glyph"]
    ] * 4


def test_an_image_without_a_type_is_looked_at(server):
    answer = server.post("/v1/read", content=png_of(drawn(3)), params={"single": "true"})

    assert answer.json()["readings"][0]["text"] == "3"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"single": "perhaps"}, "single"),
        ({"length": "four"}, "length"),
        ({"length": "6-4"}, "runs backwards"),
        ({"length": "4", "single": "true"}, "leave one of the two out"),
        ({"min_confidence": "1.5"}, "min_confidence"),
        ({"min_confidence": "nan"}, "min_confidence"),
        ({"include": "everything"}, "alternatives, glyphs, saliency"),
        ({"include": "glyphs,"}, "commas"),
    ],
    ids=str,
)
def test_what_is_asked_wrongly_is_said(server, query, word):
    assert word in error_of(server.post("/v1/read", content=b"", params=query, headers=PNG), 422)


def test_parameters_that_there_are_not_are_refused(server):
    sentence = error_of(server.post("/v1/read?lenght=4", content=b"", headers=PNG), 422)
    assert sentence == "there is no parameter 'lenght'; there are single, length, min_confidence, include"
    twice = error_of(server.post("/v1/read?length=4&length=5", content=b"", headers=PNG), 422)
    assert twice == "length: it is given 2 times; give it once"
    assert "there are none here" in error_of(server.post("/v1/compare?single=true", content=b"", headers=PNG), 422)


@pytest.mark.parametrize("address", ["/v1/read", "/v1/compare"])
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json", "multipart/mixed"]
)
def test_another_type_is_refused(server, address, kind):
    answer = server.post(address, content=png_of(drawn(3)), headers={"content-type": kind})

    assert "image/png" in error_of(answer, 415)


def test_a_compressed_body_is_refused(server):
    answer = server.post("/v1/read", content=b"...", headers=PNG | {"content-encoding": "gzip"})

    assert "Content-Encoding" in error_of(answer, 415)


@pytest.mark.parametrize("address", ["/v1/read", "/v1/compare"])
@pytest.mark.parametrize(
    ("content", "word"), [(b"", "empty"), (b"%PDF-1.7", "a PDF"), (png_of(drawn(3))[:-20], "cut short")], ids=str
)
def test_an_image_that_cannot_be_read_is_an_error_when_it_is_all_there_is(server, address, content, word):
    assert word in error_of(server.post(address, content=content, headers=PNG), 422)
    files = {"image": ("mine.png", content)}
    assert error_of(server.post(address, files=files), 422).startswith("mine.png: ")


@pytest.mark.parametrize("address", ["/v1/read", "/v1/compare"])
def test_too_many_pixels_are_refused_before_they_are_decoded(server, address):
    bomb = file_of(np.zeros((30_000, 5_000), bool), "png")  # 150 million, in 18 kB
    assert len(bomb) < 100_000

    assert "pixels" in error_of(server.post(address, content=bomb, headers=PNG), 413)


@pytest.mark.parametrize("address", ["/v1/read", "/v1/compare"])
def test_too_many_bytes_are_refused_also_where_their_number_is_not_told(server, address):
    parts = [bytes(2**16)] * 17

    assert "bytes" in error_of(server.post(address, content=b"".join(parts), headers=PNG), 413)
    assert "bytes" in error_of(server.post(address, content=iter(parts), headers=PNG), 413)


def test_too_many_files_are_refused(server):
    files = [("image", (f"{i}.png", b"...")) for i in range(4)]

    assert "more than 3 files" in error_of(server.post("/v1/read", files=files), 413)


def test_parts_without_end_are_refused_though_none_is_a_file(server):
    parts = b"".join(b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' for _ in range(200))
    headers = {"content-type": "multipart/form-data; boundary=b"}
    assert "fields" in error_of(server.post("/v1/read", content=parts + b"--b--\r\n", headers=headers), 413)


def test_nothing_that_is_sent_comes_to_a_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there is no such folder"))
    large = file_of(np.kron(drawn(7), np.ones((8, 8, 1), np.uint8)), "bmp")  # 4 MB

    with client() as server:
        assert server.post("/v1/read", files={"image": ("large.bmp", large)}).status_code == 200
        assert server.post("/v1/read", content=large, headers={"content-type": "image/bmp"}).status_code == 200


def test_of_many_at_once_those_that_may_not_wait_are_told_to_come_again(number):
    large = png_of(np.kron(np.asarray(Image.open(BytesIO(number)))[..., :3], np.ones((3, 3, 1), np.uint8)))

    with client(waiting=0) as server, ThreadPoolExecutor(24) as clients:
        post = partial(server.post, "/v1/read", content=large, headers=PNG)
        answers = [each.result() for each in [clients.submit(post) for _ in range(24)]]
        assert post().status_code == 200  # when the others are answered

    refused = [answer for answer in answers if answer.status_code != 200]
    assert 0 < len(refused) < 24
    for answer in refused:
        assert "busy" in error_of(answer, 503)
        assert int(answer.headers["retry-after"]) > 0


def multipart(body, boundary="boundary=line"):
    return {"content": body, "headers": {"content-type": f"multipart/form-data; {boundary}"}}


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (multipart(b"", "charset=utf-8"), 400),
        (multipart(b""), 400),
        (multipart(b"no boundary in it"), 400),
        (multipart(b'--line\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\ncut sho'), 400),
        (multipart(b"--line\r\nA:" + bytes(10_000) + b"\r\n\r\n\r\n--line--\r\n"), 400),
        (multipart(b'--line\r\nContent-Disposition: form-data; name="a"\r\n\r\nno file\r\n--line--\r\n'), 422),
    ],
    ids=str,
)
def test_a_damaged_form_or_one_without_a_file_is_refused(server, request_, status):
    assert "multipart" in error_of(server.post("/v1/read", **request_), status)


def compared(server, picture):
    answer = server.post("/v1/compare", content=png_of(picture), headers=PNG)
    assert answer.status_code == 200
    return answer.json()["cells"]


def test_a_digit_is_compared_in_two_forms_by_two_networks(server):
    cells = compared(server, drawn(7))

    assert [(cell["form"], cell["weights"]) for cell in cells] == [
        ("shrunk", "tutorial"),
        ("shrunk", "robust"),
        ("normalised", "tutorial"),
        ("normalised", "robust"),
    ]
    for cell in cells:
        model = open_model(Path(cell["weights"]))
        [probabilities] = predict(model.weights, picture_in(cell["glyph"])[None])
        assert cell["digit"] == probabilities.argmax()
        assert cell["confidence"] == pytest.approx(probabilities.max(), abs=1e-4)
    assert cells[-1]["digit"] == 7


def test_shrunk_is_all_of_the_image_and_normalised_the_ink_in_it(server):
    small = np.full((280, 280, 3), 255, np.uint8)
    small[20:180, 20:150] = drawn(7)

    shrunk, _, normalised, _ = compared(server, small)

    expected = cv2.resize(255 - small[..., 0], (28, 28), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(picture_in(shrunk["glyph"]), expected)
    rows = np.flatnonzero(picture_in(normalised["glyph"]).any(axis=1))
    assert len(rows) == 20


def test_bright_ink_is_compared_as_dark_ink_is(server):
    assert compared(server, 255 - drawn(5)) == compared(server, drawn(5))


def test_of_a_blank_page_there_is_nothing_to_compare(server):
    assert compared(server, np.full((100, 100, 3), 255, np.uint8)) == []


def test_several_images_are_not_compared(server):
    files = [("image", (f"{i}.png", png_of(drawn(i)))) for i in range(2)]

    assert "2 images" in error_of(server.post("/v1/compare", files=files), 422)


def test_the_facts_of_the_model(server):
    facts = server.get("/v1/model").json()

    weights = open_model().weights
    assert facts["name"] == open_model().name
    assert facts["sha256"] == weights.sha256
    assert facts["parameters"] == 109_386
    assert [layer["units"] for layer in facts["layers"]] == [128, 64, 10]
    assert facts["provenance"]["recipe"] == "robust"
    assert (facts["version"], facts["licence"]) == ("1.0", "Apache-2.0")


def test_what_is_not_there_is_said_in_a_sentence(server):
    assert "/docs" in error_of(server.get("/v3/read"), 404)
    assert "Allow" in error_of(server.get("/v1/read"), 405)


COMMAND_LINE = re.compile(
    r"(?<![\w-])--?[a-z]|pip install|\bname (an|the|it)\b|command|standard input|/src/|mode \"rb\""
)
"""What only somebody at the command line or in Python understands."""

UNREADABLE = {
    "text": b"seven\n",
    "page": b"<!doctype html><p>7</p>",
    "archive": b"PK\x03\x04" + bytes(100),
    "video": b"\0\0\0\x18ftypisom" + bytes(100),
    "nothing": b"",
    "noise": bytes(range(200, 256)),
    "damaged": png_of(drawn(3))[:200],
    "heic": b"\0\0\0\x18ftypheic" + bytes(100),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("address", ["/v1/read", "/v1/compare"])
def test_errors_do_not_speak_of_the_command_line(server, address, content, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as where it is not installed
    assert not COMMAND_LINE.search(error_of(server.post(address, content=content, headers=PNG), 422))


@pytest.mark.parametrize(
    "query",
    [{"length": "many"}, {"length": "6-4"}, {"length": "0"}, {"single": "true", "length": "4"}, {"include": "x"}],
)
def test_errors_in_what_is_asked_do_not_either(server, query):
    assert not COMMAND_LINE.search(error_of(server.post("/v1/read", content=b"", params=query, headers=PNG), 422))


def test_an_image_that_the_server_cannot_read_as_it_is_installed_is_to_be_sent_otherwise(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    sentence = error_of(server.post("/v1/read", content=UNREADABLE["heic"], headers=PNG), 422)
    assert "HEIC" in sentence
    assert sentence.endswith("send it as JPEG or PNG")


def test_an_answer_holds_so_much_and_no_more(number):
    files = [("image", (f"{n}.png", number)) for n in range(2)]
    with client(told=9, shown=9) as asking:
        assert "more than 9" in error_of(asking.post("/v1/read", files=files), 413)
        assert asking.post("/v1/read", files=files[:1]).status_code == 200
    with client(told=10, shown=9) as asking:
        assert asking.post("/v1/read", files=files).status_code == 200
        sentence = error_of(asking.post("/v1/read", files=files, params={"include": "saliency"}), 413)
        assert "without include" in sentence


def test_pages_without_a_digit_are_counted_too():
    blank = Image.new("L", (8, 8), 255)
    file = BytesIO()
    blank.save(file, "tiff", save_all=True, append_images=[blank] * 10)
    with client(told=10) as asking:
        assert "pages" in error_of(asking.post("/v1/read", content=file.getvalue(), headers=PNG), 413)
