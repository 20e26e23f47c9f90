"""The floor: the matrix products of epochs alone, at the shapes of a network. Prints one line of JSON.

    python floor.py [DIGITS] [BATCH] [HIDDEN] [EPOCHS]      # of the tutorial, 60000 32 128-64 10

Forward, weight gradients, and the gradients that pass to the first and second layer, for an epoch's batches, the last
of them smaller where they do not come out even; then the forward products of the 10,000 test digits in blocks of 1,000.
Nothing is added up but the last layer's test outputs: what a step has computed, the loop hands on in place of what the
step before had, and an epoch returns the last. XLA leaves no product out for that: as compiled, a step has all eight of
them, and a test block three.
"""

import json
import sys
import time
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np

DIGITS, BATCH, HIDDEN, EPOCHS = (*sys.argv[1:], *("60000", "32", "128-64", "10")[len(sys.argv) - 1 :])
BATCHES, LEFT = divmod(int(DIGITS), int(BATCH))
SIZES = (784, *map(int, HIDDEN.split("-")), 10)

random = np.random.default_rng(0)
weights = [jax.device_put(random.normal(size=shape, scale=0.05).astype(np.float32)) for shape in pairwise(SIZES)]
batches = jax.device_put(random.random((BATCHES, int(BATCH), 784), np.float32))
left = jax.device_put(random.random((LEFT, 784), np.float32))
test_blocks = jax.device_put(random.random((10, 1000, 784), np.float32))


@jax.jit
def epoch(weights, batches, left, test_blocks):
    w1, w2, w3 = weights

    def step(_, x):
        h1 = x @ w1
        h2 = jax.lax.optimization_barrier(h1) @ w2
        h3 = jax.lax.optimization_barrier(h2) @ w3
        d3 = jax.lax.optimization_barrier(h3)
        d2 = d3 @ w3.T
        d1 = jax.lax.optimization_barrier(d2) @ w2.T
        return (x.T @ jax.lax.optimization_barrier(d1), h1.T @ d2, h2.T @ d3), None

    def forward(total, x):
        h1 = jax.lax.optimization_barrier(x @ w1)
        return total + jax.lax.optimization_barrier(h1 @ w2) @ w3, None

    gradients, _ = jax.lax.scan(step, tuple(jnp.zeros_like(w) for w in weights), batches)
    of_left, _ = step(None, left) if LEFT else (None, None)
    total, _ = jax.lax.scan(forward, jnp.zeros((1000, 10)), test_blocks)
    return gradients, of_left, total


jax.block_until_ready(epoch(weights, batches, left, test_blocks))  # compiles
began = time.perf_counter()
for _ in range(int(EPOCHS)):
    jax.block_until_ready(epoch(weights, batches, left, test_blocks))
print(json.dumps({"fit_seconds": time.perf_counter() - began}))
