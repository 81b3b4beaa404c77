"""Laws of the judgement itself, on records of every shape, and an oracle in plain Python dates."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from yngis.analysis.audit.idle_land.idle import FINDINGS, judge_supply
from yngis.analysis.audit.idle_land.idle_rules import read_rules

RULES = read_rules()
DAYS = st.dates(dt.date(2016, 1, 1), dt.date(2026, 12, 31))
MAYBE_DAY = st.none() | DAYS
# Whole numbers, so that halves and thirds are exact and the oracle needs no tolerance.
MAYBE_NUMBER = st.none() | st.integers(0, 12).map(float)
RECORDS = st.fixed_dictionaries(
    {
        "handover_date": MAYBE_DAY,
        "agreed_start": MAYBE_DAY,
        "extended_start": MAYBE_DAY,
        "actual_start": MAYBE_DAY,
        "agreed_completion": MAYBE_DAY,
        "actual_completion": MAYBE_DAY,
        "suspended_since": MAYBE_DAY,
        "area_to_develop_m2": MAYBE_NUMBER,
        "area_developed_m2": MAYBE_NUMBER,
        "invest_total_wan": MAYBE_NUMBER,
        "invested_wan": MAYBE_NUMBER,
        "price_wan": MAYBE_NUMBER,
        "idle_cause": st.sampled_from([None, "企业", "政府", "不可抗力", "司法查封", "不明"]),
        "disposal": st.sampled_from([None, None, "收回", "转让", "已征缴闲置费", "延期", "未处置"]),
        "disposal_date": MAYBE_DAY,
        "finding_no": st.sampled_from([None, None, "认〔2022〕1号"]),
        "seized": st.booleans(),
    }
)


def frame_of(records: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(records, columns=list(records[0]) if records else None)


def full(day: dt.date, years: int) -> dt.date:
    """The day after the last one, which ends at 24:00 (Civil Code 201-203)."""
    return anniversary(day, years) + dt.timedelta(days=1)


def anniversary(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 2, 28)


def finding_by_hand(r: dict[str, Any], today: dt.date) -> str:  # noqa: C901, PLR0911, PLR0912
    """The same law, one record at a time, in the order in which a clerk would read it."""

    def happened(name: str) -> dt.date | None:
        return r[name] if r[name] is not None and r[name] <= today else None

    started = happened("actual_start")
    due = r["agreed_start"]
    if r["extended_start"] is not None and (due is None or r["extended_start"] >= due):
        due = r["extended_start"]
    if due is None and r["handover_date"] is not None:
        due = anniversary(r["handover_date"], 1)
    told = r["disposal"] or ("收回" if r["disposal_date"] else None)
    taken_back = happened("disposal_date") if told == "收回" else None
    used = [day for day in (started, happened("actual_completion")) if day]
    if taken_back and any(day > taken_back for day in used):
        # Used after it was taken back: the record contradicts itself, a letter in force stands.
        return "suspected_idle" if r["finding_no"] else "indeterminate"
    if happened("actual_completion"):
        return "completed"
    paused = happened("suspended_since")
    if started and paused and paused < started:
        paused = started
    happened_or_undated = r["disposal_date"] is None or r["disposal_date"] <= today
    if told and happened_or_undated:
        if told == "收回" or (told == "转让" and not started):
            return "disposed"
        clock = paused if started else due
        if told == "已征缴闲置费" and not (clock and today >= full(clock, 2)):
            return "disposed"
    if started:
        if paused and today < full(paused, 1):
            return "suspended"
        if paused:
            shares = []
            for part, whole, limit in (
                ("area_developed_m2", "area_to_develop_m2", Fraction(1, 3)),
                ("invested_wan", "invest_total_wan", Fraction(1, 4)),
            ):
                known = r[part] is not None and r[whole]
                shares.append(Fraction(int(r[part]), int(r[whole])) < limit if known else None)
            if True in shares:
                return "suspected_idle"
            if None in shares:
                return "suspected_idle" if r["finding_no"] else "indeterminate"
        late = r["agreed_completion"] is not None and today > r["agreed_completion"]
        return "overdue_completion" if late else "in_progress"
    unknown = "suspected_idle" if r["finding_no"] else "indeterminate"
    if due is None:
        return unknown
    if today <= due:
        return "not_due"
    # An extension is on record and nobody knows to which day.
    if told == "延期" and happened_or_undated and r["extended_start"] != due:
        return unknown
    if (r["area_developed_m2"] or 0) > 0 or paused:
        return unknown
    return "overdue_start" if today < full(due, 1) else "suspected_idle"


@given(st.lists(RECORDS, min_size=1, max_size=20), DAYS)
def test_agrees_with_the_law_read_record_by_record(
    records: list[dict[str, Any]], today: dt.date
) -> None:
    got = judge_supply(frame_of(records), today, RULES)["finding"].tolist()
    assert got == [finding_by_hand(record, today) for record in records]


@settings(max_examples=30)
@given(st.lists(RECORDS, min_size=1, max_size=8), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_their_company_do_not_matter(
    records: list[dict[str, Any]], today: dt.date, random: Any
) -> None:
    frame = frame_of(records)
    whole = judge_supply(frame, today, RULES)
    order = list(range(len(frame)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(judge_supply(frame.iloc[order], today, RULES), whole.iloc[order])
    alone = pd.concat([judge_supply(frame.iloc[[row]], today, RULES) for row in range(len(frame))])
    pd.testing.assert_frame_equal(alone, whole)


RANK = {"not_due": 0, "overdue_start": 1, "suspected_idle": 2}


@given(RECORDS, DAYS, DAYS)
def test_idleness_only_grows_until_work_starts(
    record: dict[str, Any], one: dt.date, other: dt.date
) -> None:
    undisturbed = {
        **record, "actual_start": None, "actual_completion": None, "suspended_since": None,
        "disposal": None, "disposal_date": None, "area_developed_m2": None, "finding_no": None,
    }  # fmt: skip
    early, late = sorted((one, other))
    before = judge_supply(frame_of([undisturbed]), early, RULES).iloc[0]
    after = judge_supply(frame_of([undisturbed]), late, RULES).iloc[0]
    assume(before["finding"] in RANK)
    assert RANK[after["finding"]] >= RANK[before["finding"]]
    assert after["idle_class"] >= before["idle_class"] or after["idle_class"] == ">=2"
    assert after["days"] - before["days"] == (late - early).days


@given(RECORDS, DAYS, st.integers(2, 5))
def test_splitting_a_parcel_changes_no_total(
    record: dict[str, Any], today: dt.date, parts: int
) -> None:
    split = {
        name: value / parts if name.endswith(("_m2", "_wan")) and value is not None else value
        for name, value in record.items()
    }
    whole = judge_supply(frame_of([record]), today, RULES)
    pieces = judge_supply(frame_of([split] * parts), today, RULES)
    assert set(pieces["finding"]) == set(whole["finding"])
    fee = pieces["fee_wan"].sum(min_count=1)
    expected = whole["fee_wan"].sum(min_count=1)
    assert (pd.isna(fee) and pd.isna(expected)) or abs(fee - expected) <= 1e-9 * max(expected, 1)


@given(st.lists(RECORDS, min_size=1, max_size=12), DAYS)
def test_what_every_finding_keeps(records: list[dict[str, Any]], today: dt.date) -> None:
    findings = judge_supply(frame_of(records), today, RULES)
    assert set(findings["finding"]) <= set(FINDINGS)
    suspected = findings["finding"] == "suspected_idle"
    assert (findings["evidence"].str.len() > 0).all()
    assert findings.loc[~suspected, "fee_wan"].isna().all()
    assert findings.loc[~suspected, "idle_class"].eq("").all()
    assert findings.loc[~suspected, "idle_since"].isna().all()
    assert (findings.loc[suspected, "idle_since"].dropna() <= pd.Timestamp(today)).all()
    assert findings.loc[findings["seized"], "fee_wan"].isna().all()
    recovered = findings[findings["recovery"]]
    assert recovered["idle_class"].eq(">=2").all()
    assert recovered["cause"].eq("holder").all()
    assert not recovered["started"].any()
    assert not recovered["seized"].any()
    assert recovered["action"].str.contains("无偿收回").all()
    fees = findings["fee_wan"].dropna()
    assert (fees >= 0).all()
    assert (fees[findings.loc[fees.index, "cause"] != "holder"] == 0).all()
    blank = findings["start_due"].isna() & ~findings["recognised"]
    never_cleared = {"indeterminate", "completed", "disposed", "suspended", "in_progress"}
    never_cleared |= {"overdue_completion", "suspected_idle"}
    assert set(findings.loc[blank, "finding"]) <= never_cleared
