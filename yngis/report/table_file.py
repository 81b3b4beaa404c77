"""The table of areas as a file (叠加面积表): CSV, Excel or Parquet, and what was mended."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.catalogue.io.folder import adding_to_folder, check_folder
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.output.output_place import file_place
from yngis.catalogue.io.row_numbers import DELETED_RECORDS, deleted_records_text
from yngis.errors import LayerError, Problem
from yngis.measure.units import HECTARE_M2
from yngis.report.book import new_book
from yngis.report.csv_writer import write_csv_rows
from yngis.report.no_records import no_records
from yngis.report.output_tables import Form, OutputColumn
from yngis.report.terminal import inert_text, progress_bar
from yngis.report.workbook import ReportBook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.analysis.overlay.overlay_notes import OverlayNotes
    from yngis.measure.progress import StepProgress
    from yngis.plan.zone_notes import ZoneNote

SUFFIXES: Final = (".csv", ".xlsx", ".parquet")
"""Forms the table can take."""

_SHEET: Final = "面积 areas"
_NOTES_SHEET: Final = "修复 mended"
_FAR: Final = (
    "没有地块与任何开发区相交：请检查两个文件声明的坐标系（中央经线、带号） / "
    "no parcel touches any zone: check the CRS that both files declare (central meridian, belt)"
)
_MOST_ROWS: Final = 1_048_575  # of an Excel sheet, below the heading


def check_table_path(path: str | os.PathLike[str]) -> Path:
    """
    Make sure, before the work, that the table can be written.

    Parameters
    ----------
    path
        File to write; its suffix tells the form.

    Returns
    -------
    path
        Where the table will stand: the file that a link points to.

    Raises
    ------
    LayerError
        If the suffix is none of :data:`SUFFIXES`, or the place cannot be written to.
    """
    target = file_place(path)
    if target.suffix.lower() not in SUFFIXES:
        raise LayerError(
            Problem(
                where=str(target),
                promised=" ".join(SUFFIXES),
                found=target.suffix or "无后缀 / no suffix",
                mend=did_you_mean(target.suffix, SUFFIXES),
            )
        )
    check_folder(target.parent)
    return target


def write_overlay_table(
    path: str | os.PathLike[str],
    table: pd.DataFrame,
    notes: OverlayNotes,
    zone_notes: Sequence[tuple[str, ZoneNote]] = (),
) -> Path:
    """
    Write the table, whole or not at all; text from files is never run as a formula.

    Parameters
    ----------
    path
        File to write: ``.csv`` (UTF-8 with BOM, for Excel), ``.xlsx`` or ``.parquet``.
    table
        Table of areas, its index as the first columns.
    notes
        What was mended or left out; a sheet of its own in Excel, else a file beside the table that
        ends in ``.mended.csv``. Nothing to tell, no file.
    zone_notes
        File and doubt of every zone that is odd; listed there too.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    LayerError
        If the suffix is not known, no parcel was read, the place cannot be written to, or the table
        has more rows than Excel takes.
    """
    target = check_table_path(path)
    if notes.rows == 0 and not notes.far:
        raise no_records("yngis overlay", "地块")
    listed = notes_table(notes, zone_notes)
    write_table_with_notes(
        target,
        table.reset_index(),
        listed,
        "yngis overlay",
        sheets=(_SHEET, _NOTES_SHEET),
        beside="mended",
    )
    return Path(path)


def write_table_with_notes(
    target: Path,
    flat: pd.DataFrame,
    listed: pd.DataFrame,
    program: str,
    *,
    sheets: tuple[str, str],
    beside: str,
) -> None:
    """
    Write a table and what is to be known of it: both come, or neither (表与说明).

    Parameters
    ----------
    target
        Where it will stand, as :func:`check_table_path` gives it.
    flat, listed
        The table and its notes, without index; without notes there is neither sheet nor file.
    program
        Command, for the properties of a workbook.
    sheets
        Names of the two sheets of a workbook.
    beside
        What the file of notes is called besides: ``mended`` for ``areas.mended.csv``.

    Raises
    ------
    LayerError
        If the table has more rows than Excel takes.
    """
    kind = target.suffix.lower()
    if kind == ".xlsx":
        refuse_long_table(target, flat)
    notes_file = target.with_suffix(f".{beside}.csv").name
    with adding_to_folder(target.parent, instead_of=[notes_file]) as fresh:
        if kind == ".xlsx":
            with new_book(fresh / target.name, program, streamed=True) as opened:
                book = ReportBook(opened)
                add_plain_sheet(book, sheets[0], flat)
                if len(listed):
                    add_plain_sheet(book, sheets[1], listed)
        elif kind == ".csv":
            write_csv_rows(fresh / target.name, flat)
        else:
            flat.to_parquet(fresh / target.name, index=False)
        if len(listed) and kind != ".xlsx":
            write_csv_rows(fresh / notes_file, listed)


@contextmanager
def shown_progress() -> Iterator[StepProgress]:
    """
    Show how far an overlay has come (进度条); nothing where standard error is no terminal.

    Yields
    ------
    progress
        To be called with parcels done and parcels in all.
    """
    with progress_bar() as bar:
        task = bar.add_task("地块 / parcels", total=None)

        def shown(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield shown


def overlay_summary_lines(
    path: Path, table: pd.DataFrame, notes: OverlayNotes, zone_lines: Sequence[str] = ()
) -> list[str]:
    """
    Say what came out of an overlay, line by line, both languages.

    Parameters
    ----------
    path
        File written.
    table
        The table.
    notes
        What was mended or left out.
    zone_lines
        What is odd of the zones.

    Returns
    -------
    lines
        For the terminal; control signs from files are shown, not obeyed.
    """
    hectares = table["area_m2"].sum() / HECTARE_M2
    lines = [
        f"地块 / parcels: {notes.rows:,}；面积合计 / area in all: {hectares:,.4f} 公顷 / ha",
        f"已写出 / written: {path}",
    ]
    lines += [f"· {line}" for line in zone_lines]
    if notes.far:
        lines.append(f"注意 / warning: {_FAR}")
    if notes.repaired or notes.unreadable:
        lines.append(
            f"修复后量算 / mended before measuring: {len(notes.repaired)}；"
            f"坐标损坏未计入 / left out, broken: {len(notes.unreadable)}"
        )
    if notes.across:
        lines.append(
            f"跨 180° 经线或跨度超过半个地球，未计入 / across 180° or wider than half the earth, "
            f"left out: {len(notes.across)}"
        )
    if notes.deleted:
        lines.append(f"{DELETED_RECORDS}: {len(notes.deleted):,}")
    lines += _identical_lines(notes)
    return [inert_text(line) for line in lines]


def _identical_lines(notes: OverlayNotes) -> list[str]:
    """Say how many parcels are drawn like an earlier one, or that nobody looked."""
    if notes.identical_count is None:
        return ["未查重复图形 / parcels drawn twice were not looked for"]
    if not notes.identical_count:
        return []
    hectares = (notes.identical_m2 or 0.0) / HECTARE_M2
    told = (
        f"重复图形（与前面的地块完全相同） / drawn like an earlier parcel: "
        f"{notes.identical_count:,}；面积仍计入 / area, counted all the same: "
        f"{hectares:,.4f} 公顷 / ha"
    )
    return [told]


def notes_table(
    notes: OverlayNotes, zone_notes: Sequence[tuple[str, ZoneNote]] = ()
) -> pd.DataFrame:
    """List what was mended or left out, one parcel a row, and what is odd of the zones."""
    kinds = (
        ("已修复 mended", notes.repaired),
        ("无面积 without area", notes.empty),
        ("坐标损坏 broken", notes.unreadable),
        ("跨180°经线未计入 across 180°", notes.across),
        ("重复图形 drawn like an earlier one", notes.identical),
    )
    rows: list[tuple[str, int | None, str]] = []
    rows += sorted((file, row + 1, what) for what, places in kinds for file, row in places)
    rows += [
        (file, None, f"{deleted_records_text([row + 1])}：{DELETED_RECORDS}")
        for file, row in notes.deleted
    ]
    folders = {str(Path(file).parent) for file, _, _ in rows if file}
    # Files on two drives of Windows have no folder in common.
    home = os.path.commonpath(folders) if len({Path(each).anchor for each in folders}) == 1 else ""
    rows = [
        (os.path.relpath(file, home) if home else Path(file).name, row, what)
        for file, row, what in rows
    ]
    more = (notes.identical_count or 0) - len(notes.identical)
    further = f"另有重复图形 {more:,} 处未列 / {more:,} further ones are not listed"
    odd = [(file, note.row_in_file, note.text()) for file, note in zone_notes]
    extra = [("", None, _FAR)] * notes.far + [("", None, further)] * (more > 0)
    listed = pd.DataFrame([*rows, *odd, *extra], columns=["file", "row", "what"])
    return listed.astype({"row": "Int64"}) if listed["row"].isna().any() else listed


def add_plain_sheet(book: ReportBook, sheet: str, frame: pd.DataFrame) -> None:
    """Write a sheet whose columns the user chose."""
    forms: dict[str, Form] = {"f": "number", "i": "whole", "u": "whole"}
    columns = [
        OutputColumn(name=name, zh=name, en=name, form=forms.get(kind.kind, "text"))
        for name, kind in zip(map(str, frame.columns), frame.dtypes, strict=True)
    ]
    book.add_table(sheet, columns, frame.itertuples(index=False, name=None))


def refuse_long_table(target: Path, flat: pd.DataFrame) -> None:
    """Refuse what Excel would cut off."""
    if len(flat) > _MOST_ROWS:
        raise LayerError(
            Problem(
                where=str(target),
                promised=f"至多 {_MOST_ROWS:,} 行 / at most {_MOST_ROWS:,} rows in Excel",
                found=f"{len(flat):,}",
                mend="改用 .parquet 或 .csv / write .parquet or .csv instead",
            )
        )
