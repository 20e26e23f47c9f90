"""The tutorial's network is the tutorial's, whoever builds it."""

import keras
import numpy as np
import pytest

from tendigits import build_model
from tendigits.errors import NotDenseError
from tendigits.network import hidden_units, is_dense, parameters, to_weights
from tendigits.weights import MAX_LAYERS, MAX_UNITS

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


def test_the_layers_are_called_as_in_a_fresh_process_however_many_models_were_built():
    for model in (build_model(), build_model()):
        assert model.name == "sequential"
        assert [layer.name for layer in model.layers] == ["dense", "dense_1", "dense_2"]


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


@pytest.mark.parametrize("network", ["", "huge", "0-10", "128-", "-5", "1e3", "128,64", "٣", "1٣", "²"])
def test_anything_else_is_refused(network):
    with pytest.raises(ValueError, match="neither a name"):
        hidden_units(network)


@pytest.mark.parametrize("network", ["65537", "9" * 5000, "65536-2000", "8000-8000", "-".join("9" * 16)])
def test_a_network_that_no_weights_file_holds_is_refused(network):
    with pytest.raises(ValueError, match=r"network '[-\d]+' does not fit"):
        hidden_units(network)


def test_as_many_layers_as_a_weights_file_holds_are_taken():
    assert len(hidden_units("-".join("9" * (MAX_LAYERS - 1)))) == MAX_LAYERS - 1


def test_the_largest_layer_is_one_that_the_weights_file_holds():
    assert hidden_units(str(MAX_UNITS)) == (MAX_UNITS,)


def sequential(*layers, shape=(784,)):
    return keras.Sequential([keras.Input(shape), *layers])


def softmax(units=10, **options):
    return keras.layers.Dense(units, "softmax", **options)


class Doubled(keras.layers.Dense):
    def call(self, inputs, training=None):
        return 2 * super().call(inputs)


class AlwaysDropping(keras.layers.Dropout):
    def call(self, inputs, training=None):
        return super().call(inputs, training=True)


class Backwards(keras.Sequential):
    def call(self, inputs, training=None, mask=None):
        return -super().call(inputs)


def relu(x):
    return x + 1


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lambda: sequential(keras.layers.Dense(10)), "'linear'"),
        (lambda: sequential(keras.layers.Dense(9, "gelu"), keras.layers.Dense(10, "softmax")), "'gelu'"),
        (lambda: sequential(keras.layers.Dense(10, "relu"), keras.layers.Dropout(0.5)), "'relu'"),
        (lambda: sequential(keras.layers.Dense(9, relu), softmax()), "Keras's relu"),
        (lambda: sequential(softmax(use_bias=False)), "no bias"),
        (lambda: sequential(keras.layers.BatchNormalization(), softmax()), "BatchNormalization"),
        (lambda: sequential(Doubled(9, "relu"), softmax()), "Doubled"),
        (lambda: sequential(AlwaysDropping(0.5), softmax()), "AlwaysDropping"),
        (lambda: Backwards([keras.Input((784,)), softmax()]), "Backwards"),
        (lambda: sequential(keras.layers.Flatten()), "no dense layer"),
        (lambda: sequential(softmax(), shape=(28, 28)), "flat inputs"),
        (lambda: sequential(softmax(), keras.layers.Flatten(), shape=(28, 28)), "flat inputs"),
        (
            lambda: sequential(keras.layers.Dense(9, "relu"), keras.layers.Flatten(), softmax(), shape=(28, 28)),
            "flat inputs",
        ),
        (
            lambda: sequential(keras.layers.Flatten(data_format="channels_first"), softmax(), shape=(28, 28, 3)),
            "channels_last",
        ),
        (lambda: keras.Sequential([softmax()]), "flat inputs"),
        (lambda: sequential(softmax(dtype="mixed_bfloat16")), "mixed_bfloat16"),
        (lambda: sequential(keras.layers.Dropout(0.5, dtype="float16"), softmax()), "float16"),
        (lambda: keras.Model(x := keras.Input((784,)), softmax()(x)), "Functional"),
    ],
    ids=[
        "logits",
        "activation",
        "relu last",
        "a relu of its own",
        "no bias",
        "normalisation",
        "dense subclass",
        "dropout subclass",
        "sequential subclass",
        "no layer",
        "rows",
        "flattened too late",
        "flattened between",
        "channels first",
        "not built",
        "bfloat16",
        "float16",
        "functional",
    ],
)
def test_a_model_that_is_not_a_stack_of_dense_layers_has_no_weights_file(model, reason):
    with pytest.raises(NotDenseError, match=reason):
        to_weights(model(), {})


def test_the_tutorial_s_network_is_dense_and_a_convolutional_one_is_not():
    assert is_dense(build_model("32"))
    assert not is_dense(sequential(keras.layers.Conv2D(2, 3), keras.layers.Flatten(), softmax(), shape=(28, 28, 1)))


@pytest.mark.parametrize("network", ["tutorial", "wide", "32", "20-30-40"])
def test_parameters_are_counted_as_keras_counts_them(network):
    assert parameters(network) == build_model(network).count_params()


def test_layers_that_compute_nothing_at_inference_are_passed_over():
    layers = keras.layers
    hidden = [layers.Dense(9, "tanh"), layers.Dropout(0.5)]
    model = sequential(layers.Flatten(), layers.Dropout(0.5), *hidden, softmax(), layers.Dropout(0.5), shape=(28, 28))

    weights = to_weights(model, {})

    assert [(layer.inputs, layer.units, layer.activation) for layer in weights.layers] == [
        (784, 9, "tanh"),
        (9, 10, "softmax"),
    ]
    for layer, kept in zip((hidden[0], model.layers[-2]), weights.layers, strict=True):
        assert np.array_equal(layer.get_weights()[0], kept.kernel)
        assert np.array_equal(layer.get_weights()[1], kept.bias)
