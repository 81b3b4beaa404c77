"""The plan's tables against a careful reading of the plan, stated here by hand."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.catalogue import layers_dir, load
from yngis.plan import Plan, read_plan

if TYPE_CHECKING:
    from pathlib import Path

# Zones per segment, counted in the plan's chapter 3 section 2 and panel 4.
SEGMENTS = {
    ("新材料", "绿色硅", "硅"): 5,
    ("新材料", "绿色铝", "铝"): 8,
    ("新材料", "钛", "钛"): 3,
    ("新材料", "铜", "铜"): 4,
    ("新材料", "铅锌", "铅"): 4,
    ("新材料", "钢铁", "钢"): 5,
    ("新材料", "稀贵金属", "稀"): 5,
    ("生物医药", "现代中药", "中"): 5,
    ("生物医药", "生物制药", "生"): 3,
    ("生物医药", "化学制药", "化"): 3,
    ("生物医药", "医疗器械", "械"): 3,
    ("先进装备制造", "智能装备", "智"): 6,
    ("先进装备制造", "新能源汽车", "车"): 5,
    ("先进装备制造", "绿色环保装备", "环"): 2,
    ("先进装备制造", "重化矿冶及农机装备", "重"): 2,
    ("绿色食品加工", "制糖", "糖"): 2,
    ("绿色食品加工", "肉制品", "肉"): 5,
    ("绿色食品加工", "乳制品", "乳"): 4,
    ("绿色食品加工", "精制茶", "茶"): 7,
    ("绿色食品加工", "果蔬", "果"): 5,
    ("绿色食品加工", "坚果", "坚"): 7,
    ("绿色食品加工", "其他农副食品", "副"): 8,
    ("电子信息", "电子信息制造", "造"): 7,
    ("电子信息", "软件和信息服务", "软"): 3,
    ("电子信息", "新一代电子信息", "新"): 4,
    ("化工", "石油化工", "油"): 2,
    ("化工", "磷化工", "磷"): 2,
    ("化工", "煤化工", "煤"): 3,
    ("化工", "硅化工", "硅"): 3,
    ("化工", "精细化工", "精"): 4,
    ("卷烟及配套", "卷烟及配套", "烟"): 4,
}

# Places of panels 1–3: zones, industries, ports, aims.
PLACES = {
    "昆明市": (10, 6, 0, 3),
    "曲靖市": (7, 4, 0, 3),
    "玉溪市": (5, 5, 0, 5),
    "楚雄州": (3, 5, 0, 3),
    "红河州北部7县市": (3, 6, 0, 2),
    "保山市": (3, 4, 0, 2),
    "普洱市": (3, 4, 2, 4),
    "临沧市": (4, 6, 2, 4),
    "红河州南部6县": (1, 2, 2, 3),
    "文山州": (3, 5, 3, 5),
    "西双版纳州": (2, 3, 0, 4),
    "德宏州": (3, 4, 2, 5),
    "怒江州": (1, 3, 0, 0),
    "昭通市": (3, 6, 0, 2),
    "大理州": (5, 5, 0, 3),
    "丽江市": (1, 2, 0, 0),
    "迪庆州": (1, 1, 0, 2),
}

# value, upper bound, unit, comparison, year; None where the plan prints none.
TARGETS = {
    "zone_output_share_gain": (10, None, "百分点", ">=", 2025),
    "zone_revenue_growth": (15, None, "%/年", "≈", 2025),
    "zones_revenue_over_5000": (2, None, "家", "=", 2025),
    "zones_revenue_over_2000": (5, None, "家", "=", 2025),
    "zones_revenue_over_1000": (12, None, "家", "=", 2025),
    "industrial_firms_ratio": (2, None, "倍", "=", 2025),
    "listed_firms_ratio": (2, None, "倍", "=", 2025),
    "new_national_hightech_zones": (1, None, "家", "=", 2025),
    "new_national_development_zones": (1, None, "家", "=", 2025),
    "leading_industry_revenue_share": (60, None, "%", ">=", 2025),
    "two_industry_integration_zones": (1, None, "个", "=", 2025),
    "national_hightech_zones": (5, None, "家", ">=", 2025),
    "hightech_firms_ratio": (2, None, "倍", "=", 2025),
    "new_engineering_centres": (50, None, "个", "=", 2025),
    "rd_share_of_revenue": (2, None, "%", ">=", 2025),
    "green_zones_national": (100, None, "%", "=", 2025),
    "energy_per_value_added": (0, None, "%/年", "<", 2025),
    "water_per_value_added": (0, None, "%/年", "<", 2025),
    "wastewater_treatment": (100, None, "%", "=", 2025),
    "solid_waste_treatment": (100, None, "%", "=", 2025),
    "border_trade_growth": (15, None, "%/年", "≈", None),
    "green_zones_all": (100, None, "%", "=", 2035),
    "core_value_added_share": (70, None, "%", ">=", 2025),
    "kunming_hightech_revenue": (5000, None, "亿元", ">=", 2025),
    "kunming_development_zone_revenue": (5000, None, "亿元", ">=", 2025),
    "new_materials_scale": (1000, None, "亿元", "≈", None),
    "listed_operators": (1, 2, "家", "between", 2025),
    "output_per_mu_national": (600, None, "万元/(亩·年)", ">=", None),
    "output_per_mu_provincial": (400, None, "万元/(亩·年)", ">=", None),
    "wastewater_capacity": (100, None, "%", "=", None),
    "digital_zones": (20, None, "个", ">=", 2025),
    "engineering_centre_coverage": (100, None, "%", "=", 2025),
    "leading_experts": (3, 5, "名", "between", 2025),
    "hazardous_waste_disposal": (100, None, "%", "=", None),
    "land_evaluation_period": (5, None, "年", "=", None),
    "land_evaluation_update": (1, None, "年", "=", None),
    "emission_monitoring_coverage": (100, None, "%", "=", None),
    "projects_over_1_billion": (1, None, "个", ">=", None),
    "industrial_land_share": (70, None, "%", ">=", None),
    "special_fund": (100, None, "亿元/年", "=", None),
}

CAPTIONS = [
    "云南省“十四五”各类开发区空间布局图",
    "“一核”布局和主导产业示意图",
    "“一带”布局和主导产业示意图",
    "“多点”布局和主导产业示意图",
    "新材料产业布局图",
    "生物医药产业布局图",
    "先进装备制造产业布局图",
    "绿色食品加工产业布局图",
    "电子信息产业布局图",
    "化工产业布局图",
    "卷烟及配套产业布局图",
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan()


def _named_in_panels(plan: Plan) -> set[str]:
    focus = plan.prefecture_focus
    return set(focus.loc[focus["kind"] == "zone", "value"])


def test_segments_and_their_zones_are_those_counted_in_the_plan(plan: Plan) -> None:
    vocabulary = plan.segments[["industry", "segment", "character"]]
    assert list(vocabulary.itertuples(index=False, name=None)) == list(SEGMENTS)
    counted = plan.industry_layout.groupby(["industry", "segment"])["zone"].nunique()
    assert counted.to_dict() == {
        (industry, segment): count for (industry, segment, _), count in SEGMENTS.items()
    }
    # Two zones are given two things in one segment, each in a row of its own.
    twice = plan.industry_layout[plan.industry_layout.duplicated(["segment", "zone"])]
    assert set(zip(twice["segment"], twice["zone"], strict=True)) == {
        ("绿色硅", "曲靖经济技术开发区"),
        ("智能装备", "昆明经济技术开发区"),
    }


@pytest.mark.parametrize(
    ("segment", "zone", "roles"),
    [
        ("绿色硅", "云南保山产业园区", ["上游硅材料（多晶硅、单晶硅棒）"]),
        ("绿色硅", "云南禄丰产业园区", ["中游（单晶硅棒到电池片）"]),
        ("绿色硅", "云南华坪产业园区", ["上游单晶硅棒"]),
        ("绿色硅", "云南龙陵产业园区", ["上游单晶硅棒"]),
        ("绿色铝", "昆明经济技术开发区", ["电子电器用铝"]),
        ("绿色铝", "曲靖高新技术产业开发区", ["新能源汽车配套铝制品"]),
        ("绿色铝", "云南昭阳经济技术开发区", ["轨道交通用铝"]),
        ("绿色铝", "蒙自经济技术开发区", ["市政设施用铝"]),
        ("绿色铝", "云南砚山产业园区", ["工业用铝型材、建筑和家居生活用铝"]),
        ("绿色铝", "云南富源产业园区", ["汽车用铝"]),
        ("绿色铝", "云南鹤庆产业园区", ["建筑用铝型材"]),
        ("绿色铝", "云南泸西产业园区", []),  # listed, but given nothing of its own
        ("钛", "云南武定产业园区", ["前端钛产业链"]),
        ("钛", "云南禄丰产业园区", ["中后端钛产业链"]),
        ("钛", "云南富民产业园区", ["中后端钛产业链"]),
        ("智能装备", "云南官渡经济技术开发区", ["通用航空配套"]),
        (
            "智能装备",
            "昆明经济技术开发区",
            [
                "数控机床、3D 打印、智能物流、光学光电子、机器人",
                "轨道交通等高端交通装备、动力总成和关键零部件",
            ],
        ),
    ],
)
def test_roles_are_the_plans(plan: Plan, segment: str, zone: str, roles: list[str]) -> None:
    layout = plan.industry_layout
    rows = layout[(layout["segment"] == segment) & (layout["zone"] == zone)]
    assert len(rows) >= 1
    assert list(rows["role"].dropna()) == roles


@pytest.mark.parametrize(
    ("segment", "groups"),
    [
        ("稀贵金属", [3, 1, 1]),  # 锗铟基 Kunming, Qujing, Lincang; 锡基 Mengzi; 液态金属 Xuanwei
        ("智能装备", [4, 2, 1]),  # machines; railway; aviation
        ("电子信息制造", [3, 4]),  # batteries and photonics; consumer electronics
    ],
)
def test_groups_of_zones_share_a_role(plan: Plan, segment: str, groups: list[int]) -> None:
    rows = plan.industry_layout[plan.industry_layout["segment"] == segment]
    assert rows.groupby("role", sort=False)["zone"].nunique().tolist() == groups


def test_layout_cites_the_place_of_its_segment(plan: Plan) -> None:
    both = plan.industry_layout.merge(
        plan.segments, on=["industry", "segment"], suffixes=("", "_segment")
    )
    cited = [
        ref in segment.split("；")
        for ref, segment in zip(both["plan_ref"], both["plan_ref_segment"], strict=True)
    ]
    assert len(cited) == 135
    assert all(cited)


def test_every_zone_is_named_in_the_plan_and_every_named_zone_is_in_the_registry(
    plan: Plan,
) -> None:
    panels, section = _named_in_panels(plan), set(plan.industry_layout["zone"])
    assert (len(panels), len(section)) == (58, 52)
    assert panels | section == set(plan.zone_registry["name_zh"]) == set(load("zones")["name_zh"])
    assert section - panels == {
        "云南富民产业园区",
        "云南东川产业园区",
        "云南禄劝产业园区",
        "云南会泽产业园区",
    }
    assert panels - section == {
        "昆明综合保税区",
        "云南呈贡产业园区",
        "红河综合保税区",
        "河口边境经济合作区",
        "云南景谷产业园区",
        "云南孟连边境经济合作区",
        "临沧边境经济合作区",
        "云南麻栗坡边境经济合作区",
        "中国老挝磨憨－磨丁经济合作区",
        "云南盈江产业园区",
    }


def test_registry_cites_places_where_the_tables_name_the_zone(plan: Plan) -> None:
    focus, layout = plan.prefecture_focus, plan.industry_layout
    named = set(zip(focus["value"], focus["plan_ref"], strict=True))
    named |= set(zip(layout["zone"], layout["plan_ref"], strict=True))
    named |= {(zone, ref.split()[0]) for zone, ref in named}
    wrong = [
        (zone, ref)
        for zone, refs in zip(
            plan.zone_registry["name_zh"], plan.zone_registry["plan_ref"], strict=True
        )
        for ref in refs.split("；")
        if (zone, ref) not in named
    ]
    assert wrong == []


def test_registry_counts(plan: Plan) -> None:
    zones = plan.zone_registry
    assert zones["region"].value_counts().to_dict() == {"一核": 32, "一带": 20, "多点": 10}
    assert zones["level"].value_counts().to_dict() == {"省级": 47, "国家级": 15}


def test_places_of_the_panels(plan: Plan) -> None:
    focus = plan.prefecture_focus
    said = focus.groupby("place", sort=False)["kind"].agg(list)
    kinds = ("zone", "industry", "port", "aim")
    assert {
        place: tuple(told.count(kind) for kind in kinds) for place, told in said.items()
    } == PLACES
    ports = set(focus.loc[focus["kind"] == "port", "value"])
    named = plan.port_registry[plan.port_registry["named_in_plan"]]
    assert ports == set(named["name_zh"])
    assert len(ports) == 11


def test_industries_outside_the_seven_stay_unmapped(plan: Plan) -> None:
    said = plan.prefecture_focus[plan.prefecture_focus["kind"] == "industry"]
    assert set(said.loc[said["plan_industry"].isna(), "value"]) == {
        "有色金属精深加工",
        "保税加工",
        "消费品制造",
        "以林产业为主的消费品制造",
        "主要面向越南的外向型消费品制造",
        "进出口贸易加工",
        "商贸物流",
        "跨境电商",
        "劳动密集型产业",
        "绿色建材",
    }
    renamed = said.dropna(subset=["plan_industry"]).query("value != plan_industry")
    assert dict(zip(renamed["value"], renamed["plan_industry"], strict=True)) == {
        "以绿色硅为主的新材料": "新材料",
        "以绿色铝为重点的新材料": "新材料",
        "以铅锌有色金属为重点的新材料": "新材料",
        "以绿色硅、绿色铝为重点的新材料": "新材料",
        "以绿色硅为重点的新材料": "新材料",
        "绿色食品（普洱茶等）加工": "绿色食品加工",
        "以酿酒工业为主的高端绿色食品加工": "绿色食品加工",
    }


def test_prefectures_named_for_industries(plan: Plan) -> None:
    table = plan.industry_prefectures.fillna({"segment": ""})
    assert table.groupby(["industry", "segment"], sort=False).size().to_dict() == {
        ("新材料", ""): 11,
        ("生物医药", ""): 8,
        ("先进装备制造", ""): 5,
        ("绿色食品加工", "制糖"): 3,
        ("绿色食品加工", "肉制品"): 6,
        ("绿色食品加工", "乳制品"): 3,
        ("绿色食品加工", "精制茶"): 4,
        ("绿色食品加工", "果蔬"): 6,
        ("绿色食品加工", "坚果"): 4,
        ("电子信息", ""): 7,
    }
    assert set(table["prefecture"]) <= set(load("prefectures")["name_zh"])


def test_targets_are_all_there_with_their_units(plan: Plan) -> None:
    columns = ["value", "value_max", "unit", "comparison", "year"]
    told = plan.targets.set_index("id")[columns].astype("object")
    told = told.where(told.notna(), None)
    assert dict(zip(told.index, told.itertuples(index=False, name=None), strict=True)) == TARGETS


def test_ambiguous_targets_say_so(plan: Plan) -> None:
    notes = plan.targets.set_index("id")["note"].fillna("")
    for tier in ("5000", "2000", "1000"):
        assert "累计" in notes[f"zones_revenue_over_{tier}"]
        assert "cumulative" in notes[f"zones_revenue_over_{tier}"]
    for level in ("national", "provincial"):
        assert "分母" in notes[f"output_per_mu_{level}"]
        assert "denominator" in notes[f"output_per_mu_{level}"]
    undated = notes[plan.targets.set_index("id")["year"].isna()]
    assert len(undated) == 12
    assert undated.str.contains("年").all()
    bases = plan.targets.set_index("id")["base_value"].dropna().to_dict()
    assert bases == {"zones_revenue_over_2000": 2, "zones_revenue_over_1000": 5}
    assert plan.targets["base_year"].isna().all()  # the plan prints no base year at all


def test_captions_are_the_plans(plan: Plan) -> None:
    assert plan.figures["figure"].tolist() == list(range(1, 12))
    assert plan.figures["title_zh"].tolist() == CAPTIONS


@pytest.mark.parametrize("name", [field.name for field in fields(Plan)])
def test_tables_are_those_of_the_catalogue(plan: Plan, name: str) -> None:
    # The plan judges its tables together, the catalogue reads one; what they read is the same.
    pd.testing.assert_frame_equal(getattr(plan, name), load(name))


@pytest.mark.parametrize(
    "path", sorted((layers_dir() / "tables").glob("*.csv")), ids=lambda p: p.stem
)
def test_tables_survive_excel_on_a_chinese_windows(path: Path) -> None:
    # Plain “CSV” of such an Excel is code page 936; a character outside it would become “?”.
    text = path.read_text(encoding="utf-8")
    assert text.encode("cp936").decode("cp936") == text
