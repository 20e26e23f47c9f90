"""The NumPy forward pass, against float64 arithmetic written out and against Keras."""

import numpy as np
import pytest

from tendigits import inference, prepare
from tendigits.errors import DataError
from tendigits.network import build_model, to_weights
from tendigits.weights import Dense, Weights


def reference(weights, x):
    """Return the probabilities in float64, layer by layer, image by image."""
    functions = {"relu": lambda z: z * (z > 0), "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    rows = []
    for row in x.astype(np.float64):
        z = row
        for layer in weights.layers[:-1]:
            z = functions[layer.activation](layer.kernel.astype(np.float64).T @ z + layer.bias)
        powers = np.exp(weights.layers[-1].kernel.astype(np.float64).T @ z + weights.layers[-1].bias)
        rows.append(powers / powers.sum())
    return np.array(rows)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_every_activation_is_the_textbook_s(activation):
    random = np.random.default_rng(1)
    draw = lambda *shape: random.normal(size=shape).astype(np.float32)  # noqa: E731
    layers = (Dense(draw(9, 7), draw(7), activation), Dense(draw(7, 3), draw(3), "softmax"))
    weights = Weights(layers, ("a", "b", "c"), {})
    x = draw(50, 9)

    np.testing.assert_allclose(inference.predict(weights, x), reference(weights, x), atol=1e-6)


def test_large_logits_neither_overflow_nor_vanish():
    layer = Dense(np.eye(2, dtype=np.float32) * 1000, np.zeros(2, np.float32), "softmax")
    x = np.array([[1, 0], [-1, 0], [0, 0]], np.float32)

    probabilities = inference.predict(Weights((layer,), ("0", "1"), {}), x)

    np.testing.assert_allclose(probabilities, [[1, 0], [0, 1], [0.5, 0.5]])


@pytest.mark.backends
def test_it_agrees_with_keras_on_all_test_digits(mnist):
    _, (x_test, _) = mnist
    model = build_model(seed=1)
    weights = to_weights(model, {})

    ours = inference.predict(weights, x_test)
    theirs = model.predict(prepare(x_test), batch_size=1000, verbose=0)

    assert ours.shape == (10_000, 10)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_an_image_reads_the_same_alone_and_among_many(mnist):
    _, (x_test, _) = mnist
    weights = to_weights(build_model(seed=1), {})

    together = inference.predict(weights, x_test[:3000])
    alone = np.concatenate([inference.predict(weights, x_test[i : i + 1]) for i in (0, 2047, 2048, 2999)])

    np.testing.assert_allclose(together[[0, 2047, 2048, 2999]], alone, atol=2e-6)


def test_no_images_give_no_rows():
    weights = to_weights(build_model(seed=1), {})

    assert inference.predict(weights, np.empty((0, 28, 28), np.uint8)).shape == (0, 10)


@pytest.mark.parametrize("shape", [(2, 20, 20), (784,)])
def test_images_of_another_size_are_refused(shape):
    weights = to_weights(build_model(seed=1), {})

    with pytest.raises(DataError, match="784"):
        inference.predict(weights, np.zeros(shape, np.float32))
