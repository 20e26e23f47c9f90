"""What a page may do: show pictures that are in it, in its own style, and run its own script if it has one."""

import base64
import hashlib

from tendigits.report.markup import Html, element

__all__ = ["policy"]


def policy(style: str, script: str | None = None) -> Html:
    """Return the element that forbids everything else (W3C, Content Security Policy Level 3).

    Args:
        style: the page's style sheet.
        script: its script.

    """
    scripts = "" if script is None else f" script-src {_hashed(script)};"
    content = (
        f"default-src 'none'; img-src data:; style-src {_hashed(style)};{scripts} base-uri 'none'; form-action 'none'"
    )
    return element("meta", http_equiv="Content-Security-Policy", content=content)


def _hashed(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
