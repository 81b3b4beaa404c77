"""Tables from the plan's text alone (仅据规划文本的表): presence, never amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.clustering.autocorrelated.autocorrelation import join_counts
from yngis.analysis.clustering.autocorrelated.neighbourhood import neighbours
from yngis.analysis.clustering.shares.chains import chain_gaps, chain_stages
from yngis.analysis.clustering.shares.presence import (
    diversity,
    duplicated_pairs,
    mean_overlap,
    presence_table,
    same_industry_neighbours,
    ubiquity,
)
from yngis.catalogue.io.pack import province_albers

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from yngis.analysis.clustering.settings import Settings

_ANYTHING: Final = 1e-9  # Least overlap of a pair that shares anything at all.


def plan_tables(
    layout: pd.DataFrame, words: pd.DataFrame, zones: GeoDataFrame, settings: Settings
) -> dict[str, pd.DataFrame]:
    """Everything that presence can tell; ``zones`` has the zones' names as its index."""
    segments = presence_table(layout, "segment", zones.index)
    industries = presence_table(layout, "industry", zones.index)
    graph = neighbours(
        zones.to_crs(province_albers()), "band", distance_m=settings.within_km * 1000.0
    )
    joins = join_counts(industries, graph, permutations=settings.permutations, seed=settings.seed)
    items = pd.concat(
        [
            _ubiquity_table(table, name)
            for name, table in (("产业", industries), ("细分产业", segments))
        ]
    )
    near = same_industry_neighbours(industries, zones).rename(columns={"item": "industry"})
    spread = {"industries": diversity(industries), "segments": diversity(segments)}
    return {
        "plan_zones": pd.DataFrame(spread).rename_axis("zone").reset_index(),
        "plan_items": items.reset_index(drop=True),
        "plan_regions": mean_overlap(segments, zones["region"]).reset_index(),
        "plan_pairs": duplicated_pairs(
            segments,
            zones,
            within_km=settings.within_km,
            least_overlap=settings.least_overlap,
        ),
        "plan_overlap": duplicated_pairs(
            segments, zones, within_km=float("inf"), least_overlap=_ANYTHING
        ),
        "plan_neighbours": near,
        "plan_joins": joins.reset_index(),
        "plan_gaps": chain_gaps(chain_stages(layout, words), zones["region"], zones),
    }


def _ubiquity_table(presence: pd.DataFrame, level: str) -> pd.DataFrame:
    counts = ubiquity(presence).rename_axis("item").reset_index()
    return counts.assign(level=level)[["level", "item", "zones"]]
