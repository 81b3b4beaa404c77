"""Judging a layer or table by its card: every fault at once, each with its remedy (检查)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from geopandas import GeoDataFrame

from yngis.catalogue.io.vectors.vector import no_crs
from yngis.catalogue.references import Frames, reference_faults
from yngis.catalogue.tables.cards.cell_refs import Cells
from yngis.catalogue.tables.cards.column_checks import column_faults
from yngis.catalogue.tables.csv_table import type_sheet, unread_faults
from yngis.catalogue.tables.headers.header_faults import header_faults
from yngis.catalogue.tables.shapes.extent import guess_crs, place_faults, present_bounds
from yngis.catalogue.tables.shapes.geometry_checks import geometry_faults
from yngis.errors import Problem
from yngis.measure.reference import crs_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.catalogue.references import References
    from yngis.catalogue.tables.cards.card import Card


def check(
    frame: pd.DataFrame,
    card: Card,
    *,
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
    against
        Layers and tables that this one refers to, by card name; the shipped ones where not given.

    Returns
    -------
    problems
        Every fault, empty if there is none. Rows are counted from 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from yngis.catalogue import read_card
    >>> figures = pd.DataFrame({"figure": [1, 12], "titel_zh": ["空间布局图", "其他"]})
    >>> [problem.where.split("：")[0] for problem in check(figures, read_card("figures"))]
    ['figures', 'figures.title_zh', ..., 'figures.figure']
    """
    references = Frames({**(against or {}), card.name: frame})
    return _card_faults(frame, card, Cells.of_frame(frame, card.name), {}, references)


class SheetCheck(NamedTuple):
    """
    A sheet judged by its card (表格检查结果).

    Attributes
    ----------
    table
        The cells in the types of the card, rows numbered from 0; missing where a cell is empty or
        cannot be read.
    problems
        Every fault, by the row numbers of the sheet; empty if there is none.
    """

    table: pd.DataFrame
    problems: list[Problem]


def check_sheet(
    sheet: pd.DataFrame, card: Card, file: str, references: References | None = None
) -> SheetCheck:
    """
    Give a sheet the types of its card and judge it (按卡片检查表格).

    Parameters
    ----------
    sheet
        Text on spreadsheet row numbers, as :func:`yngis.catalogue.io.sheets.sheet.read_sheet`
        gives it.
    card
        What it promises.
    file
        File name, for the messages.
    references
        What its columns refer to; itself and the shipped layers and tables where not given.

    Returns
    -------
    checked
        The table and its faults.

    Examples
    --------
    >>> from yngis.catalogue import read_card
    >>> sheet = pd.DataFrame({"figure": ["1", "十二"]}, index=[2, 5])
    >>> check_sheet(sheet, read_card("figures"), "figures.csv").problems[-1].where
    'figures.csv figure：第 5 行 / row 5'
    """
    table, unread = type_sheet(sheet, card)
    cells = Cells.of_sheet(sheet, file)
    references = references or Frames({card.name: table})
    return SheetCheck(table, _card_faults(table, card, cells, unread, references))


def _card_faults(
    frame: pd.DataFrame,
    card: Card,
    cells: Cells,
    unread: dict[str, list[int]],
    references: References,
) -> list[Problem]:
    """Find every fault of a frame that its card alone can tell."""
    return [
        *_row_count_faults(frame, card, cells),
        *(_vector_faults(frame, card) if card.kind == "vector" else ()),
        *_key_faults(frame, card, cells),
        *header_faults(frame, card),
        *unread_faults(cells, card, unread),
        *column_faults(frame, card, cells, unread),
        *reference_faults(frame, card, cells, references),
    ]


def _row_count_faults(frame: pd.DataFrame, card: Card, cells: Cells) -> list[Problem]:
    if len(frame) == 0 and card.may_be_empty:
        return []
    if len(frame) == 0:
        return [
            Problem(
                where=cells.owner,
                promised="至少一行 / one row at least",
                found="空图层，没有要素 / empty: no features"
                if card.kind == "vector"
                else "空表，没有数据行 / empty: no rows",
                mend="检查导出时是否只选了空的选择集 / check that the export held the features"
                if card.kind == "vector"
                else "恢复表中的内容 / bring its rows back",
            )
        ]
    if card.rows is not None and len(frame) != card.rows:
        return [
            Problem(
                where=cells.owner,
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
        fits = guess_crs(present_bounds(frame)[0], card.extent) if card.extent else []
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


def _key_faults(frame: pd.DataFrame, card: Card, cells: Cells) -> list[Problem]:
    if not card.key or not set(card.key) <= set(frame.columns):
        return []
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, values in enumerate(frame[list(card.key)].itertuples(index=False, name=None)):
        if not all(pd.isna(value) for value in values):
            rows[tuple("" if pd.isna(value) else str(value) for value in values)].append(at)
    return [
        Problem(
            where=cells.where("+".join(card.key), found),
            promised="不重复 / no key twice",
            found=f"“{' + '.join(values)}” × {len(found)}",
            mend="合并为一行，或改正名称 / merge them into one row, or mend the name",
        )
        for values, found in rows.items()
        if len(found) > 1
    ]
