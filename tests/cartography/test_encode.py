"""Geometry for the page: what is added up is what was rounded; borders are drawn once, by rank."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from yngis.cartography.sources import Sources
from yngis.cartography.web.encode import SCALE, BaseMap, delta_code, encode_base, encode_zones


@pytest.fixture(scope="module")
def base(sources: Sources) -> BaseMap:
    return encode_base(sources.layers["counties"], sources.layers["neighbours"])


def _decode(numbers: list[int], scale: int) -> np.ndarray:
    return np.cumsum(np.array(numbers).reshape(-1, 2), axis=0) / scale


@given(arrays(float, (7, 2), elements=st.floats(-180, 180)))
def test_adding_up_gives_the_rounded_coordinates(points: np.ndarray) -> None:
    whole = np.rint(points * SCALE)
    kept = whole[np.concatenate(([True], np.any(np.diff(whole, axis=0) != 0, axis=1)))]
    assert np.array_equal(np.rint(_decode(delta_code(points, SCALE), SCALE) * SCALE), kept)


def test_fills_keep_the_area_of_the_province(base: BaseMap, sources: Sources) -> None:
    """Simplified to about 200 m: the total may move by a few parts in ten thousand, no more."""
    polygons = [
        shapely.Polygon(_decode(rings[0], SCALE), [_decode(hole, SCALE) for hole in rings[1:]])
        for area in base.areas
        for rings in area["rings"]  # type: ignore[attr-defined]
    ]
    drawn = sum(polygon.area for polygon in polygons)
    real = sources.layers["regions"].geometry.union_all().area
    assert drawn == pytest.approx(real, rel=5e-4)
    assert all(polygon.is_valid for polygon in polygons)


def test_prefecture_parts_are_seventeen(base: BaseMap) -> None:
    """Sixteen prefectures; 红河 lies in two regions."""
    assert len(base.areas) == 17


def test_borders_are_drawn_once(base: BaseMap) -> None:
    seen: set[frozenset[tuple[int, int]]] = set()
    for rank in ("counties", "within", "prefectures", "regions", "province"):
        for line in base.lines[rank]:
            points = [
                tuple(point) for point in np.cumsum(np.array(line).reshape(-1, 2), axis=0).tolist()
            ]
            for one, other in itertools.pairwise(points):
                side = frozenset((one, other))
                assert side not in seen
                seen.add(side)
    assert len(seen) > 5000


def test_region_borders_divide_regions(base: BaseMap, sources: Sources) -> None:
    """Length of the drawn borders between regions against that of the real ones, from the layer."""
    regions = sources.layers["regions"].geometry.to_numpy()
    real = sum(
        shapely.length(shapely.intersection(regions[i], regions[j]))
        for i in range(3)
        for j in range(i)
    )
    drawn = sum(
        shapely.LineString(_decode(line, SCALE)).length
        for rank in ("regions", "within")
        for line in base.lines[rank]
    )
    assert drawn < real  # simplifying only shortens
    assert drawn > 0.6 * real


def test_border_within_a_prefecture_is_that_of_honghe(base: BaseMap, sources: Sources) -> None:
    counties = sources.layers["counties"]
    home = counties[counties["prefecture"] == "红河哈尼族彝族自治州"].geometry.union_all()
    assert base.lines["within"]
    for line in base.lines["within"]:
        assert shapely.LineString(_decode(line, SCALE)).within(home.buffer(0.01))


def test_neighbours_leave_the_provinces_own_border_alone(base: BaseMap, sources: Sources) -> None:
    own = sources.layers["regions"].geometry.union_all().boundary
    lines = [
        shapely.LineString(_decode(line, SCALE))
        for rank in ("provinces", "countries")
        for line in base.lines[rank]
        if len(line) > 2
    ]
    near = sum(line.intersection(own.buffer(0.002)).length for line in lines)
    assert near < 0.5


def test_zone_rings_are_exact_to_a_metre(sources: Sources) -> None:
    zones = sources.zones.geometry.iloc[:5]
    for shape, polygons in zip(zones, encode_zones(zones), strict=True):
        ring = _decode(polygons[0][0], 100_000)
        assert shapely.Polygon(ring).symmetric_difference(shape).area < 1e-5 * shape.length
