"""The NumPy forward pass, against float64 arithmetic written out and against Keras."""

import tracemalloc

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
    draw = lambda *shape: random.normal(size=shape).astype(np.float32)  # noqa: E731 - one line, used at once
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


def some_weights(inputs):
    kernel = np.random.default_rng(2).normal(size=(inputs, 3)).astype(np.float32)
    return Weights((Dense(kernel, np.zeros(3, np.float32), "softmax"),), ("a", "b", "c"), {})


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(5, 28, 28), (5, 28, 28, 1), (5, 784)], ids=str)
def test_floating_images_of_any_shape_read_as_the_same_grey_levels_do(shape, dtype):
    images = np.random.default_rng(3).integers(0, 256, shape, np.uint8)
    weights = some_weights(784)

    floating = inference.predict(weights, (images / 255).astype(dtype))

    np.testing.assert_allclose(floating, inference.predict(weights, images), atol=1e-5)


def test_28_examples_of_28_features_are_a_batch():
    table = np.random.default_rng(4).integers(0, 256, (28, 28), np.uint8)
    weights = some_weights(28)

    np.testing.assert_allclose(inference.predict(weights, table), reference(weights, table / 255), atol=1e-6)


def test_a_large_set_takes_no_memory_for_all_its_inputs_at_once():
    images = np.zeros((60_000, 784), np.uint8)
    tracemalloc.start()
    inference.predict(some_weights(784), images)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < images.nbytes  # as float32, the inputs would take four times that


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(2, 20, 20), (784,), (28, 28), (784, 1), ()], ids=str)
def test_images_of_another_size_are_refused(shape, dtype):
    with pytest.raises(DataError, match="784"):
        inference.predict(some_weights(784), np.zeros(shape, dtype))


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.bool_, np.complex64])
def test_images_of_another_type_are_refused_and_not_taken_as_scaled(dtype):
    with pytest.raises(DataError, match=f"images are {np.dtype(dtype)}; expected uint8, 0 to 255, or floating"):
        inference.predict(some_weights(784), np.zeros((2, 28, 28), dtype))
