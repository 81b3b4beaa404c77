"""Measures of a portal (门户的指标): which there are, how they read, and why one is missing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
import yaml
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from yngis.measure.units import HECTARE_M2
from yngis.report.archive.declared import edition_kinds, kind_titles
from yngis.report.page import cell_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.report.portal.view import ArchiveView, ZoneHistory

MISSING: Final = "缺数据"
"""What stands where there is no value, with its reason behind it."""

_DECLARED: Final = Path(__file__).with_name("measures.yml")
_UNKNOWN: Final = "原因未记"


class Measure(BaseModel):
    """
    A measure that a portal shows (指标).

    Attributes
    ----------
    id
        Its name in addresses.
    kind, measure
        Its names in the archive.
    zh, en, unit
        What it is; no unit for shares and plain numbers.
    form
        As :func:`yngis.report.page.cell_as_text` knows it; ``share`` is written in per cent.
    low, high
        Measures of the ends of its interval; empty where it has none.
    more_is
        Whether more of it is ``bad`` or ``good``; ``neutral`` where nothing is judged from it.
    small_first
        Whether the smallest stands first in a ranking, as ranks themselves do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: str
    measure: str
    zh: str
    en: str
    unit: str = ""
    form: Literal["share", "number", "whole"]
    low: str = ""
    high: str = ""
    more_is: Literal["bad", "good", "neutral"]
    small_first: bool = False

    @property
    def header(self) -> str:
        """Chinese name with its unit (表头)."""
        return self.zh + (f"（{self.unit}）" if self.unit else "")

    def text_of(self, value: float) -> str:
        """
        Write a value of the measure (数值文本).

        Parameters
        ----------
        value
            The value, not missing.

        Returns
        -------
        text
            As its form asks.
        """
        return cell_as_text(value, self.form)

    def drawn_number(self, value: float) -> float:
        """
        Number of a value as it is drawn, ranked and put into classes (所示数值).

        Parameters
        ----------
        value
            The value; it may be missing.

        Returns
        -------
        number
            In ``drawn_unit``, of as many decimals as are written: what reads the same is the same.
        """
        scale = 100.0 if self.form == "share" else 1.0
        return round(float(value) * scale, 0 if self.form == "whole" else 2)

    @property
    def drawn_unit(self) -> str:
        """Unit of what is drawn."""
        return "%" if self.form == "share" else self.unit


@cache
def read_measures() -> tuple[Measure, ...]:
    """
    Read which measures a portal shows (门户的指标).

    Returns
    -------
    measures
        In the order of the file.
    """
    told = yaml.safe_load(_DECLARED.read_text(encoding="utf-8"))
    return tuple(Measure.model_validate(each) for each in told["measures"])


def measures_at_hand(view: ArchiveView) -> tuple[Measure, ...]:
    """
    Measures that some zone has a value of in some year (有数的指标).

    Parameters
    ----------
    view
        The archive.

    Returns
    -------
    measures
        In their order.
    """
    known = view.zone_measures
    return tuple(each for each in read_measures() if (each.kind, each.measure) in known)


def measure_rows(
    view: ArchiveView, measure: Measure, level: str = "zone"
) -> dict[tuple[str, int], dict[Any, Any]]:
    """
    Values of a measure, by place and year (各地各年取值).

    Parameters
    ----------
    view
        The archive.
    measure
        The measure.
    level
        As for :meth:`yngis.report.portal.view.ArchiveView.rows_of`.

    Returns
    -------
    rows
        As that method gives them.
    """
    return view.rows_of(measure.kind, measure.measure, level)


def value_text(row: Mapping[Any, Any] | None, form: str) -> str | Markup:
    """
    Write a value of the archive for a page, or that it is missing and why (取值文本).

    Parameters
    ----------
    row
        ``value`` and ``reason``; None where the archive has no such row.
    form
        Form of the number, as :func:`yngis.report.page.cell_as_text` knows it.

    Returns
    -------
    text
        Never 0 for what is not known; what is missing stands out.
    """
    value = None if row is None else row["value"]
    if value is None or pd.isna(value):
        return missing_text(value_reason(row))
    return cell_as_text(value, form)


def hectares_text(row: Mapping[Any, Any] | None) -> str | Markup:
    """
    Write a value in square metres as hectares for a page (公顷文本).

    Parameters
    ----------
    row
        As for :func:`value_text`.

    Returns
    -------
    text
        Likewise.
    """
    if row is None or pd.isna(row["value"]):
        return missing_text(value_reason(row))
    return cell_as_text(row["value"] / HECTARE_M2, "number")


