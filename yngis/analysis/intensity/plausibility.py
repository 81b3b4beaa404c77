"""Values that no zone can have (合理性检查), and the unit slip that would explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from yngis.analysis.intensity.national_averages import read_national_averages
from yngis.analysis.intensity.ratios import indicators
from yngis.analysis.quantities import quantities, require_amounts
from yngis.analysis.quantities.amounts import with_sums
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator

    from yngis.analysis.intensity.scheme import Scheme

# Unit that a value may have been written in instead of the quantity's own, and how many times too
# large it then is: 1 ha = 15 亩 = 10⁴ m² = 0.01 km², 1 万元 = 10⁴ 元.
_SLIPS: dict[tuple[str, str], tuple[tuple[str, float], ...]] = {
    ("area", "ha"): (("亩", 15.0), ("m²", HECTARE_M2), ("km²", 0.01)),
    ("area", "m2"): (("公顷（万 m²）", 1e-4), ("亩", 0.0015)),
    ("money", "万元"): (("元", 1e4), ("亿元", 1e-4)),
    ("people", "人"): (("万人", 1e-4),),
}


class _Slip(NamedTuple):
    """A quantity, or all areas of land together, written in another unit."""

    columns: tuple[str, ...]
    label: str
    unit: str
    factor: float


def implausible_values(table: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """
    Find values outside the bands of what a zone can be (超出合理区间的值).

    Examples
    --------
    >>> from yngis.analysis.intensity.scheme import read_scheme
    >>> table = pd.DataFrame({"A2": [900.0], "a2_investment_wan": [300_000.0]}, index=["x"])
    >>> found = implausible_values(table, read_scheme("2014-trial"))
    >>> found[["item", "value"]].round(1).values.tolist()
    [['fixed_investment_intensity', 333.3]]
    """
    amounts = require_amounts(table)
    values, low, high = _banded_values(amounts, scheme)
    outside = ((values < low) | (values > high)).to_numpy()
    numbers = values.to_numpy(dtype="float64")
    references = {band.indicator: band.reference for band in read_national_averages().bands}
    rows = [
        {
            "zone": values.index[row],
            "item": values.columns[column],
            "value": numbers[row, column],
            "low": low.iloc[column],
            "high": high.iloc[column],
            "reference": references.get(values.columns[column]),
        }
        for row, column in zip(*outside.nonzero(), strict=True)
    ]
    return pd.DataFrame(rows, columns=["zone", "item", "value", "low", "high", "reference"])


def unit_slips(table: pd.DataFrame, scheme: Scheme, stated: Collection[str] = ()) -> pd.DataFrame:
    """
    Unit slips that would explain a zone's implausible values (疑似单位错误).

    Notes
    -----
    Every quantity behind an implausible value is tried in every other unit it may have been written
    in, one at a time, and all areas of land together; a slip is reported if mending it leaves fewer
    implausible values. A slip that stays inside the bands (亩 for ha on a small zone) cannot be
    seen. A quantity whose header states its unit (``stated``) comes after the others, and beside
    each stand the quantities that it is divided by or divides: any of them may be the wrong one.

    Examples
    --------
    >>> from yngis.analysis.intensity.scheme import read_scheme
    >>> table = pd.DataFrame({"A2": [60.0], "a2_investment_wan": [5e9]}, index=["x"])
    >>> found = unit_slips(table, read_scheme("2014-trial"))
    >>> found[["quantity", "suspected", "factor"]].values.tolist()
    [['a2_investment_wan', '元', 10000.0]]
    >>> found["or_else"].tolist()
    ['A2']
    """
    amounts = require_amounts(table, summed=False)
    before = _values_outside(with_sums(amounts), scheme)
    suspects = before.any(axis=1)
    rows: list[dict[str, Hashable]] = []
    own = amounts[suspects]
    if len(own):
        was = before[suspects]
        for slip in _likely_slips(own, was, scheme):
            mended = own.assign(**{name: own[name] / slip.factor for name in slip.columns})
            after = _values_outside(with_sums(mended), scheme)
            rows += _slip_gains(slip, was, after, scheme, frozenset(stated))
    columns = [
        "zone", "quantity", "expected", "suspected", "factor", "explains", "remaining", "stated",
        "or_else",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    place = {zone: number for number, zone in enumerate(amounts.index)}
    frame["order"] = frame["zone"].map(place)
    ordered = frame.sort_values(["order", "stated", "remaining", "quantity"], kind="stable")
    return ordered.drop(columns="order").reset_index(drop=True)


def _slip_gains(
    slip: _Slip,
    before: pd.DataFrame,
    after: pd.DataFrame,
    scheme: Scheme,
    stated: frozenset[str],
) -> Iterator[dict[str, Hashable]]:
    expected = quantities()[slip.columns[0]].unit
    mended = (before & ~after).sum(axis=1)
    left = after.sum(axis=1)
    said = stated.issuperset(slip.columns)
    for zone in before.index[left < before.sum(axis=1)]:
        yield {
            "zone": zone,
            "quantity": slip.label,
            "expected": expected,
            "suspected": slip.unit,
            "factor": slip.factor,
            "explains": int(mended[zone]),
            "remaining": int(left[zone]),
            "stated": said,
            "or_else": "、".join(_quantities_of_slip(slip, before.loc[zone], scheme, stated)),
        }


def _quantities_of_slip(
    slip: _Slip, outside: pd.Series, scheme: Scheme, stated: frozenset[str]
) -> list[str]:
    """Quantities of the same implausible ratios, those whose unit nobody states first."""
    found: set[str] = set()
    for indicator in scheme.indicators:
        behind = {*indicator.numerator, *indicator.denominator}
        if outside.get(indicator.name, default=False) and not behind.isdisjoint(slip.columns):
            found |= behind
    order = list(quantities())
    others = [name for name in found - set(slip.columns) if name in order]
    return sorted(others, key=lambda name: (name in stated, order.index(name)))


def _likely_slips(amounts: pd.DataFrame, outside: pd.DataFrame, scheme: Scheme) -> list[_Slip]:
    """Slips worth trying: of the quantities behind what is implausible, and of all land areas."""
    flagged = set(outside.columns[outside.any()])
    known = {indicator.name: indicator for indicator in scheme.indicators}
    behind = {name for name in flagged if name in quantities()}
    for name in flagged & set(known):
        behind |= {*known[name].numerator, *known[name].denominator}
    # Behind a whole that was added up stand its parts.
    for name, quantity in quantities().items():
        if name in behind and name not in amounts:
            behind |= set(quantity.parts)
    found = []
    for name, quantity in quantities().items():
        for unit, factor in _SLIPS.get((quantity.dimension, quantity.unit), ()):
            if name not in behind or name not in amounts:
                continue
            found.append(_Slip((name,), name, unit, factor))
    land = tuple(
        name
        for name, quantity in quantities().items()
        if name in amounts and (quantity.dimension, quantity.unit) == ("area", "ha")
    )
    label = "全部土地面积 / all areas of land"
    found += [_Slip(land, label, unit, factor) for unit, factor in _SLIPS["area", "ha"] if land]
    return found


def _values_outside(amounts: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    values, low, high = _banded_values(amounts, scheme)
    return (values < low) | (values > high)


def _banded_values(
    amounts: pd.DataFrame, scheme: Scheme
) -> tuple[pd.DataFrame, pd.Series[float], pd.Series[float]]:
    """Everything that has a band, and the bands' ends."""
    values = indicators(amounts, scheme)
    bands = {
        b.indicator: (b.low, b.high)
        for b in read_national_averages().bands
        if b.indicator in values
    }
    areas = {
        b.quantity: (b.low, b.high) for b in read_national_averages().areas if b.quantity in amounts
    }
    ends = bands | areas
    low = pd.Series({name: end[0] for name, end in ends.items()}, dtype="float64")
    high = pd.Series({name: end[1] for name, end in ends.items()}, dtype="float64")
    return pd.concat([values[list(bands)], amounts[list(areas)]], axis=1), low, high
