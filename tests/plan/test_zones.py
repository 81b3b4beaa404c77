from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, box
from shapely.affinity import scale, translate

import yngis
from yngis.catalogue import load
from yngis.errors import LayerError
from yngis.plan.names import name_likeness, normalise_zone_name, parse_aliases, tidy_name
from yngis.plan.registry import Presumed, Registry
from yngis.plan.user_zones import BY_USER, read_user_zones, user_units
from yngis.plan.zone_names import NameMatch, ZoneMatcher
from yngis.plan.zones_layer import USER_NOTE, zones_layer_with

TABLE = pd.DataFrame(
    {
        "name_zh": [
            "昆明高新技术产业开发区",
            "云南官渡经济技术开发区",
            "云南富民产业园区",
            "云南宜良产业园区",
            "云南云县产业园区",
            "勐腊（磨憨）重点开发开放试验区",
            "中国老挝磨憨－磨丁经济合作区",
            "云南腾冲经济技术开发区",
            "瑞丽国家重点开发开放试验区",
        ],
        "short_zh": [
            "昆明高新区",
            "官渡经开区",
            "富民产业园",
            "宜良产业园",
            "云县产业园",
            "勐腊试验区",
            "磨憨－磨丁合作区",
            "腾冲经开区",
            "瑞丽试验区",
        ],
        "aliases": [
            "昆明高新;昆明国家高新技术产业开发区",
            "官渡工业园区(原);昆明空港经济区(疑似后称,待核)",
            "富民工业园区(原)",
            "石林生态工业集中区(并入)",
            None,
            "勐腊(磨憨)重点开发开放试验区",
            "中老磨憨—磨丁经济合作区;磨憨跨境经济合作区",
            "腾冲边境经济合作区(相关,非同一)",
            "(含)瑞丽边境经济合作区、畹町边境经济合作区",
        ],
    }
)
REGISTRY = Registry(TABLE)
SHIPPED = Registry(load("zone_registry"))


