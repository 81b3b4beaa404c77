"""A prepared figure as a Folium map in one file that needs no network."""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import branca.element
import folium
from branca.element import MacroElement
from folium.raster_layers import TileLayer
from jinja2 import Template

from yngis.cartography.style import read_style
from yngis.cartography.web.encode import SCALE, ZONE_SCALE, BaseMap, encode_base, encode_zones
from yngis.cartography.web.page import OfflineFigure, data_block, inline_script, inline_style
from yngis.errors import Problem, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.cartography.prepared import PreparedFigure

PLAN_TITLE = "云南省“十四五”产业园区发展规划"
_FRAME_PADDING = 2.0  # degrees that one may pan beyond the province
_TIANDITU = "https://t{s}.tianditu.gov.cn/DataServer?T=%s_w&x={x}&y={y}&l={z}&tk=%s"
_OSM = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


class _Viewer(MacroElement):
    """Hands folium's map over to the page's own script."""

    _template = Template(
        "{% macro script(this, kwargs) %}yngis({{ this._parent.get_name() }});{% endmacro %}"
    )


class FigureMap(folium.Map):
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

    Raises
    ------
    SetupError
        If ``tianditu`` is asked for without a key, or the base map is unknown.
    """

    default_js = [  # noqa: RUF012 - folium declares it so
        ("leaflet", "leaflet.js")
    ]
    default_css = [  # noqa: RUF012 - folium declares it so
        ("leaflet_css", "leaflet.css")
    ]

    def __init__(
        self,
        figure: PreparedFigure,
        *,
        nav: dict[str, Any] | None = None,
        basemap: str | None = None,
    ) -> None:
        west, south, east, north = figure.extent
        self._ids = itertools.count(1)
        with self._counted_ids():
            super().__init__(
                location=[(south + north) / 2, (west + east) / 2],
                tiles=None,
                zoom_start=7,
                zoom_control=False,
                zoom_snap=0.25,
                zoom_delta=0.5,
                min_zoom=5,
                max_bounds=True,
                min_lat=figure.base["regions"].total_bounds[1] - _FRAME_PADDING,
                max_lat=figure.base["regions"].total_bounds[3] + _FRAME_PADDING,
                min_lon=figure.base["regions"].total_bounds[0] - 2 * _FRAME_PADDING,
                max_lon=figure.base["regions"].total_bounds[2] + 2 * _FRAME_PADDING,
                max_bounds_viscosity=0.6,
            )
            self.options |= {"min_zoom": 5, "max_zoom": 14}
            tiles, hosts = _tiles(basemap)
            for layer in tiles:
                layer.add_to(self)
            _Viewer().add_to(self)  # type: ignore[no-untyped-call]
            page = OfflineFigure(
                f"图{figure.number} {figure.title}｜{PLAN_TITLE}"
                if figure.number
                else figure.title,
                head=inline_style(_variables() + _text("viewer.css")),
                body=data_block("yngis-data", payload(figure, nav, translucent=basemap is not None))
                + inline_script(_script()),
                image_sources=hosts,
                height="640px",
            )
        self.figure = figure
        page.add_child(self, name=self.get_name())
        self._parent = page

    def html(self) -> str:
        """
        Write the page.

        Returns
        -------
        page
            HTML; the same figure gives the same text.
        """
        with self._counted_ids():
            return str(self._parent.render())

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401 - folium's signature
        with self._counted_ids():
            return str(self._parent._repr_html_(**kwargs))

    @contextmanager
    def _counted_ids(self) -> Iterator[None]:
        """Number the elements, whose ids branca draws at random: two runs give the same bytes."""
        before = vars(branca.element)["urandom"]
        vars(branca.element)["urandom"] = lambda size: next(self._ids).to_bytes(size, "big")
        try:
            yield
        finally:
            vars(branca.element)["urandom"] = before


def payload(
    figure: PreparedFigure, nav: dict[str, Any] | None = None, *, translucent: bool = False
) -> dict[str, Any]:
    """
    The page's data: nothing but what the prepared figure decided, with coded geometry.

    Parameters
    ----------
    figure
        What to draw.
    nav
        Links to the neighbouring figures and the index.
    translucent
        True where a base map is to be seen through the fills.

    Returns
    -------
    data
        Ready for JSON.
    """
    style = read_style()
    base = _base(figure)
    fills = {area.name: (area.fill, area.active) for area in figure.areas}
    zones = figure.base["zones"].set_index("name_zh").geometry
    rings = encode_zones(zones.loc[[mark.name for mark in figure.marks]])
    shapes = figure.base["features"].geometry if figure.features else zones.iloc[:0]
    features = zip(figure.features, encode_zones(shapes), strict=True)
    areas = []
    for area in base.areas:
        fill, active = fills[str(area["region"])]
        areas.append({**area, "fill": fill, "active": active})
    return {
        "number": figure.number,
        "title": figure.title,
        "extent": figure.extent,
        "groups": [asdict(group) for group in figure.groups],
        "others": figure.others,
        "marks": [
            {**asdict(mark), "rings": ring} for mark, ring in zip(figure.marks, rings, strict=True)
        ],
        "prefectures": [asdict(label) for label in figure.prefectures],
        "ports": [asdict(port) for port in figure.ports],
        "areas": areas,
        "features": [{**asdict(feature), "rings": ring} for feature, ring in features],
        "neighbours": [asdict(label) for label in figure.neighbours],
        "lines": base.lines,
        "notes": figure.notes,
        "credits": figure.credits,
        "has_focus": figure.has_focus,
        "scale": SCALE,
        "zone_scale": ZONE_SCALE,
        "style": {"lines": style.lines},
        "nav": nav,
        "translucent": translucent,
    }


_BASES: dict[int, BaseMap] = {}


def _base(figure: PreparedFigure) -> BaseMap:
    """Encode the base once for all the figures drawn from the same layers."""
    counties = figure.base["counties"]
    if id(counties) not in _BASES:
        _BASES.clear()
        _BASES[id(counties)] = encode_base(counties, figure.base["neighbours"])
    return _BASES[id(counties)]


def _variables() -> str:
    style = read_style()
    names = ("ink", "quiet", "outside", "port")
    return ":root { " + "".join(f"--{name}: {getattr(style, name)}; " for name in names) + "}\n"


@cache
def _text(name: str) -> str:
    return files("yngis.cartography.web").joinpath(name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    folder = files("yngis.cartography.web").joinpath("viewer")
    parts = sorted(
        (part for part in folder.iterdir() if part.name.endswith(".js")), key=lambda part: part.name
    )
    return '"use strict";\n' + "\n".join(part.read_text(encoding="utf-8") for part in parts)


def _tiles(basemap: str | None) -> tuple[list[TileLayer], tuple[str, ...]]:
    if basemap is None:
        return [], ()
    if basemap == "osm":
        return [TileLayer(_OSM, attr="OpenStreetMap contributors", control=False)], (
            "https://tile.openstreetmap.org",
        )
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
        layers = [
            TileLayer(_TIANDITU % (kind, key), attr="天地图", subdomains="01234567", control=False)
            for kind in ("vec", "cva")
        ]
        return layers, tuple(f"https://t{number}.tianditu.gov.cn" for number in range(8))
    raise SetupError(
        Problem(
            "--basemap",
            "tianditu | osm",
            basemap,
            "改为其中之一，或不用 / use one of them, or none",
        )
    )
