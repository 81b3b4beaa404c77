"""CSV tables for people and programs, written as they come, inert in a spreadsheet (写表)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.inert import inert_value
from yngis.catalogue.io.output.write import replacing_file
from yngis.report.book import plain_cell_value

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self


DIGITS: Final = 6
"""Digits of areas in square metres and of shares that an audit keeps."""


class CsvWriter:
    """
    A CSV that grows by frames of the same columns.

    Parameters
    ----------
    path
        File to write, UTF-8 with a BOM, so that Excel reads it.
    columns
        Its columns, in order; a column that a frame lacks stays empty.
    digits
        Digits behind the point that a number keeps; all of them if None.
    """

    def __init__(self, path: Path, columns: list[str], *, digits: int | None = None) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        heads = pd.DataFrame(columns=[inert_value(name) for name in columns])
        self._file.write("\ufeff" + heads.to_csv(index=False, lineterminator="\n"))
        self._columns = columns
        self._digits = digits
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, frame: pd.DataFrame) -> None:
        """
        Put rows at the end.

        Parameters
        ----------
        frame
            Rows; days are written as 2020-03-01, what is true or false as 是 or 否.
        """
        if len(frame) == 0:
            return
        table = frame.reindex(columns=self._columns)
        table = pd.DataFrame(
            {name: _written_column(table[name], self._digits) for name in self._columns}
        )
        self._file.write(table.to_csv(index=False, header=False, lineterminator="\n"))
        self.rows += len(table)


def write_csv_rows(path: Path, frame: pd.DataFrame, *, digits: int | None = None) -> Path:
    """
    Write a whole table, or nothing (写表).

    Parameters
    ----------
    path
        File to write.
    frame
        Its rows and columns.
    digits
        As for :class:`CsvWriter`.

    Returns
    -------
    path
        The file written.
    """
    names = [str(name) for name in frame.columns]
    with replacing_file(path) as temporary, CsvWriter(temporary, names, digits=digits) as writer:
        writer.write(frame.set_axis(names, axis="columns"))
    return path


def _written_column(column: pd.Series, digits: int | None) -> Any:  # noqa: ANN401 - an array of whatever CSV takes
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = np.datetime_as_string(column.to_numpy().astype("datetime64[D]"))
        return np.where(column.isna(), "", days)
    if pd.api.types.is_float_dtype(column.dtype):
        known = column.where(np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan)))
        return (known if digits is None else known.round(digits)).to_numpy()
    if pd.api.types.is_bool_dtype(column.dtype) or not pd.api.types.is_numeric_dtype(column.dtype):
        return _written_texts(column)
    # As it is: a whole number keeps its form where others of the column are missing.
    return column.array


def _written_texts(column: pd.Series) -> Any:  # noqa: ANN401 - an array of objects
    """Cells of any kind; of texts that stand many times each is looked at once."""
    if isinstance(column.dtype, pd.StringDtype):
        places, texts = pd.factorize(column)
        # The last one is that of cells without a text, whose place is -1.
        written = np.array([*(_written_cell(text) for text in texts), ""], dtype=object)
        return written[places]
    known: dict[str, object] = {}
    told: list[object] = []
    for value in column:
        # Of texts alone: 1, 1.0 and True are one key.
        if type(value) is not str:
            told.append(_written_cell(value))
            continue
        if value not in known:
            known[value] = _written_cell(value)
        told.append(known[value])
    return told


def _written_cell(value: object) -> object:
    plain = plain_cell_value(value)
    return "" if plain is None else inert_value(plain)
