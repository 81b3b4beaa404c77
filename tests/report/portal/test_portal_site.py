"""The folder of a portal: links that lead somewhere, the same bytes, refused folders, one zone."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from yngis.errors import LayerError
from yngis.report.portal import write_portal

_LINK = re.compile(r'href="([^"#]+)(?:#[^"]*)?"')


def _pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_link_leads_to_a_file_of_the_site(site: Path) -> None:
    pages = _pages(site)
    assert len(pages) >= 64
    for page in pages:
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            assert (page.parent / unquote(link)).is_file(), (page.name, link)


def test_no_page_names_a_host(site: Path) -> None:
    for page in _pages(site):
        text = page.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text, re.IGNORECASE), page


def test_the_same_archive_gives_the_same_bytes_and_writes_nothing_again(
    site: Path, three_years: Path, tmp_path: Path
) -> None:
    made = write_portal(three_years, tmp_path / "other")
    files = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    for name, content in files.items():
        assert (tmp_path / "other" / name).read_bytes() == content, name
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "other").rglob("*") if p.is_file()}
    again = write_portal(three_years, tmp_path / "other")
    assert again.site.written == again.site.removed == ()
    assert set(again.site.kept) == set(made.site.written)
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_a_folder_of_other_files_is_refused(three_years: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(LayerError, match="--to"):
        write_portal(three_years, tmp_path / "mine")
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["notes.txt"]
