"""Downloads of a portal (下载): tables for programs, a workbook, GeoPackages with their style."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.report.archive import read_edition_folder
from yngis.report.archive.declared import kind_titles
from yngis.report.audit.wording import IDLE_CLASSES
from yngis.report.book import new_book
from yngis.report.csv_writer import DIGITS, write_csv_rows
from yngis.report.deliver.gpkg import write_styled_geopackage
from yngis.report.deliver.source_notes import source_notes
from yngis.report.deliver.sources import layers_of_results
from yngis.report.output_tables import OutputColumn
from yngis.report.page import Section, plain_table
from yngis.report.portal.kit import IndexEntry, link_page, render_portal_page, site_title
from yngis.report.portal.measures import (
    measure_rows,
    measures_at_hand,
    sum_known_areas,
    zone_gaps_text,
    zone_number,
)
from yngis.report.portal.overviews.zone_layer import zone_layer
from yngis.report.workbook import ReportBook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from yngis.report.portal.measures import Measure
    from yngis.report.portal.view import ArchiveView

_PATH: Final = "data/index.html"
_DRAWN: Final = ("audit", "intensity")
"""Kinds whose last results are handed over as a map to those who may see single records."""

_SUMS: Final = ["kind", "year", "zone_id", "finding", "class"]
_LINEAGE: Final = {
    "kind": "类型",
    "zone_id": "编号",
    "other_id": "对方编号",
    "day": "日期",
    "before": "原",
    "after": "新",
    "source": "依据",
}
_WIDE: Final = 34.0


class Download(NamedTuple):
    """
    A file that can be taken from the portal (下载).

    Attributes
    ----------
    path
        Within the portal.
    told
        What it holds.
    content
        Its bytes.
    """

    path: str
    told: str
    content: bytes


def enter_data(_view: ArchiveView) -> IndexEntry:
    """Link of the index to the downloads (入口)."""
    return IndexEntry(_PATH, "下载：CSV、Excel、GeoPackage", "downloads")


def make_data(view: ArchiveView) -> Iterator[tuple[str, str | bytes]]:
    """
    Write the downloads, and the page that lists them (下载).

    Parameters
    ----------
    view
        The archive; of it only what the audience may see.

    Yields
    ------
    name, content
        Files; the same archive gives the same bytes.
    """
    lines = []
    with temporary_folder() as folder:
        for each in _all_downloads(view, folder):
            lines.append(
                [
                    link_page(_PATH, each.path, each.path.rpartition("/")[2]),
                    each.told,
                    f"{math.ceil(len(each.content) / 1024):,}",
                ]
            )
            yield each.path, each.content
    seen = view.audience
    limits = () if seen.records else (
        "可外发：不含逐宗记录、图形、用地单位和编号。 Shared: no records of single parcels.",
    )  # fmt: skip
    note = "CSV 为 UTF-8，列名为英文；Excel 和 GeoPackage 为中文列名。坐标系 CGCS2000。"
    table = plain_table("文件 内容 >KB", lines, note=note)
    section = Section("文件", limits, tables=(table,), en="Files")
    yield _PATH, render_portal_page(view, _PATH, "下载", [section], en="Downloads")


def _all_downloads(view: ArchiveView, folder: Path) -> Iterator[Download]:
    """Every file, written one by one into a folder that goes."""
    for name, (told, frame) in _csv_frames(view).items():
        path = write_csv_rows(folder / name, frame, digits=DIGITS)
        yield Download(f"data/{name}", told, path.read_bytes())
    book = folder / "portal.xlsx"
    _write_workbook(view, book)
    yield Download("data/portal.xlsx", "工作簿：各区、历年、判定、沿革", book.read_bytes())
    layer = zone_layer(view)
    if layer is not None:
        path = folder / "zones.gpkg"
        write_styled_geopackage(path, [layer], about=view.label, synced=False)
        told = f"开发区 {view.year} 年各指标，带样式（规划包的范围，多为示意）"
        yield Download("data/zones.gpkg", told, path.read_bytes())
    if view.audience.records:
        yield from _result_maps(view, folder)


def _csv_frames(view: ArchiveView) -> dict[str, tuple[str, pd.DataFrame]]:
    """Tables for programs: what each holds, and its rows."""
    zones = pd.DataFrame(
        [(*each[:6], "；".join(each.former), each.ended) for each in view.zones],
        columns=["zone_id", "name", "short", "level", "category", "prefecture", "former", "ended"],
    )
    editions = view.editions.drop(columns="folder", errors="ignore")
    frames = {
        "zones.csv": ("开发区：编号、名称、曾用名", zones),
        "values.csv": ("各年各地各项的值、分子分母、无值原因", view.measured),
        "finding_sums.csv": ("各年各区各类判定的宗数和面积", _finding_sums(view)),
        "lineage.csv": ("更名、升级、并入、分立", view.lineage),
        "names.csv": ("各期名称", view.names),
        "editions.csv": ("收存的各版", editions),
    }
    if view.audience.records and len(view.findings):
        frames["findings.csv"] = ("逐宗判定，各年", view.findings)
    if view.compared is not None:
        values, found, breaks, _ = view.compared
        span = f"{view.years[-2]} 到 {view.years[-1]} 年"
        frames["change_breaks.csv"] = (f"{span}口径的不同", breaks)
        frames["change_values.csv"] = (f"{span}有变的值", values)
        if view.audience.records:
            frames["changes.csv"] = (f"{span}判定有变的记录", found)
    return frames


def _finding_sums(view: ArchiveView) -> pd.DataFrame:
    """Findings counted by year, zone and class: no single record is in it."""
    found = view.findings
    if found.empty:
        return pd.DataFrame(columns=[*_SUMS, "records", "area_ha", "unknown"])
    return sum_known_areas(found.assign(zone_id=found["zone_id"].fillna("")), _SUMS)


def _write_workbook(view: ArchiveView, path: Path) -> None:
    """Write the workbook: zones of the year, zones over the years, findings, what happened."""
    shown = measures_at_hand(view)
    with new_book(path, "yngis portal") as opened:
        book = ReportBook(opened)
        book.add_cover("说明", _cover_facts(view), site_title(view))
        columns = [
            _text_column("zone_id", "编号", "number"),
            _text_column("name", "开发区", "zone", _WIDE),
            _text_column("level", "级别", "level"),
            _text_column("prefecture", "州（市）", "prefecture"),
        ]
        more = [_number_column(each) for each in shown]
        gaps = _text_column("gaps", "缺数据原因", "why values are missing", _WIDE)
        book.add_table(f"{view.year}年各区", [*columns, *more, gaps], _year_rows(view))
        years = [
            _text_column("measure", "指标", "measure"),
            _text_column("zone_id", "编号", "number"),
            _text_column("name", "开发区", "zone", _WIDE),
            *(
                OutputColumn(name=f"y{year}", zh=f"{year}年", en=f"{year}", form="general")
                for year in view.years
            ),
        ]
        note = "比率为小数；空格为缺数据，原因见 values.csv。 Shares are fractions."
        book.add_table("历年", years, _history_rows(view), note=note)
        sums = [
            _text_column("kind", "结果", "kind"),
            OutputColumn(name="year", zh="年", en="year", form="whole"),
            _text_column("zone", "开发区", "zone", _WIDE),
            _text_column("finding", "判定", "finding"),
            _text_column("class", "分级", "class"),
            OutputColumn(name="records", zh="宗数", en="records", form="whole"),
            OutputColumn(name="area_ha", zh="面积", en="area", unit="公顷", form="number"),
            OutputColumn(name="unknown", zh="其中面积不明", en="area not known", form="whole"),
        ]
        book.add_table("判定", sums, _sum_rows(view))
        heads = [
            _text_column(name, words, name)
            for name, words in _LINEAGE.items()
            if name in view.lineage
        ]
        rows = view.lineage[[head.name for head in heads]].itertuples(index=False, name=None)
        book.add_table("沿革", heads, rows)


def _text_column(name: str, zh: str, en: str, width: float | None = None) -> OutputColumn:
    return OutputColumn(name=name, zh=zh, en=en, width=width)


def _number_column(measure: Measure) -> OutputColumn:
    return OutputColumn(
        name=measure.id,
        zh=measure.zh,
        en=measure.en,
        unit=measure.unit or None,
        form=measure.form,
    )


def _cover_facts(view: ArchiveView) -> Iterator[tuple[str, str]]:
    if view.label:
        yield "说明", view.label
    yield "年份", "、".join(map(str, view.years))
    yield "可见范围", f"{view.audience.zh} / {view.audience.en}"
    yield "缺数据", "空格为缺数据，原因在最后一列，不是 0 / empty cells are missing, never 0"
    yield "开发区范围", "多为示意，不能当面积或定界依据 / schematic"


def _year_rows(view: ArchiveView) -> Iterator[tuple[object, ...]]:
    """Zones with their values of the portal's year, and why some are missing."""
    shown = measures_at_hand(view)
    for zone in view.zones:
        if not zone.ended:
            yield (
                *(zone.zone_id, zone.name, zone.level, zone.prefecture),
                *(zone_number(view, zone, each) for each in shown),
                zone_gaps_text(view, zone),
            )


