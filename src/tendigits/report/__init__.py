"""One self-contained HTML page about a run: how good the network is, where it is wrong, and what it was trained with.

The page needs no network, no script and no other file, and says so to the browser (Content-Security-Policy). Writing it
needs what evaluating needs: neither Keras nor Matplotlib.
"""

from tendigits.report.writing import write_report

__all__ = ["write_report"]
