"""The robust recipe's loss and metric, against what they are defined by."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from tendigits import build_model
from tendigits.training.objective import DigitAccuracy, cross_entropy, optimize
from tendigits.training.recipes import Optimization

pytestmark = pytest.mark.backends

OPTIMIZATION = Optimization(learning_rate=1e-3, newton_schulz_steps=3, warmup=0.1, averaging=0.1, nondigit_weight=0.5)

PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.2, 0.5, 0.3]], np.float32)


def losses(labels, weight=0.5, smoothing=0.0):
    return np.asarray(cross_entropy(weight, smoothing)(keras.ops.array(labels), keras.ops.array(PROBABILITIES)))


def test_of_digits_it_is_the_cross_entropy_as_keras_has_it():
    labels = np.array([0, 2, 1])
    expected = keras.losses.sparse_categorical_crossentropy(labels, PROBABILITIES)
    np.testing.assert_allclose(losses(labels), np.asarray(expected), rtol=1e-5)


def test_with_smoothed_labels_it_is_the_cross_entropy_that_keras_has_with_them():
    one_hot = np.eye(3, dtype=np.float32)[[0, 2, 1]]
    expected = keras.losses.categorical_crossentropy(one_hot, PROBABILITIES, label_smoothing=0.1)
    np.testing.assert_allclose(losses(np.array([0, 2, 1]), smoothing=0.1), np.asarray(expected), rtol=1e-5)


def test_of_what_is_no_digit_it_is_the_weighted_cross_entropy_with_the_uniform_distribution():
    expected = -0.5 * np.log(PROBABILITIES).mean(axis=1)
    np.testing.assert_allclose(losses(np.array([3, 3, 9])), expected, rtol=1e-5)
    np.testing.assert_allclose(losses(np.array([3, 3, 9]), smoothing=0.1), expected, rtol=1e-5)


def test_a_probability_of_zero_costs_much_and_not_infinitely_much():
    certain = keras.ops.array([[1.0, 0.0, 0.0]])
    assert 10 < float(cross_entropy(1.0)(keras.ops.array([1]), certain)[0]) < 20


def test_the_accuracy_passes_over_what_is_no_digit():
    metric = DigitAccuracy()
    metric.update_state(np.array([0, 1, 1]), PROBABILITIES)
    metric.update_state(np.array([3, 3, 3]), PROBABILITIES)
    assert float(metric.result()) == pytest.approx(2 / 3)


def test_the_rate_rises_to_its_highest_and_falls_to_nothing():
    model = build_model(seed=1)
    optimize(model, OPTIMIZATION, steps=1000)
    schedule = model.optimizer._learning_rate
    rates = np.array([float(schedule(step)) for step in range(0, 1001, 50)])
    assert rates[0] == 0
    assert rates.max() == rates[2] == pytest.approx(1e-3)
    assert (np.diff(rates[2:]) < 0).all()
    assert rates[-1] == pytest.approx(0, abs=1e-9)


def test_weights_are_averaged_over_a_part_of_the_run():
    model = build_model(seed=1)
    optimize(model, OPTIMIZATION, steps=1000)
    assert model.optimizer.use_ema
    assert model.optimizer.ema_momentum == pytest.approx(0.99)


def test_labels_are_smoothed_as_the_optimization_says():
    model = build_model(seed=1)
    optimize(model, replace(OPTIMIZATION, label_smoothing=0.1), steps=10)
    expected = cross_entropy(0.5, 0.1)(np.array([0, 2, 1]), PROBABILITIES)
    np.testing.assert_allclose(model.loss(np.array([0, 2, 1]), PROBABILITIES), expected)


def test_hidden_kernels_decay_and_nothing_else():
    def trained(**options):
        model = build_model(seed=1)
        optimize(model, replace(OPTIMIZATION, **options), steps=10)
        images = np.random.default_rng(1).random((4, 784), np.float32)
        model.fit(images, np.array([0, 1, 2, 10]), epochs=2, verbose=0)  # the rate of the first step is 0
        return [layer.get_weights() for layer in model.layers]

    plain, decayed = trained(), trained(weight_decay=0.1)
    for (kernel, bias), (decayed_kernel, decayed_bias), is_last in zip(
        plain, decayed, (False, False, True), strict=True
    ):
        np.testing.assert_allclose(bias, decayed_bias, rtol=1e-5)
        shrunk = np.linalg.norm(decayed_kernel) / np.linalg.norm(kernel)
        assert shrunk == pytest.approx(1 if is_last else 1 - 0.1 * 1e-3, abs=1e-5)


def test_a_run_of_a_single_step_can_be_compiled():
    model = build_model(seed=1)
    optimize(model, OPTIMIZATION, steps=1)
    model.fit(np.zeros((4, 784), np.float32), np.array([0, 1, 2, 10]), verbose=0)
    assert all(np.isfinite(values).all() for values in model.get_weights())
