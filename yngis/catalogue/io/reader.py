"""What every carrier (数据载体) gives: headers, and numbered rows in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    import pyproj
    from numpy.typing import NDArray

BATCH_ROWS: Final = 50_000
"""Rows held at a time: some 100 MB with all their texts."""


class Spoilt(NamedTuple):
    """
    A row that could not be taken at all (无法读取的行).

    Attributes
    ----------
    row
        Its number in the file, as the user counts.
    rule
        Code of the rule that it breaks.
    cells
        What could be read of it.
    """

    row: int
    rule: str
    cells: tuple[Any, ...]


class Beside(NamedTuple):
    """
    A cell that stands beside the table, under no header of its own (表外单元格).

    Attributes
    ----------
    row
        Its row in the file, as the user counts.
    column
        Its column, from 0.
    text
        What it says.
    """

    row: int
    column: int
    text: str

    @property
    def address(self) -> str:
        """Where a spreadsheet shows it, such as ``K5``."""
        return f"{column_letters(self.column)}{self.row}"


def column_letters(place: int) -> str:
    """
    Letters of a column as a spreadsheet shows them (列标).

    Parameters
    ----------
    place
        Number of the column, from 0.

    Returns
    -------
    letters
        A, B, …, Z, AA, …

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    letters, left = "", place + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_place(letters: str) -> int:
    """
    Place of a column by the letters that a spreadsheet shows (列号).

    Parameters
    ----------
    letters
        A, B, …, Z, AA, …

    Returns
    -------
    place
        From 0.

    Examples
    --------
    >>> column_place("A"), column_place("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


class RawBatch(NamedTuple):
    """
    Some rows as they stand in the file.

    Attributes
    ----------
    columns
        Cells by column, as many arrays as there are headers, each ``(n,)``.
    rows
        Number of each row, as a user counts them in the file, ``(n,)``.
    geometry
        Shapely geometries in the carrier's CRS, ``(n,)``; None for tables.
    spoilt
        Rows that could not be taken.
    merged
        By column, what a merged cell that reaches down to each row holds in its first row,
        ``(n,)``, None for the first row itself and where nothing is merged.
    beside
        Cells that stand beside the table, to its right or under no header: they are no part of it.
    serials_from_1904
        Whether a bare number in a column of days counts them from 1904-01-01.
    marks
        Struck cells, hidden rows and columns, comments, each with the rule that tells it.
    longer
        Numbers of the rows of a text file that have more cells than the header, all of them blank.
    """

    columns: list[NDArray[np.object_]]
    rows: NDArray[np.int64]
    geometry: NDArray[np.object_] | None
    spoilt: Sequence[Spoilt] = ()
    merged: Mapping[int, NDArray[np.object_]] | None = None
    beside: Sequence[Beside] = ()
    serials_from_1904: bool = False
    marks: Sequence[tuple[str, Beside]] = ()
    longer: frozenset[int] = frozenset()


class HeaderFinder(Protocol):
    """What readers ask of whoever knows the headers of a table."""

    @property
    def title_zh(self) -> str:
        """Chinese title of the table, for messages."""
        ...

    @property
    def title_en(self) -> str:
        """English title of the table."""
        ...

    def score(self, headers: Sequence[Sequence[str]]) -> int:
        """
        Count the columns that a row of headers would give.

        Parameters
        ----------
        headers
            Parts of each header, from top to bottom.

        Returns
        -------
        count
            The more, the better the row fits as header.
        """
        ...

    def continues(self, cells: Sequence[str]) -> bool:
        """
        Tell whether a row below a header belongs to it: units, 约定 and 实际, and nothing else.

        Parameters
        ----------
        cells
            Texts of the row, without the blank ones.

        Returns
        -------
        continues
            Whether no record can look so.
        """
        ...


class Carrier(Protocol):
    """A table or layer ready to be read."""

    @property
    def described(self) -> str:
        """What it is, for people: format, sheet or layer, header rows, encoding."""
        ...

    @property
    def headers(self) -> Sequence[tuple[str, ...]]:
        """Texts of each header from top to bottom."""
        ...

    @property
    def note(self) -> str:
        """What stands above the headers."""
        ...

    @property
    def crs(self) -> pyproj.CRS | None:
        """CRS as declared, None where there is none."""
        ...

    @property
    def has_geometry(self) -> bool:
        """Whether rows carry geometry."""
        ...

    @property
    def total(self) -> int | None:
        """Number of rows if it is known beforehand."""
        ...

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """
        Read the rows.

        Parameters
        ----------
        size
            Most rows of a batch.

        Yields
        ------
        batch
            The rows in the order of the file.
        """
        ...
