"""The description of the API: true, with examples that run, on a page that needs nothing from elsewhere."""

import base64
import os
import re
import shutil

import pytest
import schemathesis
from api_server import PNG, png_of
from browser import ARGUMENTS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tendigits.serving.samples import DIGITS, drawn


@pytest.fixture(scope="module")
def description(server):
    return server.get("/openapi.json").json()


ADDRESSES = {
    "/v1/read": "post",
    "/v1/compare": "post",
    "/v1/model": "get",
    "/v2": "get",
    "/v2/health/live": "get",
    "/v2/health/ready": "get",
    "/v2/models/{model}": "get",
    "/v2/models/{model}/ready": "get",
    "/v2/models/{model}/infer": "post",
    "/v2/models/{model}/versions/{version}": "get",
    "/v2/models/{model}/versions/{version}/ready": "get",
    "/v2/models/{model}/versions/{version}/infer": "post",
}


def test_every_address_is_described(description):
    assert {path: [*methods] for path, methods in description["paths"].items()} == {
        path: [method] for path, method in ADDRESSES.items()
    }


def test_every_error_is_described_as_it_is_answered(description):
    for path, method in ADDRESSES.items():
        for status, answer in description["paths"][path][method]["responses"].items():
            if status != "200":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Error"}, (path, status)
    assert "HTTPValidationError" not in description["components"]["schemas"]


def test_the_example_of_inference_can_be_sent_as_it_is(server, description):
    infer = description["paths"]["/v2/models/{model}/infer"]["post"]
    example = infer["requestBody"]["content"]["application/json"]["example"]
    [[model]] = [parameter["schema"]["enum"] for parameter in infer["parameters"] if parameter["name"] == "model"]

    answer = server.post(f"/v2/models/{model}/infer", json=example).json()

    [labels] = [output["data"] for output in answer["outputs"] if output["name"] == "labels"]
    assert labels == [7]
    assert answer["id"] == example["id"]


def test_the_example_of_reading_reads_what_it_says(server, description):
    text = description["info"]["description"]
    content, query = re.search(r"<<< (\S+) \|.*/v1/read(\S*)'", text, re.DOTALL).groups()

    answer = server.post(f"/v1/read{query}", content=base64.b64decode(content), headers=PNG)

    assert answer.json()["readings"][0]["text"] == re.search(r"reads a (\d)", text)[1] == "7"


def test_the_page_names_no_file_from_elsewhere(server):
    page = server.get("/docs")

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(address.startswith("/docs/") or address == "data:," for address in addresses)
    assert all(server.get(address).status_code == 200 for address in addresses if address != "data:,")
    assert not re.search(r"<script>|\son\w+=", page.text)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


@pytest.mark.skipif(
    shutil.which("chromium") is None and os.environ.get("CI") != "true", reason="there is no chromium to open it with"
)
def test_the_page_opens_with_what_it_is_allowed(address):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))  # what the policy forbids is said there
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/docs", timeout=120_000)
        page.wait_for_selector(".opblock", timeout=120_000)
        shown = page.locator(".opblock").count()
        browser.close()

    assert shown == len(ADDRESSES)
    assert said == []
    assert all(url.startswith(address) for url in asked)


IMAGES = st.sampled_from([png_of(drawn(digit)) for digit in DIGITS]) | st.binary(max_size=200)


@pytest.fixture(scope="module")
def described(address):
    schemathesis.openapi.media_type("image/*", IMAGES)
    schemathesis.openapi.media_type("application/octet-stream", IMAGES)
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


CASES = [
    *((path, GenerationMode.POSITIVE) for path in ADDRESSES),
    *((path, GenerationMode.NEGATIVE) for path, method in ADDRESSES.items() if method == "post"),
]
"""What is asked as the description says, and where there is much to say, otherwise."""


@pytest.mark.parametrize(("path", "mode"), CASES, ids=str)
def test_schemathesis_finds_nothing(described, path, mode):
    operation = described[path][ADDRESSES[path]]

    @settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(mode))
    def ask(case):
        # A schema cannot say which bytes are an image, or which shape goes with which values.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    ask()
