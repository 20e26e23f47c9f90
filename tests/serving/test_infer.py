"""``/v2``: the Open Inference Protocol over the wire, asked by Triton's own client and by hand."""

import json

import httpx
import numpy as np
import pytest
import tritonclient.http as triton
from api_server import client, error_of, infer_body, running
from tritonclient.utils import InferenceServerException

from tendigits.inference import predict
from tendigits.models import open_model

INFER = "/v2/models/tendigits/infer"


@pytest.fixture
def tritons(address):
    with triton.InferenceServerClient(address.removeprefix("http://")) as asking:
        yield asking


@pytest.fixture(scope="module")
def digits(mnist):
    images, labels = mnist[1]
    return images[:40], labels[:40]


def probabilities_of(images):
    return predict(open_model().weights, images)


def triton_input(images, *, binary=True):
    datatype = "UINT8" if images.dtype == np.uint8 else "FP32"
    asked = triton.InferInput("images", list(images.shape), datatype)
    return [asked.set_data_from_numpy(images, binary_data=binary)]


def test_triton_s_client_finds_the_server_alive_and_ready(tritons):
    assert tritons.is_server_live()
    assert tritons.is_server_ready()
    assert tritons.is_model_ready("tendigits")
    assert tritons.is_model_ready("tendigits", "1.0")
    assert not tritons.is_model_ready("tendigits", "2.0")
    assert not tritons.is_model_ready("fashion")


def test_triton_s_client_reads_the_metadata(tritons):
    server, model = tritons.get_server_metadata(), tritons.get_model_metadata("tendigits")

    assert server["name"] == "tendigits"
    assert server["extensions"] == ["binary_tensor_data"]
    assert model["inputs"] == [{"name": "images", "datatype": "UINT8", "shape": [-1, 28, 28]}]
    assert model["outputs"] == [
        {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]},
        {"name": "labels", "datatype": "INT64", "shape": [-1]},
    ]
    assert tritons.get_model_metadata("tendigits", model["versions"][0]) == model


@pytest.mark.parametrize("answered", [True, False], ids=["answered in bytes", "answered in JSON"])
@pytest.mark.parametrize("binary", [True, False], ids=["bytes", "JSON"])
@pytest.mark.parametrize("form", [lambda images: images, lambda images: images.reshape(-1, 784)], ids=["28x28", "784"])
@pytest.mark.parametrize(
    "scale", [lambda images: images, lambda images: np.float32(images / 255)], ids=["UINT8", "FP32"]
)
def test_triton_s_client_infers(tritons, digits, form, scale, binary, answered):
    images, _ = digits
    outputs = [triton.InferRequestedOutput(name, binary_data=answered) for name in ("labels", "probabilities")]

    result = tritons.infer(
        "tendigits", triton_input(scale(form(images)), binary=binary), outputs=outputs, request_id="7"
    )

    expected = probabilities_of(images)
    np.testing.assert_allclose(result.as_numpy("probabilities"), expected, atol=1e-5)
    np.testing.assert_array_equal(result.as_numpy("labels"), expected.argmax(axis=1))
    assert result.as_numpy("probabilities").dtype == np.float32
    assert result.as_numpy("labels").dtype == np.int64
    assert result.get_response()["id"] == "7"


def test_triton_s_client_gets_all_there_is_in_bytes_where_it_names_nothing(tritons, digits):
    result = tritons.infer("tendigits", triton_input(digits[0]), model_version="1.0")

    assert [output["name"] for output in result.get_response()["outputs"]] == ["probabilities", "labels"]
    assert all("data" not in output for output in result.get_response()["outputs"])
    np.testing.assert_allclose(result.as_numpy("probabilities"), probabilities_of(digits[0]), atol=1e-5)


