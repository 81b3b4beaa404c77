"""Numbers of one document meet however they are written, and two documents stay two."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from yngis.catalogue.tables.shapes.shape_match import LEVELS, match_numbers, read_numbers
from yngis.catalogue.tables.values.document_numbers import (
    loose_number,
    numbers_within,
    split_numbers,
)
from yngis.report.audit.changes import compare_audits, numbering_notice

NAMES = ("supervision_no", "contract_no", "parcel_no")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("嵩出让〔2021〕007号", "嵩出让2021-7"),
        ("嵩出让（2021）7", "嵩出让[2021]第07 号"),
        ("GY-0012", "gy12"),
        ("2019.01", "2019-1"),
    ],
)
def test_one_number_in_two_spellings(one: str, other: str) -> None:
    assert loose_number(one) == loose_number(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("2021-71", "2021-7-1"), ("A10", "A1"), ("甲2021-1", "乙2021-1"), ("20211", "2021-1")],
)
def test_two_numbers_stay_two(one: str, other: str) -> None:
    assert loose_number(one) != loose_number(other)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("甲政〔2018〕3号、甲政〔2019〕4号", ["甲政〔2018〕3号", "甲政〔2019〕4号"]),
        ("甲政〔2018〕3、14号", ["甲政〔2018〕3", "甲政〔2018〕14号"]),
        ("甲政〔2018〕3号和乙政〔2019〕4号", ["甲政〔2018〕3号", "乙政〔2019〕4号"]),
        ("GB-3，GB-4", ["GB-3", "GB-4"]),
        ("2018/003", ["2018/003"]),
        ("甲、乙联合体2018-3", ["甲、乙联合体2018-3"]),
    ],
)
def test_cells_of_several_numbers(cell: str, numbers: list[str]) -> None:
    assert split_numbers(cell) == numbers


def test_numbers_in_a_title() -> None:
    title = "《省政府关于某县2018年度第3批次农用地转用的批复》（甲政地复〔2018〕 第23号）"
    assert numbers_within(title) == ["甲政地复〔2018〕 第23号"]
    assert numbers_within("无文号") == []


# Records and polygons: brackets for dashes, lost zeros, and a second part written in another way.
def test_polygons_find_records_written_otherwise() -> None:
    def numbers(contracts: list[str], parcels: list[str | None]) -> dict[str, np.ndarray]:
        return {
            "contract_no": np.array(contracts, dtype=object),
            "parcel_no": np.array(parcels, dtype=object),
        }

    records = read_numbers(
        numbers(["嵩2021-002", "嵩2021-003", "嵩2021-009"], ["2", "3", None]), NAMES
    )
    shapes = read_numbers(
        numbers(
            ["嵩（2021）002", "嵩2021-002", "嵩2021-3号", "嵩（2021）9"], ["2", "2", "03", None]
        ),
        NAMES,
    )
    found = match_numbers(records, shapes, np.zeros(3, dtype=bool), LEVELS["supply"])
    assert found.owner.tolist() == [0, 0, 1, 2]
    assert found.padded.tolist() == [True, True, True]


def audit_of(**areas: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [name.replace("_", "-") for name in areas],
            "finding": "suspected_idle",
            "zone": "",
            "idle_class": "",
            "days": 9.0,
            "area_m2": list(areas.values()),
        }
    )


def test_another_area_is_a_change_though_the_finding_is_the_same() -> None:
    before = audit_of(A_01=1e4, B=2e4, C=3e4, D=np.nan)
    now = audit_of(A_1=1e4, B=2.5e4, C=3e4 + 0.5, D=5e3)
    assert numbering_notice(before, now) == ""
    told = compare_audits(before, now)
    assert told[["change", "id", "area_ha"]].to_numpy().tolist() == [
        ["area", "B", 2.5],
        ["area", "D", 0.5],
    ]
    assert told["area_before_ha"].iloc[0] == 2.0


def test_numbers_that_differ_only_so_in_one_audit_stay_apart() -> None:
    told = compare_audits(audit_of(A_01=1e4, A_1=2e4), audit_of(A_01=1e4, A_1=2e4))
    assert len(told) == 0


# Two parcels of one contract: the area of all of it is compared.
def test_areas_of_all_records_of_a_number_are_compared() -> None:
    before = pd.concat([audit_of(A=1e4), audit_of(A=2e4)])
    assert len(compare_audits(before, before)) == 0
    changed = pd.concat([audit_of(A=1e4), audit_of(A=4e4)])
    assert compare_audits(before, changed)["change"].tolist() == ["area"]
