"""Own zones in the commands that count by them: one loader, the same words, no command stops."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Polygon, box
from typer.testing import CliRunner

from yngis.cli import app
from yngis.errors import LayerError, SpecError
from yngis.report.clustering.run import cluster_files
from yngis.report.intensity.inputs import LayerFiles, read_intensity_inputs

if TYPE_CHECKING:
    from pathlib import Path

YANGLIN = "嵩明杨林经济技术开发区"
X, Y = 103.07, 25.26  # 嵩明县


def square(east: float, north: float = 0.0, side: float = 1.0) -> Polygon:
    west, south = X + 0.01 * east, Y + 0.01 * north
    return box(west, south, west + 0.01 * side, south + 0.01 * side)


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    """A zone in two parts, one that the plan lacks, and one inside that."""
    shapes = [square(0), square(2), square(0, 2, 4), square(1, 3)]
    names = [YANGLIN, "杨林经开区（二片区）", "我县工业集中区", "园中园"]
    gpd.GeoDataFrame({"开发区名称": names}, geometry=shapes, crs=4490).to_file(tmp_path / "z.gpkg")
    return tmp_path / "z.gpkg"


def test_intensity_counts_in_own_zones_and_takes_their_figures(tmp_path: Path, zones: Path) -> None:
    lots = [square(0), square(2), square(0, 2, 4)]
    frame = gpd.GeoDataFrame({"DLBM": ["0601"] * 3}, geometry=lots, crs=4490)
    frame.to_file(tmp_path / "dltb.gpkg")
    table = tmp_path / "t.csv"
    table.write_text("开发区,营业收入（亿元）\n我县工业集中区,100\n", encoding="utf-8")
    files = LayerFiles(parcels=tmp_path / "dltb.gpkg", land_scheme="三调", zones=zones)
    found = read_intensity_inputs(table, layers=files)
    land = found.table["A2"]
    assert land["园中园"] == pytest.approx(land["我县工业集中区"] / 16, rel=1e-3)
    assert land[YANGLIN] == pytest.approx(2 * land["园中园"], rel=1e-3)
    told = [note for note in found.notes if note.startswith("自有范围")]
    assert len(told) == 4  # united; two that the plan lacks; one inside another
    first = read_intensity_inputs(
        table,
        layers=LayerFiles(
            parcels=tmp_path / "dltb.gpkg", land_scheme="三调", zones=zones, inner_first=True
        ),
    ).table["A2"]
    assert first["我县工业集中区"] == pytest.approx(15 * first["园中园"], rel=1e-3)
    # A name that neither the plan nor the user's file has is still refused, with its row.
    table.write_text("开发区,营业收入（亿元）\n别处园区,100\n", encoding="utf-8")
    with pytest.raises(LayerError, match="别处园区"):
        read_intensity_inputs(table, layers=files)


def test_cluster_counts_in_own_zones_and_tells_them(tmp_path: Path, zones: Path) -> None:
    lines = ["企业名称,行业代码,经度,纬度,开发区"]
    lines += [f"甲{n},3216,{X + 0.012 + n / 1e4:.5f},{Y + 0.035:.5f}," for n in range(6)]
    lines += [
        f"乙{n},2651,{X + 0.002 + n / 1e4:.5f},{Y + 0.005:.5f},我县 工业集中区" for n in range(6)
    ]
    (tmp_path / "e.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = cluster_files(
        tmp_path / "out", tmp_path / "e.csv", datum="CGCS2000", zones=zones, inner_first=True
    )
    plants = found.tables["zones"].set_index("zone")["plants"]
    assert plants[["园中园", "我县工业集中区"]].tolist() == [6, 6]
    told = [note for note in found.notes if note.startswith("自有范围")]
    assert len(told) == 4
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert set(told) <= set(record["notes"])
    assert pd.Series(told).str.contains("只计入内区").sum() == 1


@pytest.mark.parametrize("command", ["intensity", "cluster"])
def test_parts_are_refused_by_name_where_a_zone_is_a_whole(
    tmp_path: Path, zones: Path, command: str
) -> None:
    given = [command, "--out", str(tmp_path / "out"), "--zones", str(zones), "--zone-parts"]
    with pytest.raises(SpecError, match=f"yngis {command} --zone-parts"):
        CliRunner().invoke(app, given, catch_exceptions=False)
    assert not (tmp_path / "out").exists()
