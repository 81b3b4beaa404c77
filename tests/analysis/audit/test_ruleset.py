from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from yngis.analysis.audit.idle_land.counting_rules import Counting
from yngis.analysis.audit.idle_land.idle_rules import read_rules, shipped_rules
from yngis.analysis.audit.idle_land.periods import full_on
from yngis.errors import SpecError

if TYPE_CHECKING:
    from pathlib import Path

NATIONAL = shipped_rules()["national-2012"].read_text(encoding="utf-8")


def faults(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        read_rules(path)
    return str(caught.value)


def test_the_national_numbers() -> None:
    rules = read_rules()
    assert rules.suspended.area_share_below == Fraction(1, 3)
    assert rules.suspended.invest_share_below == Fraction(1, 4)
    assert rules.fee.share_of_price == Fraction(1, 5)
    assert (rules.not_started.idle_months, rules.not_started.recover_months) == (12, 24)
    assert rules.start.months_after_handover == 12
    assert str(rules.in_force) == "2012-07-01"


def test_a_citys_own_rules_are_a_file(tmp_path: Path) -> None:
    path = tmp_path / "kunming.yml"
    text = NATIONAL.replace("name: national-2012", "name: kunming").replace(
        "share_of_price: 20 %", "share_of_price: 0.1"
    )
    path.write_text(text, encoding="utf-8")
    rules = read_rules(path)
    assert (rules.name, rules.fee.share_of_price) == ("kunming", Fraction(1, 10))


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("idle_month: 12", "idle_months: 12", "idle_months"),
        ("boundary_day: tomorrow", "boundary_day: day_after", "anniversary"),
        ("holidays: [2021-02-30]", "holidays: []", "out of range"),
        ("holidays: [春节]", "holidays: []", "2021-02-11..2021-02-17"),
        ("holidays: [2021-02-11..2022-02-17]", "holidays: []", "2022-02-17"),
        ("consequences: true", "fee: by_contract", "as_not_started"),
        ("area_share_below: a third", "area_share_below: 1/3", "1/3、25 %"),
        ("area_share_below: 4/3", "area_share_below: 1/3", "0 与 1"),
        ("area_share_below: '1e1000000000'", "area_share_below: 1/3", "1/3、25 %"),
        ("area_share_below: 1/0", "area_share_below: 1/3", "1/3、25 %"),
        ("area_share_below: .nan", "area_share_below: 1/3", "1/3、25 %"),
        ("recover_months: 6", "recover_months: 24", "recover_months"),
        ("denied_as: nobody", "denied_as: not_holder", "nobody"),
        ("effect: for_a_time, article", "effect: for_a_time, lasts_months: 24, article", "同用"),
        ("grammer:", "grammar:", "grammar"),
        ("words: [收回, 收回,", "words: [收回, 回购,", "收回"),
    ],
)
def test_a_fault_is_named_with_its_remedy(
    tmp_path: Path, wrong: str, right: str, told: str
) -> None:
    assert right in NATIONAL
    assert told in faults(tmp_path / "rules.yml", NATIONAL.replace(right, wrong, 1))


def test_an_unknown_rule_set_names_the_nearest() -> None:
    with pytest.raises(SpecError, match="national-2012"):
        read_rules("national-2021")


@pytest.mark.parametrize(
    ("start", "months", "last_of_month", "next_day"),
    [
        ("2020-02-29", 12, "2021-02-28", "2021-03-01"),
        ("2020-02-29", 48, "2024-02-29", "2024-02-29"),
        ("2021-02-28", 12, "2022-02-28", "2022-02-28"),
        ("2023-02-28", 12, "2024-02-28", "2024-02-28"),
        ("2021-08-31", 6, "2022-02-28", "2022-03-01"),
        ("2021-12-31", 2, "2022-02-28", "2022-03-01"),
        ("2021-12-31", 12, "2022-12-31", "2022-12-31"),
        ("1969-12-31", 12, "1970-12-31", "1970-12-31"),
    ],
)
def test_anniversaries(start: str, months: int, last_of_month: str, next_day: str) -> None:
    days = np.array([start, "NaT"], "datetime64[D]")
    for missing, expected in (("last_of_month", last_of_month), ("next_day", next_day)):
        for boundary, shift in (("anniversary", 0), ("day_after", 1)):
            counting = Counting.model_validate({"boundary_day": boundary, "missing_day": missing})
            full = full_on(days, months, counting)
            assert full[0] == np.datetime64(expected) + shift
            assert np.isnat(full[1])
