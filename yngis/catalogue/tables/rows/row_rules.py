"""Rules between columns: order of days, parts, areas (逻辑核对)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.rows.typed import NOTE, UNREAD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.rows.row_faults import Faults

# Parts and wholes are rounded apart: 9,998.4 m² of 0.9998 公顷.
_ROUNDING: Final = 1e-3
_COARSEST: Final = 0.05  # of the whole: 2 公顷 may be exact
STRETCHES: Final = frozenset(
    {"date_without_day", "date_without_month", "date_within", "date_limit"}
)
"""Rules of days that were read as the last day of a stretch of time."""
_FEWEST: Final = 8  # records from which a median says something
SAME_AREA_M2: Final = 1.0
"""Largest difference of two areas that are the same number, rounded [m²]."""


def judge_columns(
    columns: dict[str, Any],
    card: InputCard,
    as_of: np.datetime64,
    step_of: Callable[[str, int], float],
    faults: Faults,
) -> None:
    """Judge what must hold between the columns of a record (逻辑核对)."""
    for order in card.order:
        if order.before in columns and order.after in columns:
            first, then = columns[order.before], columns[order.after]
            wrong = first > then
            for name in (order.before, order.after):
                # Of a stretch of time the last day stands for all of it: it proves no order.
                wrong[faults.flagged(name, STRETCHES)] = False
            pair = _pair_texts(first, then)
            faults.flag(wrong.nonzero()[0], f"{order.before};{order.after}", pair, "order_wrong")
    _judge_undated(columns, card, faults)
    for part in card.parts:
        if part.part in columns and part.whole in columns:
            small, large = columns[part.part], columns[part.whole]
            over = small > large * (1 + _ROUNDING)
            if part.whole == "area_m2":
                over &= large > 0  # an area that is none has a rule of its own
            for at in over.nonzero()[0]:
                step = max(step_of(part.part, at), step_of(part.whole, at))
                over[at] = small[at] - large[at] > min(step, _COARSEST * large[at])
            pair = _pair_texts(small, large)
            faults.flag(over.nonzero()[0], f"{part.part};{part.whole}", pair, "part_exceeds_whole")
    for column in card.columns:
        if column.happened and column.name in columns:
            days = columns[column.name]
            faults.flag((days > as_of).nonzero()[0], column.name, days, "date_ahead")


def _judge_undated(columns: Mapping[str, Any], card: InputCard, faults: Faults) -> None:
    """Tell of what is recorded to have happened without a day that can be read."""
    met: set[str] = set()
    for each in card.undated:
        days = columns.get(each.day)
        # What stands in place of the day is told by the first rule of that day only.
        words = None if each.day in met else columns.get(f"{each.day}{UNREAD}")
        met.add(each.day)
        texts = [columns.get(each.sign), words]
        told = [_tells_of_event(text, each.denied) for text in texts if text is not None]
        if told:
            undated = np.logical_or.reduce(told)
            undated &= True if days is None else np.isnat(days)
            rows = undated.nonzero()[0]
            for at in rows:
                said = [text[at] for text in texts if text is not None and pd.notna(text[at])]
                faults.flag([at], each.sign, "；".join(map(str, said)), each.rule)
            # What stands in place of the day is told once, with what follows from it.
            if words is not None:
                faults.withdraw(set(rows.tolist()), each.day, "date_unread")
    for noted in card.noted:
        if (notes := columns.get(noted.column + NOTE)) is not None:
            faults.flag(pd.notna(notes).nonzero()[0], noted.column, notes, noted.rule)
        unread = columns.get(noted.column + UNREAD)
        if noted.unread is not None and unread is not None:
            faults.flag(pd.notna(unread).nonzero()[0], noted.column, unread, noted.unread)


def _tells_of_event(texts: NDArray[np.object_], denied: tuple[str, ...]) -> NDArray[np.bool_]:
    """Tell which texts say that something happened: 不予撤回 and 未撤回 do not."""
    return np.array(
        [pd.notna(text) and not plain_text(text).startswith(denied) for text in texts], dtype=bool
    )


def _pair_texts(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.object_]:
    pairs = np.empty(len(one), dtype=object)
    pairs[:] = [f"{first}；{second}" for first, second in zip(one, other, strict=True)]
    return pairs


def judge_plausible(
    columns: Mapping[str, Any],
    card: InputCard,
    medians: dict[str, float],
    faults: Faults,
) -> None:
    """Judge quantities that a record can hardly have (合理性)."""
    for each in card.plausible:
        if each.of not in columns or (each.per is not None and each.per not in columns):
            continue
        amount = np.asarray(columns[each.of], dtype=np.float64)
        field, told = each.of, columns[each.of]
        if each.per is not None:
            whole = np.asarray(columns[each.per], dtype=np.float64)
            field, told = f"{each.of};{each.per}", _pair_texts(amount, whole)
            amount = np.divide(amount, whole, out=np.full(len(amount), np.nan), where=whole > 0)
        amount = np.where(amount > 0, amount, np.nan)
        odd = (amount < each.least) | (amount > each.most)
        kept = amount[~faults.rejected & ~np.isnan(amount)]
        if each.from_median is not None and len(kept) >= _FEWEST:
            medians.setdefault(each.rule, float(np.median(kept)))
        if each.from_median is not None and (median := medians.get(each.rule)):
            ratio = amount / median
            odd |= (ratio > each.from_median) | (ratio < 1 / each.from_median)
        faults.flag(odd.nonzero()[0], field, told, each.rule)


def settle_area(
    recorded: NDArray[np.float64] | None,
    measured: NDArray[np.float64],
    tolerance: float,
    faults: Faults,
) -> NDArray[np.float64]:
    """Settle the area of each record: of the polygon where there is one, else as recorded."""
    written = np.full(len(measured), np.nan) if recorded is None else recorded
    bad = written <= 0
    faults.flag(bad.nonzero()[0], "area_m2", written, "area_not_positive")
    usable = np.where(bad, np.nan, written)
    has_polygon = measured > 0
    difference = np.abs(usable - measured)
    off = has_polygon & (difference > tolerance * measured) & (difference > SAME_AREA_M2)
    told = np.empty(len(measured), dtype=object)
    told[:] = [f"{mine:.2f}；{theirs:.2f}" for mine, theirs in zip(usable, measured, strict=True)]
    faults.flag(off.nonzero()[0], "area_m2", told, "area_differs")
    return np.where(has_polygon, measured, usable)
