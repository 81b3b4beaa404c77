"""Zones with the measures of a portal as a layer that carries its style (开发区图层)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from yngis.report.deliver.declared import LayerDeclaration
from yngis.report.deliver.sources import frame_layer
from yngis.report.deliver.symbols import layer_symbols
from yngis.report.output_tables import OutputColumn
from yngis.report.portal.measures import measures_at_hand, zone_gaps_text, zone_number
from yngis.report.portal.zone_pages.zone_identity import registry_row

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from yngis.report.deliver.sources import ResultLayer
    from yngis.report.portal.view import ArchiveView

_DECLARED: Final = LayerDeclaration(
    name="zones", zh="开发区", en="zones", source="zones", geometry="MultiPolygon", look="zones"
)
_TEXTS: Final = {
    "zone_id": ("编号", "number"),
    "name": ("开发区", "zone"),
    "level": ("级别", "level"),
    "category": ("类型", "category"),
    "prefecture": ("州市", "prefecture"),
    "boundary": ("边界", "boundary"),
    "gaps": ("缺数据原因", "why values are missing"),
}


def zone_layer(view: ArchiveView) -> ResultLayer | None:
    """
    Make a layer of the zones with their values of the portal's year (开发区图层).

    Parameters
    ----------
    view
        The archive.

    Returns
    -------
    layer
        Zones that the plan in use has a polygon of, under the numbers of the archive; those that
        were merged are left out. None where there is none.
    """
    shapes = view.plan.layer
    shown = measures_at_hand(view)
    rows: list[dict[str, Any]] = []
    for zone in view.zones:
        drawn = str(registry_row(view, zone).get("name_zh", ""))
        if zone.ended or drawn not in shapes.index:
            continue
        told = {each.id: zone_number(view, zone, each) for each in shown}
        rows.append(
            {
                **{name: getattr(zone, name) for name in list(_TEXTS)[:5]},
                "boundary": str(shapes.loc[drawn, "boundary"]),
                **{name: math.nan if value is None else value for name, value in told.items()},
                "gaps": zone_gaps_text(view, zone),
                "geometry": shapes.loc[drawn, "geometry"],
            }
        )
    if not rows:
        return None
    frame: GeoDataFrame = type(shapes)(rows, geometry="geometry", crs=shapes.crs)
    known = {
        **{name: OutputColumn(name=name, zh=zh, en=en) for name, (zh, en) in _TEXTS.items()},
        **{
            each.id: OutputColumn(
                name=each.id, zh=each.zh, en=each.en, unit=each.unit or None, form="general"
            )
            for each in shown
        },
    }
    columns = [known[str(name)] for name in frame.columns if name != "geometry"]
    return replace(frame_layer(_DECLARED, columns, frame), symbols=layer_symbols(_DECLARED, {}))
