"""A bureau's zones as units: parts, names not in the plan, zones in zones, other counties."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely import Polygon, box

from yngis.analysis.audit.places import Gazetteer
from yngis.catalogue import load
from yngis.errors import LayerError
from yngis.measure.polygons import measure_areas
from yngis.plan.user_zones import UserZones, user_units, zone_units
from yngis.plan.zones_layer import zones_layer_with

YANGLIN = "嵩明杨林经济技术开发区"
X, Y = 103.07, 25.26  # 嵩明县


def field(x: float, y: float, width: float = 1, height: float = 1) -> Polygon:
    step = 0.01
    return box(X + x * step, Y + y * step, X + (x + width) * step, Y + (y + height) * step)


def layer(names: list[Any], shapes: list[Any], **more: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"开发区名称": names, **more}, geometry=shapes, crs=4490)


def units(names: list[Any], shapes: list[Any], **options: Any) -> UserZones:
    more = options.pop("more", {})
    return user_units(load("zones"), layer(names, shapes, **more), **options)


def rules(found: UserZones) -> list[tuple[int, str]]:
    return [(note.row, note.rule) for note in found.notes]


def test_parts_of_a_zone_are_united() -> None:
    found = units([YANGLIN, "杨林经开区", YANGLIN], [field(0, 0), field(3, 0), field(0.5, 0)])
    own = found.units[found.units["name_zh"] == YANGLIN]
    assert len(own) == 1
    # [0, 1.5] and [3, 4]: the overlap of two parts counts once.
    united = measure_areas([field(0, 0, 1.5), field(3, 0)]).sum()
    assert measure_areas(own.geometry.array).sum() == pytest.approx(united, rel=1e-9)
    assert rules(found) == [(2, "zone_united")]
    assert len(found.units) == 62


@pytest.mark.parametrize(
    ("names", "more", "told"),
    [
        ([YANGLIN, YANGLIN], {}, ["（1）", "（2）"]),
        ([YANGLIN, YANGLIN], {"片区": ["东片区", "西片区"]}, ["（东片区）", "（西片区）"]),
        ([f"{YANGLIN}（一片区）", "杨林经开区-大树营片区"], {}, ["（一片区）", "（大树营片区）"]),
    ],
)
def test_parts_can_be_units(names: list[str], more: dict[str, Any], told: list[str]) -> None:
    found = units(names, [field(0, 0), field(3, 0)], parts=True, more=more)
    own = found.units[found.units["whole"] == YANGLIN]
    assert own["name_zh"].tolist() == [f"{YANGLIN}{part}" for part in told]
    assert own["county"].tolist() == ["嵩明县"] * 2
    assert rules(found) == []
    # On maps the zone is whole.
    drawn = zones_layer_with(load("zones"), found).set_index("name_zh")
    assert drawn.loc[YANGLIN, "boundary"] == "用户提供"
    both = measure_areas([field(0, 0), field(3, 0)]).sum()
    assert drawn.loc[YANGLIN, "area_ha"] * 1e4 == pytest.approx(both, rel=1e-9)


def test_polygons_of_one_row_are_parts_too_unless_the_row_names_one() -> None:
    both = shapely.MultiPolygon([field(0, 0), field(3, 0)])
    found = units([YANGLIN, YANGLIN], [both, both], parts=True, more={"片区": [None, "西片区"]})
    own = found.units[found.units["whole"] == YANGLIN]
    assert own["name_zh"].tolist() == [f"{YANGLIN}（{part}）" for part in ("1", "2", "西片区")]
    alone = units([YANGLIN], [field(0, 0)], parts=True).units
    assert YANGLIN in alone["name_zh"].tolist()


def test_a_zone_that_the_plan_does_not_have_is_a_unit_with_a_note() -> None:
    found = units(["我县工业集中区", YANGLIN], [field(0, 0), field(3, 0)])
    own = found.units.set_index("name_zh").loc["我县工业集中区"]
    assert own["county"] == "嵩明县"
    assert rules(found) == [(1, "zone_not_in_plan")]
    assert len(found.units) == 63
    assert len(zones_layer_with(load("zones"), found)) == 63
    near = units(["富明产业园区"], [field(0, 0)])
    assert "富民产业园区" in near.notes[0].value


def test_a_polygon_outside_the_county_of_the_registry_is_a_doubt() -> None:
    there = box(99.1, 25.0, 99.11, 25.01)  # 保山, a day's drive away
    found = units([YANGLIN], [there])
    assert rules(found) == [(1, "zone_elsewhere")]
    assert "嵩明县" in found.notes[0].value
    assert shapely.equals(found.units.set_index("name_zh").geometry[YANGLIN], there)


def test_a_zone_inside_a_zone_is_told_and_can_go_first() -> None:
    names, shapes = [YANGLIN, "园中园"], [field(0, 0, 4, 4), field(1, 1)]
    found = units(names, shapes)
    assert (2, "zone_inside_zone") in rules(found)
    sizes = found.units.set_index("name_zh").geometry.pipe(
        lambda column: measure_areas(column.array)
    )
    assert sizes[-2:].tolist() == pytest.approx(measure_areas(shapes).tolist(), rel=1e-9)
    first = units(names, shapes, inner_first=True)
    assert (2, "zone_inside_first") in rules(first)
    left = measure_areas(first.units.geometry.array)[-2:]
    whole, inner = measure_areas(shapes)
    assert left.tolist() == pytest.approx([whole - inner, inner], rel=1e-9)


def test_schematic_zones_give_way_to_measured_ones() -> None:
    shipped = load("zones").set_index("name_zh").geometry
    mine = shipped[
        "昆明经济技术开发区"
    ]  # where the plan's drawing stands, another zone is measured
    found = units(["我的园区"], [shapely.buffer(mine, 0.001).intersection(mine.envelope)])
    drawn = found.units.set_index("name_zh").geometry["昆明经济技术开发区"]
    other = found.units.set_index("name_zh").geometry["我的园区"]
    shared = measure_areas([shapely.intersection(drawn, other)])[0]
    assert shared < measure_areas([mine])[0] * 1e-3 or shapely.equals(drawn, mine)


def test_what_cannot_be_counted_is_refused() -> None:
    bow = Polygon([(X, Y), (X + 0.01, Y + 0.01), (X + 0.01, Y), (X, Y + 0.01)])
    with pytest.raises(LayerError) as told:
        units([YANGLIN, None], [bow, field(0, 0)])
    assert len(told.value.problems) >= 2


class TestGazetteer:
    def placed(self, found: UserZones, names: list[Any], shapes: list[Any]) -> Any:
        import pandas as pd  # noqa: PLC0415

        gazetteer = Gazetteer(found.units)
        frame = pd.DataFrame({"zone": names})
        geometry = gpd.array.from_shapely(shapes).to_numpy() if shapes else None
        zones = gazetteer.place_zones(frame, geometry)
        return gazetteer, zones, gazetteer.main_zones(zones, len(names)).tolist()

    def test_parts_sum_up_to_their_zone(self) -> None:
        found = units([YANGLIN, YANGLIN], [field(0, 0), field(3, 0)], parts=True)
        shapes = [field(0.2, 0.2, 0.2, 0.2), field(3.1, 0.1, 0.5, 0.5), None]
        gazetteer, zones, main = self.placed(found, [None, None, "杨林经开区"], shapes)
        assert main == [YANGLIN] * 3
        assert zones.main(3).tolist() == [
            f"{YANGLIN}（1）", f"{YANGLIN}（2）", f"{YANGLIN}（未分片）",
        ]  # fmt: skip
        counties = gazetteer.place_counties(
            gpd.GeoDataFrame({"zone": [None, None, "杨林经开区"]}), None
        )
        levels = gazetteer.levels(zones, counties)
        assert list(levels)[:2] == ["part", "zone"]
        one = dict(
            zip(
                levels["zone"].names,
                levels["zone"].sums(measure_areas([field(0, 0)] * 3)),
                strict=True,
            )
        )
        assert one[YANGLIN] == pytest.approx(3 * measure_areas([field(0, 0)])[0])

    def test_unknown_zones_are_found_by_their_name(self) -> None:
        found = units(["我县工业集中区"], [field(0, 0)])
        gazetteer, _, main = self.placed(found, ["我县工业集中区", "别的园区"], [])
        assert main == ["我县工业集中区", "（未知）"]
        assert gazetteer.known_zone("我县 工业集中区")
        assert "我县工业集中区" not in gazetteer.plan_zones

    def test_defaults_for_tables_without_the_column(self) -> None:
        import pandas as pd  # noqa: PLC0415

        gazetteer = Gazetteer(
            zone_units(load("zones")), default_zone="杨林经开区", default_county="嵩明县"
        )
        bare = pd.DataFrame({"id": ["a", "b"]})
        assert gazetteer.place_zones(bare, None).main(2).tolist() == [YANGLIN] * 2
        assert gazetteer.place_counties(bare, None).main(2).tolist() == ["嵩明县"] * 2
        # A blank cell of a table that has the column stays blank.
        told = pd.DataFrame({"zone": [None], "county": [None]})
        assert gazetteer.place_zones(told, None).main(1).tolist() == ["（未知）"]
