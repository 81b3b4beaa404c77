"""Cut-off stocks of prefectures hold the same zones as their stocks do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from yngis.analysis.disposal import read_disposal_rules
from yngis.report.disposal.audits import AuditFolder, yearly_stocks
from yngis.report.disposal.maps import disposal_maps
from yngis.report.disposal.run import Disposal, _cutoff_table, _flow_notes

Records = list[tuple[str, str, float]]
PLAN = pd.Series({"甲": "昆明市"})


def audit_of(
    year: int, prefectures: list[str], supply: list[tuple[str, str, float]]
) -> AuditFolder:
    places = [("zone", "甲"), ("zone", "自有区"), *(("prefecture", each) for each in prefectures)]
    places.append(("province", "云南省"))
    summary = pd.DataFrame(places, columns=["level", "place"])
    summary = summary.assign(unsupplied_ha=5.0, approved_ha=5.0)
    approvals = pd.DataFrame(
        {
            "id": ["1", "2"],
            "zone": ["甲", "自有区"],
            "status": "有效",
            "approval_date": ["2019-01-01", "2020-01-01"],
            "area_ha": [2.0, 3.0],
            "unsupplied_ha": [2.0, 3.0],
        }
    )
    records = pd.DataFrame(supply, columns=["zone", "prefecture", "area_m2"])
    none = pd.DataFrame()
    return AuditFolder(
        Path(str(year)), dt.date(year, 12, 31), "", summary, approvals, records, none, {}
    )


@pytest.mark.parametrize(
    ("prefectures", "supply", "wanted"),
    [
        (["昆明市"], [], {"昆明市": 5e4}),
        (["昆明市", "玉溪市"], [("自有区", "玉溪市", 9.0)], {"昆明市": 2e4, "玉溪市": 3e4}),
    ],
)
def test_own_zones_count_in_their_prefecture(
    prefectures: list[str], supply: Records, wanted: dict[str, float]
) -> None:
    stocks, notes = yearly_stocks([audit_of(2023, prefectures, supply)], PLAN, 2020)
    held = stocks[stocks["level"] == "prefecture"].set_index("place")["stock_cutoff_m2"]
    assert held.to_dict() == pytest.approx(wanted)
    assert notes == ()


def test_a_zone_that_lies_elsewhere_counts_where_its_stock_does() -> None:
    # The plan's list has 甲 in 昆明市; the audit has all of its land in 玉溪市.
    audit = audit_of(2023, ["玉溪市"], [])
    stocks, notes = yearly_stocks([audit], PLAN, 2020)
    wide = stocks.set_index(["level", "place"])["stock_cutoff_m2"]
    assert wide["prefecture", "玉溪市"] == pytest.approx(5e4)
    assert notes == ()


def test_zones_of_unknown_prefecture_leave_the_prefectures_open() -> None:
    stocks, notes = yearly_stocks([audit_of(2023, ["昆明市", "玉溪市"], [])], PLAN, 2020)
    wide = stocks.set_index("level")["stock_cutoff_m2"]
    assert wide["prefecture"].isna().all()
    assert wide["province"] == pytest.approx(5e4)
    assert "自有区" in notes[0]


def test_more_cut_off_stock_than_before_is_told() -> None:
    audits = [audit_of(2023, ["昆明市"], []), audit_of(2024, ["昆明市"], [])]
    audits[1].approvals["unsupplied_ha"] = [2.5, 3.0]
    stocks, _ = yearly_stocks(audits, PLAN, 2020)
    table = _cutoff_table(stocks, read_disposal_rules("quota-2018"), 2020)
    [note] = _flow_notes(table, "disposed_cutoff_m2", "截止口径：")
    assert note.startswith("截止口径：1 处")
    assert "甲 2023" in note


def test_places_that_no_map_has_are_named_beside_it() -> None:
    table = pd.DataFrame(
        {
            "level": "zone",
            "place": ["云南富民产业园区", "（区外）"],
            "year": 2024,
            "stock_m2": [2e4, 1e4],
            "rate": None,
            "needed_m2": None,
        }
    )
    found = Disposal({"disposal": table}, (), read_disposal_rules("quota-2018"), (), "")
    [drawn] = disposal_maps(found)
    assert drawn.data.to_dict() == {"云南富民产业园区": 2.0}
    assert "图上没有的：（区外）" in drawn.notes
