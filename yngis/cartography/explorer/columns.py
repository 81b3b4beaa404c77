"""What tooltips and popups show of any frame, packed (属性列)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.cartography.explorer.colouring import shorten_text
from yngis.cartography.layers.kinds import ParcelColumn
from yngis.cartography.layers.packed import NOTHING, pack_labels, pack_numbers, pack_texts
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

_IN_TOOLTIP: Final = 6  # columns of a tooltip unless they are named
_IN_LIST: Final = 6  # columns of the list of what is in view
_LONGEST: Final = 400  # characters of a cell
_MOST_DECIMALS: Final = 6
_LARGEST: Final = 2**31 - 2  # whole number that packs, beside the one for no value

Names = bool | int | str | list[Any] | tuple[Any, ...] | None
"""Which columns: all, none, so many, or by name."""


class ShownColumns(NamedTuple):
    """Packed columns, and the keys of those in tooltips and in popups."""

    columns: tuple[ParcelColumn, ...]
    tooltip: tuple[str, ...]
    popup: tuple[str, ...]


def pack_columns(
    frame: GeoDataFrame, order: NDArray[np.int64], tooltip: Names, popup: Names, first: object
) -> ShownColumns:
    """
    Pack the columns that are shown (打包属性).

    Parameters
    ----------
    frame
        Rows as the caller has them.
    order
        Rows that are drawn, in the order of the page.
    tooltip, popup
        Which columns.
    first
        Column that colours the map; a tooltip that cannot hold all shows it.

    Returns
    -------
    shown
        Ready for the page.

    Raises
    ------
    SpecError
        If a column does not exist; names the nearest.
    """
    table = _shown_table(frame)
    in_tooltip = _chosen_places(frame, table, tooltip, "tooltip")
    if tooltip is True and len(in_tooltip) > _IN_TOOLTIP:
        foremost = [at for at in in_tooltip if table.columns[at] == first]
        rest = [at for at in in_tooltip if at not in foremost]
        in_tooltip = sorted(foremost + rest[: _IN_TOOLTIP - len(foremost)])
    in_popup = _chosen_places(frame, table, popup, "popup")
    wanted = sorted({*in_tooltip, *in_popup})
    columns = [
        _pack_shown_column(f"c{at}", shorten_text(str(table.columns[at])), table.iloc[order, at])
        for at in wanted
    ]
    columns = [column._replace(listed=number < _IN_LIST) for number, column in enumerate(columns)]
    return ShownColumns(
        tuple(columns), tuple(f"c{at}" for at in in_tooltip), tuple(f"c{at}" for at in in_popup)
    )


def _shown_table(frame: GeoDataFrame) -> pd.DataFrame:
    """Columns without shapes; the index goes first where it says more than a row's number."""
    shapes = [str(kind) == "geometry" for kind in frame.dtypes]
    table = pd.DataFrame(frame.loc[:, ~np.array(shapes, dtype=bool)])
    index = frame.index
    if isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1:
        return table
    names = index.to_series().reset_index(drop=True)
    table = table.reset_index(drop=True)
    table.insert(0, index.name if index.name is not None else "index", names, allow_duplicates=True)
    return table


def _chosen_places(frame: GeoDataFrame, table: pd.DataFrame, asked: Names, where: str) -> list[int]:
    """Positions of the columns asked for."""
    every = list(range(len(table.columns)))
    if asked is None or asked is False:
        return []
    if asked is True:
        return every
    if isinstance(asked, int):
        return every[:asked]
    wanted = list(asked) if isinstance(asked, list | tuple) else [asked]
    lacking = [name for name in wanted if name not in table.columns]
    if lacking:
        names = [str(name) for name in frame.columns if name != frame.active_geometry_name]
        raise SpecError(
            Problem(
                f"{where}={name!r}",
                "列名 / names of columns",
                str(name),
                did_you_mean(str(name), names or ["—"]),
            )
            for name in lacking
        )
    return [at for name in wanted for at in every if table.columns[at] == name]


def _pack_shown_column(key: str, label: str, values: pd.Series) -> ParcelColumn:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = _pack_decimals(values)
        if numbers is not None:
            return ParcelColumn(key, label, numbers[0], "plain", digits=numbers[1])
    texts = _written_cells(values)
    repeated = len(set(texts)) <= len(texts) / 2
    packed = pack_labels(texts) if repeated else pack_texts(texts)
    return ParcelColumn(key, label, packed, search=True)


def _pack_decimals(values: pd.Series) -> tuple[Any, int] | None:
    """Numbers as whole ones of a decimal place, where that loses nothing; and that place."""
    if pd.api.types.is_complex_dtype(values):
        return None
    if pd.api.types.is_integer_dtype(values):
        missing = values.isna().to_numpy()
        whole = values.fillna(0).to_numpy() if missing.any() else values.to_numpy()
        if len(whole) and (whole.max() > _LARGEST or whole.min() < -_LARGEST):
            return None
        return pack_numbers(np.where(missing, NOTHING, whole.astype(np.int64)), "i32"), 0
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    missing = np.isnan(numbers)
    held = numbers[~missing]
    for digits in range(_MOST_DECIMALS + 1):
        scaled = np.rint(held * 10.0**digits)
        if len(scaled) and not np.abs(scaled).max() <= _LARGEST:
            return None
        if (scaled / 10.0**digits == held).all():
            whole = np.full(len(numbers), NOTHING, dtype=np.int64)
            whole[~missing] = scaled.astype(np.int64)
            return pack_numbers(whole, "i32"), digits
    return None


def _written_cells(values: pd.Series) -> list[str]:
    """Cells in words; empty where there is none."""
    missing = values.isna().to_numpy()
    if pd.api.types.is_float_dtype(values):
        told = [f"{number:.10g}" for number in values.to_numpy(dtype=np.float64, na_value=np.nan)]
    elif pd.api.types.is_datetime64_any_dtype(values):
        told = _written_times(values)
    else:
        told = [shorten_text(str(value), _LONGEST) for value in values.astype(object)]
    return ["" if gone else text for text, gone in zip(told, missing, strict=True)]


def _written_times(values: pd.Series) -> list[str]:
    day = values.dt.strftime("%Y-%m-%d %H:%M:%S")
    # Days without hours are written as days.
    return [str(text) for text in day.str.removesuffix(" 00:00:00").fillna("")]
