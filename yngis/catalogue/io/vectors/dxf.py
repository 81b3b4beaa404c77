"""Closed polylines of a drawing (DXF), each with the text that stands inside it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from yngis.catalogue.io.reader import BATCH_ROWS, RawBatch, Spoilt
from yngis.catalogue.io.vectors.guarded import probe_file
from yngis.catalogue.io.vectors.ogr import READING, pyogrio
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    import pyproj
    from numpy.typing import NDArray

_FIELDS: Final = ("Layer", "EntityHandle", "SubClasses", "Text")
_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_FEWEST: Final = 4  # points of a ring, the first one twice


class DxfCarrier:
    """
    Plots of a drawing: every closed polyline.

    Parameters
    ----------
    path
        ``.dxf`` file.
    """

    note: str = ""
    has_geometry = True
    # A drawing declares none.
    crs: pyproj.CRS | None = None

    def __init__(self, path: Path) -> None:
        probe_file(path, "read", layer=None, encoding=None)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                frame = pyogrio.read_dataframe(path, columns=list(_FIELDS))
        except READING as error:
            raise LayerError(_dxf_fault(path, " ".join(str(error).split())[:200])) from None
        shapes = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
        kinds = shapely.get_type_id(shapes)
        lines = kinds == shapely.GeometryType.LINESTRING
        closed = lines & shapely.is_closed(shapes) & (shapely.get_num_points(shapes) >= _FEWEST)
        filled = np.isin(kinds, _AREAS)
        if not closed.any():
            found = f"{int(lines.sum())} 条线，都没有闭合 / lines, none closed"
            if filled.any():
                found += f"；{int(filled.sum())} 个填充（HATCH）没有界线 / hatches without lines"
            raise LayerError(_dxf_fault(path, found))
        places = closed.nonzero()[0]
        self._shapes: NDArray[np.object_] = np.array(
            [shapely.Polygon(shapely.get_coordinates(shape)) for shape in shapes[places]],
            dtype=object,
        )
        texts = np.array([str(text or "").strip() for text in frame["Text"]], dtype=object)
        noted = (kinds == shapely.GeometryType.POINT) & (texts != "")
        inside = _texts_inside(self._shapes, shapes[noted], texts[noted])
        sole: list[Any] = [held[0] if len(held) == 1 else None for held in inside]
        self._columns = [
            _object_column(frame["Layer"].iloc[places]),
            _object_column(frame["EntityHandle"].iloc[places]),
            _object_column(sole),
            _object_column(["；".join(held) or None for held in inside]),
        ]
        self.headers: Sequence[tuple[str, ...]] = [("图层",), ("句柄",), ("宗地编号",), ("注记",)]
        self.total: int | None = len(places)
        self._fills = _fills_beside(self._shapes, frame[filled], shapes[filled])
        left = int(lines.sum()) - len(places)
        self.described = f"DXF，{len(places)} 条闭合线；未闭合的线 {left} 条未采用"
        if self._fills:
            self.described += f"；不在闭合线内的填充（HATCH）{len(self._fills)} 个未采用"

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Read the plots."""
        for first in range(0, len(self._shapes), size):
            part = slice(first, first + size)
            shapes = self._shapes[part]
            rows = np.arange(first + 1, first + 1 + len(shapes), dtype=np.int64)
            spoilt = self._fills if first == 0 else ()
            columns = [column[part] for column in self._columns]
            yield RawBatch(columns, rows, shapes, spoilt=spoilt)


def _fills_beside(
    plots: NDArray[np.object_], frame: pd.DataFrame, fills: NDArray[np.object_]
) -> list[Spoilt]:
    """Hatches that fill no plot: they may be plots of their own, whose border nobody drew."""
    middles = shapely.point_on_surface(fills)
    held = np.unique(shapely.STRtree(plots).query(middles, predicate="intersects")[0])
    bare = np.setdiff1d(np.arange(len(fills)), held)
    return [
        Spoilt(
            len(plots) + number, "drawn_as_fill", (row["Layer"], row["EntityHandle"], None, None)
        )
        for number, row in enumerate(frame.iloc[bare].to_dict("records"), start=1)
    ]


def _texts_inside(
    plots: NDArray[np.object_], points: NDArray[np.object_], texts: NDArray[np.object_]
) -> list[list[str]]:
    """Texts in each plot; one in several plots belongs to the smallest."""
    inside: list[list[str]] = [[] for _ in plots]
    tree = shapely.STRtree(plots)
    point, plot = tree.query(points, predicate="intersects")
    areas = shapely.area(plots)
    smallest: dict[int, int] = {}
    for one, other in zip(point.tolist(), plot.tolist(), strict=True):
        if one not in smallest or areas[other] < areas[smallest[one]]:
            smallest[one] = other
    for one, other in sorted(smallest.items()):
        inside[other].append(str(texts[one]))
    return inside


def _object_column(values: Any) -> NDArray[np.object_]:  # noqa: ANN401 - a list or a series
    cells = np.empty(len(values), dtype=object)
    cells[:] = [None if value is None or value != value else value for value in values]  # noqa: PLR0124 - NaN
    return cells


def _dxf_fault(path: Path, found: str) -> Problem:
    return Problem(
        where=str(path),
        promised="有闭合多段线的 DXF / a DXF drawing with closed polylines",
        found=found,
        mend="在 CAD 中闭合界址线后另存为 DXF，或导出为 Shapefile / "
        "close the lines and save it as DXF again, or export a Shapefile",
    )
