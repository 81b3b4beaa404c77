"""Land that may be counted twice, by the numbers of parcels, supervision and contracts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from yngis.report.audit.doubts.doubled_land import find_doubled_land


def supply(*rows: dict[str, Any]) -> pd.DataFrame:
    plain = {"finding": "in_progress", "area_m2": 1e4}
    frame = pd.DataFrame([plain | row for row in rows])
    frame["row"] = range(2, len(frame) + 2)
    for name in ("contract_no", "parcel_no", "supervision_no"):
        if name not in frame:
            frame[name] = None
    parts = zip(frame["contract_no"], frame["parcel_no"], strict=True)
    frame["id"] = ["/".join(str(part) for part in pair if pd.notna(part)) for pair in parts]
    return frame


# Two contracts, one parcel number. Blocks are numbered anew in every contract: a short number means
# one parcel only where the areas agree.
@pytest.mark.parametrize(
    ("number", "other", "second_m2", "told"),
    [
        ("YL-B3-04", "YL-B3-04", 2e4, True),
        ("GB00021", "GB21", 2e4, True),
        ("杨林5号地块", "杨林5号地块", 2e4, True),
        ("YL2020-3", "YL〔2020〕03", 2e4, True),
        ("GB00021", "GB00020、GB00021", 2e4, True),
        ("530127-8", "530127-8", 2e4, True),
        ("7", "7", 1.005e4, True),
        ("7", "7", 2e4, False),
        ("2号地块", "2号地块", 2e4, False),
        ("GB00021", "GB00022", 1e4, False),
    ],
)
def test_a_parcel_number_under_two_contracts(
    number: str, other: str, second_m2: float, *, told: bool
) -> None:
    found = find_doubled_land(
        supply(
            {"contract_no": "HT1", "parcel_no": number},
            {"contract_no": "HT2", "parcel_no": other, "area_m2": second_m2},
            {"contract_no": "HT3", "parcel_no": "QT-90-1", "area_m2": np.nan},
        )
    )
    assert set(found.issues["rule"]) == ({"parcel_twice"} if told else set())
    assert found.records == (2 if told else 0)
    assert found.area_m2 == (1e4 if told else 0.0)


def test_blocks_of_many_contracts_are_no_doubles() -> None:
    rows = [
        {"contract_no": f"HT{at}", "parcel_no": "A-12", "area_m2": 1e4 * 1.5**at} for at in range(6)
    ]
    assert find_doubled_land(supply(*rows)).records == 0


def test_one_contract_may_have_several_rows() -> None:
    row = {"contract_no": "HT1", "parcel_no": "YL-B3-04", "supervision_no": "5301272021B00019"}
    other = row | {"contract_no": "ht-1", "parcel_no": "YL-B3-05"}
    assert find_doubled_land(supply(row, row, other)).records == 0


def test_one_supervision_number_under_two_contracts() -> None:
    number = {"supervision_no": "5301272021B00019"}
    found = find_doubled_land(
        supply(
            {"contract_no": "HT1", "area_m2": 3e4, **number},
            {"contract_no": "HT2", "area_m2": 1e4, **number},
        )
    )
    assert found.issues[["id", "rule", "field"]].to_numpy().tolist() == [
        ["HT1", "supervision_twice", "supervision_no"],
        ["HT2", "supervision_twice", "supervision_no"],
    ]
    assert found.area_m2 == 1e4
    assert "供应 4.00 公顷，不计重复的至少为 3.00 公顷" in found.notice(4e4)


@pytest.mark.parametrize(
    ("contract", "rule"),
    [
        ("嵩2021-05、嵩2021-06", "contract_within"),
        ("嵩2021-05、06", "contract_within"),
        ("嵩2021-5变更", "contract_amended"),
        ("嵩2021-05（补充协议）", "contract_amended"),
        ("嵩2021-051", None),
        ("嵩2021-07、嵩2021-08", None),
    ],
)
def test_contracts_that_hold_or_change_another(contract: str, rule: str | None) -> None:
    found = find_doubled_land(
        supply({"contract_no": "嵩2021-05"}, {"contract_no": contract, "area_m2": 3e4})
    )
    assert set(found.issues["rule"]) == (set() if rule is None else {rule})
    assert found.area_m2 == (0.0 if rule is None else 1e4)


def test_land_that_was_taken_back_may_be_supplied_again() -> None:
    row = {"parcel_no": "YL-B3-04"}
    found = find_doubled_land(
        supply({"contract_no": "HT1", "finding": "disposed", **row}, {"contract_no": "HT2", **row})
    )
    assert found.records == 0
    assert found.notice(1e4) == ""


def test_a_contract_and_its_amendment_on_one_parcel_leave_one_of_them() -> None:
    both = find_doubled_land(
        supply(
            {"contract_no": "HT2019-1", "parcel_no": "YL-B3-04", "area_m2": 3.5e4},
            {"contract_no": "HT2019-1补", "parcel_no": "YL-B3-04", "area_m2": 3e4},
        )
    )
    assert set(both.issues["rule"]) == {"parcel_twice", "contract_amended"}
    assert both.area_m2 == 3.5e4
