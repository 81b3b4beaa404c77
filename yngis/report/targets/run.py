"""The plan's targets from a file of figures to files (规划指标核对报表): workbook and report."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

import yngis
from yngis.analysis.quantities import quantities
from yngis.analysis.targets import (
    VERDICTS,
    Panel,
    TargetChecks,
    check_targets,
    growth_table,
    inferred_base_year,
    make_panel,
    plan_horizon,
    plan_pace,
    read_readings,
    required_growth,
    tier_table,
)
from yngis.analysis.targets.doubts import doubtful_amounts
from yngis.catalogue import load, read_pack, write_text
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.io.paths import local_path
from yngis.errors import LayerError, Problem
from yngis.plan import plan_targets
from yngis.report.demo.zones import write_demo_zones
from yngis.report.maps import choose_maps, draw_report_maps
from yngis.report.no_records import no_records
from yngis.report.option_bounds import YEARS, Bounds, refuse_out_of_bounds
from yngis.report.output_tables import read_output_tables
from yngis.report.page import render_page
from yngis.report.run_record import input_record, write_run_record
from yngis.report.targets.maps import target_map_names, targets_maps
from yngis.report.targets.page import target_sections
from yngis.report.workbook import write_tables, write_tables_workbook
from yngis.report.zone_tables.zone_table import ReadTable, read_amount_table

if TYPE_CHECKING:
    import os

    from markupsafe import Markup

    from yngis.cartography.thematic import ThematicMap
    from yngis.report.maps import MapOptions

    Name = str | os.PathLike[str]

PROGRAM: Final = "yngis targets"

_WAN_PER_YI: Final = 10_000


@dataclass(frozen=True, slots=True)
class TargetInputs:
    """
    Figures that targets are checked against (核对输入).

    Attributes
    ----------
    panel
        The figures by registry name.
    read
        How the file was read.
    sha256
        Checksum of the file.
    beside
        Name and content of files that are written beside the results.
    doubtful
        What of the figures can hardly be, as :func:`doubtful_amounts` tells it.
    """

    panel: Panel
    read: ReadTable
    sha256: str
    beside: tuple[tuple[str, bytes], ...] = ()

    doubtful: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "doubtful", doubtful_amounts(self.panel))


def read_target_inputs(stats: Name | None, *, sheet: str | None = None) -> TargetInputs:
    """
    Read yearly figures of zones and province (读取统计数据).

    Parameters
    ----------
    stats
        CSV or workbook, one row per zone and year; rows named after the province hold its own.
    sheet
        Sheet of a workbook.

    Returns
    -------
    inputs
        Ready for :func:`write_targets`.

    Raises
    ------
    LayerError
        If no file is named, or with every fault of it.
    """
    if stats is None:
        raise LayerError(
            Problem(
                "yngis targets",
                promised="--stats 或 --demo / one of them",
                found="都没有 / neither",
                mend="给出历年统计文件 / name a file of yearly figures",
            )
        )
    with unchanged_files({"stats": local_path(stats)}) as checksums:
        read = read_amount_table(stats, sheet)
    if read.frame.empty:
        raise no_records(str(read.path), "统计数据")
    unused = [name for name in ("part", "zone_type", "best_grade") if name in read.frame]
    frame = read.frame.drop(columns=unused)
    return TargetInputs(make_panel(frame), read, checksums["stats"])


def demo_target_inputs() -> TargetInputs:
    """
    Inputs from made-up yearly figures (演示输入).

    Returns
    -------
    inputs
        Marked as made up; the figures are written beside the results.
    """
    with tempfile.TemporaryDirectory() as folder:
        _, stats, _ = write_demo_zones(folder)
        beside = ((stats.name, stats.read_bytes()),)
        return replace(read_target_inputs(stats), beside=beside)


def write_targets(
    out: Name,
    inputs: TargetInputs,
    *,
    year: int | None = None,
    base_year: int | None = None,
    readings: Path | None = None,
    maps: MapOptions | None = None,
    title: str = "",
) -> TargetChecks:
    """
    Check the plan's targets and write everything (核对并写出).

    Parameters
    ----------
    out
        Folder to write to: ``targets.xlsx``, ``report.html``, ``tables/*.csv``, ``run.json``.
    inputs
        As :func:`read_target_inputs` gives them.
    year
        Year of the figures that are checked; the last one of the file if None.
    base_year
        Base year; the year before the plan's period if None.
    readings
        A user's readings; the shipped ones if None.
    maps
        Maps to draw into ``maps``; none if None.
    title
        Title of the report; names the province if empty.

    Returns
    -------
    checks
        What was found; the same inputs give the same files.
    """
    panel, table = inputs.panel, plan_targets()
    base_year = inferred_base_year() if base_year is None else base_year
    title = title or f"{read_pack().province}开发区规划指标核对"
    year = panel.last_year() if year is None else year
    refuse_out_of_bounds({"--year": Bounds(year, *YEARS), "--base-year": Bounds(base_year, *YEARS)})
    own = {} if readings is None else {"readings": local_path(readings)}
    with unchanged_files(own) as checksums:
        chosen = read_readings(readings, ids=table["id"], zones=panel.registry.index)
    with replacing_folder(out, PROGRAM) as home:
        found = check_targets(panel, table, year=year, base_year=base_year, readings=chosen)
        frames = _target_frames(found, inputs, year, base_year)
        chosen_maps = _chosen_target_maps(frames, inputs, year, maps)
        for name, content in inputs.beside:
            (home / name).write_bytes(content)
        cards = () if maps is None else draw_report_maps(chosen_maps, home, maps)
        _write_target_files(home, inputs, frames, title, (year, base_year), cards=cards)
        described = inputs.read.described
        write_run_record(
            home,
            PROGRAM,
            options={"year": year, "base_year": base_year},
            inputs=[
                input_record("stats", inputs.read.path, inputs.sha256, described=described),
                *(input_record(role, own[role], digest) for role, digest in checksums.items()),
            ],
            counts=found.summary["verdict"].value_counts().sort_index().to_dict()
            | {"missing": len(found.missing)},
            notes=(*lacking_targets(), *inputs.doubtful, *inputs.read.notes()),
            label=inputs.read.label,
        )
    return found


def _chosen_target_maps(
    frames: dict[str, pd.DataFrame], inputs: TargetInputs, year: int, options: MapOptions | None
) -> list[ThematicMap]:
    """Judge the names before anything is written."""
    if options is None:
        return []
    prefectures = inputs.panel.registry["prefecture"]
    drawn = targets_maps(frames, prefectures, year, inputs.read.label, inputs.read.path.name)
    return choose_maps(drawn, options.names, target_map_names(frames["zone_checks"]))


def _write_target_files(
    home: Path,
    inputs: TargetInputs,
    frames: dict[str, pd.DataFrame],
    title: str,
    years: tuple[int, int],
    *,
    cards: tuple[Markup, ...],
) -> None:
    tables = read_output_tables(Path(__file__).with_name("targets.yml"))
    facts = _target_facts(inputs, *years)
    write_tables(home / "tables", tables, frames)
    cover = [("标题", title), *facts]
    # Codes are for programs: the workbook is read by people.
    named = {
        name: frame.assign(verdict=frame["verdict"].map(VERDICTS)) if "verdict" in frame else frame
        for name, frame in frames.items()
    }
    write_tables_workbook(home / "targets.xlsx", tables, named, cover, PROGRAM)
    by_name = {each.name: each for each in tables}
    page = render_page(
        title,
        f"《{read_pack().title_zh}》数字指标",
        facts,
        target_sections(inputs.panel, frames, by_name, years, cards, doubtful=inputs.doubtful),
        {"工作簿 targets.xlsx": "targets.xlsx", "运行记录 run.json": "run.json"},
        label=inputs.read.label,
    )
    write_text(home / "report.html", page)


def _target_frames(
    found: TargetChecks, inputs: TargetInputs, year: int, base_year: int
) -> dict[str, pd.DataFrame]:
    names = found.summary.set_index("id")
    read = found.checks.set_index(["id", "reading"])["reading_zh"]
    keys = pd.MultiIndex.from_frame(found.zones[["id", "reading"]])
    last = plan_horizon()
    asked = read_pack().growth
    goals = {} if asked is None else asked.goals
    tiers = {} if asked is None else asked.tiers
    growth = growth_table(
        inputs.panel, goals, year=year, base_year=base_year, target_year=last,
        tiers=tuple(tiers),
    )  # fmt: skip
    missing = found.missing.assign(
        quantity_zh=[
            quantities()[name].zh if name in quantities() else name
            for name in found.missing["quantity"]
        ]
    )
    return {
        "summary": found.summary,
        "checks": found.checks,
        "zone_checks": found.zones.assign(
            target_zh=found.zones["id"].map(names["target_zh"]),
            reading_zh=read.reindex(keys).to_numpy(),
        ),
        "growth": growth,
        "tiers": tier_table(growth, tiers, last - year),
        "total": _total_growth(inputs.panel, year, base_year),
        "missing": missing,
        "columns": inputs.read.columns,
    }


def _total_growth(panel: Panel, year: int, base_year: int) -> pd.DataFrame:
    """Growth that the sum of all zones still needs; empty where a zone has no figure."""
    zones = list(panel.registry.index)
    sums = [
        panel.amounts("revenue_wan", zones, each).sum(skipna=False) for each in (base_year, year)
    ]
    base, value = (float(total) / _WAN_PER_YI for total in sums)
    if math.isnan(base) or math.isnan(value):
        return pd.DataFrame(columns=["what", "base", "value", "goal", "past", "required"])
    pace, last = plan_pace(), plan_horizon()
    if math.isnan(pace):
        return pd.DataFrame(columns=["what", "base", "value", "goal", "past", "required"])
    goal = base * (1 + pace) ** (last - base_year)
    return pd.DataFrame(
        [
            {
                "what": f"{len(zones)} 个开发区营业收入，年均增长 {pace * 100:g} % 到 {last} 年",
                "base": base,
                "value": value,
                "goal": goal,
                "past": required_growth(base, value, year - base_year),
                "required": required_growth(value, goal, last - year),
            }
        ]
    )


def _target_facts(inputs: TargetInputs, year: int, base_year: int) -> list[tuple[str, str]]:
    zones = inputs.panel.zones.index.get_level_values("zone").nunique()
    label = inputs.read.label
    return [
        *([("数据说明", label)] if label else []),
        ("数据年份", str(year)),
        ("基期（推定）", str(base_year)),
        ("开发区", f"统计数据含 {zones} 个；规划写明名称的 {len(inputs.panel.registry)} 个"),
        ("输入", f"{inputs.read.path.name}（{inputs.read.described}）"),
        ("程序", f"yngis {yngis.__version__}"),
    ]


def lacking_targets() -> tuple[str, ...]:
    """
    Say that the plan in use lists no targets, where it lists none (没有指标).

    Returns
    -------
    notes
        One line, or none.
    """
    if len(load("targets")):
        return ()
    return ("规划包没有列出指标：targets.csv 为空，没有可核对的 / the pack lists no targets",)
