"""The engine: how many requests are answered at once and wait, for how long, and what stops a server from starting."""

import asyncio
import gc
import os
import socket
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import replace

import httpx
import numpy as np
import pytest
from api_server import error_of, running

from tendigits.errors import TendigitsError, WeightsError
from tendigits.models import Model, open_model, shipped_file
from tendigits.reading.reader import Reader
from tendigits.serving.app import create_app
from tendigits.serving.engine import Engine
from tendigits.serving.metrics import Metrics
from tendigits.serving.refusal import Refused
from tendigits.serving.samples import DIGITS, drawn
from tendigits.serving.selftest import self_test
from tendigits.serving.settings import Limits, Settings
from tendigits.weights import Dense, serialize


def engine(workers=1000, **limits):
    """An engine with one thread."""
    return Engine(Settings(workers=workers, limits=Limits(**limits)), Metrics())


class Step:
    """What takes until it is let go, and says when it begins."""

    def __init__(self):
        self.begun, self.let_go = threading.Event(), threading.Event()

    def __call__(self, _):
        self.begun.set()
        assert self.let_go.wait(60)
        return "done"


async def has_begun(step):
    assert await asyncio.to_thread(step.begun.wait, 60)


def test_as_many_wait_as_may_and_the_next_is_refused_at_once():
    async def scene():
        busy, step = engine(waiting=2), Step()
        running = [asyncio.create_task(busy.run(map(step, [0]))) for _ in range(3)]
        await has_begun(step)
        with pytest.raises(Refused, match="busy") as refused:
            await asyncio.wait_for(busy.run(map(step, [0])), 1)
        with pytest.raises(Refused, match="busy"):
            busy.check()
        step.let_go.set()
        assert await asyncio.gather(*running) == [["done"]] * 3
        for _ in range(10):
            busy.check()  # which takes no place
        assert await busy.run(map(step, [0, 1])) == ["done"] * 2  # there is room again
        return refused.value

    refused = asyncio.run(scene())
    assert refused.status == 503
    assert int(refused.headers["Retry-After"]) > 0


def test_what_is_late_is_given_up_and_its_thread_is_taken_until_it_ends():
    async def scene():
        late, step = engine(waiting=0, answer_seconds=0.2), Step()
        with pytest.raises(Refused, match=r"0\.2 seconds") as refused:
            await late.run(map(step, [0]))
        with pytest.raises(Refused, match="busy"):
            await late.run(map(step, [0]))
        step.let_go.set()
        while True:
            try:
                return refused.value, await late.run(map(step, [0]))
            except Refused:
                await asyncio.sleep(0.01)

    refused, answer = asyncio.run(scene())
    assert refused.status == 504
    assert answer == ["done"]


def test_after_what_is_late_no_step_begins():
    async def scene():
        late, step, others = engine(answer_seconds=0.2), Step(), []
        steps = (each(0) for each in (step, others.append))
        with pytest.raises(Refused):
            await late.run(steps)
        step.let_go.set()
        await late.run(iter([]))  # the thread is free again
        return others

    assert asyncio.run(scene()) == []


def test_what_waits_and_is_late_gives_its_place_back():
    async def scene():
        late, step = engine(waiting=1, answer_seconds=0.3), Step()
        first = asyncio.create_task(late.run(map(step, [0])))
        await has_begun(step)
        for _ in range(3):
            with pytest.raises(Refused, match=r"0\.3 seconds"):
                await late.run(map(step, [0]))
        with pytest.raises(Refused, match=r"0\.3 seconds"):
            await first
        step.let_go.set()

    asyncio.run(scene())


def test_what_waits_and_is_late_is_not_held_until_a_thread_comes_by():
    class Sent(list):
        """Something that can be watched."""

    async def scene():
        late, step, sent = engine(waiting=1, answer_seconds=0.3), Step(), Sent([0])
        held, steps = weakref.ref(sent), iter(sent)
        first = asyncio.create_task(late.run(map(step, [0])))
        await has_begun(step)
        with pytest.raises(Refused, match=r"0\.3 seconds"):
            await late.run(steps)
        del sent, steps
        gc.collect()
        assert held() is None
        with pytest.raises(Refused, match=r"0\.3 seconds"):
            await first
        step.let_go.set()

    asyncio.run(scene())


def test_there_are_as_many_threads_as_cores():
    async def scene():
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        steps = [Step() for _ in range(cores)]
        every = engine(workers=1)
        running = [asyncio.create_task(every.run(map(step, [0]))) for step in steps]
        for step in steps:
            await has_begun(step)
        for step in steps:
            step.let_go.set()
        await asyncio.gather(*running)

    asyncio.run(asyncio.wait_for(scene(), 60))


