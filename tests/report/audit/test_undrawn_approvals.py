"""Approvals without a polygon beside drawn ones: by number, or supply whose approval is unknown."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.audit.balancing.undrawn_approvals import Homes, sort_outside, supply_beyond
from yngis.analysis.audit.places import Placing
from yngis.report.audit.run import AuditResult, audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

ZONE, OTHER = "嵩明杨林经济技术开发区", "昆明高新技术产业开发区"
DRAWN, BARE = "云政土〔2022〕1号", "云政土〔2022〕2号"
# Squares of some 1.1165 ha side by side; the first is approved with a polygon, and supplied.
FIRST, SECOND = (
    shapely.box(103.0, 25.2, 103.001, 25.201),
    shapely.box(103.01, 25.2, 103.011, 25.201),
)
SQUARE = 1.1165


def audited(
    folder: Path,
    supply: dict[str, Any] | None = None,
    approval: dict[str, Any] | None = None,
    *,
    shape: Any = SECOND,
    bare: Any = None,
    map_page: bool = False,
    broken: bytes = b"",
) -> AuditResult:
    """One record on the drawn approval, one beside it, and an approval that nobody drew."""
    base = {
        "用地单位": "甲", "合同签订日期": "2023-12-01", "约定动工日期": "2026-06-01",
        "开发区": ZONE, "供应面积(公顷)": SQUARE, "批准文号": DRAWN, "合同编号": "H1",
    }  # fmt: skip
    gpd.GeoDataFrame(
        [base, base | {"合同编号": "H2", "批准文号": None} | (supply or {})],
        geometry=[FIRST, shape],
        crs=4490,
    ).to_file(folder / "s.gpkg")
    given_ = {"批准日期": "2022-06-01", "开发区": ZONE, "批准面积(公顷)": 2.0, "撤回日期": None}
    gpd.GeoDataFrame(
        [
            given_ | {"批准文号": DRAWN, "批准面积(公顷)": SQUARE},
            given_ | {"批准文号": BARE} | (approval or {}),
        ],
        geometry=[FIRST, bare],
        crs=4490,
    ).to_file(folder / "a.gpkg")
    if broken:
        _break_geometry(folder / "a.gpkg", broken)
    return audit(
        folder / "s.gpkg", folder / "out", as_of="2025-12-31", approvals=folder / "a.gpkg",
        map_page=map_page,
    )  # fmt: skip


def _break_geometry(path: Path, wkb: bytes) -> None:
    """Give the second feature a geometry that no reader can make."""
    with closing(sqlite3.connect(path)) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            base.execute(f'DROP TRIGGER "{name}"')
        head = b"GP\x00\x01" + struct.pack("<i", 4490)
        base.execute("UPDATE a SET geom = ? WHERE fid = 2", (head + wkb,))
        base.commit()


def row_of(result: AuditResult, level: str = "zone", place: str = ZONE) -> Any:
    return result.summary.set_index(["level", "place"]).loc[(level, place)]


def table_of(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "out" / f"{name}.csv")


@pytest.mark.parametrize("bare", [None, shapely.Polygon()])
def test_it_is_balanced_by_number(tmp_path: Path, bare: Any) -> None:
    result = audited(tmp_path, {"批准文号": "云政土(2022)2号"}, bare=bare)
    # 2 ha more are approved, 1.1165 ha of them supplied, nothing lies outside.
    told = row_of(result)
    assert told["approved_ha"] == pytest.approx(SQUARE + 2.0, abs=0.01)
    assert told["supplied_of_approved_ha"] == pytest.approx(2 * SQUARE, abs=0.01)
    assert told["unsupplied_ha"] == pytest.approx(2.0 - SQUARE, abs=0.01)
    assert told["unsupplied_least_ha"] == pytest.approx(told["unsupplied_ha"])
    assert told["outside_approval_most_ha"] == pytest.approx(0.0)
    assert len(table_of(tmp_path, "outside_approval")) == 0
    row = table_of(tmp_path, "approvals_balance").set_index("id").loc[BARE]
    assert row["basis"] == "无图形，按记录面积和文号"
    parts = row[["supplied_ha", "unsupplied_ha", "sliver_ha"]].sum()
    assert parts == pytest.approx(row["own_ha"]) == pytest.approx(2.0)
    listed = table_of(tmp_path, "outside_unknown").iloc[0]
    assert listed["by_number_ha"] == pytest.approx(SQUARE, abs=0.01)
    assert listed["fate"] == "文号属无图形的批准，按文号计入其已供"
    assert any("按批准文号计入已供 1.12 公顷" in line for line in audit_summary_lines(result))


def test_supply_that_could_lie_on_it_is_told_and_accuses_nobody(tmp_path: Path) -> None:
    result = audited(tmp_path, map_page=True)
    told = row_of(result)
    assert told["unsupplied_ha"] == pytest.approx(2.0, abs=0.01)
    assert told["unsupplied_least_ha"] == pytest.approx(2.0 - SQUARE, abs=0.01)
    assert told["outside_approval_ha"] == told["outside_approval_least_ha"] == 0.0
    assert told["outside_approval_most_ha"] == pytest.approx(SQUARE, abs=0.01)
    found = result.verdicts.set_index("zone").loc[ZONE]
    assert found["verdict"] == "undetermined"
    out = tmp_path / "out"
    assert len(table_of(tmp_path, "outside_approval")) == 0
    row = table_of(tmp_path, "approvals_balance").set_index("id").loc[BARE]
    assert row["unsupplied_least_ha"] == pytest.approx(2.0 - SQUARE, abs=0.01)
    listed = table_of(tmp_path, "outside_unknown")
    assert listed["id"].tolist() == ["H2"]
    assert listed["fate"].tolist() == ["批准不详：可能在无图形的批准范围内，不作未批先供"]
    layers = gpd.list_layers(out / "balance.gpkg")["name"].tolist()
    assert "outside_unknown" in layers
    assert "outside_approval" not in layers
    issues = table_of(tmp_path, "issues").set_index("rule")
    assert issues.loc["approval_not_drawn", "id"] == BARE
    assert issues.loc["supply_approval_open", "id"] == "H2"
    [line] = [line for line in audit_summary_lines(result) if "没有可用的图形" in line]
    assert "未批先供疑似在 0.00 与 1.12 公顷之间，批而未供在 0.88 与 2.00 公顷之间" in line
    assert "1.12 ha of supply could lie on approvals nobody drew, approval unknown" in line
    report = (out / "report.html").read_text("utf-8")
    for words in ("无图形的批准", "批准不详的供应", "未批先供疑似上限", "批而未供下限"):
        assert words in report
    assert "批准不详的供应" in openpyxl.load_workbook(out / "ledger.xlsx").sheetnames
    page = (out / "map.html").read_text("utf-8")
    assert "不含无图形的批准" in page
    assert "1 宗供应因此批准不详" in page


@pytest.mark.parametrize(
    ("supply", "approval"),
    [
        ({"合同签订日期": "2021-12-01"}, {}),
        ({"开发区": OTHER}, {}),
        ({}, {"撤回日期": "2023-01-01"}),
        ({"批准文号": BARE}, {"撤回日期": "2023-01-01"}),
    ],
    ids=[
        "day before",
        "other zone",
        "withdrawn before",
        "withdrawn by number",
    ],
)
def test_what_number_or_day_prove_stays_outside(
    tmp_path: Path, supply: dict[str, Any], approval: dict[str, Any]
) -> None:
    result = audited(tmp_path, supply, approval)
    assert table_of(tmp_path, "outside_approval")["id"].tolist() == ["H2"]
    told = row_of(result, "province", "云南省")
    assert told["outside_approval_least_ha"] == pytest.approx(SQUARE, abs=0.01)


# It names an approval that is drawn elsewhere: number and place contradict each other.
def test_the_number_of_a_drawn_approval_is_in_doubt(tmp_path: Path) -> None:
    audited(tmp_path, {"批准文号": DRAWN}, {})
    assert table_of(tmp_path, "outside_approval")["id"].tolist() == []
    assert table_of(tmp_path, "outside_misplaced")["id"].tolist() == ["H2"]


@pytest.mark.parametrize(
    ("supply", "approval"),
    [
        ({"批准文号": "云政土〔2022〕99号"}, {}),
        ({"合同签订日期": None}, {}),
        ({}, {"批准日期": None}),
        ({"开发区": OTHER}, {"开发区": None}),
        ({}, {"撤回日期": "2024-06-01"}),
        ({"批准文号": BARE}, {"撤回日期": "2024-06-01"}),
        ({"批准文号": BARE}, {"撤回日期": "2020年X月"}),
    ],
    ids=["stray number", "no day", "no day of approval", "no zone", "withdrawn later",
         "withdrawn later by number", "open"],
)  # fmt: skip
def test_what_nothing_proves_is_open(
    tmp_path: Path, supply: dict[str, Any], approval: dict[str, Any]
) -> None:
    result = audited(tmp_path, supply, approval)
    assert len(table_of(tmp_path, "outside_approval")) == 0
    assert table_of(tmp_path, "outside_unknown")["id"].tolist() == ["H2"]
    told = row_of(result, "province", "云南省")
    assert told["outside_approval_least_ha"] == 0.0
    assert told["outside_approval_most_ha"] == pytest.approx(SQUARE, abs=0.01)


def test_what_recorded_areas_cannot_hold_lies_outside(tmp_path: Path) -> None:
    result = audited(tmp_path, approval={"批准面积(公顷)": 0.5})
    told = row_of(result)
    # 0.5 ha and a tolerance fit; the record itself is accused of nothing.
    assert 0.58 < told["outside_approval_least_ha"] <= SQUARE - 0.5 + 0.001
    assert told["unsupplied_least_ha"] == pytest.approx(0.0)
    assert len(table_of(tmp_path, "outside_approval")) == 0


def test_a_record_without_polygon_is_counted_on_it_by_number(tmp_path: Path) -> None:
    result = audited(tmp_path, {"批准文号": BARE}, shape=None)
    told = row_of(result)
    assert told["unsupplied_ha"] == pytest.approx(2.0 - SQUARE, abs=0.01)
    assert table_of(tmp_path, "unlocated_supply")["fate"].tolist() == ["按批准文号扣除"]


@pytest.mark.parametrize(
    ("approval", "words"),
    [
        (
            {"开发区": None, "批准面积(公顷)": 300.0},
            "300.00 公顷批准是否有效不明，或无图形、归属不详",
        ),
        ({"撤回日期": "2020年X月", "批准面积(公顷)": 300.0}, "300.00 公顷批准是否有效不明"),
    ],
    ids=["no zone", "open"],
)
def test_no_verdict_rests_on_what_may_be_approved_there(
    tmp_path: Path, approval: dict[str, Any], words: str
) -> None:
    # The record stands on the drawn approval too: nothing but the approval is unknown.
    result = audited(tmp_path, {"批准文号": DRAWN}, approval, shape=None)
    found = result.verdicts.set_index("zone").loc[ZONE]
    assert found["verdict"] == "undetermined"
    assert words in found["why"]


def test_an_approval_that_was_not_read_is_told(tmp_path: Path) -> None:
    rows = {"批准文号": [DRAWN, BARE], "批准面积(公顷)": [SQUARE, None], "开发区": ZONE}
    pd.DataFrame(rows).to_csv(tmp_path / "a.csv", index=False)
    supply = {"合同编号": ["H1"], "供应面积(公顷)": SQUARE, "批准文号": DRAWN, "开发区": ZONE}
    pd.DataFrame(supply).to_csv(tmp_path / "s.csv", index=False)
    result = audit(
        tmp_path / "s.csv", tmp_path / "out", as_of="2025-12-31", approvals=tmp_path / "a.csv"
    )
    assert any("1 行批准未能读入" in line for line in audit_summary_lines(result))
    assert "1 行批准未能读入" in (tmp_path / "out" / "report.html").read_text("utf-8")


@pytest.mark.parametrize("hectares", [2.0, None])
def test_one_whose_geometry_nobody_can_read_counts_by_its_number(
    tmp_path: Path, hectares: float | None
) -> None:
    given_ = {"批准面积(公顷)": hectares}
    cut_off = b"\x01\x03\x00\x00\x00\xff\xff"
    named = {"批准文号": "云政土(2022)2号"}
    result = audited(tmp_path, named, given_, bare=SECOND, broken=cut_off)
    assert len(table_of(tmp_path, "outside_approval")) == 0
    issues = table_of(tmp_path, "issues")
    told = issues[issues["table"] == "approvals"].set_index("rule")["id"]
    assert told["geometry_unreadable"] == BARE
    lines = audit_summary_lines(result)
    assert any("1 件批准没有可用的图形" in line for line in lines)
    assert any("1 件面积不详" in line for line in lines) == (hectares is None)


def test_one_of_unknown_area_may_hold_any_land() -> None:
    approvals = pd.DataFrame({"approval_no": ["甲〔2020〕1号"], "area_m2": [np.nan]})
    supply = pd.DataFrame({"approval_no": ["甲〔2020〕1号", None]})
    outside = gpd.GeoDataFrame(
        {"record": [0, 1], "area_m2": [5.0, 4.0]}, geometry=[None, None], crs=4490
    )
    found = sort_outside(
        approvals, np.arange(1), supply, outside, as_of=np.datetime64("2025-12-31"),
        homes=Homes(np.array(["东"]), np.array(["东", "东"]), frozenset()),
    )  # fmt: skip
    assert found.land["fate"].tolist() == ["open", "open"]
    assert (found.taken_m2.tolist(), found.rooms_m2.tolist()) == ([0.0], [np.inf])
    # Those that may reach it are never more than it may hold, and a place without it holds none.
    where = Placing(np.array([0]), np.array([0]), np.ones(1), ("东", "西"))
    supplied = Placing(np.array([0, 1]), np.array([0, 1]), np.ones(2), ("东", "西"))
    beyond = supply_beyond(np.array([5.0, 4.0]), supplied, np.array([np.inf]), where, "（未知）")
    assert beyond == {"东": 0.0, "西": 4.0}


AREAS = st.floats(1.0, 1e6).map(lambda area: round(area, 1))
NUMBERS = st.sampled_from(["1", "2", "9", None])


@given(
    st.lists(st.tuples(AREAS, NUMBERS, st.booleans()), min_size=1, max_size=6),
    st.lists(st.tuples(AREAS, NUMBERS, st.sampled_from(["2019", "2021", "2025"])), max_size=6),
)
def test_law_counted_open_and_outside_are_all_that_lay_outside(
    blocks: list[tuple[float, str | None, bool]], records: list[tuple[float, str | None, str]]
) -> None:
    """No approval takes more than its area, and no land is in two lists."""
    approvals = pd.DataFrame(
        {
            "approval_no": pd.Series(
                [n and f"甲〔2020〕{n}号" for _, n, _ in blocks], dtype="object"
            ),
            "approval_date": np.array([np.datetime64("2020-01-01", "s")] * len(blocks)),
            "area_m2": [area for area, *_ in blocks],
        }
    )
    bare = np.array([hidden for *_, hidden in blocks], dtype=bool).nonzero()[0]
    supply = pd.DataFrame(
        {
            "approval_no": pd.Series(
                [n and f"甲〔2020〕{n}号" for _, n, _ in records], dtype="object"
            ),
            "supply_date": np.array([f"{year}-05-01" for *_, year in records], dtype="M8[s]"),
        }
    )
    outside = gpd.GeoDataFrame(
        {"record": np.arange(len(records)), "area_m2": np.array([a for a, *_ in records], float)},
        geometry=[None] * len(records),
        crs=4490,
    )
    homes = Homes(
        np.array(["东"] * len(bare), object), np.array(["东"] * len(records), object), frozenset()
    )
    found = sort_outside(
        approvals, bare, supply, outside, homes=homes, as_of=np.datetime64("2025-12-31")
    )
    counted, open_ = found.land["counted_m2"].sum(), found.land["open_m2"].sum()
    whole = counted + open_ + found.outside["area_m2"].sum()
    assert whole == pytest.approx(outside["area_m2"].sum(), abs=1.0)
    assert counted == pytest.approx(found.taken_m2.sum(), abs=1e-3)
    assert (found.taken_m2 <= found.area_m2 + 1e-6).all()
    assert (found.stock_m2 >= found.area_m2 - found.taken_m2 - 1e-6).all()
    assert set(found.land["record"]).isdisjoint(found.outside["record"])
