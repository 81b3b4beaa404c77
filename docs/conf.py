"""Sphinx configuration: pages, notebooks and docstrings as one site that opens offline."""

from __future__ import annotations

import sys
from pathlib import Path

import yngis

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "yngis"
author = "The yngis developers"
copyright = author  # noqa: A001 - the name that Sphinx asks for
version = release = yngis.__version__
language = "zh_CN"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "reference_pages",
]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["_build", "_ext", "images/README.md"]

html_theme = "pydata_sphinx_theme"
html_title = "yngis 开发区工具"
html_theme_options = {
    "logo": {"text": "yngis"},
    "show_nav_level": 2,
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],  # the wide field broke the bar at 960 px
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "header_links_before_dropdown": 3,
}
html_show_sourcelink = False
html_show_sphinx = False
# The page sends nobody anywhere: no MathJax from a server, no fonts, no search service.
html_math_renderer = "mathml_none"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
# Outputs come from running the notebooks here; a notebook that fails fails the site.
nb_execution_mode = "cache"
nb_execution_timeout = 600
nb_execution_raise_on_error = True

autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
suppress_warnings = ["mystnb.unknown_mime_type"]
