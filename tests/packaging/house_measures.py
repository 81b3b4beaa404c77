"""
What can be measured of the house: names, private modules, folders, comments where code is hard.

``make check`` prints it; a goal that is missed is said and does not stop the gate.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "yngis"
HARD: Final = (
    "analysis/overlay/kernels/area_integrals.py",
    "analysis/overlay/area_scale.py",
    "analysis/overlay/kernels/edge_areas.py",
    "analysis/overlay/kernels/first_pass.py",
    "analysis/overlay/kernels/split_pass.py",
    "analysis/overlay/kernels/validity.py",
    "analysis/overlay/kernels/zone_edges.py",
    "analysis/overlay/kernels/zone_tree.py",
    "cartography/print/placing/candidates.py",
    "cartography/print/placing/collisions.py",
    "cartography/print/placing/framing.py",
    "cartography/print/placing/inset_choice.py",
    "cartography/print/placing/placement.py",
    "cartography/layers/packed.py",
)
"""Numerics and geometry that a reader cannot follow without the why."""


@dataclass(frozen=True)
class Measure:
    """
    One number and its goal.

    Parameters
    ----------
    name
        What is counted.
    value, goal
        The number, and the least or most that is wanted.
    at_least
        Whether the goal is a least.
    """

    name: str
    value: float
    goal: float
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        mark = "ok" if self.reached else "missed"
        return f"{self.name:62} {self.value:8.2f}   goal {sign} {self.goal:g}   {mark}"


def _modules() -> dict[Path, ast.Module]:
    return {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))
    }


def _words(name: str) -> int:
    return len([word for word in name.split("_") if word])


def _name_measures(modules: dict[Path, ast.Module]) -> list[Measure]:
    names: list[str] = []
    homes: dict[str, set[Path]] = defaultdict(set)
    for path, tree in modules.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("__"):
                if path.parent.name != "cli":  # a command's function is the command's name
                    names.append(node.name)
                homes[node.name].add(path)
    shared = sum(len(homes[name]) > 1 for name in names)
    return [
        Measure(
            "words per function name", sum(map(_words, names)) / len(names), 2.2, at_least=True
        ),
        Measure(
            "share of functions named as one in another module [%]", 100 * shared / len(names), 5
        ),
    ]


def _crossings(modules: dict[Path, ast.Module]) -> int:
    """Count imports of another package's private module."""
    count = 0
    for path, tree in modules.items():
        own = ".".join(path.parent.relative_to(ROOT).parts)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yngis"):
                home, _, last = str(node.module).rpartition(".")
                count += last.startswith("_") and home != own
    return count


def _comment_share(path: Path) -> float:
    """Comments per 100 lines of code; docstrings and the linter's marks count for neither."""
    text = path.read_text(encoding="utf-8")
    documented: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                documented |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    comments = [
        token
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
        and not token.string.startswith(("# noqa", "# type:", "# fmt"))
    ]
    lines = [
        line
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and number not in documented and not line.strip().startswith("#")
    ]
    return 100 * len(comments) / len(lines)


def measures() -> list[Measure]:
    """
    Measure the house.

    Returns
    -------
    measures
        Each with its goal.
    """
    modules = _modules()
    folders = Counter(path.parent for path in modules)
    hard = [_comment_share(PACKAGE / name) for name in HARD]
    return [
        *_name_measures(modules),
        Measure("imports of another package's private module", _crossings(modules), 0),
        Measure("modules in the fullest folder", max(folders.values()), 20),
        Measure(
            "comments per 100 lines where code is hard, the least", min(hard), 5, at_least=True
        ),
    ]


if __name__ == "__main__":
    found = measures()
    print("\n".join(map(str, found)))  # noqa: T201 - a script for the terminal
    sys.exit(0 if all(measure.reached for measure in found) else 1)
