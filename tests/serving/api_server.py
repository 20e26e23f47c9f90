"""A server that really runs, in a thread of this process, with connections as users have them, and a client of it."""

import json
import threading
from contextlib import contextmanager
from io import BytesIO

import httpx
import numpy as np
from PIL import Image

from tendigits.serving.app import create_app
from tendigits.serving.processes.app import guarded
from tendigits.serving.processes.listening import address_of, listen
from tendigits.serving.processes.process import ServingProcess
from tendigits.serving.settings import Limits, Settings

PNG = {"content-type": "image/png"}


@contextmanager
def running(settings=None):
    """Run a server behind its guard, and yield its app and address."""
    apps = []

    def create(settings):
        apps.append(create_app(settings))
        return apps[0]

    settings = settings or Settings()
    started = threading.Event()
    with listen("127.0.0.1", 0) as listener:
        address = address_of(listener, "127.0.0.1")
        process = ServingProcess(guarded(create, settings), settings.limits, started.set)
        process.interrupted = True  # which ends it without first saying that it will
        thread = threading.Thread(target=process.run, args=([listener],))
        thread.start()
        while not started.wait(0.01):
            assert thread.is_alive()
        try:
            yield apps[0], address
        finally:
            process.should_exit = True
            thread.join()


@contextmanager
def client(**limits):
    """Run a server with these limits, and yield a client."""
    with running(Settings(limits=Limits(**limits))) as (_, url), httpx.Client(base_url=url, timeout=60) as asking:
        yield asking


def error_of(response, status):
    """Return the sentence of an answer that is to be an error, and nothing but that sentence."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    [(name, sentence)] = response.json().items()
    assert name == "error"
    assert "Traceback" not in sentence
    assert "/src/" not in sentence
    return sentence


def png_of(picture):
    """Return a picture, uint8 (height, width, 3) or (height, width), as PNG."""
    return file_of(picture, "png")


def file_of(picture, kind, **options):
    """Return a picture as a file of a kind."""
    file = BytesIO()
    Image.fromarray(picture).save(file, kind, **options)
    return file.getvalue()


def infer_body(images, outputs=None, **more):
    """Return a binary request to infer, and the headers that go with it."""
    datatype = {np.dtype(np.uint8): "UINT8", np.dtype(np.float32): "FP32"}[images.dtype]
    tensor = {"name": "images", "datatype": datatype, "shape": list(images.shape)}
    request = {"inputs": [tensor | {"parameters": {"binary_data_size": images.nbytes}}]} | more
    if outputs is not None:
        request["outputs"] = outputs
    text = json.dumps(request).encode()
    return text + images.tobytes(), {"inference-header-content-length": str(len(text))}