def test_triton_s_client_is_told_what_is_wrong(tritons, digits):
    with pytest.raises(InferenceServerException, match="there is no model 'fashion'") as error:
        tritons.infer("fashion", triton_input(digits[0]))
    assert error.value.status() == "404"
    with pytest.raises(InferenceServerException, match="expected UINT8") as error:
        tritons.infer(
            "tendigits", [triton.InferInput("images", [1, 28, 28], "FP64").set_data_from_numpy(np.zeros((1, 28, 28)))]
        )
    assert error.value.status() == "400"


@pytest.mark.parametrize("count", [0, 1, 499, 501, 10_000])
def test_batches_of_any_size_are_answered(server, mnist, count):
    images = mnist[1][0][:count]
    body, headers = infer_body(images, [{"name": "labels", "parameters": {"binary_data": True}}])

    answer = server.post(INFER, content=body, headers=headers)

    assert answer.status_code == 200
    length = int(answer.headers["inference-header-content-length"])
    [output] = json.loads(answer.content[:length])["outputs"]
    assert output["shape"] == [count]
    np.testing.assert_array_equal(
        np.frombuffer(answer.content[length:], np.int64), probabilities_of(images).argmax(axis=1)
    )


def test_a_large_batch_in_json_is_answered(server, mnist):
    images = mnist[1][0][:600]
    tensor = {"name": "images", "datatype": "UINT8", "shape": [600, 784], "data": images.ravel().tolist()}

    answer = server.post(INFER, json={"inputs": [tensor], "outputs": [{"name": "labels"}]})

    assert answer.headers["content-type"] == "application/json"
    assert "inference-header-content-length" not in answer.headers
    assert answer.json()["outputs"][0]["data"] == probabilities_of(images).argmax(axis=1).tolist()


def test_most_test_digits_are_read_rightly(server, mnist):
    images, labels = mnist[1]
    body, headers = infer_body(images, [{"name": "labels"}])

    found = server.post(INFER, content=body, headers=headers).json()["outputs"][0]["data"]

    assert np.mean(np.array(found) == labels) > 0.993


@pytest.mark.parametrize("path", ["/v2/models/fashion", "/v2/models/tendigits/versions/9", "/v2/models/" + "x" * 1000])
def test_another_model_or_version_is_not_found(server, path):
    body, headers = infer_body(np.zeros((1, 28, 28), np.uint8))

    for answer in (
        server.get(path),
        server.get(path + "/ready"),
        server.post(path + "/infer", content=body, headers=headers),
    ):
        sentence = error_of(answer, 404)
        assert sentence.startswith("there is no ")
        assert len(sentence) < 200


def test_a_batch_that_is_too_large_is_refused():
    body, headers = infer_body(np.zeros((11, 28, 28), np.uint8))

    with client(digits=10) as asking:
        assert "at most 10" in error_of(asking.post(INFER, content=body, headers=headers), 413)
        assert asking.post(INFER, content=infer_body(np.zeros((10, 28, 28), np.uint8))[0][:50]).status_code == 400


def test_a_body_that_is_too_long_is_refused():
    with client(body_bytes=10_000) as asking:
        assert "10,000 bytes" in error_of(asking.post(INFER, content=bytes(10_001)), 413)


def test_a_compressed_body_is_refused(server):
    answer = server.post(INFER, content=b"...", headers={"content-encoding": "gzip"})

    assert "Content-Encoding" in error_of(answer, 415)


@pytest.mark.parametrize("path", ["tendigits", "tendigits/versions/1.0", "tendi%67its"])
def test_the_model_is_found_by_each_of_its_names(server, path):
    body, headers = infer_body(np.zeros((1, 28, 28), np.uint8))

    assert server.post(f"/v2/models/{path}/infer", content=body, headers=headers).status_code == 200


def test_the_address_answers_to_post_alone(server):
    answer = server.get(INFER)

    error_of(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_the_description_of_the_server_is_there_in_both_spellings(server):
    assert server.get("/v2").json() == server.get("/v2/").json()
