"""What stands in a column of dates and is no date: neither a day nor the absence of one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.analysis.audit.idle_land.idle_rules import RuleSet, read_rules
from yngis.analysis.audit.idle_land.unread_days import DAY_COLUMNS
from yngis.analysis.audit.quantities import supply_masks

DAY = "2025-12-31"
HOLDER = {"idle_cause": "企业原因", "price_wan": 1_000.0}
DUE = {"agreed_start": "2020-03-01", **HOLDER}
BEGUN = {"agreed_start": "2018-01-01", "actual_start": "2018-01-01"}
LITTLE = {
    "area_developed_m2": 10.0, "area_to_develop_m2": 100.0,
    "invested_wan": 10.0, "invest_total_wan": 100.0,
}  # fmt: skip
MUCH = {**LITTLE, "area_developed_m2": 90.0, "invested_wan": 90.0}


def found(rules: RuleSet | None = None, as_of: str = DAY, **record: Any) -> Any:
    return judge_supply(pd.DataFrame([record]), as_of, rules).iloc[0]


UNCLEAR = ["2020.1", "一期2020.9.1，二期未动工", "详见合同", "部分动工", "计划2020年9月开工", "?"]


@pytest.mark.parametrize("text", UNCLEAR)
def test_a_start_that_cannot_be_read_neither_clears_nor_accuses(text: str) -> None:
    row = found(**DUE, actual_start_unread=text)
    assert row["finding"] == "indeterminate"
    # Where a rule of words about a state knows it, the column is quoted with it.
    assert f"{text}”" in row["evidence"]
    assert "未动工，" not in row["evidence"]
    assert "未动工（" not in row["evidence"]
    assert pd.isna(row["fee_wan"])
    assert "date_unread" in row["flags"].split(";")
    assert row["start_unclear"]
    masks = supply_masks(pd.DataFrame([row]))
    assert not masks["not_used"].item()
    assert not masks["suspected_idle"].item()


@pytest.mark.parametrize("text", ["已动工", "在建", "施工中", "已开工"])
def test_a_start_told_in_words_is_a_start_without_a_day(text: str) -> None:
    row = found(**DUE, actual_start_unread=text)
    assert (row["finding"], row["started"]) == ("in_progress", True)
    assert row["evidence"].startswith(f"实际动工日期栏记“{text}”，动工日期不明")
    assert "start_undated" in row["flags"].split(";")
    late = found(**DUE, actual_start_unread=text, agreed_completion="2023-01-01")
    assert late["finding"] == "overdue_completion"


@pytest.mark.parametrize("text", ["未动工", "尚未开工", "否", "预计2027年5月开工"])
def test_not_started_told_in_words_is_quoted(text: str) -> None:
    row = found(**DUE, actual_start_unread=text)
    assert row["finding"] == "suspected_idle"
    assert f"未动工（实际动工日期栏记“{text}”）" in row["evidence"]
    assert "date_unread" not in row["flags"]


@pytest.mark.parametrize("text", ["2020.1", "交地后若干月内", "以合同为准"])
def test_an_agreed_start_that_cannot_be_read_is_not_the_lack_of_one(text: str) -> None:
    row = found(**HOLDER, agreed_start_unread=text, handover_date="2019-01-01")
    assert row["finding"] == "indeterminate"
    assert pd.isna(row["start_due"])
    assert "无约定动工日期" not in row["evidence"]
    assert f"约定动工日期栏记“{text}”" in row["evidence"]
    assert "第二十二条" not in row["rule"]


@pytest.mark.parametrize("text", ["无", "未约定", "没有约定", "约定不明"])
def test_an_agreed_start_that_says_there_is_none_is_none(text: str) -> None:
    row = found(agreed_start_unread=text, handover_date="2019-01-01")
    assert (row["finding"], row["start_basis"]) == ("suspected_idle", "handover")
    assert row["start_due"] == pd.Timestamp("2020-01-01")


def test_an_extension_that_cannot_be_read_leaves_the_start_open() -> None:
    row = found(**DUE, extended_start_unread="延至2026.1")
    assert row["finding"] == "indeterminate"
    assert "延期后动工日期栏记“延至2026.1”" in row["evidence"]


def test_an_extension_that_cannot_be_read_does_not_bring_the_start_forward() -> None:
    row = found(agreed_start="2027-12-13", extended_start_unread="2022.1")
    assert row["finding"] == "not_due"
    assert row["evidence"].startswith("约定动工日期 2027-12-13，延期后动工日期栏记“2022.1”")


@pytest.mark.parametrize("text", ["未延期", "无", "无延期"])
def test_no_extension_told_in_words_is_none(text: str) -> None:
    row = found(**DUE, extended_start_unread=text)
    assert (row["finding"], row["start_basis"]) == ("suspected_idle", "agreed")


def test_a_hand_over_that_cannot_be_read() -> None:
    row = found(handover_date_unread="分批交地")
    assert row["finding"] == "indeterminate"
    assert "也无实际交地日期" not in row["evidence"]
    assert "“分批交地”" in row["evidence"]


@pytest.mark.parametrize("text", ["未交地", "尚未交付", "否", "未交", "拟于明年交地", "部分交地"])
def test_land_that_was_not_handed_over_is_no_matter_for_a_fee(text: str) -> None:
    row = found(**DUE, handover_date_unread=text, as_of="2021-06-01")
    assert f"实际交地日期栏记“{text}”，可能属政府原因" in row["evidence"]
    assert pd.isna(row["fee_wan"])
    assert "先查明是否属政府原因" in row["action"]
    assert "第十四条" not in row["rule"]


class TestSuspension:
    @pytest.mark.parametrize("text", ["停工", "2021.1", "2021年起断续"])
    def test_a_suspension_without_a_day_leaves_it_open(self, text: str) -> None:
        row = found(**BEGUN, **LITTLE, suspended_since_unread=text)
        assert row["finding"] == "indeterminate"
        assert f"“{text}”" in row["evidence"]

    def test_where_the_shares_are_large_it_does_not_matter(self) -> None:
        row = found(**BEGUN, **MUCH, suspended_since_unread="2021.1")
        assert row["finding"] == "in_progress"
        assert "中止开发日期栏记“2021.1”" in row["evidence"]

    @pytest.mark.parametrize("text", ["未停工", "正常施工", "已复工"])
    def test_what_says_that_work_goes_on(self, text: str) -> None:
        row = found(**BEGUN, **LITTLE, suspended_since_unread=text)
        assert row["finding"] == "in_progress"

    def test_stopped_told_in_the_column_of_the_start(self) -> None:
        row = found(agreed_start="2018-01-01", actual_start_unread="停工", **LITTLE)
        assert (row["finding"], row["started"]) == ("indeterminate", True)

    def test_taken_up_again_told_as_a_disposal(self) -> None:
        told = {"disposal": "已复工", "disposal_date": "2023-01-01"}
        row = found(**BEGUN, **LITTLE, suspended_since="2020-01-01", **told)
        assert row["finding"] == "indeterminate"
        assert "是否仍在中止不明" in row["evidence"]
        earlier = {**told, "disposal_date": "2019-01-01"}
        row = found(**BEGUN, **LITTLE, suspended_since="2020-01-01", **earlier)
        assert row["finding"] == "suspected_idle"

    def test_a_suspension_recorded_before_the_start_is_told(self) -> None:
        row = found(**BEGUN, **LITTLE, suspended_since="2017-01-01")
        assert "记中止日期 2017-01-01 早于动工，自动工之日起算" in row["evidence"]


class TestCompletion:
    def test_completed_told_in_words(self) -> None:
        row = found(**BEGUN, actual_completion_unread="已竣工")
        assert (row["finding"], row["completed"]) == ("completed", True)
        assert row["evidence"] == "实际竣工日期栏记“已竣工”，竣工日期不明"

    @pytest.mark.parametrize(
        "text", ["2021.1", "部分竣工", "正在竣工验收", "一期已竣工", "主体完工"]
    )
    def test_a_completion_that_cannot_be_read(self, text: str) -> None:
        row = found(**BEGUN, actual_completion_unread=text, agreed_completion="2020-01-01")
        assert row["finding"] == "indeterminate"
        assert f"{text}”" in row["evidence"]
        assert "未竣工" not in row["evidence"].replace(f"{text}”", "")

    @pytest.mark.parametrize("text", ["在建", "未竣工", "未完工"])
    def test_not_completed_told_in_words(self, text: str) -> None:
        row = found(**BEGUN, actual_completion_unread=text, agreed_completion="2020-01-01")
        assert row["finding"] == "overdue_completion"
        assert f"未竣工（实际竣工日期栏记“{text}”）" in row["evidence"]

    def test_an_agreed_completion_that_cannot_be_read(self) -> None:
        row = found(**BEGUN, agreed_completion_unread="2022.1")
        assert row["finding"] == "in_progress"
        assert "无约定竣工日期" not in row["evidence"]
        assert "约定竣工日期栏记“2022.1”" in row["evidence"]
        assert "date_unread" in row["flags"].split(";")


class TestPartAndStop:
    def test_what_is_left_of_land_recovered_in_part_has_no_price(self) -> None:
        row = found(**DUE, disposal="已收回10亩", as_of="2021-06-01")
        assert row["finding"] == "suspected_idle"
        assert pd.isna(row["fee_wan"])
        assert "未处置部分" in row["action"]
        assert "第十四条" not in row["rule"]
        row = found(**DUE, disposal="已收回10亩")
        assert "无偿收回" not in row["action"]

    @pytest.mark.parametrize("text", ["一期已动工，二期未动工", "部分动工", "已停工"])
    def test_work_told_as_a_disposal_is_not_denied(self, text: str) -> None:
        row = found(**DUE, disposal=text)
        assert row["finding"] == "indeterminate"
        assert f"处置方式栏记“{text}”，动工情况不明" in row["evidence"]


class TestDayOfDisposal:
    @pytest.mark.parametrize("text", ["2022.1", "见文件", "待定"])
    def test_one_that_cannot_be_read_may_lie_ahead(self, text: str) -> None:
        row = found(**DUE, disposal="收回", disposal_date_unread=text)
        assert row["finding"] == "indeterminate"
        assert f"处置日期栏记“{text}”" in row["evidence"]

    def test_one_that_is_only_intended(self) -> None:
        row = found(**DUE, disposal="收回", disposal_date_unread="拟于明年")
        assert row["finding"] == "suspected_idle"
        assert "读作尚未完成" in row["evidence"]

    def test_words_in_the_column_of_the_day_are_a_disposal(self) -> None:
        assert found(**DUE, disposal_date_unread="已收回")["finding"] == "disposed"
        assert found(**DUE, disposal_date_unread="未处置")["finding"] == "suspected_idle"

    def test_the_column_that_is_quoted_is_the_one_that_says_it(self) -> None:
        row = found(**DUE, disposal_date_unread="办理中")
        assert "处置日期栏记“办理中”，读作尚未完成" in row["evidence"]
        assert "处置方式栏" not in row["evidence"]

    def test_a_fee_whose_day_is_open_is_not_told_as_paid(self) -> None:
        told = {"disposal": "已征缴闲置费", "disposal_date_unread": "待定"}
        row = found(**BEGUN, **told, actual_completion_unread="2022.1")
        assert "处置方式栏记“已征缴闲置费”，处置日期栏记“待定”" in row["evidence"]
        assert "闲置费已征缴" not in row["evidence"]

    def test_one_that_lies_ahead_is_told(self) -> None:
        row = found(**DUE, disposal="已收回", disposal_date="2026-05-01")
        assert row["finding"] == "suspected_idle"
        assert "“已收回”（2026-05-01），截至 2025-12-31 尚未发生" in row["evidence"]


def test_a_letter_of_recognition_stands_and_the_sentence_stays_true() -> None:
    row = found(**DUE, actual_start_unread="2020.1", finding_no="认〔2022〕1号")
    assert (row["finding"], row["idle_class"]) == ("suspected_idle", "")
    assert "未动工" not in row["evidence"]
    assert pd.isna(row["fee_wan"])


def test_a_start_without_permit_that_the_rules_take_for_none_is_told() -> None:
    told = read_rules().model_dump()
    told["start"]["permit"] = "required"
    row = found(RuleSet.model_validate(told), **DUE, actual_start="2020-02-01")
    assert row["finding"] == "suspected_idle"
    assert "未动工（2020-02-01 动工而无施工许可证，按规则视为未动工）" in row["evidence"]


TEXTS = st.none() | st.sampled_from(
    [
        "2020.1",
        "已动工",
        "未动工",
        "在建",
        "停工",
        "已竣工",
        "未约定",
        "待定",
        "未交地",
        "一期2021年",
    ]
)
DAYS = st.none() | st.dates(pd.Timestamp("2017-01-01").date(), pd.Timestamp(DAY).date())


@given(
    st.fixed_dictionaries(dict.fromkeys(DAY_COLUMNS, DAYS)),
    st.fixed_dictionaries(dict.fromkeys(DAY_COLUMNS, TEXTS)),
    st.sampled_from([None, "收回", "已动工", "临时使用", "延期", "其他", "拟收回"]),
)
def test_no_sentence_denies_what_the_record_holds(
    days: dict[str, Any], texts: dict[str, Any], disposal: str | None
) -> None:
    beside = {f"{name}_unread": text for name, text in texts.items() if days[name] is None}
    record = {**days, **beside, "disposal": disposal, **LITTLE, **HOLDER}
    row = found(**record)
    said = row["evidence"]
    if beside.get("agreed_start_unread") not in {None, "未约定"}:
        assert "无约定动工日期" not in said
    if beside.get("agreed_completion_unread") is not None:
        assert "无约定竣工日期" not in said
    if beside.get("handover_date_unread") is not None:
        assert "也无实际交地日期" not in said
    text = beside.get("actual_start_unread")
    if text is not None and text != "未动工":
        assert "未动工，" not in said
        assert "未动工（" not in said
    if row["finding"] == "indeterminate":
        assert pd.isna(row["fee_wan"])


@pytest.mark.parametrize("text", ["2021年3月1日开工后停工", "2021年3月1日动工，现已烂尾停工"])
def test_a_start_with_its_day_that_was_suspended_since(text: str) -> None:
    row = found(**DUE, **LITTLE, actual_start_unread=text)
    assert (row["finding"], row["started"]) == ("indeterminate", True)
    assert row["evidence"].startswith("2021-03-01 动工；")
    assert f"“{text}”，中止日期不明" in row["evidence"]
    assert "动工日期不明" not in row["evidence"]
    assert found(**DUE, **MUCH, actual_start_unread="停工后已复工")["finding"] == "in_progress"


def test_without_any_column_on_the_start_nobody_has_failed_to_start() -> None:
    frame = pd.DataFrame([DUE, {**DUE, "agreed_start": "2027-03-01"}])
    blind = judge_supply(frame, DAY, start_told=False)
    assert blind["finding"].tolist() == ["indeterminate", "not_due"]
    assert "表中没有实际动工日期一列" in blind["evidence"][0]
    assert "未动工" not in blind["evidence"][0]
    assert blind["start_unclear"].tolist() == [True, False]
    assert judge_supply(frame, DAY)["finding"].tolist() == ["suspected_idle", "not_due"]


def test_a_start_on_no_area_is_flagged() -> None:
    row = found(**BEGUN, area_developed_m2=0.0)
    assert "started_no_area" in row["flags"].split(";")
    assert "started_no_area" not in found(**BEGUN, **LITTLE)["flags"]


@pytest.mark.parametrize("column", ["actual_completion", "suspended_since"])
@pytest.mark.parametrize("text", ["在建", "施工中", "建设中，预计2026年", "在建；“是否动工”为“否”"])
def test_work_that_another_column_tells_of_is_no_start_and_no_absence_of_one(
    column: str, text: str
) -> None:
    row = found(**DUE, **{column + "_unread": text})
    assert row["finding"] == "indeterminate"
    assert text in row["evidence"]
    assert found(**DUE, actual_start="2020-02-01", **{column + "_unread": text})["started"]
    assert found(**DUE, actual_completion_unread="未竣工")["finding"] == "suspected_idle"
