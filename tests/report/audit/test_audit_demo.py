"""The audit of the demonstration finds all that was planted, and nothing else, in every carrier."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAYERS = ("supply", "supply_shapefile", "supply_gdb")
# What only polygons can show.
BY_POLYGON = {"geometry_invalid", "outside_province", "polygon_missing", "area_differs"}


@pytest.fixture(scope="module", params=[*LAYERS, "supply_excel"])
def carrier(
    request: pytest.FixtureRequest,
    bureau: dict[str, Path],
    audited: Any,
    run: Callable[..., Any],
) -> tuple[str, Any]:
    if request.param == "supply":
        return request.param, audited
    return request.param, run(bureau[request.param])


def numbers(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column).to_numpy(dtype="float64")


def test_the_demonstration_holds_every_finding_and_fault(truth: pd.DataFrame) -> None:
    assert set(truth["finding"]) == {
        "not_due", "overdue_start", "suspected_idle", "suspended", "in_progress",
        "overdue_completion", "completed", "disposed", "indeterminate",
    }  # fmt: skip
    assert len(set(truth["rule"])) == 12
    assert set(truth["rejected"]) == {"", "duplicate_record", "later_than_as_of"}


def test_findings(carrier: tuple[str, Any], truth: pd.DataFrame) -> None:
    _, audited = carrier
    planted = truth[truth["rejected"] == ""]
    found = audited.table("supply_findings").set_index("id")
    assert sorted(found.index) == sorted(planted["id"])
    found = found.loc[planted["id"]]
    for column in ("finding", "branch", "idle_class", "zone"):
        assert found[column].tolist() == planted[column].tolist(), column
    assert numbers(found["fee_wan"]) == pytest.approx(
        numbers(planted["fee_wan"]), abs=0.01, nan_ok=True
    )
    assert (found["evidence"] != "").all()


def test_faults(carrier: tuple[str, Any], truth: pd.DataFrame) -> None:
    kind, audited = carrier
    issues, rejected = audited.table("issues"), audited.table("rejected")
    planted = set(truth.loc[truth["rule"] != "", ["id", "rule"]].itertuples(index=False, name=None))
    between = truth[(truth["between"] != "") & (truth["rejected"] == "")]
    planted |= set(between[["id", "between"]].itertuples(index=False, name=None))
    left_out = set(
        truth.loc[truth["rejected"] != "", ["id", "rejected"]].itertuples(index=False, name=None)
    )
    if kind == "supply_excel":
        flat = {pair for pair in planted if pair[1] == "area_not_positive"}
        # Without a polygon nothing tells how large it is.
        planted |= {(name, "area_unknown") for name, _ in flat}
        planted -= {pair for pair in planted if pair[1] in BY_POLYGON}
        # The sheet lost the zero of every code; totals and signature are lines of their own.
        issues = issues[issues["rule"] != "code_padded"]
        # By numbers alone, land that names no approval can be taken from none.
        found = audited.table("supply_findings")
        nameless = found.loc[found["approval_no"] == "", "id"]
        planted |= {(name, "approval_missing") for name in nameless}
        # An area fifteen times too large is more than its approval has.
        issues = issues[issues["rule"] != "supply_exceeds_approval"]
        planted = {pair for pair in planted if pair[1] != "code_padded"}
        rejected = rejected[~rejected["rule"].isin(["total_row", "note_row"])]
    outside = {name for name, rule in planted if rule == "outside_province"}
    if kind != "supply_excel":
        # Land outside the province lies apart from the approval that it names.
        planted |= {(name, "number_place_contradict") for name in outside}
    if kind == "supply":
        # The survey is that of the province: it shows nothing of land outside.
        planted |= {(name, "survey_missing") for name in outside}
    assert set(issues[["id", "rule"]].itertuples(index=False, name=None)) == planted
    assert len(issues) == len(planted)
    assert set(rejected[["id", "rule"]].itertuples(index=False, name=None)) == left_out
    assert len(rejected) == len(left_out)
    assert (issues["remedy"] != "").all()
    assert (rejected["record"] != "").all()


def test_every_row_is_counted_or_kept_aside(
    carrier: tuple[str, Any], bureau: dict[str, Path]
) -> None:
    kind, audited = carrier
    rows = pyogrio.read_info(bureau["supply"])["features"]
    held = len(audited.table("supply_findings")) + len(audited.table("rejected"))
    extra = audited.table("rejected")["rule"].isin(["total_row", "note_row"]).sum()
    assert held == rows + (extra if kind == "supply_excel" else 0)


def test_balance_in_space(
    carrier: tuple[str, Any], truth: pd.DataFrame, bureau: dict[str, Path]
) -> None:
    kind, audited = carrier
    if kind == "supply_excel":
        assert audited.result.conserved is None
        assert not (audited.folder / "balance.gpkg").exists()
        return
    planted = pd.read_csv(bureau["truth_approvals"]).set_index("id")
    found = audited.table("approvals_balance").set_index("id").loc[planted.index]
    # Records without a polygon are subtracted by their number besides.
    parts = ("unsupplied_ha", "by_number_ha", "sliver_ha")
    bare = np.nan_to_num(sum(numbers(found[name]) for name in parts))
    assert np.nanmax(numbers(found["by_number_ha"])) > 0.0
    # The File Geodatabase keeps coordinates to 1e-9 degrees, 0.1 mm.
    assert bare == pytest.approx(planted["open_ha"].to_numpy(), abs=2e-5)
    overlap = np.nan_to_num(numbers(found["overlap_ha"]))
    assert overlap == pytest.approx(planted["overlap_ha"].to_numpy(), abs=2e-5)
    gone = planted["status"] == "withdrawn"
    assert (found["status"] == "有效").tolist() == (~gone).tolist()
    outside = truth.loc[(truth["outside"] == "是") & (truth["rejected"] == ""), "id"]
    # What lies outside the province names an approval all the same: number against place.
    apart = audited.table("outside_misplaced")["id"].tolist()
    strays = truth.loc[truth["rule"] == "outside_province", "id"]
    assert apart == [name for name in strays if name in set(outside)]
    assert sorted([*audited.table("outside_approval")["id"], *apart]) == sorted(outside)
    assert audited.result.conserved
    assert numbers(found.loc[~gone, "error"]).max() < 1e-6


def test_balance_by_attributes(carrier: tuple[str, Any], bureau: dict[str, Path]) -> None:
    kind, audited = carrier
    run = json.loads((audited.folder / "run.json").read_text(encoding="utf-8"))
    assert run["basis"] == ("by_approval" if kind == "supply_excel" else "polygons")
    if kind != "supply_excel":
        return
    assert run["conserved"] is None
    approvals = pyogrio.read_dataframe(bureau["approvals"], read_geometry=False)
    live = approvals[approvals["撤回日期"].isna()]
    findings = audited.table("supply_findings")
    supplied = numbers(findings["area_m2"]) / 1e4
    by_number = pd.Series(supplied).groupby(findings["approval_no"].to_numpy()).sum()
    area = live.set_index("批准文号")["批准面积（公顷）"]
    expected = (area - by_number.reindex(area.index).fillna(0.0)).clip(lower=0.0).sum()
    summary = audited.table("zone_summary").set_index(["level", "place"])
    province = summary.loc["province"]
    assert numbers(province["unsupplied_ha"]).sum() == pytest.approx(expected, rel=1e-6)


def test_totals(audited: Any, truth: pd.DataFrame, bureau: dict[str, Path]) -> None:
    """Every level of the summary holds the same land, and it is what was planted."""
    findings = audited.table("supply_findings")
    area = numbers(findings["area_m2"]) / 1e4
    summary = audited.table("zone_summary")
    planted = pd.read_csv(bureau["truth_approvals"])
    for level in ("zone", "prefecture", "region", "province"):
        held = summary[summary["level"] == level]
        assert numbers(held["supplied_ha"]).sum() == pytest.approx(area.sum(), rel=1e-9)
        idle = area[(findings["finding"] == "suspected_idle").to_numpy()].sum()
        assert numbers(held["suspected_idle_ha"]).sum() == pytest.approx(idle, rel=1e-9)
        bare = np.nansum(numbers(held["unsupplied_ha"])) + np.nansum(numbers(held["sliver_ha"]))
        by_number = np.nansum(numbers(audited.table("approvals_balance")["by_number_ha"]))
        assert bare + by_number == pytest.approx(planted["open_ha"].sum(), rel=1e-6)
        assert numbers(held["supplied_mu"]) == pytest.approx(15 * numbers(held["supplied_ha"]))
    ratios = audited.table("ratios")
    one = ratios[(ratios["level"] == "province") & (ratios["place"] == "云南省")].set_index("ratio")
    share = float(one.loc["idle_rate", "numerator_ha"]) / float(
        one.loc["idle_rate", "denominator_ha"]
    )
    assert float(one.loc["idle_rate", "value"]) == pytest.approx(share, abs=1e-6)
    some = ratios[(ratios["ratio"] == "idle_rate") & (ratios["level"] == "zone")]
    named = {name for cell in some["numerator_ids"] if "见" not in cell for name in cell.split(";")}
    known = set(truth.loc[truth["finding"] == "suspected_idle", "id"])
    assert named - {""} <= known
    empty = ratios[ratios["value"] == ""]
    assert len(empty)
    assert (empty["reason"] != "").all()


def test_the_plan(audited: Any) -> None:
    verdicts = audited.result.verdicts
    assert len(verdicts) == 62
    assert {"sanction", "prefer"} <= set(verdicts["verdict"])
    criteria = audited.table("criteria")
    punished = verdicts[verdicts["verdict"] == "sanction"]
    assert (punished["to_leave"] != "").all()
    assert punished["exempt"].str.contains("民生保障").all()
    assert set(criteria["zone"]) == set(verdicts["zone"])


def test_land_use_of_the_survey(audited: Any, bureau: dict[str, Path]) -> None:
    use = audited.table("land_use")
    parcels = pyogrio.read_dataframe(bureau["parcels"], read_geometry=False)
    built = float(parcels.loc[parcels["DLBM"] == "0601", "TBMJ"].sum()) / 1e4
    assert numbers(use.loc[use["use_code"] == "0601", "area_ha"]).sum() == pytest.approx(
        built, rel=1e-5
    )


def test_the_order_of_rows_does_not_matter(
    audited: Any, bureau: dict[str, Path], run: Callable[..., Any], tmp_path: Path
) -> None:
    layer = pyogrio.read_dataframe(bureau["supply"])
    shuffled = layer.sample(frac=1.0, random_state=5, ignore_index=True)
    pyogrio.write_dataframe(shuffled, tmp_path / "供应.gpkg", layer="供应宗地")
    again = run(tmp_path / "供应.gpkg")
    same = [name for name in audited.table("supply_findings") if name != "row"]
    one, other = (
        each.table("supply_findings").sort_values("id", ignore_index=True)[same]
        for each in (audited, again)
    )
    pd.testing.assert_frame_equal(one, other)
    first, second = (each.result.summary.set_index(["level", "place"]) for each in (audited, again))
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


def test_splitting_parcels_keeps_totals(
    audited: Any, bureau: dict[str, Path], run: Callable[..., Any], tmp_path: Path
) -> None:
    """Every sound parcel cut in two by a meridian, under two parcel numbers."""
    layer = pyogrio.read_dataframe(bureau["supply"])
    sound = ~layer.geometry.isna() & layer.geometry.is_valid & layer["供应面积（公顷）"].gt(0)
    whole = layer[sound]
    west, south, east, north = shapely.bounds(whole.geometry.to_numpy()).T
    middle = (west + east) / 2
    halves = []
    for number, (left, right) in enumerate(((west, middle), (middle, east)), start=1):
        part = shapely.intersection(
            whole.geometry.to_numpy(), shapely.box(left, south, right, north)
        )
        half = whole.assign(宗地编号=whole["宗地编号"] + f"-{number}")
        for column in (
            "供应面积（公顷）",
            "应动工面积（公顷）",
            "已动工面积（公顷）",
            "成交价款（万元）",
        ):
            half[column] = half[column] / 2
        halves.append(half.set_geometry(gpd.GeoSeries(part, index=whole.index, crs=layer.crs)))
    cut = pd.concat([*halves, layer[~sound]], ignore_index=True)
    pyogrio.write_dataframe(cut, tmp_path / "供应.gpkg", layer="供应宗地")
    again = run(tmp_path / "供应.gpkg")
    first, second = (each.result.summary.set_index(["level", "place"]) for each in (audited, again))
    numeric = first.columns.drop("boundary")
    pd.testing.assert_frame_equal(first[numeric], second[numeric], rtol=1e-6, atol=1e-6)
