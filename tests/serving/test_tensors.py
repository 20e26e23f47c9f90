"""Requests to infer and answers to them: what is written is parsed as it was, and what is not right is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tendigits.serving.protocol.infer import InferRequest, Output, answer, length_of_json
from tendigits.serving.protocol.infer import parse as parse_request
from tendigits.serving.refusal import Refused
from tendigits.serving.settings import Limits

MOST = 5

unhurried = settings(deadline=None, max_examples=50)
"""Of a busy machine's speed nothing is promised."""

SHAPES = st.tuples(st.integers(0, MOST)).flatmap(lambda n: st.sampled_from([(*n, 28, 28), (*n, 784)]))
GREYS = arrays.arrays(np.uint8, SHAPES)
SCALED = arrays.arrays(np.float32, SHAPES, elements=st.floats(0, 1, width=32))
OUTPUTS = st.lists(
    st.builds(Output, st.sampled_from(["probabilities", "labels"]), st.booleans()),
    unique_by=lambda output: output.name,
    min_size=1,
).map(tuple)
REQUESTS = st.builds(InferRequest, st.none() | st.text(), GREYS | SCALED, OUTPUTS)


def parse(body, json_length=None):
    return parse_request(body, length_of_json(json_length, len(body)), Limits(digits=MOST, json_bytes=200_000))


def tensor(images):
    datatype = "UINT8" if images.dtype == np.uint8 else "FP32"
    return {"name": "images", "datatype": datatype, "shape": list(images.shape)}


def as_dict(request, **more):
    outputs = [{"name": output.name, "parameters": {"binary_data": output.binary}} for output in request.outputs]
    named = {} if request.id is None else {"id": request.id}
    return named | {"inputs": [tensor(request.images) | more], "outputs": outputs}


def assert_same(parsed, request):
    assert (parsed.id, parsed.outputs) == (request.id, request.outputs)
    assert parsed.images.dtype == request.images.dtype
    np.testing.assert_array_equal(parsed.images, request.images)


@unhurried
@given(REQUESTS)
def test_what_is_written_as_nested_lists_is_parsed_as_it_was(request):
    body = json.dumps(as_dict(request, data=request.images.tolist())).encode()

    assert_same(parse(body), request)


@unhurried
@given(REQUESTS)
def test_what_is_written_as_one_list_is_parsed_as_it_was(request):
    body = json.dumps(as_dict(request, data=request.images.ravel().tolist())).encode()

    assert_same(parse(body, str(len(body))), request)


@unhurried
@given(REQUESTS)
def test_what_is_written_as_bytes_is_parsed_as_it_was(request):
    text = json.dumps(as_dict(request, parameters={"binary_data_size": request.images.nbytes})).encode()

    assert_same(parse(text + request.images.tobytes(), str(len(text))), request)


@unhurried
@given(REQUESTS, st.randoms(use_true_random=False))
def test_an_answer_holds_what_was_asked_for(request, random):
    probabilities = np.random.default_rng(random.getrandbits(32)).random((len(request.images), 10), np.float32)
    expected = {"probabilities": probabilities, "labels": probabilities.argmax(axis=1)}

    found = answer(request, probabilities, "1.0")

    content = json.loads(found.body[: found.json_length])
    rest = b"" if found.json_length is None else found.body[found.json_length :]
    assert content.get("id") == request.id
    assert (content["model_name"], content["model_version"]) == ("tendigits", "1.0")
    assert [output["name"] for output in content["outputs"]] == [output.name for output in request.outputs]
    for output, wanted in zip(content["outputs"], request.outputs, strict=True):
        array = expected[wanted.name]
        assert output["datatype"] == {"probabilities": "FP32", "labels": "INT64"}[wanted.name]
        assert output["shape"] == list(array.shape)
        assert ("data" in output) != wanted.binary
        if wanted.binary:
            size = output["parameters"]["binary_data_size"]
            values, rest = np.frombuffer(rest[:size], array.dtype), rest[size:]
        else:
            values = np.array(output["data"], array.dtype)
        np.testing.assert_array_equal(values.reshape(array.shape), array)
    assert not rest


IMAGE = np.zeros((1, 28, 28), np.uint8)
DATA = IMAGE.ravel().tolist()
GOOD = tensor(IMAGE) | {"data": DATA}
IN_BYTES = tensor(IMAGE) | {"parameters": {"binary_data_size": IMAGE.nbytes}}


def refused(request, *, status=400, json_length=None, rest=b""):
    body = request if isinstance(request, bytes) else json.dumps(request).encode()
    with pytest.raises(Refused) as refusal:
        parse(body + rest, json_length)
    assert refusal.value.status == status
    assert len(str(refusal.value)) < 300
    return str(refusal.value)


