"""A Folium map in one file that needs no network, the same bytes each time."""

from __future__ import annotations

import itertools
import math
import os
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import branca.element
import folium
from branca.element import MacroElement
from folium.raster_layers import TileLayer
from jinja2 import Template

from yngis.cartography.style import read_style
from yngis.cartography.web.page import OfflineFigure, inline_style
from yngis.cartography.web.page_scripts import inline_script
from yngis.catalogue.io.output.write import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TILE = 256.0  # side of the world at zoom 0 [px]
_PHONE = 360.0  # width of a narrow phone [px]
_FRAME_PADDING = 2.0  # degrees that one may pan beyond the province

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class Tiles(NamedTuple):
    """
    An online base map.

    Parameters
    ----------
    address
        Address of a tile, with Leaflet's placeholders.
    attribution
        Whose it is.
    subdomains
        Letters that stand for ``{s}``.
    hosts
        Where pictures may come from.
    """

    address: str
    attribution: str
    subdomains: str
    hosts: tuple[str, ...]


def find_least_zoom(province: Box) -> int:
    """
    Find the zoom from which no one needs to go farther out (最小缩放).

    Parameters
    ----------
    province
        Its bounds [degrees].

    Returns
    -------
    zoom
        At most 5; less where a province of that width would not fit a phone.

    Examples
    --------
    >>> find_least_zoom((97.4, 20.9, 106.3, 29.4)), find_least_zoom((97.0, 37.3, 126.2, 53.5))
    (5, 4)
    """
    across = (province[2] - province[0]) / 360.0 * _TILE
    return min(5, math.floor(math.log2(_PHONE / across)))


class _Viewer(MacroElement):
    """Hands folium's map over to the page's own script."""

    _template = Template(
        "{% macro script(this, kwargs) %}{{ this.start }}({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self, start: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.start = start


class OfflineMap(folium.Map):
    """
    A Folium map that the page's own script draws on; in Jupyter it shows itself.

    Parameters
    ----------
    title
        Title of the page; any text.
    extent
        What is to be seen at first.
    province
        Bounds of the province, beyond which one pans a little only.
    start
        The script's function that is called with Leaflet's map.
    parts
        Scripts and styles of the package, in order; a folder stands for the scripts in it.
    body
        Ready HTML with the script's data.
    tiles
        Online base maps; none by default.
    size
        Width and height in a notebook, as CSS lengths.
    """

    default_js = [  # noqa: RUF012 - folium declares it so
        ("leaflet", "leaflet.js")
    ]
    default_css = [  # noqa: RUF012 - folium declares it so
        ("leaflet_css", "leaflet.css")
    ]

    def __init__(
        self,
        title: str,
        *,
        extent: Box,
        province: Box,
        start: str,
        parts: tuple[str, ...],
        body: str,
        tiles: Sequence[Tiles] = (),
        size: tuple[str, str] = ("100%", "640px"),
    ) -> None:
        west, south, east, north = extent
        farthest = find_least_zoom(province)
        self._ids = itertools.count(1)
        with self._counted_ids():
            super().__init__(
                location=[(south + north) / 2, (west + east) / 2],
                tiles=None,
                zoom_start=7,
                zoom_control=False,
                zoom_snap=0.25,
                zoom_delta=0.5,
                min_zoom=farthest,
                max_bounds=True,
                min_lat=province[1] - _FRAME_PADDING,
                max_lat=province[3] + _FRAME_PADDING,
                min_lon=province[0] - 2 * _FRAME_PADDING,
                max_lon=province[2] + 2 * _FRAME_PADDING,
                max_bounds_viscosity=0.6,
            )
            self.options |= {"min_zoom": farthest, "max_zoom": 14}
            for tile in tiles:
                TileLayer(
                    tile.address,
                    attr=tile.attribution,
                    subdomains=tile.subdomains,
                    control=False,
                ).add_to(self)
            _Viewer(start).add_to(self)
            page = OfflineFigure(
                title,
                head=inline_style(_style_variables() + _viewer_styles(parts)),
                body=body,
                scripts=(inline_script(_viewer_script(parts)),),
                image_sources=tuple(dict.fromkeys(host for tile in tiles for host in tile.hosts)),
                width=size[0],
                height=size[1],
            )
        page.add_child(self, name=self.get_name())
        self._parent = page

    def add_own_layer(self, name: str) -> None:
        """Name a layer that the page's own script draws, for folium's control of layers."""
        with self._counted_ids():
            folium.FeatureGroup(name=name).add_to(self)

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:  # noqa: ANN401, ARG002, FBT001, FBT002 - folium's signature
        """
        Write the page, whole or not at all.

        Parameters
        ----------
        outfile
            Path, or an open binary file.
        close_file
            Whether an open file is closed.
        **kwargs
            As folium hands them on.

        Raises
        ------
        SpecError
            If what was added to the map needs the network; nothing is written then.
        """
        page = self.html()
        if isinstance(outfile, str | os.PathLike):
            write_text(outfile, page)
            return
        outfile.write(page.encode("utf-8"))
        if close_file:
            outfile.close()

    def html(self) -> str:
        """Write the page."""
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


def _style_variables() -> str:
    style = read_style()
    names = ("ink", "quiet", "outside", "port")
    return ":root { " + "".join(f"--{name}: {getattr(style, name)}; " for name in names) + "}\n"


@cache
def _viewer_styles(parts: tuple[str, ...]) -> str:
    home = files("yngis.cartography.web")
    wanted = [name for name in parts if name.endswith(".css")]
    return "\n".join(home.joinpath(name).read_text(encoding="utf-8") for name in wanted)


@cache
def _viewer_script(parts: tuple[str, ...]) -> str:
    home = files("yngis.cartography.web")
    found = []
    for name in parts:
        place = home.joinpath(name)
        if place.is_dir():
            inside = [part for part in place.iterdir() if part.name.endswith(".js")]
            found += sorted(inside, key=lambda part: part.name)
        elif name.endswith(".js"):
            found.append(place)
    return '"use strict";\n' + "\n".join(part.read_text(encoding="utf-8") for part in found)
