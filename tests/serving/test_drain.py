"""A server that is asked to stop loses no request."""

import http.client
import signal
import threading
import time

import pytest
from running import HOST, eventually, everything, parsed, serving

REQUEST = b"GET /sleep/1 HTTP/1.1\r\n" + HOST + b"\r\n"


class Client(threading.Thread):
    """Asks on and on until the port is closed, over connections that are kept as long as both sides like."""

    def __init__(self, server, path, headers=b""):
        super().__init__()
        self.server = server
        self.request = f"POST {path} HTTP/1.1\r\n".encode() + HOST + headers + b"content-length: 3\r\n\r\nink"
        self.answered = self.reconnected = 0
        self.lost = None

    def run(self):
        while self.lost is None:
            try:
                connection = self.server.connect()
            except OSError:
                return
            with connection:
                self.ask(connection)
            self.reconnected += 1

    def ask(self, connection):
        """Ask until an answer is said to be the last."""
        while True:
            try:
                connection.sendall(self.request)
                answer = http.client.HTTPResponse(connection, method="POST")
                answer.begin()
                assert answer.read() == b"ink"
            except (OSError, AssertionError, http.client.HTTPException) as error:
                self.lost = error
                return
            self.answered += 1
            if answer.will_close:
                return


@pytest.mark.parametrize("workers", [1, 2])
def test_no_request_is_lost_under_load(workers, tmp_path):
    with serving(tmp_path, workers=workers, drain_seconds=1) as server:
        loyal = [Client(server, path) for path in ("/", "/", "/", "/sleep/0.01", "/sleep/0.1", "/sleep/0.1")]
        clients = [*loyal, Client(server, "/", b"connection: close\r\n"), Client(server, "/", b"connection: close\r\n")]
        for client in clients:
            client.start()
        eventually(lambda: all(client.answered > 5 for client in clients))
        assert [client.reconnected for client in loyal] == [0] * len(loyal)
        assert server.stop() == 0
        for client in clients:
            client.join()
        assert [client.lost for client in clients] == [None] * len(clients)
        assert all(client.reconnected for client in clients)


@pytest.mark.parametrize("workers", [1, 2])
def test_requests_in_flight_are_answered(workers, tmp_path):
    with serving(tmp_path, workers=workers) as server, server.connections(10) as connections:
        for connection in connections:
            connection.sendall(REQUEST)
        time.sleep(0.3)
        assert server.stop() == 0
        for connection in connections:
            answer = everything(connection)
            assert parsed(answer)[0] == 200
            assert b"connection: close" in answer


def test_while_it_drains_it_says_so_and_goes_on(tmp_path):
    with serving(tmp_path, drain_seconds=5) as server:
        assert server.get("/ready")[0] == 200
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: server.get("/ready")[0] == 503)
        answer = server.answer(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer


def test_a_request_whose_head_is_on_its_way_is_answered(tmp_path):
    with serving(tmp_path) as server, server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n" + HOST)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: not can_connect(server))
        connection.sendall(b"content-length: 3\r\n\r\n")
        time.sleep(0.5)
        connection.sendall(b"ink")
        assert parsed(everything(connection)) == (200, b"ink")
        assert server.process.wait(60) == 0


def can_connect(server):
    try:
        server.connect().close()
    except OSError:
        return False
    return True


def test_a_request_on_a_connection_that_was_made_before_is_answered(tmp_path):
    with serving(tmp_path) as server, server.connect() as connection:
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: not can_connect(server))
        connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert parsed(everything(connection))[0] == 200


def test_an_idle_connection_does_not_keep_it_from_ending(tmp_path):
    with serving(tmp_path) as server, server.connect() as fresh, server.connect() as used:
        used.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert used.recv(2**16).startswith(b"HTTP/1.1 200")
        assert server.stop() == 0
        assert (fresh.recv(1), used.recv(1)) == (b"", b"")


def test_requests_that_were_sent_together_are_all_answered(tmp_path):
    with serving(tmp_path) as server, server.connect() as connection:
        connection.sendall(REQUEST + REQUEST)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        connection.sendall(REQUEST)
        answers = everything(connection)
        assert answers.count(b"HTTP/1.1 200") == 3
        assert answers.count(b"connection: close") == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_a_request_that_takes_too_long_is_told_that_it_stops(workers, tmp_path):
    with serving(tmp_path, workers=workers, end_seconds=0.5) as server, server.connect() as connection:
        connection.sendall(b"GET /sleep/600 HTTP/1.1\r\n" + HOST + b"\r\n")
        time.sleep(0.2)
        assert server.stop() == 0
        assert parsed(everything(connection))[0] == 503


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_stops_it_at_once_but_for_requests_in_flight(workers, tmp_path):
    with serving(tmp_path, workers=workers, drain_seconds=600) as server, server.connect() as connection:
        connection.sendall(REQUEST)
        time.sleep(0.2)
        assert server.stop(signal.SIGINT) == 130
        assert parsed(everything(connection))[0] == 200


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_a_second_time_waits_for_nothing(workers, tmp_path):
    with serving(tmp_path, workers=workers, end_seconds=600) as server, server.connect() as connection:
        connection.sendall(b"GET /sleep/600 HTTP/1.1\r\n" + HOST + b"\r\n")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGINT)
        eventually(lambda: not can_connect(server))
        assert server.stop(signal.SIGINT) == 130


def test_ctrl_c_ends_a_long_drain(tmp_path):
    with serving(tmp_path, drain_seconds=600) as server:
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: server.get("/ready")[0] == 503)
        assert server.stop(signal.SIGINT) == 130


@pytest.mark.parametrize("workers", [1, 2])
def test_a_thread_that_is_busy_for_long_does_not_keep_it_from_ending(workers, tmp_path):
    with serving(tmp_path, workers=workers, end_seconds=0.5) as server, server.connect() as connection:
        connection.sendall(b"GET /thread/600 HTTP/1.1\r\n" + HOST + b"\r\n")
        time.sleep(0.5)
        assert server.stop() == 0
        assert parsed(everything(connection))[0] == 503
        assert any("ends while threads are busy" in line["message"] for line in server.log())


def test_after_ctrl_c_a_busy_thread_does_not_either(tmp_path):
    with serving(tmp_path, end_seconds=0.5) as server, server.connect() as connection:
        connection.sendall(b"GET /thread/600 HTTP/1.1\r\n" + HOST + b"\r\n")
        time.sleep(0.5)
        assert server.stop(signal.SIGINT) == 130
