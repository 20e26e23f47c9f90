"""A data set of forty digits that nobody has published, and a web server that publishes it, well or badly."""

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from tendigits.data import Data
from tendigits.data.folder import IDX_NAMES
from tendigits.data.idx import idx_sha256, write_idx
from tendigits.data.named import IdxFile, NamedSet, Source

Answer = bytes | Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache: the set called ``tiny`` will be in the folder ``tiny``."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("TENDIGITS_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def digits() -> Data:
    """Thirty digits to train, ten to test."""
    random = np.random.default_rng(7)

    def some(count: int) -> tuple[np.ndarray, np.ndarray]:
        return random.integers(0, 256, (count, 28, 28), np.uint8), random.integers(0, 10, count, np.uint8)

    return some(30), some(10)


@pytest.fixture(scope="session")
def arrays(digits: Data) -> dict[str, np.ndarray]:
    """The same, by the IDX files' names."""
    train, test = digits
    return dict(zip(IDX_NAMES, (*train, *test), strict=True))


@pytest.fixture
def tiny(arrays: dict[str, np.ndarray]) -> Callable[..., NamedSet]:
    """``tiny(source, ...)``: the digits as a set that is known by name, and can be had from these sources."""

    def with_sources(*sources: Source) -> NamedSet:
        files = tuple(IdxFile(name, array.shape, idx_sha256(array)) for name, array in arrays.items())
        return NamedSet("tiny", "forty digits", files, sources)

    return with_sources


@pytest.fixture
def folder(arrays: dict[str, np.ndarray], tmp_path: Path) -> Path:
    """The digits as a folder of four raw IDX files."""
    path = tmp_path / "digits"
    path.mkdir()
    for name, array in arrays.items():
        write_idx(path / name, array)
    return path


@pytest.fixture(scope="session")
def npz(digits: Data) -> bytes:
    """The digits as Keras would publish them."""
    (x_train, y_train), (x_test, y_test) = digits
    file = BytesIO()
    np.savez_compressed(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return file.getvalue()


class Web:
    """A web server on this machine. ``answers`` says what each path gives: bytes, or what to do with the request."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}/"
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    def publish(self, folder: Path) -> None:
        for file in folder.iterdir():
            self.answers[f"/{file.name}.gz"] = gzip.compress(file.read_bytes())

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        answer = self.answers.get(request.path)
        if answer is None:
            request.send_error(404)
        elif callable(answer):
            answer(request)
        else:
            request.send_response(200)
            request.send_header("Content-Length", str(len(answer)))
            request.end_headers()
            request.wfile.write(answer)


@pytest.fixture
def silence() -> Iterator[Callable[[BaseHTTPRequestHandler], None]]:
    """What a server does that never answers: nothing, until the test is over or a minute has passed."""
    over = threading.Event()
    yield lambda _: over.wait(60)
    over.set()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Say nothing: the clients here hang up on purpose."""


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        site = Web(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        server.shutdown()
        thread.join()
