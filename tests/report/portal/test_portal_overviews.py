"""Rankings, prefectures, changes and downloads of a portal: the numbers of the archive alone."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from yngis.report.archive import add_runs, create_archive, read_values
from yngis.report.portal import write_portal

GAOXIN, FUMIN = "YN-001", "YN-011"
NAMES = ("昆明高新技术产业开发区", "昆明经济技术开发区")

Audited = Callable[..., Path]


def _texts(page: str) -> str:
    """What a reader sees of a page."""
    seen = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", seen))


def _table_rows(page: str, caption: str) -> list[list[str]]:
    """Cells of the table under a caption."""
    table = next(
        each for each in re.findall(r"<table.*?</table>", page, re.DOTALL)
        if caption in each.partition("</caption>")[0]
    )  # fmt: skip
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[_texts(cell).strip() for cell in row] for row in cells]


def _file_content(path: Path) -> str:
    """All that a file says, quotes as they are; the parts of a workbook too."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            told = "".join(book.read(name).decode() for name in book.namelist())
    else:
        told = path.read_bytes().decode("utf-8", "replace")
    return unescape(told)


@pytest.fixture(scope="module")
def shared(three_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("shared") / "site"
    write_portal(three_years, home, audience="shared", figures=False)
    return home


def test_a_ranking_holds_the_numbers_of_the_archive_and_the_gaps_their_reasons(
    site: Path, three_years: Path
) -> None:
    page = (site / "measures" / "idle_rate.html").read_text(encoding="utf-8")
    held = read_values(three_years, measures=["idle_rate"]).set_index(["zone_id", "year"])
    heads, *rows = _table_rows(page, "2025 年")
    # By hand: 高新区 8 ÷ 40 and 富民 9 ÷ 40; the larger share stands first.
    assert [row[0] for row in rows] == ["云南富民绿色产业园区", "昆明高新技术产业开发区"]
    assert [row[1] for row in rows] == ["1", "2"]
    for row, zone in zip(rows, (FUMIN, GAOXIN), strict=True):
        value = held.loc[(zone, 2025)]
        numbers = [value["value"] * 100, value["numerator"], value["denominator"]]
        assert [float(row[at].rstrip("%")) for at in (3, 4, 5)] == pytest.approx(numbers)
        years = [held.loc[(zone, year), "value"] for year in (2024, 2023)]
        told = [float(cell.rstrip("%")) / 100 for cell in row[6:]]
        assert told == pytest.approx(years, abs=5e-5)
    assert heads[6:] == ["2024年", "2023年"]
    gaps = _table_rows(page, "个")
    merged = next(row for row in gaps if row[0] == "昆明经济技术开发区")
    assert merged[2] == "缺数据：2025-02-01 起已并入他区"
    assert not (site / "measures" / "unsupplied_rate.html").exists()  # no zone has a number


def test_changes_tell_breaks_first_then_zones_findings_and_values(site: Path) -> None:
    page = (site / "changes.html").read_text(encoding="utf-8")
    heads = [_texts(each).split()[0] for each in re.findall(r"<h2>(.*?)</h2>", page)]
    assert heads == ["口径", "开发区", "判定", "指标"]
    text = _texts(page)
    assert "national-2012" in text
    assert "并入" in text
    # Two records of the merged zone are gone: one idle, one completed.
    turns = {(row[1], row[2]): row[4] for row in _table_rows(page, "怎样变的")[1:]}
    assert turns == {("不再有", "疑似闲置（1）"): "1", ("不再有", "已竣工（1）"): "1"}


def test_a_prefecture_lists_its_zones_and_gaps_are_no_zeros(site: Path) -> None:
    text = _texts((site / "prefectures" / f"{GAOXIN}.html").read_text(encoding="utf-8"))
    assert "昆明高新技术产业开发区" in text
    assert "2025-02-01 起已并入他区" in text
    rows = _table_rows((site / "prefectures" / "index.html").read_text(encoding="utf-8"), "2025")
    assert [row[:2] for row in rows[1:2]] == [["昆明市", "12"]]


def test_downloads_hold_what_the_pages_show(site: Path) -> None:
    values = pd.read_csv(site / "data" / "values.csv")
    assert set(values["year"]) == {2023, 2024, 2025}
    with closing(sqlite3.connect(site / "data" / "zones.gpkg")) as book:
        row = book.execute("SELECT name, idle_rate, gaps FROM zones WHERE zone_id = ?", (FUMIN,))
        name, rate, gaps = row.fetchone()
        styles = book.execute("SELECT styleQML FROM layer_styles").fetchone()[0]
        count = book.execute("SELECT count(*) FROM zones WHERE idle_rate = 0").fetchone()[0]
    assert (name, rate) == ("云南富民绿色产业园区", pytest.approx(9 / 40))
    assert gaps == ""
    assert "renderer-v2" in styles
    assert count == 0  # zones without a number have none, not a zero


def test_where_no_zone_has_a_number_nothing_is_zero(tmp_path: Path, audit_folder: Audited) -> None:
    create_archive(tmp_path / "archive", first_day="2021-01-01")
    runs = [
        audit_folder(tmp_path / f"a{year}", year, NAMES[: year - 2023], 4.0, known=False)
        for year in (2024, 2025)
    ]
    add_runs(tmp_path / "archive", runs)
    made = write_portal(tmp_path / "archive", tmp_path / "site", figures=False)
    assert made.view.zone_measures == frozenset()  # land outside of all zones is none of them
    assert not (tmp_path / "site" / "measures").exists()
    sums = pd.read_csv(tmp_path / "site" / "data" / "finding_sums.csv")
    assert sums["area_ha"].isna().all()
    assert (sums["unknown"] == sums["records"]).all()
    page = (tmp_path / "site" / "changes.html").read_text(encoding="utf-8")
    heads, *rows = _table_rows(page, "怎样变的")
    assert heads[-1].startswith("另有面积不明")
    assert {(row[4], row[5], row[6]) for row in rows} == {("1", "—", "1")}


def test_nothing_of_single_records_leaves_the_office(site: Path, shared: Path) -> None:
    assert (site / "data" / "findings.csv").is_file()
    names = {path.name for path in (shared / "data").iterdir()}
    assert not names & {"findings.csv", "changes.csv", "audit_2025.gpkg"}
    # Numbers of records, sources of events, and the rules and files that results rest on.
    secrets = ["SECRET", "onclick=x", "云政复", "national-2012", '"own"']
    for path in filter(Path.is_file, shared.rglob("*")):
        content = _file_content(path)
        assert not [each for each in secrets if each in content], path
    for secret in secrets[:4]:
        assert any(secret in _file_content(path) for path in filter(Path.is_file, site.rglob("*")))
    # That the rules differ is told, not what they are.
    breaks = pd.read_csv(shared / "data" / "change_breaks.csv")
    assert breaks.columns.tolist() == ["kind", "what"]
    assert "规则 / rules" in set(breaks["what"])
    assert "SECRET" in (site / "changes.html").read_text(encoding="utf-8")
