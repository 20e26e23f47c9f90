"""Run the Python examples of a page one after the other, as one program: `run_python.py EXAMPLES.json`.

Each is compiled with its page's name and its line there, so that an error names the place.
"""

import json
import sys
from pathlib import Path

names = {"__name__": "__main__"}
for page, line, code in json.loads(Path(sys.argv[1]).read_text()):
    exec(compile("\n" * (line - 1) + code, page, "exec"), names)  # noqa: S102 - the project's own pages
