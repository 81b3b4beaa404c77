"""What the pages say: the archive's own numbers, what became of zones, and nothing hostile."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from yngis.analysis.audit.ratios import QUANTITIES, RATIOS
from yngis.analysis.change import KINDS, SUSPECTS
from yngis.errors import LayerError, SpecError
from yngis.report.archive import add_runs, create_archive
from yngis.report.page import cell_as_text
from yngis.report.portal import figures, read_archive_view, write_portal
from yngis.report.portal.audience import read_audiences
from yngis.report.portal.measures import measures_at_hand, read_measures
from yngis.report.portal.zone_pages.zone_page import make_zone_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from yngis.report.portal import PortalWritten

GAOXIN, JINGKAI, GREEN = "YN-001", "YN-002", "云南富民绿色产业园区"
OLD = "云南富民产业园区"


def _page(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


def _text(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def _rows(page: str, caption: str) -> list[list[str]]:
    """Cells of the table under a caption, as texts."""
    table = page[page.index(f"<caption>{caption}") :].split("</table>", maxsplit=1)[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row) for row in rows]
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row] for row in cells]


def _archive_rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{archive / 'archive.db'}?mode=ro", uri=True)) as book:
        return book.execute(query).fetchall()


def test_every_value_of_the_years_is_the_archives_own(site: Path, three_years: Path) -> None:
    query = (
        "SELECT v.kind, v.measure, v.zone_id, v.year, v.value FROM (SELECT e.kind, e.year, value.*"
        " FROM value JOIN current_edition e USING (edition_id)) v WHERE v.zone_id IS NOT NULL"
    )
    stored = {tuple(row[:4]): row[4] for row in _archive_rows(three_years, query)}
    data = re.search(r'id="map">(.*?)</script>', _page(site, "index.html"))
    assert data is not None
    drawn = {each["id"]: each["values"] for each in json.loads(data[1])["measures"]}
    seen = 0
    for measure in read_measures():
        if measure.id not in drawn:
            continue
        for page in sorted((site / "zones").glob("YN-???.html")):
            table = page.read_text(encoding="utf-8")
            if "<caption>历年各项" not in table:
                continue
            heads, *rows = _rows(table, "历年各项")
            (own,) = [row for row in rows if row[0] == measure.header]
            for year, cell in zip(heads[1:], own[1:], strict=True):
                value = stored.get((measure.kind, measure.measure, page.stem, int(year)))
                wanted = None if value is None else cell_as_text(value, measure.form)
                assert cell == wanted or (wanted is None and cell.startswith("缺数据：")), page
                # The index draws the same from its data.
                assert drawn[measure.id][year][page.stem][0] == cell
                seen += wanted is not None
    # 疑似闲置率 and 疑似闲置面积 of three zones in two years and of two in the third.
    assert seen == 2 * (3 + 3 + 2)


def test_rankings_and_prefectures_hold_the_archives_own_values(
    portal: PortalWritten, site: Path, three_years: Path
) -> None:
    query = (
        "SELECT e.kind, v.measure, v.zone_id, v.value FROM value v JOIN current_edition e"
        " USING (edition_id) WHERE e.year = 2025 AND v.zone_id IS NOT NULL AND v.value IS NOT NULL"
    )
    stored = {tuple(row[:3]): row[3] for row in _archive_rows(three_years, query)}
    zones = {zone.name: zone for zone in portal.view.zones}
    shown = measures_at_hand(portal.view)
    pages = list((site / "prefectures").glob("YN-*.html"))
    seen = 0
    for measure in shown:
        ranked = _rows(_page(site, f"measures/{measure.id}.html"), "2025 年 ")[1:]
        tables = [_rows(page.read_text(encoding="utf-8"), "2025 年") for page in pages]
        place = tables[0][0].index(measure.header)
        listed = {row[0]: row[place] for table in tables for row in table[1:]}
        for row in ranked:
            value = stored[measure.kind, measure.measure, zones[row[0]].zone_id]
            assert row[3] == listed[row[0]] == cell_as_text(value, measure.form)
            seen += 1
        others = [cell for name, cell in listed.items() if name not in {row[0] for row in ranked}]
        assert all(cell.startswith("缺数据：") for cell in others)
    assert seen == 2 * len(shown) == 4


def test_areas_and_rates_of_a_zone_are_the_archives_own(site: Path, three_years: Path) -> None:
    query = (
        "SELECT v.zone_id, v.measure, v.value, v.numerator, v.denominator FROM value v"
        " JOIN current_edition e USING (edition_id) WHERE e.year = 2025 AND v.zone_id IS NOT NULL"
        " AND v.value IS NOT NULL"
    )
    for zone, name, *numbers in _archive_rows(three_years, query):
        page = _page(site, f"zones/{zone}.html")
        if name in RATIOS:
            (row,) = [row for row in _rows(page, "比率") if row[0] == RATIOS[name].zh]
            forms = ("share", "number", "number")
            assert row[1:4] == [
                cell_as_text(each, form) for each, form in zip(numbers, forms, strict=True)
            ]
        else:
            words = QUANTITIES[name.removesuffix("_ha")]
            (row,) = [row for row in _rows(page, "面积") if row[0] == words]
            assert row[1] == cell_as_text(numbers[0], "number")


def test_other_results_stand_on_the_page_as_they_are_stored(
    result_folders: Callable[..., list[Path]], tmp_path: Path
) -> None:
    """Red lines, change, clusters and disposal of one zone, every number its own."""
    name, archive = "昆明高新技术产业开发区", tmp_path / "archive"
    tables = {
        "conflicts/zones.csv": "zone,any_ha,any_share,forbid_ha,condition_ha,no_data_ha,note\n"
        f"{name},2.51,0.1234,1.52,0.99,,",
        "conflicts/findings.csv": "level,name,zone,layer,layer_zh,area_ha,share,effect_zh,"
        f"applies_zh,article\n开发区,{name},,farmland,永久基本农田,2.49,0.1231,禁止,是,第三十五条",
        "change/change.csv": f"zone,kind,area_m2\n{name},newly_built,45600\n{name},abandoned,7800",
        "change/suspects.csv": f"zone,kind,area_m2\n{name},supplied_early,1200",
        "cluster/tables/zones.csv": "zone,plants,size,herfindahl,krugman,leading_lq,leading_share,"
        f"leading_industry,assigned,verdict\n{name},1234,9,0.2,0.3,3.21,0.45,新材料,新材料,相符",
        "disposal/disposal.csv": "level,place,year,stock_m2,added_m2,disposed_m2,rate,needed_m2,"
        f"per_year_m2\nzone,{name},2025,98700,6500,4300,0.0436,2100,500",
    }
    create_archive(archive, first_day="2021-01-01")
    add_runs(archive, result_folders(tmp_path, tables), year=2025)
    view = read_archive_view(archive, figures=False)
    (page,) = dict(make_zone_page(view, view.zone_of(GAOXIN))).values()
    text = re.sub(r"\s+", " ", _text(page))
    told = (
        *("涉及面积 2.51 公顷", "占全区 12.34%", "其中禁止 1.52 公顷", "其中有条件 0.99 公顷"),
        *("无数据 缺数据：结果中为空", "永久基本农田 2.49 12.31% 禁止 是 第三十五条"),
        *("区位商最高 新材料", "区位商 3.21", "企业数 1,234", "与规划相比 相符"),
    )
    assert [each for each in told if each not in text] == []
    # Hectares on the page, square metres in the results.
    assert [row for row in _rows(page, "变化和疑点") if len(row) > 1][1:] == [
        [KINDS["newly_built"], "4.56"],
        [KINDS["abandoned"], "0.78"],
        [SUSPECTS["supplied_early"], "0.12"],
    ]
    disposal = {row[0]: row[1] for row in _rows(page, "存量处置") if len(row) > 1}
    assert disposal["年初存量（公顷）"] == "9.87"
    assert disposal["处置率"] == "4.36%"
    assert disposal["任务尚差（公顷）"] == "0.21"


def test_rates_stand_with_numerator_and_denominator(site: Path) -> None:
    rows = _rows(_page(site, f"zones/{GAOXIN}.html"), "比率")
    (idle,) = [row for row in rows if row[0] == "疑似闲置率"]
    # 8 ha of 40 ha in 2025.
    assert idle[1:4] == ["20.00%", "8.00", "40.00"]
    (missing,) = [row for row in rows if row[0] == "批而未供率"]
    assert missing[1].startswith("缺数据：没有批准数据")


def test_a_rename_is_followed_through_three_years(site: Path) -> None:
    pages = [path.read_text(encoding="utf-8") for path in (site / "zones").glob("YN-???.html")]
    (page,) = [page for page in pages if f"<h1>{GREEN}</h1>" in page]
    text = _text(page)
    assert "曾用名" in text
    assert OLD in text
    assert _rows(page, "历年各项")[-1][2] == "更名"
    # 4, 6 and 8 ha, and two (one in 2025) for its place in the list, of 40 ha.
    (rate,) = [row for row in _rows(page, "历年各项") if row[0] == "疑似闲置率"]
    assert rate[1:] == ["15.00%", "20.00%", "22.50%"]
    # Other rules in 2025: told, and the line is broken there.
    (breaks,) = [row for row in _rows(page, "历年各项") if row[0].startswith("口径变化")]
    assert breaks[3] == "≠ 规则"


def test_a_merger_is_told_on_both_pages(site: Path) -> None:
    gone = _text(_page(site, f"zones/{JINGKAI}.html"))
    assert "2025-02-01 起已并入他区" in gone
    rows = _rows(_page(site, f"zones/{JINGKAI}.html"), "历年各项")
    (rate,) = [row for row in rows if row[0] == "疑似闲置率"]
    assert rate[1:] == ["12.50%", "17.50%", "缺数据：2025-02-01 起已并入他区"]
    assert "他区并入" in _text(_page(site, f"zones/{GAOXIN}.html"))


def test_records_stand_with_their_evidence_and_their_years(site: Path) -> None:
    rows = _rows(_page(site, f"zones/{GAOXIN}.html"), "逐宗")
    assert len(rows) == 1 + 2
    assert rows[1][0] == "SECRET-昆明高新技术产业开发区-0"
    assert rows[1][7] == "2023 疑似闲置 → 2024 疑似闲置 → 2025 疑似闲置"
    assert 'class="zonemap"' in _page(site, f"zones/{GAOXIN}.html")


def test_hostile_words_are_inert_in_every_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text, page.name
        assert "<b onclick" not in text, page.name
        policy = re.search(r"script-src ([^;]*);", text)
        assert policy is not None
        # Every script that runs is named by its hash.
        assert policy[1].count("sha256-") == len(re.findall(r"<script>", text))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in _page(site, f"zones/{GAOXIN}.html")


def _file_text(path: Path) -> str:
    """All that a file says, the parts of a workbook too."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return path.read_bytes().decode("utf-8", "replace")  # a GeoPackage holds its texts as they are


