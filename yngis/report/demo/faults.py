"""Faults of the demonstration: rules that some records break on purpose (演示的数据问题)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]
    Rows = NDArray[np.int64]
    Break = Callable[[pd.DataFrame, Shapes, Rows], None]

_DRIFT_M: Final = 0.3
_METRES_PER_DEGREE: Final = 110_900.0
_WEST: Final = np.array([15.0, 0.0])


def drift_fields(shapes: Shapes) -> Shapes:
    """Take a strip off the south of each field, as two surveys that differ by a hand's width."""
    west, south, east, north = shapely.bounds(shapes).T
    degrees = _DRIFT_M / _METRES_PER_DEGREE
    window = shapely.box(west - 1, south + degrees, east + 1, north + 1)
    found: Shapes = shapely.intersection(shapes, window)
    return found


def _put_value(column: str, value: str | None) -> Break:
    def change(supply: pd.DataFrame, _: Shapes, rows: Rows) -> None:
        cells = supply[column].to_numpy(dtype=object, copy=True)
        cells[rows] = value
        supply[column] = cells

    return change


def _multiply_value(column: str, factor: float) -> Break:
    def change(supply: pd.DataFrame, _: Shapes, rows: Rows) -> None:
        cells = supply[column].to_numpy(dtype=np.float64, copy=True)
        cells[rows] *= factor
        supply[column] = cells

    return change


def _swap_days(supply: pd.DataFrame, _: Shapes, rows: Rows) -> None:
    start = supply["actual_start"].to_numpy(copy=True)
    end = supply["actual_completion"].to_numpy(copy=True)
    start[rows], end[rows] = end[rows], start[rows].copy()
    supply["actual_start"], supply["actual_completion"] = start, end


def _tie_bow(_: pd.DataFrame, shapes: Shapes, rows: Rows) -> None:
    west, south, east, north = shapely.bounds(shapes[rows]).T
    corners: Any = [[west, south], [east, north], [east, south], [west, north], [west, south]]
    shapes[rows] = shapely.polygons(np.moveaxis(np.array(corners), 2, 0))


def _move_shape(_: pd.DataFrame, shapes: Shapes, rows: Rows) -> None:
    shapes[rows] = shapely.transform(shapes[rows], lambda points: points - _WEST)


def _drop_shape(_: pd.DataFrame, shapes: Shapes, rows: Rows) -> None:
    shapes[rows] = None


BREAK: Final[dict[str, Break]] = {
    "order_wrong": _swap_days,
    "date_impossible": _put_value("agreed_completion", "2023-02-30"),
    "area_differs": _multiply_value("area_m2", 15.0),
    "area_not_positive": _multiply_value("area_m2", 0.0),
    "code_unknown": _put_value("use_code", "0699"),
    "code_padded": _put_value("use_code", "601"),
    "number_negative": _multiply_value("price_wan", -1.0),
    "geometry_invalid": _tie_bow,
    "outside_province": _move_shape,
    "polygon_missing": _drop_shape,
    "contract_missing": _put_value("contract_no", None),
}
"""What breaks each rule."""
