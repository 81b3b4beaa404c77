"""What parcels of two surveys share in a zone, pair by pair, by the integrals of the area table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import shapely

from yngis.analysis.change.tiles import read_shapes, whole_array
from yngis.analysis.change.unmoved import find_unmoved_parcels
from yngis.analysis.overlay.area_scale import density_of
from yngis.analysis.overlay.batch import divide_batch
from yngis.analysis.overlay.prepared_zones import Divider, index_zones
from yngis.measure.geodesy import additive_area
from yngis.measure.mending import mend_geometry
from yngis.measure.polygons import solid_part, split_polygon

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from yngis.analysis.overlay.batch import Divided


_MOST_OFF: Final = 1e-3


class Shared(NamedTuple):
    """
    Parts of zones that parcels of both surveys cover (共有部分).

    Attributes
    ----------
    zone
        Place of the zone among those of the tile, ``(n,)``.
    before, after
        Places of the parcels in the tile, ``(n,)``.
    area
        Area of each part with edges that are straight in the plane of the layers [m²].
    alike
        Whether both surveys draw the parcel alike, ``(n,)``.
    """

    zone: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    area: NDArray[np.float64]
    alike: NDArray[np.bool_]


class Margin(NamedTuple):
    """
    What parcels of one survey have in zones (分区面积).

    Attributes
    ----------
    zone, parcel
        Places of zone and parcel in the tile, ``(n,)``.
    area
        Area of record of each part [m²].
    plain
        Its area with edges that are straight in the plane of the layer [m²]: such areas add up
        over borders that only one of two layers draws.
    """

    zone: NDArray[np.int64]
    parcel: NDArray[np.int64]
    area: NDArray[np.float64]
    plain: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TileParcels:
    """
    Parcels of one survey in one tile.

    Parameters
    ----------
    table
        Their columns, as :data:`yngis.analysis.change.tiles.COLUMNS`.
    boxes
        West, south, east and north of each.
    """

    table: pa.Table
    boxes: NDArray[np.float64]

    def column(self, name: str) -> NDArray[Any]:
        """Values of a column."""
        return np.asarray(self.table[name].to_numpy(zero_copy_only=False))

    def binary(self, places: NDArray[np.int64]) -> pa.Array:
        """Well-known binary of parcels."""
        return whole_array(self.table["shape"].take(pa.array(places)))

    def polygons(self, places: NDArray[np.int64]) -> NDArray[np.object_]:
        """Polygons of parcels."""
        return read_shapes(self.binary(places))

    def near(self, bounds: tuple[float, float, float, float]) -> NDArray[np.int64]:
        """Places of the parcels whose boxes touch a box."""
        west, south, east, north = bounds
        found = (
            (self.boxes[:, 0] <= east)
            & (self.boxes[:, 2] >= west)
            & (self.boxes[:, 1] <= north)
            & (self.boxes[:, 3] >= south)
        )
        return found.nonzero()[0]


class Measured(NamedTuple):
    """
    What a tile holds.

    Attributes
    ----------
    shared
        Parts that both surveys cover.
    before, after
        Parts of each survey's parcels.
    whole
        Area of every parcel of the earlier survey as a whole [m²], ``(n,)`` by place; 0 where it is
        not near a zone.
    repaired, unreadable
        Parcels mended before they were measured, and those that cannot be read.
    """

    shared: Shared
    before: Margin
    after: Margin
    whole: NDArray[np.float64]
    repaired: int
    unreadable: int


def measure_tile(
    regions: NDArray[np.object_], before: TileParcels, after: TileParcels, crs: CRS
) -> Measured | None:
    """Measure what two surveys hold of the zones in a tile; None where neither has land there."""
    bounds = tuple(float(side) for side in shapely.total_bounds(regions))
    first, second = before.near(bounds), after.near(bounds)  # type: ignore[arg-type]
    if len(first) == 0 and len(second) == 0:
        return None
    edges = _make_plain_divider(regions, crs)
    binary = before.binary(first), after.binary(second)
    old = divide_batch(edges, binary[0], "--before", outside=False)
    new = divide_batch(edges, binary[1], "--after", outside=False)
    area = np.zeros(before.table.num_rows)
    area[first] = old.area
    plain = _plain_factors(binary[0], old.area, crs)
    margin = _margin_of_survey(old, first, len(regions), plain)
    unmoved = find_unmoved_parcels(binary, (old, new), (before.boxes[first], after.boxes[second]))
    same = first[unmoved[0]], second[unmoved[1]]
    moved = _without(first, unmoved[0]), _without(second, unmoved[1])
    shared = _shared_parts(regions, (before, after), moved, crs)
    whole = np.ones(before.table.num_rows)
    whole[first] = plain
    shared = shared._replace(area=shared.area * whole[shared.before])
    return Measured(
        _joined_parts(_parts_of_unmoved(margin, same), shared),
        margin,
        _margin_of_survey(new, second, len(regions), _plain_factors(binary[1], new.area, crs)),
        area,
        len(old.repaired) + len(new.repaired),
        len(old.unreadable) + len(new.unreadable) + len(old.across) + len(new.across),
    )


def _without(places: NDArray[np.int64], left_out: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places without those at some positions."""
    kept = np.ones(len(places), dtype=bool)
    kept[left_out] = False
    return places[kept]


