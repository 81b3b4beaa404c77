"""The league of zones: graded by level, over both denominators, by rules that are a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.intensity.league import read_league
from yngis.analysis.intensity.national_averages import read_national_averages
from yngis.analysis.intensity.per_mu import PLAN_OUTPUT_PER_MU
from yngis.analysis.intensity.zone_league import efficiency_figures, zone_league
from yngis.errors import LayerError

RULES = read_league("zones-sample")
SHIPPED = Path(__file__).parents[3] / "yngis" / "analysis" / "schemes" / "leagues"


def _zones(revenue: list[float], level: str = "国家级") -> tuple[pd.DataFrame, pd.Series]:
    names = [f"z{number}" for number in range(len(revenue))]
    table = pd.DataFrame(
        {
            "A2": 100.0,  # 1500 亩
            "A": 200.0,  # 3000 亩
            "a2_revenue_wan": revenue,
            "revenue_wan": revenue,
            "a2_tax_wan": 0.0,
            "tax_wan": 0.0,
        },
        index=names,
    )
    return table, pd.Series(level, index=names)


def test_efficiency_by_hand() -> None:
    table = pd.DataFrame(
        {
            "A2": [100.0],
            "A": [200.0],
            "a2_revenue_wan": [900_000.0],
            "revenue_wan": [1_200_000.0],
            "a2_tax_wan": [30_000.0],
            "tax_wan": [45_000.0],
            "value_added_wan": [300_000.0],
            "energy_t": [100_000.0],
            "rd_spending_wan": [20.0],
            "industrial_revenue_wan": [1000.0],
        }
    )
    industrial, built = (
        efficiency_figures(table, "A2").iloc[0],
        efficiency_figures(table, "A").iloc[0],
    )
    assert industrial.to_dict() == {
        "output_per_mu": 600.0,
        "tax_per_mu": 20.0,
        "value_added_per_mu": 200.0,
        "value_added_per_energy": 3.0,
        "rd_share": 0.02,
    }
    assert (built["output_per_mu"], built["tax_per_mu"], built["value_added_per_mu"]) == (
        400.0,
        15.0,
        100.0,
    )


def test_nothing_is_divided_by_nothing() -> None:
    found = efficiency_figures(pd.DataFrame({"A2": [0.0], "a2_revenue_wan": [5.0]}), "A2")
    assert found.isna().all(axis=None)


def test_grades_by_hand_over_both_lands() -> None:
    # Revenue of 900,000 on 1500 亩 is the plan's 600: 60 points; on 3000 亩 half of it.
    table, levels = _zones([900_000.0, 450_000, 90_000, 9_000, 0])
    rows = zone_league(table, RULES, levels).set_index(["land", "zone"])
    assert rows.loc["A2", "points"].tolist() == pytest.approx([60.0, 30.0, 6.0, 0.6, 0.0])
    assert rows.loc["A", "points"].tolist() == pytest.approx([30.0, 15.0, 3.0, 0.3, 0.0])
    # 0.2, 0.7, 0.95 of five zones: place 1 A, 2 and 3 B, 4 C, 5 D.
    assert "".join(rows.loc["A2", "grade"]) == "ABBCD"
    assert rows["land_label"].str.contains("亩").all()


def test_levels_are_graded_apart_and_strangers_left_out() -> None:
    table, levels = _zones([600_000.0] * 10)
    levels.iloc[5:] = "省级"
    levels.iloc[9] = "县级"
    rows = zone_league(table, RULES, levels)
    own = rows[rows["land"] == "A2"].set_index("zone")
    assert own["group"].value_counts().to_dict() == {"国家级开发区": 5, "省级开发区": 4}
    # The same output is worth more where less is asked.
    assert own.loc["z0", "points"] == pytest.approx(40.0)
    assert own.loc["z5", "points"] == pytest.approx(60.0)
    # Four zones are too few for an A of 20 %: no grades, and that is told.
    assert own.loc["z5":"z8", "grade"].isna().all()
    assert own.loc["z5", "reason"].startswith("组内有分值的不足 5 个")


def test_a_veto_a_gap_and_parts() -> None:
    table, levels = _zones([900_000.0, 450_000, 90_000, 9_000, 0, 7])
    table.loc["z5", "a2_tax_wan"] = np.nan
    rows = zone_league(table, RULES, levels, pd.Series({"z0": "C"}))
    own = rows[rows["land"] == "A2"].set_index("zone")
    assert own.loc["z0", ["grade", "graded_by"]].tolist() == ["C", "veto"]
    assert pd.isna(own.loc["z5", "grade"])
    assert "tax_per_mu" in own.loc["z5", "reason"]
    halves = pd.concat([table / 2, table / 2], keys=["主区", "发展方向区"], names=["part", "zone"])
    halves = halves.swaplevel()
    both = pd.Series("国家级", index=halves.index)
    parted = zone_league(halves, RULES, both)
    assert parted[parted["land"] == "A2"].set_index("zone")["points"].to_dict() == pytest.approx(
        own["points"].to_dict(), nan_ok=True
    )


@given(
    st.lists(st.floats(0, 1e7), min_size=5, max_size=12),
    st.integers(0, 4),
    st.floats(0, 1e6),
    st.floats(0.01, 100),
)
def test_no_zone_loses_its_grade_by_improving_and_size_is_nothing(
    revenue: list[float], which: int, gain: float, scale: float
) -> None:
    table, levels = _zones(revenue)
    better = table.copy()
    better.loc[f"z{which}", ["a2_revenue_wan", "revenue_wan"]] += gain
    before, after = (
        zone_league(each, RULES, levels).set_index(["zone", "land"]) for each in (table, better)
    )
    for land in ("A2", "A"):
        key = (f"z{which}", land)
        assert after.loc[key, "rank"] <= before.loc[key, "rank"]
        assert after.loc[key, "grade"] <= before.loc[key, "grade"]
    same = zone_league(table * scale, RULES, levels)["points"]
    assert same.tolist() == pytest.approx(before["points"].tolist(), rel=1e-9, abs=1e-9)


def test_benchmarks_are_the_plans_and_the_circulars() -> None:
    for group in RULES.groups.values():
        terms = {term.indicator: term for term in group.terms}
        assert terms["output_per_mu"].benchmark == PLAN_OUTPUT_PER_MU[str(group.level)]
        assert sum(term.points for term in group.terms) == 100
    totals = read_national_averages().table().loc[2021]
    tax = totals["a2_tax_wan"] / totals["A2"] / 15
    assert RULES.groups["national"].terms[1].benchmark == pytest.approx(tax, abs=0.05)


def test_own_rules_with_one_group_grade_all_and_rules_for_firms_are_refused(tmp_path: Path) -> None:
    content = yaml.safe_load((SHIPPED / "zones-sample.yml").read_text(encoding="utf-8"))
    group = content["groups"].pop("provincial")
    del group["level"]
    path = tmp_path / "ours.yml"
    content["groups"] = {"all": group}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    table, levels = _zones([1.0] * 5)
    levels.iloc[0] = "省级"
    assert len(zone_league(table, read_league(path), levels)) == 10
    with pytest.raises(LayerError, match="level"):
        zone_league(table, read_league("huangyan-2022"), levels)


def test_a_veto_of_no_zone_is_refused() -> None:
    table, levels = _zones([900_000.0, 450_000, 90_000, 9_000, 0])
    with pytest.raises(LayerError, match="“Z0”"):
        zone_league(table, RULES, levels, pd.Series({"Z0": "D"}))
