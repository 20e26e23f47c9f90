"""Deformations: they do what they say, measured, and compute what an independent interpolation computes."""

import keras
import numpy as np
import pytest
from scipy import ndimage

if keras.backend.backend() != "jax":
    pytest.skip("deformations are computed by JAX", allow_module_level=True)

import jax

from tendigits import prepare
from tendigits.errors import DataError
from tendigits.training.compiled_epoch import CompiledEpoch
from tendigits.training.deform import deformed, displacement, draw, functions, pack
from tendigits.training.examples import DeformedExamples
from tendigits.training.order import epoch_key, epoch_order
from tendigits.training.recipes import Deformation

NONE = Deformation(rotation=0, scale=0, shear=0, shift=0, elastic=0)
STRONG = Deformation(rotation=10, scale=0.1, shear=0.1, shift=1, elastic=1)
WITH_STROKE = Deformation(**(vars(STRONG) | {"stroke": 0.3}))


def only(**strength):
    return Deformation(**(vars(NONE) | strength))


def displacements(deformation, n, shape=(28, 28)):
    """How far each pixel's source is from it, float (n, 2, pixels): first across, then down."""
    return np.asarray(displacement(draw(deformation, jax.random.key(1), n), functions(deformation, shape))).reshape(
        n, 2, -1
    )


@pytest.fixture(scope="module")
def digits(mnist):
    (images, labels), _ = mnist
    return images[:200], labels[:200]


def test_no_deformation_changes_nothing(digits):
    images, _ = digits
    assert (deformed(images, NONE, seed=1) == images).all()


@pytest.mark.parametrize("shape", [(28, 28), (12, 20)])
def test_grey_levels_are_interpolated_as_scipy_does(digits, shape):
    images = np.ascontiguousarray(digits[0][:50, : shape[0], : shape[1]])
    y, x = np.mgrid[: shape[0], : shape[1]]
    across, down = displacements(STRONG, 50, shape).reshape(50, 2, *shape).swapaxes(0, 1)
    expected = [
        ndimage.map_coordinates(np.pad(image, 9).astype(float), [y + dy + 9, x + dx + 9], order=1)
        for image, dx, dy in zip(images, across, down, strict=True)
    ]
    # Places are told apart to 1/256 pixel, so a grey level is off by 2 of 255 at most.
    assert np.abs(deformed(images, STRONG, seed=1) - np.array(expected)).max() <= 2.5


def test_the_same_seed_gives_the_same_copies_and_another_seed_others(digits):
    images, _ = digits
    assert (deformed(images, STRONG, seed=1) == deformed(images, STRONG, seed=1)).all()
    assert (deformed(images, STRONG, seed=1) != deformed(images, STRONG, seed=2)).any(axis=(1, 2)).all()


def test_each_digit_gets_a_deformation_of_its_own(digits):
    images, _ = digits
    copies = deformed(np.repeat(images[:1], 50, axis=0), STRONG, seed=1)
    assert len(np.unique(copies, axis=0)) == 50


def test_a_rotation_turns_by_the_angle_it_says():
    angles = np.rad2deg(np.asarray(draw(only(rotation=10), jax.random.key(0), 20_000).coefficients)[:, 1, 0, 1])
    assert np.std(angles) == pytest.approx(10, rel=0.03)  # the sine of the angle, in degrees
    assert abs(np.mean(angles)) < 0.3


def test_a_shift_moves_every_pixel_alike():
    moved = displacements(only(shift=1.5), 20_000)
    assert np.ptp(moved, axis=2).max() == pytest.approx(0, abs=1e-6)
    assert moved[:, 0, 0].std() == pytest.approx(1.5, rel=0.03)
    assert np.corrcoef(moved[:, 0, 0], moved[:, 1, 0])[0, 1] == pytest.approx(0, abs=0.03)


def test_width_and_height_are_scaled_each_for_itself():
    coefficients = np.asarray(draw(only(scale=0.1), jax.random.key(0), 20_000).coefficients)
    width, height = np.log(1 + coefficients[:, 0, 0, 1]), np.log(1 + coefficients[:, 1, 1, 0])
    assert [width.std(), height.std()] == pytest.approx([0.1, 0.1], rel=0.03)
    assert np.corrcoef(width, height)[0, 1] == pytest.approx(0, abs=0.03)


def test_a_shear_slants_upright_lines_and_leaves_level_ones_level():
    across, down = displacements(only(shear=0.2), 20_000).reshape(-1, 2, 28, 28).swapaxes(0, 1)
    slant = across[:, 1, 5] - across[:, 0, 5]
    assert slant.std() == pytest.approx(0.2, rel=0.03)
    assert np.abs(down).max() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("shape", [(28, 28), (56, 56), (20, 28)])
def test_an_elastic_field_moves_pixels_as_far_as_it_says(shape):
    moved = displacements(only(elastic=0.8), 5_000, shape)
    in_pixels_of_28 = moved * 28 / max(shape)
    assert np.sqrt((in_pixels_of_28**2).mean()) == pytest.approx(0.8, rel=0.03)


def test_an_elastic_field_is_smooth_and_not_a_shift():
    field = displacements(only(elastic=1.0), 2_000)[:, 0].reshape(-1, 28, 28)
    assert np.abs(np.diff(field, axis=2)).mean() < 0.2
    assert np.ptp(field, axis=(1, 2)).mean() > 1


