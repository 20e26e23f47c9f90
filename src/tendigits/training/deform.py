"""Random deformations: each digit, each time it is shown, as somebody else might have written it.

Rotation, scale, shear and shift; on top a smooth elastic field (Simard, Steinkraus and Platt 2003, "Best practices for
convolutional neural networks applied to visual document analysis", section 2; Ciresan, Meier, Gambardella and
Schmidhuber 2010, "Deep, big, simple neural nets for handwritten digit recognition"); and a change of stroke width. All
but the last is one map from the pixels of the new image to places in the old one, where grey levels are interpolated.

Simard's field is white noise, blurred. Here it is a sum of Gaussian bumps on a coarse lattice, each of a random height:
as smooth, for a twentieth of the random numbers. A bump is a Gaussian down times one across, and so are the parts of an
affine map (1 and y times 1 and x): the whole map is D F Aᵀ, with a small matrix F of coefficients drawn for each digit,
and fixed functions of the row, D, and of the column, A.

Four neighbouring grey levels travel in one 32-bit word, so that interpolating between them takes one access to memory:
on a processor XLA reads single values at about a nanosecond each, which is most of what a deformation costs.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from tendigits.errors import DataError
from tendigits.training.recipes import Deformation

__all__ = ["Draws", "deformed", "displacement", "draw", "functions", "pack", "resample"]

Array = jax.Array | npt.NDArray[np.float32]

_UNIT = 28
"""Lengths are given for images of this side; in others they grow with the longer side."""

_FRACTION_BITS = 8
_FRACTION = 1 << _FRACTION_BITS
"""Places between pixels that are told apart. Shifts and masks split them: XLA's division rounds for signs, too."""

_MOST_CUT = 0.6
"""How much of the grey at most is cut off to thin strokes: hairlines are to stay."""

_MOST_WORDS = 2**31 - 1
"""How many packed pixels there are in all images together at most: 32 bits count them."""

_BYTE_DEVIATION = float(np.arange(256).std())


class Draws(NamedTuple):
    """What was drawn for n digits.

    Attributes:
        coefficients: float32 (n, 2, 2 + knots, 2 + knots), for x and for y how much there is of each function of the
            row times each of the column, in the order of :func:`functions`.
        stroke: float32 (n, 1), the change of stroke width.

    """

    coefficients: jax.Array
    stroke: jax.Array


class Functions(NamedTuple):
    """What displacements are made of: 1, the distance from the middle in pixels of 28, then Gaussian bumps.

    Attributes:
        down: float32 (height, 2 + knots), of the row, times the pixels that make up one of 28.
        across: float32 (width, 2 + knots), of the column.

    """

    down: Array
    across: Array


def draw(deformation: Deformation, key: jax.Array, n: int, strength: float | jax.Array = 1.0) -> Draws:
    """Draw n deformations, so many times as strong as the description says; the same key gives the same."""
    key_whole, key_field = jax.random.split(key)
    normal = jax.random.normal(key_whole, (n, 7)) * strength
    angle = normal[:, 0] * np.deg2rad(deformation.rotation)
    width, height = jnp.exp(normal[:, 1] * deformation.scale), jnp.exp(normal[:, 2] * deformation.scale)
    shear = normal[:, 3] * deformation.shear
    shift_x, shift_y = normal[:, 4] * deformation.shift, normal[:, 5] * deformation.shift
    cosine, sine = jnp.cos(angle), jnp.sin(angle)
    none = jnp.zeros(n)
    # From a place in the new image back to one in the old: slant, turn, then stretch; less the identity.
    affine = jnp.stack(
        [
            shift_x, cosine * width - 1, (shear * cosine - sine) * width, none,
            shift_y, sine * height, (cosine + shear * sine) * height - 1, none,
        ],
        axis=1,
    )  # fmt: skip
    knots = deformation.knots
    bumps = _uniform_bytes(key_field, n, 2 * knots**2) * (strength * deformation.elastic / _BYTE_DEVIATION)
    coefficients = jnp.concatenate(
        [
            jnp.pad(affine.reshape(n, 2, 2, 2), ((0, 0), (0, 0), (0, 0), (0, knots))),
            jnp.pad(bumps.reshape(n, 2, knots, knots), ((0, 0), (0, 0), (0, 0), (2, 0))),
        ],
        axis=2,
    )
    return Draws(coefficients, normal[:, 6:] * deformation.stroke)


