"""亩均: both denominators, the plan's thresholds, and the league of A to D."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.intensity.league import grade_league, read_league
from yngis.analysis.intensity.national_averages import read_national_averages
from yngis.analysis.intensity.per_mu import PLAN_OUTPUT_PER_MU, depends_on_land, per_mu
from yngis.errors import LayerError, SpecError
from yngis.plan import plan_targets

RULES = read_league("huangyan-2022")
SHIPPED = Path(__file__).parents[3] / "yngis" / "analysis" / "schemes" / "leagues"


def test_the_national_zones_of_2021_pass_or_fail_by_the_denominator() -> None:
    totals = read_national_averages().table().loc[[2021]]
    rows = per_mu(totals, pd.Series("国家级", index=totals.index)).set_index(["measure", "land"])
    own = rows.loc["a2_revenue_wan"]
    assert own["value"].round(0).to_dict() == {"A2": 943.0, "A": 451.0}
    assert own["meets"].to_dict() == {"A2": True, "A": False}
    turned = depends_on_land(rows.reset_index())
    assert turned["measure"].tolist() == ["a2_revenue_wan"]


def test_thresholds_are_the_plans() -> None:
    rows = plan_targets().set_index("id")["value"]
    assert PLAN_OUTPUT_PER_MU["国家级"] == rows["output_per_mu_national"]
    assert PLAN_OUTPUT_PER_MU["省级"] == rows["output_per_mu_provincial"]


def test_both_denominators_are_labelled_for_every_measure(hand: pd.DataFrame) -> None:
    hand["value_added_wan"] = 90_000.0
    rows = per_mu(hand, pd.Series({"x": "省级"}))
    by_hand = {  # 60 ha = 900 亩, 100 ha = 1500 亩
        ("a2_revenue_wan", "A2"): 600.0,
        ("a2_revenue_wan", "A"): 360.0,
        ("value_added_wan", "A2"): 100.0,
        ("value_added_wan", "A"): 60.0,
        ("a2_tax_wan", "A2"): 30_000 / 900,
        ("a2_tax_wan", "A"): 20.0,
        ("tax_wan", "A2"): 50.0,
        ("tax_wan", "A"): 30.0,
    }
    assert rows.set_index(["measure", "land"])["value"].to_dict() == pytest.approx(by_hand)
    assert rows["land_label"].str.contains("亩").all()
    # The thresholds are of output: tax and value added have none.
    assert rows.loc[rows["required"].notna(), "measure"].unique().tolist() == ["a2_revenue_wan"]


def test_reasons_and_unknown_levels() -> None:
    table = pd.DataFrame({"A": [0.0, 10.0], "a2_revenue_wan": [1.0, np.nan]}, index=list("xy"))
    rows = per_mu(table, pd.Series({"x": "国家级"})).set_index(["zone", "land"])
    assert "A2" in rows.loc[("x", "A2"), "reason"]
    assert rows.loc[("x", "A"), "reason"].startswith("分母为零")
    assert "a2_revenue_wan" in rows.loc[("y", "A"), "reason"]
    assert rows["meets"].isna().all()
    assert per_mu(pd.DataFrame({"A": [1.0]})).empty


def _at_benchmark(group: str) -> pd.DataFrame:
    terms = RULES.groups[group].terms
    return pd.DataFrame([{term.indicator: term.benchmark for term in terms}], index=["x"])


@pytest.mark.parametrize("group", ["large", "small"])
def test_all_at_benchmark_is_exactly_100(group: str) -> None:
    assert grade_league(_at_benchmark(group), RULES, group).loc["x", "points"] == 100.0


def test_points_by_hand() -> None:
    firm = _at_benchmark("large")
    firm["tax_per_mu"] *= 2  # 60 instead of 30
    firm["rd_share"] = 0.0  # 0 instead of 10
    found = grade_league(firm, RULES, "large").loc["x"]
    assert found["points"] == pytest.approx(120.0)
    assert (found["points_tax_per_mu"], found["points_rd_share"]) == (60.0, 0.0)


def test_missing_emissions_take_the_groups_mean_others_refuse() -> None:
    firms = pd.concat([_at_benchmark("large")] * 3).set_axis(list("xyz"))
    firms.loc["x", "value_added_per_emission"] = np.nan
    firms.loc["y", "value_added_per_emission"] *= 3
    firms.loc["z", "tax_per_mu"] = np.nan
    found = grade_league(firms, RULES, "large")
    assert found.loc["x", "points"] == pytest.approx(110.0)  # mean of 3 and 1 benchmarks: 20
    assert np.isnan(found.loc["z", "points"])
    assert found.loc["z", ["rank", "grade"]].isna().all()
    assert "tax_per_mu" in found.loc["z", "reason"]


def test_grades_by_rank_ties_and_vetoes() -> None:
    firms = pd.DataFrame(
        {"tax_per_mu": [11.0, 10, 9, 8, 7, 6, 5, 4, 4, 2], "tax_per_power": [0.0] * 10},
        index=list("abcdefghij"),
    )
    vetoes = pd.Series({"a": "C", "j": "A"})
    found = grade_league(firms, RULES, "small", vetoes)
    # Shares 0.2, 0.7, 0.95, 1: places 1–2 A, 3–7 B, 8–9 C, 10 D; h and i tie on place 8.
    assert "".join(found["grade"]) == "CABBBBBCCD"
    assert found["graded_by"].to_dict()["a"] == "veto"
    assert found["graded_by"].to_dict()["j"] == "rank"
    assert found.loc[["h", "i"], "rank"].tolist() == [8, 8]


@given(st.lists(st.floats(0, 50, allow_nan=False), min_size=2, max_size=40), st.floats(0.1, 20))
def test_no_firm_loses_its_grade_by_improving(values: list[float], gain: float) -> None:
    firms = pd.DataFrame({"tax_per_mu": values, "tax_per_power": 0.1})
    better = firms.copy()
    better.loc[0, "tax_per_mu"] += gain
    before, after = (grade_league(table, RULES, "small").loc[0] for table in (firms, better))
    assert after["rank"] <= before["rank"]
    assert after["grade"] <= before["grade"]


def test_a_cap_limits_a_term_and_own_rules_are_a_file(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "huangyan-2022.yml").read_text(encoding="utf-8"))
    content["groups"]["small"]["terms"][0]["cap"] = 1.2
    path = tmp_path / "ours.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    firm = _at_benchmark("small")
    firm["tax_per_mu"] *= 5
    assert grade_league(firm, read_league(path), "small").loc["x", "points"] == pytest.approx(110.0)


def test_faults_name_what_is_right(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="规模以上"):
        grade_league(_at_benchmark("small"), RULES, "larg")
    with pytest.raises(LayerError, match="tax_per_power"):
        grade_league(_at_benchmark("small")[["tax_per_mu"]], RULES, "small")
    with pytest.raises(LayerError, match="“E”"):
        grade_league(_at_benchmark("small"), RULES, "small", pd.Series({"x": "E"}))
    with pytest.raises(SpecError, match="huangyan-2022"):
        read_league("huangyan")
    content = yaml.safe_load((SHIPPED / "huangyan-2022.yml").read_text(encoding="utf-8"))
    content["grades"] = {"source": "nowhere", "shares": {"A": 0.5, "B": 0.4, "C": 0.9, "D": 1.0}}
    path = tmp_path / "bad.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        read_league(path)
    assert [problem.where for problem in caught.value.problems] == [
        "bad.yml: grades.shares",
        "bad.yml: source",
    ]


@pytest.mark.parametrize("value", [-5.0, np.inf, -np.inf])
@pytest.mark.parametrize("column", ["tax_per_mu", "value_added_per_emission"])
def test_what_cannot_be_earns_nothing_and_moves_nobody(value: float, column: str) -> None:
    firms = pd.concat([_at_benchmark("large")] * 3).set_axis(list("xyz"))
    firms.loc["x", "value_added_per_emission"] = np.nan
    # -5 had points, and infinity was first of its group and the mean of those without a value.
    firms.loc["y", column] = value
    found = grade_league(firms, RULES, "large")
    assert np.isnan(found.loc["y", "points"])
    assert found.loc["y", ["rank", "grade"]].isna().all()
    assert found.loc["y", "reason"] == f"指标不可能 / impossible {column}: {value:g}"
    assert found.loc[["x", "z"], "points"].tolist() == pytest.approx([100.0, 100.0])


def test_texts_and_strange_vetoes_are_refused() -> None:
    firms = pd.concat([_at_benchmark("small")] * 2).set_axis(list("xy"))
    with pytest.raises(LayerError, match="numbers"):
        grade_league(firms.assign(tax_per_mu="11.6"), RULES, "small")
    with pytest.raises(LayerError, match="each label once"):
        grade_league(firms.set_axis(list("xx")), RULES, "small")
    # A veto of a name that is not there left the firm that it was meant for in A.
    with pytest.raises(LayerError, match="each once"):
        grade_league(firms, RULES, "small", pd.Series({"X": "D"}))
    with pytest.raises(LayerError, match="each once"):
        grade_league(firms, RULES, "small", pd.Series(["D", "A"], index=["x", "x"]))
