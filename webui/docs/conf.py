"""How are the reference pages made? ``make docs`` writes them to var/docs; the tests build them with every warning an
error.
"""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "timtin"
author = "The timtin authors"
copyright = "The timtin authors"  # noqa: A001  # Sphinx's name for it
version = release = version_of("timtin")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.doctest", "sphinx.ext.viewcode"]
templates_path: list[str] = []
html_theme = "furo"
html_title = f"timtin {version}"
html_static_path: list[str] = []

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True, "show-inheritance": True}
python_use_unqualified_type_names = True
add_module_names = False

# The examples of the tutorials; those of the docstrings have tests of their own.
doctest_test_doctest_blocks = ""
