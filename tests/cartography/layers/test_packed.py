"""Packed polygons: what is unpacked is what was given, to within the stated error."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from yngis.cartography.layers.packed import (
    TEXT_BLOCK,
    WORLD,
    Array,
    PackedShapes,
    ShapePacker,
    on_web_plane,
    pack_labels,
    pack_numbers,
    pack_texts,
)

_TYPES = {"u8": "u1", "i16": "<i2", "i32": "<i4", "f32": "<f4"}
_GEOD = Geod(ellps="GRS80")
_YUNNAN = (97.5, 21.1, 106.2, 29.3)


def _bytes(text: str) -> bytes:
    return gzip.decompress(base64.b64decode(text))


def _numbers(told: dict[str, Any]) -> np.ndarray:
    """Unpack as the page does: planes of bytes, most often nearly all zero, put together again."""
    dtype = np.dtype(_TYPES[told["kind"]])
    planes = np.frombuffer(_bytes(told["data"]), np.uint8).reshape(dtype.itemsize, told["length"])
    return np.ascontiguousarray(planes.T).view(dtype).ravel()


def _texts(told: dict[str, Any]) -> list[str]:
    return [line for block in told["data"] for line in _bytes(block).decode().split("\n")]


def _degrees(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Back from the web plane, by the inverse formula."""
    latitude = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / WORLD))))
    return np.column_stack((x / WORLD * 360 - 180, latitude))


def _unpack(packed: PackedShapes) -> list[list[np.ndarray]]:
    """Rings of each polygon in degrees."""
    arrays = {name: _numbers(array.told()) for name, array in packed.arrays.items()}
    starts = np.cumsum(np.column_stack((arrays["startX"], arrays["startY"])), axis=0)
    polygons, ring, step = [], 0, 0
    for count in arrays["rings"]:
        rings = []
        for _ in range(count):
            steps = arrays["sizes"][ring] - 1
            moves = np.column_stack(
                (arrays["dx"][step : step + steps], arrays["dy"][step : step + steps])
            )
            whole = np.cumsum(np.vstack((starts[ring][None], moves)), axis=0)
            rings.append(_degrees(whole[:, 0], whole[:, 1]))
            ring, step = ring + 1, step + steps
        polygons.append(rings)
    assert ring == len(arrays["sizes"])
    assert step == len(arrays["dx"])
    return polygons


def _pack(shapes: list[BaseGeometry | None]) -> PackedShapes:
    packer = ShapePacker()
    packer.add(shapes)
    return packer.pack()


def _metres_off(rings: list[np.ndarray], shape: BaseGeometry) -> float:
    """Largest distance from an unpacked vertex to the nearest one given [m]."""
    real = shapely.get_coordinates(shape)
    worst = 0.0
    for lon, lat in np.concatenate(rings):
        near = real[np.hypot(*(real - (lon, lat)).T).argmin()]
        worst = max(worst, _GEOD.inv(lon, lat, *near)[2])
    return worst


_places = st.tuples(st.floats(*_YUNNAN[::2]), st.floats(*_YUNNAN[1::2]))


@given(place=_places, seed=st.integers(0, 2**16), size=st.sampled_from([1e-5, 1e-3, 0.2]))
def test_no_vertex_moves_by_more_than_ten_centimetres(
    place: tuple[float, float], seed: int, size: float
) -> None:
    """Half a step each way: 0.0747 m · cos 21.1° · √2 = 0.0985 m at the province's southern end."""
    rng = np.random.default_rng(seed)
    turn = np.sort(rng.uniform(0, 2 * np.pi, 9))
    outline = np.column_stack((np.cos(turn), np.sin(turn))) * rng.uniform(0.5, 1, (9, 1)) * size
    shape = shapely.Polygon(outline + place)
    packed = _pack([shape])
    [rings] = _unpack(packed)
    assert _metres_off(rings, shape) <= 0.0986
    assert len(rings[0]) == 9 or size == 1e-5  # corners within a step of one another become one


def test_the_plane_is_that_of_web_maps() -> None:
    """Against pyproj's EPSG:3857, whose plane is 2·π·6 378 137 m wide."""
    from pyproj import Transformer  # noqa: PLC0415 - only here

    points = np.random.default_rng(0).uniform(_YUNNAN[:2], _YUNNAN[2:], (200, 2))
    there = Transformer.from_crs(4326, 3857, always_xy=True).transform(*points.T)
    step = 2 * np.pi * 6_378_137 / WORLD
    whole = on_web_plane(points)
    assert np.abs((whole[:, 0] - WORLD / 2) * step - there[0]).max() <= step / 2 + 1e-6
    assert np.abs((WORLD / 2 - whole[:, 1]) * step - there[1]).max() <= step / 2 + 1e-6


def test_holes_and_parts_survive() -> None:
    outer, hole = shapely.box(102, 25, 102.01, 25.01), shapely.box(102.004, 25.004, 102.006, 25.006)
    island = shapely.box(102.02, 25, 102.03, 25.01)
    shape = shapely.union(shapely.difference(outer, hole), island)
    [rings] = _unpack(_pack([shape]))
    assert len(rings) == 3
    # Even-odd over all rings gives back the polygon: the page draws and hits by that rule.
    area = shapely.Polygon()
    for ring in rings:
        area = shapely.symmetric_difference(area, shapely.Polygon(ring))
    assert shapely.symmetric_difference(area, shape).area < 4e-8  # 0.1 m along 0.068° of edges
    assert not area.contains(shapely.Point(102.005, 25.005))


