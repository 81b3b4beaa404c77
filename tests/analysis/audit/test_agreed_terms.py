"""A start agreed as a term is computed from the contract or hand-over of the same record."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from yngis.analysis.audit.idle_land.agreed_terms import read_term
from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.report.audit.wording import FLAGS_ZH

HELD = {"idle_cause": "企业原因", "price_wan": 1_000.0}


def judged(text: str, as_of: str = "2025-12-31", **record: Any) -> Any:
    records = pd.DataFrame([{"agreed_start_unread": text, **HELD, **record}])
    return judge_supply(records, as_of).iloc[0]


@pytest.mark.parametrize(
    ("text", "column", "months"),
    [
        ("合同签订后6个月内", "supply_date", 6),
        ("签订合同之日起一年内", "supply_date", 12),
        ("自合同签订之日起十二个月内", "supply_date", 12),
        ("出让合同签订之日起6个月内动工建设", "supply_date", 6),
        ("交地后一年内", "handover_date", 12),
        ("交付土地之日起12个月内", "handover_date", 12),
        ("土地交付后18个月内开工", "handover_date", 18),
        ("交地后半年内", "handover_date", 6),
        ("交地后两年内", "handover_date", 24),
    ],
)
def test_terms_are_computed_from_the_day_that_they_name(
    text: str, column: str, months: int
) -> None:
    assert read_term(text) == (column, months)
    row = judged(text, **{column: "2020-01-31"})
    due = {6: "2020-07-31", 12: "2021-01-31", 18: "2021-07-31", 24: "2022-01-31"}[months]
    assert str(row["start_due"])[:10] == due
    assert (row["finding"], row["start_basis"]) == ("suspected_idle", "agreed")
    assert f"约定动工日期 {due}（按“{text}”自 2020-01-31 推算）" in row["evidence"]
    assert "start_computed" in row["flags"].split(";")
    assert "date_unread" not in row["flags"].split(";")


def test_a_month_that_lacks_the_day_ends_the_term_on_its_last() -> None:
    row = judged("合同签订后6个月内", supply_date="2019-08-31")
    assert str(row["start_due"])[:10] == "2020-02-29"


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("合同签订后6个月内", {"handover_date": "2020-01-01"}),
        ("交地后一年内", {"supply_date": "2020-01-01"}),
        ("交地后一年内", {"supply_date": "2020-01-01", "handover_date_unread": "2020年某月"}),
        ("6个月内", {"supply_date": "2020-01-01", "handover_date": "2020-01-01"}),
        ("12", {"supply_date": "2020-01-01", "handover_date": "2020-01-01"}),
        ("拆迁完成后一年内", {"supply_date": "2020-01-01", "handover_date": "2020-01-01"}),
        ("合同签订后30日内", {"supply_date": "2020-01-01"}),
        ("合同签订后6个月内或交地后一年内", {"supply_date": "2020-01-01"}),
        ("2020年3月—2021年3月", {"supply_date": "2020-01-01"}),
    ],
)
def test_without_the_named_day_nobody_is_accused(text: str, record: dict[str, str]) -> None:
    row = judged(text, **record)
    assert (row["finding"], row["start_basis"]) == ("indeterminate", "unread")
    assert f"“{text}”" in row["evidence"]
    assert "start_computed" not in row["flags"].split(";")


def test_the_term_moves_with_its_end_and_an_extension() -> None:
    term = "合同签订后6个月内"
    assert judged(term, "2020-07-01", supply_date="2020-01-01")["finding"] == "not_due"
    later = judged(term, supply_date="2020-01-01", extended_start="2021-06-30")
    assert (later["start_basis"], str(later["start_due"])[:10]) == ("extended", "2021-06-30")


def test_the_flag_has_its_words() -> None:
    assert "推算" in FLAGS_ZH["start_computed"]