def test_shared_shows_no_value_of_a_column_that_is_not_allowed(
    three_years: Path, tmp_path: Path
) -> None:
    made = write_portal(three_years, tmp_path / "shared", audience="shared", figures=False)
    seen = read_audiences()["shared"]
    files = [path for path in (tmp_path / "shared").rglob("*") if path.is_file()]
    text = "".join(map(_file_text, files))
    # Numbers of records, and all that stands in columns of free words.
    assert "SECRET" not in text
    columns = "record_key, record_id, supervision_no, contract_no, parcel_no"
    for row in _archive_rows(three_years, f"SELECT {columns} FROM finding"):  # noqa: S608 - our own words
        assert not any(cell in text for cell in row)
    assert 'class="zonemap"' not in text
    assert not (tmp_path / "shared" / "zones" / f"{GAOXIN}-parcels.html").exists()
    assert made.view.findings.columns.tolist() == list(seen.findings)
    assert made.view.shapes.empty
    assert "audit/supply_findings.csv" in made.view.dropped or "finding" in made.view.dropped


def test_one_zone_alone_is_written_again(
    three_years: Path, tmp_path: Path, dropped_page: Callable[[Path, str], None]
) -> None:
    site = tmp_path / "site"
    with pytest.raises(LayerError, match="没有门户"):
        write_portal(three_years, site, zone=GAOXIN, figures=False)
    write_portal(three_years, site, figures=False)
    whole = _page(site, "index.html")
    dropped_page(site, f"zones/{GAOXIN}.html")
    # By its number, its name, a former one.
    again = write_portal(three_years, site, zone=GAOXIN.lower(), figures=False)
    assert again.site.written == (f"zones/{GAOXIN}.html",)
    assert _page(site, "index.html") == whole
    assert read_archive_view(three_years).zone_of(OLD).name == GREEN
    with pytest.raises(LayerError, match="internal"):
        write_portal(three_years, site, zone=GAOXIN, audience="shared", figures=False)
    with pytest.raises(LayerError, match="昆明经济技术开发区"):
        write_portal(three_years, site, zone="昆明经济技术开区", figures=False)
    with pytest.raises(SpecError, match="shared"):
        write_portal(three_years, site, audience="shard", figures=False)


