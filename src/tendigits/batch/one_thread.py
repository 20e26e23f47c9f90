"""One thread to calculate with: the other cores have processes of their own."""

__all__ = ["VARIABLES", "use_one_thread"]

VARIABLES = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""In the environment of a process that reads blocks, as NumPy looks there when it is imported."""


def use_one_thread() -> None:
    """Have OpenCV and PyArrow use no more threads than NumPy does."""
    import cv2  # noqa: PLC0415 - with all that it may print
    import pyarrow as pa  # noqa: PLC0415 - likewise

    cv2.setNumThreads(1)
    pa.set_cpu_count(1)
