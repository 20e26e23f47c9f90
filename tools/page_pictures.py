"""Photograph the page for the README: docs/images/page-light.png, page-dark.png and page-phone.png.

    python tools/page_pictures.py       # needs Debian's chromium, and the extras serve and dev

The digits are those that the page writes itself (`Write for me`): anybody's pictures are the same but for times.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser import ARGUMENTS  # noqa: E402 - the line above finds it

PORT = 8123
DESKTOP = {"viewport": {"width": 1200, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
PICTURES = {
    "light": ("6", DESKTOP),
    "dark": ("30574", DESKTOP | {"color_scheme": "dark"}),
    "phone": ("72", PHONE),
}


def main() -> None:
    program = shutil.which("chromium") or sys.exit("no chromium here: apt-get install chromium")
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for name, (digits, described) in PICTURES.items():
            page = browser.new_context(**described).new_page()
            page.goto(address)
            write(page, digits)
            page.screenshot(path=ROOT / "docs" / "images" / f"page-{name}.png", full_page=described is not PHONE)
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    address = f"http://127.0.0.1:{PORT}/"
    command = [sys.executable, "-m", "tendigits", "serve", "--port", str(PORT)]
    with subprocess.Popen(command) as process:  # noqa: S603 - the project's own
        try:
            while not is_ready(f"{address}v2/health/ready"):
                if process.poll() is not None:
                    sys.exit("the server ended; its error stands above")
                time.sleep(0.2)
            yield address
        finally:
            process.terminate()


def is_ready(address: str) -> bool:
    try:
        with urlopen(address) as answer:  # noqa: S310 - of this machine
            return answer.status == 200
    except OSError:
        return False


def write(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator("#samples button").nth(int(digit)).click()
    expect(page.locator(".number")).to_have_text(digits)
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)  # saliency and the comparison come after the number


if __name__ == "__main__":
    main()
