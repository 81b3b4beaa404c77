"""What is drawn: nothing overlaps, nothing is missing, and it is what the web shows."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, Patch, Wedge
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from yngis.cartography.print.base_map import INACTIVE, blend_colours
from yngis.cartography.print.ground import shape_to_grid
from yngis.cartography.print.line_styles import LINES, line_look
from yngis.cartography.print.paper import POINT, Box, Imprint, read_paper
from yngis.cartography.spec import figure_numbers
from yngis.cartography.style import read_style
from yngis.cartography.web.figure_map import figure_payload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.artist import Artist

    from tests.cartography.print.conftest import Plate
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.cartography.print.placing.laid_out import Layout

NAMES = (
    "zone:",
    "prefecture:",
    "port-name:",
    "neighbour:",
    "name:",
    "county:",
    "water:",
    "inset-water:",
)
TOUCH = 0.02  # mm; what antialiasing makes of two edges side by side


def artists(plate: Plate, *kinds: str) -> Iterator[tuple[str, Artist]]:
    for artist in plate.canvas.axes.get_children():
        gid = artist.get_gid()
        if gid and gid.startswith(kinds):
            yield gid, artist


def drawn_box(artist: Artist) -> Box:
    """Ink of a text where it is drawn, in millimetres of the sheet."""
    assert isinstance(artist, Text)
    assert artist.get_verticalalignment() == "baseline"
    assert artist.get_horizontalalignment() == "left"
    assert artist.get_rotation() == 0
    font = artist.get_fontproperties()
    ink = TextPath(
        artist.get_position(), artist.get_text(), size=font.get_size() * POINT, prop=font
    )
    return Box(*ink.get_extents().extents)


def glyph_discs(plate: Plate) -> dict[str, shapely.Polygon]:
    spots = plate.layout.spots
    return {name: shapely.Point(spot.x, spot.y).buffer(spot.r) for name, spot in spots.items()}


@pytest.mark.parametrize("number", figure_numbers())
def test_no_name_overlaps_another_in_the_drawing(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    boxes = {gid: drawn_box(artist) for gid, artist in artists(plate, *NAMES)}
    overlaps = [
        (one, other)
        for one, other in itertools.combinations(boxes, 2)
        if boxes[one].grown(-TOUCH).meets(boxes[other].grown(-TOUCH))
    ]
    assert overlaps == []


@pytest.mark.parametrize("number", figure_numbers())
def test_no_name_touches_a_glyph_a_box_or_the_frame(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    layout = plate.layout
    boxes = {gid: drawn_box(artist) for gid, artist in artists(plate, *NAMES)}
    discs = glyph_discs(plate)
    furniture = [box for key, box in layout.boxes.items() if key != "inset"]
    for gid, box in boxes.items():
        shape = shapely.box(*box.grown(-TOUCH))
        assert [name for name, disc in discs.items() if disc.intersects(shape)] == [], gid
        assert not any(box.meets(other) for other in furniture), gid
        key = gid.removeprefix("zone:")
        inset = layout.inset
        home = (
            inset.window
            if inset
            and (
                gid.startswith(("county:", "inset-water:"))
                or (key in layout.spots and layout.spots[key].inset)
            )
            else layout.view.window
        )
        assert shapely.box(*home).contains(shape), gid
        if inset and home is not inset.window:
            assert not box.meets(layout.boxes["inset"]), gid


@pytest.mark.parametrize("number", figure_numbers())
def test_ties_run_over_no_name_and_no_other_glyph(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    discs = glyph_discs(plate)
    boxes = {gid: drawn_box(artist) for gid, artist in artists(plate, *NAMES)}
    ties = plate.layout.names.ties
    drawn = {gid for gid, artist in artists(plate, "tie:") if isinstance(artist, LineCollection)}
    assert drawn == {f"tie:{key}" for key in ties}
    for key, (x0, y0, x1, y1) in ties.items():
        line = shapely.LineString([(x0, y0), (x1, y1)])
        own = key.removeprefix("zone:")
        assert not any(disc.intersects(line) for name, disc in discs.items() if name != own), key
        assert not any(
            shapely.box(*box.grown(-0.1)).intersects(line)
            for gid, box in boxes.items()
            if gid != key
        ), key


@pytest.mark.parametrize("number", figure_numbers())
def test_glyphs_stand_apart_and_on_the_map(plates: dict[int, Plate], number: int) -> None:
    spots = plates[number].layout.spots.values()
    for one, other in itertools.combinations(spots, 2):
        if one.inset == other.inset:
            assert np.hypot(one.x - other.x, one.y - other.y) >= one.r + other.r
    window = plates[number].layout.view.window
    inset = plates[number].layout.inset
    for spot in spots:
        home = inset.window if spot.inset and inset else window
        assert shapely.box(*home).contains(shapely.Point(spot.x, spot.y).buffer(spot.r))


@pytest.mark.parametrize("number", figure_numbers())
def test_glyphs_stay_near_their_zones(plates: dict[int, Plate], number: int) -> None:
    for name, spot in plates[number].layout.spots.items():
        moved = np.hypot(spot.x - spot.home[0], spot.y - spot.home[1])
        assert moved <= 2.5 * spot.r + 1.0, name


@pytest.mark.parametrize("number", figure_numbers())
def test_no_box_covers_a_region_or_a_zone(plates: dict[int, Plate], number: int) -> None:
    layout, figure = plates[number].layout, plates[number].figure
    land = layout.ground.regions({area.name for area in figure.areas})
    seen = shapely.simplify(shapely.transform(land, layout.view.place), 0.3)
    for key, box in layout.boxes.items():
        assert not seen.intersects(shapely.box(*box)), key
        for name, spot in layout.spots.items():
            disc = shapely.Point(spot.x, spot.y).buffer(spot.r)
            assert spot.inset or not disc.intersects(shapely.box(*box)), (key, name)


@pytest.mark.parametrize("number", figure_numbers())
def test_every_name_is_written(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    written = {
        gid: artist.get_text() for gid, artist in artists(plate, *NAMES) if isinstance(artist, Text)
    }
    figure = plate.figure
    zones = {
        f"zone:{mark.name}": mark.short for mark in figure.marks if mark.sectors or not figure.quiet
    }
    active = {f"prefecture:{item.name}": item.short for item in figure.prefectures if item.active}
    ports = {f"port-name:{port.name}": port.name for port in figure.ports}
    assert {gid: text for gid, text in written.items() if gid.startswith("zone:")} == zones
    assert active.items() <= written.items()
    assert {gid: text for gid, text in written.items() if gid.startswith("port-name:")} == ports
    if all(area.active for area in figure.areas):
        assert len(figure.marks) == 62
        assert len(active) == 16
        around = {"四川省", "贵州省", "广西壮族自治区", "西藏自治区", "缅甸", "老挝", "越南"}
        assert around <= {text for gid, text in written.items() if gid.startswith("neighbour:")}


@pytest.mark.parametrize("number", figure_numbers())
def test_fills_are_those_of_the_web(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    shown = {}
    for gid, artist in artists(plate, "area:"):
        _, region, prefecture = gid.split(":")
        assert isinstance(artist, Patch)
        shown[region, prefecture] = to_hex(artist.get_facecolor()).upper()
    outside = read_style().outside
    window = shapely.box(*plate.layout.view.window)
    areas = figure_payload(plate.figure)["areas"]
    tints = {area.name: area.tint for area in plate.figure.areas}
    assert len(areas) == 17  # 红河 lies in two regions
    for area in areas:
        expected = (
            area["fill"] if area["active"] else blend_colours(area["fill"], outside, INACTIVE)
        )
        expected = tints[area["region"]] or expected
        key = area["region"], area["prefecture"]
        if key in shown:
            assert shown[key] == expected.upper()
            continue
        part = next(p for p in plate.layout.ground.parts if (p.region, p.prefecture) == key)
        land = shapely.transform(part.shape, plate.layout.view.place)
        assert not area["active"]
        assert not window.intersects(land)


@pytest.mark.parametrize("number", figure_numbers())
def test_lines_of_the_foot_stand_apart_and_off_the_page_number(
    plates: dict[int, Plate], number: int
) -> None:
    levels = [text.get_position()[1] for _, text in artists(plates[number], "foot")]
    assert min(levels) > 7.0  # mm; the number of the page reaches there
    assert min(np.diff(sorted(levels, reverse=True)) * -1) > 2.4


def test_seats_that_are_drawn_have_a_key(plates: dict[int, Plate]) -> None:
    for number, plate in plates.items():
        drawn = any(gid.startswith("seat-sign:") for gid, _ in artists(plate, "seat-sign:"))
        assert drawn == any(True for _ in artists(plate, "sign:seat")), number


def test_the_nation_and_a_province_end_in_lines_of_their_own() -> None:
    nation, province = (list(line_look(rank, 1.0)) for rank in ("nation", "province"))
    band, dashes = nation
    assert band["width"] >= 2 * dashes["width"]  # a band of colour lies under that of the nation
    assert "dash" not in band
    assert dashes["width"] >= 1.5 * province[-1]["width"]
    assert len(dashes["dash"]) == 4  # a dash and a dot; two dots for a province
    assert len(province[-1]["dash"]) == 6


@pytest.mark.parametrize("number", figure_numbers())
def test_base_is_quiet_where_the_theme_is_an_industry(
    plates: dict[int, Plate], number: int
) -> None:
    plate = plates[number]
    assert plate.figure.quiet == (number >= 5)
    # The page lies on pale regions without bands, a plate on tints with bands in full colour.
    fills = {area.name: read_style().region_fill(area.name) for area in plate.figure.areas}
    bands = {
        gid.removeprefix("band:"): to_hex(artist.get_facecolor()).upper()
        for gid, artist in artists(plate, "band:")
        if isinstance(artist, Patch)
    }
    assert bands == (fills if plate.figure.quiet else {})
    if plate.figure.quiet:
        dots = {
            gid: artist.get_radius()
            for gid, artist in artists(plate, "other:")
            if isinstance(artist, Circle) and gid != "other:legend"
        }
        assert set(dots.values()) == {0.5}  # a dot of 1 mm


@pytest.mark.parametrize("number", figure_numbers())
def test_sectors_are_those_of_the_web(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    data = figure_payload(plate.figure)
    colours = {entry["key"]: entry["colour"] for entry in data["groups"][0]["entries"]}
    expected = {
        f"sector:{mark['name']}:{held['key']}": colours[held["key"]].upper()
        for mark in data["marks"]
        for held in mark["sectors"]
    }
    drawn = {
        gid: to_hex(artist.get_facecolor()).upper()
        for gid, artist in artists(plate, "sector:")
        if isinstance(artist, (Circle, Wedge)) and ":legend:" not in gid
    }
    assert drawn == expected
    empty = {gid for gid, _ in artists(plate, "other:")} - {"other:legend"}
    assert empty == {f"other:{mark['name']}" for mark in data["marks"] if not mark["sectors"]}


@pytest.mark.parametrize("number", figure_numbers())
def test_legend_entries_are_those_of_the_web(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    data = figure_payload(plate.figure)
    chips = {key for label in plate.figure.prefectures for key in label.chips}
    expected = {
        f"entry:{group['kind']}:{entry['key']}": f"{entry['label']}（{entry['count']}）"
        for group in data["groups"]
        for entry in group["entries"]
        if entry["count"] or entry["key"] in chips
    }
    if data["others"]:
        expected["entry:sector:"] = f"其他开发区（{data['others']}）"
    drawn = {
        gid: artist.get_text()
        for gid, artist in artists(plate, "entry:")
        if isinstance(artist, Text)
    }
    assert drawn == expected
    assert ("sign:port" in {gid for gid, _ in artists(plate, "sign:")}) == bool(data["ports"])


@pytest.mark.parametrize("number", figure_numbers())
def test_keys_of_borders_and_outlines_are_of_what_is_seen(
    plates: dict[int, Plate], number: int
) -> None:
    plate = plates[number]
    views = [view for view in (plate.layout.view, plate.layout.inset) if view]
    lines = plate.layout.ground.lines
    seen = {
        f"sign:{rank}"
        for rank in LINES
        for view in views
        for line in lines.get(rank, ())
        if shapely.box(*view.window).intersects(shapely.LineString(view.place(line)))
    }
    if any(True for _ in artists(plate, "outline:")):
        seen.add("sign:zone")
    keys = {gid for gid, _ in artists(plate, "sign:")}
    of_land = {f"sign:{rank}" for rank in LINES} | {"sign:zone"}
    assert keys & of_land == seen


@pytest.mark.parametrize("number", figure_numbers())
def test_no_letter_is_smaller_than_can_be_read_on_a4(plates: dict[int, Plate], number: int) -> None:
    sizes = {
        text.get_text(): text.get_fontsize()
        for text in plates[number].canvas.axes.get_children()
        if isinstance(text, Text)
    }
    assert {text: size for text, size in sizes.items() if size < 5.5 - 1e-9} == {}


@pytest.mark.parametrize("number", figure_numbers())
def test_no_package_and_no_checksum_stands_on_the_sheet(
    plates: dict[int, Plate], number: int
) -> None:
    told = "".join(  # a line may end within a word of Chinese
        text.get_text()
        for text in plates[number].canvas.axes.get_children()
        if isinstance(text, Text)
    )
    assert "高德行政区边界" in told
    for word in ("PyPI", "cnmaps", "yngis", "SHA"):
        assert word not in told


def test_a_region_that_is_wide_lies_on_the_side_of_the_sheet(plates: dict[int, Plate]) -> None:
    turned = {number for number, plate in plates.items() if plate.canvas.paper.landscape}
    assert turned == {3, 4}


def test_a_larger_sheet_gives_room_and_not_larger_letters(
    plates: dict[int, Plate],
    figures: dict[int, PreparedFigure],
    face: Typeface,
    draw_once: Callable[..., tuple[Canvas, Layout]],
) -> None:
    canvas, layout = draw_once(figures[5], read_paper("A3"), face, Imprint())
    a4 = plates[5]
    assert canvas.paper.type_scale < 1.2 < canvas.paper.width / a4.canvas.paper.width
    # 1.41 times as large a sheet: the land grows with it, and more than the letters.
    assert layout.view.scale < a4.layout.view.scale / 1.25
    # Slivers of prefectures that the figure is not about may stay without a name.
    faint = {f"prefecture:{label.name}" for label in figures[5].prefectures if not label.active}
    assert set(layout.names.omitted) <= faint


def test_chains_run_from_rim_to_rim_and_are_told_below(plates: dict[int, Plate]) -> None:
    plate = plates[5]
    spots, window = plate.layout.spots, plate.layout.view.window
    drawn = set()
    for gid, artist in artists(plate, "chain:"):
        _, start, end = gid.split(":")
        drawn.add((start, end))
        assert isinstance(artist, LineCollection)
        shaft = artist.get_segments()[0]
        if (
            spots[start].inset
            or spots[end].inset
            or not shapely.box(*window).contains(shapely.Point(shaft[0]))
        ):
            continue
        for spot, tip in ((spots[start], shaft[0]), (spots[end], shaft[-1])):
            apart = float(np.hypot(*(tip - (spot.x, spot.y))))
            assert spot.r <= apart <= spot.r + 3.5, gid
    assert drawn == {pair for chain in plate.figure.chains for pair in chain.arrows}
    told = "".join(
        text.get_text() for text in plate.canvas.axes.get_children() if isinstance(text, Text)
    )
    assert "禄丰产业园（中游） → 曲靖经开区" in told
    assert [number for number, other in plates.items() if other.figure.chains] == [5]


def test_names_stay_where_they_are_from_plate_to_plate(plates: dict[int, Plate]) -> None:
    """One moved by 17 mm before the plates had a placement in common."""
    seen: dict[str, list[tuple[float, float]]] = {}
    for plate in plates.values():
        if not all(area.active for area in plate.figure.areas):
            continue
        for gid, artist in artists(plate, "zone:"):
            home = plate.layout.spots[gid.removeprefix("zone:")].home
            x, y = drawn_box(artist).centre
            seen.setdefault(gid, []).append((x - home[0], y - home[1]))
    moved: dict[str, float] = {
        gid: max(
            float(np.hypot(a[0] - b[0], a[1] - b[1])) for a, b in itertools.combinations(found, 2)
        )
        for gid, found in seen.items()
        if len(found) > 1
    }
    assert len(moved) > 50
    assert max(moved.values()) < 6.0, moved
    assert float(np.median(list(moved.values()))) < 1.0


@pytest.mark.parametrize("number", figure_numbers())
def test_no_name_lies_in_two_regions(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    lines = plate.layout.ground.lines
    borders = shapely.union_all(
        [
            shapely.LineString(plate.layout.view.place(line))
            for rank in ("regions", "within")
            for line in lines.get(rank, ())
        ]
    )
    active = {f"prefecture:{label.name}" for label in plate.figure.prefectures if label.active}
    spots = plate.layout.spots
    for gid, artist in artists(plate, "zone:", "prefecture:"):
        if gid not in active and (
            not gid.startswith("zone:") or spots[gid.removeprefix("zone:")].inset
        ):
            continue
        assert not shapely.box(*drawn_box(artist)).intersects(borders), gid


def test_the_enlargement_has_names_of_counties(plates: dict[int, Plate]) -> None:
    for number in (1, *range(5, 12)):
        plate = plates[number]
        names = {
            gid.removeprefix("county:"): drawn_box(artist)
            for gid, artist in artists(plate, "county:")
        }
        assert len(names) >= 6, number
        assert plate.layout.inset
        shapes = plate.figure.base["counties"].set_index("name_zh").geometry
        for name, box in names.items():
            land = shapely.transform(shape_to_grid(shapes.loc[name]), plate.layout.inset.place)
            assert land.buffer(0.2).contains(shapely.box(*box)), (number, name)


def test_lakes_and_rivers_lie_under_the_theme(plates: dict[int, Plate]) -> None:
    for number, plate in plates.items():
        waters = {gid for gid, _ in artists(plate, "lake:", "river:")}
        assert {"river:金沙江"} <= waters, number
        keys = {gid for gid, _ in artists(plate, "sign:river", "sign:lake", "sign:waters")}
        if "sign:waters" in keys:  # both in one row
            keys = {"sign:river", "sign:lake"}
        assert ("sign:river" in keys) == any(gid.startswith("river:") for gid in waters)
        assert ("sign:lake" in keys) == any(gid.startswith("lake:") for gid in waters)
        order = {gid: artist.get_zorder() for gid, artist in artists(plate, "")}
        glyphs = [at for gid, at in order.items() if gid.startswith(("sector:", "other:"))]
        below = [at for gid, at in order.items() if gid.startswith(("lake:", "river:"))]
        assert min(below) < min(glyphs)
    named = {gid for gid, _ in artists(plates[1], "water:", "inset-water:")}
    assert {"inset-water:滇池", "water:洱海", "water:澜沧江"} <= named


@pytest.mark.parametrize("number", figure_numbers())
def test_prefectures_carry_their_industries(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    expected = {
        f"chip:{item.name}:{key}" for item in plate.figure.prefectures for key in item.chips
    }
    named = {f"named:{item.name}" for item in plate.figure.prefectures if item.named}
    assert {gid for gid, _ in artists(plate, "chip:")} == expected
    assert {gid for gid, _ in artists(plate, "named:")} == named


@pytest.mark.parametrize("number", figure_numbers())
def test_boxes_lie_in_the_frame_beside_one_another_and_off_the_land(
    plates: dict[int, Plate], number: int
) -> None:
    plate = plates[number]
    layout = plate.layout
    boxes = list(layout.boxes.values())
    for one, other in itertools.combinations(boxes, 2):
        assert not one.meets(other)
    active = {area.name for area in plate.figure.areas if area.active}
    land = shapely.transform(layout.ground.regions(active), layout.view.place)
    frame = shapely.box(*layout.view.window)
    assert frame.contains(land)
    for box in boxes:
        assert frame.contains(shapely.box(*box))
        assert not land.intersects(shapely.box(*box))


def test_plates_of_the_whole_province_look_alike(plates: dict[int, Plate]) -> None:
    whole = [plate for plate in plates.values() if all(area.active for area in plate.figure.areas)]
    assert len(whole) == 8
    scales = Counter(
        (plate.layout.view.scale, plate.layout.inset.scale) for plate in whole if plate.layout.inset
    )
    assert len(scales) == 1
    assert scales.total() == 8


@pytest.mark.parametrize("number", figure_numbers())
def test_map_is_clipped_to_its_frame(plates: dict[int, Plate], number: int) -> None:
    plate = plates[number]
    to_mm = plate.canvas.axes.transData.inverted()
    for gid, artist in artists(plate, "area:"):
        clip = artist.get_clip_box()
        assert clip is not None, gid
        corners = to_mm.transform([clip.p0, clip.p1])
        windows = [plate.layout.view.window]
        windows += [plate.layout.inset.window] if plate.layout.inset else []
        assert any(np.allclose(corners.ravel(), window, atol=1e-6) for window in windows)


def test_unreviewed_map_says_so(plates: dict[int, Plate]) -> None:
    for plate in plates.values():
        told = [
            artist.get_text() for _, artist in artists(plate, "imprint") if isinstance(artist, Text)
        ]
        assert told == ["未经地图审核，仅供内部参考"]


def test_locator_shows_the_whole_country(plates: dict[int, Plate]) -> None:
    shown = {gid for gid, _ in artists(plates[1], "locator:")}
    assert "locator:南海断续线" in shown
    assert len(shown) == 35
    lines = dict(artists(plates[1], "locator:"))["locator:南海断续线"]
    assert isinstance(lines, LineCollection)
    assert len(lines.get_segments()) == 10
