"""The page to write digits on: HTML, CSS and JavaScript modules as browsers take them, without a build step."""

from tendigits.serving.page.page import mount_page

__all__ = ["mount_page"]
