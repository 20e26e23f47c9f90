"""The tutorial's network is the tutorial's, whoever builds it."""

import keras
import numpy as np
import pytest

from tendigits import build_model
from tendigits.errors import NotDenseError
from tendigits.network import hidden_units, to_weights

pytestmark = pytest.mark.backends


def test_the_tutorial_s_layers():
    model = build_model()

    assert isinstance(model, keras.Sequential)
    assert [(type(layer), layer.units, layer.activation.__name__) for layer in model.layers] == [
        (keras.layers.Dense, 128, "relu"),
        (keras.layers.Dense, 64, "relu"),
        (keras.layers.Dense, 10, "softmax"),
    ]
    assert model.input_shape == (None, 784)
    assert model.count_params() == 109_386


def test_it_is_compiled_as_in_the_tutorial(mnist):
    model = build_model()
    images, labels = (array[:64] for array in mnist[0])

    scores = model.evaluate(images.reshape(64, 784) / 255, labels, verbose=0, return_dict=True)

    assert isinstance(model.optimizer, keras.optimizers.Adam)
    assert model.loss == "sparse_categorical_crossentropy"
    assert set(scores) == {"loss", "accuracy"}


def test_a_seed_gives_the_same_weights_and_another_seed_others():
    def first(seed):
        return np.concatenate([values.ravel() for values in build_model(seed=seed).get_weights()])

    assert np.array_equal(first(1), first(1))
    assert not np.array_equal(first(1), first(2))


def test_a_seed_leaves_keras_s_global_seed_alone():
    keras.utils.set_random_seed(5)
    expected = keras.random.normal((3,))
    keras.utils.set_random_seed(5)
    build_model(seed=1)

    assert np.array_equal(keras.random.normal((3,)), expected)


@pytest.mark.parametrize(("network", "units"), [("tutorial", (128, 64)), ("256-128", (256, 128)), ("300", (300,))])
def test_names_and_sizes(network, units):
    assert hidden_units(network) == units


@pytest.mark.parametrize("network", ["", "huge", "0-10", "128-", "-5", "1e3", "128,64", "٣", "9" * 6])
def test_anything_else_is_refused(network):
    with pytest.raises(ValueError, match="neither a name"):
        hidden_units(network)


def sequential(*layers):
    return keras.Sequential([keras.Input((784,)), *layers])


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lambda: sequential(keras.layers.Dense(10)), "'linear'"),
        (lambda: sequential(keras.layers.Dense(9, "gelu"), keras.layers.Dense(10, "softmax")), "'gelu'"),
        (lambda: sequential(keras.layers.Dense(10, "softmax", use_bias=False)), "Dense"),
        (
            lambda: sequential(keras.layers.BatchNormalization(), keras.layers.Dense(10, "softmax")),
            "BatchNormalization",
        ),
        (lambda: sequential(keras.layers.Flatten()), "no dense layer"),
        (lambda: keras.Model(x := keras.Input((784,)), keras.layers.Dense(10, "softmax")(x)), "Functional"),
    ],
    ids=["logits", "activation", "no bias", "normalisation", "no layer", "functional"],
)
def test_a_model_that_is_not_a_stack_of_dense_layers_has_no_weights_file(model, reason):
    with pytest.raises(NotDenseError, match=reason):
        to_weights(model(), {})


def test_layers_that_compute_nothing_at_inference_are_passed_over():
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((28, 28)), layers.Flatten(), layers.Dropout(0.5), layers.Dense(10, "softmax")]
    )

    assert [layer.units for layer in to_weights(model, {}).layers] == [10]
