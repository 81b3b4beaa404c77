"""A user's zones in the zones layer (用户开发区入图): for maps, and for sums by whole zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.catalogue import load
from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.units import HECTARE_M2
from yngis.plan.user_zones import BY_USER, unite_parts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from yngis.plan.user_zones import UserZones

NOT_IN_PLAN: Final = "规划外"
"""Value of ``level`` and ``category`` for a user's zones that the plan does not have."""

USER_NOTE: Final = "user_note"
"""Column of a zones layer with what a map tells of the user's polygons."""

_BASIS: Final = "用户提供的边界"


def zones_layer_with(shipped: GeoDataFrame, found: UserZones) -> GeoDataFrame:
    """
    Put a user's zones into the zones layer, for maps and for sums by zone (用户开发区入图).

    Parameters
    ----------
    shipped
        The zones layer.
    found
        The user's zones; parts of one zone stand as one row.

    Returns
    -------
    zones
        ``shipped`` with geometry, ``area_ha`` [ha] and ``boundary = "用户提供"`` of the zones that
        the user has; what was said of the schematic polygon's accuracy (``accuracy_km``,
        ``moved_km``) is missing there. Below them the user's zones that the plan does not have,
        with ``level`` and ``category`` 规划外 and the place where they lie. ``user_note`` says what
        is odd of each.
    """
    own = found.units[found.units["boundary"] == BY_USER]
    shapes = {
        str(whole): unite_parts(np.array(part.geometry.array, dtype=object))
        for whole, part in own.groupby("whole")
    }
    zones = _with_polygons(shipped, shapes)
    strangers = [name for name in dict.fromkeys(own["whole"]) if name not in set(zones["name_zh"])]
    if strangers:
        zones = _with_strangers(zones, strangers, own, shapes)
    told: dict[str, list[str]] = {}
    whole_of = dict(zip(own["name_zh"], own["whole"], strict=True))
    for note in found.notes:
        rule = row_rules()[note.rule]
        said = note.value.removeprefix(note.zone).removeprefix("；")
        text = f"{rule.zh}：{said}" if said else rule.zh
        told.setdefault(whole_of.get(note.zone, note.zone), []).append(text)
    texts = ["；".join(dict.fromkeys(told.get(name, ()))) for name in zones["name_zh"]]
    placed: GeoDataFrame = zones.assign(**{USER_NOTE: texts})
    return placed


def _with_polygons(shipped: GeoDataFrame, polygons: dict[str, Any]) -> GeoDataFrame:
    """Put polygons in place of the schematic ones."""
    zones = shipped.copy()
    own = zones["name_zh"].isin(list(polygons))
    shapes = np.array(zones.geometry.array, dtype=object)
    for at in own.to_numpy().nonzero()[0]:
        shapes[at] = polygons[str(zones["name_zh"].iloc[at])]
    zones[zones.geometry.name] = gpd.GeoSeries(shapes, index=zones.index, crs=zones.crs)
    zones.loc[own, "area_ha"] = ellipsoidal_area(zones.geometry[own]).to_numpy() / HECTARE_M2
    zones.loc[own, "boundary"] = BY_USER
    zones.loc[own, ["area_basis", "location_basis"]] = _BASIS
    for said_of_the_drawing in ("accuracy_km", "moved_km"):
        if said_of_the_drawing in zones.columns:
            zones[said_of_the_drawing] = zones[said_of_the_drawing].astype("float64").mask(own)
    return zones


def _with_strangers(
    zones: GeoDataFrame, names: list[str], own: GeoDataFrame, shapes: dict[str, Any]
) -> GeoDataFrame:
    """Add zones that the plan does not have, with what is known of them: name, shape and place."""
    counties = load("counties").set_index("name_zh")
    home = own.drop_duplicates("whole").set_index("whole")["county"]
    shape = gpd.GeoSeries([shapes[name] for name in names], crs=zones.crs)
    area = ellipsoidal_area(shape).to_numpy() / HECTARE_M2
    rows = []
    for name, size in zip(names, area, strict=True):
        county = home[name] if isinstance(home[name], str) else None
        place = {} if county is None else counties.loc[county]
        rows.append(
            {
                "name_zh": name,
                "short_zh": name,
                "level": NOT_IN_PLAN,
                "category": NOT_IN_PLAN,
                "prefecture": place.get("prefecture", "省外"),
                "county": county or "省外",
                "counties": county or "省外",
                "region": place.get("region", "省外"),
                "boundary": BY_USER,
                "area_ha": float(size),
                "area_basis": _BASIS,
                "location_basis": _BASIS,
                "named_in_plan": False,
            }
        )
    added = gpd.GeoDataFrame(
        {
            name: pd.Series([row.get(name) for row in rows], dtype=zones[name].dtype)
            for name in zones.columns
            if name != zones.geometry.name
        },
        geometry=shape,
    )
    placed: GeoDataFrame = pd.concat([zones, added], ignore_index=True)[list(zones.columns)]
    return placed
