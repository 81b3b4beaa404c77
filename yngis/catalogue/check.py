"""Judging a layer or table by its card: every fault at once, each with its remedy (检查)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd
from geopandas import GeoDataFrame

from yngis.catalogue._columns import column_faults, reference_faults
from yngis.catalogue._geometry import geometry_faults
from yngis.catalogue._whereabouts import guesses, place_faults, present_bounds
from yngis.catalogue.headers import header_faults
from yngis.catalogue.read import load, no_crs
from yngis.catalogue.rows import rows_text
from yngis.errors import Problem
from yngis.measure.reference import crs_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from yngis.catalogue.card import Card

    Rule = Callable[[pd.DataFrame], list[Problem]]


def check(
    frame: pd.DataFrame,
    card: Card,
    *,
    rules: Iterable[Rule] = (),
    against: Mapping[str, pd.DataFrame] | None = None,
) -> list[Problem]:
    """
    Judge a layer or table by its card (按卡片检查).

    CRS, geometry and key come first and are our own; the values are judged by pandera. Nothing is
    changed or reprojected.

    Parameters
    ----------
    frame
        Layer or table; a user's file is judged by ``card.for_user()``.
    card
        What it promises.
    rules
        Further judges, such as those of the plan; each is given the frame and returns problems.
    against
        Layers and tables that this one refers to, by card name; the shipped ones where not given.

    Returns
    -------
    problems
        Every fault, empty if there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> from yngis.catalogue import read_card
    >>> figures = pd.DataFrame({"figure": [1, 12], "titel_zh": ["空间布局图", "其他"]})
    >>> [problem.where.split("：")[0] for problem in check(figures, read_card("figures"))]
    ['figures', 'figures.title_zh', ..., 'figures.figure']
    """
    problems: list[Problem] = []
    problems += _count_faults(frame, card)
    if card.kind == "vector":
        problems += _vector_faults(frame, card)
    problems += _key_faults(frame, card)
    problems += header_faults(frame, card)
    problems += column_faults(frame, card)

    def values_of(reference: str) -> list[str]:
        name, column = reference.split(".")
        other = frame if name == card.name else (against or {}).get(name)
        values = (load(name) if other is None else other)[column].dropna()
        return [str(value) for value in values]

    problems += reference_faults(frame, card, values_of)
    for rule in rules:
        problems += rule(frame)
    return problems


def _count_faults(frame: pd.DataFrame, card: Card) -> list[Problem]:
    if len(frame) == 0:
        return [
            Problem(
                where=card.name,
                promised="至少一行 / one row at least",
                found="空图层，没有要素 / empty: no features",
                mend="检查导出时是否只选了空的选择集 / check that the export held the features",
            )
        ]
    if card.rows is not None and len(frame) != card.rows:
        return [
            Problem(
                where=card.name,
                promised=f"{card.rows} 行 / rows",
                found=f"{len(frame)} 行 / rows",
                mend="补上缺的行，或删去多余的行 / add the missing rows or delete the others",
            )
        ]
    return []


def _vector_faults(frame: pd.DataFrame, card: Card) -> list[Problem]:
    if not isinstance(frame, GeoDataFrame) or frame.active_geometry_name is None:
        return [
            Problem(
                where=card.name,
                promised=f"图形 / geometry: {'、'.join(card.geometry)}",
                found="只有表格 / a table only",
                mend="给出矢量图层 / give a vector layer",
            )
        ]
    return _crs_faults(frame, card) + geometry_faults(frame, card) + place_faults(frame, card)


def _crs_faults(frame: GeoDataFrame, card: Card) -> list[Problem]:
    if frame.crs is None:
        fits = guesses(present_bounds(frame)[0], card.extent) if card.extent else []
        listed = "、".join(guess.name() for guess in fits)
        hint = f"；按数值可为 / the numbers fit: {listed}" if listed else ""
        return [no_crs(card.name, hint)]
    if fault := crs_fault(frame.crs, card.name):
        return [fault]
    if card.any_crs or frame.crs.equals(f"EPSG:{card.crs}", ignore_axis_order=True):
        return []
    return [
        Problem(
            where=card.name,
            promised=f"EPSG:{card.crs}",
            found=frame.crs.name,
            mend=f"重投影到 / reproject: frame.to_crs({card.crs})",
        )
    ]


def _key_faults(frame: pd.DataFrame, card: Card) -> list[Problem]:
    key = [name for name in card.key if name in frame.columns]
    if len(key) != len(card.key):
        return []
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, values in enumerate(frame[key].itertuples(index=False, name=None)):
        if not all(pd.isna(value) for value in values):
            rows[tuple("" if pd.isna(value) else str(value) for value in values)].append(at)
    return [
        Problem(
            where=f"{card.name}.{'+'.join(key)}：{rows_text(found)}",
            promised="不重复 / no key twice",
            found=f"“{' + '.join(values)}” × {len(found)}",
            mend="合并为一行，或改正名称 / merge them into one row, or mend the name",
        )
        for values, found in rows.items()
        if len(found) > 1
    ]
