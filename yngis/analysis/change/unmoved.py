"""
Parcels that both surveys draw alike (两期图形相同的图斑): what they share needs no cutting.

From one year to the next a survey redraws few of its parcels. Where neither survey has parcels over
others, a parcel that both draw alike shares land with its likeness alone, and all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.analysis.overlay.batch import view_binary
from yngis.analysis.overlay.kernels.coverage import bare_borders

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from yngis.analysis.overlay.batch import Divided

    Places = NDArray[np.int64]

_WORTH: Final = 0.25
"""Share of parcels drawn alike below which they are not told apart."""
_MOST_BARE: Final = 0.2
"""Share of edges without a neighbour beyond which parcels do not share their vertices."""
_MOST_EDGES: Final = 40_000
_MOST_FACES: Final = 400
_OVERLAPPING: Final = 1e-10
"""Share of the land that may seem covered twice by rounding."""


def find_unmoved_parcels(
    surveys: tuple[pa.Array, pa.Array],
    divided: tuple[Divided, Divided],
    boxes: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[Places, Places]:
    """Find parcels that both surveys draw alike; none where parcels of a survey overlap."""
    none = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    old, new = _alike(*divided, *boxes)
    if len(old) == 0 or len(old) < _WORTH * min(len(each) for each in surveys):
        return none
    if not all(is_plain_coverage(*each) for each in zip(surveys, boxes, strict=True)):
        return none
    return old, new


def _alike(
    before: Divided,
    after: Divided,
    boxes_before: NDArray[np.float64],
    boxes_after: NDArray[np.float64],
) -> tuple[Places, Places]:
    """Pairs of parcels with the same edges, each the only one of its survey."""
    marks = []
    for side in (before, after):
        own = side.mark.copy()
        own[side.repaired] = 0
        found, place, times = np.unique(own, return_index=True, return_counts=True)
        single = (times == 1) & (found != 0)
        marks.append((found[single], place[single]))
    (one, place_one), (other, place_other) = marks
    _, first, second = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    old, new = place_one[first], place_other[second]
    same = (boxes_before[old] == boxes_after[new]).all(axis=1)
    return old[same], new[same]


def is_plain_coverage(binary: pa.Array, boxes: NDArray[np.float64]) -> bool:
    """
    Tell whether polygons lie side by side and none over another (无重叠).

    Edges that neighbours share cancel; those left over bound the land covered. Its area is that of
    all polygons together only where none lies over another. False also where it cannot be told
    cheaply.

    Parameters
    ----------
    binary
        Well-known binary of the polygons, ``(n,)``.
    boxes
        West, south, east and north of each, ``(n, 4)``.

    Returns
    -------
    plain
        Whether no land is covered twice.
    """
    data, offsets, present = view_binary(binary)
    if not present.all():
        return False
    edges, area, count = bare_borders(data, offsets)
    if count < 0 or len(edges) > min(_MOST_BARE * count + 64, _MOST_EDGES):
        return False
    lines: NDArray[np.object_] = np.array(shapely.linestrings(edges.reshape(-1, 2, 2)))
    noded = shapely.get_parts(shapely.node(shapely.multilinestrings(lines)))
    faces = shapely.get_parts(shapely.polygonize(noded))
    if len(faces) > _MOST_FACES:
        return False
    land = sum(float(shapely.area(face)) for face in faces if _is_covered(face, binary, boxes))
    return abs(area - land) <= _OVERLAPPING * area


def _is_covered(face: shapely.Polygon, binary: pa.Array, boxes: NDArray[np.float64]) -> bool:
    """Tell whether a face that no bare edge crosses is land, by one point of it."""
    point = shapely.point_on_surface(face)
    x, y = point.x, point.y
    there = (boxes[:, 0] <= x) & (boxes[:, 2] >= x) & (boxes[:, 1] <= y) & (boxes[:, 3] >= y)
    near = [binary[int(place)].as_py() for place in there.nonzero()[0]]
    return bool(shapely.intersects(shapely.from_wkb(near), point).any())
