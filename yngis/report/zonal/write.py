"""The table of zonal statistics as a file, with what was met on the way beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.catalogue.io.raster_fillings import fillings_told
from yngis.catalogue.io.row_numbers import DELETED_RECORDS, deleted_records_text
from yngis.report.no_records import no_records
from yngis.report.table_file import check_table_path, write_table_with_notes
from yngis.report.terminal import inert_text

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from yngis.analysis.zonal import ZonalNotes

_KINDS: Final = (
    ("repaired", "已修复 mended"),
    ("unreadable", "坐标损坏，未统计 broken, left out"),
    ("empty", "无面积 without area"),
    ("outside", "栅格范围外 outside the raster"),
    ("masked", "范围内全无数据 no value in it"),
    ("doubtful", "含疑为空值的像元，数值存疑，份额见 doubtful_share cells that may hold no value"),
)


def write_zonal_table(
    path: str | os.PathLike[str],
    table: pd.DataFrame,
    notes: ZonalNotes,
    about: Sequence[str] = (),
) -> Path:
    """
    Write the statistics, whole or not at all; text from files is never run as a formula.

    Parameters
    ----------
    path
        File to write: ``.csv`` (UTF-8 with BOM), ``.xlsx`` or ``.parquet``.
    table
        One row per polygon; its index comes first.
    notes
        What was met; a sheet of its own in Excel, else a file beside that ends in ``.notes.csv``.
    about
        Source, year and accuracy of the raster, which are listed there too.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    LayerError
        If the suffix is not known, no polygon was read, or the place cannot be written to.
    """
    target = check_table_path(path)
    if notes.rows == 0:
        raise no_records("yngis zonal", "面")
    listed = _listed_notes(table, notes, about)
    write_table_with_notes(
        target,
        table.reset_index(),
        listed,
        "yngis zonal",
        sheets=("统计 statistics", "说明 notes"),
        beside="notes",
    )
    return Path(path)


def _filling_lines(notes: ZonalNotes) -> list[str]:
    """Say that a raster holds what looks like no value and counts as one."""
    if not notes.fillings:
        return []
    line = (
        f"栅格没有声明空值，却有 {fillings_told(notes.fillings)}，照数值计入；若是空值，"
        "先用 gdal_edit -a_nodata 声明 / values that usually mean none, which the raster does "
        "not declare as nodata, were counted"
    )
    return [line]


def _listed_notes(table: pd.DataFrame, notes: ZonalNotes, about: Sequence[str]) -> pd.DataFrame:
    rows = [(str(table.index[row]), what) for name, what in _KINDS for row in getattr(notes, name)]
    rows += [
        ("", f"图例没有的代码 code not in the legend: {code:g}") for code in notes.unknown_codes
    ]
    rows += [("", line) for line in _filling_lines(notes)]
    rows += [("", f"{deleted_records_text([row])}：{DELETED_RECORDS}") for row in notes.deleted]
    if notes.scaled:
        rows.append(("", "已按栅格声明的比例和偏移换算 its declared scale and offset were applied"))
    rows += [("", text) for text in about]
    return pd.DataFrame(rows, columns=["row", "what"])


def zonal_summary_lines(path: Path, notes: ZonalNotes, about: Sequence[str] = ()) -> list[str]:
    """
    Say what came out, line by line, both languages.

    Parameters
    ----------
    path
        File written.
    notes
        What was met.
    about
        What is to be known of the raster.

    Returns
    -------
    lines
        For the terminal; control signs from files are shown, not obeyed.
    """
    lines = [f"面 / polygons: {notes.rows:,}", f"已写出 / written: {path}"]
    lines += [
        f"注意 / note: {what}: {len(getattr(notes, name)):,}"
        for name, what in _KINDS
        if getattr(notes, name)
    ]
    if notes.deleted:
        lines.append(f"注意 / note: {DELETED_RECORDS}: {len(notes.deleted):,}")
    lines += [f"注意 / note: {line}" for line in _filling_lines(notes)]
    if notes.unknown_codes:
        told = "、".join(f"{code:g}" for code in notes.unknown_codes[:12])
        lines.append(f"图例没有的代码记入 share_other / codes that the legend lacks: {told}")
    if notes.scaled:
        lines.append("已按栅格声明的比例和偏移换算 / its declared scale and offset were applied")
    return [inert_text(line) for line in [*lines, *about]]
