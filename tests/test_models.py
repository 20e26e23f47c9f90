"""MODEL: what users may name, and the weights that ship."""

from pathlib import Path

import pytest

from tendigits.errors import WeightsError
from tendigits.evaluation import auroc, evaluate
from tendigits.inference import predict
from tendigits.models import SHIPPED, open_model, shipped_file
from tendigits.training.nondigits import nondigits


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_are_the_tutorial_s_network_with_its_provenance(name):
    model = open_model(Path(name))
    assert [layer.units for layer in model.weights.layers] == [128, 64, 10]
    assert model.weights.labels == tuple("0123456789")
    assert model.weights.provenance["recipe"] == name
    assert model.weights.provenance["seed"] == 1
    assert model.data == "mnist"


def test_nothing_is_the_robust_weights():
    assert open_model().weights.sha256 == open_model(Path("robust")).weights.sha256


def test_names_say_whose_weights_they_are():
    robust, tutorial = open_model(), open_model(Path("tutorial"))
    assert robust.name == f"shipped {robust.weights.provenance['version']} {robust.weights.sha256[:8]}"
    assert tutorial.name == f"shipped tutorial {tutorial.weights.provenance['version']} {tutorial.weights.sha256[:8]}"


def test_a_folder_of_that_name_is_that_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("robust").mkdir()
    with pytest.raises(WeightsError, match=r"robust has no weights\.safetensors"):
        open_model(Path("robust"))


def test_both_are_small_enough_to_ship():
    assert sum(shipped_file(name).stat().st_size for name in SHIPPED) < 1_500_000


@pytest.fixture(scope="module")
def robust():
    return open_model().weights


@pytest.fixture(scope="module")
def measured(robust, mnist):
    images, labels = mnist[1]
    return evaluate(predict(robust, images), labels)


class TestTheRobustWeights:
    def test_they_make_a_third_of_the_tutorial_s_mistakes(self, measured, mnist):
        images, labels = mnist[1]
        tutorial = evaluate(predict(open_model(Path("tutorial")).weights, images), labels)
        assert measured.wrong * 3 < tutorial.wrong
        assert measured.accuracy >= 0.993

    def test_their_confidence_can_be_believed(self, measured):
        assert measured.calibration_error < 0.003
        assert measured.accuracy_at_99_coverage >= 0.997

    def test_they_are_less_sure_of_what_is_no_digit(self, robust, mnist):
        digits, others = (predict(robust, images).max(axis=1) for images in (mnist[1][0], nondigits(mnist[1], 1400, 3)))
        assert auroc(digits, others) >= 0.97

    def test_the_model_card_is_about_them(self, robust, measured):
        card = (Path(__file__).parent.parent / "docs/model-card.md").read_text(encoding="utf-8")
        assert robust.sha256[:16] in card
        assert f"| {measured.accuracy:.2%} |" in card
