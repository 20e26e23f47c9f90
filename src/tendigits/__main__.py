"""``python -m tendigits``: the ``tendigits`` command."""

from tendigits.cli import main

main()
