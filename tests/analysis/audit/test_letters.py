"""Letters of recognition: a number accuses; a denial, a plan or a note in its place does not."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.audit.idle_land.idle import judge_supply

NO_LETTER = (
    """
未认定|不予认定|待定|认定中|拟认定|正在办理|已撤销|富闲认〔2023〕5号（已撤销）|富闲认〔2023〕5号已作废|不闲置|否|0|3|已下发|有|是|2023-05-01|20230501|
2023年5月|1号地块|闲认〔2024〕2号（拟）|闲认〔2024〕2号（未下发）|见附件
""".strip()
    .replace("\n", "")
    .split("|")
)

LETTERS = [
    "富闲认〔2023〕5号", "昆自然资闲认（2021）第3号", "闲认字第12号", "KMXZ-2023-005",
    "530112202300017", "第五号", "未央闲认〔2023〕5号", "无锡闲认[2023]7号", "认〔2022〕1号",
]  # fmt: skip


def judged(text: str, **more: str) -> pd.Series:
    record = {"finding_no": text, "idle_cause": "企业原因", "price_wan": 100.0, **more}
    return judge_supply(pd.DataFrame([record]), "2025-12-31").iloc[0]


@pytest.mark.parametrize("text", NO_LETTER)
def test_what_is_no_number_in_force_accuses_nobody_and_is_told(text: str) -> None:
    row = judged(text)
    assert (row["finding"], row["recognised"]) == ("indeterminate", False)
    assert f"认定书编号栏记“{text}”，不作已认定" in row["evidence"]
    assert "letter_doubtful" in row["flags"].split(";")
    # Nor does it clear what the dates say.
    overdue = judged(text, agreed_start="2020-03-01")
    assert (overdue["finding"], overdue["recognised"]) == ("suspected_idle", False)
    assert "调查认定后" in overdue["action"]


@pytest.mark.parametrize("text", LETTERS)
def test_a_number_is_a_letter(text: str) -> None:
    row = judged(text)
    assert (row["finding"], row["recognised"]) == ("suspected_idle", True)
    assert f"已有认定书 {text}" in row["evidence"]
    assert "letter_doubtful" not in row["flags"]


@given(st.sampled_from(LETTERS), st.sampled_from(["已撤销", "作废", "拟", "未送达"]))
def test_a_revoked_number_is_never_a_letter(number: str, note: str) -> None:
    for text in (f"{number}（{note}）", f"{number}{note}", f"{note}{number}"):
        assert not judged(text)["recognised"]
