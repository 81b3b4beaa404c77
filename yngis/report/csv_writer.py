"""CSV tables for people and programs, written as they come, inert in a spreadsheet (写表)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

# Signs with which spreadsheets begin a formula, in full width too, and what hides before them.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def inert(value: object) -> object:
    """
    Text that no spreadsheet takes for a formula (防公式注入).

    Parameters
    ----------
    value
        Cell; numbers and dates pass.

    Returns
    -------
    value
        A text that would run gets an apostrophe before it; line ends become one kind.

    Examples
    --------
    >>> inert("=cmd|' /C calc'!A0"), inert(-3.5), inert("甲")
    ("'=cmd|' /C calc'!A0", -3.5, '甲')
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


class CsvWriter:
    """
    A CSV that grows by frames of the same columns.

    Parameters
    ----------
    path
        File to write, UTF-8 with a BOM, so that Excel reads it.
    columns
        Its columns, in order; a column that a frame lacks stays empty.
    """

    def __init__(self, path: Path, columns: list[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._file.write("\ufeff" + ",".join(columns) + "\n")
        self._columns = columns
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
            Rows; days are written as 2020-03-01, areas and shares with as many digits as they have.
        """
        if len(frame) == 0:
            return
        table = frame.reindex(columns=self._columns)
        table = pd.DataFrame({name: _written(table[name]) for name in self._columns})
        self._file.write(table.to_csv(index=False, header=False, lineterminator="\n"))
        self.rows += len(table)


def write_table(path: Path, frame: pd.DataFrame) -> int:
    """
    Write a whole table.

    Parameters
    ----------
    path
        File to write.
    frame
        Its rows and columns.

    Returns
    -------
    rows
        How many were written.
    """
    with CsvWriter(path, [str(name) for name in frame.columns]) as writer:
        writer.write(frame)
        return writer.rows


def _written(column: pd.Series) -> Any:  # noqa: ANN401 - an array of whatever CSV takes
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = np.datetime_as_string(column.to_numpy().astype("datetime64[D]"))
        return np.where(column.isna(), "", days)
    if pd.api.types.is_float_dtype(column.dtype):
        return column.round(6).to_numpy()
    if column.dtype == bool or str(column.dtype) == "boolean":
        return column.map({True: "是", False: "否"}).astype("object").fillna("")
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy()
    return [inert(value) if not pd.isna(value) else "" for value in column]
