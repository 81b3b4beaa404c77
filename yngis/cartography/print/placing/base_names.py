"""
Names that stay put (注记稳定): one placement of all names, from which every plate starts.

Plates of the whole province show the same zones and prefectures at the same scale; only glyphs
differ. Names are placed once as if every zone had a glyph of one sector, and each plate then
prefers the places nearest to those, so that a reader who turns the page finds a name where it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.cartography.prepared import Membership
from yngis.cartography.print.ground import View, to_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.placing.candidates import Name
    from yngis.cartography.print.placing.laid_out import Layout
    from yngis.cartography.print.placing.placement import Placed

    Offsets = dict[str, tuple[float, float]]

_STAY: Final = 0.55  # cost of a millimetre of A4 away from the place of all plates
_FAR: Final = 7.0  # beyond this all places are equally strange [mm]
_KEPT: Final = 4  # placements remembered
_PLACED: dict[object, Offsets] = {}


def base_offsets(
    figure: PreparedFigure,
    canvas: Canvas,
    layout: Layout,
    place: Callable[[PreparedFigure, Canvas, Layout], tuple[Layout, Placed]],
) -> Offsets:
    """Where names stand from what they name [mm], alike on every plate of the whole province."""
    if not figure.marks or not all(area.active for area in figure.areas):
        return {}
    key = _what_is_placed(figure, canvas, layout)
    if key not in _PLACED:
        while len(_PLACED) >= _KEPT:
            _PLACED.pop(next(iter(_PLACED)))
        plain = _plain_figure(figure)
        middle = View(layout.view.window, layout.view.scale, _middle_of_land(layout))
        bare = replace(layout, view=middle, boxes={}, spots={}, rectangle=None)
        laid, names = place(plain, canvas, bare)
        homes = _home_points(plain, laid)
        _PLACED[key] = {
            name: (box.centre[0] - homes[name][0], box.centre[1] - homes[name][1])
            for name, box in names.boxes.items()
            if name in homes
        }
    return _PLACED[key]


def stay_near(
    names: list[Name], figure: PreparedFigure, canvas: Canvas, layout: Layout, offsets: Offsets
) -> list[Name]:
    """Make places dearer the further they are from where the name stands on all plates."""
    if not offsets:
        return names
    homes, unit = _home_points(figure, layout), canvas.paper.type_scale
    kept = []
    for name in names:
        if name.key in offsets and name.key in homes:
            wanted = np.array(homes[name.key]) + offsets[name.key]
            middles = (name.boxes[:, :2] + name.boxes[:, 2:]) / 2
            away = np.hypot(*(middles - wanted).T) / unit
            kept.append(replace(name, costs=name.costs + _STAY * np.minimum(away, _FAR)))
        else:
            kept.append(name)
    return kept


def _what_is_placed(figure: PreparedFigure, canvas: Canvas, layout: Layout) -> object:
    inset = layout.inset
    return (
        str(canvas.face.file(bold=False)),
        canvas.paper,
        layout.view.scale,
        (inset.scale, inset.centre, inset.window.width, inset.window.height) if inset else None,
        tuple((mark.short, mark.lon, mark.lat, mark.level) for mark in figure.marks),
        tuple((label.short, label.lon, label.lat) for label in figure.prefectures),
    )


def _plain_figure(figure: PreparedFigure) -> PreparedFigure:
    """The figure with one sector for each zone, and nothing but zones and prefectures."""
    one = (Membership("plain", ()),)  # no key of a class: that of no value has a small circle
    return replace(
        figure,
        marks=tuple(replace(mark, sectors=one) for mark in figure.marks),
        prefectures=tuple(
            replace(label, chips=(), value="", named=False) for label in figure.prefectures
        ),
        areas=tuple(replace(area, tint="") for area in figure.areas),
        ports=(),
        features=(),
        links=(),
        neighbours=(),
    )


def _middle_of_land(layout: Layout) -> tuple[float, float]:
    west, south, east, north = layout.ground.regions(
        {part.region for part in layout.ground.parts}
    ).bounds
    return (west + east) / 2, (south + north) / 2


def _home_points(figure: PreparedFigure, layout: Layout) -> Mapping[str, tuple[float, float]]:
    """Points on the sheet that names are told from: homes of zones, points of prefectures."""
    homes = {
        f"zone:{mark.name}": layout.spots[mark.name].home
        for mark in figure.marks
        if mark.name in layout.spots
    }
    points = np.array([(label.lon, label.lat) for label in figure.prefectures]).reshape(-1, 2)
    for label, (x, y) in zip(figure.prefectures, layout.view.place(to_grid(points)), strict=True):
        homes[f"prefecture:{label.name}"] = (float(x), float(y))
    return homes
