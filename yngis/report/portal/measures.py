"""Measures of a portal (门户的指标): which there are, how they read, and why one is missing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
import yaml
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from yngis.report.archive.declared import edition_kinds
from yngis.report.page import cell_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.report.portal.view import ArchiveView

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
        ``share`` is written in per cent; ``number``, ``whole``.
    low, high
        Measures of the ends of its interval; empty where it has none.
    more_is
        Whether more of it is ``bad`` or ``good``; ``neutral`` where nothing is judged from it.
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
        return cell_as_text(value, "count" if self.form == "whole" else self.form)


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


def zone_values(view: ArchiveView, measure: Measure) -> pd.DataFrame:
    """
    Values of a measure, by zone and year (各区各年取值).

    Parameters
    ----------
    view
        The archive.
    measure
        The measure.

    Returns
    -------
    values
        Rows of ``view.measured`` at the level of zones that have a number.
    """
    values = view.measured
    own = (values["kind"] == measure.kind) & (values["measure"] == measure.measure)
    return values[own & (values["level"] == "zone") & values["zone_id"].notna()]


def value_words(row: Mapping[Any, Any] | None, form: str) -> str:
    """
    Write a value of the archive, or that it is missing and why (取值文本).

    Parameters
    ----------
    row
        ``value`` and ``reason``; None where the archive has no such row.
    form
        Form of the number, as :func:`yngis.report.page.cell_as_text` knows it.

    Returns
    -------
    text
        Never 0 for what is not known.
    """
    value = None if row is None else row["value"]
    if value is None or pd.isna(value):
        return missing_words(value_reason(row))
    return cell_as_text(value, form)


def value_text(row: Mapping[Any, Any] | None, form: str) -> str | Markup:
    """
    Write a value of the archive for a page (取值文本).

    Parameters
    ----------
    row, form
        As for :func:`value_words`.

    Returns
    -------
    text
        The same; what is missing stands out.
    """
    value = None if row is None else row["value"]
    if value is None or pd.isna(value):
        return missing_text(value_reason(row))
    return cell_as_text(value, form)


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


def no_edition_reason(kind: str) -> str:
    """
    Say that results of a kind are not in the archive (未存入).

    Parameters
    ----------
    kind
        Kind of results.

    Returns
    -------
    reason
        In Chinese.
    """
    titles = {each.kind: each for each in edition_kinds().values()}
    return f"存档中没有{titles[kind].zh}（{titles[kind].program}）的结果"
