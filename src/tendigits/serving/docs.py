"""The page of the API: Swagger UI, with no file from elsewhere, and allowed nothing from there."""

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI

from tendigits.serving.files import add_file

__all__ = ["add_docs"]

_FILES = "/docs/files"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: files of this server, and pictures in its own text (W3C, Content Security Policy Level 3)."""

_PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tendigits: the API</title>
<link rel="stylesheet" href="{_FILES}/swagger-ui.css">
<link rel="icon" href="data:,">
<div id="api"></div>
<script src="{_FILES}/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
"""

_START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null, // it would send the description elsewhere
  presets: [SwaggerUIBundle.presets.apis],
});
"""


def add_docs(app: FastAPI) -> None:
    """Add the page to an app."""
    folder = Path(fastapi_offline.__file__).with_name("static")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        path = folder / name
        add_file(app, f"{_FILES}/{name}", path.read_bytes(), path.suffix, {})
    add_file(app, "/docs", _PAGE.encode(), ".html", {"Content-Security-Policy": _POLICY})
    add_file(app, "/docs/start.js", _START.encode(), ".js", {})
