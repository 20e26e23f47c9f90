"""Clients that are slow, long-winded or too many, against a server that really runs."""

import random
import re
import signal
import socket
import threading
import time
from contextlib import suppress

import pytest
from running import HOST, eventually, everything, parsed, refused, serving

MALFORMED = 300
"""Requests that are thrown at the server; it is to stand 10,000 as well."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that waits for nobody for long."""
    limits = {"head_seconds": 0.5, "body_seconds": 0.5, "idle_seconds": 0.5, "body_bytes": 2**20}
    with serving(tmp_path_factory.mktemp("impatient"), **limits) as running:
        yield running


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("patient"), head_seconds=60, body_seconds=60) as running:
        yield running


@pytest.mark.parametrize("head", [b"G", b"GET / HTTP/1.1\r\nhost: 127.0", b"\r\n"])
def test_a_head_that_does_not_arrive_is_not_waited_for(server, head):
    assert refused(server.answer(head)) == 408


def test_a_connection_on_which_nothing_comes_is_closed_without_a_word(server):
    before = server.log()

    assert server.answer(b"") == b""
    assert server.log() == before


def test_a_head_that_trickles_in_is_not_waited_for(server):
    with server.connect() as connection:
        trickle(connection, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200)
        assert refused(everything(connection)) == 408


