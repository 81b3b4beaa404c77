"""Supply without a polygon beside a balance of polygons: by number, or open between two figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.audit.balancing.unlocated_supply import count_unlocated, number_doubts
from yngis.analysis.audit.places import Placing
from yngis.report.audit.run import AuditResult, audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "嵩明杨林经济技术开发区"
NUMBER = "云政土〔2022〕1号"
# Two squares of some 1.12 ha make an approval; the first is supplied, with a polygon.
FIRST, BOTH = shapely.box(103.0, 25.2, 103.001, 25.201), shapely.box(103.0, 25.2, 103.002, 25.201)


def audited(folder: Path, number: str | None, *, zone: str | None = ZONE) -> AuditResult:
    """One drawn record, and one without a polygon under a number or none."""
    base = {"用地单位": "甲", "合同签订日期": "2023-12-01", "约定动工日期": "2026-06-01"}
    gpd.GeoDataFrame(
        [
            base | {"合同编号": "H1", "供应面积(公顷)": 1.12, "批准文号": NUMBER, "开发区": ZONE},
            base | {"合同编号": "H2", "供应面积(公顷)": 1.0, "批准文号": number, "开发区": zone},
        ],
        geometry=[FIRST, None],
        crs=4490,
    ).to_file(folder / "s.gpkg")
    gpd.GeoDataFrame(
        [{"批准文号": NUMBER, "批准日期": "2022-06-01", "开发区": ZONE}],
        geometry=[BOTH],
        crs=4490,
    ).to_file(folder / "a.gpkg")
    return audit(
        folder / "s.gpkg", folder / "out", as_of="2025-12-31", approvals=folder / "a.gpkg",
        map_page=False,
    )  # fmt: skip


def row_of(result: AuditResult, level: str, place: str) -> Any:
    return result.summary.set_index(["level", "place"]).loc[(level, place)]


def test_a_record_without_polygon_is_counted_by_its_number(tmp_path: Path) -> None:
    result = audited(tmp_path, NUMBER)
    told = row_of(result, "zone", ZONE)
    # 1.12 ha are left of the polygon, 1 ha of them bear the number of the record.
    assert told["unsupplied_ha"] == pytest.approx(0.12, abs=0.01)
    assert told["unsupplied_least_ha"] == pytest.approx(told["unsupplied_ha"])
    table = pd.read_csv(tmp_path / "out" / "approvals_balance.csv").iloc[0]
    assert table["by_number_ha"] == pytest.approx(1.0)
    parts = table[["supplied_ha", "unsupplied_ha", "sliver_ha"]].sum()
    assert parts == pytest.approx(table["own_ha"])
    assert any("按批准文号扣除 1.00 公顷" in line for line in audit_summary_lines(result))


@pytest.mark.parametrize("zone", [ZONE, None])
def test_a_record_of_no_approval_leaves_the_verdict_open(tmp_path: Path, zone: str | None) -> None:
    result = audited(tmp_path, None, zone=zone)
    found = result.verdicts.set_index("zone").loc[ZONE]
    assert found["verdict"] == "undetermined"
    assert "1.00 公顷供应未对上批准或位置不详" in found["why"]
    for level, place in (("zone", ZONE), ("province", "云南省")):
        told = row_of(result, level, place)
        assert told["unsupplied_ha"] == pytest.approx(1.12, abs=0.01)
        assert told["unsupplied_least_ha"] == pytest.approx(0.12, abs=0.01)
    [line] = [line for line in audit_summary_lines(result) if "位置不详" in line]
    assert "1.00 ha could be supplied, location unknown" in line
    out = tmp_path / "out"
    report = (out / "report.html").read_text("utf-8")
    assert "可能已供、位置不详" in report
    assert "批而未供下限" in report
    table = pd.read_csv(out / "approvals_balance.csv").iloc[0]
    assert table["could_be_supplied_ha"] == pytest.approx(1.0)
    assert table["unsupplied_least_ha"] == pytest.approx(0.12, abs=0.01)
    ratios = pd.read_csv(out / "ratios.csv").set_index(["level", "place", "ratio"])
    rate = ratios.loc[("zone", ZONE, "supply_rate")]
    assert rate["value"] == rate["least"] == pytest.approx(0.5, abs=0.01)
    assert rate["most"] == pytest.approx(0.946, abs=0.01)
    listed = pd.read_csv(out / "unlocated_supply.csv")
    assert listed["fate"].tolist() == ["可能已供，位置不详"]
    assert "无图形供应" in openpyxl.load_workbook(out / "ledger.xlsx").sheetnames


def test_a_number_known_for_a_withdrawn_approval_only_takes_nothing() -> None:
    approvals = pd.DataFrame({"approval_no": ["甲〔2020〕1号", "甲〔2020〕2号"]})
    balance = pd.DataFrame({"unsupplied_m2": [9.0], "sliver_m2": 0.0, "stock_m2": 9.0})
    supply = pd.DataFrame({"area_m2": [4.0], "approval_no": ["甲〔2020〕2号"]})
    found = count_unlocated(
        approvals, balance, supply, np.arange(1), np.datetime64("2025-12-31")
    )  # fmt: skip
    assert (found.taken_m2.tolist(), found.open_m2.tolist()) == ([0.0], [0.0])
    assert found.fate.tolist() == ["elsewhere"]


AREAS = st.floats(0.0, 1e6).map(lambda area: round(area, 1))


@given(
    st.lists(st.tuples(AREAS, AREAS, st.sampled_from(["1", "2", None])), min_size=1, max_size=6),
    st.lists(st.tuples(AREAS, st.sampled_from(["1", "3", None]), st.booleans()), max_size=6),
)
def test_law_no_more_is_taken_than_there_is(
    blocks: list[tuple[float, float, str | None]], records: list[tuple[float, str | None, bool]]
) -> None:
    """Taken and open add up to the records; disposed of in the year is never below nothing."""
    approvals = pd.DataFrame({"approval_no": [n and f"甲〔2020〕{n}号" for *_, n in blocks]})
    room = np.array([left for left, *_ in blocks])
    more = np.array([since for _, since, _ in blocks])
    balance = pd.DataFrame({"unsupplied_m2": room, "sliver_m2": 0.0, "stock_m2": room + more})
    days = [np.datetime64("2025-05-01" if late else "2024-05-01", "s") for *_, late in records]
    supply = pd.DataFrame(
        {
            "area_m2": np.array([area for area, *_ in records], dtype=float),
            "approval_no": pd.Series(
                [n and f"甲〔2020〕{n}号" for _, n, _ in records], dtype="object"
            ),
            "supply_date": np.array(days, dtype="M8[s]"),
        }
    )
    found = count_unlocated(
        approvals, balance, supply, np.arange(len(records)), np.datetime64("2025-12-31")
    )  # fmt: skip
    taken, stock = found.taken_m2.to_numpy(), found.stock_m2.to_numpy()
    assert (taken <= room + 1e-6).all()
    assert found.counted_m2.sum() == pytest.approx(taken.sum(), abs=1e-3)
    whole = found.counted_m2.sum() + found.open_m2.sum()
    assert whole == pytest.approx(supply["area_m2"].sum(), abs=1e-1)
    disposed = (room + more - stock) - (room - taken)
    assert (disposed >= -1e-6).all()


def test_land_of_one_number_in_two_zones_is_uncertain_both_ways() -> None:
    where = Placing(np.array([0, 0]), np.array([0, 1]), np.array([0.5, 0.5]), ("东", "西"))
    # 8 of 10 taken, 4 given to each zone: one may hold 5, the other then 3.
    more, less = number_doubts(
        np.array([10.0]), np.array([8.0]), np.array(["甲"], dtype=object), where
    )  # fmt: skip
    assert more.tolist() == less.tolist() == [1.0, 1.0]
