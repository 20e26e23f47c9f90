"""The faster Muon computes what Keras's own computes."""

import keras
import numpy as np
import pytest

from tendigits import build_model, prepare
from tendigits.training.muon import GramMuon

pytestmark = pytest.mark.backends


@pytest.mark.parametrize("shape", [(784, 128), (128, 64), (64, 128), (10, 10)])
@pytest.mark.parametrize("steps", [3, 5])
def test_its_steps_are_keras_s_own(shape, steps):
    generator = np.random.default_rng(0)
    ill_conditioned = generator.normal(size=shape) @ np.diag(10.0 ** -np.linspace(0, 4, shape[1]))
    gradient = keras.ops.array(ill_conditioned.astype(np.float32))
    ours, keras_s = (
        np.asarray(optimizer().zeropower_via_newtonschulz5(gradient, steps))
        for optimizer in (GramMuon, keras.optimizers.Muon)
    )
    np.testing.assert_allclose(ours, keras_s, atol=1e-4)


def test_after_five_steps_singular_values_are_near_one():
    gradient = keras.ops.array(np.random.default_rng(0).normal(size=(784, 128)).astype(np.float32))
    values = np.linalg.svd(np.asarray(GramMuon().zeropower_via_newtonschulz5(gradient, 5)), compute_uv=False)
    assert 0.6 < values.min() < values.max() < 1.3


def test_a_gradient_of_zero_makes_no_step():
    assert not np.asarray(GramMuon().zeropower_via_newtonschulz5(keras.ops.zeros((20, 5)), 3)).any()


def test_a_model_trained_with_it_is_the_one_trained_with_keras_s_own(mnist):
    (images, labels), _ = mnist
    models = []
    for kind in (GramMuon, keras.optimizers.Muon):
        model = build_model("32", seed=1)
        model.compile(kind(1e-3, exclude_layers=["dense_1"]), "sparse_categorical_crossentropy")
        model.fit(prepare(images[:640]), labels[:640], batch_size=64, shuffle=False, verbose=0)
        models.append(model)
    for ours, keras_s in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_allclose(ours, keras_s, atol=1e-4)
