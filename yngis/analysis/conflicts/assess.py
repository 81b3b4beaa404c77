"""Zones and parcels held against layers (冲突核查): one table, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.analysis.conflicts.details import (
    CLASS_COLUMNS,
    DETAIL_COLUMNS,
    class_rows,
    detail_rows,
    evidence_rows,
)
from yngis.analysis.conflicts.pieces import draw_pieces, piece_layer
from yngis.analysis.conflicts.regions import UNSTATED, find_region
from yngis.analysis.conflicts.scope import rule_applies
from yngis.analysis.conflicts.shares import ANY, CLEAN, NO_DATA, measure_shares
from yngis.analysis.conflicts.units import MARK, ZONE, plan_industries_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.conflicts.regions import ConflictLayer, Region
    from yngis.analysis.conflicts.rules import ConflictRules, LayerRule
    from yngis.analysis.conflicts.shares import Shares
    from yngis.measure.progress import StepProgress


COLUMNS: Final = (
    "level", "name", "layer", "area_m2", "share", "exclusive_m2", "exclusive_share",
)  # fmt: skip
"""Columns of the table of conflicts."""
TOGETHER: Final = (ANY, CLEAN, NO_DATA)


@dataclass(frozen=True, eq=False)
class Assessment:
    """
    What the land says of zones, or of parcels (核查结果).

    Attributes
    ----------
    level
        ``zone`` or ``parcel``.
    units
        ``name``, ``whole``, ``schematic``, ``size_m2`` and polygons, ``(n,)``.
    shares
        Areas by layer and class.
    table
        :data:`COLUMNS`, one row per unit and layer; ``note`` too where a unit is schematic.
    details
        Of every unit that lies in a layer: ``level``, ``name``, ``layer``, ``area_m2``, ``share``,
        ``body_m2`` (without slivers), ``sliver_m2``, ``effect``, ``applies``, ``kinds``,
        ``features``, ``ids``, ``article``, ``note``.
    evidence
        Every polygon behind them, as :func:`evidence_rows` lists them.
    classes
        Area by class of a layer: ``level``, ``name``, ``layer``, ``kind``, ``area_m2``, ``share``,
        ``effect``, ``article``.
    shapes
        Conflicts as polygons: ``level``, ``name``, ``layer``, ``area_m2``, ``sliver``.
    beyond
        ``layer`` and ``name`` of units beyond the reach of a layer of unstated coverage.
    lost
        ``layer`` and ``name`` of units that could not be cut, whose shares are not to be relied on.
    """

    level: str
    units: GeoDataFrame
    shares: Shares
    table: pd.DataFrame
    details: pd.DataFrame
    evidence: pd.DataFrame
    classes: pd.DataFrame
    shapes: GeoDataFrame
    beyond: pd.DataFrame
    lost: pd.DataFrame


def assess_units(
    level: str,
    units: GeoDataFrame,
    layers: Sequence[ConflictLayer],
    rules: ConflictRules,
    progress: StepProgress | None = None,
) -> Assessment:
    """
    Hold units against layers (逐单元核查).

    Parameters
    ----------
    level
        ``zone`` or ``parcel``.
    units
        As :mod:`yngis.analysis.conflicts.units` makes them; parcels may have ``industry_code``.
    layers
        The layers, each key once.
    rules
        Rank, effect and scope.
    progress
        Called with steps done and steps in all.

    Returns
    -------
    assessment
        Areas, evidence and shapes.

    Raises
    ------
    SpecError
        If the rules have none for a layer.
    """
    own = {each.key: each for each in layers}
    ranked = sorted((rules.rule_of(key) for key in own), key=lambda each: each.rank)
    shapes = np.array(units.geometry.array, dtype=object)
    withdrawn = [withdrawn_polygons(own[rule.layer], rule) for rule in ranked]
    regions = [
        _region_of(shapes, own[rule.layer], rule, gone, rules.reach_km)
        for rule, gone in zip(ranked, withdrawn, strict=True)
    ]
    shares = measure_shares(shapes, regions, progress)
    held = units.assign(size_m2=shares.size_m2)
    polygons = {key: each.polygons for key, each in own.items()}
    evidence = evidence_rows(level, held, shares, polygons)
    pieces = draw_pieces(shapes, regions, shares, rules.sliver_width_m)
    applies = _unit_answers(level, held, ranked)
    details = [
        detail_rows(
            held,
            rule,
            shares,
            evidence=evidence,
            sliver_m2=pieces[rule.layer].sliver_areas(len(held)),
            applies=applies[rule.layer],
        )
        for rule in ranked
    ]
    classes = [
        class_rows(level, held, rule, polygons[rule.layer][~gone])
        for rule, gone in zip(ranked, withdrawn, strict=True)
    ]
    lost = ((each.key, [*each.lost, *pieces[each.key].lost]) for each in regions)
    return Assessment(
        level,
        held,
        shares,
        share_table(level, held, shares),
        _joined_rows(details, DETAIL_COLUMNS).assign(level=level),
        evidence,
        _joined_rows(classes, CLASS_COLUMNS),
        piece_layer(level, held, pieces),
        _named_units(held, ((each.key, np.flatnonzero(each.beyond)) for each in regions)),
        _named_units(held, lost),
    )


def _region_of(
    shapes: NDArray[np.object_],
    layer: ConflictLayer,
    rule: LayerRule,
    withdrawn: NDArray[np.bool_],
    reach_km: float,
) -> Region:
    """What of the units a layer says, by what its polygons say of themselves."""
    kinds = layer.polygons["kind"]
    nothing = np.array([rule.says_nothing(kind) for kind in kinds], dtype=bool)
    strange = np.array([rule.is_strange(kind) for kind in kinds], dtype=bool)
    blank = np.array([not str(kind or "").strip() for kind in kinds], dtype=bool)
    if rule.outside and not blank.all():
        # Beside polygons that say what they are, one that does not clears nothing.
        strange |= blank
    return find_region(
        shapes,
        layer,
        outside=rule.outside,
        reach_km=reach_km,
        nothing=nothing,
        strange=strange | withdrawn,
    )


def withdrawn_polygons(layer: ConflictLayer, rule: LayerRule) -> NDArray[np.bool_]:
    """
    Tell polygons of which nobody knows whether they are still, or yet, of the layer (状态不明).

    Parameters
    ----------
    layer
        The layer.
    rule
        Its rule.

    Returns
    -------
    withdrawn
        By their kind, status and remark, ``(polygons,)``; they neither accuse nor clear.
    """
    said = [layer.polygons.get(name) for name in ("kind", "status", "remark")]
    blank = [""] * len(layer.polygons)
    cells = zip(*(blank if each is None else each for each in said), strict=True)
    return np.array([rule.is_withdrawn(*each) for each in cells], dtype=bool)


def _joined_rows(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    filled = [each for each in tables if len(each)]
    if not filled:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(filled, ignore_index=True).reindex(columns=list(columns))


def share_table(level: str, units: GeoDataFrame, shares: Shares) -> pd.DataFrame:
    """
    Lay the areas out as a table, unit by unit (冲突表).

    Parameters
    ----------
    level
        ``zone`` or ``parcel``.
    units
        With ``name`` and ``schematic``, ``(n,)``.
    shares
        Their areas.

    Returns
    -------
    table
        :data:`COLUMNS`; ``note`` too where a unit is schematic.
    """
    keys = list(shares.area_m2)
    area = np.column_stack([shares.area_m2[key] for key in keys]).ravel()
    own = np.column_stack([shares.exclusive_m2[key] for key in keys]).ravel()
    size = np.repeat(shares.size_m2, len(keys))
    table = pd.DataFrame(
        {
            "level": level,
            "name": np.repeat(units["name"].to_numpy(dtype=object), len(keys)),
            "layer": np.tile(np.array(keys, dtype=object), len(units)),
            "area_m2": area,
            "share": area / size,
            "exclusive_m2": own,
            "exclusive_share": own / size,
        }
    )
    if units["schematic"].any():
        marked = np.where(units["schematic"].to_numpy(), MARK, "")
        table["note"] = np.repeat(marked, len(keys))
    return table


def _unit_answers(
    level: str, units: GeoDataFrame, ranked: Sequence[LayerRule]
) -> dict[str, list[str]]:
    """By layer, whether its rule is for each of the units."""
    everybody: dict[str, list[str]] = {
        rule.layer: ["yes"] * len(units) for rule in ranked if not rule.scoped
    }
    scoped = [rule for rule in ranked if rule.scoped]
    if not scoped:
        return everybody
    none: list[None] = [None] * len(units)
    industries = plan_industries_of(units["whole"].tolist()) if level == ZONE else none
    codes = units["industry_code"].tolist() if "industry_code" in units.columns else none
    return everybody | {
        rule.layer: [
            rule_applies(rule, industries=held, code=code if isinstance(code, str) else None)
            for held, code in zip(industries, codes, strict=True)
        ]
        for rule in scoped
    }


def _named_units(units: GeoDataFrame, places: Iterator[tuple[str, Any]]) -> pd.DataFrame:
    rows = [
        (key, str(units["name"].iloc[int(at)])) for key, held in places for at in sorted(set(held))
    ]
    return pd.DataFrame(rows, columns=["layer", "name"])


def unstated_layers(layers: Sequence[ConflictLayer]) -> tuple[str, ...]:
    """
    Name the layers of which nobody said where they were mapped (覆盖范围不明的图层).

    Parameters
    ----------
    layers
        The layers.

    Returns
    -------
    keys
        Their keys.
    """
    return tuple(
        each.key for each in layers if isinstance(each.coverage, str) and each.coverage == UNSTATED
    )
