"""Tables of zones as bureaus keep them (开发区数据表): CSV or Excel in, quantities out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from yngis.analysis.intensity.potential import is_supply_header
from yngis.analysis.intensity.scoring_groups import split_index
from yngis.analysis.quantities import misspelt, narrower_headers, understand
from yngis.catalogue import load
from yngis.catalogue.io.row_numbers import rows_text
from yngis.catalogue.io.text import begins_with_unit
from yngis.catalogue.tables.cards.units import quoted_unit_lines
from yngis.catalogue.tables.read_frame import read_cells
from yngis.catalogue.tables.values.cells import Amount, read_amount
from yngis.catalogue.tables.values.number_notes import number_notes
from yngis.errors import LayerError, Problem
from yngis.plan.zone_names import ZoneMatcher, plan_registry
from yngis.report.zone_tables.read_columns import WHY, column_notes, dropped_notes
from yngis.report.zone_tables.unit_columns import put_units_to_numbers, unit_column_problems
from yngis.report.zone_tables.zone_cells import cell_texts, numbers_of
from yngis.report.zone_tables.zone_headers import (
    KEYS,
    NOTED,
    Finder,
    column_role,
    key_columns,
    key_places,
    unread_headers,
    with_note_units,
)
from yngis.report.zone_tables.zone_years import (
    header_years,
    uneven_units,
    without_undated,
    year_slices,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy as np

    from yngis.catalogue.tables.read_frame import CellTable
    from yngis.report.zone_tables.zone_headers import ColumnRole
    from yngis.report.zone_tables.zone_years import YearSlice


LABEL: Final = "演示数据，非真实统计 / synthetic, not real figures"
"""What stands in every made-up table of zones, and above everything made from one."""
_SHEET: Final = re.compile(r"工作表“(.*?)”，表头")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_IDLE_YEAR: Final = "没有该年的行 / no rows of its year"


@dataclass(frozen=True)
class ReadTable:
    """
    A table as it was read (读取结果).

    Attributes
    ----------
    frame
        One row per row of the file: the columns of :data:`KEYS` that it has, and numbers under the
        user's own headers, with a unit put to those whose unit stands above the table.
    columns
        How each header was understood: ``header``, ``column``, ``meaning``, ``unit``, ``basis``.
    dropped
        Rows left out because they are totals: ``row`` and ``text``.
    doubts
        What a reader should look at, such as headers that may be misspelt.
    described
        What the file is: format, sheet, header rows.
    path
        The file.
    label
        What has to stand above everything made from it: that the data are made up, if it says so.
    left_out
        Rows left out on purpose, in words.
    header_years
        Years that lines above the headers name, by header.
    titles
        What stands above the headers, and the name of the sheet.
    """

    frame: pd.DataFrame
    columns: pd.DataFrame
    dropped: pd.DataFrame
    doubts: tuple[Problem, ...]
    described: str
    path: Path
    label: str = ""
    left_out: tuple[str, ...] = ()
    header_years: Mapping[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()

    def notes(self) -> tuple[str, ...]:
        """
        Say what was read, and what was not (读取说明).

        Returns
        -------
        notes
            Bilingual: the sheet, rows and columns left out, and every doubt.
        """
        notes = [f"读取 / read: {self.path.name}（{self.described}）", *self.left_out]
        notes += dropped_notes(self.dropped)
        notes += column_notes(self.columns)
        notes += [f"{doubt.where}：{doubt.found}；{doubt.mend}" for doubt in self.doubts]
        return tuple(notes)


@dataclass(frozen=True)
class ZoneTable:
    """
    A table of zones, ready for the evaluation (待评价数据).

    Attributes
    ----------
    table
        Quantities on an index of registry names, or of names and parts.
    attributes
        ``category``, ``level``, ``prefecture``, ``region``, ``short_zh`` and, where given,
        ``zone_type`` and ``best_grade``, on the same index.
    read
        How the file was read.
    """

    table: pd.DataFrame
    attributes: pd.DataFrame
    read: ReadTable


def read_amount_table(
    path: str | os.PathLike[str], sheet: str | None = None, *, undated: bool = False
) -> ReadTable:
    """
    Read a table of zones (读取开发区数据表).

    Parameters
    ----------
    path
        CSV or Excel workbook; titles above the header, merged headers, rows of totals, thousands
        separators and numbers as text are understood.
    sheet
        Sheet of a workbook; the one whose headers fit best if None.
    undated
        Whether columns without a year hold for every year where lines above others name years, and
        are left out otherwise.

    Returns
    -------
    table
        Rows, and how they were understood. Where lines above the headers name years, as many rows
        of a zone as there are years; columns under a goal, a rate or a unit that is not understood
        are not used, and told.

    Raises
    ------
    LayerError
        If nothing can be read, a cell is no number, or there is no column of names.
    """
    held = read_cells(path, Finder(), sheet)
    file = held.path
    roles = [column_role(parts) for parts in held.headers]
    keys = key_places([role.header for role in roles])
    if "zone" not in keys:
        raise LayerError(_nameless_problem(file, [role.header for role in roles]))
    written = cell_texts(held.cells[keys["year"]]) if "year" in keys else None
    if written is None and header_years(roles) and not undated:
        roles = without_undated(roles)
    slices = [
        _read_slice(held, roles, keys, each) for each in year_slices(roles, written, len(held.rows))
    ]
    frames = [each.frame for each in slices]
    problems = [*(problem for each in slices for problem in each.problems), *uneven_units(frames)]
    if problems:
        raise _in_file(dict.fromkeys(problems), file)
    frame = frames[0] if len(frames) == 1 else pd.concat(frames)
    used = {header for each in slices for header in each.used}
    reasons = {role.shown: role.fault for role in roles if role.fault}
    idle = {role.shown: _IDLE_YEAR for role in roles if role.year and role.shown not in used}
    strangers = [
        role.header
        for role in roles
        if role.header and not {role.header, role.shown} & used and role.shown not in reasons | idle
    ]
    read_keys = key_columns({name: roles[place].header for name, place in keys.items()})
    unread = unread_headers(list(dict.fromkeys([*reasons, *idle, *strangers])), reasons | idle)
    lines = [read_keys, *(each.columns for each in slices), unread]
    columns = pd.concat(lines, ignore_index=True).drop_duplicates(ignore_index=True)
    told = dict.fromkeys(note for each in slices for note in each.notes)
    label = _demonstration_label(held.note, frame)
    frame = frame.drop(columns=[name for name in ("remark",) if name in frame])
    doubts = (*(doubt for each in slices for doubt in each.doubts), *misspelt(strangers))
    return ReadTable(
        frame, columns, held.dropped, tuple(dict.fromkeys(doubts)), held.described, file, label,
        (*held.left_out(), *told), {role.shown: role.year for role in roles if role.year},
        (*held.note.splitlines(), *_SHEET.findall(held.described)),
    )  # fmt: skip


class _Slice(NamedTuple):
    """Rows and columns of one year as they were read, and the headers used, as people see them."""

    frame: pd.DataFrame
    columns: pd.DataFrame
    problems: list[Problem]
    doubts: tuple[Problem, ...]
    used: set[str]
    notes: tuple[str, ...]


def _read_slice(
    held: CellTable, roles: Sequence[ColumnRole], keys: Mapping[str, int], taken: YearSlice
) -> _Slice:
    """Read the columns that hold for some rows."""
    cells, rows = [column[taken.rows] for column in held.cells], held.rows[taken.rows]
    headers = [role.header if at in taken.places else role.shown for at, role in enumerate(roles)]
    readings, problems = understand(headers)
    problems += _headless_problems(headers, cells)
    cells = put_units_to_numbers(headers, cells, readings)
    problems += unit_column_problems(headers, cells, readings)
    numbers = {reading.header for reading in readings}
    numbers |= {
        header
        for header, role in zip(headers, roles, strict=True)
        if is_supply_header(header) and not role.fault
    }
    notes: list[str] = []
    in_cells: set[str] = set()
    frame = pd.DataFrame(
        {name: cell_texts(cells[place]) for name, place in keys.items()}, index=rows
    )
    if taken.year and "year" not in keys:
        frame["year"] = taken.year
    for header in dict.fromkeys(headers):
        if header in numbers and header not in {headers[place] for place in keys.values()}:
            held_cells = cells[headers.index(header)]
            read = numbers_of(held_cells, rows, header)
            problems += read.problems
            notes += [*number_notes(header, held_cells, rows), *read.notes]
            frame[header] = pd.Series(read.numbers, index=rows)
            in_cells |= {header} if read.in_cells else set()
    shown = {header: role.shown for header, role in zip(headers, roles, strict=True) if role.year}
    used = {shown.get(name, name) for name in map(str, frame.columns)}
    used |= {headers[place] for place in keys.values()}
    note = _notes_above("\n".join([held.note, *held.feet]), headers)
    columns = pd.DataFrame()
    if not problems:
        try:
            # A unit in every cell is said as plainly as one in the header.
            stated = [x._replace(stated=x.stated or x.header in in_cells) for x in readings]
            frame, columns = with_note_units(frame, stated, note)
        except LayerError as error:
            problems += error.problems
        else:
            if (columns["basis"] == NOTED).any():
                notes += quoted_unit_lines(note)
            columns.loc[columns["header"].isin(in_cells), "basis"] = "格内 / in the cells"
            columns["header"] = columns["header"].map(lambda name: shown.get(name, name))
    doubts = tuple(narrower_headers(headers))
    return _Slice(frame, columns, problems, doubts, used, tuple(notes))


def _nameless_problem(file: Path, headers: Sequence[str]) -> Problem:
    return Problem(
        str(file),
        promised=f"开发区名称列 / a column of names: {'、'.join(KEYS['zone'])}",
        found=f"有 / there are: {'、'.join(headers[:10])}",
        mend="改列名 / rename the column",
    )


def read_zone_table(
    path: str | os.PathLike[str],
    sheet: str | None = None,
    *,
    year: int | None = None,
    own: Iterable[str] = (),
) -> ZoneTable:
    """
    Read a table of zones for the evaluation, one row per zone or per zone and part.

    Parameters
    ----------
    path
        CSV or Excel workbook.
    sheet
        Sheet of a workbook.
    year
        Year of the rows that are taken, where the table has a column of years.
    own
        Zones of the user's own file that the plan does not have; they may stand in the table.

    Returns
    -------
    table
        Quantities and attributes by registry name; category and level come from the registry where
        the table does not give them.

    Raises
    ------
    LayerError
        If a name is none of the plan's or the user's zones (the nearest is named), a zone stands
        twice, or the table cannot be read; if it has several years and none is named, or no row of
        that year.
    """
    read = _rows_of_year(read_amount_table(path, sheet, undated=True), year)
    registry = load("zone_registry")
    names = registry_names(read.frame["zone"], read.path.name, own)
    frame = read.frame.drop(columns=[key for key in ("zone", "part") if key in read.frame])
    index: pd.Index = pd.Index(names, name="zone")
    if "part" in read.frame:
        parts = read.frame["part"].map(lambda text: text or "主区")
        index = pd.MultiIndex.from_arrays([names, parts], names=["zone", "part"])
    frame = frame.set_axis(index)
    zones, _ = split_index(index)
    known = registry.set_index("name_zh")[["category", "level", "prefecture", "region", "short_zh"]]
    attributes = known.reindex(zones).set_axis(index)
    for name in ("category", "level", "zone_type", "best_grade"):
        if name in frame:
            given = frame[name].where(frame[name] != "", None)
            attributes[name] = given if name not in attributes else given.fillna(attributes[name])
    quantities_only = frame.drop(columns=[name for name in KEYS if name in frame])
    return ZoneTable(quantities_only, attributes, read)


def _rows_of_year(read: ReadTable, year: int | None) -> ReadTable:
    """Rows of one year: those of others would be zones that stand twice, or figures too old."""
    if "year" not in read.frame or read.frame.empty:
        return replace(read, doubts=(*read.doubts, *_title_doubts(read, year)))
    written = read.frame["year"]
    years = written.str.extract(r"^(\d{4})\s*(?:年度?|\.0)?$")[0]
    if years.isna().any():
        rows = [int(row) - 1 for row in years.index[years.isna()]]
        raise LayerError(
            Problem(
                f"{read.path.name}：{rows_text(rows)}",
                promised="年份，如 2023 / a year, such as 2023",
                found="、".join(f"“{text}”" for text in written[years.isna()].unique()[:5]),
                mend="补上或改正年份 / write or mend the year",
            )
        )
    held = sorted(years.unique())
    chosen = held[0] if year is None and len(held) == 1 else str(year)
    if chosen not in held:
        raise LayerError(
            Problem(
                f"{read.path.name}：年份 / years",
                promised="一年的数据 / the figures of one year"
                if year is None
                else f"--year {year} 的行 / rows of that year",
                found=f"表中有 / the table has: {'、'.join(held)}",
                mend=f"用 --year 指明一年，如 --year {held[-1]} / name one with --year",
            )
        )
    other = years != chosen
    read = replace(read, columns=_without_other_years(read, chosen))
    if not other.any():
        return read
    rows = [int(row) - 1 for row in years.index[other]]
    told = f"只用 {chosen} 年；其他年份未计入：{rows_text(rows)} / rows of other years left out"
    if read.header_years and set(rows) & set(read.frame.index[~other] - 1):
        told = f"只用 {chosen} 年的列；其他年份的列未计入 / columns of other years left out"
    return replace(read, frame=read.frame[~other], left_out=(*read.left_out, told))


def _title_doubts(read: ReadTable, year: int | None) -> list[Problem]:
    """Doubt a table without years of its own whose title or sheet names other years than asked."""
    named = {text: _YEAR.findall(text) for text in read.titles if _YEAR.search(text)}
    if year is None or not named or any(str(year) in years for years in named.values()):
        return []
    text, years = next(iter(named.items()))
    shown = "、".join(dict.fromkeys(years))
    return [
        Problem(
            f"{read.path.name}：“{text.strip()[:40]}”",
            promised=f"--year {year} 的数据 / figures of that year",
            found=f"标题或工作表名写的是 {shown} 年，而 --year 为 {year}，仍按 {year} 年用 / "
            f"the title or sheet says {shown}, used as {year}",
            mend="核对年份 / check the year",
        )
    ]


def _without_other_years(read: ReadTable, chosen: str) -> pd.DataFrame:
    """How headers were understood, those of other years among the ones that are not used."""
    years = read.columns["header"].map(read.header_years)
    other = years.notna() & (years != chosen) & (read.columns["column"] != "")
    columns = read.columns.copy()
    columns.loc[other, ["column", "unit", "basis"]] = ""
    columns.loc[other, "meaning"] = [f"{WHY}{year} 年的列" for year in years[other]]
    return columns


def registry_names(written: pd.Series, where: str, own: Iterable[str] = ()) -> list[str]:
    """Names of the zones that a column names: the registry's, and the user's own (名称匹配)."""
    rows = [int(row) - 1 for row in written.index]
    names, problems = ZoneMatcher(plan_registry(), tuple(own)).match_column(written, where, rows)
    if blank := [row for row, name in zip(rows, written, strict=True) if not name.strip()]:
        problems.append(
            Problem(
                f"{where}：{rows_text(blank)}",
                promised="开发区名称 / a zone's name",
                found="空 / missing",
                mend="补上名称，或删去该行 / write the name, or delete the row",
            )
        )
    if problems:
        raise LayerError(problems)
    return [str(name) for name in names]


def _in_file(problems: Iterable[Problem], file: Path) -> LayerError:
    return LayerError([replace(each, where=f"{file.name} {each.where}") for each in problems])


def _notes_above(note: str, headers: list[str]) -> str:
    """Texts that may name units of a table: 单位：亩 stands above the headers or beside them."""
    return "\n".join([note, *filter(begins_with_unit, headers)])


def _headless_problems(headers: list[str], cells: list[np.ndarray]) -> list[Problem]:
    """Numbers of most rows under no header: a merged header not understood would lose them."""
    places = [
        place
        for place, header in enumerate(headers)
        if not header and 2 * sum(_is_number(cell) for cell in cells[place]) > len(cells[place])
    ]
    return [
        Problem(
            f"第 {place + 1} 列 / column {place + 1}",
            promised="每列数值都有表头 / a header over every column of numbers",
            found="表头为空，列中有数值 / numbers under an empty header",
            mend="补上该列表头，或删去该列 / name the column, or delete it",
        )
        for place in places
    ]


def _is_number(cell: object) -> bool:
    return isinstance(read_amount(cell), Amount)


def _demonstration_label(note: str, frame: pd.DataFrame) -> str:
    """Made-up data stay marked as such whatever is made from them."""
    remarks = "".join(frame["remark"].unique()) if "remark" in frame else ""
    return LABEL if LABEL.split("，", maxsplit=1)[0] in note + remarks else ""
