"""How Chromium is started here."""

import os
import shutil
from contextlib import contextmanager

import pytest

__all__ = ["ARGUMENTS", "PATIENCE", "Visits", "started", "violations"]

ARGUMENTS = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
"""It has no sandbox for root."""

PATIENCE = 20_000
"""Milliseconds: of two cores that others are using too."""


@contextmanager
def started():
    """Have Chromium run."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("no Chromium here: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


class Visits:
    """Pages opened in a browser, what they asked for, and what they complained of."""

    def __init__(self, chromium):
        self.addresses, self.complaints = [], []
        self._chromium, self._contexts = chromium, []

    def open(self, address, script="", **described):
        """Open a page in a browser as it is described, with a script that runs before its own."""
        context = self._chromium.new_context(**({"viewport": {"width": 1200, "height": 900}} | described))
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(script)
        context.on("request", lambda request: self.addresses.append(request.url))
        context.on("console", lambda message: self._complain(message.text) if message.type == "error" else None)
        page = context.new_page()
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.goto(address)
        return page

    def _complain(self, text):
        self.complaints.append(text)

    def close(self):
        for context in self._contexts:
            context.close()


def violations(page):
    """Return what axe finds in a page that not everybody can use."""
    from axe_playwright_python.sync_playwright import Axe

    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in Axe().run(page).response["violations"]]