def test_polygons_turn_the_same_way() -> None:
    """So that those that overlap may be filled as one path without cancelling each other."""
    square = shapely.box(102, 25, 102.01, 25.01)
    for shape in (square, square.reverse()):
        [[ring]] = _unpack(_pack([shape]))
        assert shapely.is_ccw(shapely.LinearRing(ring))


def test_a_polygon_smaller_than_a_step_stays_a_point() -> None:
    tiny = shapely.box(102, 25, 102 + 1e-7, 25 + 1e-7)
    [[ring]] = _unpack(_pack([tiny]))
    assert len(ring) == 1
    assert ring[0] == pytest.approx((102, 25), abs=1.4e-6)


def test_a_ring_of_more_than_65535_vertices_survives() -> None:
    turn = np.linspace(0, 2 * np.pi, 70_000, endpoint=False)
    outline = np.column_stack((np.cos(turn), np.sin(turn))) * 0.9 + (102, 25)
    [[back]] = _unpack(_pack([shapely.Polygon(outline)]))
    assert back.shape == (70_000, 2)
    assert np.abs(back - outline).max() < 0.51 * 360 / WORLD


def test_long_edges_do_not_overflow() -> None:
    """An edge of 5 km is 33 500 steps, beyond 16 bits."""
    shapes: list[BaseGeometry | None] = [
        shapely.box(98, 22, 106, 29),
        shapely.box(102, 25, 102.001, 25.001),
    ]
    packed = _pack(shapes)
    assert packed.arrays["dx"].kind == "i32"
    for rings, number in zip(_unpack(packed), packed.order, strict=True):
        shape = shapes[number]
        assert shape is not None
        assert _metres_off(rings, shape) < 0.1


def test_what_has_no_area_is_left_out_and_the_order_says_so() -> None:
    box = shapely.box(102, 25, 102.001, 25.001)
    given_shapes: list[BaseGeometry | None] = [
        None,
        shapely.Polygon(),
        shapely.Point(102, 25),
        shapely.box(104, 27, 104.001, 27.001),
        shapely.transform(box, lambda points: points * (1, np.inf)),
        box,
    ]
    packer = ShapePacker()
    packer.add(given_shapes[:3])
    packer.add(given_shapes[3:])
    packed = packer.pack()
    assert sorted(packed.order.tolist()) == [3, 5]
    for rings, number in zip(_unpack(packed), packed.order, strict=True):
        shape = given_shapes[number]
        assert shape is not None
        assert _metres_off(rings, shape) < 0.1


def test_nothing_at_all_packs() -> None:
    packed = _pack([None])
    assert packed.order.tolist() == []
    assert _unpack(packed) == []


def test_neighbours_follow_one_another() -> None:
    """On a lattice of 40 × 40 the mean step is below three cells; of a random order it is 20."""
    cells = [shapely.box(x, y, x + 0.9, y + 0.9) for x in range(40) for y in range(40)]
    random = np.random.default_rng(0).permutation(len(cells))
    shapes = shapely.transform(np.array(cells)[random], lambda points: points * 1e-3 + (102, 25))
    packer = ShapePacker()
    packer.add(shapes)
    centre = shapely.get_coordinates(shapely.centroid(shapes))[packer.pack().order]
    assert np.hypot(*np.diff(centre, axis=0).T).mean() < 3e-3


def test_batches_do_not_matter() -> None:
    rng = np.random.default_rng(1)
    shapes = [
        shapely.Point(*place).buffer(0.001, 3)
        for place in rng.uniform(_YUNNAN[:2], _YUNNAN[2:], (50, 2))
    ]
    packer = ShapePacker()
    for first in range(0, 50, 7):
        packer.add(shapes[first : first + 7])
    packed, whole = packer.pack(), _pack(shapes)
    assert packed.arrays == whole.arrays
    assert packed.order.tolist() == whole.order.tolist()


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=40))
def test_numbers_come_back(values: list[int]) -> None:
    packed = pack_numbers(np.array(values, dtype=np.int64), "i32")
    assert _numbers(packed.told()).tolist() == values
    assert packed == pack_numbers(np.array(values, dtype=np.int64), "i32")


@pytest.mark.parametrize(("kind", "value"), [("u8", 256), ("i16", 40_000), ("i32", 2**31)])
def test_a_number_that_does_not_fit_is_refused(kind: str, value: int) -> None:
    with pytest.raises(ValueError, match=kind):
        pack_numbers([value], kind)


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=20))
def test_texts_come_back(texts: list[str]) -> None:
    """All but line ends, which part them."""
    told = pack_texts(texts).told()
    expected = [text.replace("\n", " ").replace("\r", " ") for text in texts]
    assert (_texts(told) if texts else []) == expected
    assert told["length"] == len(texts)


def test_texts_come_in_blocks() -> None:
    texts = [f"第{k}宗" for k in range(2 * TEXT_BLOCK + 1)]
    packed = pack_texts(texts)
    assert [len(_bytes(block).decode().split("\n")) for block in packed.data] == [
        TEXT_BLOCK,
        TEXT_BLOCK,
        1,
    ]
    assert _texts(packed.told()) == texts


def test_labels_come_back() -> None:
    values = ["乙", "甲", "", "乙"]
    told = pack_labels(values)
    names = _texts(told["labels"])
    assert sorted(names) == ["", "乙", "甲"]
    assert [names[k] for k in _numbers(told["index"])] == values


def test_what_is_told_is_what_is_held() -> None:
    assert Array("x", "u8", 3).told() == {"data": "x", "kind": "u8", "length": 3}
