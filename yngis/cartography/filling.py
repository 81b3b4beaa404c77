"""Colouring by a column (专题设色): areas and points filled, prefectures named, zones as glyphs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd
import shapely

from yngis.cartography.classify import MISSING, classify_frame
from yngis.cartography.prepared import Feature, Membership
from yngis.cartography.style import colour_contrast, ink_on, read_style
from yngis.cartography.wording import amount_with_unit
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

    from yngis.cartography.mapspec import Fill
    from yngis.cartography.prepared import Entry, Group, Mark, PrefectureLabel, PreparedFigure

FEATURES: Final = "features"
"""Name of the filled layer among a figure's base layers."""

_PREFECTURES: Final = "prefectures"
_DIGITS: Final = 3  # of a value on the map
_WIDEST: Final = 4  # signs that can be read in a glyph
_EXTREMES: Final = 5  # highest and lowest values, whose places are named before all others


def fill_features(figure: PreparedFigure, fill: Fill, frame: GeoDataFrame) -> PreparedFigure:
    """Colour areas or points by a column."""
    keys, group = classify_frame(frame, fill, "class")
    sizes = _circle_sizes(frame, fill)
    named = fill.layer == _PREFECTURES and fill.show_values
    prefectures = figure.prefectures
    if named:  # the value stands under the name that is there anyway
        colours = {entry.key: entry.colour for entry in group.entries}
        told = {
            name: (value, "#FFFFFF" if fill.size else colours[key])
            for name, value, key in zip(
                frame[fill.name], _brief_values(frame, fill), keys, strict=True
            )
        }
        prefectures = tuple(
            _label_with_value(label, *told[label.name], fill) if label.name in told else label
            for label in prefectures
        )
        fill = fill.model_copy(update={"show_values": False, "labels": False})
    plain = read_style().plain
    groups = tuple(item for item in figure.groups if item.kind != "region")
    return replace(
        figure,
        edge=read_style().quiet,
        areas=tuple(replace(area, fill=plain) for area in figure.areas),
        groups=(*groups, group),
        features=tuple(
            replace(feature, size=size)
            for feature, size in zip(_filled_features(frame, fill, keys, group), sizes, strict=True)
        ),
        prefectures=prefectures,
        notes=(*_size_notes(frame, fill), *figure.notes),
        base={**figure.base, FEATURES: _as_points(frame) if fill.size else frame},
    )


def _circle_sizes(frame: GeoDataFrame, fill: Fill) -> list[float]:
    """Radii of proportional circles (比例圆), whose areas are as the amounts."""
    if not fill.size:
        return [0.0] * len(frame)
    values = pd.to_numeric(frame[fill.column], errors="coerce").to_numpy(dtype=np.float64)
    if (values < 0).any():
        raise SpecError(
            Problem(
                where=f"fill.size: {fill.column}",
                promised="非负的数量，圆面积与之成正比 / amounts, which set the areas of circles",
                found=f"{int((values < 0).sum())} 个负数 / negative",
                mend="去掉 size，按级设色 / drop size and colour by class",
            )
        )
    known = values[np.isfinite(values)]
    largest = float(known.max()) if len(known) else 0.0
    shares = np.zeros(len(values)) if not largest else np.sqrt(values / largest)
    return [float(share) if np.isfinite(share) else 0.0 for share in shares]


def _size_notes(frame: GeoDataFrame, fill: Fill) -> Iterator[str]:
    if fill.size:
        values = pd.to_numeric(frame[fill.column], errors="coerce").dropna()
        if len(values):
            most = amount_with_unit(float(values.max()), fill.unit)
            yield f"圆面积与{fill.title}成正比，最大的圆为 {most} / circles by area"


def _as_points(frame: GeoDataFrame) -> GeoDataFrame:
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    return cast("GeoDataFrame", frame.set_geometry(points, crs=frame.crs))


def _label_with_value(
    label: PrefectureLabel, value: str, colour: str, fill: Fill
) -> PrefectureLabel:
    """The name with its value and its unit, in ink that reads on the fill."""
    ink = ink_on(colour)
    unit = fill.unit if value and not fill.classes and fill.second is None else ""
    if colour_contrast(ink, "#FFFFFF") > colour_contrast(ink, "#000000"):
        return replace(label, value=value, unit=unit)
    return replace(label, value=value, unit=unit, ink=ink, halo=colour)


def on_zones(figure: PreparedFigure, fill: Fill, frame: GeoDataFrame) -> PreparedFigure:
    """Colour the zones' glyphs by a column; zones are too small on the sheet to be filled."""
    rows = frame.set_index("name_zh")
    rows = rows.reindex(rows.index.union([mark.name for mark in figure.marks], sort=False))
    keys, group = classify_frame(rows, fill, "sector")
    entries, signs = _glyph_signs(rows, fill, group)
    told = dict(zip(rows.index, _shown_values(rows, fill), strict=True))
    ranks = dict(zip(rows.index, _ranks_of_names(rows, fill, keys), strict=True))
    marks = tuple(
        replace(
            _mark_with_class(
                mark, fill, str(keys[mark.name]), signs.get(mark.name, ""), told[mark.name]
            ),
            rank=ranks[mark.name],
        )
        for mark in figure.marks
    )
    counts = Counter(mark.sectors[0].key for mark in marks)
    shown = replace(
        group,
        entries=tuple(
            replace(entry, count=counts[entry.key])
            for entry in entries
            if entry.key != MISSING or counts[MISSING]
        ),
    )
    style = read_style()
    pale = {area.name: style.region_fill(area.name, pale=True) for area in figure.areas}
    return replace(
        figure,
        marks=marks,
        others=0,
        edge=style.quiet,
        areas=tuple(replace(area, fill=pale[area.name]) for area in figure.areas),
        groups=tuple(_with_pale(item, shown, pale) for item in figure.groups),
    )


