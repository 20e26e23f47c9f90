"""Who is let in, who is sent away, and that neither waits for those who are in."""

import asyncio
import json
import socket
import time
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import pytest
from running import HOST, eventually, parsed, refused, serving

from tendigits.serving.connections.door import Door
from tendigits.serving.processes import acceptor
from tendigits.serving.processes.acceptor import Acceptor
from tendigits.serving.processes.listening import listen
from tendigits.serving.processes.port import accept_all, let_nobody_in
from tendigits.serving.settings import Limits

ALL = 10 + 64
"""Connections that a server with ten places has, those included that are told that there is none."""


def crowded():
    """Return a door with ten places where nobody else can come in."""
    door = Door(Limits(connections=10))
    for visitor in range(10):
        door.note_in(visitor)
    for visitor in range(10, ALL):
        door.note_turned_away(visitor)
    return door


@contextmanager
def clients(listener, count):
    """Connect clients, whom the kernel keeps in its queue."""
    with ExitStack() as stack:
        address = listener.getsockname()
        yield [stack.enter_context(socket.create_connection(address, timeout=60)) for _ in range(count)]


@contextmanager
def full(listener):
    """An acceptor where nobody else can come in, the door, and what it counts."""
    door, counted = crowded(), []
    acceptor = Acceptor(listener, None, door, lambda status, count: counted.append((status, count)))
    yield SimpleNamespace(acceptor=acceptor, door=door, counted=counted)


def test_who_waits_is_seen_to_while_others_are_answered():
    """Without a round of the event loop, which may be long."""

    async def scene(listener):
        with full(listener) as server, clients(listener, 3) as waiting:
            time.sleep(0.1)  # noqa: ASYNC251 - while one of those who are in is answered
            server.door.note_idle(None)
            answers = [client.recv(2**16) for client in waiting]
            await server.acceptor.close()
            return answers, server.counted

    with listen("127.0.0.1", 0) as listener:
        answers, counted = asyncio.run(scene(listener))
    assert [refused(answer) for answer in answers] == [503] * 3
    assert counted == [(503, 3)]


def test_a_client_with_much_to_send_is_waited_for_until_it_has_seen_why(tmp_path):
    with serving(tmp_path, connections=1) as server, server.connect() as waiting:
        waiting.sendall(b"GET")
        head = b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 5000000\r\n\r\n"
        eventually(lambda: server.answer(b"").startswith(b"HTTP/1.1 503"))
        with server.connect() as client:
            client.sendall(head + bytes(5_000_000))
            assert refused(client.recv(2**16)) == 503
            assert client.recv(1) == b""


@pytest.mark.parametrize(("idle", "most"), [(0.9, 15), (3600, 20)], ids=["a moment", "an hour"])
def test_who_waits_does_not_take_the_time_of_those_who_are_in(monkeypatch, idle, most):
    """Of a hundred clients only some are seen to at once if each takes a hundredth of a second."""

    async def scene(listener):
        with full(listener) as server, clients(listener, 100):
            now = time.monotonic()
            ticks = iter(range(1000))
            monkeypatch.setattr(acceptor.time, "monotonic", lambda: now + idle + next(ticks) / 100)
            server.door.note_idle(None)
            left = accept_all(listener)
            await server.acceptor.close()
            for client in left:
                client.close()
            return len(left)

    with listen("127.0.0.1", 0) as listener:
        left = asyncio.run(scene(listener))
    assert 100 - most <= left <= 95


def test_who_waits_when_the_port_is_closed_is_answered():
    async def scene(listener):
        with full(listener) as server, clients(listener, 3) as waiting:
            await server.acceptor.close()
            return [client.recv(2**16) for client in waiting]

    with listen("127.0.0.1", 0) as listener:
        assert [refused(answer) for answer in asyncio.run(scene(listener))] == [503] * 3


def test_a_client_that_is_sent_away_sees_why_although_it_has_sent_much():
    async def scene(listener):
        with full(listener) as server, clients(listener, 1) as [client]:
            client.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 30000\r\n\r\n" + bytes(30_000))
            await server.acceptor.close()
            return client.recv(2**16), client.recv(1)

    with listen("127.0.0.1", 0) as listener:
        answer, end = asyncio.run(scene(listener))
    assert refused(answer) == 503
    assert end == b""


