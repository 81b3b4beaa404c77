"""What shows only between the tables: numbers, order of days, land supplied twice, fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import Polygon, box

from yngis.report.audit import audit

if TYPE_CHECKING:
    from pathlib import Path

STEP = 0.001
WEST, SOUTH = 102.7, 24.9


def field(x: float, y: float, width: float = 1, height: float = 1) -> Polygon:
    return box(
        WEST + x * STEP, SOUTH + y * STEP, WEST + (x + width) * STEP, SOUTH + (y + height) * STEP
    )


def run(folder: Path, supply: Any, approvals: Any, **more: Any) -> dict[str, pd.DataFrame]:
    paths = {}
    for name, table in (("supply", supply), ("approvals", approvals), *more.items()):
        if isinstance(table, gpd.GeoDataFrame):
            paths[name] = folder / f"{name}.gpkg"
            pyogrio.write_dataframe(table, paths[name], layer=name)
        else:
            paths[name] = folder / f"{name}.csv"
            pd.DataFrame(table).to_csv(paths[name], index=False, encoding="utf-8-sig")
    result = audit(
        paths["supply"],
        folder / "out",
        as_of="2025-12-31",
        approvals=paths["approvals"],
        parcels=paths.get("parcels"),
        map_page=False,
    )
    told = {
        path.stem: pd.read_csv(path, encoding="utf-8-sig", dtype={"id": "str"})
        for path in result.folder.glob("*.csv")
    }
    told["summary"] = result.summary
    return told


def pairs(told: dict[str, pd.DataFrame]) -> set[tuple[str, str]]:
    issues = told["issues"]
    return set(issues[["id", "rule"]].itertuples(index=False, name=None))


def by_number(names: list[str], areas: list[float], **more: Any) -> dict[str, Any]:
    return {
        "合同编号": [f"H{at}" for at in range(len(names))],
        "批准文号": names,
        "供应面积（公顷）": areas,
        "约定动工日期": "2026-06-01",
        **more,
    }


APPROVAL = {
    "批准文号": ["云政〔2020〕12号"],
    "批准面积（公顷）": [50.0],
    "批准日期": ["2020-01-01"],
}


def test_spellings_of_a_number_are_one_number(tmp_path: Path) -> None:
    """Of 50 ha 40 are supplied under eight spellings: 10 are left, and nothing is told."""
    names = [
        "云政〔2020〕12号", "云政[2020]12号", "云政（2020）12号", "云政(2020)第12号",
        "云政 〔2020〕 12 号", "云政［２０２０］１２号", "云政【2020】12", "云政﹝2020﹞12号",
    ]  # fmt: skip
    told = run(tmp_path, by_number(names, [5.0] * 8), APPROVAL)
    province = told["summary"].query("level == 'province'")
    assert province["unsupplied_ha"].sum() == pytest.approx(10.0)
    assert not {rule for _, rule in pairs(told)} & {"approval_unknown", "supply_exceeds_approval"}
    # Shown as it was written, but for the width of figures.
    shown = told["supply_findings"]["approval_no"].tolist()
    assert shown[:5] == names[:5]
    assert shown[6:] == names[6:]


def test_numbers_that_no_approval_has_and_that_are_missing(tmp_path: Path) -> None:
    told = run(
        tmp_path, by_number(["云政〔2020〕12号", "云政〔2020〕13号", ""], [5.0] * 3), APPROVAL
    )
    assert {("H1", "approval_unknown"), ("H2", "approval_missing")} <= pairs(told)
    assert "H0" not in told["issues"]["id"].tolist()


def test_more_supplied_than_approved(tmp_path: Path) -> None:
    approvals = {**APPROVAL, "批准面积（公顷）": [10.0]}
    told = run(tmp_path, by_number(["云政〔2020〕12号"] * 2, [9.0, 7.0]), approvals)
    line = told["issues"].query("rule == 'supply_exceeds_approval'").iloc[0]
    assert (line["table"], line["area_m2"]) == ("approvals", pytest.approx(6e4))
    assert "16.0000" in line["value"]
    assert "10.0000" in line["value"]


def test_order_of_days_by_numbers(tmp_path: Path) -> None:
    approvals = {
        "批准文号": ["甲〔2020〕1号", "甲〔2020〕2号"],
        "批准面积（公顷）": [50.0, 50.0],
        "批准日期": ["2020-03-01", "2020-03-01"],
        "撤回日期": [None, "2022-01-01"],
    }
    days = ["2020-02-29", "2020-03-01", "2021-12-31", "2022-01-01", ""]
    names = ["甲〔2020〕1号"] * 2 + ["甲〔2020〕2号"] * 3
    told = run(tmp_path, by_number(names, [1.0] * 5, 供应日期=days), approvals)
    between = {pair for pair in pairs(told) if "approval" in pair[1] or "withdraw" in pair[1]}
    assert between == {
        ("H0", "supply_before_approval"),
        ("H2", "supply_before_withdrawal"),
        ("H3", "approval_withdrawn"),
        ("H4", "withdrawn_day_unknown"),
    }


def supplied(shapes: list[Any], days: list[str], **more: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "合同编号": [f"H{at}" for at in range(len(shapes))],
            "供应日期": pd.to_datetime(days),
            **more,
        },
        geometry=shapes,
        crs=4490,
    )


def approved(shapes: list[Any], days: list[str]) -> gpd.GeoDataFrame:
    numbers = [f"甲〔2020〕{at}号" for at in range(len(shapes))]
    return gpd.GeoDataFrame(
        {"批准文号": numbers, "批准日期": pd.to_datetime(days)}, geometry=shapes, crs=4490
    )


def test_land_supplied_twice_pair_by_pair(tmp_path: Path) -> None:
    # [0, 2] and [1, 3] share one field; [3, 4] only touches; outside any approval two share half.
    supply = supplied(
        [field(0, 0, 2), field(1, 0, 2), field(3, 0), field(9, 9), field(9.5, 9)],
        ["2021-01-01"] * 5,
    )
    told = run(tmp_path, supply, approved([field(0, 0, 5)], ["2020-01-01"]))
    found = told["supply_overlaps"]
    assert found[["id", "id_2"]].to_numpy().tolist() == [["H0", "H1"], ["H3", "H4"]]
    one = float(told["supply_findings"]["area_m2"].iloc[2]) / 1e4
    assert found["overlap_ha"].tolist() == pytest.approx([one, one / 2], rel=1e-3)
    assert {("H1", "supply_overlap"), ("H4", "supply_overlap")} <= pairs(told)
    layers = {str(name) for name, _ in pyogrio.list_layers(tmp_path / "out" / "balance.gpkg")}
    assert "supply_overlaps" in layers


def test_completed_on_fields(tmp_path: Path) -> None:
    """Completed on dry land, on idle land and on industry; the last is right."""
    shapes = [field(0, 0), field(1, 0), field(2, 0), field(3, 0)]
    supply = supplied(
        shapes,
        ["2021-01-01"] * 4,
        实际动工日期=pd.to_datetime(["2021-06-01"] * 3 + [None]),
        实际竣工日期=pd.to_datetime(["2022-06-01"] * 3 + [None]),
        约定动工日期=pd.to_datetime(["2021-06-01"] * 3 + ["2026-06-01"]),
    )
    parcels = gpd.GeoDataFrame(
        {
            "BSM": list("abcd"),
            "DLBM": ["0103", "1201", "0601", "0103"],
            "DLMC": ["旱地", "空闲地", "工业用地", "旱地"],
        },
        geometry=shapes,
        crs=4490,
    )
    told = run(tmp_path, supply, approved([field(0, 0, 4)], ["2020-01-01"]), parcels=parcels)
    assert {pair for pair in pairs(told) if pair[1] == "built_on_bare"} == {
        ("H0", "built_on_bare"),
        ("H1", "built_on_bare"),
    }
    shown = told["survey_contradictions"]
    assert shown["id"].tolist() == ["H0", "H1"]
    assert shown["kind"].tolist() == ["已竣工"] * 2
    assert shown["bare_share"].tolist() == pytest.approx([1.0, 1.0])


def test_spellings_of_a_contract_are_one_contract(tmp_path: Path) -> None:
    """The same contract in capitals, with blanks and another dash is told, and only that."""
    supply = {
        "合同编号": ["CR53-2020-001", "cr53—2020－001", "CR 53-2020-001", "CR53-2020-0011"],
        "供应面积（公顷）": [1.0, 2.0, 3.0, 4.0],
        "约定动工日期": "2026-06-01",
    }
    told = run(tmp_path, supply, APPROVAL)
    doubled = told["issues"].query("rule == 'same_contract'")
    assert doubled["row"].tolist() == [3, 4]  # as the file shows them, under the header
