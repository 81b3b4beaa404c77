"""Tables of zones from enterprises (开发区表): what each is made of, and who is much the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.clustering.shares.presence import straight_line_km
from yngis.analysis.clustering.shares.specialisation import (
    herfindahl,
    krugman_dissimilarity,
    krugman_specialisation,
    location_quotient,
    structural_similarity,
    unit_structures,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from yngis.analysis.clustering.settings import Settings

OTHER: Final = "其他"
"""Plants of no industry of the plan: they count in the totals, and in nothing else."""

VERDICTS: Final = {
    "agrees": "与规划一致",
    "differs": "与规划不一致",
    "unassigned": "规划未安排产业",
    "too_few": "企业太少，不作判断",
    "no_data": "没有企业数据",
}
"""A zone's leading industry held against the plan."""

_DRIVERS: Final = 2  # Industries named as making two zones alike.


def amounts_by(plants: pd.DataFrame, place: str, *, sized: bool) -> pd.DataFrame:
    """
    Amount of each industry in each place, the other plants in a column of their own.

    Plants are counted in tens where there are no sizes: every measure here is free of scale, and
    so a table of few plants is not taken for presence.
    """
    known = plants[plants[place].notna()]
    industry = known["industry"].where(known["industry"].notna(), OTHER).astype("object")
    weight = known["size"].fillna(0.0) if sized else pd.Series(10.0, known.index)
    table = pd.crosstab(known[place].astype("object"), industry, values=weight, aggfunc="sum")
    return table.rename_axis(index=place, columns="industry").astype("float64").fillna(0.0)


def zone_tables(
    plants: pd.DataFrame,
    assigned: pd.DataFrame,
    zones: GeoDataFrame,
    settings: Settings,
    *,
    sized: bool,
) -> dict[str, pd.DataFrame]:
    """What each zone is made of; ``assigned`` is presence by industry on ``zones.index``."""
    values = amounts_by(plants, "zone", sized=sized)
    values = values.reindex(zones.index.intersection(values.index))
    enough = plants.loc[plants["industry"].notna(), "zone"].value_counts()
    of_plan = [name for name in assigned.columns if name in values.columns]
    structure = values[of_plan]
    structure = structure[structure.sum(axis=1) > 0]
    if structure.shape[1] == 0 or len(structure) == 0:
        return {}
    quotient = location_quotient(values)
    detail = _zone_detail(plants, values, quotient, assigned, of_plan)
    summary = _zone_summary(detail, structure, assigned, zones, settings)
    return {
        "zone_industry": detail,
        "zones": summary,
        "similarity": similarity_pairs(
            structure[structure.index.isin(enough.index[enough >= settings.least_plants])], zones
        ),
    }


def similarity_pairs(structure: pd.DataFrame, zones: GeoDataFrame) -> pd.DataFrame:
    """Every pair of zones with its similarity, its distance and what makes it alike."""
    alike, apart = structural_similarity(structure), krugman_dissimilarity(structure)
    away = straight_line_km(zones.loc[structure.index])
    first, second = np.triu_indices(len(structure), 1)
    names = structure.index.to_numpy()
    pairs = pd.DataFrame(
        {
            "zone": names[first],
            "other": names[second],
            "similarity": alike.to_numpy()[first, second],
            "krugman": apart.to_numpy()[first, second],
            "distance_km": away.to_numpy()[first, second],
        }
    )
    along = unit_structures(structure, "similarity_pairs")
    industries = structure.columns.to_numpy(dtype="str")
    drivers = [
        "、".join(industries[largest[part[largest] > 0]])
        for part in along[first] * along[second]
        for largest in [np.argsort(-part, kind="stable")[:_DRIVERS]]
    ]
    order = pairs.assign(drivers=drivers).sort_values(
        ["similarity", "distance_km"], ascending=[False, True], kind="stable"
    )
    return order.reset_index(drop=True)


def _zone_detail(
    plants: pd.DataFrame,
    values: pd.DataFrame,
    quotient: pd.DataFrame,
    assigned: pd.DataFrame,
    of_plan: list[str],
) -> pd.DataFrame:
    """One row per zone and industry of the plan that it has or is assigned."""
    counts = plants.groupby(["zone", "industry"]).size()
    sizes = plants.groupby(["zone", "industry"])["size"].sum(min_count=1)
    share = values.div(values.sum(axis=1).where(values.sum(axis=1) > 0), axis=0)
    rows = []
    for zone in assigned.index:
        for industry in assigned.columns:
            held = int(counts.get((zone, industry), 0))
            named = bool(assigned.loc[zone, industry])
            if not (held or named):
                continue
            known = zone in values.index and industry in of_plan
            rows.append(
                {
                    "zone": zone,
                    "industry": industry,
                    "assigned": named,
                    "plants": held,
                    "size": sizes.get((zone, industry), np.nan),
                    "share": share.loc[zone, industry] if known else np.nan,
                    "lq": quotient.loc[zone, industry] if known else np.nan,
                }
            )
    return pd.DataFrame(rows)


def _zone_summary(
    detail: pd.DataFrame,
    structure: pd.DataFrame,
    assigned: pd.DataFrame,
    zones: GeoDataFrame,
    settings: Settings,
) -> pd.DataFrame:
    """One row per zone: its leading industry against those the plan assigns."""
    totals = detail.groupby("zone")[["plants", "size"]].sum(min_count=1).reindex(zones.index)
    plants = totals["plants"].fillna(0).astype("int64")
    told = zones.index[plants >= settings.least_plants]
    held = detail[
        (detail["plants"] > 0)
        & (detail["share"] >= settings.least_share)
        & detail["zone"].isin(told)
    ]
    first = held.sort_values(["lq", "share"], ascending=False, kind="stable")
    leads = first.drop_duplicates("zone").set_index("zone").reindex(zones.index)
    index, special = herfindahl(structure, "region"), krugman_specialisation(structure)
    named = assigned.apply(lambda row: "、".join(row.index[row.to_numpy()]), axis=1)
    table = pd.DataFrame(
        {
            "plants": plants,
            "size": totals["size"],
            "herfindahl": index.reindex(zones.index),
            "krugman": special.reindex(zones.index),
            "leading_industry": leads["industry"],
            "leading_lq": leads["lq"],
            "leading_share": leads["share"],
            "assigned": named.reindex(zones.index),
        },
        index=zones.index,
    )
    verdict = np.select(
        [
            plants == 0,
            plants < settings.least_plants,
            table["assigned"] == "",
            leads["assigned"].fillna(value=False).astype(bool),
        ],
        ["no_data", "too_few", "unassigned", "agrees"],
        "differs",
    )
    table["verdict"] = [VERDICTS[name] for name in verdict]
    return table.rename_axis("zone").reset_index()
