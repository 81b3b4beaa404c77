"""The map of a zone with more parcels than its page can draw (宗地图页): packed, on a canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
import shapely

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.cartography.layers.kinds import ParcelColumn, ParcelLayer, ZoneMark
from yngis.cartography.layers.packed import (
    ShapePacker,
    pack_labels,
    pack_numbers,
    pack_texts,
    pack_whole_numbers,
)
from yngis.cartography.prepared import PreparedFigure
from yngis.cartography.web.figure_map import FigureMap
from yngis.catalogue import load
from yngis.report.audit.findings_map import finding_class
from yngis.report.audit.wording import COLOURS
from yngis.report.audit.write import DEMONSTRATION
from yngis.report.portal.zone_pages.zone_identity import registry_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from geopandas import GeoDataFrame

    from yngis.cartography.layers.packed import PackedShapes
    from yngis.report.portal.view import ArchiveView, ZoneHistory

MOST_DRAWN: Final = 2_000
"""Parcels up to which a zone's page draws them itself."""


def map_path(zone: ZoneHistory) -> str:
    """
    Page with the map of a zone's parcels (宗地图页).

    Parameters
    ----------
    zone
        The zone.

    Returns
    -------
    path
        Within the portal.
    """
    return f"zones/{zone.zone_id}-map.html"


def has_map_page(view: ArchiveView, zone: ZoneHistory) -> bool:
    """
    Tell whether a zone has too many parcels for a drawing on its page (是否另页).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    apart
        Never where single records may not be shown.
    """
    own = view.shapes_of(zone)
    return len(own) > MOST_DRAWN and int(own["geometry"].notna().sum()) > MOST_DRAWN


def make_map_page(view: ArchiveView, zone: ZoneHistory) -> Iterator[tuple[str, str]]:
    """
    Write the map of a zone's parcels, packed (写出宗地图页).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Yields
    ------
    name, page
        One page where :func:`has_map_page`, else none.
    """
    if not has_map_page(view, zone):
        return
    own = view.shapes_of(zone)
    own = own[own["geometry"].notna()]
    made_up = f"〔{DEMONSTRATION}〕" if view.facts.demonstration else ""
    packer = ShapePacker()
    shapes = shapely.from_wkb(own["geometry"].to_numpy())
    packer.add(shapes)
    packed = packer.pack()
    edition = view.edition_of("audit") or {}
    base = {
        name: cast("GeoDataFrame", load(name)) for name in ("counties", "prefectures", "neighbours")
    }
    outline = view.plan.layer
    drawn = str(registry_row(view, zone).get("name_zh", ""))
    zones = outline[outline["name_zh"] == drawn].reset_index(drop=True)
    told = f"{len(own):,} 宗"
    marks = [ZoneMark(zone.name, zone.short_zh or zone.name, told, 1.0)] * len(zones)
    figure = PreparedFigure(
        title=f"{made_up}{zone.name}：宗地判定图",
        subtitle=f"{edition.get('year')} 年审计，截止 {edition.get('as_of')}；点选看依据",
        extent=cast(
            "tuple[float, float, float, float]", tuple(map(float, shapely.total_bounds(shapes)))
        ),
        base={**base, "zones": zones},
        layers=(_parcel_layer(view, zone, own.iloc[packed.order], packed, tuple(marks)),),
        notes=(
            "疑似闲置由记录推定，认定以主管部门的《闲置土地认定书》为准。",
            "坐标系：2000 国家大地坐标系。未经地图审核，内部使用。审图号：（待送审）",
        ),
    )
    yield map_path(zone), FigureMap(figure).html()


def _parcel_layer(
    view: ArchiveView,
    zone: ZoneHistory,
    drawn: pd.DataFrame,
    shapes: PackedShapes,
    marks: tuple[ZoneMark, ...],
) -> ParcelLayer:
    """Parcels by finding, with what their popups say, in the order of the packed shapes."""
    found = view.last_findings_of(zone, "audit").set_index("place_in_file")
    rows = found.loc[drawn["place_in_file"]].reset_index()
    table = view.edition_table("audit", "supply_findings.csv")
    sources = table.reindex(rows["place_in_file"]).fillna("").reset_index(drop=True)
    met = [code for code in FINDINGS if (rows["finding"] == code).any()]
    areas = rows.groupby("finding")["area_m2"].sum()
    number = {code: place for place, code in enumerate(met)}
    class_of = rows["finding"].map(number).to_numpy(dtype=np.uint8)
    count = rows["finding"].value_counts()
    area = pack_numbers(rows["area_m2"].to_numpy(dtype=np.float64), "f32")
    overdue = pack_whole_numbers(rows["days"].astype("float64"))
    texts = {
        name: list(sources[name]) if name in sources else [""] * len(rows)
        for name in ("holder", "evidence", "rule")
    }
    return ParcelLayer(
        shapes=shapes,
        class_of=pack_numbers(class_of, "u8"),
        classes=tuple(finding_class(code, int(count[code]), float(areas[code])) for code in met),
        columns=(
            ParcelColumn(
                "id", "编号", pack_texts(list(rows["record_id"])), search=True, listed=True
            ),
            ParcelColumn(
                "holder", "用地单位", pack_labels(texts["holder"]), search=True, listed=True
            ),
            ParcelColumn(
                "finding",
                "判定",
                pack_labels([FINDINGS[code] for code in rows["finding"]]),
                listed=True,
            ),
            ParcelColumn("area", "面积", area, "area", listed=True),
            ParcelColumn("days", "逾期天数", overdue, "overdue", listed=True),
            ParcelColumn("evidence", "依据", pack_texts(texts["evidence"])),
            ParcelColumn("rule", "条款", pack_labels(texts["rule"])),
        ),
        zones=marks,
        zones_told="圆圈为开发区；点击放大到该区。",
        zone_colour=COLOURS["suspected_idle"],
    )
