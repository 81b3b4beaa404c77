"""A prepared figure as a Folium map in one file that needs no network."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from yngis.cartography.layers.base_geometry import SCALE
from yngis.cartography.layers.base_layers import BASE_KINDS
from yngis.cartography.layers.kinds import ParcelLayer
from yngis.cartography.style import read_style
from yngis.cartography.web.encode import (
    ZONE_SCALE,
    encode_base_layers,
    encode_base_once,
    encode_zones,
)
from yngis.cartography.web.offline_map import OfflineMap, Tiles
from yngis.cartography.web.page_scripts import data_block
from yngis.cartography.web.parcel_map import CLOSEST, PARCEL_PARTS, parcel_payload
from yngis.cartography.web.point_map import POINT_PARTS, point_payload
from yngis.catalogue.io.pack import read_pack
from yngis.errors import Problem, SetupError

if TYPE_CHECKING:
    from yngis.cartography.prepared import NeighbourLabel, PreparedFigure

_TIANDITU = "https://t{s}.tianditu.gov.cn/DataServer?T=%s_w&x={x}&y={y}&l={z}&tk=%s"
_OSM = "https://tile.openstreetmap.org"


class FigureMap(OfflineMap):
    """
    A Folium map that draws a prepared figure; in Jupyter it shows itself.

    Parameters
    ----------
    figure
        What to draw.
    nav
        Links to the neighbouring figures and the index, where the page is part of a folder.
    basemap
        ``tianditu`` (needs a key in ``TIANDITU_KEY``) or ``osm``: a picture from the network under
        the figure, off by default. Without a network the figure stays whole.
    report
        File of the report beside it, to link to, on the page of a cluster analysis.
    lang
        Language that the page opens in; the figure's own if None.
    legend
        ``open``, or ``folded`` into its title.
    size
        Width and height in a notebook, as CSS lengths.

    Raises
    ------
    SetupError
        If ``tianditu`` is asked for without a key, or the base map is unknown.
    """

    def __init__(
        self,
        figure: PreparedFigure,
        *,
        nav: dict[str, Any] | None = None,
        basemap: str | None = None,
        report: str | None = None,
        lang: Literal["zh", "en"] | None = None,
        legend: Literal["open", "folded"] = "open",
        size: tuple[str, str] = ("100%", "640px"),
    ) -> None:
        base, parcels = figure.base, figure.layers_of(ParcelLayer)
        west, south, east, north = base["regions" if "regions" in base else "counties"].total_bounds
        if parcels:
            start, parts, data = "yngisParcels", PARCEL_PARTS, parcel_payload(figure, parcels[0])
        elif figure.layers:
            start, parts, data = "yngisClusters", POINT_PARTS, point_payload(figure, report)
        else:
            shown = figure if figure.in_chinese is None else figure.in_chinese
            data = figure_payload(shown, nav, translucent=basemap is not None)
            data |= {"lang": lang or figure.lang, "folded": legend == "folded"}
            start, parts = "yngis", ("viewer.css", "viewer")
        super().__init__(
            _page_title(figure),
            extent=figure.extent,
            province=(west, south, east, north),
            start=start,
            parts=parts,
            body=data_block("yngis-data", data),
            tiles=_basemap_tiles(basemap),
            size=size,
        )
        if start == "yngis":
            for name in _layer_names(figure):
                self.add_own_layer(name)
        if parcels:
            self.options |= {"max_zoom": CLOSEST, "zoom_snap": 1, "zoom_delta": 1}
        self.figure = figure

    def __repr__(self) -> str:
        """One line: what is drawn."""
        return repr(self.figure).replace(type(self.figure).__name__, type(self).__name__)


def _layer_names(figure: PreparedFigure) -> list[str]:
    """What a control of layers can take off the map; the page's script knows the same names."""
    shown = {"开发区": figure.marks, "口岸": figure.ports, "地名": figure.prefectures}
    return [name for name, held in shown.items() if held]


def _label_on_page(label: NeighbourLabel) -> dict[str, object]:
    """What the page shows of a name outside; whose land it is matters to plates alone."""
    return {key: value for key, value in asdict(label).items() if key != "land"}


