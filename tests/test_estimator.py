"""DigitClassifier is a scikit-learn classifier by scikit-learn's own checks, and learns as its MLPClassifier does."""

import pickle
import subprocess
import sys

import keras
import numpy as np
import pytest
from joblib import parallel_config
from sklearn import datasets
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits

import tendigits
from tendigits import DigitClassifier, inference, weights


@parametrize_with_checks([DigitClassifier()])
def test_scikit_learn_finds_a_classifier(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def digits(mnist):
    """2,000 digits to learn and 10,000 to test with, one image a row, uint8."""
    (x_train, y_train), (x_test, y_test) = mnist
    return (x_train[:2000].reshape(-1, 784), y_train[:2000]), (x_test.reshape(-1, 784), y_test)


@pytest.fixture(scope="module")
def fitted(digits):
    return DigitClassifier(random_state=1).fit(*digits[0])


@pytest.mark.backends
class TestOnDigits:
    def test_it_learns_as_well_as_mlpclassifier_of_the_same_sizes(self, fitted, digits):
        (x_train, y_train), (x_test, y_test) = digits
        peer = MLPClassifier((128, 64), batch_size=32, max_iter=10, alpha=0, random_state=1)
        with threadpool_limits(1), pytest.warns(match="Maximum iterations"):
            peer.fit(x_train / 255, y_train)

        assert fitted.score(x_test, y_test) > max(0.89, peer.score(x_test / 255, y_test) - 0.02)

    def test_it_has_the_weights_of_tendigits_train_with_that_seed(self, mnist):
        (images, labels), (x_test, y_test) = ((x[:500], y[:500]) for x, y in mnist)
        model = tendigits.build_model("32-16", seed=7)
        run = tendigits.train(model, ((images, labels), (x_test, y_test)), epochs=2, seed=7, verbose=False)

        ours = DigitClassifier((32, 16), epochs=2, random_state=7).fit(images.reshape(500, 784), labels)

        assert ours.weights_.sha256 == run.weights_sha256

    def test_its_weights_make_a_weights_file(self, fitted, digits, tmp_path):
        _, (x_test, _) = digits
        (tmp_path / "weights").write_bytes(weights.serialize(fitted.weights_))

        loaded = weights.load(tmp_path / "weights")

        assert loaded.labels == tuple("0123456789")
        np.testing.assert_allclose(inference.predict(loaded, x_test), fitted.predict_proba(x_test), atol=1e-5)

    def test_grey_levels_mean_the_same_in_any_type(self, fitted, digits):
        _, (x_test, _) = digits

        expected = fitted.predict_proba(x_test)

        for dtype in (np.int64, np.float32, np.float64):
            np.testing.assert_allclose(fitted.predict_proba(x_test.astype(dtype)), expected, rtol=1e-12)

    def test_each_epoch_s_loss_is_kept(self, fitted):
        assert fitted.n_iter_ == len(fitted.loss_curve_) == 10
        assert fitted.loss_curve_ == sorted(fitted.loss_curve_, reverse=True)


class TestInScikitLearn:
    def test_a_grid_search_of_two_values(self, digits):
        (x_train, y_train), (x_test, y_test) = digits
        search = GridSearchCV(DigitClassifier(random_state=1), {"hidden_layer_sizes": [(4,), (64,)]}, cv=2)

        search.fit(x_train, y_train)

        assert search.best_params_ == {"hidden_layer_sizes": (64,)}
        assert search.score(x_test, y_test) > 0.87

    def test_the_last_step_of_a_pipeline(self, digits):
        (x_train, y_train), (x_test, y_test) = digits
        pipeline = make_pipeline(StandardScaler(), DigitClassifier((64,), random_state=1))

        assert pipeline.fit(x_train, y_train).score(x_test, y_test) > 0.87

    def test_a_clone_is_not_fitted_and_has_the_parameters(self, fitted):
        copy = clone(fitted.set_params(random_state=1))

        assert copy.get_params() == fitted.get_params()
        assert not hasattr(copy, "weights_")

    def test_cross_validation_in_threads_scores_as_one_after_the_other(self):
        x, y = datasets.load_iris(return_X_y=True)
        score = lambda **options: cross_val_score(DigitClassifier((8,), random_state=1), x, y, cv=3, **options)  # noqa: E731 - one line, used at once

        with parallel_config(backend="threading"):
            in_threads = score(n_jobs=3)

        assert np.array_equal(in_threads, score())


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="digits are deformed in JAX")
class TestDeformed:
    def test_few_digits_teach_more_when_they_are_deformed(self, digits):
        (x_train, y_train), (x_test, y_test) = digits
        deformed, plain = (
            DigitClassifier(epochs=40, deform=deform, random_state=1).fit(x_train, y_train).score(x_test, y_test)
            for deform in (True, False)
        )
        assert deformed > plain + 0.01

    def test_the_same_random_state_gives_the_same_bits(self, digits):
        once, again = (
            DigitClassifier((16,), epochs=2, deform=True, random_state=1).fit(*digits[0]).weights_.sha256
            for _ in range(2)
        )
        assert once == again

    @pytest.mark.parametrize(
        "images", [np.zeros((4, 784)), np.zeros((4, 13), np.uint8)], ids=["floating", "not square"]
    )
    def test_only_images_are_deformed(self, images):
        with pytest.raises(ValueError, match=r"expected uint8 \(n, side \* side\), as deform=True takes images only"):
            DigitClassifier(deform=True).fit(images, [0, 1, 0, 1])


