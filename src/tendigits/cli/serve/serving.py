"""Serving until it is stopped: what is said before, and once the server is ready."""

import os
import socket
import threading
import webbrowser
from dataclasses import replace

from tendigits.cli.answering import say
from tendigits.cli.serve.addresses import addresses, is_loopback
from tendigits.cli.serve.readiness import wait_until_ready
from tendigits.errors import TendigitsError
from tendigits.extras import require
from tendigits.models import open_model
from tendigits.serving.settings import Settings

__all__ = ["serve_until_stopped"]

_NEEDED = ("fastapi", "fastapi_offline", "prometheus_client", "python_multipart", "uvicorn")


def serve_until_stopped(settings: Settings, *, open_browser: bool) -> None:
    """Serve, and say where.

    Raises:
        MissingExtraError: what serving needs is not installed.
        TendigitsError: the server cannot be started.

    """
    for module in _NEEDED:
        require(module, "serve")
    model = open_model(settings.model)  # what is wrong with it is said before anything is started
    settings = replace(settings, port=_free_port(settings))
    say(f"model: {model.name}")
    threading.Thread(target=_announce, args=(settings, open_browser), daemon=True).start()
    from tendigits.serving.server import run

    run(settings)


def _free_port(settings: Settings) -> int:
    """Return the port, or one that is free where any may be taken.

    Raises:
        TendigitsError: the address is not this machine's, or its port is in use.

    """
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind, protocol) as listener:
            if os.name == "posix":  # where it lets a port be taken again that was just left, and no other
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            return int(listener.getsockname()[1])
    except OSError as error:
        raise TendigitsError(
            f"cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}; name another with"
            " --port, or another address with --host"
        ) from error


def _announce(settings: Settings, open_browser: bool) -> None:  # noqa: FBT001 - a thread's target is called without names
    """Say where the server is, once it is ready, and open its page."""
    urls = addresses(settings.host, settings.port)
    wait_until_ready(settings.host, settings.port)
    for url in urls:
        say(f"tendigits: {url}")
    if not is_loopback(settings.host):
        say("Whoever reaches these addresses can use it: there are no passwords, and nothing is encrypted.")
    if open_browser:
        webbrowser.open(urls[0])
