"""The table of conflicts from frames (冲突表): layers in, areas out, nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from yngis.analysis.conflicts.assess import assess_units
from yngis.analysis.conflicts.frames import card_columns, layer_of_frame, parcel_names
from yngis.analysis.conflicts.rules import PLANNED_USE, ConflictRules, read_conflict_rules
from yngis.analysis.conflicts.units import (
    PARCEL,
    ZONE,
    parcel_unit_layer,
    refuse_schematic,
    zone_unit_layer,
)
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame, GeoSeries


def conflicts(
    zones: GeoDataFrame,
    layers: Mapping[str, GeoDataFrame],
    *,
    parcels: GeoDataFrame | None = None,
    coverage: Mapping[str, GeoDataFrame | GeoSeries | str] | None = None,
    rules: ConflictRules | str | os.PathLike[str] | None = None,
    even_schematic: bool = False,
) -> pd.DataFrame:
    """
    Hold zones and parcels against red lines and other layers (冲突核查).

    Parameters
    ----------
    zones
        Names and polygons in any CRS; several rows of one zone are its parts.
    layers
        Polygons in any CRS by key: ``farmland``, ``ecology``, ``boundary``, ``industrial_line``,
        ``lake``, ``water_source``, ``hazard``, ``river``, ``slope`` (steep ground).
    parcels
        Parcels, named by their index; where that only counts, by the column of their numbers.
    coverage
        By key, polygons of where the layer was mapped, or ``"all"``. A layer without speaks of
        what lies within the reach of its polygons that the rules state.
    rules
        Rules, or a YAML file of them; the shipped ones if None.
    even_schematic
        Whether zones of schematic outline are measured all the same; every row about them says so
        in ``note``.

    Returns
    -------
    table
        ``level`` (zone · parcel), ``name``, ``layer``, ``area_m2``, ``share``, ``exclusive_m2``,
        ``exclusive_share``: a row for every layer, then ``any`` (their union), ``clean`` and
        ``no_data``. Areas [m²] on the ellipsoid; of ``boundary`` it is what lies outside. The
        exclusive shares of a unit add up to 1; ``any`` is no class and has none.

    Raises
    ------
    LayerError
        If a layer cannot be used, or zones are schematic; names every fault.
    SpecError
        If the rules have faults, or none for a layer.

    Examples
    --------
    >>> import geopandas, shapely
    >>> box = shapely.box
    >>> zones = geopandas.GeoDataFrame(
    ...     {"name": ["甲"]}, geometry=[box(102, 25, 102.01, 25.01)], crs=4490)
    >>> farmland = geopandas.GeoDataFrame(geometry=[box(102, 25, 102.003, 25.01)], crs=4490)
    >>> found = conflicts(zones, {"farmland": farmland})
    >>> found.set_index("layer")["share"].round(6).to_dict()
    {'farmland': 0.3, 'any': 0.3, 'clean': 0.7, 'no_data': 0.0}
    """
    chosen = rules if isinstance(rules, ConflictRules) else read_conflict_rules(rules)
    refuse_unknown_keys(layers, chosen, "layers")
    refuse_unknown_keys(coverage or {}, chosen, "coverage", beside=layers)
    said = coverage or {}
    read = [layer_of_frame(key, frame, said.get(key)) for key, frame in layers.items()]
    units = zone_unit_layer(zones).frame
    refuse_schematic(units, even_schematic=even_schematic)
    tables = [assess_units(ZONE, units, read, chosen).table]
    if parcels is not None:
        names: Any = parcels.index.astype("str")
        if isinstance(parcels.index, pd.RangeIndex):
            names = parcel_names(card_columns("plots", parcels), names)
        plots = parcel_unit_layer(parcels, names)
        tables.append(assess_units(PARCEL, plots, read, chosen).table)
    return pd.concat(tables, ignore_index=True)


def refuse_unknown_keys(
    given: Iterable[str], rules: ConflictRules, what: str, *, beside: Iterable[str] | None = None
) -> None:
    """
    Refuse layers that there is no rule for (图层名不对).

    Parameters
    ----------
    given
        Keys.
    rules
        The rules.
    what
        What they are given as.
    beside
        Keys that they must be among; those of the rules if None.

    Raises
    ------
    LayerError
        With every key that is none, and the nearest; or if no layer is given.
    """
    keys = list(given)
    known = [each.layer for each in rules.ranked] if beside is None else list(beside)
    problems = [
        Problem(
            where=f"{what}: {key}",
            promised=f"其中之一 / one of: {', '.join(known)}",
            found="规划用途不是红线，用 industrial_share 比对 / planned uses are no red line"
            if key == PLANNED_USE
            else key,
            mend=did_you_mean(key, known),
        )
        for key in keys
        if key not in known
    ]
    if not keys and beside is None:
        problems = [
            Problem(what, promised="至少一个图层 / one layer at least", found="0", mend="补上图层")
        ]
    if problems:
        raise LayerError(problems)
