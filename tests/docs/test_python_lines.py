"""Lines of Python in README and docs compile, and the public names take what they are given."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

import yngis

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = {
    f"{page.stem}-{at}": block
    for page in PAGES
    for at, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    )
}


def test_readme_and_docs_have_lines_of_python() -> None:
    pages = {name.rpartition("-")[0] for name in BLOCKS}
    assert {"README", "conflicts", "change", "disposal"} <= pages


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_names_are_there_and_take_what_they_are_given(block: str) -> None:
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("yngis"):
            home = importlib.import_module(str(node.module))
            assert all(hasattr(home, each.name) for each in node.names)
        if name := public_name(node):
            assert name in yngis.__all__
        if isinstance(node, ast.Call) and (name := public_name(node.func)):
            words = {each.arg: None for each in node.keywords if each.arg}
            taken = inspect.signature(getattr(yngis, name))
            # What stands behind ** is not known here, so that something may be wanting.
            whole = len(words) == len(node.keywords)
            (taken.bind if whole else taken.bind_partial)(*node.args, **words)


def public_name(node: ast.AST) -> str:
    """NAME of ``yngis.NAME``, empty of anything else."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return ""
    return node.attr if node.value.id == "yngis" else ""
