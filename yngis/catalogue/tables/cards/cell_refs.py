"""Cells as messages name and quote them: a layer's by position, a sheet's by spreadsheet row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from yngis.catalogue.io.row_numbers import FILE_ROWS, row_numbers_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

_QUOTED = 5


@dataclass(frozen=True, slots=True)
class Cells:
    """
    Cells of a layer or a table, as messages name and quote them (单元格).

    Attributes
    ----------
    owner
        Layer or file that the cells belong to.
    joint
        Sign between the owner and a column.
    numbers
        Row number by position.
    written
        The cells as they were given, text where they come from a CSV.
    nothing
        What a cell without a value is called.
    """

    owner: str
    joint: str
    numbers: NDArray[np.int64]
    written: pd.DataFrame
    nothing: str

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, name: str) -> Self:
        """
        Cells of a frame in memory: ``zones.level：第 1 行`` is its first row.

        Parameters
        ----------
        frame
            Layer or table; its index counts only where it is named ``row``, for rows as the file
            numbers them.
        name
            Name of its card.

        Returns
        -------
        cells
            Rows counted from 1, or by the file.
        """
        numbers = np.arange(1, len(frame) + 1)
        if frame.index.name == FILE_ROWS:
            numbers = frame.index.to_numpy(dtype=np.int64)
        return cls(name, ".", numbers, frame, "空 / missing")

    @classmethod
    def of_sheet(cls, sheet: pd.DataFrame, file: str) -> Self:
        """
        Cells of a spreadsheet: ``zones.csv level：第 2 行`` is the first row below the header.

        Parameters
        ----------
        sheet
            Text, as :func:`yngis.catalogue.io.sheets.sheet.read_sheet` gives it.
        file
            File name.

        Returns
        -------
        cells
            Rows by the numbers on the sheet's index.
        """
        return cls(file, " ", sheet.index.to_numpy(dtype=np.int64), sheet, "空 / empty")

    def where(self, column: str, positions: Iterable[int]) -> str:
        """
        Name cells of one column.

        Parameters
        ----------
        column
            Header, or several joined by ``+``.
        positions
            Positions in the frame, from 0.

        Returns
        -------
        text
            Bilingual.

        Examples
        --------
        >>> import pandas as pd
        >>> sheet = pd.DataFrame({"year": ["2025", "二〇三五"]}, index=[2, 4])
        >>> Cells.of_sheet(sheet, "targets.csv").where("year", [1])
        'targets.csv year：第 4 行 / row 4'
        """
        told = row_numbers_text(self.numbers[position] for position in positions)
        return f"{self.owner}{self.joint}{column}：{told}"

    def quote(self, column: str, positions: Iterable[int]) -> str:
        """
        Quote what stands in cells of one column, each text once, the first few.

        Parameters
        ----------
        column
            Header.
        positions
            Positions in the frame, from 0.

        Returns
        -------
        text
            Texts in “”.
        """
        values = self.written[column].iloc[list(positions)]
        texts = list(dict.fromkeys(str(value) for value in values))
        return ", ".join(f"“{text}”" for text in texts[:_QUOTED])
