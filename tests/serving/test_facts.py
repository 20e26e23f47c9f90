"""What is told of a model: what was measured, and nothing that was not."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from api_server import PNG, png_of, running

from tendigits.evaluation import evaluate
from tendigits.inference import predict
from tendigits.models import open_model
from tendigits.serving.facts import facts, public, version
from tendigits.serving.samples import drawn
from tendigits.serving.settings import Settings
from tendigits.weights import Weights, serialize


@pytest.mark.parametrize("name", ["robust", "tutorial"])
def test_the_accuracy_of_the_weights_that_ship_is_what_they_have(mnist, name):
    images, labels = mnist[1]
    model = open_model(Path(name))

    assert facts(model, Path(name))["accuracy"] == evaluate(predict(model.weights, images), labels).accuracy


@pytest.fixture
def run(tmp_path):
    """A run's folder, of weights that nobody knows."""
    first, *others = open_model().weights.layers
    weights = Weights((replace(first, bias=first.bias + 1e-3), *others), tuple("0123456789"), {"seed": 1})
    (tmp_path / "weights.safetensors").write_bytes(serialize(weights))
    (tmp_path / "config.json").write_text(json.dumps({"data": "mnist"}))
    return tmp_path


def test_of_a_run_it_is_what_the_run_measured(run):
    (run / "metrics.json").write_text(json.dumps({"accuracy": 0.9}))

    found = facts(open_model(run), run)

    assert (found["accuracy"], found["licence"]) == (0.9, None)
    assert found["version"] == found["sha256"][:8] == version(open_model(run).weights)


@pytest.mark.parametrize("metrics", ["", "[]", '{"accuracy": null}'], ids=repr)
def test_where_nothing_was_measured_none_is_told(run, metrics):
    assert facts(open_model(run), run)["accuracy"] is None
    (run / "metrics.json").write_text(metrics)
    assert facts(open_model(run), run)["accuracy"] is None
    assert facts(open_model(run / "weights.safetensors"), run / "weights.safetensors")["accuracy"] is None


@pytest.mark.parametrize("file", ["", "weights.safetensors"], ids=["run", "file"])
def test_no_answer_says_where_on_the_machine_the_model_lies(run, file):
    path = run / file
    with running(Settings(model=path)) as (_, url):
        answers = [
            httpx.get(f"{url}/v1/model"),
            httpx.post(f"{url}/v1/read", content=png_of(drawn(3)), headers=PNG),
            httpx.get(f"{url}/v2/models/tendigits"),
        ]
    assert all(str(run.parent) not in answer.text for answer in answers)
    kind = "file" if file else "run"
    name = f"{kind} {path.name} {open_model(path).weights.sha256[:8]}"
    assert answers[0].json()["name"] == answers[1].json()["readings"][0]["model"] == name


def test_a_folder_that_is_named_by_a_dot_has_its_own_name(run, monkeypatch):
    monkeypatch.chdir(run)
    assert public(open_model(Path()), Path()).name.split()[1] == run.name


@pytest.mark.parametrize("path", [None, Path("tutorial")])
def test_the_weights_that_ship_are_called_what_they_are(path):
    assert public(open_model(path), path).name == open_model(path).name