def test_in_a_flood_all_are_answered_and_counted_and_a_line_tells_of_many(tmp_path):
    with serving(tmp_path, connections=10, head_seconds=60) as server:
        with server.connections(10), ExitStack() as stack:
            assert refused(server.answer(b"")) == 503
            flood = [stack.enter_context(server.connect()) for _ in range(300)]
            for connection in flood:
                connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
            answers = [connection.recv(2**16) for connection in flood]
        assert [refused(answer) for answer in answers] == [503] * 300
        eventually(lambda: turned_away(server.log()) == 301)
        assert len(server.log()) < 100
        eventually(lambda: server.get("/")[0] == 200)
        _, text = server.get("/metrics")
        assert b'connections_refused_total{status="503"} 301' in text


def turned_away(log):
    """Return how many clients a log tells of."""
    count = 0
    for line in log:
        if "too many connections are open" in line["message"]:
            _, told, clients = line["message"].partition("(to ")
            count += int(clients.split()[0].replace(",", "")) if told else 1
    return count


@pytest.mark.parametrize("tells", [True, False])
def test_who_comes_is_accepted_whether_or_not_the_loop_tells_of_it(monkeypatch, tells):
    """That of Windows does not."""

    def does_not(*_):
        raise NotImplementedError

    async def scene(listener):
        if not tells:
            monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", does_not)
        with full(listener) as server, clients(listener, 1) as [client]:
            monkeypatch.undo()
            answer = await asyncio.wait_for(asyncio.to_thread(client.recv, 2**16), 60)
            await server.acceptor.close()
            return answer

    with listen("127.0.0.1", 0) as listener:
        assert refused(asyncio.run(scene(listener))) == 503


def test_the_queue_of_a_port_is_accepted_to_its_end():
    with listen("127.0.0.1", 0) as listener, clients(listener, 3):
        listener.setblocking(False)  # noqa: FBT003 - the standard library's
        accepted = accept_all(listener)
        assert len(accepted) == 3
        assert accept_all(listener) == []
        for client in accepted:
            assert not client.getblocking()
            client.close()


def test_into_a_port_that_lets_nobody_in_nobody_comes():
    with listen("127.0.0.1", 0) as listener:
        let_nobody_in(listener)
        with pytest.raises(TimeoutError):
            socket.create_connection(listener.getsockname(), timeout=0.3)


class Idle:
    def __init__(self):
        self.closed = False

    def close_if_idle(self):
        self.closed = True
        return True


def settled(door, count):
    """Return visitors that have been idle for a while."""
    visitors = [Idle() for _ in range(count)]
    for visitor in visitors:
        door.note_in(visitor)
        door.note_idle(visitor)
    time.sleep(0.1)
    return visitors


def test_who_has_waited_the_longest_makes_room_first():
    door = Door(Limits(connections=3))
    first, second, third = settled(door, 3)
    door.note_busy(first)
    door.note_idle(first)
    assert door.has_place()
    assert [visitor.closed for visitor in (first, second, third)] == [False, True, False]


def test_who_is_busy_makes_no_room():
    door = Door(Limits(connections=1))
    (visitor,) = settled(door, 1)
    door.note_busy(visitor)
    assert not door.has_place()
    assert not visitor.closed


def test_who_was_answered_just_now_makes_no_room():
    door, visitor = Door(Limits(connections=1)), Idle()
    door.note_in(visitor)
    door.note_idle(visitor)
    assert not door.has_place()
    assert not visitor.closed


def test_those_who_leave_slowly_are_not_replaced_for_ever():
    """A connection that was closed stays open until its last answer was taken."""
    door = Door(Limits(connections=10))
    settled(door, 10)
    came = 10
    while door.has_place():
        settled(door, 1)
        came += 1
    assert came == ALL


def test_a_door_is_crowded_when_all_that_can_be_waited_for_are_there():
    door = crowded()
    assert door.is_crowded()
    door.note_left(0)  # who was in
    assert not door.is_crowded()
    assert door.has_place()
    door.note_in(0)
    door.note_left(10)  # who was turned away
    assert not door.is_crowded()
    assert not door.has_place()


def test_a_newcomer_is_answered_while_many_take_their_last_answer_slowly(tmp_path):
    with serving(tmp_path, connections=10) as server, ExitStack() as stack:
        for _ in range(100):
            connection = stack.enter_context(server.connect())
            connection.sendall(b"GET /large/5000000 HTTP/1.1\r\n" + HOST + b"\r\n")
            if connection.recv(12) == b"HTTP/1.1 503":
                break
        else:
            pytest.fail("all of them were let in")
        status, body = parsed(server.answer(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"))
        assert status == 503
        assert json.loads(body)["error"]
