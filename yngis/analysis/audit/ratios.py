"""
Quantities of land and the ratios made of them (面积与比率), by zone, prefecture, region, province.

Every ratio keeps its numerator and denominator. A denominator of zero gives no ratio but a reason.
A ratio over several places or years is a ratio of sums, never a mean of ratios.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from yngis.analysis.audit.places import Placing


QUANTITIES: Final[dict[str, str]] = {
    "approved": "批准",
    "supplied_of_approved": "批准中已供",
    "unsupplied": "批而未供",
    "sliver": "碎屑",
    "supplied": "供应",
    "started": "已动工",
    "built": "已竣工",
    "not_used": "供而未用",
    "suspected_idle": "疑似闲置",
    "idle_disposed": "已处置",
    "outside_approval": "未批先供疑似",
    "outside_unknown": "批准不详的供应",
    "approved_5y": "前五年批准",
    "supplied_5y": "前五年批准中已供",
    "stock_unsupplied": "年初批而未供",
    "stock_unsupplied_disposed": "年初批而未供中当年处置",
    "stock_idle": "年初疑似闲置",
    "stock_idle_disposed": "年初疑似闲置中当年处置",
}
"""Quantities of land and their Chinese names; m² inside the program."""

_DIFFERENCES: Final = {
    "supplied_of_approved": ("approved", ("unsupplied", "sliver")),
    "supplied_5y": ("approved_5y", ("left_5y",)),
    "stock_unsupplied_disposed": ("stock_unsupplied", ("left_of_stock",)),
}
# Sums of areas agree to this many m²; less is rounding, not land.
_NOTHING_M2: Final = 1e-3


class Lot(NamedTuple):
    """
    Land of one kind, to be summed up by place (地块集).

    Attributes
    ----------
    quantities
        Area of each piece [m²] by the quantity that it counts in, each ``(n,)``.
    placings
        Where the pieces lie, by level.
    """

    quantities: Mapping[str, NDArray[np.float64]]
    placings: Mapping[str, Placing]


class Ratio(NamedTuple):
    """
    A ratio of two quantities (比率).

    Attributes
    ----------
    zh
        Its Chinese name.
    numerator, denominator
        Quantities.
    formula
        In words.
    """

    zh: str
    numerator: str
    denominator: str
    formula: str


RATIOS: Final[dict[str, Ratio]] = {
    "supply_rate": Ratio("供地率", "supplied_of_approved", "approved", "批准中已供 ÷ 批准"),
    "supply_rate_5y": Ratio(
        "五年平均供地率", "supplied_5y", "approved_5y", "前五年批准中已供之和 ÷ 前五年批准之和"
    ),
    "unsupplied_rate": Ratio("批而未供率", "unsupplied", "approved", "批而未供 ÷ 批准"),
    "not_used_rate": Ratio("供而未用率", "not_used", "supplied", "供而未用 ÷ 供应"),
    "idle_rate": Ratio("疑似闲置率", "suspected_idle", "supplied", "疑似闲置 ÷ 供应"),
    "built_rate": Ratio("建成率", "built", "supplied", "已竣工 ÷ 供应"),
    "unsupplied_disposal_rate": Ratio(
        "批而未供处置率",
        "stock_unsupplied_disposed",
        "stock_unsupplied",
        "年初批而未供中当年供应、撤回的 ÷ 年初批而未供",
    ),
    "idle_disposal_rate": Ratio(
        "疑似闲置处置率",
        "stock_idle_disposed",
        "stock_idle",
        "年初疑似闲置中当年不再疑似闲置的 ÷ 年初疑似闲置",
    ),
}
"""Ratios of land, after DOMAIN 3.3."""


def formula_text(name: str, approved_until: int | None = None) -> str:
    """
    Say how a ratio is made (公式).

    Parameters
    ----------
    name
        Key of ``RATIOS``.
    approved_until
        Last year whose approvals count in the stock that is to be disposed of.

    Returns
    -------
    text
        In Chinese, with the cut-off where it holds.

    Examples
    --------
    >>> formula_text("unsupplied_disposal_rate", 2020).split("；")[1]
    '只计 2020 年底以前批准的，批准日期不详的不计'
    """
    formula = RATIOS[name].formula
    if approved_until is None or RATIOS[name].denominator != "stock_unsupplied":
        return formula
    return f"{formula}；只计 {approved_until} 年底以前批准的，批准日期不详的不计"


def sum_by_place(lots: Iterable[Lot]) -> pd.DataFrame:
    """
    Sum quantities by place at every level (汇总).

    Parameters
    ----------
    lots
        Land of every kind.

    Returns
    -------
    sums
        Areas [m²], a column per quantity, indexed by ``level`` and ``place``; a quantity that no
        lot tells of is NaN throughout. Places without any land are left out.
    """
    found: dict[str, dict[tuple[str, str], float]] = {}
    places: dict[tuple[str, str], None] = {}
    for lot in lots:
        for level, placing in lot.placings.items():
            keys = [(level, name) for name in placing.names]
            places |= dict.fromkeys(keys)
            for name, area in lot.quantities.items():
                held = found.setdefault(name, {})
                for key, amount in zip(keys, placing.sums(area), strict=True):
                    held[key] = held.get(key, 0.0) + float(amount)
    index = pd.MultiIndex.from_tuples(list(places), names=["level", "place"])
    sums = pd.DataFrame(
        {name: [held.get(key, 0.0) for key in places] for name, held in found.items()},
        index=index,
        dtype="float64",
    )
    for name, (whole, parts) in _DIFFERENCES.items():
        if whole in sums and set(parts) <= set(sums.columns):
            rest = sums[whole] - sums[list(parts)].sum(axis=1)
            sums[name] = rest.mask(rest.abs() < _NOTHING_M2, 0.0)
    sums = sums.reindex(columns=list(QUANTITIES))
    return sums[sums.fillna(0.0).abs().gt(_NOTHING_M2).any(axis=1)]


def without_polygons(sums: pd.DataFrame) -> pd.DataFrame:
    """
    Take what is unsupplied as the difference of two sums: Σ批准 − Σ供应 (属性口径).

    Parameters
    ----------
    sums
        Areas [m²] by place, with ``approved`` and ``supplied``.

    Returns
    -------
    sums
        With ``unsupplied`` and ``supplied_of_approved``; where more was supplied than approved,
        nothing is unsupplied.

    Examples
    --------
    >>> sums = pd.DataFrame({"approved": [10.0, 4.0], "supplied": [7.0, 5.0]})
    >>> without_polygons(sums)["unsupplied"].tolist()
    [3.0, 0.0]
    """
    told = sums.copy()
    told["unsupplied"] = (told["approved"] - told["supplied"]).clip(lower=0.0)
    told["supplied_of_approved"] = told["approved"] - told["unsupplied"]
    return told


def ratio_table(sums: pd.DataFrame) -> pd.DataFrame:
    """
    Make the ratios of summed quantities (比率).

    Parameters
    ----------
    sums
        Areas [m²] by place, a column per quantity.

    Returns
    -------
    ratios
        One row per place and ratio: ``value`` (share, NaN where there is none), ``numerator_m2``,
        ``denominator_m2``, and ``reason`` why there is no value.

    Examples
    --------
    >>> sums = pd.DataFrame(
    ...     {"approved": [4.0, 0.0], "unsupplied": [1.0, 0.0]}, index=["甲", "乙"])
    >>> table = ratio_table(sums)
    >>> table.query("ratio == 'unsupplied_rate'")[["value", "reason"]].to_numpy().tolist()
    [[0.25, ''], [nan, '分母为零：批准']]
    """
    rows = []
    for place, line in sums.iterrows():
        keys = place if isinstance(place, tuple) else (place,)
        for name, ratio in RATIOS.items():
            part = float(line.get(ratio.numerator, np.nan))
            whole = float(line.get(ratio.denominator, np.nan))
            value, reason = _divide_with_reason(part, whole, ratio)
            rows.append((*keys, name, ratio.zh, value, part, whole, reason))
    levels = [name or "place" for name in sums.index.names]
    columns = ["ratio", "ratio_zh", "value", "numerator_m2", "denominator_m2", "reason"]
    return pd.DataFrame(rows, columns=[*levels, *columns])


def _divide_with_reason(part: float, whole: float, ratio: Ratio) -> tuple[float, str]:
    missing = [
        QUANTITIES[name]
        for name, number in ((ratio.numerator, part), (ratio.denominator, whole))
        if np.isnan(number)
    ]
    if missing:
        return np.nan, f"缺数据：{'、'.join(missing)}"
    if whole <= 0.0:
        return np.nan, f"分母为零：{QUANTITIES[ratio.denominator]}"
    return part / whole, ""