def test_strokes_become_wider_and_thinner_by_the_sign_of_what_was_drawn(digits):
    images, _ = digits
    change = np.asarray(draw(only(stroke=0.5), jax.random.key(3), len(images)).stroke)[:, 0]
    ink = deformed(images, only(stroke=0.5), seed=3).sum(axis=(1, 2), dtype=float) / images.sum(axis=(1, 2))
    assert ink[change > 0.1].min() > 1
    assert ink[change < -0.1].max() < 1
    assert ink.min() > 0.2


def test_beyond_the_edges_there_is_no_ink():
    white = np.full((100, 28, 28), 255, np.uint8)
    copies = deformed(white, only(shift=4), seed=1)
    assert (copies[:, 0, 0] == 0).any()
    assert set(np.unique(copies[:, 14, 14])) == {255}


def test_packed_words_hold_a_pixel_and_its_neighbours():
    image = np.arange(1, 7, dtype=np.uint8).reshape(1, 2, 3)
    words = pack(image).reshape(3, 4)
    assert [int(words[1, 1]) >> shift & 255 for shift in (0, 8, 16, 24)] == [1, 2, 4, 5]
    assert [int(words[2, 3]) >> shift & 255 for shift in (0, 8, 16, 24)] == [6, 0, 0, 0]


@pytest.mark.parametrize(
    "images", [np.zeros((3, 28, 28), np.float32), np.zeros((3, 784), np.uint8)], ids=["floating", "flat"]
)
def test_only_images_are_deformed(images):
    with pytest.raises(DataError, match=r"only images can be deformed"):
        DeformedExamples((images, np.zeros(3, np.uint8)), (784,), STRONG)


def test_more_images_than_32_bits_can_count_pixels_of_are_refused():
    images = np.broadcast_to(np.zeros((28, 28), np.uint8), (2_553_489, 28, 28))  # 29 * 29 times that is beyond 2**31
    refusal = "2,553,489 images of 28 x 28 are more than can be deformed together: 2,553,488"
    with pytest.raises(DataError, match=refusal):
        DeformedExamples((images, np.zeros(len(images), np.uint8)), (784,), STRONG)
    with pytest.raises(DataError, match=refusal):
        deformed(images, STRONG, seed=1)


@pytest.mark.parametrize("strength", [0.5, 2.0])
def test_strength_multiplies_every_deviation(strength):
    as_strong = draw(WITH_STROKE, jax.random.key(0), 20_000, strength)
    assert np.ptp(as_strong.stroke) > 0.1
    described = Deformation(
        **{
            name: getattr(WITH_STROKE, name) * strength
            for name in ("rotation", "scale", "shear", "shift", "elastic", "stroke")
        }
    )
    expected = draw(described, jax.random.key(0), 20_000)
    np.testing.assert_allclose(as_strong.coefficients, expected.coefficients, atol=1e-5)
    np.testing.assert_allclose(as_strong.stroke, expected.stroke, atol=1e-6)


def test_strength_changes_evenly_from_the_first_epoch_on():
    changing = Deformation(**vars(STRONG) | {"first_strength": 1.2, "last_strength": 0.7})
    assert [changing.strength(part) for part in (0, 0.5, 1)] == pytest.approx([1.2, 0.95, 0.7])
    assert STRONG.strength(0.3) == 1


def test_an_epoch_of_strength_0_is_a_plain_epoch(digits):
    plain = trained(digits, None)
    model = trained(digits, STRONG, 0)
    CompiledEpoch(model, digits, digits, 32, STRONG).train(epoch_order(5, 0, len(digits[0])), epoch_key(5, 0), 0.0)
    for one, other in zip(plain.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def trained(digits, deformation, epochs=1):
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, "softmax", kernel_initializer="zeros")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    engine = CompiledEpoch(model, digits, digits, 32, deformation)
    for epoch in range(epochs):
        engine.train(epoch_order(5, epoch, len(digits[0])), epoch_key(5, epoch))
    return model


def test_an_epoch_of_undeformed_digits_is_a_plain_epoch(digits):
    plain, undeformed = trained(digits, None), trained(digits, NONE)
    for one, other in zip(plain.get_weights(), undeformed.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_the_seed_decides_what_an_epoch_draws(digits):
    once, again, plain = (trained(digits, deformation, 2).get_weights() for deformation in (STRONG, STRONG, None))
    assert all((one == other).all() for one, other in zip(once, again, strict=True))
    assert any((one != other).any() for one, other in zip(once, plain, strict=True))


def test_every_epoch_deforms_afresh(digits):
    model = trained(digits, STRONG, 0)
    seen = []
    engine = CompiledEpoch(model, digits, digits, 200, STRONG)
    for epoch in range(2):
        model.set_weights([np.zeros((784, 10)), np.zeros(10)])
        engine.train(np.arange(200, dtype=np.int32), epoch_key(5, epoch))
        seen.append(model.get_weights()[0])  # one step from zero: a sum of the images that were shown
    model.set_weights([np.zeros((784, 10)), np.zeros(10)])
    CompiledEpoch(model, digits, digits, 200).train(np.arange(200, dtype=np.int32), epoch_key(5, 0))
    as_they_are = model.get_weights()[0]
    assert np.abs(seen[0] - seen[1]).max() > 1e-4
    assert np.corrcoef(seen[0].ravel(), as_they_are.ravel())[0, 1] > 0.8


def test_the_model_is_measured_on_digits_as_they_are(digits):
    images, labels = digits
    model = trained(digits, STRONG, 3)
    logs = CompiledEpoch(model, digits, digits, 32, STRONG).validate()
    assert logs["accuracy"] == pytest.approx((model.predict(prepare(images), verbose=0).argmax(1) == labels).mean())
