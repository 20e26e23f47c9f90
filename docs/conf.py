"""How the book is made: Sphinx with MyST-NB and Furo. `make docs` builds docs/_build/html, and asks no network."""

import os
import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "tendigits"
author = "the authors of tendigits"
project_copyright = author
release = metadata.version("tendigits")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "arrays",
    "command_line",
    "elsewhere",
]
exclude_patterns = ["_build", "_ext"]

# A notebook runs when its page is read; an error that its page does not announce ends the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
os.environ.setdefault("NPROC", "1")  # what they train is small: one thread is quicker than two, and less in the way
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = "tendigits"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#2f5f8f", "color-brand-content": "#2f5f8f"},
    "dark_css_variables": {"color-brand-primary": "#8ab6e0", "color-brand-content": "#8ab6e0"},
}
copybutton_exclude = ".linenos, .gp, .go"
