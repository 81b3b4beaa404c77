"""Polygons parted many at a time are parted as each would be by itself, byte for byte."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.balancing import approval_ledger
from yngis.measure.polygons import (
    OverlayError,
    intersect_pairs,
    intersections_at_once,
    plainly_valid_parts,
    solid_parts,
    split_pairs,
    split_polygon,
    union_groups,
    union_shapes,
    valid_parts,
)
from yngis.measure.slivers import part_all_slivers, part_slivers

METRE = 1 / 111_320


def ragged_polygons(seed: int, count: int) -> np.ndarray:
    """Polygons on a coarse grid, a hair off it: borders coincide, nearly coincide or cross."""
    random = np.random.default_rng(seed)
    made = np.empty(count, dtype=object)
    for at in range(count):
        corners = random.integers(0, 8, (random.integers(3, 8), 2)) * 50.0
        turn = corners - corners.mean(axis=0)
        corners = corners[np.argsort(np.arctan2(turn[:, 1], turn[:, 0]))]
        corners += random.normal(0.0, 10.0 ** random.integers(-6, 0), corners.shape)
        shape = shapely.Polygon([102.0, 25.0] + corners * METRE)
        polygons = [
            part for part in shapely.get_parts(shapely.make_valid(shape)) if part.area > 0.0
        ]
        made[at] = shapely.MultiPolygon([p for p in polygons if p.geom_type == "Polygon"])
    return made


def same(one: Any, other: Any) -> bool:
    return bool(shapely.to_wkb(one) == shapely.to_wkb(other))


def test_splits_and_intersections() -> None:
    wholes, others = ragged_polygons(1, 150), ragged_polygons(2, 150)
    others[::10] = shapely.MultiPolygon()
    found = split_pairs(wholes, others)
    shared, clean = intersections_at_once(wholes, others)
    assert found.clean.mean() > 0.9
    assert clean.mean() > 0.9
    for at in found.clean.nonzero()[0]:
        told = split_polygon(wholes[at], others[at])
        assert same(found.inside[at], told.inside)
        assert same(found.outside[at], told.outside)
    for at in clean.nonzero()[0]:
        assert same(shared[at], intersect_pairs(wholes[[at]], others[at])[0])


def test_unions() -> None:
    shapes = ragged_polygons(3, 120)
    ends = [0, 0, 1, 3, 3, 10, 40, 41, 120]
    groups = [shapes[first:last] for first, last in pairwise(ends)]
    unions, clean = union_groups(groups)
    assert clean.mean() > 0.8
    for group, union, is_clean in zip(groups, unions, clean, strict=True):
        assert not is_clean or same(union, union_shapes(group))
    assert union_groups([])[0].tolist() == []


def test_one_giant_group_does_not_widen_the_others(monkeypatch: Any) -> None:
    held: list[int] = []
    union_all = shapely.union_all

    def counted(shapes: Any, **more: Any) -> Any:
        held.append(shapes.size)
        return union_all(shapes, **more)

    monkeypatch.setattr(shapely, "union_all", counted)
    square = np.array([shapely.box(102, 25, 102.01, 25.01)])
    giant = np.array([shapely.box(102 + at * 1e-4, 25, 102.5, 25.01) for at in range(500)])
    groups = [np.repeat(square, 1 + at % 3) for at in range(400)]
    groups.insert(7, giant)
    unions, clean = union_groups(groups)
    assert clean.all()
    assert same(unions[7], union_shapes(giant))
    held.pop()
    assert sum(held) < 2 * sum(map(len, groups))


def test_what_has_no_area_is_nothing() -> None:
    told = "POINT (0 0)|LINESTRING (0 0, 1 1)|MULTIPOINT (0 0, 1 1)|MULTILINESTRING ((0 0, 1 1))"
    told += "|LINEARRING (0 0, 1 1, 1 0, 0 0)|LINESTRING EMPTY"
    told += "|GEOMETRYCOLLECTION (POINT (0 0), LINESTRING (0 0, 1 1))"
    found, plain = plainly_valid_parts(shapely.from_wkt(np.array(told.split("|"), dtype=object)))
    assert plain.all()
    assert shapely.to_wkt(found).tolist() == ["MULTIPOLYGON EMPTY"] * 7
    kept = shapely.from_wkt(np.array(["GEOMETRYCOLLECTION EMPTY", None], dtype=object))
    assert plainly_valid_parts(kept)[1].tolist() == [True, False]
    assert valid_parts(kept).tolist() == [shapely.MultiPolygon(), None]


def test_polygons_are_taken_out_of_collections_in_one_pass() -> None:
    deep = shapely.GeometryCollection(
        [shapely.Point(5, 5), shapely.GeometryCollection([shapely.MultiPolygon([square(7)])])]
    )
    told = np.array([None, square(0), deep, shapely.Point(0, 0), shapely.Polygon()], dtype=object)
    found = solid_parts(told)
    assert found[0] is None
    assert found[1] is told[1]
    assert found[2].equals(shapely.MultiPolygon([square(7)]))
    assert found[3].equals(shapely.MultiPolygon())
    assert found[4] is told[4]


def square(west: float) -> shapely.Polygon:
    return shapely.box(west, 0, west + 1, 1)


def test_slivers() -> None:
    shapes = ragged_polygons(4, 100)
    strip = shapely.box(102, 25, 102 + 500 * METRE, 25 + 0.4 * METRE)
    shapes[::7] = [shapely.union(shape, strip) for shape in shapes[::7]]
    shapes[3], shapes[4], shapes[5] = None, shapely.MultiPolygon(), strip
    found = part_all_slivers(shapes)
    for shape, body, slivers, clean in zip(shapes, *found, strict=True):
        if clean:
            told = part_slivers(shape)
            assert same(body, told.body)
            assert same(slivers, told.slivers)
    assert found.clean.all()


def test_no_approval_of_a_plain_grid_is_parted_by_itself(monkeypatch: Any) -> None:
    """Twenty approvals side by side, each half supplied: GEOS is called for all of them at once."""

    def refuse(*_: Any) -> None:
        raise OverlayError("parted by itself")

    monkeypatch.setattr(approval_ledger.ApprovalLedger, "_part_one", refuse)
    step = 100 * METRE
    own = np.array(
        [shapely.box(102 + at * step, 25, 102 + (at + 1) * step, 25 + step) for at in range(20)]
    )
    none = np.zeros(1, dtype=bool)
    ledger = approval_ledger.ApprovalLedger(own, pd.RangeIndex(20), 1.0, None)  # type: ignore[arg-type]
    ledger.enter_all(
        [
            (
                at,
                approval_ledger.Entry(
                    np.array([at]),
                    np.array([shapely.box(102 + at * step, 25, 102 + (at + 0.5) * step, 26)]),
                    none,
                    none,
                    none,
                ),
            )
            for at in range(20)
        ]
    )
    table = ledger.table()
    assert len(table) == 20
    np.testing.assert_allclose(table["supplied_m2"] / table["own_m2"], 0.5, rtol=1e-6)
