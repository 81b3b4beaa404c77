"""Audits of a ledger in one file and its polygons in another, and of ledgers without polygons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from yngis.errors import SpecError
from yngis.report.audit import audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2025-12-31"
SIDE = 0.001
HEADERS = ["合同编号", "供应面积(公顷)", "供应日期", "约定动工日期", "批准文号"]


def square(place: int, width: float = SIDE) -> shapely.Polygon:
    west = 102.5 + 0.01 * place
    return shapely.box(west, 25.0, west + width, 25.0 + SIDE)


def files(folder: Path, bare: int = 0) -> dict[str, Path]:
    """Two parcels, each half of its approval, and as many besides that no polygon bears."""
    made = {name: folder / name for name in ("台账.csv", "图形.gpkg", "批准.csv", "批准图形.gpkg")}
    lines = [[f"CR-{n}", 1.12, "2019-03-01", "2020-03-01", f"云政复〔2018〕{n}号"] for n in (1, 2)]
    lines += [
        [f"XX-{n}", 3.0, "2019-03-01", "2020-03-01", "云政复〔2018〕1号"] for n in range(bare)
    ]
    pd.DataFrame(lines, columns=HEADERS).to_csv(made["台账.csv"], index=False)
    gpd.GeoDataFrame(
        {"合同编号": ["cr-1", "CR－2"]}, geometry=[square(1), square(2)], crs=4490
    ).to_file(made["图形.gpkg"])
    numbers = [f"云政复〔2018〕{n}号" for n in (1, 2)]
    pd.DataFrame({"批准文号": numbers, "批准面积(公顷)": [2.24, 2.24]}).to_csv(
        made["批准.csv"], index=False
    )
    gpd.GeoDataFrame(
        {"批准文号": numbers}, geometry=[square(1, 2 * SIDE), square(2, 2 * SIDE)], crs=4490
    ).to_file(made["批准图形.gpkg"])
    return made


def whole(result: Any) -> Any:
    return result.summary.set_index(["level", "place"]).loc[("province", "云南省")]


def test_both_sides_joined_by_number_are_balanced_as_polygons(tmp_path: Path) -> None:
    made = files(tmp_path)
    out = tmp_path / "o"
    result = audit(
        made["台账.csv"], out, as_of=DAY, supply_shapes=made["图形.gpkg"],
        approvals=made["批准.csv"], approvals_shapes=made["批准图形.gpkg"],
    )  # fmt: skip
    assert result.conserved
    # Half of each approval is supplied: a square of two, some 1.12 ha each.
    assert whole(result)["supply_rate"] == pytest.approx(0.5, abs=1e-3)
    assert whole(result)["unsupplied_ha"] == pytest.approx(2.24, abs=0.02)
    assert "图形" in audit_summary_lines(result)[-5] or any(
        "图形：" in line for line in audit_summary_lines(result)
    )
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert [each["role"] for each in run["inputs"]] == [
        "approvals", "approvals-shapes", "supply", "supply-shapes",
    ]  # fmt: skip
    assert run["options"]["supply_shapes"] == ["图形.gpkg"]
    assert (out / "map.html").exists()


def test_records_without_polygon_are_said_to_be_missing_from_the_balance(tmp_path: Path) -> None:
    made = files(tmp_path, bare=1)
    result = audit(
        made["台账.csv"], tmp_path / "o", as_of=DAY, supply_shapes=made["图形.gpkg"],
        approvals=made["批准图形.gpkg"], map_page=False,
    )  # fmt: skip
    told, of_no_zone = result.warnings
    assert of_no_zone.startswith("1 宗供应（3.00 公顷）不知属于哪个开发区")
    assert told.startswith("1 宗供应没有图形（3.00 公顷）")
    assert told in audit_summary_lines(result)
    assert told.split(" / ", maxsplit=1)[0] in (tmp_path / "o" / "report.html").read_text("utf-8")
    issues = (tmp_path / "o" / "issues.csv").read_text("utf-8-sig")
    assert "shape_missing" in issues


def test_a_ledger_alone_against_approvals_with_polygons_is_balanced_by_number(
    tmp_path: Path,
) -> None:
    made = files(tmp_path)
    result = audit(
        made["台账.csv"], tmp_path / "o", as_of=DAY, approvals=made["批准图形.gpkg"],
        map_page=False,
    )  # fmt: skip
    assert "按批准文号" in result.basis
    assert any("按批准文号" in line for line in audit_summary_lines(result))
    assert whole(result)["unsupplied_ha"] == pytest.approx(2.24, abs=0.02)


def test_shapes_of_approvals_need_their_ledger(tmp_path: Path) -> None:
    made = files(tmp_path)
    with pytest.raises(SpecError, match="--approvals-shapes"):
        audit(made["台账.csv"], tmp_path / "o", as_of=DAY, approvals_shapes=made["批准图形.gpkg"])
