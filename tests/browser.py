"""How Chromium is started here."""

import os
import shutil
from contextlib import contextmanager

import pytest

__all__ = ["ARGUMENTS", "PATIENCE", "started", "violations"]

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


def violations(page):
    """Return what axe finds in a page that not everybody can use."""
    from axe_playwright_python.sync_playwright import Axe

    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in Axe().run(page).response["violations"]]
