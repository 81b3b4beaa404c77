"""What stands behind a conflict (冲突依据): polygons, their numbers, classes, effect, article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.analysis.conflicts.cover import measure_cover
from yngis.analysis.conflicts.scope import gravest_effect
from yngis.analysis.conflicts.units import MARK
from yngis.measure.polygons import NOTHING_M2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.conflicts.rules import LayerRule
    from yngis.analysis.conflicts.shares import Shares

    Shapes = NDArray[np.object_]

EVIDENCE_COLUMNS: Final = (
    "unit", "level", "name", "layer", "id", "kind", "feature", "area_m2",
)  # fmt: skip
DETAIL_COLUMNS: Final = (
    "unit", "level", "name", "layer", "area_m2", "share", "exclusive_m2", "body_m2", "sliver_m2",
    "effect", "applies", "kinds", "features", "ids", "article", "note",
)  # fmt: skip
"""Columns of the details; ``unit`` is the position of the unit."""
CLASS_COLUMNS: Final = (
    "level", "name", "layer", "kind", "area_m2", "share", "effect", "article",
)  # fmt: skip
_MOST_IDS: Final = 200


def evidence_rows(
    level: str, units: GeoDataFrame, shares: Shares, polygons: Mapping[str, GeoDataFrame]
) -> pd.DataFrame:
    """
    List every polygon behind a conflict, with its share in it (逐图斑).

    Parameters
    ----------
    level
        ``zone`` or ``parcel``.
    units
        With ``name``.
    shares
        Areas, with their parts.
    polygons
        Polygons of each layer.

    Returns
    -------
    rows
        :data:`EVIDENCE_COLUMNS`.
    """
    names = units["name"].to_numpy(dtype=object)
    told = [pd.DataFrame(columns=list(EVIDENCE_COLUMNS))]
    for key, parts in shares.parts.items():
        rows = polygons[key].iloc[parts["polygon"].to_numpy(dtype=np.int64)]
        place = parts["unit"].to_numpy(dtype=np.int64)
        told.append(
            pd.DataFrame(
                {
                    "unit": place,
                    "level": level,
                    "name": names[place],
                    "layer": key,
                    "id": rows["id"].to_numpy(dtype=object),
                    "kind": rows["kind"].to_numpy(dtype=object),
                    "feature": rows["name"].to_numpy(dtype=object),
                    "area_m2": parts["area_m2"].to_numpy(),
                }
            )
        )
    filled = [each for each in told if len(each)]
    return pd.concat(filled or told, ignore_index=True)


def detail_rows(
    units: GeoDataFrame,
    rule: LayerRule,
    shares: Shares,
    *,
    evidence: pd.DataFrame,
    sliver_m2: NDArray[np.float64],
    applies: Sequence[str],
) -> pd.DataFrame:
    """
    Tell of every unit that lies in a layer what follows (逐单元依据).

    Parameters
    ----------
    units
        With ``name`` and ``schematic``, ``(n,)``.
    rule
        The layer's rule.
    shares
        Their areas.
    evidence
        As :func:`evidence_rows` lists it.
    sliver_m2
        Area of slivers [m²], ``(n,)``.
    applies
        Whether the rule is for each unit, ``(n,)``.

    Returns
    -------
    rows
        :data:`DETAIL_COLUMNS` without the level.
    """
    area = shares.area_m2[rule.layer]
    places = np.flatnonzero(area > NOTHING_M2)
    strips = np.minimum(sliver_m2, area)
    behind = _by_unit(evidence[evidence["layer"] == rule.layer], rule)
    names = units["name"].to_numpy(dtype=object)
    marked = units["schematic"].to_numpy()
    none: tuple[frozenset[str], str, str, str] = (frozenset(), "", "", "")
    told = [behind.get(at, none) for at in places.tolist()]
    effects = [
        rule.effect if rule.outside else gravest_effect(rule, kinds - {""}) for kinds, *_ in told
    ]
    rows = pd.DataFrame(
        {
            "unit": places,
            "name": names[places],
            "layer": rule.layer,
            "area_m2": area[places],
            "share": area[places] / shares.size_m2[places],
            "exclusive_m2": shares.exclusive_m2[rule.layer][places],
            "body_m2": area[places] - strips[places],
            "sliver_m2": strips[places],
            "effect": effects,
            "applies": [applies[at] for at in places.tolist()],
        }
    )
    rows["kinds"] = [each[1] for each in told]
    rows["features"] = [each[2] for each in told]
    rows["ids"] = [each[3] for each in told]
    return rows.assign(article=rule.article, note=np.where(marked[places], MARK, ""))


def _by_unit(
    evidence: pd.DataFrame, rule: LayerRule
) -> dict[int, tuple[frozenset[str], str, str, str]]:
    """Classes, and classes, features and numbers as texts, of the polygons behind each unit."""
    columns = [evidence[name].tolist() for name in ("unit", "kind", "feature", "id")]
    rows: dict[int, list[tuple[str, Any, Any]]] = {}
    for unit, kind, feature, number in zip(*columns, strict=True):
        rows.setdefault(int(unit), []).append((rule.class_of(kind), feature, number))
    found = {}
    for unit, held in rows.items():
        kinds, features, numbers = zip(*held, strict=True)
        found[unit] = (
            frozenset(kinds),
            _list_first_texts(kinds),
            _list_first_texts(features),
            _list_first_texts(numbers),
        )
    return found


def _list_first_texts(texts: Iterable[Any]) -> str:
    """Texts in a cell; of very many the first, and how many there are."""
    held = list(dict.fromkeys(str(text) for text in texts if isinstance(text, str) and text))
    more = f"；共 {len(held)} 个，全部见 evidence.csv" if len(held) > _MOST_IDS else ""
    return "；".join(held[:_MOST_IDS]) + more


def class_rows(
    level: str, units: GeoDataFrame, rule: LayerRule, polygons: GeoDataFrame
) -> pd.DataFrame:
    """
    Measure the classes of a layer (图层内分级面积).

    Parameters
    ----------
    level
        ``zone`` or ``parcel``.
    units
        With ``name`` and polygons.
    rule
        The layer's rule.
    polygons
        The layer, with ``kind``.

    Returns
    -------
    rows
        :data:`CLASS_COLUMNS`; where polygons of a class overlap, their land counts once. Of a
        boundary it is the land inside.
    """
    kinds = np.array([rule.class_of(kind) for kind in polygons["kind"]], dtype=object)
    shapes = np.array(units.geometry.array, dtype=object)
    named = {each.name: each for each in rule.classes}
    names = units["name"].to_numpy(dtype=object)
    told = []
    for kind in dict.fromkeys(kinds.tolist()):
        if not kind:
            continue
        cover = measure_cover(
            shapes, np.array(polygons.geometry.array, dtype=object)[kinds == kind]
        )
        met = np.flatnonzero(cover.covered_m2 > NOTHING_M2)
        of = named.get(kind)
        effect, article = (rule.effect, rule.article) if of is None else (of.effect, of.article)
        told.append(
            pd.DataFrame(
                {
                    "level": level,
                    "name": names[met],
                    "layer": rule.layer,
                    "kind": kind,
                    "area_m2": cover.covered_m2[met],
                    "share": cover.covered_m2[met] / cover.size_m2[met],
                    "effect": "inform" if rule.outside else effect,
                    "article": "" if rule.outside else article,
                }
            )
        )
    filled = [each for each in told if len(each)]
    if not filled:
        return pd.DataFrame(columns=list(CLASS_COLUMNS))
    return pd.concat(filled, ignore_index=True)