def _ranks_of_names(rows: pd.DataFrame, fill: Fill, keys: pd.Series) -> list[int]:
    """Which names go first where there is room: extremes, then the rest, without a value last."""
    missing = (keys == MISSING).to_numpy()
    ranks = np.where(missing, 2, 1)
    if not fill.classes:
        values = pd.to_numeric(rows[fill.column], errors="coerce").to_numpy(dtype=np.float64)
        order = np.argsort(values, kind="stable")[: int((~np.isnan(values)).sum())]
        ends = np.concatenate([order[:_EXTREMES], order[-_EXTREMES:]])
        ranks[ends[~missing[ends]]] = 0
    return [int(rank) for rank in ranks]


def _mark_with_class(mark: Mark, fill: Fill, key: str, sign: str, told: str) -> Mark:
    if key == MISSING:
        fact = (_fill_title(fill), told or fill.missing)
        return replace(mark, sectors=(Membership(key, ()),), facts=(fact, *mark.facts))
    return replace(mark, sectors=(Membership(key, ((told, ""),), sign),))


def _glyph_signs(
    rows: pd.DataFrame, fill: Fill, group: Group
) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """What stands in the glyphs: characters of the classes, short values, or numbers of classes."""
    if fill.second is not None or fill.classes:
        return group.entries, {}
    values = pd.to_numeric(rows[fill.column], errors="coerce").dropna()
    signs = {str(name): text for name, text in zip(values.index, short_values(values), strict=True)}
    if max((len(text.lstrip("-")) for text in signs.values()), default=0) <= _WIDEST:
        return group.entries, signs
    numbered = tuple(
        entry if entry.key == MISSING else replace(entry, character=str(number))
        for number, entry in enumerate(group.entries, start=1)
    )
    return numbered, {}


def short_values(values: pd.Series) -> list[str]:
    """
    Write values as briefly as a map can bear: all with the same decimals, three digits at most.

    Examples
    --------
    >>> rows = [86.34, 7.0], [0.5, -0.25], [5.0, 9.0]
    >>> tuple(short_values(pd.Series(numbers)) for numbers in rows)
    (['86.3', '7.0'], ['0.50', '-0.25'], ['5', '9'])
    """
    largest = float(values.abs().max()) if len(values) else 0.0
    whole = bool((values == values.round()).all())
    fine = [places for places in (2, 1) if round(largest, places) < 10.0 ** (_DIGITS - places)]
    decimals = 0 if whole or not fine else fine[0]
    # A rounded zero has no sign.
    return [f"{value + 0.0:.{decimals}f}" for value in values.astype(float).round(decimals)]


def _fill_title(fill: Fill) -> str:
    return fill.title if fill.second is None else f"{fill.title}；{fill.second.title}"


def _shown_values(rows: pd.DataFrame, fill: Fill) -> list[str]:
    """The value, or both values, of each row with the unit; empty where there is none."""
    told = [amount_with_unit(value, fill.unit) for value in rows[fill.column]]
    if fill.second is None:
        return told
    others = [amount_with_unit(value, fill.second.unit) for value in rows[fill.second.column]]
    missing = fill.missing
    return [
        f"{fill.title} {one or missing}；{fill.second.title} {other or missing}"
        if one or other
        else ""
        for one, other in zip(told, others, strict=True)
    ]


def _brief_values(rows: pd.DataFrame, fill: Fill) -> list[str]:
    """What can be written under a name: short values, or the ranks of two."""
    if fill.classes:
        return ["" if pd.isna(value) else str(value) for value in rows[fill.column]]
    columns = [fill.column] if fill.second is None else [fill.column, fill.second.column]
    texts = []
    for column in columns:
        values = pd.to_numeric(rows[column], errors="coerce")
        known = dict(zip(values.dropna().index, short_values(values.dropna()), strict=True))
        texts.append([known.get(row, "–") for row in rows.index])
    both = (" / ".join(parts) for parts in zip(*texts, strict=True))
    return ["" if set(text) <= set("– /") else text for text in both]


def _filled_features(
    frame: GeoDataFrame, fill: Fill, keys: pd.Series, group: Group
) -> Iterator[Feature]:
    entries = {entry.key: entry for entry in group.entries}
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    names = frame[fill.name] if fill.name in frame.columns else pd.Series("", index=frame.index)
    ranks = _ranks_of_names(frame, fill, keys)
    for name, told, key, point, rank in zip(
        names, _shown_values(frame, fill), keys, points, ranks, strict=True
    ):
        entry = entries[key]
        title = "" if pd.isna(name) else str(name)
        parts = [title] * fill.labels + [told.removesuffix(fill.unit).strip()] * fill.show_values
        yield Feature(
            name=title,
            key=key,
            fill=entry.colour,
            lon=float(point.x),
            lat=float(point.y),
            label=" ".join(part for part in parts if part),
            facts=((_fill_title(fill), told or entry.label), ("图例", entry.label)),
            rank=rank,
        )


def _with_pale(group: Group, sectors: Group, pale: dict[str, str]) -> Group:
    if group.kind == "sector":
        return sectors
    if group.kind != "region":
        return group
    entries = tuple(replace(entry, colour=pale[entry.key]) for entry in group.entries)
    return replace(group, entries=entries)
