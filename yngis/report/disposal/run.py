"""Stock over several audits, from their folders to a folder of results (存量处置成果)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

import yngis
from yngis.analysis.disposal import DisposalRules, disposal, read_disposal_rules, trace_parcels
from yngis.analysis.disposal.lapse import lapsed_approvals
from yngis.analysis.disposal.lineage import OVERLAP, finding_matrix
from yngis.analysis.disposal.stock import needed_area
from yngis.catalogue import load
from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.io.output.write import write_text
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError, Problem
from yngis.measure.units import HECTARE_M2
from yngis.report.csv_writer import DIGITS, write_csv_rows
from yngis.report.disposal.audits import (
    AuditFolder,
    audit_doubts,
    read_audit_folder,
    read_audits,
    yearly_stocks,
)
from yngis.report.disposal.followed import IN_FORCE_ZH
from yngis.report.disposal.maps import disposal_map_names, disposal_maps
from yngis.report.disposal.page import CONFIDENCE, disposal_sections, named_frames
from yngis.report.maps import choose_maps, draw_report_maps
from yngis.report.output_tables import declared_columns, read_output_tables
from yngis.report.page import render_page
from yngis.report.run_record import input_record, write_run_record
from yngis.report.workbook import write_tables_workbook

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup
    from numpy.typing import NDArray

    from yngis.report.maps import MapOptions

PROGRAM: Final = "yngis disposal"
_TITLE: Final = "开发区存量土地处置"


@dataclass(frozen=True)
class DisposalInputs:
    """
    What is read (处置输入).

    Attributes
    ----------
    audits
        Folders of audits.
    old_boundary
        By year, the folder of an audit of that year's data within the boundary of the year before.
    supply
        By year, the layer of supply with polygons, for parcels whose numbers changed.
    rules
        Name of shipped rules, or a YAML file.
    cutoff
        Last year of approval that the task counts; that of the rules if None.
    rate, years, target_share, months
        Task rate, years and share of the stock to be reached, months until an approval may have
        lapsed; those of the rules if None.
    overlap
        Share of the smaller parcel that makes two parcels one by their polygons.
    """

    audits: Sequence[str]
    old_boundary: Mapping[str, str] = field(default_factory=dict)
    supply: Mapping[str, str] = field(default_factory=dict)
    rules: str = "quota-2018"
    cutoff: int | None = None
    rate: float | None = None
    years: int | None = None
    target_share: float | None = None
    months: int | None = None
    overlap: float = OVERLAP

    def settled_rules(self) -> DisposalRules:
        """
        Rules with what the user states in their place.

        Returns
        -------
        rules
            The rules of the run.

        Raises
        ------
        SpecError
            If they have faults.
        """
        rules = read_disposal_rules(self.rules)
        stated: dict[str, dict[str, float | int | None]] = {
            "task": {"stock_rate": self.rate, "cutoff_year": self.cutoff},
            "plan": {"years": self.years, "target_share": self.target_share},
            "lapse": {"months": self.months},
        }
        for part, values in stated.items():
            given = {name: value for name, value in values.items() if value is not None}
            held = getattr(rules, part).model_copy(update=given)
            rules = rules.model_copy(update={part: held})
        return rules


@dataclass(frozen=True)
class Disposal:
    """
    What was found (处置结果).

    Attributes
    ----------
    frames
        Tables by name; ``disposal`` is stock and flow.
    audits
        The audits, the earliest first.
    rules
        The rules.
    notes
        What a reader must know.
    label
        That the data are made up, where they are.
    """

    frames: dict[str, pd.DataFrame]
    audits: tuple[AuditFolder, ...]
    rules: DisposalRules
    notes: tuple[str, ...] = ()
    label: str = ""


def write_disposal(
    out: str | os.PathLike[str], inputs: DisposalInputs, *, maps: MapOptions | None = None
) -> Disposal:
    """
    Follow stock and parcels over audits and write everything (写出存量处置).

    Parameters
    ----------
    out
        Folder to write to: ``report.html``, ``disposal.xlsx``, CSV and ``run.json``.
    inputs
        What is read.
    maps
        Maps to draw into ``maps``; none if None.

    Returns
    -------
    found
        What was found; the same inputs give the same files.

    Raises
    ------
    LayerError
        If a folder is no audit, or a layer cannot be read; names every fault.
    SpecError
        If the rules have faults.
    """
    _check_numbers(inputs)
    if maps is not None:
        choose_maps((), maps.names, disposal_map_names())
    own = {"rules": local_path(inputs.rules)} if Path(inputs.rules).is_file() else {}
    with unchanged_files(own) as checksums:
        rules = inputs.settled_rules()
    audits = read_audits(inputs.audits)
    _check_years(audits, inputs)
    with replacing_folder(out, PROGRAM) as home:
        found = _find_disposal(audits, inputs, rules)
        tables = read_output_tables(Path(__file__).with_name("disposal.yml"))
        by_name = {table.name: table for table in tables}
        for name, frame in found.frames.items():
            columns = [column.name for column in declared_columns(by_name[name], frame)]
            write_csv_rows(home / f"{name}.csv", frame[columns], digits=DIGITS)
        people = named_frames(found.frames)
        facts = _disposal_facts(found)
        write_tables_workbook(
            home / "disposal.xlsx", tables, people, [("标题", _TITLE), *facts], PROGRAM
        )
        cards = _draw_disposal_maps(found, home, maps)
        page = render_page(
            f"{_TITLE}报告",
            " · ".join(str(audit.as_of) for audit in audits),
            facts,
            disposal_sections(found, people, by_name, cards),
            {"工作簿 disposal.xlsx": "disposal.xlsx", "运行记录 run.json": "run.json"},
            label=found.label,
        )
        write_text(home / "report.html", page)
        write_run_record(
            home,
            PROGRAM,
            options=replace(inputs, audits=[], old_boundary={}, supply={}),
            inputs=[
                *(
                    input_record(f"audit {audit.year}", name, digest)
                    for audit in audits
                    for name, digest in audit.digests.items()
                ),
                *(input_record(role, own[role], digest) for role, digest in checksums.items()),
            ],
            counts={name: len(frame) for name, frame in found.frames.items()},
            notes=found.notes,
            label=found.label,
            rules={"name": rules.name, "title": rules.title_zh},
        )
    return found


def _check_numbers(inputs: DisposalInputs) -> None:
    """Refuse what means nothing, before anything is read."""
    bounds = (
        ("--rate", inputs.rate, 0.0, 1.0),
        ("--target-share", inputs.target_share, 0.0, 1.0),
        ("--years", inputs.years, 1, 50),
        ("--cutoff", inputs.cutoff, 1950, 2100),
        ("--months", inputs.months, 1, 600),
        ("--overlap", inputs.overlap, 0.01, 1.0),
    )
    problems = [
        Problem(option, f"{low:g} … {high:g}", f"{value:g}", "改为范围内的数 / give one within it")
        for option, value, low, high in bounds
        if value is not None and not low <= value <= high
    ]
    if problems:
        raise LayerError(problems)


def _check_years(audits: list[AuditFolder], inputs: DisposalInputs) -> None:
    """Refuse what was given for years that no audit has, and old boundaries of another day."""
    days = {str(audit.year): audit.as_of for audit in audits}
    later = dict(list(days.items())[1:])
    problems = [
        Problem(
            where=f"{option} {year}={named}",
            promised=promised,
            found=year,
            mend=f"可用 / use {'、'.join(known)}",
        )
        for option, given, known, promised in (
            ("--supply", inputs.supply, days, "一次审计的年份 / the year of an audit"),
            ("--old-boundary", inputs.old_boundary, later,
             "第二次及以后审计的年份 / the year of an audit after the first"),
        )
        for year, named in given.items()
        if year not in known
    ]  # fmt: skip
    for year, folder in inputs.old_boundary.items():
        if year in later:
            problems += _old_boundary_faults(year, folder, later[year])
    if problems:
        raise LayerError(problems)


def _old_boundary_faults(year: str, folder: str, as_of: dt.date) -> list[Problem]:
    """Faults of an audit within the boundary of the year before."""
    try:
        within = read_audit_folder(Path(folder))
    except LayerError as error:
        return list(error.problems)
    if within.as_of == as_of:
        return []
    return [
        Problem(
            where=f"--old-boundary {year}={folder}",
            promised=f"同一审计日期 {as_of} / the same day",
            found=str(within.as_of),
            mend="以旧边界（--zones）重审同一年数据 / audit that data within the old zones",
        )
    ]


def _find_disposal(
    audits: list[AuditFolder], inputs: DisposalInputs, rules: DisposalRules
) -> Disposal:
    cutoff = rules.task.cutoff_year
    registry = load("zone_registry").set_index("name_zh")["prefecture"]
    stocks, notes = yearly_stocks(audits, registry, cutoff)
    table = disposal(stocks, rules)
    frames = {"disposal": table}
    if cutoff is not None:
        frames["disposal_cutoff"] = _cutoff_table(stocks, rules, cutoff)
        notes = (
            *notes,
            *_flow_notes(frames["disposal_cutoff"], "disposed_cutoff_m2", "截止口径："),
        )
    frames["quota"] = _quota_table(table, audits, rules)
    frames["lapsed"] = _lapsed_table(audits[-1], rules)
    told = [*audit_doubts(audits), *notes, *_flow_notes(table)]
    links, matrices = _parcel_history(audits, inputs, told)
    frames["finding_matrix"], frames["lineage"] = matrices, links
    if inputs.old_boundary:
        frames["ratio_split"] = _ratio_split(audits, inputs.old_boundary)
    if cutoff is None:
        told.append("没有给出截止年，不算截止口径 / no cut-off year: give --cutoff, or write it")
    label = next((audit.label for audit in audits if audit.label), "")
    return Disposal(frames, tuple(audits), rules, tuple(told), label)


def _flow_notes(table: pd.DataFrame, column: str = "disposed_m2", reading: str = "") -> list[str]:
    """Say where the flows cannot be what they are called."""
    own = table[table["level"] == "zone"]
    odd = own[own[column] < -1.0]
    told = []
    if "added_m2" in own and len(less := own[own["added_m2"] < -1.0]):
        shown = "、".join(f"{r['place']} {r['year']}" for r in less.head(6).to_dict("records"))
        told.append(
            f"{len(less)} 处新增为负：同一批准两次的面积不同，单位、面积更正或改边界，"
            f"处置、处置率不可靠，请核对：{shown} / "
            "negative inflow: areas of the same approvals differ between the audits"
        )
    if len(odd):
        shown = "、".join(f"{r['place']} {r['year']}" for r in odd.head(6).to_dict("records"))
        told.append(
            f"{reading}{len(odd)} 处存量增加多于新增批准（处置为负）："
            f"供应被撤、面积更正或补录，请核对：{shown} / "
            "more stock than was approved: supply undone, areas corrected, late records"
        )
    return told


def _cutoff_table(stocks: pd.DataFrame, rules: DisposalRules, cutoff: int) -> pd.DataFrame:
    """Stock of the approvals up to a year, and what is still to be disposed of."""
    ordered = stocks.sort_values(["level", "place", "year"], ignore_index=True)
    held = ordered["stock_cutoff_m2"].to_numpy(dtype=np.float64)
    late = ordered["added_cutoff_m2"].to_numpy(dtype=np.float64)
    next_of = ordered.groupby(["level", "place"])["stock_cutoff_m2"].shift(-1)
    gone = held + late - next_of.to_numpy(dtype=np.float64)
    rate = np.divide(gone, held, out=np.full(len(held), np.nan), where=held > 0.0)
    return ordered[["level", "place", "year"]].assign(
        cutoff_year=cutoff,
        stock_cutoff_m2=held,
        disposed_cutoff_m2=gone,
        rate_cutoff=rate,
        needed_cutoff_m2=np.where(
            np.isnan(gone) & (ordered["year"] < ordered["year"].max()),
            np.nan,
            needed_area(held, gone, rules.task.stock_rate),
        ),
    )


def _quota_table(
    table: pd.DataFrame, audits: list[AuditFolder], rules: DisposalRules
) -> pd.DataFrame:
    """What the rule file makes of both tasks, for every year with a next one."""
    rows = []
    by_cutoff = rules.task.cutoff_year is not None
    for now, later in pairwise(audits):
        edition = rules.edition_of(later.year)
        column = "idle_disposal_rate"
        idle = later.summary.set_index(["level", "place"])
        own = table[table["year"] == now.year]
        for row in own.to_dict("records"):
            key = (row["level"], row["place"])
            known = column in idle.columns and key in idle.index
            rate = float(idle.loc[key, column]) if known else float("nan")
            stock = float(row["rate_cutoff"] if by_cutoff else row["rate"])
            verdict, effect = _verdict_and_effect(stock, rate, rules, edition is not None)
            rows.append(
                {
                    "level": key[0],
                    "place": key[1],
                    "year": later.year,
                    "stock_rate": stock,
                    "idle_rate": rate,
                    "verdict": verdict,
                    "effect": getattr(edition, effect) if edition and effect else np.nan,
                    "edition": "" if edition is None else str(edition.from_year),
                    "confidence": "" if edition is None else edition.confidence,
                }
            )
    columns = ["level", "place", "year", "stock_rate", "idle_rate", "verdict", "effect"]
    return pd.DataFrame(rows, columns=[*columns, "edition", "confidence"])


def _verdict_and_effect(
    stock: float,
    idle: float,
    rules: DisposalRules,
    known: bool,  # noqa: FBT001 - one of two
) -> tuple[str, str]:
    """Verdict and its effect: either task missed is enough, both must be known to be met."""
    if not known:
        return "no_edition", ""
    done = [
        rate >= task
        for rate, task in ((stock, rules.task.stock_rate), (idle, rules.task.idle_rate))
    ]
    missing = [np.isnan(rate) for rate in (stock, idle)]
    if any(not met and not gone for met, gone in zip(done, missing, strict=True)):
        return "missed", "missed"
    return ("undecided", "") if any(missing) else ("met", "met")


def _lapsed_table(audit: AuditFolder, rules: DisposalRules) -> pd.DataFrame:
    own = audit.approvals[audit.approvals["status"] == IN_FORCE_ZH]
    supplied = own["supplied_ha"] if "supplied_ha" in own else pd.Series(np.nan, index=own.index)
    area = own["own_ha"] if "own_ha" in own else own["area_ha"]
    known = "acquired_date" in own and own["acquired_date"].notna().any()
    told = own.assign(
        area_m2=area * HECTARE_M2, supplied_m2=supplied * HECTARE_M2, acquired_known=bool(known)
    )
    # Land approved again belongs to the earlier approval.
    told = told[told["area_m2"] > 0.0]
    return lapsed_approvals(told, np.datetime64(audit.as_of, "D"), rules.lapse.months)


def _parcel_history(
    audits: list[AuditFolder], inputs: DisposalInputs, notes: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lineage and matrices of findings of every pair of audits."""
    shapes = {audit.year: _supply_shapes(audit, inputs.supply) for audit in audits}
    links, matrices = [], []
    for now, later in pairwise(audits):
        pair = shapes[now.year], shapes[later.year]
        drawn = pair if pair[0] is not None and pair[1] is not None else None
        lineage = trace_parcels(
            now.supply,
            later.supply,
            shapes=drawn,  # type: ignore[arg-type]
            overlap=inputs.overlap,
        )
        years = {"year_before": now.year, "year_after": later.year}
        links.append(_named_links(lineage.links, lineage.groups, now, later).assign(**years))
        matrix = finding_matrix(now.supply, later.supply, lineage)
        matrices.append(matrix.assign(**years))
        unsized = int(now.supply["area_m2"].isna().sum() + later.supply["area_m2"].isna().sum())
        if unsized:
            notes.append(f"{unsized} 宗面积不详，按 0 计 / records of unknown area count as 0")
    if not inputs.supply:
        notes.append(
            "没有给出供应图形（--supply 年份=图层），编号变了的宗地不能按图形对应 / "
            "without polygons parcels whose numbers changed stand as gone and new"
        )
    return pd.concat(links, ignore_index=True), pd.concat(matrices, ignore_index=True)


