"""Faults of geometry: missing, of the wrong type, or with rings that cross (几何检查)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import shapely

from yngis.catalogue.io.row_numbers import rows_text
from yngis.errors import Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from yngis.catalogue.tables.cards.card import Card

_REASONS = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "环自相交",
    "Too few points in geometry component": "点数不足",
    "Hole lies outside shell": "洞在外环之外",
    "Holes are nested": "洞相互嵌套",
    "Nested holes": "洞相互嵌套",
    "Nested shells": "外环相互嵌套",
    "Interior is disconnected": "内部不连通",
    "Duplicate Rings": "环重复",
    "Invalid Coordinate": "坐标无效",
    "Ring not closed": "环未闭合",
}
_REASON = re.compile(r"^(?P<reason>[^\[]+?)\s*(?:\[(?P<place>[^\]]*)\])?$")
_SHOWN = 5


def geometry_faults(frame: GeoDataFrame, card: Card) -> list[Problem]:
    """
    Find geometries that are missing or empty, of another type, or invalid.

    Parameters
    ----------
    frame
        Layer to be judged.
    card
        Card that names the geometry types.

    Returns
    -------
    problems
        One per kind of fault, each naming its rows.
    """
    geometry = frame.geometry.array
    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    problems = []
    if absent.any():
        problems.append(
            Problem(
                where=f"{card.name}：{rows_text(absent.nonzero()[0])}",
                promised="每行都有图形 / a geometry in every row",
                found="图形为空或无法解析 / geometry is empty or cannot be read",
                mend="补画图形，或删去这些行 / draw it, or delete these rows",
            )
        )
    return problems + _wrong_types(frame, card, absent) + _invalid_geometries(frame, card, absent)


def _wrong_types(frame: GeoDataFrame, card: Card, absent: object) -> list[Problem]:
    types = frame.geometry.geom_type
    rows: dict[str, list[int]] = defaultdict(list)
    for row in (~types.isin(card.geometry) & ~absent).to_numpy().nonzero()[0]:  # type: ignore[operator]
        rows[types.iloc[row]].append(int(row))
    wanted = "、".join(card.geometry)
    return [
        Problem(
            where=f"{card.name}：{rows_text(found)}",
            promised=f"几何类型 / geometry type: {wanted}",
            found=name,
            mend="给出该类型的图层；线可在 GIS 软件中转为面 / "
            "give a layer of that type; a GIS turns closed lines into polygons",
        )
        for name, found in sorted(rows.items())
    ]


def _invalid_geometries(frame: GeoDataFrame, card: Card, absent: object) -> list[Problem]:
    geometry = frame.geometry.array
    invalid = (~shapely.is_valid(geometry) & ~absent).nonzero()[0]  # type: ignore[operator]
    rows: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row, text in zip(invalid, shapely.is_valid_reason(geometry[invalid]), strict=True):
        match = _REASON.match(text)
        reason, place = (match["reason"], match["place"] or "") if match else (text, "")
        rows[reason].append((int(row), place))
    problems = []
    for reason, found in sorted(rows.items()):
        places = "；".join(
            f"第 {row + 1} 行 / row {row + 1} ({place})" for row, place in found[:_SHOWN] if place
        )
        problems.append(
            Problem(
                where=f"{card.name}：{rows_text(row for row, _ in found)}",
                promised="有效的面（环不自交、不缺点） / a valid polygon",
                found=f"{_REASONS.get(reason, reason)} / {reason}"
                + (f"：{places}" if places else ""),
                mend="在 GIS 软件中修复，或用 yngis layers check … --repair-to FILE 修复并复核 / "
                "repair it in a GIS, or with --repair-to FILE and look at what changed",
            )
        )
    return problems