def test_the_event_loop_goes_on_while_images_are_read():
    async def scene():
        reading, step = engine(), Step()
        running = asyncio.create_task(reading.run(map(step, [0])))
        await has_begun(step)
        before = time.perf_counter()
        await asyncio.sleep(0)
        waited = time.perf_counter() - before
        step.let_go.set()
        await running
        return waited

    assert asyncio.run(scene()) < 1


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("name", ["robust", "tutorial"])
def test_the_digits_drawn_for_the_test_are_read(digit, name):
    assert Reader(name).read(drawn(digit), single=True).text == str(digit)


def model_with(change):
    """The weights that ship, with each kernel changed."""
    shipped = open_model()
    layers = tuple(Dense(change(layer.kernel), layer.bias, layer.activation) for layer in shipped.weights.layers)
    return Model("mine", replace(shipped.weights, layers=layers), "mnist")


def shuffled(kernel):
    return np.random.default_rng(1).permutation(kernel.ravel()).reshape(kernel.shape)


def test_the_weights_that_ship_pass_the_test():
    self_test(open_model())


@pytest.mark.parametrize("change", [np.zeros_like, np.negative, shuffled], ids=["zeros", "negative", "shuffled"])
def test_weights_that_read_nothing_do_not_pass(change):
    with pytest.raises(WeightsError, match=r"mine reads \d of the 10 digits"):
        self_test(model_with(change))


def test_weights_that_overflow_do_not_pass():
    with pytest.raises(WeightsError), np.errstate(all="ignore"):
        self_test(model_with(lambda kernel: kernel * np.float32(1e30)))


@pytest.fixture
def damaged(tmp_path):
    file = tmp_path / "weights.safetensors"
    file.write_bytes(shipped_file("robust").read_bytes()[:-100])
    return file


def test_damaged_weights_stop_the_start_with_one_sentence(damaged):
    with pytest.raises(TendigitsError, match="is not a weights file") as error:
        create_app(Settings(model=damaged))
    assert "\n" not in str(error.value)


def test_weights_that_read_nothing_stop_the_start(tmp_path):
    file = tmp_path / "weights.safetensors"
    file.write_bytes(serialize(model_with(shuffled).weights))
    app = create_app(Settings(model=file))

    async def start():
        async with app.router.lifespan_context(app):
            raise AssertionError

    with pytest.raises(WeightsError, match="of the 10 digits"):
        asyncio.run(start())
    assert not app.state.ready


READY = ("/v2/health/ready", "/v2/models/tendigits/ready", "/v2/models/tendigits/versions/1.0/ready")


@pytest.mark.parametrize("address", READY)
def test_a_server_is_ready_until_it_is_asked_to_stop(address):
    with running() as (app, url):
        assert app.state.ready
        assert httpx.get(url + address).status_code == 200
        app.state.drain.begun = True
        assert "not ready" in error_of(httpx.get(url + address), 503)
        assert httpx.get(url + "/v2/health/live").status_code == 200
    assert not app.state.ready


@pytest.mark.parametrize("address", ["/v1/read", "/v1/compare", "/v2/models/tendigits/infer"])
def test_where_no_more_may_wait_the_body_is_not_waited_for(monkeypatch, address):
    def full(_):
        raise Refused(503, "this server is busy")

    monkeypatch.setattr(Engine, "check", full)
    head = f"POST {address} HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: 1000000\r\n\r\n"
    with running() as (_, url), socket.create_connection(("127.0.0.1", httpx.URL(url).port), timeout=60) as asking:
        asking.sendall(head.encode())
        assert asking.recv(2**16).startswith(b"HTTP/1.1 503")


def test_a_place_is_given_back_where_no_thread_can_be_started(monkeypatch):
    scarce = engine(waiting=0)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", cannot_start)
        for _ in range(3):
            with pytest.raises(RuntimeError, match="new thread"):
                asyncio.run(scarce.run(iter([])))
    assert asyncio.run(scarce.run(iter(["done"]))) == ["done"]


def cannot_start(_):
    raise RuntimeError("can't start new thread")


def test_it_is_not_ready_before_it_has_started():
    async def ask():
        transport = httpx.ASGITransport(create_app(Settings()))
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            return await client.get(READY[0])

    assert error_of(asyncio.run(ask()), 503)


def test_a_server_loads_opencv_and_nothing_else_that_is_heavy():
    program = """
import sys
from tendigits.serving.app import create_app
from tendigits.serving.settings import Settings
create_app(Settings())
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = set(result.stdout.split())
    heavy = {"keras", "jax", "tensorflow", "torch", "pandas", "matplotlib", "onnx", "onnxruntime", "sklearn", "pyarrow"}
    assert not loaded & heavy
    assert "cv2" in loaded
