"""Muon for small dense layers: Keras's own, with its iteration on a small matrix instead of a large one.

Muon steps along the momentum's nearest semi-orthogonal matrix, approximated by a Newton-Schulz iteration (Jordan et al.
2024, "Muon: an optimizer for hidden layers in neural networks"; scaled as in Liu et al. 2025, arXiv:2502.16982, section
2.2). Each iterate is the momentum times a polynomial of its Gram matrix, so the iteration can run on
the Gram matrix: 128x128 for the first layer of the tutorial's network, where Keras multiplies 128x784 matrices. The
result is the same to rounding, for less than half of the arithmetic.
"""

from typing import Any

import keras
from keras import ops

__all__ = ["GramMuon"]

_EPSILON = 1e-14


class GramMuon(keras.optimizers.Muon):  # type: ignore[misc]  # Keras has no types
    """Keras's Muon, faster for matrices that are far from square."""

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
        """Return the matrix, float32 (m, n), with its singular values brought near to 1 in so many steps."""
        is_tall = x.shape[0] >= x.shape[1]
        gram = ops.transpose(x) @ x if is_tall else x @ ops.transpose(x)
        square = ops.trace(gram) + _EPSILON  # of the Frobenius norm: with it divided out, no singular value is above 1
        polynomial = self._polynomial(gram / square, steps)
        return (x @ polynomial if is_tall else polynomial @ x) / ops.sqrt(square)

    def _polynomial(self, gram: Any, steps: int) -> Any:
        """Return what the normalised matrix is multiplied by, a polynomial of its Gram matrix."""
        identity = ops.eye(gram.shape[0], dtype=gram.dtype)
        product = None
        for _ in range(steps):
            step = self.muon_a * identity + self.muon_b * gram + self.muon_c * (gram @ gram)
            product = step if product is None else product @ step  # XLA would multiply by the identity, too
            gram = step @ gram @ step
        return identity if product is None else product
