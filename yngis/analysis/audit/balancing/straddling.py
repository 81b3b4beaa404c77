"""Supply across the border of the approval that it names (跨越批准界线): told, with both areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from yngis.analysis.audit.balancing.number_and_place import (
    blocks_named,
    common_shift,
    drawn_blocks,
    vectors_into,
)
from yngis.catalogue.tables.values.document_numbers import plain_number
from yngis.measure.polygons import OverlayError, measure_areas, split_polygon, union_shapes
from yngis.measure.slivers import part_slivers

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.number_and_place import Shift
    from yngis.analysis.audit.balancing.polygon_store import ShapeStore

    Shapes = NDArray[np.object_]


class Straddling(NamedTuple):
    """
    Records that lie partly outside the approval that they name.

    Attributes
    ----------
    records
        Their positions, ``(m,)``.
    beyond_m2
        Area of each outside every polygon of its number, strips of survey drift left out [m²].
    shift
        Vector that would bring most of all records into their approvals; None where there is none.
    """

    records: NDArray[np.int64]
    beyond_m2: NDArray[np.float64]
    shift: Shift | None


def find_straddling(
    numbers: pd.Series, geometry: Shapes, named: pd.Series, supply: ShapeStore, width_m: float
) -> Straddling | None:
    """
    Find supply that lies partly outside the drawn approval that it names (跨越批准界线).

    Parameters
    ----------
    numbers
        Number of each approval as written, ``(n,)``.
    geometry
        Their polygons, ``(n,)``; None where nobody drew one.
    named
        Number that each supply record names, ``(k,)``.
    supply
        Polygons of the records.
    width_m
        Width [m] below which a strip is survey drift.

    Returns
    -------
    straddling
        None where there are none. A number of which one block is not drawn proves nothing.
    """
    unions = _Unions(numbers, geometry)
    found: list[tuple[int, float]] = []
    ways: list[tuple[float, float, float, float]] = []
    drawn = 0
    texts = named.astype("object").to_numpy()
    for first, shapes in supply.batches():
        for at, shape in enumerate(shapes):
            whole = unions.of(texts[first + at])
            if whole is None or shape is None or shape.is_empty:
                continue
            drawn += 1
            if shapely.covers(whole, shape) or not shapely.intersects(whole, shape):
                continue
            beyond = _beyond(shape, whole, width_m)
            if beyond > 0.0:
                found.append((first + at, beyond))
                ways.append(vectors_into(shape, whole))
    if not found:
        return None
    records, areas = (np.array(each) for each in zip(*found, strict=True))
    shift = common_shift(np.array(ways), drawn)
    return Straddling(records.astype(np.int64), areas.astype(np.float64), shift)


class _Unions:
    """Land of all blocks of a number, worked out when it is first asked for."""

    def __init__(self, numbers: pd.Series, geometry: Shapes) -> None:
        self._geometry = geometry
        self._blocks = drawn_blocks(numbers.astype("object").map(plain_number), geometry)
        self._made: dict[str, shapely.Geometry | None] = {}

    def of(self, text: object) -> shapely.Geometry | None:
        """Land of the approvals that a record names; None where one of them is not drawn."""
        if not isinstance(text, str):
            return None
        if text not in self._made:
            self._made[text] = self._union(blocks_named(text, self._blocks))
        return self._made[text]

    def _union(self, places: NDArray[np.int64] | None) -> shapely.Geometry | None:
        if places is None:
            return None
        try:
            union: shapely.Geometry = union_shapes(self._geometry[places])
        except OverlayError:
            return None  # what cannot be balanced is listed by the balance
        shapely.prepare(union)
        return union


def _beyond(shape: shapely.Geometry, whole: shapely.Geometry, width_m: float) -> float:
    """Area of a record outside its approval, without strips [m²]."""
    try:
        body = part_slivers(split_polygon(shape, whole).outside, width_m).body
    except OverlayError:
        return 0.0
    return 0.0 if body.is_empty else float(measure_areas([body])[0])
