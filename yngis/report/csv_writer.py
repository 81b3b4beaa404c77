"""CSV tables for people and programs, written as they come, inert in a spreadsheet (写表)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.catalogue.io.inert import inert_value

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self


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
        heads = pd.DataFrame(columns=[inert_value(name) for name in columns])
        self._file.write("\ufeff" + heads.to_csv(index=False, lineterminator="\n"))
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
        table = pd.DataFrame({name: _written_column(table[name]) for name in self._columns})
        self._file.write(table.to_csv(index=False, header=False, lineterminator="\n"))
        self.rows += len(table)


def write_csv_rows(path: Path, frame: pd.DataFrame) -> int:
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


def _written_column(column: pd.Series) -> Any:  # noqa: ANN401 - an array of whatever CSV takes
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = np.datetime_as_string(column.to_numpy().astype("datetime64[D]"))
        return np.where(column.isna(), "", days)
    if pd.api.types.is_float_dtype(column.dtype):
        return column.round(6).to_numpy()
    if column.dtype == bool or str(column.dtype) == "boolean":
        return column.map({True: "是", False: "否"}).astype("object").fillna("")
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy()
    return [inert_value(value) if not pd.isna(value) else "" for value in column]
