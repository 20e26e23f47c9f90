"""Matrix products of bfloat16 operands, summed in float32: what a training step spends its time on, faster.

Processors with matrix units (AMX, since 2023) multiply bfloat16 five times as fast as float32; of a whole epoch that
takes a tenth for the tutorial's network and almost half for a wide one (benchmarks/epoch.md). On others XLA would turn
bfloat16 back into float32 before each product, which made that epoch 1.15 and 1.29 times as long on an AMD EPYC; there
operands are rounded and stay float32 (1.03 and 0.97 times). Both compute the same, but for the order of sums.

Rounding the operands of products, and nothing else, keeps weights, gradients, statistics and sums in float32
(Micikevicius et al. 2018, "Mixed precision training"; Kalamkar et al. 2019, "A study of BFLOAT16 for deep learning
training").

Keras's own policy for this, ``mixed_bfloat16``, also rounds what a product gives, which XLA has no fast product for on
processors, and makes a model that is no longer the tutorial's. So the rounding is applied to the traced step instead,
by an interpreter of its jaxpr: the model, its loss and its optimizer know nothing of it.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import Jaxpr, JaxprEqn, Literal
from jax.extend.core.primitives import dot_general_p, jit_p

__all__ = ["has_matrix_units", "products_in_bfloat16"]


def products_in_bfloat16(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that computes the same with the operands of its float32 matrix products rounded to bfloat16.

    To be traced, inside ``jax.jit``; products inside loops, conditions and custom derivatives stay as they are.
    """

    def rounded(*args: Any) -> Any:
        traced, results = jax.make_jaxpr(function, return_shape=True)(*args)
        values = _evaluate(traced.jaxpr, traced.consts, jax.tree.leaves(args))
        return jax.tree.unflatten(jax.tree.structure(results), values)

    return rounded


def _evaluate(jaxpr: Jaxpr, consts: Sequence[Any], arguments: Sequence[Any]) -> list[Any]:
    """Interpret a jaxpr, equation by equation."""
    values = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*consts, *arguments], strict=True))

    def read(atom: Any) -> Any:
        return atom.val if isinstance(atom, Literal) else values[atom]

    for equation in jaxpr.eqns:
        results = _apply(equation, [read(atom) for atom in equation.invars])
        values.update(zip(equation.outvars, results, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _apply(equation: JaxprEqn, operands: list[Any]) -> list[Any]:
    primitive: Any = equation.primitive
    if primitive is jit_p:  # a function of jax.numpy: products stand in it
        inner = equation.params["jaxpr"]
        return _evaluate(inner.jaxpr, inner.consts, operands)
    if primitive is dot_general_p and _is_float32(equation, operands):
        lhs, rhs = map(_rounded, operands)
        dimensions = equation.params["dimension_numbers"]
        return [jax.lax.dot_general(lhs, rhs, dimensions, preferred_element_type=jnp.float32)]
    # Its context (`equation.ctx`) is of jax.compute_on and the like, which a training step does not use.
    results = primitive.bind(*operands, **primitive.get_bind_params(equation.params))
    return list(results) if primitive.multiple_results else [results]


def _rounded(operand: Any) -> Any:
    """Round float32 to what bfloat16 has: 8 bits of exponent, 7 of mantissa."""
    return operand.astype(jnp.bfloat16) if has_matrix_units() else jax.lax.reduce_precision(operand, 8, 7)


@cache
def has_matrix_units() -> bool:
    """Tell whether products of bfloat16 are faster than those of float32 on what JAX computes with.

    On graphics cards they are; of processors Linux says which have AMX, and elsewhere none is taken to.
    """
    if jax.default_backend() != "cpu":
        return True
    try:
        return "amx_bf16" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def _is_float32(equation: JaxprEqn, operands: Sequence[Any]) -> bool:
    """Tell whether a product takes and gives float32."""
    return all(value.dtype == jnp.float32 for value in (*operands, equation.outvars[0].aval))
