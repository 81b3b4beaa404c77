"""``yngis.explore``: any frame on a map that needs no network (探索地图)."""

from __future__ import annotations

import re
from inspect import signature
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from yngis.cartography.explorer.colouring import ColourWish, colour_rows, shorten_text
from yngis.cartography.explorer.columns import pack_columns
from yngis.cartography.explorer.degrees_east import shapes_in_degrees
from yngis.cartography.explorer.explore_map import ExploreMap
from yngis.cartography.layers.packed import ShapePacker
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yngis.cartography.explorer.columns import Names
    from yngis.cartography.explorer.widget import ExploreWidget

__all__ = ["ExploreMap", "explore"]

_LENGTH = re.compile(r"\d+(?:\.\d+)?(?:px|%|vh|vw|em|rem)")

# Words of GeoDataFrame.explore that have no meaning here, and why.
_ELSEWHERE = {
    "tiles": "网页不联网，没有底图 / a page asks the network for nothing",
    "attr": "网页不联网，没有底图 / a page asks the network for nothing",
    "m": "一页一张图 / one map a page: use pd.concat on the frames",
    "highlight": "总是开着 / always on",
    "highlight_kwds": "样式固定 / the look is fixed",
    "style_kwds": "样式固定；颜色用 color、cmap / the look is fixed; use color, cmap",
    "marker_type": "点总是圆点 / points are dots",
    "marker_kwds": "点总是圆点 / points are dots",
    "tooltip_kwds": "样式固定 / the look is fixed",
    "popup_kwds": "样式固定 / the look is fixed",
    "legend_kwds": "样式固定；标题用 name / the look is fixed; use name",
    "map_kwds": "样式固定 / the look is fixed",
    "control_scale": "总是开着 / always on",
}


def explore(
    gdf: gpd.GeoDataFrame | gpd.GeoSeries,
    column: Any = None,  # noqa: ANN401 - any label of a column, or its values
    cmap: Any = None,  # noqa: ANN401 - whatever matplotlib takes
    color: Any = None,  # noqa: ANN401
    *,
    popup: Names = True,
    tooltip: Names = True,
    scheme: str | None = None,
    k: int = 5,
    categorical: bool = False,
    categories: Sequence[Any] | None = None,
    classification_kwds: Mapping[str, Any] | None = None,
    vmin: float | None = None,
    vmax: float | None = None,
    missing_kwds: Mapping[str, Any] | None = None,
    legend: bool = True,
    title: str | None = None,
    name: str | None = None,
    width: str | int = "100%",
    height: str | int = "560px",
    widget: bool = False,
    **unknown: Any,  # noqa: ANN401 - refused by name
) -> ExploreMap | ExploreWidget:
    """
    Show any frame on a map that needs no network (探索地图); in Jupyter it shows itself.

    Parameters
    ----------
    gdf
        Polygons, lines, points or a mixture, ``(n,)``, in any CRS that has a place on the earth.
    column
        Column that colours the map, or its values, ``(n,)``.
    cmap
        Name of a colour map of matplotlib, such a map, or a list of colours; ``viridis`` for
        numbers if None.
    color
        One colour for all, where there is no column.
    popup, tooltip
        What a click and the pointer show: all columns, none, so many, or by name. A tooltip shows
        six unless told.
    scheme
        Classes of numbers by :mod:`mapclassify`: ``quantiles``, ``fisherjenks``, ….
    k
        Number of classes.
    categorical
        Whether numbers are names.
    categories
        The categories, in the order of the legend; any other value counts as missing.
    classification_kwds
        More for the scheme, such as ``bins``.
    vmin, vmax
        Ends of the colours where there is no scheme.
    missing_kwds
        ``color`` and ``label`` of rows without a value.
    legend
        Whether there is a legend.
    title
        Title of the page.
    name
        What the legend calls the colours; the column's name if None.
    width, height
        In a notebook: pixels, or CSS lengths.
    widget
        Whether what is clicked, or boxed with Shift held, comes back as ``.selected``; needs
        ``pip install "yngis[widget]"``.
    **unknown
        Nothing: any other word is refused, with the nearest right one.

    Returns
    -------
    map
        Shows itself; ``.save(path)`` writes the page.

    Raises
    ------
    LayerError
        If it is no frame of shapes, or its shapes have no place on the earth.
    SpecError
        If a word, a column, a scheme or a colour does not exist; names the nearest.
    SetupError
        If ``widget`` is asked for without its package.

    Examples
    --------
    >>> points = gpd.points_from_xy([0, 1], [0, 1], crs=4326)
    >>> explore(gpd.GeoDataFrame({"n": [1, 2]}, geometry=points), "n", title="两点")
    ExploreMap('两点', 2 / 2 shapes)
    """
    _refuse_unknown_words(unknown)
    frame = _frame_with_shapes(gdf)
    values, told = _values_that_colour(frame, column)
    wish = ColourWish(
        cmap=cmap,
        color=color,
        categorical=categorical,
        categories=categories,
        scheme=scheme,
        k=k,
        vmin=vmin,
        vmax=vmax,
        classification_kwds=classification_kwds or {},
        missing_kwds=missing_kwds or {},
    )
    colouring = colour_rows(values, len(frame), wish)
    placed = shapes_in_degrees(frame.geometry)
    packer = ShapePacker(all_types=True)
    packer.add(placed.shapes)
    packed = packer.pack()
    found = ExploreMap(
        shorten_text(title or name or told or "地图 / Map", 200),
        count=len(frame),
        packed=packed,
        colouring=colouring,
        shown=pack_columns(frame, packed.order, tooltip, popup, column),
        box=placed.box,
        legend=shorten_text(name or told or "", 120) if legend and values is not None else None,
        notes=[*placed.notes, *([colouring.note] if colouring.note else [])],
        size=(_checked_css_length(width), _checked_css_length(height)),
        selectable=widget,
    )
    if not widget:
        return found
    from yngis.cartography.explorer.widget import ExploreWidget  # noqa: PLC0415 - an extra

    return ExploreWidget(found, frame.index)


