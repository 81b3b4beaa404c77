"""Values of the plan's targets (指标计算), kind by kind; gaps are listed, not guessed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.quantities import quantities
from yngis.analysis.targets.growth import required_growth
from yngis.analysis.targets.readings import FLAG_SCOPES
from yngis.catalogue import read_pack
from yngis.measure.units import MU_PER_HECTARE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from yngis.analysis.targets.panel import Panel
    from yngis.analysis.targets.readings import Reading

_WAN_PER_YI = 10_000
_PERCENT = 100
_BORDER = "边（跨）境经济合作区"


class Gap(NamedTuple):
    """
    A figure that is missing (缺失的数据).

    Attributes
    ----------
    zone
        Zone, or the province.
    quantity
        Canonical column.
    year
        The year.
    """

    zone: str
    quantity: str
    year: int


class Measured(NamedTuple):
    """
    Value of a reading in a year (计算结果).

    Attributes
    ----------
    value
        In the target's unit; NaN where it cannot be told.
    gaps
        Figures that are missing.
    zones
        Value by zone, for readings of every zone by itself.
    is_floor
        The value is a lower bound: figures are missing, and they could only add to it.
    """

    value: float
    gaps: tuple[Gap, ...] = ()
    zones: pd.Series[float] | None = None
    is_floor: bool = False


class _Sum(NamedTuple):
    value: float
    gaps: tuple[Gap, ...]


def in_scope(panel: Panel, scope: str, year: int) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """Zones that a reading counts (适用的开发区)."""
    registry = panel.registry
    if scope in FLAG_SCOPES:
        flags = panel.amounts(FLAG_SCOPES[scope], registry.index, year)
        gaps = tuple(Gap(str(z), FLAG_SCOPES[scope], year) for z in flags.index[flags.isna()])
        return tuple(flags.index[flags == 1]), gaps
    if scope in registry.index:
        return (scope,), ()
    masks: dict[str, Callable[[], pd.Series[bool]]] = {
        "all": lambda: pd.Series(data=True, index=registry.index),
        "national": lambda: panel.standing("level", year) == "国家级",
        "provincial": lambda: panel.standing("level", year) != "国家级",
        "core": lambda: registry["region"] == read_pack().core,
        "border": lambda: panel.standing("category", year) == _BORDER,
        "national_or_border": lambda: (
            (panel.standing("level", year) == "国家级")
            | (panel.standing("category", year) == _BORDER)
        ),
    }
    return tuple(registry.index[masks[scope]()]), ()


def measure_reading(reading: Reading, panel: Panel, year: int, base_year: int) -> Measured:
    """Value of a reading in a year (计算一种读法的值)."""
    zones, marks = in_scope(panel, reading.scope, year)
    if marks or not zones:
        return Measured(math.nan, marks)
    if reading.each:
        return _value_of_each_zone(reading, panel, zones, year)
    return _KINDS[reading.kind](reading, panel, zones, year, base_year)


def _total_of_zones(panel: Panel, names: Iterable[str], zones: tuple[str, ...], year: int) -> _Sum:
    """Sum of quantities over zones; NaN and a list where figures are missing."""
    total, gaps = 0.0, []
    for name in names:
        amounts = panel.amounts(name, zones, year)
        total += float(amounts.sum())
        gaps += [Gap(str(zone), name, year) for zone in amounts.index[amounts.isna()]]
    return _Sum(total if not gaps else math.nan, tuple(gaps))


def _floor_of_zones(panel: Panel, names: Iterable[str], zones: tuple[str, ...], year: int) -> float:
    """Sum of what is there."""
    return float(sum(panel.amounts(name, zones, year).sum() for name in names))


def _reading_scale(reading: Reading) -> float:
    """Money is told in 亿元, everything else as it stands."""
    return _WAN_PER_YI if quantities()[reading.of[0]].dimension == "money" else 1.0


def _kind_total(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, _: int
) -> Measured:
    found = _total_of_zones(panel, reading.of, zones, year)
    partial = _floor_of_zones(panel, reading.of, zones, year)
    nothing = len(found.gaps) == len(zones) * len(reading.of)
    value = math.nan if nothing else partial / _reading_scale(reading)
    return Measured(value, found.gaps, is_floor=bool(found.gaps) and not nothing)


def _quotient_of_sums(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int
) -> tuple[float, tuple[Gap, ...]]:
    above, below = (_total_of_zones(panel, side, zones, year) for side in (reading.of, reading.by))
    value = above.value / below.value if below.value > 0 else math.nan
    return value, (*above.gaps, *below.gaps)


def _kind_ratio(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, _: int
) -> Measured:
    value, gaps = _quotient_of_sums(reading, panel, zones, year)
    return Measured(value * _PERCENT, gaps)


def _kind_per_mu(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, _: int
) -> Measured:
    value, gaps = _quotient_of_sums(reading, panel, zones, year)
    return Measured(value / MU_PER_HECTARE, gaps)


def _kind_scope_share(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, _: int
) -> Measured:
    every, _marks = in_scope(panel, "all", year)
    own, whole = (_total_of_zones(panel, reading.of, each, year) for each in (zones, every))
    value = own.value / whole.value * _PERCENT if whole.value > 0 else math.nan
    return Measured(value, whole.gaps)


def _province_share(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int
) -> tuple[float, tuple[Gap, ...]]:
    own = _total_of_zones(panel, reading.of, zones, year)
    whole = panel.of_province(reading.by[0], year)
    missing = () if whole > 0 else (Gap(read_pack().province, reading.by[0], year),)
    return own.value / whole if whole > 0 else math.nan, (*own.gaps, *missing)


def _kind_share_gain(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, base_year: int
) -> Measured:
    now, gaps = _province_share(reading, panel, zones, year)
    before, older = _province_share(reading, panel, zones, base_year)
    return Measured((now - before) * _PERCENT, (*gaps, *older))


def _kind_growth(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, base_year: int
) -> Measured:
    now, before = (_total_of_zones(panel, reading.of, zones, each) for each in (year, base_year))
    value = required_growth(before.value, now.value, year - base_year) * _PERCENT
    return Measured(value, (*now.gaps, *before.gaps))


def _kind_multiple(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, base_year: int
) -> Measured:
    now, before = (_total_of_zones(panel, reading.of, zones, each) for each in (year, base_year))
    value = now.value / before.value if before.value > 0 else math.nan
    return Measured(value, (*now.gaps, *before.gaps))


def _kind_gain(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, base_year: int
) -> Measured:
    now, before = (_total_of_zones(panel, reading.of, zones, each) for each in (year, base_year))
    return Measured(now.value - before.value, (*now.gaps, *before.gaps))


def _kind_count_over(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, _: int
) -> Measured:
    amounts = panel.amounts(reading.of[0], zones, year) / _WAN_PER_YI
    counted = amounts > (reading.over_yi or 0.0)
    if reading.to_yi is not None:
        counted &= amounts <= reading.to_yi
    return _count_zones(counted, amounts, reading.of[0], year)


def _kind_count_flag(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, _: int
) -> Measured:
    amounts = panel.amounts(reading.of[0], zones, year)
    return _count_zones(amounts >= 1, amounts, reading.of[0], year)


def _count_zones(
    counted: pd.Series[bool], amounts: pd.Series[float], quantity: str, year: int
) -> Measured:
    gaps = tuple(Gap(str(zone), quantity, year) for zone in amounts.index[amounts.isna()])
    nothing = len(gaps) == len(amounts)
    value = math.nan if nothing else float(counted.sum())
    return Measured(value, gaps, is_floor=bool(gaps) and not nothing)


def _kind_coverage(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, _: int
) -> Measured:
    found = _kind_count_flag(reading, panel, zones, year, year)
    return found._replace(value=found.value / len(zones) * _PERCENT)


def _kind_category_count(
    reading: Reading, panel: Panel, _zones: tuple[str, ...], year: int, base_year: int
) -> Measured:
    if year > base_year and not panel.states("level", year):
        return Measured(math.nan, (Gap("全部开发区 / all zones", "level", year),))
    level = panel.standing("level", year) == reading.level
    return Measured(float((level & (panel.standing("category", year) == reading.category)).sum()))


def _kind_category_gain(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, base_year: int
) -> Measured:
    now = _kind_category_count(reading, panel, zones, year, base_year)
    before = _kind_category_count(reading, panel, zones, base_year, base_year)
    return Measured(now.value - before.value, now.gaps)


def _kind_yearly_change(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int, base_year: int
) -> Measured:
    """Largest yearly change since the base year: all fell if it is negative."""
    changes: list[float] = []
    gaps: list[Gap] = []
    for each in range(base_year, year + 1):
        value, missing = _quotient_of_sums(reading, panel, zones, each)
        gaps += missing
        changes.append(value)
    steps = np.diff(changes) / np.array(changes[:-1]) if len(changes) > 1 else np.array([math.nan])
    return Measured(float(np.max(steps)) * _PERCENT, tuple(gaps))


def _kind_province(
    reading: Reading, panel: Panel, _zones: tuple[str, ...], year: int, _: int
) -> Measured:
    value = panel.of_province(reading.of[0], year)
    gaps = (Gap(read_pack().province, reading.of[0], year),) if math.isnan(value) else ()
    return Measured(value / _reading_scale(reading), gaps)


def _value_of_each_zone(
    reading: Reading, panel: Panel, zones: tuple[str, ...], year: int
) -> Measured:
    """Value of every zone by itself; the worst of them stands for all."""
    sides = []
    gaps: list[Gap] = []
    for names in (reading.of, reading.by):
        total = pd.Series(0.0, index=pd.Index(zones))
        for name in names:
            amounts = panel.amounts(name, zones, year)
            gaps += [Gap(str(zone), name, year) for zone in amounts.index[amounts.isna()]]
            total = total + amounts
        sides.append(total)
    above, below = sides
    if reading.kind == "years_since":
        values = year - above
    else:
        scale = _PERCENT if reading.kind == "ratio" else 1 / MU_PER_HECTARE
        values = above / below.where(below > 0) * scale
    worst = values.max() if reading.judge == "at_most" else values.min()
    return Measured(float(worst), tuple(gaps), values)


_KINDS: dict[str, Callable[[Reading, Panel, tuple[str, ...], int, int], Measured]] = {
    "total": _kind_total,
    "ratio": _kind_ratio,
    "per_mu": _kind_per_mu,
    "scope_share": _kind_scope_share,
    "share_gain": _kind_share_gain,
    "growth": _kind_growth,
    "multiple": _kind_multiple,
    "gain": _kind_gain,
    "count_over": _kind_count_over,
    "count_flag": _kind_count_flag,
    "coverage": _kind_coverage,
    "category_count": _kind_category_count,
    "category_gain": _kind_category_gain,
    "yearly_change": _kind_yearly_change,
    "province": _kind_province,
}