def sum_known_areas(found: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """
    Count records and add up their areas by group (分组计数求和).

    Parameters
    ----------
    found
        ``area_m2`` [m²] beside the columns of the groups.
    keys
        Those columns.

    Returns
    -------
    sums
        The columns of the groups, ``records``, ``area_ha`` [ha] of those whose area is known, none
        where it is of no record, and ``unknown``, the number of those whose area is not.
    """
    groups = found.groupby(keys, sort=True)["area_m2"]
    known = groups.sum(min_count=1) / HECTARE_M2
    told = pd.DataFrame({"records": groups.size(), "area_ha": known})
    return told.assign(unknown=told["records"] - groups.count()).reset_index()


def value_reason(row: Mapping[Any, Any] | None) -> str:
    """
    Tell why a value is missing (缺数据原因).

    Parameters
    ----------
    row
        Its row; None where the archive has none.

    Returns
    -------
    reason
        As the results tell it.
    """
    return "结果中没有此项" if row is None else str(row["reason"] or _UNKNOWN)


def missing_words(reason: str) -> str:
    """
    Say that a value is missing, and why, as plain text (缺数据).

    Parameters
    ----------
    reason
        Any text.

    Returns
    -------
    text
        Not escaped.
    """
    return f"{MISSING}：{reason}"


def missing_text(reason: str) -> Markup:
    """
    Say that a value is missing, and why (缺数据).

    Parameters
    ----------
    reason
        Any text.

    Returns
    -------
    text
        An element; the reason is escaped.
    """
    return Markup('<span class="void">{}</span>').format(missing_words(reason))


def no_edition_reason(view: ArchiveView, kind: str) -> str:
    """
    Say that the archive has no results of a kind (未存入).

    Parameters
    ----------
    view
        The archive, until the year of the portal.
    kind
        Kind of results.

    Returns
    -------
    reason
        In Chinese, with the command that makes such results.
    """
    program = next(each.program for each in edition_kinds().values() if each.kind == kind)
    return f"截至 {view.year} 年没有存入{kind_titles()[kind]}（{program}）的结果"


def gap_reason(view: ArchiveView, zone: ZoneHistory, measure: Measure, year: int) -> str:
    """
    Tell why a zone has no number of a measure in a year (缺数据原因).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.
    measure
        A measure that it has no number of.
    year
        A year of the portal.

    Returns
    -------
    reason
        As the results tell it where they know the zone; else that it had ended or had not begun,
        that nothing was stored, that it was not stored for that year, or that its results do not
        know the zone.
    """
    row = measure_rows(view, measure).get((zone.zone_id, year))
    if row is not None:
        return value_reason(row)
    if zone.ended and zone.ended <= f"{year}-12-31":
        return f"{zone.ended} 起已并入他区"
    if (begun := view.begun.get(zone.zone_id, "")) > f"{year}-12-31":
        return f"{begun} 起才由他区分立"
    if view.edition_of(measure.kind) is None:
        return no_edition_reason(view, measure.kind)
    if view.edition_of(measure.kind, year) is None:
        return f"没有存入 {year} 年的{kind_titles()[measure.kind]}结果"
    return f"{year} 年的结果中没有该区此项"


def zone_value_text(
    view: ArchiveView, zone: ZoneHistory, measure: Measure, year: int
) -> str | Markup:
    """
    Write a zone's value of a measure in a year, or why there is none (取值或原因).

    Parameters
    ----------
    view, zone, measure, year
        As for :func:`gap_reason`.

    Returns
    -------
    text
        For a page.
    """
    row = measure_rows(view, measure).get((zone.zone_id, year))
    if row is None or pd.isna(row["value"]):
        return missing_text(gap_reason(view, zone, measure, year))
    return measure.text_of(row["value"])


def zone_gaps_text(view: ArchiveView, zone: ZoneHistory) -> str:
    """
    Tell which measures a zone lacks in the portal's year, and why (缺数据原因).

    Parameters
    ----------
    view, zone
        As for :func:`gap_reason`.

    Returns
    -------
    text
        For a cell of a table; empty where it has them all.
    """
    return "；".join(
        f"{each.zh}：{gap_reason(view, zone, each, view.year)}"
        for each in measures_at_hand(view)
        if zone_number(view, zone, each) is None
    )


def zone_number(view: ArchiveView, zone: ZoneHistory, measure: Measure) -> float | None:
    """
    A zone's value of a measure in the portal's year (当年取值).

    Parameters
    ----------
    view, zone, measure
        As for :func:`gap_reason`.

    Returns
    -------
    value
        None where there is none.
    """
    row = measure_rows(view, measure).get((zone.zone_id, view.year))
    return None if row is None or pd.isna(row["value"]) else float(row["value"])
