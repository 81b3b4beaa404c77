"""Everything that a conflict check writes (写出): tables, layers, workbook, maps, report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

import yngis
from yngis.analysis.conflicts.units import MARK, ZONE
from yngis.catalogue import load, read_pack, write_geopackage, write_text
from yngis.plan.user_zones import user_units
from yngis.plan.zone_notes import zone_note_lines
from yngis.plan.zones_layer import zones_layer_with
from yngis.report.conflicts.page import conflict_sections
from yngis.report.conflicts.results import UNITS, label_of
from yngis.report.conflicts.tables import (
    conflict_frames,
    conflict_output_tables,
    conflict_table,
    share_rows,
)
from yngis.report.csv_writer import write_csv_rows
from yngis.report.page import render_page
from yngis.report.run_record import input_record, write_run_record
from yngis.report.workbook import write_tables_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame
    from markupsafe import Markup

    from yngis.measure.progress import StageProgress
    from yngis.report.conflicts.options import ConflictOptions
    from yngis.report.conflicts.results import ConflictResult
    from yngis.report.conflicts.tables import Checked
    from yngis.report.maps import MapOptions


PROGRAM: Final = "yngis conflicts"
TITLE: Final = "开发区红线与图层冲突核查"
_DIGITS: Final = 9
"""Digits of areas and shares: shares that add up to 1 still do when they are read again."""
_LINKS: Final = {"工作簿 conflicts.xlsx": "conflicts.xlsx", "运行记录 run.json": "run.json"}
_SHOWN: Final = 8


def write_conflicts(
    result: ConflictResult,
    zones: GeoDataFrame,
    folder: Path,
    tick: StageProgress,
    maps: MapOptions | None,
) -> None:
    """
    Write tables, layers, workbook, maps and report (写出结果).

    Parameters
    ----------
    result
        What was found.
    zones
        The zones as they were read, for the maps.
    folder
        Folder to write to.
    tick
        Told how far it is.
    maps
        Maps to draw; none if None.
    """
    found = result.found
    tick("写出表格 / writing tables", 0, None)
    write_csv_rows(folder / "conflicts.csv", conflict_table(found), digits=_DIGITS)
    shares = share_rows(found)
    if shares is not None:
        write_csv_rows(folder / "industrial_share.csv", shares, digits=_DIGITS)
    frames = conflict_frames(found)
    for name, frame in frames.items():
        if name != "industrial_share":
            write_csv_rows(folder / f"{name}.csv", frame, digits=_DIGITS)
    evidence = pd.concat([each.evidence for each in found.levels], ignore_index=True)
    if found.schematic:
        evidence["note"] = np.where(evidence["level"] == ZONE, MARK, "")
    write_csv_rows(folder / "evidence.csv", evidence.drop(columns="unit"), digits=_DIGITS)
    for name in ("issues", "rejected"):
        write_csv_rows(folder / f"{name}.csv", found.reading.joined(name), digits=_DIGITS)
    _write_layers(found, folder)
    facts = _facts_for_page(result)
    cover = [("标题", TITLE), *facts, *(("提示", line) for line in result.warnings())]
    write_tables_workbook(
        folder / "conflicts.xlsx", conflict_output_tables(), frames, cover, PROGRAM
    )
    cards = _draw_maps(result, zones, folder, tick, maps)
    tick("写出报告 / writing the report", 0, None)
    page = render_page(
        TITLE,
        found.rules.title_zh,
        facts,
        conflict_sections(found, frames, cards),
        _LINKS,
        label=label_of(found),
        notices=_notices_for_page(result),
    )
    write_text(folder / "report.html", page)


def _write_layers(found: Checked, folder: Path) -> None:
    """Conflicts as polygons, slivers apart."""
    layers: dict[str, GeoDataFrame] = {}
    titles: dict[str, str] = {}
    for each in found.levels:
        for sliver, name, title in (
            (False, each.level, "冲突"),
            (True, f"{each.level}_slivers", "碎屑"),
        ):
            rows = each.shapes[each.shapes["sliver"] == sliver].drop(columns="sliver")
            if len(rows):
                marked = each.units["schematic"].any()
                layers[name] = rows.assign(note=MARK if marked else "").reset_index(drop=True)
                titles[name] = f"{UNITS[each.level]}{title}"
    if layers:
        write_geopackage(folder / "conflicts.gpkg", layers, titles=titles)


def _draw_maps(
    result: ConflictResult,
    zones: GeoDataFrame,
    folder: Path,
    tick: StageProgress,
    maps: MapOptions | None,
) -> tuple[Markup, ...]:
    if maps is None:
        return ()
    # Drawing is heavy to load, and a check without maps does without it.
    from yngis.cartography.sources import read_sources  # noqa: PLC0415
    from yngis.report.conflicts.maps import conflict_map_names, conflict_maps  # noqa: PLC0415
    from yngis.report.maps import choose_maps, draw_report_maps  # noqa: PLC0415

    tick("写出专题图 / writing maps", 0, None)
    found = result.found
    source = "、".join(found.reading.files())
    drawn = conflict_maps(found, label_of(found), source)
    chosen = choose_maps(drawn, maps.names, conflict_map_names(found.rules))
    shipped = load("zones")
    ground = read_sources()
    if not (found.schematic and len(zones) == len(shipped)):
        ground = replace(ground, zones=zones_layer_with(shipped, user_units(shipped, zones)))
    return draw_report_maps(chosen, folder, replace(maps, sources=ground))


def _facts_for_page(result: ConflictResult) -> list[tuple[str, str]]:
    found = result.found
    label = label_of(found)
    sources = "；".join(
        f"{file}（{'、'.join(layers)}）" for file, layers in found.reading.files().items()
    )
    parcels = [] if found.parcels is None else [("宗地", f"{len(found.parcels.units):,} 宗有图形")]
    return [
        *([("数据说明", label)] if label else []),
        ("开发区", f"{len(found.zones.units)} 个"),
        *parcels,
        ("规划", read_pack().title_zh),
        ("规则", f"{found.rules.title_zh}（{found.rules.name}）"),
        ("碎屑宽度", f"{found.rules.sliver_width_m:g} 米"),
        ("输入", sources or "随附开发区图层"),
        ("程序", f"yngis {yngis.__version__}"),
    ]


def _notices_for_page(result: ConflictResult) -> list[dict[str, Any]]:
    found = result.found
    told = [{"text": line, "bad": True} for line in result.warnings()]
    told += [{"text": line, "bad": False} for line in zone_note_lines(result.zone_notes)]
    told += [
        {"text": f"未读：{each['role']} {each['source']}（{each['reason']}）", "bad": False}
        for each in found.reading.unread()[:_SHOWN]
    ]
    flagged, rejected = (len(found.reading.joined(name)) for name in ("issues", "rejected"))
    if flagged or rejected:
        told.append(
            {
                "text": f"存疑 {flagged:,} 处，见 issues.csv；"
                f"未计入 {rejected:,} 行，见 rejected.csv",
                "bad": False,
            }
        )
    return told


def write_conflict_run(
    result: ConflictResult,
    options: ConflictOptions,
    folder: Path,
    checksums: Mapping[str, str],
) -> None:
    """
    Write the record of the run, last of all (运行记录).

    Parameters
    ----------
    result
        What was found.
    options
        What was asked.
    folder
        Folder of the results.
    checksums
        Of the files that were read.
    """
    found = result.found
    files = options.files()
    counts = {"zones": len(found.zones.units), "zone_findings": len(found.zones.details)}
    if found.parcels is not None:
        counts |= {
            "parcels": len(found.parcels.units), "parcel_findings": len(found.parcels.details)
        }  # fmt: skip
    write_run_record(
        folder,
        PROGRAM,
        options={
            "rules": found.rules.name,
            "sliver_width_m": found.rules.sliver_width_m,
            "even_schematic": options.even_schematic,
            "zone_parts": options.zone_parts,
            "inner_first": options.inner_first,
        },
        inputs=[
            input_record(role.partition(":")[0], files[role], digest)
            for role, digest in checksums.items()
        ],
        counts=counts,
        notes=[*result.warnings(), *zone_note_lines(result.zone_notes)],
        label=label_of(found),
        sources=found.reading.sources,
        left_out=found.reading.left_out,
    )