def _named_links(
    links: pd.DataFrame, groups: NDArray[np.int64], now: AuditFolder, later: AuditFolder
) -> pd.DataFrame:
    told = links[["kind", "basis", "area_before_m2", "area_after_m2", "area_m2"]].copy()
    told["family"] = groups
    for side, audit in (("before", now), ("after", later)):
        places = links[side].to_numpy(dtype=np.int64)
        for name, column in (("id", "id"), ("finding", "finding")):
            cells = np.append(audit.supply[column].to_numpy(dtype=object), "")
            told[f"{side}_{name}" if name == "id" else f"{name}_{side}"] = cells[
                np.where(places < 0, len(audit.supply), places)
            ]
    return told


def _supply_shapes(audit: AuditFolder, layers: Mapping[str, str]) -> NDArray[np.object_] | None:
    """Polygons of an audit's records, by their ids; None where no layer was given."""
    named = layers.get(str(audit.year))
    if named is None:
        return None
    held: dict[str, Any] = {}
    with open_tables(named, "supply", as_of=audit.as_of) as tables:
        for records in tables.records():
            if records.geometry is not None:
                held |= dict(zip(records.frame["id"].astype(str), records.geometry, strict=True))
    shapes = np.array([held.get(str(each)) for each in audit.supply["id"]], dtype=object)
    if not len(shapes) or shapely.is_missing(shapes).all():
        raise LayerError(
            Problem(
                where=f"--supply {audit.year}={named}",
                promised="与该年审计同一份台账，带图形 / the ledger of that audit, with polygons",
                found="没有一个编号相同 / not one number agrees",
                mend="给出该年审计所用的图层 / give the layer that was audited",
            )
        )
    return shapes


