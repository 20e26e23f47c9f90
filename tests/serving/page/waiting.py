"""Waiting for a page, where its policy lets no test's text run in it again and again."""

import time

from playwright.sync_api import expect

__all__ = ["settled", "until"]

PATIENCE = 20
"""Seconds."""


def settled(page):
    """Wait until what is written is read."""
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "false")


def until(page, expression):
    """Wait until an expression holds in the page."""
    began = time.monotonic()
    while not page.evaluate(expression):
        assert time.monotonic() - began < PATIENCE, f"never: {expression}"
        page.wait_for_timeout(50)