def test_a_year_shows_nothing_that_came_later(three_years: Path) -> None:
    view = read_archive_view(three_years, year=2023)
    assert view.years == (2023,)
    assert {zone.name for zone in view.zones if zone.former} == set()
    assert view.measured["year"].unique().tolist() == [2023]
    # Neither the rename of 2024 nor the merger of 2025 had happened.
    assert view.lineage.empty
    assert set(view.names["name_zh"]) >= {OLD}
    assert GREEN not in set(view.names["name_zh"])
    assert not view.names["valid_to"].any()
    assert {zone.ended for zone in view.zones} == {""}
    later = read_archive_view(three_years, year=2024)
    assert later.lineage["day"].tolist() == ["2024-03-01"]
    assert GREEN in set(later.names["name_zh"])
    assert {zone.ended for zone in later.zones} == {""}
    assert view.compared is None
    assert later.compared is not None
    with pytest.raises(LayerError, match="2023、2024、2025"):
        read_archive_view(three_years, year=2031)


def test_what_reads_the_same_has_the_same_place_and_class() -> None:
    rate, score, rank = (
        next(each for each in read_measures() if each.id == name)
        for name in ("idle_rate", "score", "rank")
    )
    # Areas that were added up in another order differ in the sixth digit.
    assert rate.drawn_number(0.437502) == rate.drawn_number(0.437498) == 43.75
    assert rate.text_of(0.437502) == rate.text_of(0.437498) == "43.75%"
    assert (score.drawn_number(61.004), rank.drawn_number(12.0)) == (61.0, 12.0)


def test_figures_of_the_plan_are_linked_where_they_are_drawn(
    three_years: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_drawn_figures", lambda: (("figures/fig01.html", b"x"),))
    view = read_archive_view(three_years)
    assert dict(figures.draw_figures(view)) == {"figures/fig01.html": b"x"}
    assert "图11" in dict(figures.make_figures(view))["figures.html"]
    page = dict(make_zone_page(view, view.zone_of("YN-001")))["zones/YN-001.html"]
    # 昆明高新区 lies in 一核, and the plan names it for four industries.
    drawn = re.findall(r'href="../figures/fig(\d\d).html"', page)
    assert drawn == ["01", "02", "05", "06", "07", "09"]
    bare = read_archive_view(three_years, figures=False)
    assert [*figures.make_figures(bare), *figures.draw_figures(bare)] == []
    assert figures.enter_figures(bare) is None
