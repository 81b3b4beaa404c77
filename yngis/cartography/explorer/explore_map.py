"""The page of any frame: packed shapes, colours, what popups show (探索地图页)."""

from __future__ import annotations

import hashlib
import html
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from yngis.cartography.layers.base_geometry import SCALE
from yngis.cartography.layers.packed import NOTHING, WORLD, Array, pack_numbers
from yngis.cartography.style import ink_on, read_style
from yngis.cartography.web.encode import encode_base_once
from yngis.cartography.web.offline_map import OfflineMap
from yngis.cartography.web.page_scripts import LARGEST_INLINE, data_block
from yngis.cartography.web.parcel_map import CLOSEST, PARCEL_PARTS
from yngis.catalogue.io.output.write import write_text
from yngis.catalogue.shipped import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.cartography.explorer.colouring import Colouring
    from yngis.cartography.explorer.columns import ShownColumns
    from yngis.cartography.layers.packed import PackedShapes
    from yngis.cartography.web.offline_map import Box

_PARTS: Final = (*PARCEL_PARTS[:2], "explore.css", *PARCEL_PARTS[2:], "explore_viewer")
_LEAST: Final = 0.004  # degrees that a map shows at least, some 400 m
_BASE_UP_TO: Final = 12.0  # degrees; on a wider map the borders of the shipped province are a spot
_TOO_FINE: Final = {"counties", "within"}  # borders that would be lost among the shapes
_WORLD_BOX: Final = (-180.0, -60.0, 180.0, 75.0)


class ExploreMap(OfflineMap):
    """
    A map of any frame, in one file that needs no network; in Jupyter it shows itself.

    Parameters
    ----------
    title
        Title; any text.
    count
        Rows of the frame.
    packed
        Its shapes.
    colouring
        Class of each row.
    shown
        Columns of tooltips and popups.
    box
        Bounds of the shapes [degrees]; None where there is nothing to draw.
    legend
        Name of what the colours say; None for no legend.
    notes
        What a reader must know, line by line.
    size
        Width and height in a notebook, as CSS lengths.
    selectable
        Whether clicks and boxes select, and tell the widget around the page.
    """

    def __init__(
        self,
        title: str,
        *,
        count: int,
        packed: PackedShapes,
        colouring: Colouring,
        shown: ShownColumns,
        box: Box | None,
        legend: str | None,
        notes: Sequence[str],
        size: tuple[str, str],
        selectable: bool = False,
    ) -> None:
        extent = _WORLD_BOX if box is None else _widen_to_least(box)
        place = colouring.place[packed.order]
        payload = {
            "title": title,
            "world": WORLD,
            "nothing": NOTHING,
            "closest": CLOSEST,
            "shapes": {name: array.told() for name, array in packed.arrays.items()},
            "class_of": pack_numbers(place, "u8").told(),
            "classes": _legend_class_payloads(colouring, place),
            "ends": colouring.ends,
            "missing": colouring.missing,
            "legend": legend,
            "columns": [_shown_column_payload(column) for column in shown.columns],
            "tooltip": shown.tooltip,
            "popup": shown.popup,
            "extent": extent,
            "notes": list(notes),
            "selectable": selectable,
            "zones": [],
            "names": [],
            **_province_borders_payload(extent),
        }
        super().__init__(
            title,
            extent=extent,
            province=extent,
            start="yngisExplore",
            parts=_PARTS,
            body=data_block("yngis-data", payload),
            size=size,
        )
        self.options |= {"max_zoom": CLOSEST, "zoom_snap": 1, "zoom_delta": 1, "max_bounds": False}
        self._told = f"{title!r}, {len(packed.order):,} / {count:,} shapes"
        self.order = packed.order
        self.title_told, self.height_told = title, size[1]

    def __repr__(self) -> str:
        """One line: what is drawn."""
        return f"{type(self).__name__}({self._told})"

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401 - folium's signature
        page = self.html()
        content = page.encode()
        if len(content) <= LARGEST_INLINE:
            return super()._repr_html_(**kwargs)
        path = Path.cwd() / f"yngis_explore_{hashlib.sha256(content).hexdigest()[:10]}.html"
        write_text(path, page)
        name = html.escape(path.name)
        return (
            f"<p>{len(content) / 1e6:.0f} MB，不宜放进笔记本，已存为 / too large here, saved as "
            f'<a href="{name}" target="_blank" rel="noopener">{name}</a></p>'
        )


def _widen_to_least(box: Box) -> Box:
    """Bounds widened so that a single point is seen with its surroundings."""
    west, south, east, north = box
    across, up = max(0.0, _LEAST - (east - west)) / 2, max(0.0, _LEAST - (north - south)) / 2
    return west - across, south - up, east + across, north + up


def _legend_class_payloads(colouring: Colouring, place: NDArray[np.int64]) -> list[dict[str, Any]]:
    counts = np.bincount(place, minlength=len(colouring.labels))
    return [
        {
            "key": str(number),
            "label": label,
            "character": "",
            "colour": colour,
            "ink": ink_on(colour),
            "priority": number,
            "number": f"{count:,}",
            "area": "",
            "hatched": False,
        }
        for number, (label, colour, count) in enumerate(
            zip(colouring.labels, colouring.colours, counts.tolist(), strict=True)
        )
    ]


def _shown_column_payload(column: Any) -> dict[str, Any]:  # noqa: ANN401 - a ParcelColumn
    packed = column.packed
    values = {"values": packed.told()} if isinstance(packed, Array) else packed
    return {**column._asdict(), **values, "packed": None}


def _province_borders_payload(extent: Box) -> dict[str, Any]:
    """Borders of the shipped province under what lies in it; nothing elsewhere."""
    style = {"lines": read_style().lines}
    none: dict[str, Any] = {"lines": None, "areas": [], "land": "", "scale": SCALE, "style": style}
    counties = load("counties")
    west, south, east, north = extent
    edge = counties.total_bounds
    apart = west > edge[2] or east < edge[0] or south > edge[3] or north < edge[1]
    if apart or max(east - west, north - south) > _BASE_UP_TO:
        return none
    base = encode_base_once(counties, load("neighbours"))
    lines = {rank: [] if rank in _TOO_FINE else line for rank, line in base.lines.items()}
    return none | {"lines": lines}
