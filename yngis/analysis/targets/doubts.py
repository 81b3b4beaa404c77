"""Yearly figures that no zone can have (统计数据存疑): a unit that slipped, a jump of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.quantities import quantities

if TYPE_CHECKING:
    from yngis.analysis.targets.panel import Panel

_MOST: Final = {"money": 2e8, "area": 1e5}
"""More than any zone has: 20,000 亿元 (the plan's highest goal is 5,000), 1,000 km²."""

_LEAST_MONEY: Final = 1e2
"""Less revenue or output than a zone with any plant has: 100 万元."""

_JUMP: Final = 30.0
"""Times that a figure does not grow or shrink by from one year given to the next."""

_SHOWN: Final = 4
_SUMS: Final = ("revenue_wan", "gross_output_wan", "value_added_wan", "industrial_revenue_wan")


def doubtful_amounts(panel: Panel) -> tuple[str, ...]:
    """
    Say which yearly figures cannot be, whatever they are judged to reach (存疑的统计数).

    Parameters
    ----------
    panel
        Yearly figures.

    Returns
    -------
    lines
        Bilingual, one for each quantity and doubt. The figures are used as they stand.

    Examples
    --------
    >>> import pandas as pd
    >>> from yngis.analysis.targets.panel import Panel
    >>> index = pd.MultiIndex.from_tuples([("甲", 2020), ("甲", 2021)], names=["zone", "year"])
    >>> zones = pd.DataFrame({"revenue_wan": [1e6, 1e10]}, index=index)
    >>> nothing = pd.DataFrame()
    >>> [line[:20] for line in doubtful_amounts(Panel(zones, nothing, nothing, nothing))]
    ['营业收入大得不像一个开发区的：“甲”20', '营业收入逐年相差 30 倍以上：“甲”2']
    """
    lines: list[str] = []
    for name in map(str, panel.zones.columns):
        own = quantities().get(name)
        if own is None or own.dimension not in _MOST:
            continue
        figures = panel.zones[name].dropna().sort_index()
        figures = figures[figures > 0.0]
        if own.dimension == "area" and own.unit != "ha":
            continue
        large = figures[figures > _MOST[own.dimension]]
        lines += _line(large.index, f"{own.zh}大得不像一个开发区的", "more than any zone has")
        if name in _SUMS:
            small = figures[figures < _LEAST_MONEY]
            lines += _line(small.index, f"{own.zh}小得不像一个开发区的", "less than any zone has")
        zones = figures.index.get_level_values("zone").to_numpy()
        numbers = figures.to_numpy(dtype=np.float64)
        same = zones[1:] == zones[:-1]
        leap = np.abs(np.diff(np.log(numbers))) > np.log(_JUMP)
        lines += _line(
            figures.index[1:][same & leap],
            f"{own.zh}逐年相差 {_JUMP:g} 倍以上",
            f"{_JUMP:g} times another year's",
        )
    return tuple(lines)


def _line(places: object, told: str, english: str) -> list[str]:
    """Name zones and years of a doubt."""
    listed = list(places)  # type: ignore[call-overload]
    if not listed:
        return []
    shown = "、".join(f"“{zone}”{year}" for zone, year in listed[:_SHOWN])
    more = f"等 {len(listed)} 处" if len(listed) > _SHOWN else ""
    line = (
        f"{told}：{shown}{more}；疑为单位写错（如万元写在“亿元”下），照原数核对，须先查实 / "
        f"{english}: a unit may be wrong, the figures were used as they stand"
    )
    return [line]