class TestNames:
    @pytest.mark.parametrize(
        ("written", "zone"),
        [
            ("昆明高新技术产业开发区", "昆明高新技术产业开发区"),
            ("昆明高新区", "昆明高新技术产业开发区"),
            ("昆明高新技术开发区", "昆明高新技术产业开发区"),
            (" 昆明 高新区\u3000", "昆明高新技术产业开发区"),
            ("国家级昆明高新区", "昆明高新技术产业开发区"),
            ("昆明市高新区", "昆明高新技术产业开发区"),
            ("云南省官渡经济技术开发区", "云南官渡经济技术开发区"),
            ("官渡区经开区", "云南官渡经济技术开发区"),
            ("富民县工业园", "云南富民产业园区"),
            ("云南富民工业园区", "云南富民产业园区"),
            ("云县产业园", "云南云县产业园区"),
            ("勐腊（磨憨） 重点开发开放试验区", "勐腊（磨憨）重点开发开放试验区"),
            ("勐腊(磨憨)重点开发开放试验区", "勐腊（磨憨）重点开发开放试验区"),
            ("中国老挝磨憨-磨丁经济合作区", "中国老挝磨憨－磨丁经济合作区"),
            ("中国老挝磨憨——磨丁经济合作区", "中国老挝磨憨－磨丁经济合作区"),
            ("中国老挝磨憨–磨丁经济合作区", "中国老挝磨憨－磨丁经济合作区"),
            ("磨憨边合区", "中国老挝磨憨－磨丁经济合作区"),
            ("“瑞丽试验区”", "瑞丽国家重点开发开放试验区"),
        ],
    )
    def test_spellings_that_mean_a_zone(self, written: str, zone: str) -> None:
        assert REGISTRY.find(written) == zone
        assert ZoneMatcher(REGISTRY).find(written) == NameMatch(written, zone)

    @pytest.mark.parametrize(
        "written",
        [
            "昆明高新区 (Kunming High-tech Zone)",
            "昆明高新区（KHTZ）",
            "昆明高新技术产业开发区 / Kunming Hi-tech",
            "Kunming High-tech Zone（昆明高新区）",
        ],
    )
    def test_a_name_with_its_translation_means_the_zone(self, written: str) -> None:
        assert ZoneMatcher(REGISTRY).match(written).zone == "昆明高新技术产业开发区"
        phase = ZoneMatcher(REGISTRY).match("昆明高新区 (Phase two)")
        assert phase.zone is None

    @pytest.mark.parametrize(
        "written",
        [
            "昆明空港经济区",
            "腾冲边境经济合作区",
            "畹町边境经济合作区",
            "瑞丽边合区",
            "石林生态工业集中区",
        ],
    )
    def test_names_that_are_not_surely_a_zone_match_none(self, written: str) -> None:
        assert REGISTRY.find(written) is None
        assert REGISTRY.presumed(written)

    @pytest.mark.parametrize(
        "written", ["昆明", "产业园区", "云南", "高新区", "滇中新区", "富民", ""]
    )
    def test_what_is_no_zone_matches_none(self, written: str) -> None:
        assert REGISTRY.find(written) is None
        assert SHIPPED.find(written) is None

    def test_a_county_named_for_its_unit_keeps_it(self) -> None:
        assert normalise_zone_name("云县产业园区") == "云县产业园"
        assert normalise_zone_name("富民县产业园区") == "富民产业园"

    def test_aliases_with_their_notes(self) -> None:
        told = parse_aliases(
            "孟连(勐阿)边境经济合作区;甲工业园区/乙工业园区(原);丙区(疑似后称);丁区(相关,非同一);"
            '戊区(并入);(含)己区、庚区;保山"园中园"'
        )
        assert [(each.name, each.sure) for each in told] == [
            ("孟连(勐阿)边境经济合作区", True),
            ("甲工业园区", True),
            ("乙工业园区", True),
            ("丙区", False),
            ("丁区", False),
            ("戊区", False),
            ("己区", False),
            ("庚区", False),
            ('保山"园中园"', True),
        ]
        assert parse_aliases(None) == parse_aliases(np.nan) == parse_aliases(";") == []

    @given(st.sampled_from(sorted(SHIPPED.table["name_zh"])), st.data())
    def test_law_blanks_width_and_province_never_matter(
        self, name: str, data: st.DataObject
    ) -> None:
        at = data.draw(st.integers(0, len(name)))
        blank = data.draw(st.sampled_from(["", " ", "\u3000", "\t", "\ufeff"]))
        wide = str.maketrans("（）－", "()-") if data.draw(st.booleans()) else {}
        assert SHIPPED.find((name[:at] + blank + name[at:]).translate(wide)) == name

    @given(
        st.text(
            st.sampled_from("云南省国家级市县区高新经济技术产业开发工园边合（）()-－ 富民"),
            max_size=14,
        )
    )
    def test_law_the_plain_form_is_its_own_plain_form(self, name: str) -> None:
        assert tidy_name(tidy_name(name)) == tidy_name(name)
        assert normalise_zone_name(normalise_zone_name(name)) == normalise_zone_name(name)


class TestShippedRegistry:
    def test_no_spelling_means_two_zones(self) -> None:
        assert SHIPPED.collisions() == {}

    def test_every_name_short_name_and_sure_alias_finds_its_zone(self) -> None:
        for row in load("zone_registry").to_dict("records"):
            names = [row["name_zh"], row["short_zh"]]
            names += [each.name for each in parse_aliases(row["aliases"]) if each.sure]
            for name in names:
                assert SHIPPED.find(name) == row["name_zh"], name

    def test_the_layer_and_the_registry_name_the_same_zones(self) -> None:
        assert load("zones")["name_zh"].tolist() == load("zone_registry")["name_zh"].tolist()

    def test_a_collision_is_found_and_then_matches_nothing(self) -> None:
        table = TABLE.copy()
        table.loc[1, "aliases"] = "富民县产业园"
        clashing = Registry(table)
        assert clashing.collisions() == dict.fromkeys(
            ("富民产业园",), ("云南官渡经济技术开发区", "云南富民产业园区")
        )
        assert clashing.find("富民产业园") is None
        assert clashing.find("云南富民产业园区") == "云南富民产业园区"  # as written, it is exact
        (_, (problem,)) = ZoneMatcher(clashing).match_column(["富民产业园"], "名称")
        assert "云南官渡经济技术开发区、云南富民产业园区" in problem.found


