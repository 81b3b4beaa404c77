"""Every link and anchor of the documentation leads somewhere, and every page is in the site."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "layers" / "SOURCES.md")
    if not {"generated", "_build"} & set(path.parts)
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```", re.DOTALL)


def _anchor(heading: str) -> str:
    """Anchor of a heading, as sites that show Markdown make it."""
    text = unicodedata.normalize("NFC", re.sub(r"[`*]", "", heading)).strip().lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text))


def _anchors(path: Path) -> set[str]:
    text = _CODE.sub("", path.read_text(encoding="utf-8"))
    return {_anchor(match) for match in re.findall(r"^#+\s+(.*)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for one, other in _LINK.findall(text):
        target, _, anchor = (one or other).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = (page.parent / target).resolve() if target else page
        if not place.exists() or (
            anchor and place.suffix == ".md" and anchor not in _anchors(place)
        ):
            broken.append(one or other)
    assert broken == []


def test_every_page_is_in_the_site() -> None:
    """A page that no table of contents names would be built and never found."""
    docs = ROOT / "docs"
    named = {"index", "decisions/README"}
    for page in (path for path in PAGES if path.is_relative_to(docs)):
        for block in re.findall(
            r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            for line in block.splitlines():
                if line and not line.startswith(":"):
                    place = (page.parent / line).resolve()
                    named.add(place.relative_to(docs).as_posix())
    held = {
        path.relative_to(docs).with_suffix("").as_posix()
        for path in PAGES
        if path.is_relative_to(docs) and path.parent.name != "decisions"
    }
    assert held - named == set()
