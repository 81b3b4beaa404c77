"""A second message by the size of the zones' glyphs (比例符号): areas are as the amounts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from yngis.cartography.prepared import AmountKey
from yngis.cartography.wording import amount_with_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.cartography.prepared import Mark, PreparedFigure


def size_zones_by_amounts(
    figure: PreparedFigure, title: str, unit: str, amounts: Mapping[str, float]
) -> PreparedFigure:
    """
    Let the glyphs of the zones be as large as an amount asks.

    Parameters
    ----------
    figure
        A prepared figure with zones.
    title, unit
        Of the amount.
    amounts
        Of each zone by its name, not negative; zones that are not in it have no value, and those
        that the figure does not show count for nothing.

    Returns
    -------
    figure
        With the share of each zone, a legend, a note and the amount in each popup.
    """
    # The largest circle is one that is drawn: zones elsewhere would make all others smaller.
    drawn = {mark.name for part in (figure, *figure.panels) for mark in part.marks}
    largest = max((value for name, value in amounts.items() if name in drawn), default=0.0)
    if not largest:
        told = f"“{title}”没有大于 0 的数值，符号大小相同 / no amounts, glyphs of one size"
        return replace(figure, notes=(told, *figure.notes))
    values = round_amounts(largest)
    key = AmountKey(
        title=title,
        values=values,
        labels=tuple(amount_with_unit(value, unit) for value in values),
        shares=tuple(math.sqrt(value / largest) for value in values),
    )
    without = sum(mark.name not in amounts for mark in figure.marks)
    told = f"符号面积与{title}成正比，最大为 {amount_with_unit(largest, unit)}"
    told += f"；{without} 个开发区无数据，画小圆" if without else ""

    def with_sizes(part: PreparedFigure) -> PreparedFigure:
        marks = tuple(_sized_mark(mark, title, unit, amounts, largest) for mark in part.marks)
        return replace(part, marks=marks, amounts=key)

    return replace(
        with_sizes(figure),
        notes=(f"{told} / glyphs by area", *figure.notes),
        panels=tuple(map(with_sizes, figure.panels)),
    )


def _sized_mark(
    mark: Mark, title: str, unit: str, amounts: Mapping[str, float], largest: float
) -> Mark:
    value = amounts.get(mark.name)
    told = "无数据" if value is None else amount_with_unit(value, unit)
    share = math.sqrt((value or 0.0) / largest)
    return replace(mark, amount=share, facts=((title, told), *mark.facts))


def round_amounts(largest: float) -> tuple[float, ...]:
    """
    Choose round amounts for a legend of sizes: about the largest, a quarter and a tenth of it.

    Parameters
    ----------
    largest
        Above 0.

    Returns
    -------
    amounts
        The largest first; each 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> round_amounts(873.0), round_amounts(12.0), round_amounts(0.3)
    ((500.0, 200.0, 50.0), (10.0, 2.0, 1.0), (0.2, 0.05, 0.02))
    """
    return tuple(dict.fromkeys(_round_down(largest * share) for share in (1.0, 0.25, 0.1)))


def _round_down(value: float) -> float:
    power = math.floor(math.log10(value))
    return max(
        float(f"{step}e{power}") for step in (1, 2, 5) if step * 10.0**power <= value * (1 + 1e-9)
    )
