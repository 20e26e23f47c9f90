"""Products of rounded operands: what is rounded, what is not, and that a model's own step stays what it computes."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("steps are traced by JAX", allow_module_level=True)

import jax
import jax.numpy as jnp

import tendigits
from tendigits.training import bfloat16
from tendigits.training.bfloat16 import has_matrix_units, products_in_bfloat16
from tendigits.training.compiled_epoch import CompiledEpoch
from tendigits.training.objective import optimize
from tendigits.training.order import epoch_key, epoch_order
from tendigits.training.recipes import ROBUST


def rounded(values):
    return np.asarray(jnp.asarray(values).astype(jnp.bfloat16).astype(jnp.float32))


@pytest.fixture(params=[True, False], ids=["matrix units", "none"], autouse=True)
def units(request, monkeypatch):
    """Compute as on a processor that multiplies bfloat16 itself, and as on one that does not."""
    monkeypatch.setattr(bfloat16, "has_matrix_units", lambda: request.param)


@pytest.fixture
def matrices():
    generator = np.random.default_rng(1)
    return [generator.normal(size=shape).astype(np.float32) for shape in ((40, 30), (30, 20))]


def test_a_product_is_that_of_the_rounded_operands_summed_in_float32(matrices):
    a, b = matrices
    product = jax.jit(products_in_bfloat16(jnp.matmul))(a, b)
    assert product.dtype == jnp.float32
    np.testing.assert_allclose(product, rounded(a) @ rounded(b), rtol=1e-5, atol=1e-5)
    assert np.abs(product - a @ b).max() > 1e-3


@pytest.mark.parametrize("value", [1.00390625, 1.01171875, -3.3e38, 1e-40, 65535.9, 0.1], ids=str)
def test_both_ways_round_a_number_alike(monkeypatch, value):
    one = np.float32([[value]])
    products = []
    for units in (True, False):
        monkeypatch.setattr(bfloat16, "has_matrix_units", lambda units=units: units)
        products.append(float(jax.jit(products_in_bfloat16(jnp.matmul))(one, np.float32([[1]]))[0, 0]))
    assert products[0] == products[1]
    assert products[0] == pytest.approx(value, rel=2**-8, abs=1e-38)


@pytest.mark.parametrize(
    ("flags", "expected"), [("fpu avx2 amx_bf16 amx_tile", True), ("fpu avx2 avx512_bf16", False), (None, False)]
)
def test_matrix_units_are_a_processors_with_amx(monkeypatch, tmp_path, flags, expected):
    cpuinfo = tmp_path / "cpuinfo"
    if flags is not None:
        cpuinfo.write_text(f"processor\t: 0\nmodel name\t: Intel\xae\nflags\t\t: {flags}\n", encoding="latin-1")
    monkeypatch.setattr(bfloat16, "Path", lambda _: cpuinfo)
    assert has_matrix_units.__wrapped__() is expected


def test_graphics_cards_have_matrix_units(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert has_matrix_units.__wrapped__()


def test_nothing_but_products_is_rounded(matrices):
    a, _ = matrices

    def function(x):
        return jnp.tanh(x * 1.001) + jax.nn.relu(x).sum(axis=0), {"norm": jnp.linalg.norm(x)}

    expected, result = jax.jit(function)(a), jax.jit(products_in_bfloat16(function))(a)
    for one, other in zip(jax.tree.leaves(expected), jax.tree.leaves(result), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_products_of_whole_numbers_stay_exact():
    a = np.full((4, 4), 1001, np.int32)
    np.testing.assert_array_equal(jax.jit(products_in_bfloat16(jnp.matmul))(a, a), a @ a)


def test_gradients_inside_the_function_are_of_rounded_products_too(matrices):
    a, b = matrices

    def gradient(x, y):
        return jax.grad(lambda y: (x @ y).sum())(y)

    expected = rounded(a).sum(axis=0, keepdims=True).T.repeat(20, axis=1)
    np.testing.assert_allclose(jax.jit(products_in_bfloat16(gradient))(a, b), expected, rtol=1e-4, atol=1e-4)


def test_an_epoch_of_rounded_products_ends_near_the_plain_one_and_not_in_it(mnist):
    (images, labels), _ = mnist

    def trained(**options):
        model = tendigits.build_model("32", seed=1)
        model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
        epoch = CompiledEpoch(model, (images[:1000], labels[:1000]), None, 48, **options)
        return epoch.train(epoch_order(3, 0, 1000), epoch_key(3, 0)), model.get_weights()

    (plain_logs, plain), (logs, weights) = trained(), trained(bfloat16=True)
    assert logs["loss"] == pytest.approx(plain_logs["loss"], rel=1e-2)
    assert max(np.abs(one - other).max() for one, other in zip(plain, weights, strict=True)) < 0.01
    assert any((one != other).any() for one, other in zip(plain, weights, strict=True))
    assert all(array.dtype == np.float32 for array in weights)


@pytest.mark.parametrize("network", ["32", "900-40"], ids=["tall kernels", "a kernel wider than tall"])
def test_the_robust_recipes_steps_can_be_computed_so(mnist, network):
    (images, labels), _ = mnist
    model = tendigits.build_model(network, seed=1)
    optimize(model, ROBUST.optimization, steps=16)
    model.optimizer.build(model.trainable_variables)
    engine = CompiledEpoch(model, (images[:512], labels[:512]), None, 64, ROBUST.deformation, bfloat16=True)
    losses = [engine.train(epoch_order(3, epoch, 512), epoch_key(3, epoch))["loss"] for epoch in range(2)]
    assert losses[1] < losses[0]
