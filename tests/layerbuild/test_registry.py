"""The tables that the layers are built from."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from yngis.catalogue import load

if TYPE_CHECKING:
    import pandas as pd


@pytest.fixture(scope="module")
def registry() -> pd.DataFrame:
    return load("zone_registry")


def names_of(table: pd.DataFrame) -> dict[str, list[str]]:
    columns = [column for column in ("name_zh", "short_zh", "aliases") if column in table]
    return {
        row["name_zh"]: [
            name
            for column in columns
            if isinstance(row[column], str)
            for name in row[column].split(";")
        ]
        for row in table.to_dict("records")
    }


@pytest.mark.parametrize("card", ["zone_registry", "port_registry"])
def test_no_name_stands_for_two(card: str) -> None:
    # Full-width signs and dashes are one to a reader, so they have to be one here.
    folded = Counter(
        unicodedata.normalize("NFKC", name).replace("—", "-")
        for names in names_of(load(card)).values()
        for name in {unicodedata.normalize("NFKC", name).replace("—", "-") for name in names}
    )
    assert [name for name, count in folded.items() if count > 1] == []


@pytest.mark.parametrize("card", ["zone_registry", "port_registry"])
def test_aliases_are_names_and_nothing_else(card: str) -> None:
    for names in names_of(load(card)).values():
        assert len(names) == len(set(names)), names
        for name in names:
            assert name == name.strip() != ""
            assert not set(name) & set("()\"'“”,，/疑原待核"), name


def test_the_plan_names_every_zone_in_a_place_that_is_cited(registry: pd.DataFrame) -> None:
    layout, focus = load("industry_layout"), load("prefecture_focus")
    boxes = focus[focus["kind"] == "zone"]
    for zone in registry.to_dict("records"):
        cited = set(boxes.loc[boxes["value"] == zone["name_zh"], "plan_ref"])
        cited |= set(layout.loc[layout["zone"] == zone["name_zh"], "plan_ref"])
        section = zone["plan_ref"]
        assert any(reference.startswith(section) for reference in cited), (zone["name_zh"], cited)
    # Nothing is named there that the registry lacks: the 63rd zone is not invented.
    assert set(boxes["value"]) | set(layout["zone"]) == set(registry["name_zh"])


def test_zones_are_numbered_for_good(registry: pd.DataFrame) -> None:
    # New zones go behind: a number that moved would hand one zone's history to another.
    assert registry["zone_id"].tolist() == [f"YN-{at:03d}" for at in range(1, 63)]
    known = registry.set_index("zone_id")["short_zh"]
    assert known[["YN-001", "YN-002", "YN-003"]].tolist() == [
        "昆明高新区",
        "昆明经开区",
        "杨林经开区",
    ]


def test_zones_and_counties_agree_about_regions(registry: pd.DataFrame) -> None:
    members = load("region_members").set_index("county")
    assert members["region"].value_counts().to_dict() == {"一核": 49, "一带": 49, "多点": 31}
    for zone in registry.to_dict("records"):
        counties = zone["counties"].split(";")
        assert zone["county"] == counties[0]
        assert set(members.loc[counties, "prefecture"]) == {zone["prefecture"]}
        assert set(members.loc[counties, "region"]) == {zone["region"]}


def test_honghe_is_parted_between_core_and_belt() -> None:
    members = load("region_members")
    honghe = members[members["prefecture"] == "红河哈尼族彝族自治州"]
    north = {"个旧市", "开远市", "蒙自市", "建水县", "石屏县", "弥勒市", "泸西县"}
    south = {
        "屏边苗族自治县", "河口瑶族自治县", "金平苗族瑶族傣族自治县", "绿春县", "元阳县", "红河县",
    }  # fmt: skip
    assert set(honghe.loc[honghe["region"] == "一核", "county"]) == north
    assert set(honghe.loc[honghe["region"] == "一带", "county"]) == south
    elsewhere = members.drop(honghe.index).groupby("prefecture")["region"].nunique()
    assert (elsewhere == 1).all()


def test_every_category_has_a_default_and_every_area_a_basis(registry: pd.DataFrame) -> None:
    defaults = load("category_defaults")
    assert set(registry["category"]) <= set(defaults["category"])
    assert defaults["basis"].str.contains("绘图约定").all()
    assert (registry["approved_area_ha"].notna() == registry["area_basis"].notna()).all()


def test_levels_follow_categories(registry: pd.DataFrame) -> None:
    # State bodies approve bonded zones and pilot zones; industrial parks are the province's.
    level = registry.groupby("category")["level"].agg(set)
    assert level["综合保税区"] == level["重点开发开放试验区"] == {"国家级"}
    assert level["产业园区"] == level["其他"] == {"省级"}


def test_short_names_are_built_one_way(registry: pd.DataFrame) -> None:
    endings = {
        "经济技术开发区": "经开区",
        "高新技术产业开发区": "高新区",
        "综合保税区": "综保区",
        "重点开发开放试验区": "试验区",
        "产业园区": "产业园",
    }
    for zone in registry.to_dict("records"):
        ending = endings.get(zone["category"])
        if ending is not None:
            assert zone["short_zh"].endswith(ending)
        assert len(zone["short_zh"]) <= 8
        assert not zone["short_zh"].startswith("云南")
