"""Serving until it is stopped: whose weights answer is said before, and where they do once they can be asked."""

import threading
import webbrowser
from functools import partial
from urllib.parse import urlsplit

from tendigits.cli.answering import say
from tendigits.models import open_model
from tendigits.serving.addresses import addresses, is_loopback
from tendigits.serving.server import run
from tendigits.serving.settings import Settings

__all__ = ["serve_until_stopped"]


def serve_until_stopped(settings: Settings, *, open_browser: bool) -> None:
    """Serve, and say where.

    Raises:
        MissingExtraError: what serving needs is not installed.
        TendigitsError: the server cannot be started.

    """
    model = open_model(settings.model)  # what is wrong with it is said before anything is started
    say(f"model: {model.name}")
    run(settings, started=partial(_announce, settings.host, open_browser=open_browser))


def _announce(host: str, address: str, *, open_browser: bool) -> None:
    """Say where a server is, and open its page."""
    urls = addresses(host, urlsplit(address).port or 0)
    for url in urls:
        say(f"tendigits: {url}")
    if not is_loopback(host):
        say("Whoever reaches these addresses can use it: there are no passwords, and nothing is encrypted.")
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(urls[0],), daemon=True).start()  # some browsers are waited for
