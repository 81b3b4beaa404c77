"""
The truth table of the law, line by line, each with the article that decides it.

Every period is full on the day after its last (Civil Code 201-203), so lines 2, 3, 8 and 12 fall a
day later than a count to the anniversary.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from yngis.analysis.audit.idle_land.idle import judge_supply

DUE = {"agreed_start": "2020-03-01"}
HOLDER = {"idle_cause": "企业原因", "price_wan": 1_000.0}
BEGUN = {"agreed_start": "2018-01-01", "actual_start": "2018-01-01"}
# Whole areas of 30 000 m² and 1 000 万元; suspended for so many days before the audit.
PAUSED = {**BEGUN, "area_to_develop_m2": 30_000.0, "invest_total_wan": 1_000.0}


def paused(days: int, area: float, invested: float) -> dict[str, Any]:
    since = pd.Timestamp("2025-12-31") - pd.Timedelta(days=days)
    shares = {"area_developed_m2": area, "invested_wan": invested}
    return {**PAUSED, **shares, "suspended_since": since}


TABLE: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("1 art. 2 (1)", {**DUE}, "2021-02-28", {"finding": "overdue_start"}),
    ("2 the last day", {**DUE}, "2021-03-01", {"finding": "overdue_start"}),
    ("2 full", {**DUE}, "2021-03-02", {"finding": "suspected_idle", "idle_class": "1-2"}),
    ("3 the last day", {**DUE, **HOLDER}, "2022-03-01", {"idle_class": "1-2", "fee_wan": 200.0}),
    ("3 art. 14 (2)", {**DUE, **HOLDER}, "2022-03-02", {"idle_class": ">=2", "fee_wan": 0.0}),
    ("4 0.3333", paused(400, 9_999.0, 800.0), "2025-12-31", {"finding": "suspected_idle"}),
    ("5 exactly", paused(400, 10_000.0, 250.0), "2025-12-31", {"finding": "in_progress"}),
    ("6 364 days", paused(364, 27_000.0, 249.0), "2025-12-31", {"finding": "suspended"}),
    ("7 366 days", paused(366, 27_000.0, 249.0), "2025-12-31", {"finding": "suspected_idle"}),
    ("7 365 days", paused(365, 27_000.0, 249.0), "2025-12-31", {"finding": "suspended"}),
    ("8 art. 22", {"handover_date": "2020-01-01"}, "2021-01-01", {"finding": "not_due"}),
    ("8 late", {"handover_date": "2020-01-01"}, "2022-01-01", {"finding": "overdue_start"}),
    ("8 full", {"handover_date": "2020-01-01"}, "2022-01-02", {"finding": "suspected_idle"}),
    ("9 neither date", {}, "2025-12-31", {"finding": "indeterminate"}),
    (
        "10 art. 8, 12",
        {**DUE, "idle_cause": "政府原因", "price_wan": 1_000.0},
        "2022-03-02",
        {"finding": "suspected_idle", "fee_wan": 0.0},
    ),
    ("11 art. 14 (1)", {**DUE, **HOLDER}, "2021-03-02", {"fee_wan": 200.0}),
    (
        "12 the last of February",
        {"agreed_start": "2020-02-29"},
        "2021-02-28",
        {"finding": "overdue_start"},
    ),
    ("12 full", {"agreed_start": "2020-02-29"}, "2021-03-01", {"finding": "suspected_idle"}),
    (
        "13 seized",
        {**DUE, **HOLDER, "seized": True},
        "2022-03-02",
        {"finding": "suspected_idle", "fee_wan": None, "seized": True},
    ),
]


@pytest.mark.parametrize(
    ("record", "as_of", "expected"), [line[1:] for line in TABLE], ids=[line[0] for line in TABLE]
)
def test_truth_table(record: dict[str, Any], as_of: str, expected: dict[str, Any]) -> None:
    frame = pd.DataFrame([record], index=[0])
    row = judge_supply(frame, as_of).iloc[0]
    for name, value in expected.items():
        assert pd.isna(row[name]) if value is None else row[name] == value, name
    recovered = row["action"].replace("不无偿收回", "")
    assert ("无偿收回" in recovered) is (expected.get("idle_class") == ">=2")
