"""Years in the headers of a table of zones (表头年份): which columns hold for which rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.quantities import understand
from yngis.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from yngis.report.zone_tables.zone_headers import ColumnRole

_WRITTEN: Final = re.compile(r"(\d{4})\s*(?:年度?|\.0)?")


class YearSlice(NamedTuple):
    """
    Columns and rows that belong together because they are of one year.

    Attributes
    ----------
    year
        The year; empty where the headers name none.
    places
        Columns that hold for these rows: those of the year, and those of none.
    rows
        Mask of the rows.
    """

    year: str
    places: frozenset[int]
    rows: np.ndarray


def header_years(roles: Sequence[ColumnRole]) -> list[str]:
    """Years that lines above the headers name, in their order."""
    return list(dict.fromkeys(role.year for role in roles if role.year))


def year_slices(
    roles: Sequence[ColumnRole], written: Sequence[str] | None, count: int
) -> list[YearSlice]:
    """
    Part a table by the years of its headers (按表头年份拆分).

    Parameters
    ----------
    roles
        What each header says.
    written
        Years in a column of their own; None without one. Where there are both, a column holds for
        the rows of its own year only.
    count
        Number of rows.
    """
    years, every = header_years(roles), np.ones(count, dtype=bool)

    def places_of(year: str) -> frozenset[int]:
        return frozenset(at for at, role in enumerate(roles) if role.year in {"", year})

    if not years or written is None:
        return [YearSlice(year, places_of(year), every) for year in years or [""]]
    found = [match[1] if (match := _WRITTEN.fullmatch(text.strip())) else "" for text in written]
    masks = {year: np.array([each == year for each in found], dtype=bool) for year in years}
    slices = [YearSlice(year, places_of(year), mask) for year, mask in masks.items() if mask.any()]
    rest = ~np.logical_or.reduce(list(masks.values()))
    return [*slices, YearSlice("", places_of(""), rest)] if rest.any() or not slices else slices


def without_undated(roles: Sequence[ColumnRole]) -> list[ColumnRole]:
    """Leave out columns without a year beside such with one, where only years are of use."""
    why = "其他列的上级表头有年份，此列没有 / no year above it, as there is above others"
    return [
        role._replace(header=role.shown, fault=why)
        if not role.year and not role.fault and understand([role.header])[0]
        else role
        for role in roles
    ]


def uneven_units(frames: Sequence[pd.DataFrame]) -> list[Problem]:
    """Refuse one quantity under headers of several units, a year each: they are one column here."""
    headers: dict[str, dict[str, None]] = {}
    for frame in frames:
        for reading in understand(map(str, frame.columns))[0]:
            headers.setdefault(reading.quantity, {})[reading.header] = None
    return [
        Problem(
            "、".join(told),
            promised="各年同一列名和单位 / one header and unit in all years",
            found="各年的列名或单位不同 / they differ between years",
            mend="统一各年的列名和单位 / bring them to one",
        )
        for told in headers.values()
        if len(told) > 1
    ]
