"""Thematic plates: drawn as the page is, nothing overlaps, panels part the zones, same bytes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, Patch
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from rasterio import Affine

from yngis.cartography.classify import classify_density
from yngis.cartography.layers.kinds import (
    HOT_CLASSES,
    HotSpot,
    HotSpotLayer,
    HullLayer,
    LinkLayer,
)
from yngis.cartography.layers.plates import cluster_plates, density_bands
from yngis.cartography.mapspec import Fill, Second, ValueClass
from yngis.cartography.prepared import Mark, PreparedFigure
from yngis.cartography.print import draw_plates
from yngis.cartography.print.lettering.fonts import make_typeface
from yngis.cartography.print.lettering.words import texts_of
from yngis.cartography.print.paper import POINT, Box, Imprint, read_paper
from yngis.cartography.print.plate import draw_plate
from yngis.cartography.thematic import ThematicMap, prepare_thematic
from yngis.cartography.web.figure_map import figure_payload
from yngis.catalogue.io.pack import province_albers
from yngis.measure.surface import Density

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.artist import Artist

    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.cartography.print.placing.laid_out import Layout
    from yngis.cartography.sources import Sources

Drawn = tuple["PreparedFigure", "Canvas", "Layout"]
NAMES = ("zone:", "prefecture:", "value:", "neighbour:", "name:")
TOUCH = 0.02  # mm
KINDS = ("zones", "prefectures", "bivariate", "points", "panels", "network", "clusters", "hot")


def artists(canvas: Canvas, *kinds: str) -> list[tuple[str, Artist]]:
    return [
        (str(artist.get_gid()), artist)
        for artist in canvas.axes.get_children()
        if artist.get_gid() and str(artist.get_gid()).startswith(kinds)
    ]


def ink(artist: Artist) -> Box:
    """Ink of a line of text [mm]."""
    assert isinstance(artist, Text)
    font = artist.get_fontproperties()
    path = TextPath(
        artist.get_position(), artist.get_text(), size=font.get_size() * POINT, prop=font
    )
    return Box(*path.get_extents().extents)


def thematic(sources: Sources) -> dict[str, PreparedFigure]:
    random = np.random.default_rng(5)
    names = list(sources.zones["name_zh"])
    rate = pd.Series(random.uniform(20.0, 99.0, len(names)), index=names)
    rate.iloc[::9] = np.nan
    idle = pd.Series(random.gamma(2.0, 5.0, len(names)), index=names)
    fill = Fill(layer="zones", column="rate", title="土地供应率", unit="%")
    of_states = {"layer": "prefectures", "method": "equal", "show_values": True}
    second = Second(column="idle", title="闲置率", unit="%")
    both = pd.DataFrame({"rate": rate, "idle": idle})
    zones = ThematicMap(name="zones", title="供应率", title_en="Supply rate", data=rate, fill=fill)

    def changed(name: str, **fields: object) -> ThematicMap:
        of_fill = {key: fields.pop(key) for key in list(fields) if key in Fill.model_fields}
        own = fill.model_copy(update=of_fill)
        return zones.model_copy(update={"name": name, "fill": own, **fields})

    output = pd.Series(
        random.uniform(90.0, 950.0, 16), index=sources.layers["prefectures"]["name_zh"]
    )
    points = gpd.GeoDataFrame(
        {"name_zh": [f"企业{n}" for n in range(30)], "kind": ["甲", "乙"] * 15},
        geometry=gpd.points_from_xy(random.uniform(100, 104, 30), random.uniform(23.5, 26, 30)),
        crs=4326,
    )
    maps = (
        zones,
        changed("prefectures", data=output, **of_states),
        changed("bivariate", data=both, second=second),
        ThematicMap(
            name="points",
            title="企业",
            data=points,
            fill=Fill(
                layer="own",
                column="kind",
                title="类别",
                classes=(ValueClass(value="甲"), ValueClass(value="乙")),
                labels=True,
            ),
        ),
        changed("panels", data=rate * 321.0, palette="orange", panels=True),
    )
    return {drawn.name: prepare_thematic(drawn, sources) for drawn in maps}


def clusters(sources: Sources) -> PreparedFigure:
    """A cluster analysis small enough to be told by hand."""
    zones = sources.zones
    points = zones.geometry.representative_point()
    spots = tuple(
        Mark(row["name_zh"], row["short_zh"], point.x, point.y, row["level"])
        for row, point in zip(zones.to_dict("records"), points, strict=True)
    )
    # The last two links are too weak and too far.
    links = (
        (0, 1, 0.95, 20.0, "化工"),
        (0, 5, 0.6, 50.0, "电力"),
        (2, 3, 0.4, 9.0, ""),
        (4, 9, 0.9, 150.0, ""),
    )
    grid = zones.geometry.to_crs(province_albers()).centroid.iloc[:3]
    hulls = gpd.GeoDataFrame(
        {
            "title": [f"企业集群 {n}" for n in (1, 2, 3)],
            "industry": ["化工", "化工", "新材料"],
            "facts": [(("企业", f"{n} 家"),) for n in (9, 8, 7)],
        },
        geometry=grid.buffer([20_000.0, 9_000.0, 500.0]).to_crs(4490).to_numpy(),
        crs=4490,
    )
    counties = sources.layers["counties"]
    west, south, east, north = counties.to_crs(province_albers()).total_bounds
    shape = (int((north - south) // 20_000) + 1, int((east - west) // 20_000) + 1)
    values = np.add.outer(np.linspace(0, 0.02, shape[0]), np.linspace(0, 0.03, shape[1]))
    surface = Density(
        values,
        Affine(20_000.0, 0, west, 0, -20_000.0, north),
        province_albers(),
        15_000.0,
        20_000.0,
        1.0,
    )
    colours = {"化工": "#CC6677", "新材料": "#332288"}
    hot = (
        HotSpot("五华区", "化工", "hot", "Gi* 3.1"),
        HotSpot("五华区", "新材料", "moran", "HH"),
        HotSpot("大理市", "新材料", "cold", "Gi* -3.0"),
    )
    return PreparedFigure(
        title="产业集聚",
        label="演示数据 / made up",
        extent=(97.0, 21.0, 106.0, 29.0),
        marks=spots,
        layers=(
            LinkLayer("similarity", "企业结构相似", "相似系数", "", 0.5, 100.0, links),
            HullLayer(hulls, colours),
            HotSpotLayer(hot, tuple(colours), HOT_CLASSES, 0.05),
            classify_density(surface),
        ),
        base={"counties": counties, "neighbours": sources.layers["neighbours"]},
    )


@pytest.fixture(scope="module")
def figures_of_all_kinds(sources: Sources) -> dict[str, PreparedFigure]:
    plates = {plate.stem: plate for plate in cluster_plates(clusters(sources), sources)}
    assert list(plates) == [
        "network_similarity",
        "clusters",
        "hot_spots",
        "hot_spots_1",
        "hot_spots_2",
        "density",
    ]
    chosen = {"network": "network_similarity", "clusters": "clusters", "hot": "hot_spots"}
    found = thematic(sources) | {name: plates[stem] for name, stem in chosen.items()}
    return {name: found[name] for name in KINDS} | {"density": plates["density"]}


@pytest.fixture(scope="module")
def drawn(
    figures_of_all_kinds: dict[str, PreparedFigure],
    face: Typeface,
    draw_once: Callable[..., tuple[Canvas, Layout]],
) -> dict[str, Drawn]:
    assert face
    type_ = make_typeface(texts_of(figures_of_all_kinds.values()))
    paper = read_paper("A4")
    return {
        name: (figure, *draw_once(figure, paper, type_, Imprint()))
        for name, figure in figures_of_all_kinds.items()
    }


def layouts(layout: Layout) -> list[Layout]:
    return [layout, *layout.beside]


@pytest.mark.parametrize("kind", [*KINDS, "density"])
def test_nothing_overlaps(drawn: dict[str, Drawn], kind: str) -> None:
    figure, canvas, layout = drawn[kind]
    boxes = [(gid, ink(artist)) for gid, artist in artists(canvas, *NAMES)]
    overlaps = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if a.grown(-TOUCH).meets(b.grown(-TOUCH))
    ]
    assert overlaps == []
    for part in layouts(layout):
        discs = {
            name: shapely.Point(spot.x, spot.y).buffer(spot.r) for name, spot in part.spots.items()
        }
        furniture = [box for key, box in part.boxes.items() if key != "inset"]
        for gid, box in boxes:
            shape = shapely.box(*box.grown(-TOUCH))
            assert [name for name, disc in discs.items() if disc.intersects(shape)] == [], gid
            assert not any(box.meets(other) for other in furniture), gid
        for one, other in itertools.combinations(part.spots.values(), 2):
            if one.inset == other.inset:
                assert np.hypot(one.x - other.x, one.y - other.y) >= one.r + other.r
        for one, other in itertools.combinations(part.boxes.values(), 2):
            assert not one.meets(other)
    assert figure.stem


@pytest.mark.parametrize("kind", ["zones", "bivariate", "network"])
def test_glyphs_are_those_of_the_page(drawn: dict[str, Drawn], kind: str) -> None:
    figure, canvas, _ = drawn[kind]
    data = figure_payload(figure)
    colours = {
        entry["key"]: entry["colour"] for group in data["groups"][:1] for entry in group["entries"]
    }
    expected = {
        f"sector:{mark['name']}:{held['key']}": colours[held["key"]].upper()
        for mark in data["marks"]
        for held in mark["sectors"]
    }
    shown = {
        gid: to_hex(artist.get_facecolor()).upper()
        for gid, artist in artists(canvas, "sector:")
        if isinstance(artist, Circle) and ":legend:" not in gid
    }
    assert shown == expected
    empty = {gid for gid, _ in artists(canvas, "other:")} - {"other:legend"}
    assert empty == {f"other:{mark['name']}" for mark in data["marks"] if not mark["sectors"]}
    signs = {held["sign"] for mark in data["marks"] for held in mark["sectors"]} - {""}
    written = {
        artist.get_text() for artist in canvas.axes.get_children() if isinstance(artist, Text)
    }
    assert signs <= written


@pytest.mark.parametrize("kind", [*KINDS, "density"])
def test_entries_are_those_of_the_page(drawn: dict[str, Drawn], kind: str) -> None:
    figure, canvas, _ = drawn[kind]
    data = figure_payload(figure)
    expected = {}
    for group in data["groups"]:
        if kind == "panels" and group["kind"] == "region":
            continue  # the panels' own titles name the regions and count their zones
        cells = np.prod([len(axis["labels"]) for axis in group["axes"]]) if group["axes"] else 0
        for number, entry in enumerate(group["entries"]):
            text = f"{entry['label']}（{entry['count']}）"
            if number < cells:
                text = str(entry["count"])
            elif entry["count"] < 0:
                text = entry["label"]
            elif group["histogram"]:  # ranges stand in columns of their own
                text = str(entry["count"])
            expected[f"entry:{group['kind']}:{entry['key']}"] = text
    if data["others"]:
        expected["entry:sector:"] = f"{data['others_told'][0]}（{data['others']}）"
    shown = {
        gid: artist.get_text()
        for gid, artist in artists(canvas, "entry:")
        if isinstance(artist, Text)
    }
    assert shown == expected


@pytest.mark.parametrize("kind", ["prefectures", "points", "clusters", "hot", "density"])
def test_features_are_those_of_the_page(drawn: dict[str, Drawn], kind: str) -> None:
    figure, canvas, _ = drawn[kind]
    shown = sorted(
        (gid, to_hex(artist.get_facecolor()).upper())
        for gid, artist in artists(canvas, "feature:")
        if isinstance(artist, Patch)
    )
    data = figure_payload(figure)["features"]
    assert shown == sorted(
        (f"feature:{item['key']}:{item['name']}", item["fill"].upper()) for item in data
    )
    labels = {f"name:{row}": item["label"] for row, item in enumerate(data) if item["label"]}
    named = {
        gid: artist.get_text()
        for gid, artist in artists(canvas, "name:")
        if isinstance(artist, Text)
    }
    assert named.items() <= labels.items()


def test_ranges_and_counts_of_classes_stand_below_one_another(drawn: dict[str, Drawn]) -> None:
    figure, canvas, _ = drawn["zones"]
    group = figure.group("sector")
    assert group.histogram
    classes = len(group.histogram.limits) + 1
    shown = dict(artists(canvas, "range:entry:sector:", "entry:sector:"))
    for cell in ("range:entry:sector:{}:0", "range:entry:sector:{}:2", "entry:sector:{}"):
        edges = [ink(shown[cell.format(key)]).right for key in range(classes)]
        assert max(edges) - min(edges) < 0.4, cell
    bins = np.array(group.histogram.bins)
    assert bins.sum(axis=0).tolist() == [entry.count for entry in group.entries[:classes]]


def test_numbers_that_no_circle_holds_stand_beside_it(drawn: dict[str, Drawn]) -> None:
    figure, canvas, layout = drawn["zones"]
    numbers = dict(artists(canvas, "number:"))
    signs = {mark.name: mark.sectors[0].sign for mark in figure.marks if mark.sectors[0].sign}
    assert {gid.removeprefix("number:") for gid in numbers} == set(signs)
    for name, sign in signs.items():
        text, spot = numbers[f"number:{name}"], layout.spots[name]
        assert isinstance(text, Text)
        assert text.get_text() == sign
        box = ink(text)
        assert not shapely.Point(spot.x, spot.y).buffer(spot.r).intersects(shapely.box(*box))
    known = [spot.r for name, spot in layout.spots.items() if name in signs]
    blank = [spot.r for name, spot in layout.spots.items() if name not in signs]
    assert min(known) > min(blank)


def test_extremes_are_named_first_and_places_without_a_value_last(drawn: dict[str, Drawn]) -> None:
    figure, _, _ = drawn["zones"]
    ranks = {mark.sectors[0].sign: mark.rank for mark in figure.marks}
    values = sorted(float(sign) for sign in ranks if sign)
    assert ranks[""] == 2
    assert {ranks[f"{value:.1f}"] for value in (*values[:5], *values[-5:])} == {0}
    assert ranks[f"{values[len(values) // 2]:.1f}"] == 1


def test_values_stand_under_the_prefectures(drawn: dict[str, Drawn]) -> None:
    figure, canvas, _ = drawn["prefectures"]
    names = dict(artists(canvas, "prefecture:"))
    values, units = dict(artists(canvas, "value:")), dict(artists(canvas, "unit:"))
    assert len(values) == len(units) == 16
    for label in figure.prefectures:
        value, name = values[f"value:{label.name}"], names[f"prefecture:{label.name}"]
        assert isinstance(value, Text)
        assert value.get_text() == label.value
        assert 0.0 < ink(name).bottom - ink(value).top < 2.0
        assert ink(units[f"unit:{label.name}"]).top < ink(value).bottom


def test_panels_part_the_sheet_and_the_zones(drawn: dict[str, Drawn]) -> None:
    figure, canvas, layout = drawn["panels"]
    windows = [part.view.window for part in layouts(layout)]
    for one, other in itertools.combinations(windows, 2):
        assert not one.grown(4.9).meets(other.grown(4.9))  # nor do their outer neatlines
    assert sorted(name for part in layouts(layout) for name in part.spots) == sorted(
        mark.name for mark in figure.marks
    )
    for part in layouts(layout):
        for spot in part.spots.values():
            home = part.inset.window if spot.inset and part.inset else part.view.window
            assert shapely.box(*home).contains(shapely.Point(spot.x, spot.y).buffer(spot.r))
    titles = {
        artist.get_text() for _, artist in artists(canvas, "panel:") if isinstance(artist, Text)
    }
    assert titles == {"“一核”（32 个开发区）", "“一带”（20 个开发区）", "“多点”（10 个开发区）"}
    assert len(artists(canvas, "scale")) == 3
    left_out = sum(
        key.startswith("zone:") for part in layouts(layout) for key in part.names.omitted
    )
    told = {artist.get_text() for artist in canvas.axes.get_children() if isinstance(artist, Text)}
    assert left_out <= 3
    assert (f"另有 {left_out} 个名称因图幅所限未注。" in told) == (left_out > 0)


def test_links_run_between_their_glyphs(drawn: dict[str, Drawn]) -> None:
    figure, canvas, layout = drawn["network"]
    names = [mark.name for mark in figure.marks]
    assert [(link.start, link.end, link.key) for link in figure.links] == [
        (names[0], names[1], "2"),
        (names[0], names[5], "0"),
    ]
    signs = {mark.name: mark.sectors[0].key for mark in figure.marks if mark.sectors}
    assert signs == {names[0]: "2", names[1]: "1", names[5]: "1"}
    for gid, artist in artists(canvas, "link:"):
        assert isinstance(artist, LineCollection)
        _, start, end = gid.split(":")
        both = layout.spots[start], layout.spots[end]
        (segment,) = artist.get_segments()
        for spot, place in zip(both, segment, strict=True):
            if spot.inset == (both[0].inset and both[1].inset):
                assert np.hypot(*(place - (spot.x, spot.y))) < 200.0
    assert {gid for gid, _ in artists(canvas, "link:")} == {
        f"link:{link.start}:{link.end}" for link in figure.links
    }


def test_counties_are_hot_by_their_first_kind(drawn: dict[str, Drawn]) -> None:
    figure, canvas, _ = drawn["hot"]
    written = {
        str(artist.get_text())
        for gid, artist in artists(canvas, "name:")
        if isinstance(artist, Text)
    }
    assert written == {"五华区", "大理市"}  # the one beside its small area, the other in it
    keys = {feature.name: feature.key for feature in figure.features}
    assert (keys.pop("五华区"), keys.pop("大理市")) == ("hot", "cold")
    assert set(keys.values()) == {"none"}
    facts = {feature.name: feature.facts for feature in figure.features}
    assert facts["五华区"] == (("化工", "Gi* 3.1"), ("新材料", "HH"))


def test_made_up_data_are_called_so_above_and_below(
    figures_of_all_kinds: dict[str, PreparedFigure],
) -> None:
    for name in ("network", "clusters", "hot", "density"):
        figure = figures_of_all_kinds[name]
        assert figure.title_en.startswith("演示数据 / made up")
        assert figure.notes[0] == "演示数据 / made up"


def test_density_bands_are_where_the_values_are() -> None:
    # Plants per km² rise by 0.01 a cell of 1 km from 0.005: 0.5, 1.5, … 9.5 per 100 km².
    values = np.tile(np.arange(0.005, 0.1, 0.01), (4, 1))
    surface = Density(
        values, Affine(1000.0, 0, 0, 0, -1000.0, 4000.0), province_albers(), 1.0, 1e3, 1.0
    )
    land = shapely.box(0, 0, 10_000, 4_000)
    low, high, none = density_bands(surface, [2.0, 5.0, 20.0], land)
    # 2 and 5 lie 2 and 5 km from the west, between the middles of the outer cells.
    assert low.bounds == pytest.approx((2000, 500, 5000, 3500))
    assert low.area == pytest.approx(3000 * 3000)
    assert high.bounds == pytest.approx((5000, 500, 9500, 3500))
    assert none.is_empty


def test_two_runs_give_the_same_bytes(
    figures_of_all_kinds: dict[str, PreparedFigure],
    face: Typeface,
    draw_once: Callable[..., tuple[Canvas, Layout]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert face
    for name, draw in (("one", draw_once), ("two", draw_plate)):
        monkeypatch.setattr("yngis.cartography.print.write_plates.draw_plate", draw)
        draw_plates([figures_of_all_kinds["network"]], tmp_path / name, ("png", "pdf"), dpi=72)
    assert len(list((tmp_path / "one").iterdir())) == 2
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