def _ratio_split(audits: list[AuditFolder], old_boundary: Mapping[str, str]) -> pd.DataFrame:
    """Change of every ratio: by the land within the old boundary, then by the boundary."""
    known = {str(audit.year): at for at, audit in enumerate(audits)}
    parts = []
    for year, folder in old_boundary.items():
        at = known[year]
        earlier, now = audits[at - 1], audits[at]
        within = read_audit_folder(Path(folder))
        key = ["level", "place", "ratio"]
        sides = [each.ratios.set_index(key)["value"] for each in (earlier, within, now)]
        joined = pd.concat(sides, axis=1, keys=["before", "after_old", "after"])
        told = joined.dropna(how="all").reset_index()
        told["land"] = told["after_old"] - told["before"]
        told["boundary"] = told["after"] - told["after_old"]
        parts.append(told.assign(year_before=earlier.year, year_after=now.year))
    return pd.concat(parts, ignore_index=True)


def _disposal_facts(found: Disposal) -> list[tuple[str, str]]:
    rules = found.rules
    cutoff = rules.task.cutoff_year
    task = f"批而未供 {rules.task.stock_rate:.0%}，闲置 {rules.task.idle_rate:.0%}"
    task += f"（可信度{CONFIDENCE[rules.task.confidence]}）"
    return [
        *([("数据说明", found.label)] if found.label else []),
        ("审计", "、".join(str(audit.as_of) for audit in found.audits)),
        ("规则", f"{rules.title_zh}（{rules.name}）"),
        ("任务比例", task),
        ("截止年", "未给出" if cutoff is None else f"{cutoff} 年及以前批准的"),
        ("目标", f"{rules.plan.years} 年内降到年初存量的 {rules.plan.target_share:.0%}"),
        ("疑似失效", f"批准后满 {rules.lapse.months} 个月未征未供"),
        ("程序", f"yngis {yngis.__version__}"),
    ]


