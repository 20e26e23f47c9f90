"""How the validation set is cut: into larger batches than the training set, as no step depends on the one before."""

__all__ = ["VALIDATION_BATCH"]

VALIDATION_BATCH = 1000
"""Examples a batch; the figures of the whole set do not depend on it."""
