"""What the guard lets through to an app, and what it makes of its answers."""

import asyncio
import functools
import json
import logging
import socket

import fastapi
import httpx
import pytest
from echo_app import Echo

from tendigits.errors import ServingError
from tendigits.serving.guard import Guard
from tendigits.serving.settings import Limits, Settings


class Browser:
    """Asks a guarded app, as from this machine."""

    def __init__(self, app):
        self._transport = httpx.ASGITransport(app)

    def request(self, method, path, **sent):
        async def ask():
            async with httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1:8000") as client:
                return await client.request(method, path, **sent)

        return asyncio.run(ask())

    get = functools.partialmethod(request, "GET")
    post = functools.partialmethod(request, "POST")
    options = functools.partialmethod(request, "OPTIONS")


def guarded(app=None, **settings):
    settings = Settings(**settings)
    return Browser(Guard(app or Echo(settings), settings))


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1", "127.0.0.1:80", "[::1]:9000", "LocalHost"]
)
def test_loopback_is_asked_for_by_its_names(host):
    assert guarded().get("/", headers={"host": host}).status_code == 200


FOREIGN = [
    *(
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "localhost.",
    ),
    *("127.0.0.1@evil.example", "evil.example/127.0.0.1", "[::1]evil.example", "localhost:evil", ""),
]


@pytest.mark.parametrize("host", FOREIGN)
def test_another_name_is_refused_on_loopback(host):
    answer = guarded().get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "--allow-host" in answer.json()["error"]


@pytest.mark.parametrize("host", ["192.168.1.5:8000", "[fe80::1]:8000", "localhost", socket.gethostname()])
def test_a_network_is_let_in_by_addresses_and_by_the_machines_name(host):
    assert guarded(host="0.0.0.0").get("/", headers={"host": host}).status_code == 200  # noqa: S104 - what is tested


def test_a_network_is_not_let_in_by_another_name():
    client = guarded(host="0.0.0.0")  # noqa: S104 - what is tested
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421


def test_a_host_that_was_allowed_may_be_asked_for():
    client = guarded(allowed_hosts=("digits.example", "::2"))
    assert client.get("/", headers={"host": "Digits.example:443"}).status_code == 200
    assert client.get("/", headers={"host": "[::2]"}).status_code == 200