def _draw_disposal_maps(found: Disposal, home: Path, maps: MapOptions | None) -> tuple[Markup, ...]:
    if maps is None:
        return ()
    drawn = choose_maps(disposal_maps(found), maps.names, disposal_map_names())
    return draw_report_maps(drawn, home, maps)


def disposal_lines(found: Disposal) -> list[str]:
    """
    Say what was found, line by line (结果摘要).

    Parameters
    ----------
    found
        What was found.

    Returns
    -------
    lines
        For the terminal.
    """
    whole = found.frames["disposal"]
    whole = whole[whole["level"] == "province"]
    lines = []
    for row in whole.to_dict("records"):
        text = (
            f"{row['year']} {row['place']}：存量 / stock {row['stock_m2'] / HECTARE_M2:,.2f} 公顷"
        )
        if np.isfinite(row["disposed_m2"]):
            text += (
                f"，新增 / added {row['added_m2'] / HECTARE_M2:,.2f}，处置 / disposed "
                f"{row['disposed_m2'] / HECTARE_M2:,.2f}，处置率 / rate {row['rate']:.2%}"
            )
        needed = row["needed_m2"] / HECTARE_M2
        told = "不明 / unknown" if np.isnan(needed) else f"{needed:,.2f} 公顷 / ha"
        lines.append(f"{text}，尚须 / needed {told}")
    suspected = found.frames["lapsed"]["verdict"] == "suspected"
    area = float(found.frames["lapsed"].loc[suspected, "area_m2"].sum()) / HECTARE_M2
    lines.append(
        f"疑似失效批准 / approvals that may have lapsed: {int(suspected.sum())}，{area:,.2f} 公顷"
    )
    kinds = found.frames["lineage"]["kind"].value_counts()
    counts = "，".join(f"{kind} {count}" for kind, count in kinds.items())
    lines.append(f"宗地沿革 / lineage: {counts}")
    return [*lines, *(f"· {note}" for note in found.notes)]