def _page_title(figure: PreparedFigure) -> str:
    if figure.number:
        return f"图{figure.number} {figure.title}｜{read_pack().title_zh}"
    return figure.title if figure.label is None else f"{figure.title}｜{figure.label}"


def figure_payload(
    figure: PreparedFigure, nav: dict[str, Any] | None = None, *, translucent: bool = False
) -> dict[str, Any]:
    """The page's data: nothing but what the prepared figure decided, with coded geometry."""
    style = read_style()
    base = encode_base_once(figure.base["counties"], figure.base["neighbours"])
    fills = {area.name: (area.fill, area.active) for area in figure.areas}
    zones = figure.base["zones"].set_index("name_zh").geometry
    rings = encode_zones(zones.loc[[mark.name for mark in figure.marks]])
    shapes = figure.base["features"].geometry if figure.features else zones.iloc[:0]
    outlines = [[] for _ in shapes] if figure.dotted else encode_zones(shapes)
    features = zip(figure.features, outlines, strict=True)
    areas = []
    for area in base.areas:
        fill, active = fills[str(area["region"])]
        areas.append({**area, "fill": fill, "active": active})
    return {
        "number": figure.number,
        "title": figure.title,
        "page_title": _page_title(figure),
        "lang": "zh",
        "english": dict(figure.english),
        "not_english": figure.not_english,
        "folded": False,
        "extent": figure.extent,
        "groups": [asdict(group) for group in figure.groups],
        "others": figure.others,
        "others_told": figure.others_told,
        "marks": [
            {**asdict(mark), "rings": ring} for mark, ring in zip(figure.marks, rings, strict=True)
        ],
        "prefectures": [asdict(label) for label in figure.prefectures],
        "ports": [asdict(port) for port in figure.ports],
        "areas": areas,
        "features": [{**asdict(feature), "rings": ring} for feature, ring in features],
        "neighbours": [_label_on_page(label) for label in figure.neighbours],
        "counties": [asdict(label) for label in figure.counties],
        "elsewhere": [asdict(item) for item in figure.elsewhere],
        "lines": base.lines,
        "under": _coded_base_layers(figure),
        "notes": figure.notes,
        "credits": figure.credits,
        "has_focus": figure.has_focus,
        "dotted": figure.dotted,
        "undivided": not figure.group("region").entries,
        "links": [asdict(link) for link in figure.links],
        "amounts": None if figure.amounts is None else asdict(figure.amounts),
        "scale": SCALE,
        "zone_scale": ZONE_SCALE,
        "style": {
            "lines": style.lines,
            "base": style.base,
            "link": style.link,
            "edge": figure.edge,
        },
        "nav": nav,
        "translucent": translucent,
    }


def _coded_base_layers(figure: PreparedFigure) -> list[dict[str, object]]:
    shown = [kind for kind in BASE_KINDS if kind != "seats" or figure.has_seats]
    return encode_base_layers({kind: figure.base[kind] for kind in shown if kind in figure.base})


def _basemap_tiles(basemap: str | None) -> list[Tiles]:
    if basemap is None:
        return []
    if basemap == "osm":
        return [Tiles(_OSM + "/{z}/{x}/{y}.png", "OpenStreetMap contributors", "abc", (_OSM,))]
    if basemap == "tianditu":
        key = os.environ.get("TIANDITU_KEY", "")
        if not key.isalnum():
            raise SetupError(
                Problem(
                    "TIANDITU_KEY",
                    "天地图浏览器端密钥 / a Tianditu browser key",
                    "未设置或含非法字符 / unset or malformed",
                    "设置环境变量 TIANDITU_KEY / set the environment variable TIANDITU_KEY",
                )
            )
        hosts = tuple(f"https://t{number}.tianditu.gov.cn" for number in range(8))
        kinds = ("vec", "cva")
        return [Tiles(_TIANDITU % (kind, key), "天地图", "01234567", hosts) for kind in kinds]
    raise SetupError(
        Problem(
            "--basemap",
            "tianditu | osm",
            basemap,
            "改为其中之一，或不用 / use one of them, or none",
        )
    )