def test_all_there_is_is_answered_where_nothing_is_named():
    for outputs in ({}, {"outputs": []}):
        assert parse(json.dumps({"inputs": [GOOD]} | outputs).encode()).outputs == (
            Output("probabilities", binary=False),
            Output("labels", binary=False),
        )


def test_bytes_are_answered_where_they_are_asked_for_at_all_or_by_an_output():
    request = {"inputs": [GOOD], "parameters": {"binary_data_output": True}}
    own = {"name": "labels", "parameters": {"binary_data": False}}

    everywhere = parse(json.dumps(request).encode())
    but_one = parse(json.dumps(request | {"outputs": [{"name": "probabilities"}, own]}).encode())

    assert [output.binary for output in everywhere.outputs] == [True, True]
    assert [output.binary for output in but_one.outputs] == [True, False]


def test_null_is_as_if_it_were_not_there():
    null = dict.fromkeys(("id", "outputs", "parameters"))
    text = json.dumps(null | {"inputs": [IN_BYTES | {"data": None}]}).encode()

    assert len(parse(text + IMAGE.tobytes(), str(len(text))).images) == 1
    assert len(parse(json.dumps(null | {"inputs": [GOOD | {"parameters": None}]}).encode()).images) == 1


def test_the_same_json_comes_with_other_images_again_and_again():
    text = json.dumps({"inputs": [IN_BYTES]}).encode()

    for value in range(3):
        parsed = parse(text + np.full(784, value, np.uint8).tobytes(), str(len(text)))
        np.testing.assert_array_equal(parsed.images, np.full((1, 28, 28), value))


def test_json_that_was_understood_does_not_make_up_for_images_that_are_wrong():
    text = json.dumps({"inputs": [IN_BYTES]}).encode()

    parse(text + bytes(784), str(len(text)))

    for _ in range(2):
        assert "binary_data_size" in refused(text, rest=bytes(783), json_length=str(len(text)))
    with pytest.raises(Refused, match="at most 0"):  # what one server takes is no word for another
        parse_request(text + bytes(784), len(text), Limits(digits=0))


def test_an_id_is_its_requests_alone():
    for name in ("first", "second"):
        text = json.dumps({"id": name, "inputs": [IN_BYTES]}).encode()
        assert parse(text + bytes(784), str(len(text))).id == name


def test_more_json_than_may_be_parsed_is_refused_before_it_is():
    text = b"[" + b"[]," * 70_000

    assert "binary form" in refused(text, status=413)
    assert "not JSON" in refused(text[:100_000])


def test_what_is_not_known_is_passed_over():
    request = {"inputs": [GOOD | {"parameters": {"mine": 1}}], "parameters": {"priority": 3}, "model_name": "x"}

    assert len(parse(json.dumps(request).encode()).images) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"nothing",
        b"[" * 100_000,
        b'{"inputs": [' + b"9" * 10_000 + b"]}",
        b'{"id": NaN}',
        b'{"id": "\\ud800"}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_json_is_refused(body):
    assert "JSON" in refused(body)


@pytest.mark.parametrize("request_", [[], None, "text", 3, [GOOD]], ids=repr)
def test_what_is_no_object_is_refused(request_):
    assert "object" in refused(request_)


