"""The map of what changed (变化图): signs on zones, and two editions to swipe between."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely
from markupsafe import escape

from yngis.cartography.prepare import assemble_figure
from yngis.cartography.spec import FigureSpec, Glyph, GlyphClass
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources

SIGNS: Final = {
    "added": ("增", "新增"),
    "dropped": ("消", "取消"),
    "merged": ("并", "并入他区"),
    "renamed": ("名", "更名"),
    "raised": ("升", "升级"),
    "lowered": ("降", "降级"),
    "industries": ("业", "产业有增减"),
    "altered": ("改", "其他修改"),
}
"""Sign and words of each change on the map; a zone with several carries several."""

_COLUMN: Final = "change"
_KINDS: Final = {"moved": "altered", "altered": "altered"}
_WIDTH, _MARGIN = 760.0, 8.0
_TURN: Final = 0.75  # of the width: names of zones beyond stand on their left
_TOLERANCE: Final = 0.02  # degrees; a pixel of the drawing is about 0.011
_THIN: Final = 'stroke="#77706B" stroke-width=".6"'


def zone_changes(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """
    Signs of every zone that changed, in the order of the legend (各区变化).

    Parameters
    ----------
    frames
        As :func:`yngis.plan.pack_diff.compare_plans` gives them.

    Returns
    -------
    signs
        Keys of :data:`SIGNS` by the zone's name.
    """
    told: dict[str, set[str]] = {}
    for row in frames["zones"].to_dict("records"):
        told.setdefault(row["subject"], set()).add(_KINDS.get(row["change"], row["change"]))
        if row["change"] == "merged":
            told.setdefault(row["after"], set()).add("merged")
    for row in frames["layout"].to_dict("records"):
        told.setdefault(row["subject"], set()).add("industries")
    return {zone: [key for key in SIGNS if key in kinds] for zone, kinds in told.items()}


def change_figure(
    before: Sources, after: Sources, frames: Mapping[str, pd.DataFrame], title: str
) -> PreparedFigure:
    """
    Prepare the map of what changed: every zone of either edition, signs on those that changed.

    Parameters
    ----------
    before, after
        Layers and tables of the two editions.
    frames
        As :func:`yngis.plan.pack_diff.compare_plans` gives them.
    title
        Of the map.

    Returns
    -------
    figure
        Ready for either renderer, on the land of the later edition.
    """
    signs = zone_changes(frames)
    gone = before.zones[before.zones["name_zh"].isin(set(signs) - set(after.zones["name_zh"]))]
    # Regions of the earlier edition may be none of the later one's; only its colours are drawn.
    later = set(after.layers["regions"]["name_zh"])
    gone = gone.assign(region=gone["region"].where(gone["region"].isin(later), min(later)))
    both = pd.concat([after.zones, gone], ignore_index=True)
    zones = gpd.GeoDataFrame(both, geometry="geometry", crs=after.zones.crs)
    # The figure is drawn with one sign a zone, the first; the others stand in its facts.
    first = [signs[name][0] if name in signs else None for name in zones["name_zh"]]
    # A pack may have fewer colours than there are signs: only those in use need one.
    used, most = [key for key in SIGNS if key in first], len(read_style().sectors)
    if len(used) > most:
        used = [*used[: most - 1], "altered"]
        first = [key if key is None or key in used else "altered" for key in first]
    used = used or [next(iter(SIGNS))]
    classes = tuple(
        GlyphClass(value=key, character=SIGNS[key][0], label=SIGNS[key][1]) for key in used
    )
    glyph = Glyph(source="zones", column=_COLUMN, title="变化", classes=classes)
    spec = FigureSpec(figure=1, glyph=glyph)
    drawn = replace(after, zones=zones.assign(**{_COLUMN: first}))
    caption = {"title_zh": title, "title_en": "What changed", "section": ""}
    figure = assemble_figure(spec, drawn, caption)
    told = _told_changes(frames)
    marks = tuple(
        replace(mark, facts=(*(("变化", text) for text in told.get(mark.name, ())), *mark.facts))
        for mark in figure.marks
    )
    kept = tuple(
        replace(group, entries=tuple(entry for entry in group.entries if entry.count))
        if group.kind == "sector"
        else group
        for group in figure.groups
    )
    return replace(
        figure,
        number=0,
        marks=marks,
        groups=kept,
        stem="changes",
        others_told=("没有变化的开发区", "两版相同"),
        notes=tuple(note for note in figure.notes if not note.startswith("圆内")),
    )


def _told_changes(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for topic in ("zones", "layout"):
        for row in frames[topic].to_dict("records"):
            words = " ".join(
                part for part in (row["column"], row["before"], "→", row["after"]) if part
            )
            kind = SIGNS.get(
                row["change"], ("", {"gained": "增加", "lost": "减少"}.get(row["change"], "修改"))
            )[1]
            told.setdefault(row["subject"], []).append(f"{kind}：{words}")
    return told


def draw_edition(
    sources: Sources, signs: Mapping[str, list[str]], colours: Mapping[str, str]
) -> str:
    """
    Draw one edition as an SVG to lay beside or over the other (单版示意).

    Parameters
    ----------
    sources
        Layers and tables of the edition.
    signs
        As :func:`zone_changes` gives them.
    colours
        Fill of each region.

    Returns
    -------
    svg
        Regions, borders of prefectures and a dot for each zone; those that changed are named.
    """
    regions = sources.layers["regions"]
    west, south, east, north = regions.total_bounds
    stretch = math.cos(math.radians((south + north) / 2))
    scale = (_WIDTH - 2 * _MARGIN) / ((east - west) * stretch)
    height = (north - south) * scale + 2 * _MARGIN

    def place(lon: float, lat: float) -> tuple[float, float]:
        return _MARGIN + (lon - west) * stretch * scale, _MARGIN + (north - lat) * scale

    parts = [f'<svg viewBox="0 0 {_WIDTH:g} {height:.0f}" role="img">']
    # Regions and prefectures from one coverage, or their common borders would not lie together.
    counties = sources.layers["counties"]
    shapes = shapely.coverage_simplify(counties.geometry.to_numpy(), _TOLERANCE)
    for column, look in (("region", 'stroke="#4A4440"'), ("prefecture", _THIN)):
        for name, rows in counties.groupby(column, sort=False).indices.items():
            fill = colours[str(name)] if column == "region" else "none"
            shape = shapely.coverage_union_all(shapes[rows])
            path = _even_odd_path(shape, place)
            parts.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd" {look}/>')
    parts += _zone_dots(sources, signs, place)
    return "".join((*parts, "</svg>"))


def _zone_dots(
    sources: Sources,
    signs: Mapping[str, list[str]],
    place: Callable[[float, float], tuple[float, float]],
) -> Iterator[str]:
    zones = sources.zones
    points = zones.geometry.representative_point()
    rows = list(zip(zones.to_dict("records"), points, strict=True))
    # Zones that changed come last, or the dots of others would lie on their signs and names.
    rows.sort(key=lambda each: each[0]["name_zh"] in signs)
    for row, point in rows:
        x, y = place(point.x, point.y)
        kinds = signs.get(row["name_zh"], [])
        title = f"<title>{escape(row['name_zh'])}</title>"
        look = (
            'r="7" fill="#332288" stroke="#fff"' if kinds else 'r="3.2" fill="#fff" stroke="#333"'
        )
        yield f'<g transform="translate({x:.1f} {y:.1f})"><g class="zone">'
        yield f"<circle {look}>{title}</circle>"
        if kinds:
            sign = SIGNS[kinds[0]][0]
            # A name near the right edge would be cut off.
            side = 'x="-9" text-anchor="end"' if x > _WIDTH * _TURN else 'x="9"'
            yield (
                f'<text y="3.4" font-size="9.5" text-anchor="middle" fill="#fff">{sign}</text>'
                f'<text {side} y="4" font-size="11" class="name">{escape(row["short_zh"])}</text>'
            )
        yield "</g></g>"


def _even_odd_path(
    shape: shapely.Geometry, place: Callable[[float, float], tuple[float, float]]
) -> str:
    """All rings of a shape, holes too, for a path that is filled by the even-odd rule."""
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(*at) for at in ring.coords)) + "Z"
        for ring in shapely.get_rings(shapely.get_parts(shape))
    )