def _history_rows(view: ArchiveView) -> Iterator[tuple[object, ...]]:
    """Values of zones by measure, a column per year."""
    for measure in measures_at_hand(view):
        rows = measure_rows(view, measure)
        for zone in view.zones:
            own = [rows.get((zone.zone_id, year)) for year in view.years]
            if any(row is not None for row in own):
                values = (None if row is None else row["value"] for row in own)
                yield measure.header, zone.zone_id, zone.name, *values


def _sum_rows(view: ArchiveView) -> Iterator[tuple[object, ...]]:
    names = {zone.zone_id: zone.name for zone in view.zones}
    titles = kind_titles()
    for row in _finding_sums(view).to_dict("records"):
        yield (
            *(titles[row["kind"]], row["year"], names.get(row["zone_id"], "（开发区以外）")),
            FINDINGS.get(row["finding"], row["finding"]),
            IDLE_CLASSES.get(row["class"], row["class"]),
            *(row["records"], None if pd.isna(row["area_ha"]) else row["area_ha"], row["unknown"]),
        )


def _result_maps(view: ArchiveView, folder: Path) -> Iterator[Download]:
    """The last results themselves as maps in the colours of the reports."""
    for kind in _DRAWN:
        edition = view.edition_of(kind)
        if edition is None:
            continue
        source = read_edition_folder(view.archive, int(str(edition["edition_id"])))
        program, _, layers = layers_of_results(source)
        path = folder / f"{kind}_{edition['year']}.gpkg"
        write_styled_geopackage(path, layers, about=source.label, synced=False)
        told = "。".join(
            [
                f"{edition['year']} 年{kind_titles()[kind]}的全部图层，带样式",
                *source_notes(source, program, layers, None),
            ]
        )
        yield Download(f"data/{path.name}", told, path.read_bytes())