def _parts_of_unmoved(margin: Margin, same: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Shared:
    """What parcels that both surveys draw alike share: all that they have in the zones."""
    order = np.argsort(same[0])
    old, new = same[0][order], same[1][order]
    place = np.searchsorted(old, margin.parcel)
    place[place == len(old)] = 0
    there = np.zeros(len(place), dtype=bool) if len(old) == 0 else old[place] == margin.parcel
    rows = place[there]
    alike = np.ones(len(rows), dtype=bool)
    return Shared(margin.zone[there], old[rows], new[rows], margin.plain[there], alike)


def _joined_parts(*found: Shared) -> Shared:
    return Shared(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _make_plain_divider(shapes: NDArray[np.object_], crs: CRS) -> Divider:
    """Divider of valid polygons; what overlaps is counted in each, which the caller takes back."""
    density = density_of(crs, "ellipsoidal", np.array(shapely.total_bounds(shapes)))
    return Divider(tuple(range(len(shapes))), index_zones(shapes, density), density)


def _plain_factors(binary: pa.Array, area: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """What brings the area of record of each parcel to that of its edges straight in degrees."""
    if not crs.is_geographic:
        return np.ones(len(binary))
    plain = np.nan_to_num(additive_area(read_shapes(binary)))
    factor = np.divide(plain, area, out=np.ones(len(binary)), where=(area > 0.0) & (plain > 0.0))
    # A parcel that was mended before it was measured has another area; it keeps its own.
    factor[np.abs(factor - 1.0) > _MOST_OFF] = 1.0
    return factor


def _margin_of_survey(
    divided: Divided, places: NDArray[np.int64], zones: int, plain: NDArray[np.float64]
) -> Margin:
    real = divided.zone < zones
    parcel, part = divided.parcel[real], divided.part[real]
    return Margin(divided.zone[real], places[parcel], part, part * plain[parcel])


def _shared_parts(
    regions: NDArray[np.object_],
    surveys: tuple[TileParcels, TileParcels],
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
    crs: CRS,
) -> Shared:
    """Divide parcels of the earlier survey among those of the later one, cut to zones."""
    none = np.empty(0, dtype=np.int64)
    nothing = Shared(none, none, none, np.empty(0), np.empty(0, dtype=bool))
    first, second = places
    if len(first) == 0 or len(second) == 0:
        return nothing
    cut, zone, kept = cut_to_regions(surveys[1].polygons(second), regions)
    if len(cut) == 0:
        return nothing
    old = surveys[0].binary(first)
    divided = divide_batch(_make_plain_divider(cut, crs), old, "--before", outside=False)
    real = divided.zone < len(cut)
    piece = divided.zone[real]
    return Shared(
        zone[piece],
        first[divided.parcel[real]],
        second[kept[piece]],
        divided.part[real],
        np.zeros(len(piece), dtype=bool),
    )


def cut_to_regions(
    shapes: NDArray[np.object_], regions: NDArray[np.object_]
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.int64]]:
    """Cut polygons to regions: what has an area there, the region, and the place of the polygon."""
    whole = np.array(shapes, dtype=object)
    for place in (~(shapely.is_valid(whole) | shapely.is_missing(whole))).nonzero()[0]:
        whole[place] = mend_geometry(whole[place])
    shapely.prepare(regions)
    region, place = shapely.STRtree(whole).query(regions, predicate="intersects")
    cut = whole[place]
    across = ~shapely.covers(regions[region], cut)
    for at in across.nonzero()[0]:
        cut[at] = _cut_polygon(cut[at], regions[region[at]])
    found = ~(shapely.is_missing(cut) | shapely.is_empty(cut)) & (shapely.area(cut) > 0.0)
    return cut[found], region[found], place[found]


def _cut_polygon(shape: Any, region: Any) -> Any:  # noqa: ANN401
    try:
        found = solid_part(shapely.intersection(shape, region))
    except shapely.errors.GEOSException:
        return split_polygon(shape, region).inside
    return found if shapely.is_valid(found) else mend_geometry(found)
