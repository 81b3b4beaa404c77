"""The law by hand: every rule of the measures on idle land, on both sides of each of its limits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from yngis.analysis.audit.idle_land.idle import FINDINGS, judge_supply
from yngis.analysis.audit.idle_land.idle_rules import RuleSet, read_rules
from yngis.catalogue.tables.rows.row_faults import row_rules

NATIONAL = read_rules()


def found(as_of: str, rules: RuleSet | None = None, **record: Any) -> Any:
    """The finding on one record."""
    frame = pd.DataFrame({name: [value] for name, value in record.items()}, index=["K7"])
    findings = judge_supply(frame, as_of, rules)
    assert list(findings.index) == ["K7"]
    return findings.iloc[0]


def rules_with(**sections: dict[str, Any]) -> RuleSet:
    """The national rules with some settings changed, read anew so that they are checked."""
    told = NATIONAL.model_dump()
    for section, settings in sections.items():
        told[section] = {**told[section], **settings}
    return RuleSet.model_validate(told)


DUE = {"agreed_start": "2020-03-01"}
SUSPENDED = {
    "agreed_start": "2018-01-01",
    "actual_start": "2018-01-01",
    "agreed_completion": "2030-01-01",
    "area_to_develop_m2": 30_000.0,
    "invest_total_wan": 10_000.0,
    "suspended_since": "2020-01-01",
}


class TestNotStarted:
    """Art. 2 (1): a full year past the agreed start; art. 14: the second year."""

    # Civil Code 201-203: 2020-03-01 is not counted, the year's last day is 2021-03-01, the 365th
    # past it, which ends at 24:00; it is full on the 366th. Two years: full on the 731st.
    @pytest.mark.parametrize(
        ("as_of", "finding", "idle_class", "days"),
        [
            ("2019-12-31", "not_due", "", -61),
            ("2020-03-01", "not_due", "", 0),  # the start day itself is still in time
            ("2020-03-02", "overdue_start", "", 1),
            ("2021-02-28", "overdue_start", "", 364),
            ("2021-03-01", "overdue_start", "", 365),
            ("2021-03-02", "suspected_idle", "1-2", 366),
            ("2022-03-01", "suspected_idle", "1-2", 730),
            ("2022-03-02", "suspected_idle", ">=2", 731),
            ("2032-03-01", "suspected_idle", ">=2", 4383),
        ],
    )
    def test_by_day(self, as_of: str, finding: str, idle_class: str, days: int) -> None:
        row = found(as_of, **DUE)
        assert (row["finding"], row["idle_class"], row["days"]) == (finding, idle_class, days)
        idle = finding == "suspected_idle"
        assert row["branch"] == ("not_started" if idle else "")
        assert (
            row["idle_since"] == pd.Timestamp("2021-03-02") if idle else pd.isna(row["idle_since"])
        )
        assert "第二条第一款" in row["rule"]

    @pytest.mark.parametrize(
        ("as_of", "finding", "idle_class"),
        [
            ("2021-02-28", "overdue_start", ""),
            ("2021-03-01", "suspected_idle", "1-2"),
            ("2022-02-28", "suspected_idle", "1-2"),
            ("2022-03-01", "suspected_idle", ">=2"),
        ],
    )
    def test_the_boundary_day_is_a_rule(self, as_of: str, finding: str, idle_class: str) -> None:
        row = found(as_of, rules_with(counting={"boundary_day": "anniversary"}), **DUE)
        assert (row["finding"], row["idle_class"]) == (finding, idle_class)

    @pytest.mark.parametrize(
        ("policy", "before", "on"),
        [("last_of_month", "2021-02-28", "2021-03-01"), ("next_day", "2021-03-01", "2021-03-02")],
    )
    def test_29_february(self, policy: str, before: str, on: str) -> None:
        rules = rules_with(counting={"missing_day": policy})
        leap = {"agreed_start": "2020-02-29"}
        assert found(before, rules, **leap)["finding"] == "overdue_start"
        row = found(on, rules, **leap)
        assert row["finding"] == "suspected_idle"
        assert row["idle_since"] == pd.Timestamp(on)
        # The second anniversary lacks the day too, the fourth has it.
        assert found("2022-02-28", rules, **leap)["idle_class"] == "1-2"
        assert found("2022-03-02", rules, **leap)["idle_class"] == ">=2"

    def test_national_default_for_29_february_is_the_last_of_the_month(self) -> None:
        assert NATIONAL.counting.missing_day == "last_of_month"
        # Civil Code 202: the last day of the month, 28 February, is the year's last day.
        assert found("2021-02-28", agreed_start="2020-02-29")["finding"] == "overdue_start"
        assert found("2021-03-01", agreed_start="2020-02-29")["finding"] == "suspected_idle"

    # Spring Festival 2021: 11 to 17 February; Sunday the 7th and Saturday the 20th were worked.
    @pytest.mark.parametrize(
        ("due", "counting", "idle_since"),
        [
            ("2020-02-10", {}, "2021-02-11"),
            ("2020-02-11", {}, "2021-02-12"),
            ("2020-02-10", {"holidays": ["2021-02-11..2021-02-17"]}, "2021-02-11"),
            ("2020-02-11", {"holidays": ["2021-02-11..2021-02-17"]}, "2021-02-19"),
            ("2020-02-17", {"holidays": ["2021-02-11..2021-02-17"]}, "2021-02-19"),
            ("2020-02-13", {"weekends": True}, "2021-02-16"),  # a Saturday: Monday is the last day
            ("2020-02-20", {"weekends": True}, "2021-02-23"),
            ("2020-02-20", {"weekends": True, "workdays": ["2021-02-20"]}, "2021-02-21"),
        ],
    )
    def test_a_year_does_not_end_on_a_holiday(
        self, due: str, counting: dict[str, Any], idle_since: str
    ) -> None:
        rules = rules_with(counting=counting)
        assert found("2022-01-01", rules, agreed_start=due)["idle_since"] == pd.Timestamp(
            idle_since
        )
        the_day_before = pd.Timestamp(idle_since) - pd.Timedelta(days=1)
        row = found(str(the_day_before.date()), rules, agreed_start=due)
        assert row["finding"] == "overdue_start"

    @pytest.mark.parametrize(
        ("as_of", "counting", "told"),
        [
            ("2021-03-02", {}, True),
            ("2021-03-11", {}, True),
            ("2021-03-12", {}, False),
            ("2022-03-01", {}, False),
            ("2022-03-02", {}, True),  # the second year has just become full
            ("2021-03-02", {"holidays": ["2021-02-11"]}, False),
            ("2021-03-02", {"check_days": 0}, False),
        ],
    )
    def test_a_holiday_nobody_looked_for_is_told(
        self,
        as_of: str,
        counting: dict[str, Any],
        told: bool,  # noqa: FBT001
    ) -> None:
        row = found(as_of, rules_with(counting=counting), **DUE)
        assert ("holiday_unchecked" in row["flags"].split(";")) is told

    def test_a_start_that_lies_ahead_has_not_happened(self) -> None:
        later = {**DUE, "actual_start": "2021-06-01"}
        assert found("2021-05-31", **later)["finding"] == "suspected_idle"
        assert found("2021-06-01", **later)["finding"] == "in_progress"


class TestStartDate:
    """Art. 22: where no start was agreed, a year after the land was handed over."""

    @pytest.mark.parametrize(
        ("as_of", "finding"),
        [
            ("2021-01-01", "not_due"),
            ("2021-01-02", "overdue_start"),
            ("2022-01-01", "overdue_start"),
            ("2022-01-02", "suspected_idle"),
        ],
    )
    def test_deemed_start(self, as_of: str, finding: str) -> None:
        row = found(as_of, handover_date="2020-01-01")
        assert row["finding"] == finding
        assert row["start_due"] == pd.Timestamp("2021-01-01")
        assert row["start_basis"] == "handover"
        assert "第二十二条" in row["rule"]

    @pytest.mark.parametrize("as_of", ["1999-01-01", "2025-12-31", "2099-01-01"])
    def test_neither_date_is_never_cleared(self, as_of: str) -> None:
        row = found(as_of, holder="甲公司")
        assert row["finding"] == "indeterminate"
        assert pd.isna(row["start_due"])
        assert pd.isna(row["days"])
        assert "无约定动工日期" in row["evidence"]

    @pytest.mark.parametrize(
        ("extended", "due", "basis"),
        [
            ("2021-03-01", "2021-03-01", "extended"),
            ("2020-02-01", "2020-03-01", "agreed"),  # never earlier than what was agreed
            (None, "2020-03-01", "agreed"),
        ],
    )
    def test_an_extension_moves_the_start(self, extended: str | None, due: str, basis: str) -> None:
        row = found("2021-03-01", **DUE, extended_start=extended)
        late = found("2021-03-02", **DUE, extended_start=extended)
        assert late["finding"] == ("overdue_start" if basis == "extended" else "suspected_idle")
        assert row["start_due"] == pd.Timestamp(due)
        assert row["start_basis"] == basis
        assert row["finding"] == ("not_due" if basis == "extended" else "overdue_start")

    def test_an_extension_alone_is_a_start_date(self) -> None:
        assert found("2022-01-02", extended_start="2021-01-01")["finding"] == "suspected_idle"

    def test_hand_over_after_the_agreed_start_is_told(self) -> None:
        row = found(
            "2021-03-02",
            **DUE,
            handover_date="2020-08-01",
            idle_cause="企业原因",
            price_wan=1_000.0,
        )
        assert row["finding"] == "suspected_idle"
        assert "late_handover" in row["flags"].split(";")
        assert "实际交地晚于" in row["evidence"]
        # Art. 8 (1) may hold whatever the record names as the cause: no sum is told.
        assert pd.isna(row["fee_wan"])
        assert "先查明是否属政府原因" in row["action"]
        assert "第十四条" not in row["rule"]


class TestSuspended:
    """Art. 2 (2): started, one of the shares too small, and suspended for a full year."""

    @pytest.mark.parametrize(
        ("area_m2", "invested", "as_of", "finding"),
        [
            # DOMAIN 2.5: 400 days suspended; 0.3333 of the area is less than a third.
            (9_999.0, 8_000.0, "2021-02-04", "suspected_idle"),
            (10_000.0, 2_500.0, "2021-02-04", "in_progress"),  # exactly 1/3 and exactly 25 %
            (10_000.0, 2_499.99, "2021-02-04", "suspected_idle"),
            (9_999.99, 2_500.0, "2021-02-04", "suspected_idle"),
            (9_999.99, 2_499.99, "2021-02-04", "suspected_idle"),
            (27_000.0, 2_490.0, "2020-12-30", "suspended"),  # 364 days
            (27_000.0, 2_490.0, "2020-12-31", "suspended"),  # 365 days: 2020 has 366
            (27_000.0, 2_490.0, "2021-01-01", "suspended"),  # 366 days, the year's last day
            (27_000.0, 2_490.0, "2021-01-02", "suspected_idle"),
            (0.0, 0.0, "2020-12-31", "suspended"),
            (30_000.0, 10_000.0, "2021-02-04", "in_progress"),
        ],
    )
    def test_shares_and_year(
        self, area_m2: float, invested: float, as_of: str, finding: str
    ) -> None:
        row = found(as_of, **SUSPENDED, area_developed_m2=area_m2, invested_wan=invested)
        assert row["finding"] == finding
        assert row["branch"] == ("" if finding == "in_progress" else "suspended")

    def test_a_third_is_a_third_in_any_unit(self) -> None:
        # Thirds of decimal areas are not exact in binary: none of these may fall below.
        for whole in (0.3, 0.9, 9.9, 33.3, 12_345.6, 99_999.9):
            row = found(
                "2021-02-04",
                **{**SUSPENDED, "area_to_develop_m2": whole},
                area_developed_m2=whole / 3,
                invested_wan=9_000.0,
            )
            assert row["finding"] == "in_progress", whole

    @pytest.mark.parametrize(
        ("area_m2", "invested", "finding"),
        [
            (9_000.0, None, "suspected_idle"),  # one share too small is enough
            (None, 2_000.0, "suspected_idle"),
            (20_000.0, None, "indeterminate"),  # the other may be too small
            (None, 5_000.0, "indeterminate"),
            (None, None, "indeterminate"),
        ],
    )
    def test_a_missing_share(
        self, area_m2: float | None, invested: float | None, finding: str
    ) -> None:
        row = found("2021-02-04", **SUSPENDED, area_developed_m2=area_m2, invested_wan=invested)
        assert row["finding"] == finding
        if finding == "indeterminate":
            assert "缺" in row["evidence"]

    @pytest.mark.parametrize(
        ("area_m2", "invested", "finding"),
        [
            (9_000.0, 2_000.0, "suspected_idle"),
            (9_000.0, 2_500.0, "in_progress"),
            (9_000.0, None, "indeterminate"),
            (20_000.0, None, "in_progress"),
        ],
    )
    def test_rules_that_ask_for_both(
        self, area_m2: float | None, invested: float | None, finding: str
    ) -> None:
        rules = rules_with(suspended={"shares": "all"})
        row = found(
            "2021-02-04", rules, **SUSPENDED, area_developed_m2=area_m2, invested_wan=invested
        )
        assert row["finding"] == finding

    def test_zero_to_develop_is_an_unknown_share(self) -> None:
        row = found(
            "2021-02-04",
            **{**SUSPENDED, "area_to_develop_m2": 0.0},
            area_developed_m2=0.0,
            invested_wan=9_000.0,
        )
        assert row["finding"] == "indeterminate"
        assert pd.isna(row["area_share"])

    def test_second_year(self) -> None:
        little = {**SUSPENDED, "area_developed_m2": 1.0, "invested_wan": 1.0}
        assert found("2022-01-01", **little)["idle_class"] == "1-2"
        assert found("2022-01-02", **little)["idle_class"] == ">=2"
        assert found("2022-01-02", **little)["days"] == 732  # 366 + 365 + 1

    def test_work_that_stopped_and_finished_is_finished(self) -> None:
        done = {**SUSPENDED, "area_developed_m2": 1.0, "actual_completion": "2021-12-31"}
        assert found("2021-12-30", **done)["finding"] == "suspected_idle"
        assert found("2021-12-31", **done)["finding"] == "completed"

    def test_a_suspension_dated_before_the_start_counts_from_the_start(self) -> None:
        odd = {**SUSPENDED, "suspended_since": "2017-01-01", "area_developed_m2": 1.0}
        assert found("2019-01-01", **odd)["finding"] == "suspended"
        assert found("2019-01-02", **odd)["finding"] == "suspected_idle"


class TestBuilding:
    @pytest.mark.parametrize(
        ("as_of", "finding", "days"),
        [("2023-06-30", "in_progress", 0), ("2023-07-01", "overdue_completion", 1)],
    )
    def test_agreed_completion(self, as_of: str, finding: str, days: int) -> None:
        row = found(as_of, **DUE, actual_start="2020-02-01", agreed_completion="2023-06-30")
        assert (row["finding"], row["days"]) == (finding, days)

    def test_no_agreed_completion_is_in_progress(self) -> None:
        row = found("2030-01-01", **DUE, actual_start="2020-02-01")
        assert row["finding"] == "in_progress"
        assert "无约定竣工日期" in row["evidence"]

    def test_started_late_is_no_longer_idle(self) -> None:
        assert found("2025-01-01", **DUE, actual_start="2024-01-01")["finding"] == "in_progress"

    def test_traces_of_work_without_a_start_date_clear_nothing(self) -> None:
        traces = {**DUE, "area_developed_m2": 500.0}
        assert found("2020-03-01", **traces)["finding"] == "not_due"
        row = found("2020-03-02", **traces)
        assert row["finding"] == "indeterminate"
        assert "动工情况不明" in row["evidence"]

    @pytest.mark.parametrize(
        ("policy", "finding", "flagged"),
        [
            ("ignore", "in_progress", False),
            ("flag", "in_progress", True),
            ("required", "suspected_idle", False),
        ],
    )
    def test_a_start_without_a_permit(self, policy: str, finding: str, flagged: bool) -> None:  # noqa: FBT001
        rules = rules_with(start={"permit": policy})
        row = found("2022-01-01", rules, **DUE, actual_start="2020-02-01", permit_no=" ")
        assert row["finding"] == finding
        assert ("no_permit" in row["flags"]) is flagged
        permitted = found("2022-01-01", rules, **DUE, actual_start="2020-02-01", permit_no="5301")
        assert permitted["finding"] == "in_progress"
        assert "no_permit" not in permitted["flags"]


class TestConsequences:
    """Art. 8, 12 and 14: who answers for it, the fee of 20 %, recovery."""

    @pytest.mark.parametrize(
        ("cause", "as_of", "fee", "said", "article"),
        [
            ("企业原因", "2021-03-02", 200.0, "征缴土地闲置费 200 万元", "第十四条第（一）项"),
            ("企业原因", "2022-03-01", 200.0, "征缴土地闲置费 200 万元", "第十四条第（一）项"),
            ("企业原因", "2022-03-02", 0.0, "无偿收回", "第十四条第（二）项"),
            ("政府原因", "2021-03-02", 0.0, "不收闲置费、不无偿收回", "第八条、第十二条"),
            ("政府原因", "2022-03-02", 0.0, "不收闲置费、不无偿收回", "第八条、第十二条"),
            ("不可抗力", "2022-03-02", 0.0, "不收闲置费、不无偿收回", "第八条、第十二条"),
            ("司法查封", "2022-03-02", None, "不自动判定责任", None),
            ("", "2022-03-02", None, "先查明闲置原因", None),
            (None, "2021-03-02", None, "先查明闲置原因", None),
            ("政府原因致企业无法开工", "2021-03-02", 0.0, "不收闲置费", "第八条、第十二条"),
            ("非政府原因", "2021-03-02", None, "先查明闲置原因", None),
            ("政府原因；企业原因", "2021-03-02", None, "先查明闲置原因", None),
            ("非企业原因", "2021-03-02", 0.0, "不收闲置费", "第八条、第十二条"),
        ],
    )
    def test_by_cause(
        self, cause: str | None, as_of: str, fee: float | None, said: str, article: str | None
    ) -> None:
        row = found(as_of, **DUE, price_wan=1_000.0, idle_cause=cause)
        assert row["finding"] == "suspected_idle"
        assert (pd.isna(row["fee_wan"]) and fee is None) or row["fee_wan"] == fee
        assert said in row["action"]
        assert row["recovery"] == (article == "第十四条第（二）项")
        assert row["rule"] == ("；".join(filter(None, ["第二条第一款", article])))

    def test_no_fee_before_the_year_is_full(self) -> None:
        row = found("2021-03-01", **DUE, price_wan=1_000.0, idle_cause="企业原因")
        assert pd.isna(row["fee_wan"])

    @pytest.mark.parametrize("price", [None, 0.0, -5.0])
    def test_a_missing_price_leaves_the_fee_open(self, price: float | None) -> None:
        # Allocated land often has a price of 0: a fee of 0 万元 would be a false statement.
        row = found("2021-03-02", **DUE, idle_cause="企业原因", price_wan=price)
        assert pd.isna(row["fee_wan"])
        assert "征缴土地闲置费（价款缺失或为 0" in row["action"]
        assert "price_missing" in row["flags"].split(";")

    def test_a_price_is_asked_for_only_where_a_fee_arises(self) -> None:
        for cause in ("政府原因", "", "司法查封"):
            row = found("2021-03-02", **DUE, idle_cause=cause, price_wan=0.0)
            assert "price_missing" not in row["flags"]
        row = found("2022-03-02", **DUE, idle_cause="企业原因", price_wan=0.0)
        assert (row["fee_wan"], "price_missing" in row["flags"]) == (0.0, False)

    def test_a_seized_parcel_is_flagged_and_not_judged(self) -> None:
        row = found("2021-03-02", **DUE, price_wan=1_000.0, idle_cause="企业原因", seized=True)
        assert row["finding"] == "suspected_idle"
        assert pd.isna(row["fee_wan"])
        assert "seized" in row["flags"]
        assert "司法查封" in row["action"]
        assert "第十四条" not in row["rule"]

    # Art. 14 speaks of land not started; art. 2 (2) "也可以认定" and art. 12 of what was suspended.
    @pytest.mark.parametrize(
        ("settings", "as_of", "fee", "said", "rule"),
        [
            ({}, "2021-01-02", None, "闲置费依合同约定，待定；不作无偿收回", "第十二条"),
            ({}, "2022-01-02", None, "闲置费依合同约定，待定；不作无偿收回", "第十二条"),
            ({"fee": "none"}, "2022-01-02", 0.0, "不收闲置费、不无偿收回", "第十二条"),
            (
                {"fee": "as_not_started"},
                "2021-01-02",
                200.0,
                "征缴土地闲置费 200 万元",
                "第十二条；第十四条第（一）项",
            ),
            (
                {"fee": "as_not_started"},
                "2022-01-02",
                200.0,
                "征缴土地闲置费 200 万元",
                "第十二条；第十四条第（一）项",
            ),
            (
                {"recovery": "as_not_started"},
                "2022-01-02",
                0.0,
                "报经批准无偿收回",
                "第十二条；第十四条第（二）项",
            ),
            ({"recovery": "as_not_started"}, "2021-01-02", None, "闲置费依合同约定", "第十二条"),
        ],
    )
    def test_what_follows_a_suspension(
        self, settings: dict[str, Any], as_of: str, fee: float | None, said: str, rule: str
    ) -> None:
        little = {**SUSPENDED, "area_developed_m2": 1.0, "invested_wan": 1.0}
        little |= {"price_wan": 1_000.0, "idle_cause": "企业原因"}
        row = found(as_of, rules_with(suspended=settings), **little)
        assert row["finding"] == "suspected_idle"
        assert (pd.isna(row["fee_wan"]) and fee is None) or row["fee_wan"] == fee
        assert said in row["action"]
        assert row["rule"] == f"第二条第二款；{rule}"
        assert row["recovery"] == ("第十四条第（二）项" in rule)
        assert (
            "无偿收回" in row["action"].replace("不作无偿收回", "").replace("不无偿收回", "")
        ) is (fee == 0.0 and settings.get("recovery") == "as_not_started")

    def test_suspended_by_a_cause_of_the_governments(self) -> None:
        little = {**SUSPENDED, "area_developed_m2": 1.0, "invested_wan": 1.0}
        row = found("2022-01-02", **little, idle_cause="规划调整", price_wan=10.0)
        assert row["fee_wan"] == 0.0
        assert "不收闲置费、不无偿收回" in row["action"]

    def test_another_share_of_the_price(self) -> None:
        rules = rules_with(fee={"share_of_price": "15 %"})
        row = found("2021-03-02", rules, **DUE, idle_cause="企业原因", price_wan=333.0)
        assert row["fee_wan"] == pytest.approx(49.95, rel=1e-12)


class TestDisposal:
    @pytest.mark.parametrize(
        ("disposal", "day", "as_of", "finding"),
        [
            ("协议有偿收回", "2022-05-01", "2022-04-30", "suspected_idle"),
            ("协议有偿收回", "2022-05-01", "2022-05-01", "disposed"),
            ("收回", None, "2022-05-01", "disposed"),
            ("拟收回", "2022-05-01", "2022-05-01", "suspected_idle"),
            ("无", None, "2022-05-01", "suspected_idle"),
            ("已征缴闲置费", "2021-04-01", "2022-03-01", "disposed"),
            ("已征缴闲置费", "2021-04-01", "2022-03-02", "suspected_idle"),
            # To which day it was put off is not on record: neither cleared nor accused.
            ("延长动工期限", "2021-04-01", "2022-03-02", "indeterminate"),
            ("申请延长动工期限", "2021-04-01", "2022-03-02", "suspected_idle"),
            ("其他方式", None, "2022-03-01", "suspected_idle"),
            (None, "2022-03-01", "2022-03-01", "disposed"),
        ],
    )
    def test_effects(self, disposal: str | None, day: str | None, as_of: str, finding: str) -> None:
        row = found(as_of, **DUE, disposal=disposal, disposal_date=day)
        assert row["finding"] == finding
        assert ("disposal_undated" in row["flags"]) is (disposal is not None and day is None)

    def test_a_fee_paid_does_not_stop_the_clock(self) -> None:
        row = found(
            "2022-03-02",
            **DUE,
            disposal="已征缴闲置费",
            disposal_date="2021-04-01",
            idle_cause="企业原因",
        )
        assert "无偿收回" in row["action"]
        assert "闲置费已征缴" in row["evidence"]

    def test_an_extension_with_its_date_does(self) -> None:
        row = found(
            "2022-03-01",
            **DUE,
            disposal="延长动工期限",
            disposal_date="2021-04-01",
            extended_start="2022-04-01",
        )
        assert row["finding"] == "not_due"

    def test_transferred_land_is_judged_again_once_work_starts(self) -> None:
        sold = {**DUE, "disposal": "转让盘活", "disposal_date": "2022-01-01"}
        assert found("2023-01-01", **sold)["finding"] == "disposed"
        begun = {**sold, "actual_start": "2022-06-01", "agreed_completion": "2022-12-31"}
        assert found("2023-01-01", **begun)["finding"] == "overdue_completion"


class TestLimits:
    """Art. 12: an extension of a year at most, temporary use of two years at most."""

    @pytest.mark.parametrize(
        ("extended", "too_long"),
        [("2021-03-01", False), ("2021-03-02", True), ("2023-12-01", True), ("2020-02-01", False)],
    )
    def test_an_extension(self, extended: str, too_long: bool) -> None:  # noqa: FBT001
        row = found("2025-12-31", **DUE, extended_start=extended)
        assert ("extension_too_long" in row["flags"].split(";")) is too_long
        assert ("超过 1 年" in row["evidence"]) is too_long
        assert ("第十二条第一款第（一）项" in row["rule"]) is too_long

    def test_an_extension_too_long_is_told_before_it_is_due(self) -> None:
        row = found("2023-06-01", **DUE, extended_start="2023-12-01")
        assert row["finding"] == "not_due"
        assert "延期自 2020-03-01 至 2023-12-01，超过 1 年" in row["evidence"]

    def test_the_limit_is_a_rule(self) -> None:
        rules = rules_with(start={"extension_months": 48})
        assert (
            "extension_too_long"
            not in found("2025-12-31", rules, **DUE, extended_start="2023-12-01")["flags"]
        )

    # Arranged on 2021-06-01: two years end with 2023-06-01.
    @pytest.mark.parametrize(
        ("as_of", "finding"),
        [
            ("2021-06-01", "disposed"),
            ("2023-06-01", "disposed"),
            ("2023-06-02", "indeterminate"),
            ("2025-12-31", "indeterminate"),
        ],
    )
    def test_temporary_use_ends(self, as_of: str, finding: str) -> None:
        row = found(as_of, **DUE, disposal="政府安排临时使用", disposal_date="2021-06-01")
        assert row["finding"] == finding
        assert "2023-06-02 期满" in row["evidence"]
        assert ("temporary_expired" in row["flags"]) is (finding == "indeterminate")

    def test_temporary_use_without_a_day_clears_nothing(self) -> None:
        row = found("2025-12-31", **DUE, disposal="临时使用")
        assert row["finding"] == "indeterminate"
        assert "处置日期未记" in row["evidence"]

    @pytest.mark.parametrize(
        ("extended", "finding", "too_long"),
        [
            ("2024-06-01", "suspected_idle", False),
            ("2025-06-01", "overdue_start", True),
            ("2021-05-01", "indeterminate", False),  # agreed before the use, not after it
        ],
    )
    def test_a_start_agreed_anew_after_it_counts(
        self,
        extended: str,
        finding: str,
        too_long: bool,  # noqa: FBT001
    ) -> None:
        row = found(
            "2025-12-31",
            **DUE,
            disposal="临时使用",
            disposal_date="2021-06-01",
            extended_start=extended,
        )
        assert row["finding"] == finding
        told = "extension_too_long" in row["flags"].split(";")
        assert told is too_long

    def test_the_length_of_temporary_use_is_a_rule(self) -> None:
        told = NATIONAL.model_dump()
        for disposal in told["disposals"]:
            if disposal["code"] == "temporary":
                disposal["lasts_months"] = 60
        rules = RuleSet.model_validate(told)
        row = found("2025-12-31", rules, **DUE, disposal="临时使用", disposal_date="2021-06-01")
        assert row["finding"] == "disposed"


def test_what_the_remedies_say_is_what_the_program_does() -> None:
    """The text of a doubt about a disposal, against the finding that it comes with."""
    rules = row_rules()
    for text, rule in (("其他方式", "disposal_unread"), ("拟收回", "disposal_not_done")):
        row = found("2022-03-02", **DUE, disposal=text)
        assert rule in row["flags"].split(";")
        assert row["finding"] == "suspected_idle"
        assert "不销号" in rules[rule].zh
        assert "已处置计" not in rules[rule].zh
    assert found("2022-03-02", **DUE, disposal="延期")["finding"] == "indeterminate"
    assert "不判闲置也不销号" in rules["extension_without_date"].zh


class TestRecognition:
    def test_the_bare_word_needs_a_letter_of_recognition(self) -> None:
        plain = found("2022-03-01", **DUE)
        assert not plain["recognised"]
        recognised = found("2022-03-01", **DUE, finding_no="昆自然资闲认〔2021〕3号")
        assert recognised["recognised"]
        assert "已有认定书 昆自然资闲认〔2021〕3号" in recognised["evidence"]
        assert (
            "调查通知书"
            not in found("2022-03-01", **DUE, finding_no="3号", idle_cause="企业原因")["action"]
        )

    def test_gaps_in_the_record_do_not_undo_a_recognition(self) -> None:
        row = found("2022-03-01", finding_no="3号", idle_cause="企业原因", price_wan=10.0)
        assert row["finding"] == "suspected_idle"
        assert row["idle_class"] == ""
        assert pd.isna(row["fee_wan"])

    def test_nothing_says_idle_without_suspicion_or_letter(self) -> None:
        for name in FINDINGS.values():
            assert "闲置" not in name.replace("疑似闲置", "")
        record = {**SUSPENDED, "area_developed_m2": 1.0, "invested_wan": 1.0}
        for row in (found("2025-01-01", **record), found("2025-01-01", **DUE)):
            assert "闲置" not in row["evidence"]


class TestEvidence:
    def test_it_can_be_checked_by_hand(self) -> None:
        row = found("2022-03-02", **DUE)
        assert row["evidence"] == (
            "约定动工日期 2020-03-01，至 2022-03-02 未动工，已逾期 731 日，"
            "已满 2 年（2021-03-02 满 1 年）"
        )
        row = found("2021-02-04", **SUSPENDED, area_developed_m2=9_999.0, invested_wan=8_000.0)
        assert row["evidence"] == (
            "2018-01-01 动工，2020-01-01 起中止开发，至 2021-02-04 已 400 日，"
            "已满 1 年（2021-01-02）；"
            "已动工面积 9 999 m² ÷ 应动工面积 30 000 m² = 33.3300%，不足三分之一；"
            "已投资额 8 000 万元 ÷ 总投资额 10 000 万元 = 80.00%，不低于百分之二十五"
        )

    def test_a_share_near_its_limit_is_written_out(self) -> None:
        # 9 999.9 / 30 000 = 33.333 % would read as a third with two digits.
        row = found("2021-02-04", **SUSPENDED, area_developed_m2=9_999.9, invested_wan=9_000.0)
        assert "33.3330%，不足三分之一" in row["evidence"]


def test_dates_may_come_as_dates() -> None:
    frame = pd.DataFrame({"agreed_start": [dt.date(2020, 3, 1), None]})
    assert judge_supply(frame, dt.date(2021, 3, 2))["finding"].tolist() == [
        "suspected_idle",
        "indeterminate",
    ]


def test_no_records_no_findings() -> None:
    findings = judge_supply(pd.DataFrame({"agreed_start": []}), "2021-03-01")
    assert len(findings) == 0
    assert "evidence" in findings
