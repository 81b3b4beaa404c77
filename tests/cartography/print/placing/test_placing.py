"""Laws of the placer, of glyphs that part, of boxes that find room, and of round scales."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.cartography.print.glyphs import dodge_glyphs
from yngis.cartography.print.ground import View
from yngis.cartography.print.paper import Box
from yngis.cartography.print.placing.candidates import places_around_glyph, places_inside_area
from yngis.cartography.print.placing.collisions import (
    boxes_meet,
    tie_crosses,
    ties_meet,
    ties_touch,
)
from yngis.cartography.print.placing.framing import Wanted, fit_frame, round_scales
from yngis.cartography.print.placing.inset_choice import CROWD, find_crowd
from yngis.cartography.print.placing.placement import anneal_names

SHEET = Box(0.0, 0.0, 180.0, 180.0)
spots = st.lists(
    st.tuples(st.floats(10, 170), st.floats(10, 170), st.floats(0.5, 3.0)), min_size=1, max_size=25
)


@given(spots, st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_parted_glyphs_are_a_gap_apart(found: list[tuple[float, float, float]], gap: float) -> None:
    places, radii = np.array([spot[:2] for spot in found]), np.array([spot[2] for spot in found])
    moved = dodge_glyphs(places, radii, gap)
    for one, other in itertools.combinations(range(len(found)), 2):
        apart = np.hypot(*(moved[one] - moved[other]))
        assert apart >= radii[one] + radii[other] + gap - 1e-6


def test_glyphs_that_are_far_apart_stay() -> None:
    places = np.array([[10.0, 10.0], [50.0, 10.0], [10.0, 60.0]])
    assert dodge_glyphs(places, np.full(3, 2.0), 0.5).tolist() == places.tolist()


def test_glyphs_keep_off_a_box() -> None:
    box = Box(10.0, 10.0, 30.0, 30.0)
    moved = dodge_glyphs(
        np.array([[11.0, 20.0], [29.5, 29.0], [50.0, 50.0]]), np.full(3, 2.0), 0.5, box
    )
    for x, y in moved:
        assert shapely.Point(x, y).distance(shapely.box(*box)) >= 2.0
    assert moved[2].tolist() == [50.0, 50.0]


@given(spots, st.integers(0, 2**16))
@settings(max_examples=30, deadline=None)
def test_placed_names_never_overlap_whatever_is_asked(
    found: list[tuple[float, float, float]], seed: int
) -> None:
    discs = np.array(found)
    names = [
        places_around_glyph(f"n{k}", spot, (12.0, 2.4), 1.0, k) for k, spot in enumerate(found)
    ]
    wall = Box(80.0, 80.0, 100.0, 100.0)
    placed = anneal_names(names, [SHEET] * len(names), [wall], discs, seed=seed)
    assert set(placed.boxes) | set(placed.omitted) == {name.key for name in names}
    assert not set(placed.boxes) & set(placed.omitted)
    boxes = list(placed.boxes.values())
    for one, other in itertools.combinations(boxes, 2):
        assert not one.meets(other)
    for box in boxes:
        assert shapely.box(*SHEET).contains(shapely.box(*box))
        assert not box.meets(wall)
        for x, y, r in found:
            assert shapely.Point(x, y).distance(shapely.box(*box)) >= r


def test_the_same_seed_gives_the_same_places() -> None:
    random = np.random.default_rng(7)
    found = [tuple(spot) for spot in random.uniform([20, 20, 1], [70, 60, 2], size=(30, 3))]
    names = [
        places_around_glyph(f"n{k}", spot, (10.0, 2.4), 1.0, k) for k, spot in enumerate(found)
    ]
    one, other = (anneal_names(names, [SHEET] * 30, [], np.array(found)) for _ in range(2))
    assert one == other


def test_dense_core_finds_places_without_omission() -> None:
    # 20 glyphs in 40 mm × 30 mm, names of 11 mm: what one start of a greedy placer does not solve.
    random = np.random.default_rng(3)
    places = dodge_glyphs(random.uniform([60, 70], [100, 100], size=(20, 2)), np.full(20, 1.2), 0.4)
    found = [(float(x), float(y), 1.2) for x, y in places]
    names = [
        places_around_glyph(f"n{k}", spot, (11.0, 2.3), 1.0, k) for k, spot in enumerate(found)
    ]
    assert anneal_names(names, [SHEET] * 20, [], np.array(found)).omitted == ()


def test_a_tie_gets_through_a_ring_of_glyphs_where_there_is_one_gap() -> None:
    # Discs of 2 mm every 10 degrees, 12 mm away, but for the gap about 200 degrees.
    ring = [
        (90 + 12 * np.cos(angle), 90 + 12 * np.sin(angle), 2.0)
        for angle in np.radians([each for each in range(0, 360, 10) if not 185 < each < 215])
    ]
    discs = np.array([(90.0, 90.0, 2.0), *ring])
    lost, found = (
        anneal_names(
            [places_around_glyph("a", (90.0, 90.0, 2.0), (20.0, 3.0), 1.0, 0, everywhere=way)],
            [SHEET],
            [],
            discs,
        )
        for way in (False, True)
    )
    assert lost.omitted == ("a",)
    assert set(found.boxes) == {"a"}


def test_name_inside_prefers_its_best_place() -> None:
    land = shapely.box(0, 0, 40, 20)
    name = places_inside_area("a", land, (20.0, 10.0), (8.0, 3.0), step=1.0)
    best = name.boxes[int(np.argmin(name.costs))]
    assert best.tolist() == [16.0, 8.5, 24.0, 11.5]
    assert all(land.covers(shapely.box(*box)) for box in name.boxes)


def test_name_that_fits_nowhere_has_no_place() -> None:
    assert (
        len(
            places_inside_area("a", shapely.box(0, 0, 5, 5), (2.5, 2.5), (8.0, 3.0), step=1.0).boxes
        )
        == 0
    )


@pytest.mark.parametrize(
    ("tie", "box", "crosses"),
    [
        ((0, 0, 10, 0), (4, -1, 6, 1), True),  # straight through
        ((0, 0, 10, 0), (4, 1, 6, 2), False),  # beside it
        ((0, 0, 10, 10), (4, 4, 6, 6), True),
        ((0, 0, 4, 0), (4, -1, 6, 1), False),  # ends at its side
        ((5, 5, 5, 20), (4, 4, 6, 6), True),  # upright, from inside
        ((7, 0, 7, 20), (4, 4, 6, 6), False),  # upright, outside
    ],
)
def test_line_through_a_box(
    tie: tuple[float, ...],
    box: tuple[float, ...],
    crosses: bool,  # noqa: FBT001 - a table of cases
) -> None:
    found = tie_crosses(np.array([tie], dtype=float), np.array([box], dtype=float))
    assert found.tolist() == [crosses]


def test_lines_and_discs() -> None:
    lines = np.array([[0.0, 0.0, 10.0, 0.0]])
    assert ties_touch(lines, np.array([[5.0, 2.0, 1.0], [5.0, 1.0, 1.0]]), 0.5).tolist() == [
        [False, True]
    ]
    assert ties_meet(lines, np.array([[5.0, -1.0, 5.0, 1.0]])).tolist() == [True]
    assert ties_meet(lines, np.array([[5.0, 1.0, 5.0, 2.0]])).tolist() == [False]
    boxes = np.array([[0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 2.0, 1.0]])
    assert boxes_meet(boxes, boxes).tolist() == [[True, False], [False, True]]


@given(st.floats(1e3, 5e7))
def test_scales_are_round_and_rise(least: float) -> None:
    first, second, third = itertools.islice(round_scales(least), 3)
    assert least <= first < second < third
    # The least is rounded up by less than the step that the docstring names.
    limits = ((1e6, 50_000), (2e6, 100_000), (2e7, 200_000), (np.inf, 1_000_000))
    step = next(step for limit, step in limits if least <= limit)
    assert first - least < step
    assert first % 50_000 == 0


def test_boxes_find_room_beside_the_land() -> None:
    land = shapely.Point(0, 0).buffer(300_000)
    frame = Box(10.0, 10.0, 190.0, 250.0)
    wanted = [Wanted("a", 60, 50), Wanted("b", 30, 30), Wanted("c", 20, 20)]
    found = fit_frame(land, frame, [[Wanted("big", 500, 10)], wanted])
    assert found is not None
    option, framing = found
    assert option == 1
    shape = shapely.transform(land, framing.view.place)
    boxes = [shapely.box(*box) for box in framing.boxes.values()]
    assert all(shapely.box(*frame).contains(box) and not box.intersects(shape) for box in boxes)
    assert not any(one.intersects(other) for one, other in itertools.combinations(boxes, 2))


def test_no_room_is_told_by_none() -> None:
    land = shapely.Point(0, 0).buffer(300_000)
    assert fit_frame(land, Box(0, 0, 100, 100), [[Wanted("a", 99, 99)]]) is None


def test_view_goes_there_and_back() -> None:
    view = View(Box(10.0, 20.0, 110.0, 220.0), 2_000_000.0, (1000.0, -500.0))
    land = view.ground(view.window)
    # 100 mm at 1:2 000 000 are 200 km.
    assert (land.width, land.height) == pytest.approx((200_000.0, 400_000.0))
    corners = view.place(np.array([[land.left, land.bottom], [land.right, land.top]]))
    assert corners.ravel().tolist() == pytest.approx([10.0, 20.0, 110.0, 220.0])


def test_crowd_is_found_and_its_outline_is_clear_of_others() -> None:
    random = np.random.default_rng(1)
    core = random.uniform(-20_000, 20_000, size=(12, 2))
    others = np.array([[200_000.0, 0.0], [-180_000.0, 150_000.0], [60_000.0, -90_000.0]])
    crowd = find_crowd(np.vstack([core, others]), 5_000_000.0, 1.0)
    assert crowd is not None
    assert crowd.members == tuple(range(12))
    assert crowd.scale * 2 < 5_000_000.0
    half = np.array([crowd.width, crowd.height]) * crowd.scale / 2000.0
    assert (np.abs(core - crowd.centre) < half).all()
    assert not (np.abs(others - crowd.centre) < half).all(axis=1).any()


def test_few_zones_are_no_crowd() -> None:
    points = np.random.default_rng(1).uniform(-1000, 1000, size=(CROWD - 1, 2))
    assert find_crowd(points, 5_000_000.0, 1.0) is None