def test_the_host_it_listens_on_may_be_asked_for():
    assert guarded(host="127.0.0.7").get("/", headers={"host": "127.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize("hosts", [[], ["localhost", "evil.example"]])
def test_a_request_without_a_single_host_is_refused(hosts):
    sent = called([(b"host", host.encode()) for host in hosts])
    assert sent[0]["status"] == 400


def test_a_page_of_the_server_itself_may_act():
    client = guarded()
    assert client.post("/", headers={"origin": "http://127.0.0.1:8000"}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8001", "file://127.0.0.1:8000"])
def test_a_page_of_another_site_may_not_act(method, origin):
    answer = guarded().request(method, "/", headers={"origin": origin})
    assert answer.status_code == 403
    assert "--allow-origin" in answer.json()["error"]


def test_who_is_no_page_may_act():
    assert guarded().post("/", content=b"ink").content == b"ink"


def test_a_page_of_another_site_cannot_see_an_answer():
    answer = guarded().get("/", headers={"origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_page_of_an_allowed_site_may_act_and_see_the_answer():
    client = guarded(allowed_origins=("https://Friend.example/",))
    answer = client.post("/", content=b"ink", headers={"origin": "https://friend.example"})
    assert answer.content == b"ink"
    assert answer.headers["access-control-allow-origin"] == "https://friend.example"
    assert answer.headers["vary"] == "Origin"


def test_caches_are_told_that_sites_are_answered_differently():
    assert guarded(allowed_origins=("https://friend.example",)).get("/").headers["vary"] == "Origin"


PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}


def test_a_browser_is_told_what_an_allowed_site_may_send():
    client = guarded(allowed_origins=("https://friend.example",))
    answer = client.options("/v1/read", headers=PREFLIGHT | {"origin": "https://friend.example"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://friend.example"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "content-type"


def test_a_browser_is_told_that_another_site_may_send_nothing():
    answer = guarded().options("/v1/read", headers=PREFLIGHT | {"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("origin", ["friend.example", "https://friend.example/page", "*", "ftp://friend.example", ""])
def test_an_origin_that_is_none_cannot_be_allowed(origin):
    with pytest.raises(ServingError, match="write it as"):
        Guard(Echo(None), Settings(allowed_origins=(origin,)))


def called(headers, messages=(), **limits):
    """Call a guarded app as a server does, and return what it sends; the body comes in these messages."""
    sent, coming = [], list(messages)

    async def receive():
        return coming.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(Guard(Echo(None), Settings(limits=Limits(**limits)))(scope, receive, send))
    return sent


def chunks(*sizes):
    return [
        {"type": "http.request", "body": bytes(size), "more_body": i < len(sizes)} for i, size in enumerate(sizes, 1)
    ]


def test_a_body_that_is_said_to_be_too_large_is_refused_without_being_read():
    headers = [(b"host", b"localhost"), (b"content-length", b"11")]
    sent = called(headers, messages=(), body_bytes=10)  # to read a message would raise
    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_body_of_unknown_length_is_counted_and_cut():
    headers = [(b"host", b"localhost"), (b"transfer-encoding", b"chunked")]
    sent = called(headers, chunks(6, 5, 5), body_bytes=10)
    assert [message.get("status") for message in sent] == [413, None]
    assert "10 bytes" in json.loads(sent[1]["body"])["error"]


def test_a_refusal_while_the_app_reads_is_no_failure(caplog):
    called([(b"host", b"localhost"), (b"transfer-encoding", b"chunked")], chunks(6, 5), body_bytes=10)
    assert [record.request["status"] for record in caplog.records] == [413]


def test_a_body_of_just_the_size_is_read():
    assert guarded(limits=Limits(body_bytes=10)).post("/", content=bytes(10)).content == bytes(10)
    headers = [(b"host", b"localhost"), (b"transfer-encoding", b"chunked")]
    assert called(headers, chunks(6, 4), body_bytes=10)[1]["body"] == bytes(10)


def test_every_answer_says_what_browsers_must_not_do():
    for answer in (guarded().get("/"), guarded().get("/raise"), guarded().get("/", headers={"host": "evil.example"})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"


def test_a_header_of_the_apps_own_is_left_as_it_is():
    app = fastapi.FastAPI()

    @app.get("/")
    def page():
        return fastapi.Response(headers={"Referrer-Policy": "no-referrer"})

    assert guarded(app).get("/").headers.get_list("referrer-policy") == ["no-referrer"]


def test_a_short_and_plain_request_id_is_taken():
    answer = guarded().get("/", headers={"x-request-id": "trace-1.a_B"})
    assert answer.headers["x-request-id"] == "trace-1.a_B"


@pytest.mark.parametrize("given", ["", "a" * 65, "with space", 'quote"', "<script>"])
def test_another_request_id_is_replaced(given):
    made = guarded().get("/", headers={"x-request-id": given}).headers["x-request-id"]
    assert made != given
    assert len(made) == 16


@pytest.mark.parametrize("path", ["/raise", "/500"])
def test_a_failure_is_answered_with_a_sentence_and_the_requests_id(path):
    answer = guarded().get(path, headers={"x-request-id": "abc"})
    assert answer.status_code == 500
    assert answer.json()["request"] == "abc"
    assert "server" in answer.json()["error"]
    assert "/a/path" not in answer.text


def test_a_failure_of_fastapi_is_answered_so_too():
    app = fastapi.FastAPI()

    @app.get("/")
    def fail():
        raise ValueError("/a/path/on/the/server")

    answer = guarded(app).get("/", headers={"x-request-id": "abc"})
    assert answer.json()["request"] == "abc"


def test_a_failure_is_logged_with_its_traceback(caplog):
    guarded().get("/raise", headers={"x-request-id": "abc"})
    failure = caplog.records[0]
    assert failure.request["request"] == "abc"
    assert failure.exc_info[0] is ValueError


def test_a_request_is_logged_without_what_was_sent(caplog):
    caplog.set_level(logging.INFO, "tendigits.serving")
    guarded().post("/sleep/0?key=secret", content=b"secret", headers={"x-request-id": "abc", "cookie": "secret"})
    (record,) = caplog.records
    line = record.request
    assert line.pop("milliseconds") >= 0
    assert line == {
        "request": "abc",
        "method": "POST",
        "path": "/sleep/0",
        "status": 200,
        "bytes_in": 6,
        "bytes_out": 6,
    }


def test_the_log_names_the_route_and_not_what_was_filled_in(caplog):
    caplog.set_level(logging.INFO, "tendigits.serving")
    app = fastapi.FastAPI()

    @app.get("/v2/models/{name}")
    def model(name: str):
        return name

    guarded(app).get("/v2/models/secret")
    assert caplog.records[-1].request["path"] == "/v2/models/{name}"


@pytest.mark.parametrize(("path", "level"), [("/", "INFO"), ("/raise", "ERROR")])
def test_only_what_went_wrong_is_worth_a_warning(path, level, caplog):
    caplog.set_level(logging.INFO, "tendigits.serving")
    guarded().get(path)
    assert caplog.records[-1].levelname == level


def test_a_refusal_is_logged_as_a_warning(caplog):
    guarded().get("/", headers={"host": "evil.example"})
    assert [(record.levelname, record.request["status"]) for record in caplog.records] == [("WARNING", 421)]


def test_a_client_that_leaves_is_no_failure(caplog):
    app = fastapi.FastAPI()

    @app.post("/")
    async def reads(request: fastapi.Request):
        await request.body()

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        pass

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [(b"host", b"localhost")]}
    asyncio.run(Guard(app, Settings())(scope, receive, send))
    assert not caplog.records
