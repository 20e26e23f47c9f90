"""The page, served: each of its files at one address, and nothing else."""

from pathlib import Path

from fastapi import FastAPI

from tendigits.serving.files import add_file

__all__ = ["mount_page"]

_PARTS = (".css", ".html", ".js", ".svg")
"""What the page is made of; other files of this folder are not served."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self';"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}


def mount_page(app: FastAPI) -> None:
    """Serve the page at ``/`` and its other files below ``/page/``."""
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in _PARTS:
            address = "/" if path.name == "index.html" else f"/page/{path.name}"
            add_file(app, address, path.read_bytes(), path.suffix, _HEADERS)
