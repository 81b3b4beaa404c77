"""Land of the rows that cards are made of (宗地图形), and of what lies around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.catalogue.io.inert import one_line_end
from yngis.catalogue.io.vectors.shape_table import read_shape_batches
from yngis.errors import LayerError, Problem
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

_BATCH: Final = 50_000
_ROUNDING_HA: Final = 0.001
_AROUND: Final = 6.0  # sizes of a parcel that its map may show on either side
_LEAST_AROUND: Final = 0.001  # degrees


def read_parcel_land(
    path: Path, rows: pd.DataFrame
) -> tuple[list[shapely.Geometry | None], NDArray[np.object_]]:
    """
    Polygon of each row by its place in the ledger, and what lies near (按行对图形).

    Parameters
    ----------
    path
        Table of polygons that the audit left, row by row those of its findings.
    rows
        Findings with ``place``, their row there from 0, and ``id``.

    Returns
    -------
    shapes
        One each, None where there is none.
    others
        Polygons of other rows near them, in the order of the ledger.

    Raises
    ------
    LayerError
        If the table is broken, or is not of these findings.
    """
    wanted = {int(place): at for at, place in enumerate(rows["place"])}
    ids = rows["id"].tolist()
    shapes: list[shapely.Geometry | None] = [None] * len(rows)
    for first, names, held in _parcel_batches(path):
        for offset, name in enumerate(names):
            at = wanted.get(first + offset)
            if at is None:
                continue
            if str(one_line_end(str(name))).replace("\0", "") != ids[at]:
                raise _land_fault(path, f"第 {first + offset + 1} 行 {name}，应为 / not {ids[at]}")
            shapes[at] = held[offset]
    present = [shape for shape in shapes if shape is not None]
    if not present:
        return shapes, np.empty(0, dtype=object)
    tree = shapely.STRtree(_frames_around(present))
    near = []
    for first, _, held in _parcel_batches(path):
        own = [at for at in range(len(held)) if first + at in wanted]
        held[own] = None
        places = np.unique(tree.query(held)[0])
        near.append(held[places])
    return shapes, np.concatenate(near)


def _frames_around(shapes: list[shapely.Geometry]) -> NDArray[np.object_]:
    bounds = shapely.bounds(np.array(shapes, dtype=object))
    sizes = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    more = np.maximum(sizes * _AROUND, _LEAST_AROUND)[:, None]
    low, high = bounds[:, :2] - more, bounds[:, 2:] + more
    return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]), dtype=object)


def _parcel_batches(path: Path) -> Iterator[tuple[int, list[Any], NDArray[np.object_]]]:
    """Row of the first polygon, numbers and polygons of each batch."""
    first = 0
    try:
        for batch in read_shape_batches(path, _BATCH):
            shapes = shapely.from_wkb(batch.column("geometry").to_numpy(zero_copy_only=False))
            yield first, batch.column("id").to_pylist(), shapes
            first += batch.num_rows
    except (OSError, pa.ArrowException, KeyError, shapely.errors.GEOSException) as error:
        raise _land_fault(path, " ".join(str(error).split())[:200]) from None


def _land_fault(path: Path, found: str) -> LayerError:
    return LayerError(
        Problem(
            where=str(path),
            promised="逐行与 supply_findings.csv 对应的图形 / its polygons, row by row",
            found=found,
            mend="重新运行 yngis audit / run the audit again",
        )
    )


def match_finding_land(
    rows: pd.DataFrame, layer: gpd.GeoDataFrame | None
) -> tuple[list[shapely.Geometry | None], NDArray[np.object_]]:
    """
    Polygon of each row by its number and area (按编号对图形), where no table of parcels is there.

    Parameters
    ----------
    rows
        Findings as texts.
    layer
        Layer of findings of the audit; None if there is none.

    Returns
    -------
    shapes
        One each, None where there is none; a number that stands twice with the same area keeps the
        order of the ledger.
    others
        Polygons of the layer that no row has.
    """
    if layer is None or not len(layer):
        return [None] * len(rows), np.empty(0, dtype=object)
    held: dict[tuple[str, str], list[tuple[float, shapely.Geometry]]] = {}
    for number, name, area, shape in zip(
        *(layer[name] for name in ("id", "finding", "area_ha")), layer.geometry,
        strict=True,
    ):  # fmt: skip
        key = (_plain(number), str(name))
        held.setdefault(key, []).append((float(area), shape))
    areas = pd.to_numeric(rows["area_m2"], errors="coerce").to_numpy() / HECTARE_M2
    # Rows are sorted by gravity; numbers that stand twice are matched as the ledger has them.
    order = np.argsort(pd.to_numeric(rows["row"], errors="coerce").fillna(0), kind="stable")
    found: list[shapely.Geometry | None] = [None] * len(rows)
    for at in order:
        row = rows.iloc[at]
        candidates = held.get((row["id"], FINDINGS[row["finding"]]), [])
        for place, (area, shape) in enumerate(candidates):
            if abs(area - areas[at]) <= _ROUNDING_HA:
                found[at] = shape
                del candidates[place]
                break
    left = np.empty(sum(map(len, held.values())), dtype=object)
    left[:] = [shape for candidates in held.values() for _, shape in candidates]
    return found, left


def _plain(value: Any) -> str:  # noqa: ANN401 - a cell
    return value if isinstance(value, str) else ""