class TestSuggestions:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("云南富明产业园区", "云南富民产业园区"),  # the same sound but for its end
            ("武华产业园", "云南五华产业园区"),  # the same sound
            ("大里经开区", "大理经济技术开发区"),
            ("蒙自经技术开发区", "蒙自经济技术开发区"),
            ("玉溪市红塔区产业园", "玉溪高新技术产业开发区"),
            ("香格里拉工业", "云南香格里拉产业园区"),
        ],
    )
    def test_the_zone_meant_comes_first(self, written: str, meant: str) -> None:
        assert SHIPPED.suggest(written)[0] == meant

    @pytest.mark.parametrize("written", ["石林产业园区", "乱写", "abc", "", "产业园区"])
    def test_endings_alone_suggest_nothing(self, written: str) -> None:
        assert SHIPPED.suggest(written) == ()

    @given(st.text(max_size=8), st.text(max_size=8))
    def test_law_likeness_is_bounded_and_goes_both_ways_for_equals(self, a: str, b: str) -> None:
        assert 0.0 <= name_likeness(a, b) <= 1.05
        assert name_likeness(a, a) >= name_likeness(a, b) - 1e-9 or normalise_zone_name(a) == ""


class TestMatching:
    """One matcher for ledgers, tables, user layers and options."""

    def test_rows_bear_the_registrys_names(self) -> None:
        names, problems = ZoneMatcher(REGISTRY).match_column(["富民工业园区", "昆明高新"], "名称")
        assert problems == []
        assert names == ["云南富民产业园区", "昆明高新技术产业开发区"]

    def test_unknown_and_presumed_names_are_all_told(self) -> None:
        names, problems = ZoneMatcher(REGISTRY).match_column(
            ["富明产业园", "昆明空港经济区", "云县产业园", None, " "], "名称"
        )
        assert names == [None, None, "云南云县产业园区", None, None]
        unknown, presumed = problems
        assert "是否应为“云南富民产业园区”" in unknown.mend
        assert unknown.where == "名称：第 1 行 / row 1"
        assert "云南官渡经济技术开发区" in presumed.found
        assert "疑似后称,待核" in presumed.found

    def test_a_part_is_not_its_zone_where_figures_stand_by_zone(self) -> None:
        matcher = ZoneMatcher(REGISTRY)
        assert matcher.match("富民产业园（二片区）")[1:3] == ("云南富民产业园区", "二片区")
        names, (problem,) = matcher.match_column(["富民产业园-二片区"], "名称")
        assert names == [None]
        assert "“云南富民产业园区”的片区" in problem.found

    def test_rows_have_the_numbers_of_the_file(self) -> None:
        _, (problem,) = ZoneMatcher(REGISTRY).match_column(["不知道"], "名称", [6])
        assert problem.where == "名称：第 7 行 / row 7"

    def test_a_users_own_zone_goes_before_the_plans(self) -> None:
        matcher = ZoneMatcher(REGISTRY, ("我县 工业集中区", "富民产业园"))
        assert matcher.match("我县工业集中区").zone == "我县 工业集中区"
        assert matcher.match("富民产业园").zone == "富民产业园"
        assert matcher.match("富民县产业园").zone == "云南富民产业园区"

    def test_a_file_of_other_names_is_told_in_a_few_words(self) -> None:
        names = [f"宗地{n}号" for n in range(3000)]
        _, problems = ZoneMatcher(REGISTRY).match_column(names, "名称")
        assert len(problems) == 51
        assert "另有 2950 个名称" in problems[-1].found
        assert "共 2950 行" in problems[-1].where

    def test_no_room_matches_names_by_itself(self) -> None:
        """The registry is asked by the matcher and by the plan's own tables, by nobody else."""
        home = Path(yngis.__file__).parent
        asks = re.compile(r"\bRegistry\(|registry\.(?:find|suggest|candidates|presumed)\(")
        alone = {
            path.relative_to(home).as_posix()
            for path in home.rglob("*.py")
            if asks.search(path.read_text(encoding="utf-8"))
        }
        # The figures of targets come with a registry of their own, two editions with one each,
        # an archive with the names of all its years.
        assert alone == {
            "analysis/targets/panel.py",
            "cartography/manifest.py",
            "cartography/plan_figures.py",
            "plan/_rules.py",
            "plan/pack_diff.py",
            "plan/tables.py",
            "plan/zone_names.py",
            "report/archive/zone_history.py",
        }

    def test_presumed_carries_the_note(self) -> None:
        assert REGISTRY.presumed("昆明空港经济区") == (
            Presumed("云南官渡经济技术开发区", "疑似后称,待核"),
        )


