"""The folder of a portal: links that lead somewhere, the same bytes, refused folders, one zone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from yngis.catalogue import file_checksum
from yngis.errors import LayerError
from yngis.report.portal import run, site_folder, write_portal
from yngis.report.portal.archive_reading import editions_until
from yngis.report.portal.kept_parts import digest_parts
from yngis.report.portal.lines import portal_lines

# One process imports once, and forks the runs that it kills; they write for two audiences in turn.
_KILLED = """
import json, os, signal, sys, time
from pathlib import Path
from yngis.catalogue import file_checksum
from yngis.report.portal import write_portal
archive, home = sys.argv[1:]
for number, delay in enumerate((0.05, 0.3, 0.8, 1.3, 1.8)):
    run = os.fork()
    if run == 0:
        write_portal(archive, home, audience=("internal", "shared")[number % 2], figures=False)
        os._exit(0)
    time.sleep(delay)
    os.kill(run, signal.SIGKILL)
    os.waitpid(run, 0)
    files = [path for path in Path(home).rglob("*") if path.is_file()]
    print(json.dumps({path.relative_to(home).as_posix(): file_checksum(path) for path in files}))
"""
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
    made = write_portal(three_years, tmp_path / "other", figures=False)
    files = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    for name, content in files.items():
        assert (tmp_path / "other" / name).read_bytes() == content, name
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "other").rglob("*") if p.is_file()}
    again = write_portal(three_years, tmp_path / "other", figures=False)
    assert again.site.written == again.site.removed == ()
    assert set(again.site.kept) == set(made.site.written)
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_what_rests_on_the_same_inputs_is_not_made_again(
    three_years: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "site"
    first = write_portal(three_years, home, figures=False)

    def refuse(*_given: object, **_more: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(run, "read_archive_view", refuse)
        again = write_portal(three_years, home, figures=False)
    assert again.site.kept == first.site.written
    assert list(portal_lines(again))[1:] == list(portal_lines(first))[1:]
    # A layer that somebody touched is made again, and nothing else.
    layer = next((home / "zones").glob("*.gpkg"))
    whole = layer.read_bytes()
    layer.unlink()
    layer.write_bytes(whole[:-1] + b"x")
    monkeypatch.setattr(run, "zone_files", refuse)
    assert write_portal(three_years, home, figures=False).site.written == (f"zones/{layer.name}",)
    assert layer.read_bytes() == whole
    told = []
    for year in (2025, 2024):
        wanted = {**first.record["options"], "year": year}
        told.append(digest_parts(three_years, editions_until(three_years, year)[1], wanted))
    made_of = first.record["made_of"]
    assert made_of == {name: told[0][name] for name in ("pages", "reports", "cards", "layers")}
    assert not set(made_of.values()) & {told[1][name] for name in made_of}


def test_a_folder_of_other_files_is_refused(three_years: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(LayerError, match="--to"):
        write_portal(three_years, tmp_path / "mine", figures=False)
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_a_run_that_is_killed_leaves_one_whole_site(site: Path, three_years: Path) -> None:
    """Killed at any moment, the folder is one site or the other, file by file."""
    home = site.parent / "killed"
    write_portal(three_years, home, audience="shared", figures=False)
    wholes = [_digests(home), _digests(site)]
    assert wholes[0] != wholes[1]
    told = subprocess.run(
        [sys.executable, "-c", _KILLED, str(three_years), str(home)],
        capture_output=True,
        text=True,
        check=True,
    )
    states = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(states) == 5
    assert all(state in wholes for state in states)
    write_portal(three_years, home, figures=False)
    assert _digests(home) == wholes[1]
    assert [each.name for each in home.parent.iterdir() if each.name.startswith(".yngis-")] == []


def test_where_folders_cannot_change_places_files_are_moved(
    site: Path, three_years: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = site.parent / "moved"
    write_portal(three_years, home, audience="shared", figures=False)
    monkeypatch.setattr(site_folder, "exchange_folders", lambda _one, _other: False)
    (home / "笔记.txt").write_text("自己的", encoding="utf-8")
    made = write_portal(three_years, home, figures=False)
    assert made.site.written
    assert (home / "笔记.txt").read_text(encoding="utf-8") == "自己的"
    (home / "笔记.txt").unlink()
    assert _digests(home) == _digests(site)


def test_files_of_the_user_stay(site: Path, three_years: Path) -> None:
    home = site.parent / "noted"
    write_portal(three_years, home, audience="shared", figures=False)
    (home / "zones" / "笔记.txt").write_text("自己的", encoding="utf-8")
    write_portal(three_years, home, figures=False)
    assert (home / "zones" / "笔记.txt").read_text(encoding="utf-8") == "自己的"


def _digests(home: Path) -> dict[str, str]:
    files = [path for path in home.rglob("*") if path.is_file()]
    return {path.relative_to(home).as_posix(): file_checksum(path) for path in files}
