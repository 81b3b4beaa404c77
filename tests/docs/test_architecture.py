"""docs/architecture.md draws the house as it is: its table of rooms is held against the imports."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "yngis"


def _room(dotted: str) -> str:
    """Room of a module: its folder, ``report.audit``; what stands in the top folder is its own."""
    place = ROOT / Path(*dotted.split("."))
    folder = place if place.is_dir() else place.parent
    inside = folder.relative_to(PACKAGE).as_posix().replace("/", ".")
    return dotted.removeprefix("yngis.") if inside == "." else inside


def _imports() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        if path.parent == PACKAGE and path.name in {"__init__.py", "__main__.py"}:
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        own = _room(module.removesuffix(".__init__"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yngis."):
                found[own].add(_room(str(node.module)))
        found[own].discard(own)
    return found


def _drawn() -> dict[str, set[str]]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \|[^|]*\|([^|]*)\|$", text, re.MULTILINE)
    return {room: set(re.findall(r"`([a-z_.]+)`", other)) for room, other in rows}


def _outer(room: str) -> str:
    """Room that the table draws: rooms inside a room are its own affair."""
    return ".".join(room.split(".")[:2])


def test_the_drawing_shows_the_imports_as_they_are() -> None:
    expected: dict[str, set[str]] = defaultdict(set)
    for room, others in _imports().items():
        if room not in {"errors", "renamed"}:
            expected[_outer(room)] |= {_outer(other) for other in others} - {"errors", "renamed"}
            expected[_outer(room)].discard(_outer(room))
    lines = [
        f"{room}: {', '.join(f'`{name}`' for name in sorted(others))}"
        for room, others in sorted(expected.items())
        if _drawn().get(room) != others
    ]
    assert lines == []
    assert set(_drawn()) == set(expected)


def test_no_two_rooms_import_each_other_round_in_a_circle() -> None:
    """Rooms with rooms inside hold what orders the inner ones about, so those count by module."""
    real = _imports()
    inner = {room for room in real if any(other.startswith(f"{room}.") for other in real)}
    graph = {room: {o for o in others if o not in inner} for room, others in real.items()}
    graph = {room: others for room, others in graph.items() if room not in inner}
    done: set[str] = set()

    def visit(room: str, way: tuple[str, ...]) -> None:
        assert room not in way, " -> ".join((*way, room))
        if room not in done:
            for other in sorted(graph.get(room, ())):
                visit(other, (*way, room))
            done.add(room)

    for room in sorted(graph):
        visit(room, ())