class TestFeaturesOfAnyKind:
    @pytest.fixture(scope="class")
    @classmethod
    def wine(cls):
        """13 features of scales from a tenth to a thousand, and names for the three classes."""
        data = datasets.load_wine(as_frame=True)
        return data.data, data.target_names[data.target]

    def test_tables_with_names_and_labels_that_are_texts(self, wine):
        classifier = DigitClassifier(epochs=20, random_state=1).fit(*wine)

        assert classifier.score(*wine) > 0.98
        assert list(classifier.classes_) == ["class_0", "class_1", "class_2"]
        assert list(classifier.feature_names_in_) == list(wine[0].columns)
        assert classifier.weights_.labels == ("class_0", "class_1", "class_2")

    def test_the_unit_of_a_feature_makes_no_difference(self, wine):
        features, labels = wine[0].to_numpy(), wine[1]
        units = 10.0 ** np.random.default_rng(0).integers(-6, 7, features.shape[1])
        elsewhere = features * units - units

        here = DigitClassifier(random_state=1).fit(features, labels).predict_proba(features)
        there = DigitClassifier(random_state=1).fit(elsewhere, labels).predict_proba(elsewhere)

        np.testing.assert_allclose(here, there, atol=1e-3)

    def test_without_hidden_layers_it_is_softmax_regression(self, wine):
        classifier = DigitClassifier((), epochs=100, random_state=1).fit(*wine)

        x = (wine[0].to_numpy() - classifier.mean_) / classifier.scale_
        (layer,) = classifier.weights_.layers
        powers = np.exp(x @ layer.kernel + layer.bias)
        np.testing.assert_allclose(classifier.predict_proba(wine[0]), powers / powers.sum(axis=1, keepdims=True))


@pytest.mark.backends
class TestTheRandomState:
    def fit(self, random_state):
        x, y = datasets.load_iris(return_X_y=True)
        return DigitClassifier((8,), epochs=2, random_state=random_state).fit(x, y).weights_.sha256

    def test_the_same_gives_the_same_bits_and_another_others(self):
        assert self.fit(1) == self.fit(1) != self.fit(2)

    def test_without_one_each_fit_is_another(self):
        assert self.fit(None) != self.fit(None)

    def test_a_generator_goes_on_from_fit_to_fit(self):
        first, second = np.random.RandomState(3), np.random.RandomState(3)

        fits = [self.fit(first), self.fit(first)]

        assert fits[0] != fits[1]
        assert fits == [self.fit(second), self.fit(second)]


def test_a_pickled_one_predicts_where_keras_is_not_loaded(fitted, digits, tmp_path):
    _, (x_test, _) = digits
    (tmp_path / "classifier").write_bytes(pickle.dumps(fitted))
    np.save(tmp_path / "images.npy", x_test[:50])
    program = """
import pickle, sys, numpy
with open("classifier", "rb") as file:
    classifier = pickle.load(file)
numpy.save("probabilities.npy", classifier.predict_proba(numpy.load("images.npy")))
print(*{"keras", "jax", "tensorflow"}.intersection(sys.modules))
"""

    result = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert result.stdout.split() == []
    assert np.array_equal(np.load(tmp_path / "probabilities.npy"), fitted.predict_proba(x_test[:50]))


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"hidden_layer_sizes": 128}, "hidden_layer_sizes is 128"),
        ({"hidden_layer_sizes": (128, 0)}, "hidden_layer_sizes is"),
        ({"hidden_layer_sizes": "128"}, "hidden_layer_sizes is '128'"),
        ({"epochs": 0}, "epochs is 0"),
        ({"epochs": 2.5}, "epochs is 2.5"),
        ({"batch_size": True}, "batch_size is True"),
        ({"random_state": -1}, "Seed must be between"),
        ({"random_state": "one"}, "'one' cannot be used to seed"),
    ],
    ids=str,
)
def test_a_parameter_that_makes_no_sense_is_named(parameters, reason):
    with pytest.raises(ValueError, match=reason):
        DigitClassifier(**parameters).fit([[0.0], [1.0]], [0, 1])


def test_a_single_class_is_named():
    with pytest.raises(ValueError, match="1 class, 'yes'"):
        DigitClassifier().fit([[0.0], [1.0]], ["yes", "yes"])


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_features_beyond_float64_s_range_are_refused():
    with pytest.raises(ValueError, match="too large to be standardised"):
        DigitClassifier().fit([[1e308], [-1e308], [1e308]], [0, 1, 0])


@pytest.mark.parametrize(("module", "name", "extra"), [("sklearn", "scikit-learn", "sklearn")])
def test_a_missing_extra_is_answered_with_the_pip_line(module, name, extra):
    program = f"import sys, tendigits; sys.modules[{module!r}] = None; tendigits.DigitClassifier"

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert f'{name} is not installed. Install it with:  pip install "tendigits[{extra}]"' in result.stderr