def _refuse_unknown_words(unknown: Mapping[str, Any]) -> None:
    known = [name for name in signature(explore).parameters if name not in {"gdf", "unknown"}]
    if unknown:
        raise SpecError(
            Problem(
                f"explore({word}=…)",
                "、".join(known),
                word,
                _ELSEWHERE.get(word) or did_you_mean(word, known),
            )
            for word in unknown
        )


def _frame_with_shapes(gdf: object) -> gpd.GeoDataFrame:
    if isinstance(gdf, gpd.GeoSeries):
        return gpd.GeoDataFrame(geometry=gdf.rename("geometry"))
    if isinstance(gdf, gpd.GeoDataFrame) and gdf.active_geometry_name is not None:
        return gdf
    frame = isinstance(gdf, gpd.GeoDataFrame)
    raise LayerError(
        Problem(
            "explore(gdf)",
            "有图形的 GeoDataFrame 或 GeoSeries / a GeoDataFrame with shapes, or a GeoSeries",
            "没有图形列 / no column of shapes" if frame else type(gdf).__name__,
            "用 set_geometry 指定图形列 / name it with set_geometry"
            if frame
            else "用 geopandas.read_file 读取，或 yngis.load / read it with geopandas.read_file",
        )
    )


def _values_that_colour(frame: gpd.GeoDataFrame, column: Any) -> tuple[pd.Series | None, str]:  # noqa: ANN401 - a name is any hashable
    """Values of the column that colours the map, and its name."""
    if column is None:
        return None, ""
    if (
        isinstance(column, pd.Series | pd.Index)
        or hasattr(column, "__array__")
        or isinstance(column, list)
    ):
        if len(column) != len(frame):
            raise SpecError(
                Problem(
                    "column",
                    f"{len(frame):,} 个值 / values",
                    f"{len(column):,}",
                    "每行一个值 / one for each row",
                )
            )
        # By position, as geopandas does.
        given = pd.Series(column).reset_index(drop=True)
        return given, "" if given.name is None else str(given.name)
    names = [each for each in frame.columns if each != frame.active_geometry_name]
    if column not in names:
        listed = [str(each) for each in names]
        mend = did_you_mean(str(column), listed or ["—"])
        raise SpecError(Problem(f"column={column!r}", "列名 / names of columns", str(column), mend))
    found = frame[column]
    first = found.iloc[:, 0] if isinstance(found, pd.DataFrame) else found
    return first.reset_index(drop=True), str(column)


def _checked_css_length(length: str | int) -> str:
    text = f"{length}px" if isinstance(length, int) else str(length)
    if not _LENGTH.fullmatch(text):
        mend = "如 / e.g. height=480"
        raise SpecError(
            Problem("width, height", "像素或 CSS 长度 / pixels, a CSS length", text, mend)
        )
    return text
