"""Growth paths between base and target year, and the growth still required (增长路径与所需增速)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from yngis.catalogue import read_pack
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from yngis.analysis.targets.panel import Panel

Path = Literal["geometric", "linear", "constant"]
_WAN_PER_YI = 10_000


def plan_pace() -> float:
    """
    Growth of revenue a year that the plan in use asks of all zones together (规划增速).

    Returns
    -------
    pace
        Share per year; NaN where the plan asks for none.

    Examples
    --------
    >>> plan_pace()
    0.15
    """
    growth = read_pack().growth
    return math.nan if growth is None else growth.pace


def required_growth(value: float, target: float, years: float) -> float:
    """
    Yearly growth that leads from a value to a target (所需年均增速).

    Parameters
    ----------
    value
        Where it stands, above 0.
    target
        Where it has to be, above 0.
    years
        Years left.

    Returns
    -------
    growth
        Share per year, (target/value)^(1/years) − 1; negative where the target is passed. NaN where
        nothing is left of the time, or value or target are not above 0.

    Examples
    --------
    >>> round(required_growth(2500.0, 5000.0, 2.0), 6)
    0.414214
    """
    if not (value > 0 and target > 0 and years > 0):
        return math.nan
    return float((target / value) ** (1 / years) - 1)


def expected_value(
    base: float, target: float, span: tuple[int, int], year: int, path: Path
) -> float:
    """
    Where a quantity on course stands in a year (按路径应达到的值).

    Parameters
    ----------
    base, target
        Values of the base and of the target year.
    span
        Base and target year.
    year
        Year asked for; after the target year the target holds.
    path
        ``geometric``: equal growth every year. ``linear``: equal steps. ``constant``: the target
        from the start, as for rates.

    Returns
    -------
    expected
        NaN before the base year, without a base, or on a geometric path that does not start above
        0.

    Raises
    ------
    LayerError
        If the target year does not come after the base year, or there is no such path.

    Examples
    --------
    >>> round(expected_value(100.0, 200.0, (2020, 2025), 2021, "geometric"), 4)
    114.8698
    >>> expected_value(100.0, 200.0, (2020, 2025), 2021, "linear")
    120.0
    """
    if path not in get_args(Path):
        raise LayerError(
            Problem(
                "path",
                promised=" | ".join(get_args(Path)),
                found=f"“{path}”",
                mend=did_you_mean(str(path), get_args(Path)),
            )
        )
    first, last = span
    if last <= first:
        raise LayerError(
            Problem(
                "path",
                promised="目标年晚于基期 / a target year after the base year",
                found=f"{first} → {last}",
                mend="改基期 / mend the base year",
            )
        )
    if path == "constant":
        return target
    if year < first or math.isnan(base):
        return math.nan
    share = min((year - first) / (last - first), 1.0)
    if path == "linear":
        return base + (target - base) * share
    if base <= 0 or target <= 0:
        return math.nan
    return float(base * (target / base) ** share)


def growth_table(
    panel: Panel,
    goals: dict[str, float],
    *,
    year: int,
    base_year: int,
    target_year: int,
    tiers: tuple[float, ...] = (1000.0, 2000.0, 5000.0),
    pace: float | None = None,
) -> pd.DataFrame:
    """
    Growth of revenue still required, zone by zone (各开发区所需营业收入增速).

    Parameters
    ----------
    panel
        Yearly figures; ``revenue_wan`` is looked at.
    goals
        Revenue [亿元] that the plan names for single zones.
    year
        Year of the figures.
    base_year
        Year from which past growth is told.
    target_year
        Year by which the goals hold.
    tiers
        Tiers [亿元]; a zone without a goal of its own is held against the next one above it.
    pace
        Yearly growth that the plan asks of all zones together; that of the pack in use if None.

    Returns
    -------
    table
        One row per zone with a figure, largest first: ``zone``, ``revenue`` [亿元], ``place`` (1
        the largest), ``past`` (growth per year since the base year), ``goal`` [亿元],
        ``goal_basis`` and ``required`` (growth per year); ``pace_goal`` [亿元], where the plan's
        pace leads from the zone's own base, and ``pace_required``. Shares, not per cent.

    Examples
    --------
    >>> from yngis.analysis.targets.panel import make_panel
    >>> stats = pd.DataFrame({"zone": ["昆明高新"], "year": [2023], "revenue_yi": [2500.0]})
    >>> goals = {"昆明高新技术产业开发区": 5000.0}
    >>> table = growth_table(make_panel(stats), goals, year=2023, base_year=2020, target_year=2025)
    >>> table[["goal", "required"]].round(4).values.tolist()
    [[5000.0, 0.4142]]
    """
    asked = plan_pace() if pace is None else pace
    now = panel.amounts("revenue_wan", panel.registry.index, year) / _WAN_PER_YI
    before = panel.amounts("revenue_wan", panel.registry.index, base_year) / _WAN_PER_YI
    rows = []
    ordered = now.dropna().sort_values(ascending=False, kind="stable")
    for zone, revenue in zip(map(str, ordered.index), ordered, strict=True):
        higher = [tier for tier in tiers if tier >= revenue]
        named = zone in goals
        goal = goals[zone] if named else min(higher, default=math.nan)
        paced = before[zone] * (1 + asked) ** (target_year - base_year)
        basis = "规划点名 / named in the plan" if named else "下一档 / next tier"
        rows.append(
            {
                "zone": zone,
                "revenue": revenue,
                "past": required_growth(before[zone], revenue, year - base_year),
                "goal": goal,
                "goal_basis": basis if not math.isnan(goal) else "已超最高档 / above all tiers",
                "required": required_growth(revenue, goal, target_year - year),
                "pace_goal": paced,
                "pace_required": required_growth(revenue, paced, target_year - year),
            }
        )
    columns = ["zone", "revenue", "past", "goal", "goal_basis", "required"]
    table = pd.DataFrame(rows, columns=[*columns, "pace_goal", "pace_required"])
    table.insert(2, "place", np.arange(1, len(table) + 1))
    return table


def tier_table(growth: pd.DataFrame, tiers: dict[float, int], years: float) -> pd.DataFrame:
    """
    What each tier of the plan asks of the zones next in line (各档所需增速).

    Parameters
    ----------
    growth
        As :func:`growth_table` gives it.
    tiers
        Number of zones wanted by tier [亿元], all those above it counted.
    years
        Years left.

    Returns
    -------
    table
        One row per tier and zone that has to rise above it: ``tier``, ``wanted``, ``above`` (zones
        above it now), ``short`` (places for which there is no zone), ``zone``, ``place``,
        ``revenue`` [亿元] and ``required`` growth per year. A full tier has one row without a zone;
        where no zone has a figure there are no rows.

    Examples
    --------
    >>> growth = pd.DataFrame({"zone": ["a", "b"], "revenue": [1200.0, 500.0], "place": [1, 2]})
    >>> tier_table(growth, {1000.0: 2}, 2)[["zone", "required"]].round(4).values.tolist()
    [['b', 0.4142]]
    """
    rows: list[dict[str, object]] = []
    ordered = growth.sort_values("place")
    # Without any figure no place is known to be vacant.
    for tier, wanted in tiers.items() if len(growth) else ():
        above = int((ordered["revenue"] > tier).sum())
        called = ordered.iloc[above:wanted]
        short = max(0, wanted - above - len(called))
        common: dict[str, object] = {
            "tier": tier,
            "wanted": wanted,
            "above": above,
            "short": short,
        }
        for zone, place, revenue in zip(
            called["zone"], called["place"], called["revenue"], strict=True
        ):
            required = required_growth(float(revenue), tier, years)
            rows.append(
                common | {"zone": zone, "place": place, "revenue": revenue, "required": required}
            )
        if called.empty:
            rows.append(common | {"zone": None})
    columns = ["tier", "wanted", "above", "short", "zone", "place", "revenue", "required"]
    return pd.DataFrame(rows, columns=columns).astype({"place": "Int64"})