@pytest.fixture
def shipped() -> GeoDataFrame:
    return load("zones")


def mine(shipped: GeoDataFrame, *names: str, crs: int = 4490) -> GeoDataFrame:
    """A user's file of some zones: half the size, a little to the side, under short names."""
    chosen = shipped[shipped["name_zh"].isin(names)]
    shapes = [translate(scale(each, 0.5, 0.5), 0.002, 0.001) for each in chosen.geometry]
    frame = GeoDataFrame({"开发区名称": chosen["short_zh"].tolist()}, geometry=shapes, crs=4490)
    return frame.to_crs(crs)


def drawn(shipped: GeoDataFrame, user: GeoDataFrame) -> GeoDataFrame:
    return zones_layer_with(shipped, user_units(shipped, user))


class TestUserZones:
    NAMES = ("蒙自经济技术开发区", "云南芒市产业园区")

    @pytest.mark.parametrize("crs", [4490, 4326, 4543, 32647])
    def test_theirs_replace_ours_and_the_rest_stays(self, shipped: GeoDataFrame, crs: int) -> None:
        zones = drawn(shipped, mine(shipped, *self.NAMES, crs=crs))
        own = zones["name_zh"].isin(self.NAMES)
        assert zones.loc[own, "boundary"].tolist() == [BY_USER] * 2
        assert zones.loc[~own, "boundary"].eq("示意").all()
        registry = ["name_zh", "short_zh", "aliases", "level", "category", "county", "region"]
        pd.testing.assert_frame_equal(zones[registry], shipped[registry])
        kept = zones[~own].drop(columns=["accuracy_km", "moved_km", USER_NOTE])
        pd.testing.assert_frame_equal(kept, shipped[~own].drop(columns=["accuracy_km", "moved_km"]))
        assert zones.loc[~own, "accuracy_km"].tolist() == shipped.loc[~own, "accuracy_km"].tolist()
        assert zones.loc[own, "accuracy_km"].isna().all()
        assert zones.crs == shipped.crs
        assert zones.columns.tolist() == [*shipped.columns, USER_NOTE]
        assert zones[USER_NOTE].eq("").all()

    def test_areas_are_ellipsoidal_against_an_independent_geodesic(
        self, shipped: GeoDataFrame
    ) -> None:
        zones = drawn(shipped, mine(shipped, *self.NAMES)).set_index("name_zh")
        geod = pyproj.Geod(ellps="GRS80")
        for name in self.NAMES:
            area, _ = geod.geometry_area_perimeter(zones.geometry[name])
            # 1e-4: short slanting edges are straight in degrees here, geodesics there.
            assert zones.loc[name, "area_ha"] == pytest.approx(abs(area) / 1e4, rel=1e-4)
            before = shipped.set_index("name_zh").loc[name, "area_ha"]
            # Half by half; moved by 0.001 degrees north, cos B changes by under 1e-5.
            assert zones.loc[name, "area_ha"] == pytest.approx(before / 4, rel=1e-4)

    def test_ours_are_not_changed(self, shipped: GeoDataFrame) -> None:
        before = shipped.copy()
        drawn(shipped, mine(shipped, *self.NAMES))
        pd.testing.assert_frame_equal(shipped, before)

    def test_a_zone_in_several_parts_stays_one(self, shipped: GeoDataFrame) -> None:
        user = mine(shipped, "蒙自经济技术开发区")
        part = user.geometry.iloc[0]
        user.loc[0, "geometry"] = MultiPolygon([part, translate(part, 0.05, 0.0)])
        zones = drawn(shipped, user).set_index("name_zh")
        assert zones.geometry["蒙自经济技术开发区"].geom_type == "MultiPolygon"
        whole = shipped.set_index("name_zh").loc["蒙自经济技术开发区", "area_ha"]
        assert zones.loc["蒙自经济技术开发区", "area_ha"] == pytest.approx(whole / 2, rel=1e-4)

    def test_from_a_gbk_shapefile_in_metres(
        self, shipped: GeoDataFrame, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = tmp_path_factory.mktemp("shp") / "边界.shp"
        pyogrio.write_dataframe(mine(shipped, *self.NAMES, crs=4543), path, encoding="GBK")
        path.with_suffix(".cpg").unlink()
        zones = zones_layer_with(shipped, read_user_zones(path, shipped))
        assert zones["boundary"].eq(BY_USER).sum() == 2

    def test_swapped_names_are_noticed_by_their_counties(self, shipped: GeoDataFrame) -> None:
        user = mine(shipped, *self.NAMES)
        user["开发区名称"] = user["开发区名称"].to_numpy()[::-1]
        first, second = user_units(shipped, user).notes
        assert first.rule == second.rule == "zone_elsewhere"
        told = first.value + second.value
        assert "名录 / registry: 蒙自市" in told
        assert "图形 / polygon: 蒙自市" in told

    def test_a_wrong_strip_of_the_grid_is_noticed(self, shipped: GeoDataFrame) -> None:
        # Three degrees west of where they belong, but still in the province.
        user = mine(shipped, "蒙自经济技术开发区", crs=4543).set_crs(4542, allow_override=True)
        (note,) = user_units(shipped, user).notes
        assert "带号" in note.text()

    def test_a_zone_across_the_border_is_no_fault(self, shipped: GeoDataFrame) -> None:
        user = mine(shipped, "中国老挝磨憨－磨丁经济合作区")
        part = user.geometry.iloc[0]
        west, south, east, north = part.bounds
        user.loc[0, "geometry"] = box(west, south - 0.06, east, north)
        assert drawn(shipped, user)["boundary"].eq(BY_USER).sum() == 1

    def test_every_fault_is_told_at_once(self, shipped: GeoDataFrame) -> None:
        user = mine(shipped, *self.NAMES)
        user.loc[2] = ["富明产业园", box(102.5, 25.2, 102.51, 25.21)]
        user.loc[3] = ["富民产业园", box(25.2, 102.5, 25.21, 102.51)]
        user.loc[4] = ["五华产业园", None]
        with pytest.raises(LayerError) as caught:
            drawn(shipped, user)
        said = str(caught.value)
        for sign in ("富明产业园", "云南富民产业园区", "互换", "图形为空"):
            assert sign in said

    def test_the_whole_shipped_layer_is_a_good_user_file(self, shipped: GeoDataFrame) -> None:
        found = user_units(shipped, shipped[["name_zh", "geometry"]])
        assert found.notes == ()
        zones = zones_layer_with(shipped, found)
        assert zones["boundary"].eq(BY_USER).all()
        assert zones["area_ha"].to_numpy() == pytest.approx(shipped["area_ha"].to_numpy(), rel=1e-9)

    def test_a_zone_that_the_plan_lacks_stands_below_with_its_place(
        self, shipped: GeoDataFrame
    ) -> None:
        user = mine(shipped, "蒙自经济技术开发区")
        user.loc[1] = ["富明产业园", box(102.5, 25.2, 102.51, 25.21)]
        user.loc[2] = ["境外园", box(101.0, 21.0, 101.01, 21.01)]
        zones = drawn(shipped, user)
        assert len(zones) == len(shipped) + 2
        assert zones.dtypes[shipped.columns].equals(shipped.dtypes)
        near, abroad = zones.iloc[-2], zones.iloc[-1]
        assert near[["level", "category", "county"]].tolist() == ["规划外", "规划外", "富民县"]
        assert "云南富民产业园区" in near[USER_NOTE]
        assert near["area_ha"] == pytest.approx(112.0, rel=0.01)  # 1.0 km by 1.1 km
        assert abroad[["county", "prefecture", "region"]].tolist() == ["省外"] * 3
        assert "不在云南省内" in abroad[USER_NOTE]
