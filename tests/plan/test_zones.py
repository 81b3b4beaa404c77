from __future__ import annotations

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

from yngis.catalogue import load, read_vector
from yngis.errors import LayerError
from yngis.plan.names import name_likeness, normalise_zone_name, parse_aliases, tidy_name
from yngis.plan.registry import Presumed, Registry
from yngis.plan.zones import BY_USER, match_zones, with_user_zones, zone_faults

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
        (_, (problem,)) = match_zones(pd.DataFrame({"name_zh": ["富民产业园"]}), clashing)
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
    def frame(self, *names: str | None) -> pd.DataFrame:
        return pd.DataFrame({"name_zh": list(names)}, index=range(10, 10 + len(names)))

    def test_matched_rows_bear_the_registrys_name_on_their_own_index(self) -> None:
        matched, problems = match_zones(self.frame("富民工业园区", "昆明高新"), REGISTRY)
        assert problems == []
        assert matched["name_zh"].to_dict() == {
            10: "云南富民产业园区",
            11: "昆明高新技术产业开发区",
        }

    def test_unknown_presumed_and_doubled_are_all_told(self) -> None:
        matched, problems = match_zones(
            self.frame(
                "富明产业园", "昆明空港经济区", "昆明高新区", "昆明高新", "云县产业园", None
            ),
            REGISTRY,
        )
        assert matched["name_zh"].tolist() == ["云南云县产业园区"]
        unknown, presumed, twice = problems
        assert "是否应为“云南富民产业园区”" in unknown.mend
        assert "第 1 行" in unknown.where
        assert "云南官渡经济技术开发区" in presumed.found
        assert "疑似后称,待核" in presumed.found
        assert "“昆明高新区”、“昆明高新”" in twice.found
        assert "第 3、4 行" in twice.where

    def test_one_name_twice_is_left_to_the_key_check(self) -> None:
        matched, problems = match_zones(self.frame("富民产业园", "富民产业园"), REGISTRY)
        assert matched.empty
        assert problems == []

    def test_a_file_of_other_names_is_told_in_a_few_words(self) -> None:
        _, problems = match_zones(self.frame(*(f"宗地{n}" for n in range(3000))), REGISTRY)
        assert len(problems) == 51
        assert "另有 2950 个名称" in problems[-1].found
        assert "共 2950 行" in problems[-1].where

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


class TestUserZones:
    NAMES = ("蒙自经济技术开发区", "云南芒市产业园区")

    @pytest.mark.parametrize("crs", [4490, 4326, 4543, 32647])
    def test_theirs_replace_ours_and_the_rest_stays(self, shipped: GeoDataFrame, crs: int) -> None:
        zones = with_user_zones(shipped, mine(shipped, *self.NAMES, crs=crs))
        own = zones["name_zh"].isin(self.NAMES)
        assert zones.loc[own, "boundary"].tolist() == [BY_USER] * 2
        assert zones.loc[~own, "boundary"].eq("示意").all()
        registry = ["name_zh", "short_zh", "aliases", "level", "category", "county", "region"]
        pd.testing.assert_frame_equal(zones[registry], shipped[registry])
        kept = zones[~own].drop(columns=["accuracy_km", "moved_km"])
        pd.testing.assert_frame_equal(kept, shipped[~own].drop(columns=["accuracy_km", "moved_km"]))
        assert zones.loc[~own, "accuracy_km"].tolist() == shipped.loc[~own, "accuracy_km"].tolist()
        assert zones.loc[own, "accuracy_km"].isna().all()
        assert zones.crs == shipped.crs
        assert zones.columns.tolist() == shipped.columns.tolist()

    def test_areas_are_ellipsoidal_against_an_independent_geodesic(
        self, shipped: GeoDataFrame
    ) -> None:
        zones = with_user_zones(shipped, mine(shipped, *self.NAMES)).set_index("name_zh")
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
        with_user_zones(shipped, mine(shipped, *self.NAMES))
        pd.testing.assert_frame_equal(shipped, before)

    def test_a_zone_in_several_parts_stays_one(self, shipped: GeoDataFrame) -> None:
        user = mine(shipped, "蒙自经济技术开发区")
        part = user.geometry.iloc[0]
        user.loc[0, "geometry"] = MultiPolygon([part, translate(part, 0.05, 0.0)])
        zones = with_user_zones(shipped, user).set_index("name_zh")
        assert zones.geometry["蒙自经济技术开发区"].geom_type == "MultiPolygon"
        whole = shipped.set_index("name_zh").loc["蒙自经济技术开发区", "area_ha"]
        assert zones.loc["蒙自经济技术开发区", "area_ha"] == pytest.approx(whole / 2, rel=1e-4)

    def test_from_a_gbk_shapefile_in_metres(
        self, shipped: GeoDataFrame, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = tmp_path_factory.mktemp("shp") / "边界.shp"
        pyogrio.write_dataframe(mine(shipped, *self.NAMES, crs=4543), path, encoding="GBK")
        path.with_suffix(".cpg").unlink()
        zones = with_user_zones(shipped, read_vector(path))
        assert zones["boundary"].eq(BY_USER).sum() == 2

    def test_swapped_names_are_noticed_by_their_counties(self, shipped: GeoDataFrame) -> None:
        user = mine(shipped, *self.NAMES)
        user["开发区名称"] = user["开发区名称"].to_numpy()[::-1]
        with pytest.raises(LayerError) as caught:
            with_user_zones(shipped, user)
        first, second = caught.value.problems
        assert "蒙自市" in first.found + second.found
        assert "芒市" in first.promised + second.promised

    def test_a_wrong_strip_of_the_grid_is_noticed(self, shipped: GeoDataFrame) -> None:
        # Three degrees west of where they belong, but still in the province.
        user = mine(shipped, "蒙自经济技术开发区", crs=4543).set_crs(4542, allow_override=True)
        with pytest.raises(LayerError, match="带号"):
            with_user_zones(shipped, user)

    def test_a_zone_across_the_border_is_no_fault(self, shipped: GeoDataFrame) -> None:
        user = mine(shipped, "中国老挝磨憨－磨丁经济合作区")
        part = user.geometry.iloc[0]
        west, south, east, north = part.bounds
        user.loc[0, "geometry"] = box(west, south - 0.06, east, north)
        assert with_user_zones(shipped, user)["boundary"].eq(BY_USER).sum() == 1

    def test_every_fault_is_told_at_once(self, shipped: GeoDataFrame) -> None:
        user = mine(shipped, *self.NAMES)
        user.loc[2] = ["富明产业园", box(102.5, 25.2, 102.51, 25.21)]
        user.loc[3] = ["富民产业园", box(25.2, 102.5, 25.21, 102.51)]
        user.loc[4] = ["五华产业园", None]
        with pytest.raises(LayerError) as caught:
            with_user_zones(shipped, user)
        said = str(caught.value)
        for sign in ("富明产业园", "互换", "图形为空"):
            assert sign in said

    def test_the_whole_shipped_layer_is_a_good_user_file(self, shipped: GeoDataFrame) -> None:
        assert zone_faults(shipped) == []
        zones = with_user_zones(shipped, shipped[["name_zh", "geometry"]])
        assert zones["boundary"].eq(BY_USER).all()
        assert zones["area_ha"].to_numpy() == pytest.approx(shipped["area_ha"].to_numpy(), rel=1e-9)
