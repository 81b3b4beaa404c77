"""What a remark says beside what the rules know is told, and decides nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.analysis.audit.idle_land.idle_rules import read_rules
from yngis.analysis.audit.idle_land.wording.remark_clauses import find_unread_clauses

RULES = read_rules()
BLANK = {"agreed_start": pd.Timestamp("2022-03-01"), "price_wan": 100.0, "idle_cause": "企业原因"}
STARTED = BLANK | {"actual_start": pd.Timestamp("2022-02-15")}
BUILT = STARTED | {"actual_completion": pd.Timestamp("2023-06-30")}


def judge(base: dict[str, Any], **cells: Any) -> pd.Series:
    return judge_supply(pd.DataFrame([base | cells]), "2025-12-31").iloc[0]


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("未动工，村里堵路施工队进不来", "村里堵路施工队进不来"),
        ("未动工；地块被垃圾填埋占用；已约谈两次", "地块被垃圾填埋占用"),
        ("未动工，待重新供地", "待重新供地"),
    ],
)
@pytest.mark.parametrize(("column", "flag"), [("remarks", "remark_"), ("other_states", "state_")])
def test_a_clause_that_no_rule_knows_is_told(
    text: str, clause: str, column: str, flag: str
) -> None:
    header = "说明：" if column == "other_states" else ""
    cell = header + text.replace("；", ",") if header else text
    told = judge(BLANK, **{column: cell})
    assert told["finding"] == "suspected_idle"
    assert f"记“{clause}”，未能识读，不据以判定" in told["evidence"]
    assert flag + "unread" in told["flags"].split(";")


def test_a_clause_is_told_of_cleared_land_too() -> None:
    told = judge(BUILT, remarks="已投产，后山有滑动迹象")
    assert told["finding"] == "completed"
    assert "备注栏记“后山有滑动迹象”，未能识读" in told["evidence"]
    assert "remark_unread" in told["flags"].split(";")


@pytest.mark.parametrize("text", ["竣工日期早于开工，待更正", "动工日期取自企业承诺书"])
def test_what_is_said_of_a_day_is_told(text: str) -> None:
    told = judge(BUILT, remarks=text)
    assert f"记“{text.split('，', maxsplit=1)[0]}”，未能识读" in told["evidence"]
    assert judge(BUILT, remarks="竣工日期为2023年6月30日")["flags"] == judge(BUILT)["flags"]


@pytest.mark.parametrize(
    "text",
    [
        "未动工，企业资金困难",
        "约谈两次，企业承诺年内开工",
        "重点项目，标准地出让；联系人：张三 13800000000",
        "2023年2月开工，2024年6月竣工",
        "出让金已缴清，土地证已办，亩均税收15万",
        "已下达闲置土地调查通知书（云自然资〔2024〕31号）",
    ],
)
def test_what_is_known_or_about_something_else_is_not_told(text: str) -> None:
    texts = np.array([text, None], dtype=object)
    assert find_unread_clauses(texts, [False, False], RULES).tolist() == [None, None]


@pytest.mark.parametrize(
    "text",
    [
        "该竣工时间为误填，现场为空地",
        "动工日期由系统自动带入，未核",
        "台账动工日期系企业自报，现场核查未开工",
        "竣工备案系伪造，正立案",
        "建成后拆除，另行供应",
        "还没建",
    ],
)
def test_days_that_a_remark_denies_clear_nobody(text: str) -> None:
    for cells in ({"remarks": text}, {"other_states": f"说明：{text}"}):
        assert judge(BUILT, **cells)["finding"] == "indeterminate"
    assert judge(BLANK, remarks=text)["finding"] in {"suspected_idle", "indeterminate"}


@pytest.mark.parametrize("text", ["已动工，后撤场", "一层完成后即停，现杂草丛生", "动工后闲置"])
def test_a_stop_that_only_a_remark_tells_leaves_work_under_way_open(text: str) -> None:
    assert judge(STARTED, remarks=text)["finding"] == "indeterminate"
    assert judge(BUILT, remarks=text)["finding"] == "completed"


@pytest.mark.parametrize(
    "text",
    ["2023年4月开始桩基施工，手续正在补办", "已建（旧厂房利用），无新增", "在建（手续不全）"],
)
def test_work_is_read_clause_by_clause(text: str) -> None:
    assert judge(BLANK, remarks=text)["finding"] == "indeterminate"


@pytest.mark.parametrize("text", ["暂不作闲置处理", "不存在闲置", "已认定非闲置，见2024年核查表"])
def test_what_denies_idleness_accuses_nobody(text: str) -> None:
    assert judge(BLANK, remarks=text)["finding"] == "indeterminate"


@pytest.mark.parametrize("text", ["未动工（政府未按约定交地）", "考古勘探中，企业未进场"])
def test_a_cause_that_only_a_remark_names_bars_the_fee(text: str) -> None:
    late = BLANK | {"agreed_start": pd.Timestamp("2024-06-01")}
    assert judge(late)["fee_wan"] == 20.0
    told = judge(late, remarks=text)
    assert (told["finding"], told["recovery"]) == ("suspected_idle", False)
    assert np.isnan(told["fee_wan"])
    assert "cause_remarked" in told["flags"].split(";")
    assert f"备注栏记“{text}”，原因可能不在企业" in told["evidence"]
    in_state = judge(late, other_states=f"说明：{text}")
    assert "cause_in_state" in in_state["flags"].split(";")


@pytest.mark.parametrize("text", ["二层楼板浇完", "地上长满玉米"])
def test_what_is_not_understood_where_the_work_is_asked_for_accuses_nobody(text: str) -> None:
    assert judge(BLANK, other_states=f"动工情况：{text}")["finding"] == "indeterminate"
    assert judge(BLANK, other_states="动工情况：还没有动工")["finding"] == "suspected_idle"
    assert judge(BLANK, other_states=f"建设情况说明：{text}")["finding"] == "suspected_idle"