@pytest.mark.parametrize("inputs", [None, [], [GOOD, GOOD], {}, "images"], ids=lambda inputs: repr(inputs)[:20])
def test_there_is_exactly_one_input(inputs):
    assert "inputs" in refused({"inputs": inputs})


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": "image"}, "called 'image'"),
        ({"name": None}, "called"),
        ({"name": []}, "called"),
        ({"datatype": "INT8"}, "UINT8"),
        ({"datatype": ["UINT8"]}, "UINT8"),
        ({"datatype": None}, "UINT8"),
        ({"shape": [28, 28]}, "shape"),
        ({"shape": [1, 28, 29]}, "shape"),
        ({"shape": [1, 783]}, "shape"),
        ({"shape": [1.0, 784]}, "shape"),
        ({"shape": [True, 784]}, "shape"),
        ({"shape": [-1, 784]}, "shape"),
        ({"shape": "784"}, "shape"),
        ({"shape": []}, "shape"),
        ({"shape": [[1], 784]}, "shape"),
        ({"data": None}, "data"),
        ({"data": 3}, "data"),
        ({"data": "0" * 784}, "data"),
        ({"data": []}, "784 values"),
        ({"data": DATA[1:]}, "784 values"),
        ({"data": [*DATA, 0]}, "784 values"),
        ({"data": [DATA[:392], DATA[392:]]}, "nested"),
        ({"data": [[DATA[:28]] * 27]}, "nested"),
        ({"data": [[DATA[:28]] * 27 + [DATA[:27]]]}, "nested"),
        ({"data": [[DATA[:28]] * 27 + [3]]}, "nested"),
        ({"data": [*DATA[1:], 256]}, "0 to 255"),
        ({"data": [*DATA[1:], -1]}, "0 to 255"),
        ({"data": [*DATA[1:], 2**70]}, "0 to 255"),
        ({"data": [*DATA[1:], 0.5]}, "whole numbers"),
        ({"data": [*DATA[1:], True]}, "whole numbers"),
        ({"data": [*DATA[1:], "0"]}, "whole numbers"),
        ({"data": [*DATA[1:], "0" * 100_000]}, "whole numbers"),
        ({"data": [*DATA[1:], None]}, "whole numbers"),
        ({"data": [*DATA[1:], []]}, "whole numbers"),
        ({"datatype": "FP32", "data": [*DATA[1:], 1.01]}, "0 to 1"),
        ({"datatype": "FP32", "data": [*DATA[1:], -0.01]}, "0 to 1"),
        ({"datatype": "FP32", "data": [*DATA[1:], 10**400]}, "0 to 1"),
        ({"datatype": "FP32", "data": [*DATA[1:], "0"]}, "numbers"),
        ({"parameters": []}, "parameters"),
        ({"parameters": {"binary_data_size": 784}}, "both"),
        ({"parameters": {"binary_data_size": "784"}}, "binary_data_size"),
        ({"parameters": {"binary_data_size": True}}, "binary_data_size"),
        ({"parameters": {"shared_memory_region": "mine"}}, "shared_memory_region"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_an_input_that_is_not_right_is_refused(change, word):
    assert word in refused({"inputs": [GOOD | change]})


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"id": 3}, "id"),
        ({"parameters": {"binary_data_output": 1}}, "binary_data_output"),
        ({"outputs": {}}, "outputs"),
        ({"outputs": ["labels"]}, "output"),
        ({"outputs": [{"name": "digits"}]}, "probabilities and labels"),
        ({"outputs": [{}]}, "probabilities and labels"),
        ({"outputs": [{"name": ["labels"]}]}, "probabilities and labels"),
        ({"outputs": [{"name": "labels"}, {"name": "labels"}]}, "once"),
        ({"outputs": [{"name": "labels", "parameters": {"binary_data": "yes"}}]}, "binary_data"),
        ({"outputs": [{"name": "probabilities", "parameters": {"classification": 3}}]}, "classification"),
    ],
    ids=repr,
)
def test_what_is_asked_wrongly_is_refused(more, word):
    assert word in refused({"inputs": [GOOD]} | more)


def test_a_batch_that_is_too_large_is_refused_before_its_values_are_looked_at():
    for images in (MOST + 1, 10**30):
        assert "batch" in refused({"inputs": [GOOD | {"shape": [images, 784]}]}, status=413)


BINARY = tensor(IMAGE) | {"parameters": {"binary_data_size": 784}}
TEXT = json.dumps({"inputs": [BINARY]}).encode()


@pytest.mark.parametrize("json_length", ["", "-1", "1.5", "٣", "1" * 30, str(len(TEXT) + 785), "many"], ids=repr)
def test_a_length_of_json_that_cannot_be_is_refused(json_length):
    assert "Inference-Header-Content-Length" in refused(TEXT, json_length=json_length, rest=bytes(784))


@pytest.mark.parametrize("sent", [0, 783, 785, 10_000])
def test_as_many_bytes_are_to_follow_as_are_told(sent):
    assert refused(TEXT, json_length=str(len(TEXT)), rest=bytes(sent)) == (
        f"{sent:,} bytes follow the JSON, and binary_data_size is 784; as many are expected"
    )


def test_bytes_of_which_the_json_does_not_tell_are_answered_with_where_to_tell_it():
    text = json.dumps({"inputs": [tensor(IMAGE)]}).encode()

    assert refused(text, json_length=str(len(text)), rest=bytes(784)) == (
        "784 bytes follow the JSON; give their number as binary_data_size in the input's parameters"
    )


@pytest.mark.parametrize("sent", [0, 784 * 3, 785])
def test_as_many_bytes_are_to_be_told_as_the_shape_has(sent):
    text = json.dumps({"inputs": [BINARY | {"parameters": {"binary_data_size": sent}}]}).encode()

    assert "784 bytes" in refused(text, json_length=str(len(text)), rest=bytes(sent))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.001, -0.001], ids=str)
def test_bytes_that_are_no_grey_levels_are_refused(value):
    images = np.full((1, 784), 0.5, np.float32)
    images[0, 100] = value
    text = json.dumps({"inputs": [tensor(images) | {"parameters": {"binary_data_size": images.nbytes}}]}).encode()

    assert "0 to 1" in refused(text, json_length=str(len(text)), rest=images.tobytes())