def test_the_head_of_a_later_request_is_not_waited_for_either(server):
    answers = server.answer(b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n" + b"GET /sec")
    assert answers.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 408" in answers


def test_a_body_that_does_not_arrive_is_not_waited_for(server):
    assert refused(server.answer(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 10\r\n\r\nink")) == 408


def test_a_body_that_trickles_in_is_not_waited_for(server):
    with server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 1000\r\n\r\n")
        trickle(connection, bytes(1000))
        assert refused(everything(connection)) == 408


def test_a_body_that_nobody_wants_cannot_keep_a_connection(server):
    with server.connect() as connection:
        connection.sendall(b"POST /unread HTTP/1.1\r\n" + HOST + b"content-length: 1000\r\n\r\n")
        trickle(connection, bytes(1000))
        assert everything(connection).startswith(b"HTTP/1.1 200")


def trickle(connection, data):
    """Send a byte from time to time, until the other side has had enough."""
    connection.settimeout(0.02)
    for byte in data:
        try:
            connection.send(bytes([byte]))
            if connection.recv(1, socket.MSG_PEEK):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    else:
        pytest.fail("all of it was taken")
    connection.settimeout(60)


def test_a_connection_that_is_idle_is_closed_without_a_word(server):
    answer = server.answer(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1


def test_line_breaks_do_not_keep_an_idle_connection(server):
    with server.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        connection.recv(1)
        sent = 0
        try:
            while sent < 500:
                connection.send(b"\r\n")
                sent += 1
                time.sleep(0.02)
        except OSError:
            pass
        assert sent < 500


def test_a_connection_on_which_a_head_has_begun_to_arrive_is_not_idle(tmp_path):
    with serving(tmp_path, idle_seconds=0.2) as server, server.connect() as connection:
        connection.sendall(b"GET /sleep/0.2 HTTP/1.1\r\n" + HOST + b"\r\nGET / HTTP/1.1\r\n")
        time.sleep(1)
        connection.sendall(HOST + b"\r\n")
        assert everything(connection).count(b"HTTP/1.1 200") == 2


def test_a_connection_is_kept_between_requests_that_come_in_time(tmp_path):
    with serving(tmp_path, idle_seconds=2) as server, server.connect() as connection:
        for _ in range(8):
            time.sleep(0.4)
            connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
            assert connection.recv(2**16).startswith(b"HTTP/1.1 200")


LONG_HEADS = [
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\ncookie: " + b"a" * 20_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 4000 + b"\r\n",
    b"GET / HTTP/1.1\r\n" + b"a" * 20_000 + b": b\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + (b"a:" + b" " * 12_000 + b"b\r\n") * 200 + b"\r\n",
    b"GET / HTTP/1.1\r\ncookie: " + b"a" * 5_000_000,
]


@pytest.mark.parametrize("head", LONG_HEADS, ids=["address", "header", "headers", "name", "spaces", "unfinished"])
def test_a_head_that_is_too_long_is_refused(patient, head):
    assert refused(patient.answer(head)) == 431


def test_a_head_of_15_kilobytes_is_read_in_however_many_pieces_it_comes(patient):
    head = b"GET / HTTP/1.1\r\n" + HOST + b"connection: close\r\n" + b"a: bcdefgh\r\n" * 1200 + b"\r\n"
    with patient.connect() as connection:
        for start in range(0, len(head), 1000):
            connection.sendall(head[start : start + 1000])
            time.sleep(0.005)
        assert parsed(everything(connection))[0] == 200


CHUNKED = b"POST / HTTP/1.1\r\n" + HOST + b"transfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "body",
    [b"1;" + b"a" * 5_000_000, b"1\r\na\r\n0\r\nb: " + b"c" * 5_000_000, b"1\r\na\r\n0\r\n" + b"b: c\r\n" * 500_000],
    ids=["extension", "trailer", "trailers"],
)
def test_what_is_no_content_of_a_chunked_body_is_bounded_too(patient, body):
    answer = patient.answer(CHUNKED + body)
    assert refused(answer) in {400, 431}


BROKEN = [
    b"nonsense\r\n\r\n",
    b"GET / HTTP/3.0\r\n\r\n",
    b"GET  HTTP/1.1\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: a\x00b\r\n\r\n",
    b"POST / HTTP/1.1\r\n" + HOST + b"content-length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 1\r\ncontent-length: 2\r\n\r\n",
    b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 99999999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc",
    CHUNKED + b"zz\r\n",
    b"CONNECT example.org:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


@pytest.mark.parametrize("request_", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_request_is_refused(patient, request_):
    assert refused(patient.answer(request_)) == 400


def test_what_follows_a_request_does_not_keep_it_from_being_answered(patient):
    answers = patient.answer(b"GET /sleep/0.2 HTTP/1.1\r\n" + HOST + b"\r\nnonsense\r\n\r\n")
    assert parsed(answers)[0] == 200
    assert answers.count(b"HTTP/1.1") == 1


SPOILT = b"POST / HTTP/1.1\r\n" + HOST + b"transfer-encoding: chunked\r\n\r\nzz\r\n"


@pytest.mark.parametrize("count", [1, 2])
def test_a_spoilt_request_does_not_keep_those_before_it_from_being_answered(patient, count):
    answers = patient.answer((b"GET /sleep/0.2 HTTP/1.1\r\n" + HOST + b"\r\n") * count + SPOILT)
    assert answers.count(b"HTTP/1.1 200") == answers.count(b"HTTP/1.1") == count
    assert answers.count(b"connection: close") == 1


def test_requests_that_follow_each_other_are_answered_in_their_order(patient):
    first = b"POST /sleep/0.2 HTTP/1.1\r\n" + HOST + b"content-length: 5\r\n\r\nfirst"
    second = b"POST / HTTP/1.1\r\n" + HOST + b"connection: close\r\ncontent-length: 6\r\n\r\nsecond"
    answers = patient.answer(first + second)
    assert 0 < answers.index(b"first") < answers.index(b"second")


def test_of_many_requests_at_once_a_few_are_answered_and_the_last_answer_says_so(patient):
    first, others = (b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n" for path in (b"/sleep/0.5", b"/"))
    answers = patient.answer(first + others * 200)
    assert answers.count(b"HTTP/1.1 200") == answers.count(b"HTTP/1.1") == 1 + 16
    assert answers.count(b"connection: close") == 1
    assert b"connection: close" in answers[answers.rindex(b"HTTP/1.1") :]


@pytest.mark.parametrize(
    ("head", "trailer", "status"),
    [(HOST, b"content-encoding: gzip", 200), (HOST, HOST[:-2], 200), (b"", HOST[:-2], 400)],
    ids=["encoding", "host", "only host"],
)
def test_what_follows_a_body_is_no_header(patient, head, trailer, status):
    head = b"POST / HTTP/1.1\r\nconnection: close\r\n" + head + b"transfer-encoding: chunked\r\n\r\n"
    assert parsed(patient.answer(head + b"3\r\nink\r\n0\r\n" + trailer + b"\r\n\r\n"))[0] == status


@pytest.mark.parametrize(("version", "first"), [(b"1.1", b"HTTP/1.1 100"), (b"1.0", b"HTTP/1.1 200")])
def test_only_who_knows_of_it_is_told_to_go_on(patient, version, first):
    with patient.connect() as connection:
        connection.sendall(
            b"POST / HTTP/" + version + b"\r\n" + HOST + b"expect: 100-continue\r\ncontent-length: 3\r\n\r\n"
        )
        time.sleep(0.1)
        connection.sendall(b"ink")
        assert connection.recv(2**16).startswith(first)


def test_a_request_that_asks_for_another_protocol_is_answered_with_its_body(patient):
    upgrade = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQ\r\n"
    head = b"POST / HTTP/1.1\r\n" + HOST + upgrade + b"content-length: 6\r\n\r\n"
    last = b"GET /ready HTTP/1.1\r\n" + HOST + b"connection: close\r\n\r\n"
    with patient.connect() as connection:
        connection.sendall(head + b"in")
        time.sleep(0.1)
        connection.sendall(b"kink" + last)
        answers = everything(connection)
    assert b"\r\n\r\ninkink" in answers
    assert answers.count(b"HTTP/1.1 200") == 2


def test_a_client_sees_why_it_is_refused_while_it_still_sends(server):
    with server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 50000000\r\n\r\n")
        sending = threading.Thread(target=send_all, args=(connection, bytes(50_000_000)))
        sending.start()
        assert refused(everything(connection)) == 413
        sending.join()


def send_all(connection, data):
    with suppress(OSError):
        connection.sendall(data)


def test_a_client_that_asks_first_does_not_send_what_is_too_large(server):
    head = b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 50000000\r\nexpect: 100-continue\r\n\r\n"
    assert refused(server.answer(head)) == 413


def test_malformed_requests_leave_it_serving(patient):
    throw_malformed(patient, MALFORMED)
    assert patient.get("/")[0] == 200
    assert patient.process.poll() is None


def throw_malformed(server, count):
    """Throw requests at a server that are noise, or were requests before they were hurt."""
    chance = random.Random(0)
    whole = (
        b"POST /v1/read?x=%20 HTTP/1.1\r\n"
        + HOST
        + b"content-type: image/png\r\ncontent-length: 20\r\n\r\n"
        + bytes(20)
    )
    for number in range(count):
        data = bytearray(whole if number % 2 else CHUNKED + b"5\r\nabcde\r\n0\r\n\r\n")
        for _ in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if number % 3 == 0:
            data = chance.randbytes(chance.randrange(1, 300))
        with server.connect() as connection:
            connection.sendall(data[: chance.randrange(1, len(data) + 1)])
            if number % 5 == 0:
                connection.settimeout(0.02)
                with suppress(OSError):
                    connection.recv(100)


def test_more_connections_than_there_may_be_are_turned_away(tmp_path):
    with serving(tmp_path, connections=10) as server, server.connections(10) as waiting:
        eventually(lambda: server.answer(b"").startswith(b"HTTP/1.1 503"))
        answer = server.answer(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert refused(answer) == 503
        assert b"retry-after: " in answer
        for connection in waiting:
            connection.close()
        eventually(lambda: server.get("/")[0] == 200)


def refusals(server):
    """Return how many connections were refused with each status."""
    _, text = server.get("/metrics")
    found = re.findall(rb'connections_refused_total{status="(\d+)"} (\d+)', text)
    return {int(status): int(count) for status, count in found}


@pytest.mark.parametrize("workers", [1, 2])
def test_what_connections_are_refused_for_is_counted(tmp_path, workers):
    with serving(tmp_path, workers=workers, head_seconds=0.5) as server:
        answers = [server.answer(sent) for sent in (b"G", b"nonsense\r\n\r\n", LONG_HEADS[0], LONG_HEADS[1])]
        assert [refused(answer) for answer in answers] == [408, 400, 431, 431]
        assert refusals(server) == {408: 1, 400: 1, 431: 2}


def test_those_for_whom_there_is_no_place_are_counted_by_all_workers(tmp_path):
    with serving(tmp_path, workers=2, connections=10, head_seconds=60) as server:
        with server.connections(60) as all_at_once:
            count = sum(answered(connection) for connection in all_at_once)
        assert count == 60 - 2 * 10
        eventually(lambda: server.get("/")[0] == 200)
        eventually(lambda: refusals(server)[503] >= count)


def answered(connection):
    """Say whether something comes, soon, on a connection on which nothing was asked."""
    connection.settimeout(1)
    try:
        return refused(connection.recv(2**16)) == 503
    except TimeoutError:
        return False


def test_a_flood_of_connections_leaves_it_serving(tmp_path):
    with serving(tmp_path, connections=50) as server:
        with server.connections(400):
            pass
        eventually(lambda: server.get("/")[0] == 200)


def test_idle_connections_make_room(tmp_path):
    with serving(tmp_path, connections=10) as server, server.connections(10) as idle:
        for connection in idle:
            connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
            assert connection.recv(2**16).startswith(b"HTTP/1.1 200")
        time.sleep(0.1)
        assert server.get("/")[0] == 200
        assert idle[0].recv(1) == b""
        idle[9].sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert idle[9].recv(2**16).startswith(b"HTTP/1.1 200")


def test_a_client_that_does_not_take_its_answer_is_given_up(tmp_path):
    with serving(tmp_path, answer_seconds=1) as server, server.connect() as connection:
        connection.sendall(b"GET /large/100000000 HTTP/1.1\r\n" + HOST + b"\r\n")
        time.sleep(8)
        assert len(everything(connection)) < 100_000_000


def test_a_client_that_takes_its_answer_slowly_gets_all_of_it(tmp_path):
    with serving(tmp_path, answer_seconds=4) as server, server.connect() as connection:
        connection.sendall(b"GET /large/30000000 HTTP/1.1\r\n" + HOST + b"connection: close\r\n\r\n")
        taken = b""
        while part := connection.recv(2**20):
            taken += part
            time.sleep(0.2)
        assert len(parsed(taken)[1]) == 30_000_000


def test_a_body_that_comes_more_slowly_than_any_network_is_given_up_before_its_time(tmp_path):
    limits = {"body_seconds": 600, "bytes_per_second": 10_000, "stall_seconds": 0.5}
    with serving(tmp_path, **limits) as server, server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 1000000\r\n\r\n" + bytes(100_000))
        trickle(connection, bytes(1000))
        assert refused(everything(connection)) == 408


def test_a_body_that_comes_steadily_is_taken_though_it_takes_long(tmp_path):
    limits = {"bytes_per_second": 1_000, "stall_seconds": 2}
    with serving(tmp_path, **limits) as server, server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"connection: close\r\ncontent-length: 300000\r\n\r\n")
        for _ in range(30):
            connection.sendall(bytes(10_000))
            time.sleep(0.1)
        assert parsed(everything(connection)) == (200, bytes(300_000))


def test_a_client_that_takes_its_answer_by_the_byte_is_given_up(tmp_path):
    """Seen by the server's end, which waits for it."""
    limits = {"answer_seconds": 2, "bytes_per_second": 10**6, "end_seconds": 600}
    with serving(tmp_path, **limits) as server, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(b"GET /large/100000000 HTTP/1.1\r\n" + HOST + b"\r\n")
        assert connection.recv(1)
        server.process.send_signal(signal.SIGTERM)

        def has_ended():
            with suppress(OSError):
                connection.recv(2000)
            return server.process.poll() is not None

        eventually(has_ended)
