"""The league of zones per 亩 (开发区亩均分档): graded by level, once for each denominator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.intensity.league import grade_league, refuse_unknown_vetoes
from yngis.analysis.intensity.per_mu import LANDS
from yngis.analysis.intensity.scoring_groups import split_index
from yngis.analysis.quantities import require_amounts
from yngis.errors import LayerError, Problem
from yngis.measure.units import convert_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.analysis.intensity.league import LeagueScheme

# What stands above each land: firms on industrial land, the whole zone on built-up land.
_ABOVE: Final = {
    "A2": {"output_per_mu": "a2_revenue_wan", "tax_per_mu": "a2_tax_wan"},
    "A": {"output_per_mu": "revenue_wan", "tax_per_mu": "tax_wan"},
}
_COLUMNS = ["zone", "group", "land", "land_label", "points", "rank", "grade", "graded_by", "reason"]


def efficiency_figures(table: pd.DataFrame, land: str) -> pd.DataFrame:
    """
    What a league of zones may judge by (亩均及效率指标).

    Notes
    -----
    Over industrial land stand revenue and tax of industrial firms, over built-up land revenue and
    tax of the whole zone.

    Examples
    --------
    >>> table = pd.DataFrame({"A2": [40.0], "a2_revenue_wan": [600_000.0]})
    >>> efficiency_figures(table, "A2")["output_per_mu"].tolist()
    [1000.0]
    """
    amounts = require_amounts(table)
    none = pd.Series(np.nan, index=amounts.index)

    def of(name: str) -> pd.Series[float]:
        return amounts.get(name, none)

    def over(name: str, below: pd.Series[float]) -> pd.Series[float]:
        return of(name) / below.where(below > 0)

    mu = convert_units(of(land), "ha", "亩")
    return pd.DataFrame(
        {
            **{name: over(above, mu) for name, above in _ABOVE[land].items()},
            "value_added_per_mu": over("value_added_wan", mu),
            "value_added_per_energy": over("value_added_wan", of("energy_t")),
            "rd_share": over("rd_spending_wan", of("industrial_revenue_wan")),
        }
    )


def zone_league(
    table: pd.DataFrame,
    scheme: LeagueScheme,
    levels: pd.Series | None = None,
    best: pd.Series | None = None,
) -> pd.DataFrame:
    """
    Grade zones A to D, once for each denominator (开发区亩均 A/B/C/D 分档).

    Examples
    --------
    >>> from yngis.analysis.intensity.league import read_league
    >>> table = pd.DataFrame(
    ...     {"A2": 40.0, "a2_revenue_wan": 360_000.0, "a2_tax_wan": [30_720.0, 0, 0, 0, 0]}
    ... )
    >>> rows = zone_league(table, read_league("zones-sample"), pd.Series(["国家级"] * 5))
    >>> rows.loc[rows["land"] == "A2", ["points", "grade"]].values.tolist()[:2]
    [[100.0, 'A'], [60.0, 'B']]
    """
    amounts = require_amounts(table)
    zones, _ = split_index(amounts.index)
    known = pd.DataFrame(index=amounts.index)
    if best is not None:
        refuse_unknown_vetoes(best, amounts.index)
    known["level"], known["best"] = levels, best
    known = known.set_axis(zones)
    known = known[~known.index.duplicated()]
    amounts = amounts.set_axis(zones)
    if not zones.is_unique:
        amounts = amounts.groupby(level=0, sort=False).sum(skipna=False)
    blocks = []
    for group, own in _group_members(scheme, known["level"]):
        for land, label in LANDS.items():
            graded = grade_league(
                efficiency_figures(amounts.loc[own], land), scheme, group, known["best"].loc[own]
            )
            title = scheme.groups[group].zh
            graded = graded.assign(zone=own, group=title, land=land, land_label=label)
            blocks.append(_large_enough(graded[_COLUMNS], scheme))
    if not blocks:
        return pd.DataFrame(columns=_COLUMNS)
    return pd.concat(blocks, ignore_index=True)


def _large_enough(graded: pd.DataFrame, scheme: LeagueScheme) -> pd.DataFrame:
    """Take the grades back where a group is too small to have an A at all."""
    least = math.ceil(1 / scheme.grades.shares["A"] - 1e-9)
    scored = graded["points"].notna()
    if not 0 < scored.sum() < least:
        return graded
    told = f"组内有分值的不足 {least} 个，不分档 / fewer than {least} with points: no grades"
    return graded.assign(grade=None, graded_by=None, reason=graded["reason"].where(~scored, told))


def _group_members(scheme: LeagueScheme, levels: pd.Series) -> Iterator[tuple[str, pd.Index]]:
    """Zones of every group that has some."""
    anyone = [name for name, group in scheme.groups.items() if group.level is None]
    if len(anyone) > 1 or (anyone and len(scheme.groups) > 1):
        raise LayerError(
            Problem(
                "league",
                promised="各组写明 level，或只有一组 / groups with a level each, or one group",
                found="、".join(f"{name}（{scheme.groups[name].zh}）" for name in anyone),
                mend="在办法文件中给各组补 level: 国家级 或 省级 / "
                "give each group its level in the file",
            )
        )
    for name, group in scheme.groups.items():
        own = levels.index if group.level is None else levels.index[levels == group.level]
        if len(own):
            yield name, own
