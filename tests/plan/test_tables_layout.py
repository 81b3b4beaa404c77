"""The layout gathered zone by zone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.errors import PlanError
from yngis.plan import read_plan, zone_industries, zone_segments

PLAN = read_plan()
INDUSTRIES = list(PLAN.industries["industry"])


def test_mengzi_shows_four_segments_of_new_materials_in_order() -> None:
    named = zone_segments("新材料", PLAN)
    mengzi = named[named["zone"] == "蒙自经济技术开发区"]
    assert mengzi["character"].tolist() == ["铝", "铜", "铅", "稀"]
    assert mengzi["role"].tolist()[:2] == ["市政设施用铝", ""]


def test_two_roles_in_one_segment_stay_one_row() -> None:
    named = zone_segments("先进装备制造", PLAN)
    kunming = named[named["zone"] == "昆明经济技术开发区"]
    assert kunming["segment"].tolist() == ["智能装备", "新能源汽车", "绿色环保装备"]
    assert kunming["role"].tolist()[0].count("；") == 1
    assert set(kunming["plan_ref"]) == {"第三章第二节三"}


def test_industries_of_a_zone_in_the_plans_order() -> None:
    named = zone_industries(PLAN)
    yuxi = named[named["zone"] == "玉溪高新技术产业开发区"]
    # 生物制药; 智能装备; 软件, 新一代; 卷烟
    assert yuxi["character"].tolist() == ["医", "装", "电", "烟"]
    assert yuxi["segments"].tolist() == [
        "生物制药",
        "智能装备",
        "软件和信息服务、新一代电子信息",
        "卷烟及配套",
    ]


def test_unknown_industry_gets_the_nearest() -> None:
    with pytest.raises(PlanError, match="是否应为“新材料”"):
        zone_segments("新材料产业", PLAN)


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_nothing_is_lost_or_doubled(industry: str) -> None:
    layout = PLAN.industry_layout
    pairs = layout.loc[layout["industry"] == industry, ["zone", "segment"]].drop_duplicates()
    named = zone_segments(industry, PLAN)
    assert sorted(zip(named["zone"], named["segment"], strict=True)) == sorted(
        pairs.itertuples(index=False, name=None)
    )
    gathered = zone_industries(PLAN)
    mine = gathered[gathered["industry"] == industry].set_index("zone")["segments"]
    assert mine.str.split("、").map(len).to_dict() == pairs.groupby("zone").size().to_dict()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32 - 1), industry=st.sampled_from(INDUSTRIES))
def test_order_of_the_file_does_not_matter(seed: int, industry: str) -> None:
    shuffled = replace(PLAN, industry_layout=PLAN.industry_layout.sample(frac=1, random_state=seed))
    columns = ["zone", "segment", "order", "character", "plan_ref"]
    assert zone_segments(industry, shuffled)[columns].to_dict("records") == zone_segments(
        industry, PLAN
    )[columns].to_dict("records")
    assert zone_industries(shuffled).to_dict("records") == zone_industries(PLAN).to_dict("records")