def _uniform_bytes(key: jax.Array, n: int, count: int) -> jax.Array:
    """Draw float32 (n, count) from -127.5 to 127.5, four numbers from each random word.

    A place is moved by many bumps, so that its displacement is as good as normal.
    """
    words = jax.random.bits(key, (n, -(-count // 4)), jnp.uint32)
    levels = jnp.stack([(words >> shift) & 255 for shift in (0, 8, 16, 24)], axis=2).reshape(n, -1)
    return levels[:, :count].astype(jnp.int32).astype(jnp.float32) - 127.5


def functions(deformation: Deformation, shape: tuple[int, int]) -> Functions:
    """Return what displacements are made of, in an image of this height and width.

    Bumps are scaled so that coefficients of variance 1 displace by 1 pixel of 28 (root mean square over the image).
    """
    unit = max(shape) / _UNIT
    ramps = [(np.arange(size) - (size - 1) / 2) / unit for size in shape]
    bumps = [_bumps(size, deformation.knots, deformation.smoothness * unit) for size in shape]
    # The mean over the image of the sum of all squared bumps is that down times that across.
    bumps[0] /= np.prod([np.sqrt((side**2).sum(axis=1).mean()) for side in bumps])
    down, across = (np.column_stack([np.ones_like(ramp), ramp, side]) for ramp, side in zip(ramps, bumps, strict=True))
    return Functions((down * unit).astype(np.float32), across.astype(np.float32))


def _bumps(size: int, knots: int, deviation: float) -> npt.NDArray[np.float64]:
    """Return Gaussians along one side, (size, knots), their middles spread from edge to edge."""
    middles = np.linspace(-0.5, size - 0.5, knots)
    return np.exp(-0.5 * ((np.arange(size)[:, None] - middles) / deviation) ** 2)


def displacement(draws: Draws, made_of: Functions) -> jax.Array:
    """Return how far away each pixel's source is: float32 (n, 2, height, width), pixels across and pixels down."""
    n, axes, columns, _ = draws.coefficients.shape
    height, width = len(made_of.down), len(made_of.across)
    # In this order the large result comes out of the second product as it is needed: transposing it costs as much.
    rows = jnp.einsum("yi,ncij->ncyj", made_of.down, draws.coefficients).reshape(-1, columns)
    return (rows @ made_of.across.T).reshape(n, axes, height, width)


def pack(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Put each pixel together with its right, lower and lower right neighbours, beyond the edges 0.

    Args:
        images: uint8 (n, height, width).

    Returns:
        uint32 (n, (height + 1) * (width + 1)): one word for each place between four pixels of the image in a frame.

    Raises:
        DataError: they are too many.

    """
    n, height, width = images.shape
    most = _MOST_WORDS // ((height + 1) * (width + 1))
    if n > most:
        raise DataError(f"{n:,} images of {height} x {width} are more than can be deformed together: {most:,}")
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1))).astype(np.uint32)
    words = framed[:, :-1, :-1] | framed[:, :-1, 1:] << 8 | framed[:, 1:, :-1] << 16 | framed[:, 1:, 1:] << 24
    return np.ascontiguousarray(words.reshape(len(images), -1))


def resample(packed: jax.Array, rows: jax.Array, draws: Draws, made_of: Functions) -> jax.Array:
    """Deform digits.

    Args:
        packed: every image, by :func:`pack`.
        rows: which of them: int32 (n,).
        draws: a deformation for each of the n.
        made_of: :func:`functions` of the deformation for these images.

    Returns:
        float32 (n, height * width), 0..1.

    """
    height, width = len(made_of.down), len(made_of.across)
    y, x = np.mgrid[1 : height + 1, 1 : width + 1].reshape(2, -1).astype(np.float32)
    moved = displacement(draws, made_of).reshape(len(rows), 2, -1)
    across, down = _places(moved[:, 0] + x, width), _places(moved[:, 1] + y, height)
    word = rows[:, None] * packed.shape[1] + (down >> _FRACTION_BITS) * (width + 1) + (across >> _FRACTION_BITS)
    # One gather from the whole set: a gather from gathered rows is fused with it into code that is ten times slower.
    words = packed.reshape(-1).at[word.reshape(-1)].get(mode="promise_in_bounds").reshape(word.shape)
    return _stroke(_interpolate(words, across & (_FRACTION - 1), down & (_FRACTION - 1)), draws.stroke)


def _places(coordinate: jax.Array, size: int) -> jax.Array:
    """Return places in the framed image, in fractions of a pixel; int32, kept inside the frame."""
    last = size + 1 - 1 / _FRACTION
    return (jnp.clip(coordinate, 0, last) * _FRACTION).astype(jnp.int32)


def _interpolate(words: jax.Array, across: jax.Array, down: jax.Array) -> jax.Array:
    """Interpolate between the four grey levels of each word, by the fractions of a pixel across and down."""
    words = words.astype(jnp.int32)
    upper_left, upper_right, lower_left, lower_right = ((words >> shift) & 255 for shift in (0, 8, 16, 24))
    upper = upper_left * _FRACTION + (upper_right - upper_left) * across
    lower = lower_left * _FRACTION + (lower_right - lower_left) * across
    grey = upper * _FRACTION + (lower - upper) * down
    return grey.astype(jnp.float32) * np.float32(1 / (255 * _FRACTION**2))


def _stroke(grey: jax.Array, change: jax.Array) -> jax.Array:
    """Move the edges of strokes: outwards by steepening the grey from the dark end, inwards from the bright end."""
    cut = jnp.clip(-change, 0, _MOST_CUT)
    gain = (1 + jnp.maximum(change, 0)) / (1 - cut)
    return jnp.clip((grey - cut) * gain, 0, 1)


def deformed(
    images: npt.NDArray[np.uint8], deformation: Deformation, seed: int, strength: float = 1.0
) -> npt.NDArray[np.uint8]:
    """Return a deformed copy of each image.

    Args:
        images: uint8 (n, height, width), ink bright.
        deformation: how strongly.
        seed: the same seed gives the same copies.
        strength: how many times as strongly as that.

    Returns:
        uint8 (n, height, width), ink bright.

    Raises:
        DataError: they are too many.

    """
    n, height, width = images.shape
    packed, made_of = pack(images), functions(deformation, (height, width))
    draws = draw(deformation, jax.random.key(seed), n, strength)
    grey = jax.jit(resample)(packed, np.arange(n, dtype=np.int32), draws, made_of)
    levels: npt.NDArray[np.uint8] = np.rint(np.asarray(grey) * 255).astype(np.uint8)
    return levels.reshape(images.shape)
