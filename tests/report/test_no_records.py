"""A table with headers and no rows is told in every command; nothing is computed or written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from yngis.analysis.overlay import OverlayNotes, area_table
from yngis.errors import LayerError
from yngis.report.audit import audit
from yngis.report.clustering.run import read_enterprises
from yngis.report.intensity.inputs import read_intensity_inputs
from yngis.report.table_file import write_overlay_table
from yngis.report.targets.run import read_target_inputs

if TYPE_CHECKING:
    from pathlib import Path

SUPPLY = "合同编号,用地单位,面积(公顷),签订日期,约定动工日期,实际动工日期\n"
ROW = "A1,甲,1.5,2020-01-01,2021-01-01,\n"
APPROVALS = "批准文号,批准面积(公顷),批准日期\n"


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _audit(folder: Path, supply: str, approvals: str | None = None) -> None:
    more = {} if approvals is None else {"approvals": _file(folder, "批准.csv", approvals)}
    audit(
        _file(folder, "供应.csv", supply), folder / "out", as_of="2025-12-31", map_page=False,
        **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("supply", "approvals", "told"),
    [
        (SUPPLY, None, "--supply 供应.csv"),
        (SUPPLY + "合计,,1.5,,,\n", None, "合计"),
        (SUPPLY + "A1,甲,1.5,2030-01-01,,\n", None, "未计入"),
        (SUPPLY + ROW, APPROVALS, "--approvals 批准.csv"),
    ],
)
def test_an_audit_of_nothing(tmp_path: Path, supply: str, approvals: str | None, told: str) -> None:
    with pytest.raises(LayerError) as caught:
        _audit(tmp_path, supply, approvals)
    assert told in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_an_audit_with_an_empty_survey(tmp_path: Path) -> None:
    empty = gpd.GeoDataFrame({"BSM": [], "DLBM": [], "DLMC": []}, geometry=[], crs="EPSG:4490")
    empty.to_file(tmp_path / "dltb.gpkg", geometry_type="Polygon")
    supply = _file(tmp_path, "供应.csv", SUPPLY + ROW)
    with pytest.raises(LayerError, match="--parcels"):
        audit(supply, tmp_path / "out", as_of="2025-12-31", parcels=tmp_path / "dltb.gpkg")


def test_figures_of_no_zone(tmp_path: Path) -> None:
    stats = _file(tmp_path, "统计.csv", "开发区,年份,营业收入（亿元）\n")
    with pytest.raises(LayerError, match="至少一行"):
        read_target_inputs(stats)
    table = _file(tmp_path, "表.csv", "开发区,工矿仓储用地面积（公顷）\n")
    with pytest.raises(LayerError, match="至少一行"):
        read_intensity_inputs(table)


def test_no_enterprise(tmp_path: Path) -> None:
    listed = _file(tmp_path, "企业.csv", "企业名称,行业代码,经度,纬度\n")
    with pytest.raises(LayerError, match="至少一行"):
        read_enterprises(listed)


def test_no_parcel(tmp_path: Path) -> None:
    zones = gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[box(102, 25, 103, 26)], crs=4490)
    parcels = gpd.GeoDataFrame({"dlbm": pd.Series([], dtype="str")}, geometry=[], crs=4490)
    parcels.to_file(tmp_path / "p.gpkg", geometry_type="Polygon")
    notes = OverlayNotes()
    table = area_table(tmp_path / "p.gpkg", zones, by="dlbm", notes=notes)
    with pytest.raises(LayerError, match="地块"):
        write_overlay_table(tmp_path / "out.csv", table, notes)
    assert not (tmp_path / "out.csv").exists()
