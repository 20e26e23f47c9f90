"""The end of a connection whose client is gone, or might as well be."""

import asyncio
import socket
import struct

import pytest

from tendigits.serving.connections import ending
from tendigits.serving.connections.ending import EndingTransport
from tendigits.serving.settings import Limits


async def ended_after_a_reset():
    loop = asyncio.get_running_loop()
    lost = loop.create_future()

    class Ending(asyncio.Protocol):
        def connection_made(self, transport):
            transport.pause_reading()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()  # which resets the connection
            leaving = EndingTransport(transport, loop, Limits())
            leaving.unread = True
            leaving.close()
            loop.call_later(0.5, leaving.relax)

        def connection_lost(self, error):
            lost.set_result(error)

    server = await loop.create_server(Ending, "127.0.0.1", 0)
    client = socket.create_connection(server.sockets[0].getsockname())
    try:
        await asyncio.wait_for(lost, 1)
    finally:
        server.close()


def test_a_client_that_has_reset_its_connection_is_not_waited_for():
    asyncio.run(ended_after_a_reset())


def looked_at_after_closing(monkeypatch, lefts):
    """Return after how many looks a client is given up, of whose last answer so much is left at each look."""
    monkeypatch.setattr(ending, "_LEAVING", 0.001)

    class Taking(asyncio.Transport):
        looks, aborted = 0, False

        def write_eof(self):
            pass

        def resume_reading(self):
            pass

        def is_closing(self):
            return False

        def get_write_buffer_size(self):
            self.looks += 1
            return lefts[self.looks - 1] if self.looks <= len(lefts) else 0

        def abort(self):
            self.aborted = True

    async def watch():
        taking = Taking()
        leaving = EndingTransport(taking, asyncio.get_running_loop(), Limits())
        leaving.unread = True
        leaving.expect_progress()
        leaving.close()
        while not taking.aborted:  # noqa: ASYNC110 - by a timer, which is what is tested
            await asyncio.sleep(0.001)
        return taking.looks

    return asyncio.run(asyncio.wait_for(watch(), 60))


def test_a_client_has_time_to_leave_from_when_all_was_sent(monkeypatch):
    assert looked_at_after_closing(monkeypatch, [0]) == 2
    assert looked_at_after_closing(monkeypatch, [9, 9, 0]) == 4


class Slow(asyncio.Transport):
    """A connection whose client has taken so many bytes more whenever one looks."""

    def __init__(self, rate):
        super().__init__()
        self.rate, self.left, self.aborted, self.looks = rate, 0, False, 0

    def write(self, data):
        self.left += len(data)

    def get_write_buffer_size(self):
        self.looks += 1
        self.left = max(self.left - self.rate, 0)
        return self.left

    def abort(self):
        self.aborted = True


def watched(monkeypatch, rate, *, interrupted=False):
    """Have a client take 1,000 bytes, of which it is to take 10 at each look, and may be 10 looks behind."""
    monkeypatch.setattr(ending, "_LEAVING", 0.001)
    slow = Slow(rate)

    async def watch():
        limits = Limits(answer_seconds=0.01, bytes_per_second=10_000)
        watching = EndingTransport(slow, asyncio.get_running_loop(), limits)
        watching.write(bytes(1000))
        while slow.left and not slow.aborted:
            watching.expect_progress()
            await asyncio.sleep(0.004)
            if interrupted:
                watching.relax()

    asyncio.run(asyncio.wait_for(watch(), 60))
    return slow


@pytest.mark.parametrize("rate", [0, 1, 5])
def test_a_client_that_takes_its_answer_too_slowly_is_given_up(monkeypatch, rate):
    slow = watched(monkeypatch, rate)
    assert slow.aborted
    assert slow.left
    assert slow.looks < 30


def test_to_take_enough_for_the_next_part_does_not_save_it(monkeypatch):
    assert watched(monkeypatch, 5, interrupted=True).left


@pytest.mark.parametrize("rate", [10, 200])
def test_a_client_that_takes_it_fast_enough_gets_all_of_it(monkeypatch, rate):
    assert not watched(monkeypatch, rate).left
