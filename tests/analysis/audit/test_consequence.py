"""The plan's rule by hand: each criterion on both sides of its threshold, each logic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.analysis.audit.quota_rules import PlanRule, read_plan_rule
from yngis.analysis.audit.quota_verdicts import quota_consequences
from yngis.errors import SpecError

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = read_plan_rule()
HA = 10_000.0


def ratios(**zones: dict[str, tuple[float, float] | str]) -> pd.DataFrame:
    """Ratios by zone, each as numerator and denominator [ha], or the reason why there is none."""
    rows = []
    for zone, told in zones.items():
        for ratio, value in told.items():
            if isinstance(value, str):
                rows.append((zone, ratio, np.nan, np.nan, np.nan, value))
            else:
                part, whole = value
                rows.append((zone, ratio, part / whole, part * HA, whole * HA, ""))
    columns = ["place", "ratio", "value", "numerator_m2", "denominator_m2", "reason"]
    return pd.DataFrame(rows, columns=columns)


def rule(side: str = "sanction", **changes: Any) -> PlanRule:
    told = SHIPPED.model_dump()
    told[side] |= changes
    return PlanRule.model_validate(told)


def criterion(code: str, measure: str, **limits: Any) -> dict[str, Any]:
    return {"code": code, "zh": code, "measure": measure, "basis": "试", **limits}


NEVER = [criterion("never", "idle_rate", at_least="100 %")]
RATE = criterion("rate", "supply_rate_5y", fallback="supply_rate", below="60 %")
IDLE = criterion("idle", "idle_rate", above="10 %")
STOCK = criterion("stock", "unsupplied_disposal_rate", below="25 %")


def verdict(told: pd.DataFrame, plan: PlanRule, zone: str = "甲", **more: Any) -> Any:
    return quota_consequences(told, plan, **more).verdicts.set_index("zone").loc[zone]


@pytest.mark.parametrize(
    ("limits", "value", "holds"),
    [
        ({"below": "60 %"}, 0.5999, True),
        ({"below": "60 %"}, 0.6, False),
        ({"below": "3/5"}, 0.6, False),
        ({"at_most": "20 %"}, 0.2, True),
        ({"at_most": "20 %"}, 0.2001, False),
        ({"above": "20 %"}, 0.2, False),
        ({"above": "20 %"}, 0.2001, True),
        ({"at_least": "60 %"}, 0.6, True),
        ({"at_least": "60 %"}, 0.5999, False),
    ],
)
def test_both_sides_of_a_threshold(limits: dict[str, str], value: float, holds: bool) -> None:  # noqa: FBT001
    plan = rule(criteria=[criterion("c", "supply_rate", **limits)])
    got = quota_consequences(ratios(甲={"supply_rate": (value * 1000, 1000)}), plan)
    row = got.criteria[got.criteria["criterion"] == "c"].iloc[0]
    assert bool(row["holds"]) is holds
    assert row["value"] == pytest.approx(value)
    assert (got.verdicts["verdict"].iloc[0] == "sanction") is holds


def test_thresholds_taken_from_all_zones() -> None:
    plan = rule(
        criteria=[
            criterion("large", "idle_rate", above="2 x median"),
            criterion("last", "built_rate", below="lowest 20 %"),
        ]
    )
    # Median of idle rates 10 %; lowest fifth of built rates between 10 % and 20 %: 0.1 + 0.8 * 0.1.
    told = ratios(
        **{
            zone: {"idle_rate": (idle, 100), "built_rate": (built, 100)}
            for zone, idle, built in zip(
                "甲乙丙丁戊", (5, 10, 20, 20.1, 1), (20, 30, 40, 50, 10), strict=True
            )
        }
    )
    got = quota_consequences(told, plan).criteria.set_index(["criterion", "zone"])
    assert got.loc[("large", "甲"), "threshold"] == pytest.approx(0.2)
    assert got.loc["large"]["holds"].tolist() == [False, False, False, True, False]
    assert got.loc[("last", "甲"), "threshold"] == pytest.approx(0.18)
    assert got.loc["last"]["holds"].tolist() == [False, False, False, False, True]


BAD = {"supply_rate_5y": (40, 100), "idle_rate": (15, 100), "unsupplied_disposal_rate": (2, 10)}
HALF = {**BAD, "idle_rate": (5, 100)}
GOOD = {"supply_rate_5y": (70, 100), "idle_rate": (5, 100), "unsupplied_disposal_rate": (5, 10)}


@pytest.mark.parametrize(
    ("logic", "needed", "told", "expected"),
    [
        ("any", 1, BAD, "sanction"),
        ("any", 1, HALF, "sanction"),
        ("any", 1, GOOD, "neutral"),
        ("all", 1, BAD, "sanction"),
        ("all", 1, HALF, "neutral"),
        ("score", 3, BAD, "sanction"),
        ("score", 3, HALF, "neutral"),
        ("score", 2, HALF, "sanction"),
        ("score", 4, BAD, "neutral"),
    ],
)
def test_logic(logic: str, needed: int, told: Any, expected: str) -> None:
    plan = rule(criteria=[RATE, IDLE, STOCK], logic=logic, score_needed=needed)
    plan = PlanRule.model_validate(
        {**plan.model_dump(), "prefer": {**plan.prefer.model_dump(), "criteria": NEVER}}
    )
    assert verdict(ratios(甲=told), plan)["verdict"] == expected


@pytest.mark.parametrize(
    ("logic", "needed", "to_leave", "hectares"),
    [
        # 供地率 40/100 needs 20 ha more, 闲置 15/100 needs 5 ha less, 处置 2/10 needs 0.5 ha.
        ("any", 1, ["再供应", "处置疑似闲置", "再处置年初批而未供"], 25.5),
        ("all", 1, ["再处置年初批而未供"], 0.5),
        ("score", 3, ["再处置年初批而未供"], 0.5),
        ("score", 2, ["处置疑似闲置", "再处置年初批而未供"], 5.5),
    ],
)
def test_the_least_that_has_to_change(
    logic: str, needed: int, to_leave: list[str], hectares: float
) -> None:
    plan = rule(criteria=[RATE, IDLE, STOCK], logic=logic, score_needed=needed)
    row = verdict(ratios(甲=BAD), plan)
    assert row["hectares"] == pytest.approx(hectares)
    for words in to_leave:
        assert words in row["to_leave"]
    assert row["to_leave"].count("公顷") == len(to_leave)
    assert row["exempt"] == "国家重点项目、省级重点项目、民生保障项目仍受理"


def test_a_ratio_without_denominator_is_no_signal() -> None:
    told = ratios(甲={**GOOD, "unsupplied_disposal_rate": "分母为零：年初批而未供"})
    got = quota_consequences(told, rule(criteria=[RATE, IDLE, STOCK]))
    row = got.criteria.set_index("criterion").loc["stock"]
    assert row["holds"] is False
    assert row["note"] == "分母为零：年初批而未供"


def test_missing_data_leave_the_verdict_open_unless_the_rest_settles_it() -> None:
    lacking = "缺数据：年初批而未供"
    plan = rule(criteria=[RATE, IDLE, STOCK])
    row = verdict(ratios(甲={**GOOD, "unsupplied_disposal_rate": lacking}), plan)
    assert row["verdict"] == "undetermined"
    assert "stock" in row["why"]
    bad = {**GOOD, "idle_rate": (20, 100), "unsupplied_disposal_rate": lacking}
    assert verdict(ratios(甲=bad), plan)["verdict"] == "sanction"
    every = rule(criteria=[RATE, IDLE, STOCK], logic="all")
    assert (
        verdict(ratios(甲={**GOOD, "unsupplied_disposal_rate": lacking}), every)["verdict"]
        != "sanction"
    )


def test_the_fallback_is_taken_where_five_years_hold_nothing() -> None:
    plan = rule(criteria=[RATE])
    told = ratios(甲={"supply_rate_5y": "分母为零：前五年批准", "supply_rate": (50, 100)})
    got = quota_consequences(told, plan).criteria.set_index("criterion").loc["rate"]
    assert (got["measure"], got["holds"], got["need_ha"]) == (
        "supply_rate",
        True,
        pytest.approx(10.0),
    )


class TestAssessment:
    def test_it_is_left_out_where_none_was_given(self) -> None:
        got = quota_consequences(ratios(甲=GOOD), SHIPPED)
        assert "assessment" not in set(got.criteria["measure"])

    @pytest.mark.parametrize(
        ("result", "expected"),
        [("不合格", "sanction"), ("合格", "neutral"), ("优秀", "prefer"), (None, "undetermined")],
    )
    def test_it_decides(self, result: str | None, expected: str) -> None:
        told = ratios(
            甲={
                **GOOD,
                "unsupplied_rate": (10, 100),
                "built_rate": (90, 100),
                "idle_disposal_rate": "分母为零：年初疑似闲置",
            }
        )
        given = {"乙": "合格"} if result is None else {"甲": result}
        assert verdict(told, SHIPPED, assessment=given)["verdict"] == expected

    def test_no_hectares_mend_it(self) -> None:
        told = ratios(
            甲={**GOOD, "built_rate": (90, 100), "idle_disposal_rate": "分母为零：年初疑似闲置"}
        )
        row = verdict(told, SHIPPED, assessment={"甲": "不合格"})
        assert row["to_leave"] == "考核结果改善"
        assert row["hectares"] == 0.0


NUMBERS = st.tuples(st.floats(0, 100), st.floats(1, 100)).map(lambda pair: (min(pair), max(pair)))


@settings(max_examples=60)
@given(
    st.fixed_dictionaries(
        {"supply_rate_5y": NUMBERS, "idle_rate": NUMBERS, "unsupplied_disposal_rate": NUMBERS}
    ),
    st.sampled_from(["any", "all", "score"]),
    st.integers(1, 3),
)
def test_the_way_out_leads_out(told: dict[str, Any], logic: str, needed: int) -> None:
    plan = rule(criteria=[RATE, IDLE, STOCK], logic=logic, score_needed=needed)
    got = quota_consequences(ratios(甲=told), plan)
    row = got.verdicts.iloc[0]
    if row["verdict"] != "sanction":
        assert row["to_leave"] == ""
        return
    mended = dict(told)
    for line in got.criteria.to_dict("records"):
        if line["need"] and line["need"] in row["to_leave"]:
            part, whole = told[line["measure"]]
            change = line["need_ha"] if line["sign"] == "<" else -line["need_ha"]
            mended[line["measure"]] = (part + change, whole)
    assert verdict(ratios(甲=mended), plan)["verdict"] != "sanction"
    assert row["hectares"] >= 0.0


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("measure: supply_rate_6y", "measure: supply_rate_5y", "supply_rate_5y"),
        ("below: sixty", "below: 60 %", "1/3、25 %"),
        ("logic: some", "logic: any", "any"),
        ("above: 2 x median\n      below: 3 %", "above: 2 x median", "恰用其一"),
        ("measure: idle_rate\n      values: [A]", "measure: idle_rate", "恰用其一"),
    ],
)
def test_a_faulty_rule_is_told(tmp_path: Path, wrong: str, right: str, told: str) -> None:
    from yngis.catalogue import shipped_dir  # noqa: PLC0415

    text = (shipped_dir() / "rules" / "plan-2021.yml").read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "rule.yml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_plan_rule(path)


def test_a_task_may_name_a_year(tmp_path: Path) -> None:
    from yngis.catalogue import shipped_dir  # noqa: PLC0415

    text = (shipped_dir() / "rules" / "plan-2021.yml").read_text(encoding="utf-8")
    assert SHIPPED.approved_until is None
    path = tmp_path / "rule.yml"
    own = text.replace("approved_until: null", "approved_until: 2020")
    path.write_text(own, encoding="utf-8")
    assert read_plan_rule(path).approved_until == 2020
    path.write_text(own.replace("until: 2020", "until: 20"), encoding="utf-8")
    with pytest.raises(SpecError, match="approved_until"):
        read_plan_rule(path)


def test_every_default_says_what_it_rests_on() -> None:
    for side in (SHIPPED.sanction, SHIPPED.prefer):
        for each in side.criteria:
            assert "缺省值" in each.basis or each.measure == "assessment"
    assert SHIPPED.plan_ref == "第四章第四节三"
