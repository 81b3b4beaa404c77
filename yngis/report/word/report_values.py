"""What a report says in numbers (报告数值): texts and tables, from the tables of the results."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.targets import VERDICTS
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError
from yngis.measure.units import HECTARE_M2, MU_PER_HECTARE
from yngis.report.audit.totals import BASES
from yngis.report.audit.wording import OUTCOMES_ZH, TABLES_ZH
from yngis.report.output_tables import OutputColumn, OutputTable, read_output_tables
from yngis.report.page import MISSING, cell_as_text
from yngis.report.result_folder import ResultFolder, read_result_folder, read_result_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAMS: Final = {
    "audit": "yngis audit", "intensity": "yngis intensity", "targets": "yngis targets"
}  # fmt: skip
"""Commands whose folders a report is made from."""

_BEYOND: Final = "（省外）"
_SIDES: Final = {"sanction": "处罚", "prefer": "优先"}


class WordTable(NamedTuple):
    """
    A table of a report (报告表).

    Attributes
    ----------
    declared
        Its columns.
    rows
        Cells as texts, one tuple a row.
    """

    declared: OutputTable
    rows: tuple[tuple[str, ...], ...]

    def records(self) -> list[dict[str, str]]:
        """
        Rows by the names of their columns.

        Returns
        -------
        records
            One mapping a row.
        """
        names = [column.name for column in self.declared.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


class ReportValues(NamedTuple):
    """
    What a report says (报告内容).

    Attributes
    ----------
    values
        Texts by name; a dash where there is no value.
    tables
        Tables by name.
    beyond
        Sums of what lies outside the province; None where nothing does.
    balanced
        Whether there are approvals.
    altered
        Files that are no longer as their run wrote them.
    plates
        Title and file of the maps that the audit drew.
    """

    values: dict[str, str]
    tables: dict[str, WordTable]
    beyond: dict[str, str] | None
    balanced: bool
    altered: tuple[str, ...]
    plates: tuple[tuple[str, Path], ...]


@cache
def declared_values() -> dict[str, OutputTable]:
    """Names that sentences and templates may use, by table (变量声明)."""
    path = Path(__file__).with_name("variables.yml")
    return {table.name: table for table in read_output_tables(path)}


@dataclass(frozen=True)
class ReportTables:
    """
    Tables that reports are made from, read once for all zones (结果表).

    Attributes
    ----------
    audit
        Folder of the audit.
    frames
        Its tables by name, every cell a text.
    beside
        Tables of the other folders, by the name of the report's table.
    altered
        Files that are no longer as their run wrote them.
    """

    audit: ResultFolder
    frames: dict[str, pd.DataFrame]
    beside: dict[str, pd.DataFrame]
    altered: tuple[str, ...]

    def rows_of(self, name: str, zone: str) -> pd.DataFrame:
        """
        Rows of a table that are about a zone (该区各行).

        Parameters
        ----------
        name
            Name of the table.
        zone
            The zone; all rows if empty.

        Returns
        -------
        rows
            In their order.
        """
        frame = self.frames[name] if name in self.frames else self.beside[name]
        if not zone:
            return frame
        # Parted once: a report of every zone would look through all rows every time.
        if name not in self._parted:
            self._parted[name] = frame.groupby("zone", sort=False).indices
        own: pd.DataFrame = frame.iloc[self._parted[name].get(zone, [])]
        return own

    @cached_property
    def _parted(self) -> dict[str, dict[Any, Any]]:
        return {}

    def zone_names(self) -> list[str]:
        """
        Zones of the audit (开发区).

        Returns
        -------
        names
            In its order.
        """
        summary = self.frames["zone_summary"]
        held = summary["place"][summary["level"] == "zone"]
        return [name for name in held if name != _BEYOND]


def read_report_tables(
    folder: Path, intensity: Path | None = None, targets: Path | None = None
) -> ReportTables:
    """
    Read the tables that reports are made from (读取结果表).

    Parameters
    ----------
    folder
        Folder of an audit.
    intensity, targets
        Folders of ``yngis intensity`` and ``yngis targets``; left out if None.

    Returns
    -------
    tables
        Every cell a text.

    Raises
    ------
    LayerError
        If a folder is not what it should be, or lacks a table or a column.
    """
    audit = read_result_folder(folder, [PROGRAMS["audit"]])
    needed = {
        "zone_summary": ("level", "place", "supplied_ha", "suspected_idle_ha"),
        "supply_findings": ("zone", "finding", "area_m2"),
        "consequences": ("zone", "verdict_zh", "why", "to_leave"),
        "criteria": ("zone", "side", "zh", "sign", "threshold", "basis"),
        "doubts": ("table", "outcome", "meaning", "remedy", "rows", "area_ha"),
    }
    frames = {
        name: read_result_table(audit, f"{name}.csv", columns) for name, columns in needed.items()
    }
    files = [f"{name}.csv" for name in needed]
    altered = audit.altered_files(files)
    beside: dict[str, pd.DataFrame] = {}
    for option, given, name, table in (
        ("intensity", intensity, "ranking", "tables/ranking.csv"),
        ("targets", targets, "targets", "tables/checks.csv"),
    ):
        if given is not None:
            other = read_result_folder(given, [PROGRAMS[option]], f"--{option}")
            own = declared_values()[name]
            wanted = [column.name for column in own.columns if not column.name.endswith("_zh")]
            beside[name] = read_result_table(other, table, wanted)
            altered += [f"{option}/{each}" for each in other.altered_files([table])]
    return ReportTables(audit, frames, beside, tuple(altered))


def report_values(
    tables: ReportTables, zone: str = "", *, unit: str = "", date: str = ""
) -> ReportValues:
    """
    Work out what a report says (报告数值).

    Parameters
    ----------
    tables
        Tables of the results.
    zone
        Zone that it is of; the whole audit if empty.
    unit, date
        Who made it and when, as they are to be printed.

    Returns
    -------
    values
        Every number is one of a table, or counts or adds up rows of ``supply_findings.csv``.

    Raises
    ------
    SpecError
        If there is no such zone; names the nearest.
    """
    place = _place_row(tables, zone)
    own = {column.name: column for column in declared_values()["values"].columns}
    values = {name: _cell_text(place.get(name, ""), column) for name, column in own.items()}
    record = tables.audit.record
    values |= {
        "title": f"{place['place']}土地审计报告" if zone else f"{place['place']}开发区土地审计报告",
        "as_of": tables.audit.as_of,
        "label": tables.audit.label or MISSING,
        "unit": unit or MISSING,
        "date": date or MISSING,
        "basis": BASES.get(str(record.get("basis")), MISSING),
        "rules": _record_title(record, "rules"),
        "plan_rule": _record_title(record, "plan_rule"),
    }
    frames = {
        "findings": _finding_sums(tables.rows_of("supply_findings", zone)),
        "zones": _zone_rows(tables, zone),
        "verdict_counts": _verdict_counts(tables, zone),
        "verdicts": tables.rows_of("consequences", zone),
        "thresholds": _threshold_rows(tables, zone),
        "doubts": _doubt_rows(tables.frames["doubts"]),
        "inputs": _input_rows(record),
    } | _beside_rows(tables, zone)
    summary = tables.frames["zone_summary"]
    outside = summary[(summary["level"] == "province") & (summary["place"] == _BEYOND)]
    beyond = None
    if len(outside) and not zone:
        first = outside.iloc[0]
        beyond = {name: _cell_text(first.get(name, ""), column) for name, column in own.items()}
    return ReportValues(
        values,
        {name: _word_table(name, frame) for name, frame in frames.items()},
        beyond,
        bool(place.get("approved_ha", "")),
        tables.altered,
        _drawn_plates(tables.audit.path),
    )


def _place_row(tables: ReportTables, zone: str) -> dict[str, str]:
    """Row of the sums that the report is of."""
    summary = tables.frames["zone_summary"]
    if zone:
        names = tables.zone_names()
        if zone not in names:
            raise SpecError(
                Problem("--zone", "审计中的开发区 / a zone of the audit", zone,
                        did_you_mean(zone, names or ["—"]))
            )  # fmt: skip
        held = summary[(summary["level"] == "zone") & (summary["place"] == zone)]
    else:
        held = summary[(summary["level"] == "province") & (summary["place"] != _BEYOND)]
        if not len(held):
            held = summary[summary["level"] == "province"]
    if not len(held):
        return {"place": zone}
    return {str(name): str(value) for name, value in held.iloc[0].items()}


def number_of(text: str) -> float:
    """
    Finite number that a cell writes; NaN where it is none (单元格数值).

    Examples
    --------
    >>> number_of("1.5"), number_of("甲")
    (1.5, nan)
    """
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _cell_text(value: str, column: OutputColumn) -> str:
    number = number_of(value) if column.numeric else math.nan
    if math.isnan(number):
        # What is no number stands as it was written.
        return value or MISSING
    return cell_as_text(number, column.form)


def _word_table(name: str, frame: pd.DataFrame) -> WordTable:
    """Declared columns of a frame of texts, as they are to be read."""
    declared = declared_values()[name]
    columns = [
        [_cell_text(str(value), column) for value in frame[column.name]]
        for column in declared.columns
    ]
    return WordTable(declared, tuple(zip(*columns, strict=True)))


def _finding_sums(own: pd.DataFrame) -> pd.DataFrame:
    """Records and area of every finding, those without any too."""
    areas = pd.to_numeric(own["area_m2"], errors="coerce")
    rows = []
    for code, name in FINDINGS.items():
        held = areas[own["finding"] == code]
        hectares = float(held.sum()) / HECTARE_M2
        cells = (len(held), hectares, hectares * MU_PER_HECTARE, int(held.isna().sum()))
        rows.append((name, *map(str, cells)))
    return pd.DataFrame(rows, columns=["finding_zh", "count", "area_ha", "area_mu", "unsized"])


def _zone_rows(tables: ReportTables, zone: str) -> pd.DataFrame:
    summary = tables.frames["zone_summary"]
    held = summary[(summary["level"] == "zone") & (summary["place"] != _BEYOND)]
    held = held[held["place"] == zone] if zone else held
    names = [column.name for column in declared_values()["zones"].columns]
    return held.reindex(columns=names, fill_value="")


def _verdict_counts(tables: ReportTables, zone: str) -> pd.DataFrame:
    counts = tables.rows_of("consequences", zone)["verdict_zh"].value_counts(sort=False)
    rows = [(str(name), str(count)) for name, count in counts.items()]
    return pd.DataFrame(sorted(rows), columns=["verdict_zh", "count"])


def _threshold_rows(tables: ReportTables, zone: str) -> pd.DataFrame:
    """Each criterion once, with the threshold it was held against."""
    held = tables.rows_of("criteria", zone)
    limits = [
        f"{sign} {_share_text(threshold)}" for sign, threshold in
        zip(held["sign"], held["threshold"], strict=True)
    ]  # fmt: skip
    told = held.assign(side_zh=held["side"].map(_SIDES).fillna(held["side"]), limit=limits)
    return told.drop_duplicates(["side", "zh", "limit", "basis"])


def _share_text(text: str) -> str:
    number = number_of(text)
    return text or MISSING if math.isnan(number) else cell_as_text(number, "share")


def _doubt_rows(doubts: pd.DataFrame) -> pd.DataFrame:
    tables = {name.replace("-", "_"): zh for name, zh in TABLES_ZH.items()} | TABLES_ZH
    return doubts.assign(
        table_zh=doubts["table"].map(tables).fillna(doubts["table"]),
        outcome_zh=doubts["outcome"].map(OUTCOMES_ZH).fillna(doubts["outcome"]),
    )


def _input_rows(record: Mapping[str, Any]) -> pd.DataFrame:
    inputs = record.get("inputs")
    held = [each for each in inputs if isinstance(each, dict)] if isinstance(inputs, list) else []
    rows = [
        (str(each.get("source") or each.get("name") or ""), str(each.get("records") or ""),
         str(each.get("sha256") or "")[:16])
        for each in held
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["source", "records", "sha256"])


def _beside_rows(tables: ReportTables, zone: str) -> dict[str, pd.DataFrame]:
    found: dict[str, pd.DataFrame] = {}
    if "ranking" in tables.beside:
        found["ranking"] = tables.rows_of("ranking", zone)
    if "targets" in tables.beside:
        checks = tables.beside["targets"]
        told = checks.get("verdict", pd.Series("", index=checks.index))
        found["targets"] = checks.assign(verdict_zh=told.map(VERDICTS).fillna(told))
    return found


def _record_title(record: Mapping[str, Any], name: str) -> str:
    held = record.get(name)
    return str(held.get("title") or MISSING) if isinstance(held, dict) else MISSING


def _drawn_plates(folder: Path) -> tuple[tuple[str, Path], ...]:
    """Plates that the audit drew, with the titles that their pictures carry."""
    from PIL import Image  # noqa: PLC0415 - reports without plates do without it

    found = []
    for path in sorted((folder / "maps" / "print").glob("*.png")):
        with Image.open(path) as image:
            told = image.info.get("Title")
        found.append((str(told or path.stem), path))
    return tuple(found)


def template_names() -> Sequence[str]:
    """Names that a template may use (模板变量名): values, and tables with their columns."""
    held = declared_values()
    return [*(column.name for column in held["values"].columns),
            *(name for name in held if name != "values")]  # fmt: skip
