"""The server's trouble is told in words, and goes away when it is over."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect
from writing import write


def trouble(page):
    return page.locator("#trouble")


def test_a_server_that_was_stopped_is_told_and_its_return_is_noticed(page, backend):
    write(page, "3")
    expect(page.locator(".number")).to_have_text("3")
    backend.stop()
    write(page, "6", left=400)
    expect(trouble(page)).to_contain_text("The server does not answer")
    expect(page.locator(".number")).to_have_count(0)
    backend.start()

    expect(page.locator(".number")).to_have_text("36")
    expect(trouble(page)).to_be_empty()


def test_a_busy_server_is_asked_again(page, backend):
    backend.refuse(503, "busy", retry_after="1")
    write(page, "3")
    expect(trouble(page)).to_contain_text("busy")

    expect(page.locator(".number")).to_have_text("3")
    expect(trouble(page)).to_be_empty()
    assert len(backend.images()) == 2


def test_a_busy_server_does_not_keep_what_is_written_since_waiting(page, backend):
    backend.refuse(503, "busy", retry_after="3600")
    end = write(page, "3")
    expect(trouble(page)).to_contain_text("busy")
    write(page, "4", left=end)

    expect(page.locator(".number")).to_have_text("34")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (413, "This is too large for the server: the body has too many bytes."),
        (415, "The server does not read files of this kind: the body has too many bytes."),
        (422, "This picture cannot be read: the body has too many bytes."),
        (504, "The server ran out of time over this."),
        (500, "The server did not read this (status 500): the body has too many bytes."),
    ],
)
def test_a_refusal_is_told_in_words_and_not_repeated(page, backend, status, words):
    backend.refuse(status, "the body has too many bytes")
    end = write(page, "3")
    expect(trouble(page)).to_contain_text(words)
    page.wait_for_timeout(2500)
    assert len(backend.asked) == 1

    write(page, "4", left=end)
    expect(page.locator(".number")).to_have_text("34")
    expect(trouble(page)).to_be_empty()


@pytest.fixture
def held(backend):
    event = backend.hold()
    yield event
    event.set()


def test_a_server_that_takes_long_is_told_while_it_is_waited_for(page, backend, held):
    write(page, "3")
    expect(trouble(page)).to_have_text("The server takes long. This page goes on waiting.")
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "true")
    assert len(backend.asked) == 1
    held.set()

    expect(page.locator(".number")).to_have_text("3")
    expect(trouble(page)).to_be_empty()


def test_a_request_that_hangs_is_given_up_for_what_is_written_since(page, backend, held):
    given_up = []
    page.on("requestfailed", lambda request: given_up.append(request.url))
    end = write(page, "3")
    expect(trouble(page)).to_contain_text("takes long")
    assert given_up == []
    backend.held = None  # only the first one hangs
    write(page, "4", left=end)

    expect(page.locator(".number")).to_have_text("34")
    expect(trouble(page)).to_be_empty()
    assert [url.partition("?")[0] for url in given_up] == [f"{backend.url}v1/read"]


def test_a_request_that_began_to_hang_before_is_given_up_too(page, backend, held):
    end = write(page, "3")
    page.wait_for_timeout(1000)
    backend.held = None
    write(page, "4", left=end)
    page.wait_for_timeout(1000)
    assert len(backend.asked) == 1  # it may still be answered

    expect(page.locator(".number")).to_have_text("34")


FAILED = "This page failed, and loading it again may help: no memory."


@pytest.fixture
def without_pictures(page):
    """Let the page run in a browser that cannot make pictures, until the test evaluates `mend()`."""
    page.evaluate(
        """() => {
            const { convertToBlob } = OffscreenCanvas.prototype;
            window.mend = () => (OffscreenCanvas.prototype.convertToBlob = convertToBlob);
            OffscreenCanvas.prototype.convertToBlob = async () => { throw new Error("no memory"); };
        }"""
    )
    return page


def test_a_drawing_that_cannot_be_made_a_picture_is_told(without_pictures):
    end = write(without_pictures, "3")
    expect(trouble(without_pictures)).to_have_text(FAILED)
    expect(without_pictures.locator("#answer")).to_have_attribute("aria-busy", "false")
    expect(without_pictures.locator("#comparison")).to_have_attribute("aria-busy", "false")

    without_pictures.evaluate("() => void mend()")
    write(without_pictures, "4", left=end)
    expect(without_pictures.locator(".number")).to_have_text("34")
    expect(trouble(without_pictures)).to_be_empty()


def test_a_picture_that_cannot_be_made_smaller_is_told(without_pictures):
    file = io.BytesIO()
    Image.new("L", (2400, 100), 255).save(file, "PNG")
    picture = {"name": "wide.png", "mimeType": "image/png", "buffer": file.getvalue()}
    without_pictures.set_input_files("#file", picture)

    expect(trouble(without_pictures)).to_have_text(FAILED)
    expect(without_pictures.locator("#answer")).to_have_attribute("aria-busy", "false")


def test_a_comparison_that_cannot_be_saved_is_told_and_stays(page):
    write(page, "3")
    save = page.locator("#comparison button")
    expect(save).to_be_visible()
    page.evaluate("() => { OffscreenCanvas.prototype.convertToBlob = async () => { throw new Error('no memory'); }; }")
    save.click()

    expect(trouble(page)).to_have_text(FAILED)
    expect(save).to_be_visible()
    expect(page.locator(".number")).to_have_text("3")


def test_clearing_ends_the_trouble(page, backend):
    backend.refuse(422, "no")
    write(page, "3")
    expect(trouble(page)).not_to_be_empty()
    page.click("#clear")

    expect(trouble(page)).to_be_empty()
