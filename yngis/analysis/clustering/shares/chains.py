"""Chains of production in the plan's text (产业链): the stages of each zone, and the gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.clustering.alignment import on_index
from yngis.analysis.clustering.shares.presence import refuse_without_region, straight_line_km
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

STAGES: Final = ("上游", "中游", "下游")
"""Upstream, midstream and downstream."""


def chain_stages(layout: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """
    Stages of the chain that the plan gives each zone (产业链环节), read from its role.

    Parameters
    ----------
    layout
        ``industry``, ``segment``, ``zone`` and ``role``, as ``load("industry_layout")``.
    words
        ``word`` and ``stages`` (separated by ``;``), as ``load("chain_stages")``.

    Returns
    -------
    stages
        The rows of the layout whose role names a stage, with a boolean column for each of 上游,
        中游 and 下游. A role that lists products only says nothing of stages.

    Examples
    --------
    >>> layout = pd.DataFrame({"industry": "新材料", "segment": "钛", "zone": ["甲", "乙"],
    ...                        "role": ["前端钛产业链", "航空用材"]})
    >>> words = pd.DataFrame({"word": ["前端", "中后端"], "stages": ["上游", "中游;下游"]})
    >>> chain_stages(layout, words)[["zone", "上游", "中游", "下游"]].values.tolist()
    [['甲', True, False, False]]
    """
    meaning = {
        str(word): set(str(stages).split(";")) if isinstance(stages, str) else set()
        for word, stages in zip(words["word"], words["stages"], strict=True)
    }
    longest_first = sorted(meaning, key=len, reverse=True)
    found = [_named_stages(role, meaning, longest_first) for role in layout["role"]]
    columns = {stage: [stage in named for named in found] for stage in STAGES}
    table = layout[["industry", "segment", "zone", "role"]].assign(**columns)
    told = np.array([bool(named) for named in found], dtype=bool)
    return table[told].reset_index(drop=True)


def chain_gaps(
    stages: pd.DataFrame, regions: pd.Series, places: GeoSeries | GeoDataFrame
) -> pd.DataFrame:
    """
    Stages that a region lacks downstream of what it has (产业链缺口).

    Parameters
    ----------
    stages
        As :func:`chain_stages` gives them.
    regions
        Region of each zone (一核, 一带, 多点, or a prefecture), by the zone's name.
    places
        Where the zones are, by the same names.

    Returns
    -------
    gaps
        ``industry``, ``segment``, ``region``, ``has`` (its stages), ``lacks`` (one stage),
        ``zones`` that have an earlier stage, and ``nearest``, the nearest zone elsewhere that has
        what is lacking, with ``distance_km`` from the nearest of those zones; the last two missing
        where the plan gives that stage to none.

    Raises
    ------
    LayerError
        If a zone has no region or no place, or more than one.

    Notes
    -----
    Only chains whose roles name stages can be judged: an empty answer is no proof that a chain is
    whole. That a region lacks a stage is no fault by itself, since the plan may mean the chain to
    cross regions; the nearest zone says where to.
    """
    named = pd.Index(stages["zone"].unique())
    known = on_index(regions, named, "chain_gaps：regions", more=True)
    refuse_without_region(named[known.isna()], "chain_gaps：regions")
    if not named.isin(places.index).all() or not places.index.is_unique:
        raise LayerError(
            Problem(
                where="chain_gaps：places",
                promised="每个开发区一个位置 / one place for every zone",
                found=", ".join(str(name) for name in named[~named.isin(places.index)][:5])
                or "名称重复 / a name twice",
                mend="load('zones').set_index('name_zh')",
            )
        )
    distance = straight_line_km(places.loc[named])
    rows = []
    region = stages["zone"].map(known)
    for (industry, segment), chain in stages.groupby(["industry", "segment"], sort=False):
        for name, here in chain.groupby(region.loc[chain.index], sort=False):
            has = [stage for stage in STAGES if here[stage].any()]
            later = STAGES[STAGES.index(has[0]) + 1 :]
            for lacks in (stage for stage in later if stage not in has):
                earlier = here.loc[here[list(STAGES[: STAGES.index(lacks)])].any(axis=1), "zone"]
                nearest, away = _nearest_zone(earlier, chain.loc[chain[lacks], "zone"], distance)
                zones = "、".join(earlier.unique())
                kept = (industry, segment, name, "、".join(has), lacks, zones, nearest, away)
                rows.append(kept)
    columns = ["industry", "segment", "region", "has", "lacks", "zones", "nearest", "distance_km"]
    return pd.DataFrame(rows, columns=columns)


def _named_stages(role: object, meaning: dict[str, set[str]], words: list[str]) -> set[str]:
    """Find the words of a role, longest first, each taken out before the next is looked for."""
    named: set[str] = set()
    if isinstance(role, str):
        for word in words:
            if word in role:
                named |= meaning[word]
                role = role.replace(word, "　")
    return named


def _nearest_zone(
    zones: pd.Series, others: pd.Series, distance: pd.DataFrame
) -> tuple[str | None, float]:
    if others.empty:
        return None, float("nan")
    away = distance.loc[zones.unique(), others.unique()].min(axis=0)
    first = int(np.asarray(away).argmin())
    return str(away.index[first]), float(away.iloc[first])
