"""The compiled epoch computes what Keras's own fit computes: same initial weights, same order, same weights after."""

import keras
import numpy as np
import pytest

from tendigits import prepare
from tendigits.training.order import epoch_order

if keras.backend.backend() != "jax":
    pytest.skip("the compiled epoch is the JAX backend's", allow_module_level=True)

from tendigits.training.compiled_epoch import CompiledEpoch

EXAMPLES = 1000

KEY = np.zeros(2, np.uint32)
"""For epochs in which nothing but dropout is drawn, which has a generator of its own in Keras."""


@pytest.fixture(scope="module")
def digits(mnist):
    (x_train, y_train), (x_test, y_test) = mnist
    return (x_train[:EXAMPLES], y_train[:EXAMPLES]), (x_test[:300], y_test[:300])


def dense():
    return [keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")]


def with_dropout_and_statistics():
    layers = keras.layers
    return [layers.Dense(32), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.3), *dense()]


def convolutional():
    layers = keras.layers
    return [layers.Conv2D(4, 5, strides=3, activation="relu"), layers.Flatten(), layers.Dense(10, activation="softmax")]


def compiled(layers, shape=(784,), optimizer="adam"):
    keras.utils.set_random_seed(7)
    model = keras.Sequential([keras.Input(shape), *layers()])
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def cosine():
    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-2, decay_steps=60))


def averaging():
    return keras.optimizers.Adam(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=7)


CASES = {
    "dense": lambda: compiled(dense),
    "dropout and batch statistics": lambda: compiled(with_dropout_and_statistics),
    "cosine schedule": lambda: compiled(dense, optimizer=cosine()),
    "averaged weights": lambda: compiled(dense, optimizer=averaging()),
    "convolutional": lambda: compiled(convolutional, shape=(28, 28, 1)),
}


@pytest.mark.parametrize("build", CASES.values(), ids=CASES.keys())
def test_an_epoch_leaves_the_weights_that_keras_leaves(build, digits):
    assert_same_as_keras(build, digits, batch_size=48, epochs=1)


@pytest.mark.parametrize("batch_size", [32, 1000, 1001], ids=lambda size: f"batch {size}")
def test_any_batch_size_gives_what_keras_gives(batch_size, digits):
    assert_same_as_keras(CASES["dense"], digits, batch_size=batch_size, epochs=2)


def assert_same_as_keras(build, digits, *, batch_size, epochs):
    (images, labels), test = digits
    ours, theirs = build(), build()
    engine = CompiledEpoch(ours, (images, labels), test, batch_size)
    inputs = prepare(images).reshape(-1, *theirs.input_shape[1:])

    for epoch in range(epochs):
        order = epoch_order(seed=3, epoch=epoch, examples=EXAMPLES)
        logs = engine.train(order, KEY)
        history = theirs.fit(inputs[order], labels[order], batch_size=batch_size, shuffle=False, verbose=0).history
    ours.optimizer.finalize_variable_values(ours.trainable_weights)  # as Keras does where fit ends

    for our, their in zip(ours.variables, theirs.variables, strict=True):
        np.testing.assert_allclose(our.numpy(), their.numpy(), rtol=2e-4, atol=2e-6, err_msg=our.path)
    assert logs == pytest.approx({name: values[-1] for name, values in history.items()}, rel=1e-4)


def test_validation_measures_what_keras_evaluate_measures(digits):
    _, (images, labels) = digits
    model = compiled(with_dropout_and_statistics)
    engine = CompiledEpoch(model, *digits, batch_size=32)
    engine.train(epoch_order(0, 0, EXAMPLES), KEY)

    measured = engine.validate()

    assert measured == pytest.approx(model.evaluate(prepare(images), labels, verbose=0, return_dict=True), rel=1e-5)


def test_validation_leaves_every_variable_as_it_was(digits):
    model = compiled(with_dropout_and_statistics)
    engine = CompiledEpoch(model, *digits, batch_size=32)
    engine.train(epoch_order(0, 0, EXAMPLES), KEY)
    before = [variable.numpy() for variable in model.variables + model.optimizer.variables]

    engine.validate()

    after = [variable.numpy() for variable in model.variables + model.optimizer.variables]
    assert all(np.array_equal(*pair) for pair in zip(before, after, strict=True))


def test_floating_images_are_taken_as_they_are(digits):
    (images, labels), test = digits
    raw, prepared = compiled(dense), compiled(dense)
    order = epoch_order(0, 0, EXAMPLES)

    CompiledEpoch(raw, (images, labels), test, 32).train(order, KEY)
    CompiledEpoch(prepared, (prepare(images), labels), test, 32).train(order, KEY)

    assert all(np.array_equal(*pair) for pair in zip(raw.get_weights(), prepared.get_weights(), strict=True))


def test_a_model_without_an_input_layer_is_built_for_the_images(digits):
    model = keras.Sequential([keras.layers.Flatten(), *dense()])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

    CompiledEpoch(model, *digits, batch_size=32).train(epoch_order(0, 0, EXAMPLES), KEY)

    assert model.count_params() == 784 * 32 + 32 + 32 * 10 + 10


def test_the_order_of_an_epoch_is_a_permutation_of_its_own():
    orders = [epoch_order(seed, epoch, 500) for seed in (1, 2) for epoch in (0, 1)]

    assert all(sorted(order) == list(range(500)) for order in orders)
    assert len({order.tobytes() for order in orders}) == 4
