"""Layers in every carrier of a bureau, and layers that are hostile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely

import yngis
from yngis.analysis.conflicts.units import MARK
from yngis.errors import LayerError, SpecError, YngisError
from yngis.report.conflicts.run import check_conflicts

Sliced = Callable[..., gpd.GeoDataFrame]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("图层")


@pytest.fixture(scope="module")
def zones(folder: Path, sliced: Sliced) -> Path:
    path = folder / "范围.gpkg"
    sliced((0.0, 1.0), 开发区名称=["甲区"]).to_file(path)
    return path


def run(out: Path, zones: Any, layers: dict[str, Any], **more: Any) -> dict[str, float]:
    check_conflicts(out, zones=zones, layers=layers, **more)
    table = pd.read_csv(out / "conflicts.csv", encoding="utf-8-sig")
    rows = table[table["level"] == "zone"].set_index("layer")["share"]
    return {str(key): round(float(value), 6) for key, value in rows.items()}


def carriers(folder: Path, layer: gpd.GeoDataFrame) -> dict[str, str]:
    """Write one layer as bureaus keep it."""
    pinyin = layer.rename(columns={"永久基本农田图斑编号": "YJJBNTTBBH"})
    shp = folder / "基本农田.shp"
    pyogrio.write_dataframe(pinyin.to_crs(4543), shp, driver="ESRI Shapefile", encoding="GB18030")
    shp.with_suffix(".cpg").unlink(missing_ok=True)
    pyogrio.write_dataframe(layer, folder / "库.gdb", layer="YJJBNTBHTB", driver="OpenFileGDB")
    layer.to_file(folder / "农田.gpkg", layer="图层1")
    layer.to_parquet(folder / "农田.parquet")
    bare = folder / "无字段.geojson"
    layer[["geometry"]].to_file(bare, driver="GeoJSON")
    return {
        "shp": str(shp),
        "gdb": str(folder / "库.gdb"),
        "gpkg": str(folder / "农田.gpkg"),
        "parquet": str(folder / "农田.parquet"),
        "named": f"{folder / '农田.gpkg'}#图层1",
        "bare": str(bare),
    }


def test_every_carrier_gives_the_same(
    folder: Path, zones: Path, sliced: Sliced, tmp_path: Path
) -> None:
    layer = sliced((0.0, 0.3), (0.2, 0.4), 永久基本农田图斑编号=["甲1", "乙2"])
    for kind, path in carriers(folder, layer).items():
        found = run(tmp_path / kind, str(zones), {"farmland": path})
        assert found == {"farmland": 0.4, "any": 0.4, "clean": 0.6, "no_data": 0.0}, kind
        ids = pd.read_csv(tmp_path / kind / "evidence.csv", encoding="utf-8-sig")["id"].tolist()
        assert ids == (["第1行", "第2行"] if kind == "bare" else ["甲1", "乙2"]), kind


def test_a_file_of_unknown_layers_is_not_guessed(
    folder: Path, zones: Path, sliced: Sliced, tmp_path: Path
) -> None:
    path = folder / "杂.gpkg"
    for name in ("a", "b"):
        sliced((0.0, 0.5)).to_file(path, layer=name)
    with pytest.raises(LayerError, match="#a"):
        run(tmp_path / "out", str(zones), {"farmland": str(path)})
    assert not (tmp_path / "out").exists()
    assert run(tmp_path / "out", str(zones), {"farmland": f"{path}#b"})["farmland"] == 0.5
    with pytest.raises(LayerError, match="--layer"):
        run(tmp_path / "out", str(zones), {"farmland": f"{path}#c"})


def test_hostile_layers(folder: Path, zones: Path, sliced: Sliced, tmp_path: Path) -> None:
    spiked = shapely.Polygon(
        [(102, 25), (102.005, 25), (102.008, 25), (102.005, 25), (102.005, 25.01), (102, 25.01)]
    )
    odd = gpd.GeoDataFrame(
        {"YJJBNTTBBH": ["a1", "b2", "c3", None]},
        geometry=[spiked, None, shapely.Point(102, 25), shapely.box(102, 25, 102, 25.01)],
        crs=4490,
    )
    pyogrio.write_dataframe(odd, folder / "坏.gpkg")
    layers = {"farmland": str(folder / "坏.gpkg")}
    told = check_conflicts(tmp_path / "odd", zones=str(zones), layers=layers).warnings()
    assert any("3 行没有可用的图形" in line and "漏报" in line for line in told)
    table = pd.read_csv(tmp_path / "odd" / "conflicts.csv", encoding="utf-8-sig")
    assert table.set_index("layer")["share"]["farmland"] == pytest.approx(0.5, abs=1e-6)
    issues = pd.read_csv(tmp_path / "odd" / "issues.csv", encoding="utf-8-sig")
    assert "geometry_repaired" in set(issues["rule"])
    rejected = pd.read_csv(tmp_path / "odd" / "rejected.csv", encoding="utf-8-sig")
    assert len(rejected) == 3

    lines = sliced((0.0, 0.5), YJJBNTTBBH=["a1"]).assign(geometry=lambda each: each.boundary)
    lines.to_file(folder / "线.gpkg")
    with pytest.raises(LayerError, match="--layer farmland"):
        run(tmp_path / "line", str(zones), {"farmland": str(folder / "线.gpkg")})

    empty = (
        sliced().set_crs(4490, allow_override=True).assign(YJJBNTTBBH=pd.Series([], dtype="str"))
    )
    pyogrio.write_dataframe(empty, folder / "空.gpkg", geometry_type="Polygon")
    found = run(tmp_path / "empty", str(zones), {"farmland": str(folder / "空.gpkg")})
    assert found == {"farmland": 0.0, "any": 0.0, "clean": 0.0, "no_data": 1.0}

    far = gpd.GeoDataFrame(geometry=[shapely.box(98, 24, 98.1, 24.1)], crs=4490)
    far.to_file(folder / "远.gpkg")
    result = check_conflicts(
        tmp_path / "far", zones=str(zones), layers={"ecology": str(folder / "远.gpkg")}
    )
    assert any("没有图斑靠近" in line and "甲区" in line for line in result.warnings())

    sliced((0.0, 0.5)).to_file(folder / "无系.shp")
    (folder / "无系.prj").unlink()
    with pytest.raises(LayerError, match=r"坐标系|CRS"):
        run(tmp_path / "crs", str(zones), {"farmland": str(folder / "无系.shp")})
    found = run(
        tmp_path / "crs",
        str(zones),
        {"farmland": str(folder / "无系.shp")},
        crs={"farmland": "4490"},
    )
    assert found["farmland"] == 0.5


BOW = shapely.Polygon([(102.002, 25), (102.006, 25.01), (102.006, 25), (102.002, 25.01)])
"""Two triangles; which of its hull it means nobody knows: 0.4 of the box."""


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("farmland", {"farmland": 0.3, "clean": 0.4, "no_data": 0.3}),
        ("boundary", {"boundary": 0.4, "clean": 0.3, "no_data": 0.3}),
    ],
)
def test_land_of_a_polygon_that_cannot_be_mended_is_not_known(
    zones: Path, sliced: Sliced, tmp_path: Path, key: str, told: dict[str, float]
) -> None:
    layer = sliced((0.0, 0.3), (0.0, 0.1), BSM=["a", "b"])
    layer.loc[1, "geometry"] = BOW
    path = tmp_path / f"{key}蝶.gpkg"
    pyogrio.write_dataframe(layer, path)
    result = check_conflicts(
        tmp_path / "out", zones=zones, layers={key: str(path)}, coverage={key: "all"}
    )
    table = pd.read_csv(tmp_path / "out" / "conflicts.csv", encoding="utf-8-sig")
    shares = table.set_index("layer")["share"].round(6)
    assert {name: shares[name] for name in told} == told
    assert any("自相交而不能修复" in line for line in result.warnings())
    own = gpd.read_file(zones)
    table = yngis.conflicts(own, {key: layer}, coverage={key: "all"})
    assert table.set_index("layer")["share"].round(6).to_dict() == shares.to_dict()


def test_planned_land_that_cannot_be_mended_leaves_the_share_open(
    folder: Path, zones: Path, sliced: Sliced, tmp_path: Path
) -> None:
    layer = sliced((0.0, 0.3), (0.0, 0.1), (0.6, 1.0), YDYHFLDM=["1001", "1001", "0701"])
    layer.loc[1, "geometry"] = BOW
    pyogrio.write_dataframe(layer, folder / "规划蝶.gpkg")
    layers = {"planned_use": str(folder / "规划蝶.gpkg"), "farmland": str(folder / "规划蝶.gpkg")}
    result = check_conflicts(tmp_path / "out", zones=zones, layers=layers)
    assert result.found.planned is not None
    # 0.3 of 0.7 at least; with the 0.3 of the hull that nothing else plans 0.6 of 1.0 at most.
    assert set(result.found.planned.shares["verdict"]) == {"not_met"}
    assert result.found.planned.land["unread_m2"].sum() / 1e6 == pytest.approx(0.336, abs=0.01)


def test_schematic_zones_and_marks(folder: Path, sliced: Sliced, tmp_path: Path) -> None:
    drawn = folder / "示意.gpkg"
    sliced((0.0, 1.0), name_zh=["甲区"], boundary=["示意"]).to_file(drawn)
    layer = folder / "农田1.gpkg"
    sliced((0.0, 0.4), YJJBNTTBBH=["a"]).to_file(layer)
    uses = folder / "规划.gpkg"
    sliced((0.0, 1.0), YDYHFLDM=["1001"]).to_file(uses)
    layers = {"farmland": str(layer), "planned_use": str(uses)}
    for given in (str(drawn), None):
        with pytest.raises(LayerError, match="--even-schematic"):
            check_conflicts(tmp_path / "out", zones=given, layers=layers)
    check_conflicts(tmp_path / "out", zones=str(drawn), layers=layers, even_schematic=True)
    for name in ("conflicts", "industrial_share", "zones", "findings", "evidence", "planned_land"):
        table = pd.read_csv(tmp_path / "out" / f"{name}.csv", encoding="utf-8-sig")
        assert set(table["note"]) == {MARK}, name
    assert MARK in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_kinds_that_say_nothing_or_are_not_known_are_told(
    folder: Path, zones: Path, sliced: Sliced, tmp_path: Path
) -> None:
    sliced((0.0, 0.5), (0.5, 1.0), 易发程度=["高", "不易发区"]).to_file(folder / "易发.gpkg")
    sliced((0.0, 0.6), (0.6, 1.0), GHFQDM=["01", "04"]).to_file(folder / "边界.gpkg")
    layers = {"hazard": (str(folder / "易发.gpkg"),), "boundary": (str(folder / "边界.gpkg"),)}
    result = check_conflicts(tmp_path / "out", zones=zones, layers=layers)
    told = "\n".join(result.warnings())
    assert "hazard 有 1 个图斑写明没有" in told
    assert "boundary 有 1 个图斑的分区“04”规则不认识，既不算界内也不算界外" in told
    table = pd.read_csv(tmp_path / "out" / "conflicts.csv", encoding="utf-8-sig")
    shares = table.set_index("layer")["share"].round(6)
    # Nothing is outside for sure: 0.6 is inside, of 0.4 nobody knows, of which 0.1 is prone.
    assert shares["boundary"] == 0.0
    assert shares["no_data"] == 0.4
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "规则不认识" in page


def test_polygons_that_may_be_of_the_layer_no_longer_neither_accuse_nor_clear(
    folder: Path, zones: Path, sliced: Sliced, tmp_path: Path
) -> None:
    slices = (0.0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.7), (0.7, 0.8)
    sliced(
        *slices, 状态=["有效", "已调出", "待核", None, ""],
        备注=["", "", "", "2023年核减", "模拟数据，不作依据"], HXLX=["水源涵养"] * 5,
    ).to_file(folder / "红线.gpkg")  # fmt: skip
    layers, coverage = {"ecology": (str(folder / "红线.gpkg"),)}, {"ecology": ("all",)}
    result = check_conflicts(tmp_path / "out", zones=zones, layers=layers, coverage=coverage)
    table = pd.read_csv(tmp_path / "out" / "conflicts.csv", encoding="utf-8-sig")
    shares = table.set_index("layer")["share"].round(6)
    assert shares[["ecology", "no_data"]].tolist() == [0.2, 0.6]
    classes = pd.read_csv(tmp_path / "out" / "classes.csv", encoding="utf-8-sig")
    assert classes["share"].round(6).tolist() == [0.2]
    told = "\n".join(result.warnings())
    assert "ecology 有 3 个图斑写有“水源涵养 已调出、水源涵养 待核、水源涵养 2023年核减”" in told


def test_supply_without_polygons_is_told(
    folder: Path, zones: Path, sliced: Sliced, tmp_path: Path
) -> None:
    ledger = pd.DataFrame(
        {"合同编号": ["h1", "h2"], "供应面积（公顷）": [1.0, 2.0], "用途": ["工业用地", "工业用地"]}
    )
    ledger.to_excel(folder / "台账.xlsx", index=False)
    sliced((0.0, 0.1), 合同编号=["h1"]).to_file(folder / "宗地.gpkg")
    sliced((0.0, 0.05), YJJBNTTBBH=["a"]).to_file(folder / "农田2.gpkg")
    result = check_conflicts(
        tmp_path / "out",
        zones=str(zones),
        layers={"farmland": str(folder / "农田2.gpkg")},
        supply=str(folder / "台账.xlsx"),
        supply_shapes=str(folder / "宗地.gpkg"),
    )
    table = pd.read_csv(tmp_path / "out" / "conflicts.csv", encoding="utf-8-sig")
    own = table[table["level"] == "parcel"].set_index("layer")["share"]
    assert own["farmland"] == pytest.approx(0.5, abs=1e-6)
    told = pd.read_csv(tmp_path / "out" / "not_checked.csv", encoding="utf-8-sig")
    assert told["name"].tolist() == ["h2"]
    assert any("1 宗没有可用的图形" in line for line in result.warnings())


def test_planned_uses_alone_and_heights_that_are_fillings(folder: Path, tmp_path: Path) -> None:
    size, cell = 40, 50.0
    heights = np.full((size, size), 1900.0) + np.arange(size)
    heights[:, :20] = -999.0
    grid = rasterio.Affine(cell, 0.0, 499_900.0, 0.0, -cell, 2_767_000.0)
    with rasterio.open(
        folder / "填.tif", "w", driver="GTiff", width=size, height=size, count=1, dtype="float64",
        crs="EPSG:4543", transform=grid,
    ) as raster:  # fmt: skip
        raster.write(heights, 1)
    box = shapely.box(500_000, 2_765_500, 501_600, 2_766_500)
    gpd.GeoDataFrame({"名称": ["坡"]}, geometry=[box], crs=4543).to_file(folder / "填区.gpkg")
    found = run(tmp_path / "填", str(folder / "填区.gpkg"), {"slope": str(folder / "填.tif")})
    # West of easting 500,900 there is no height; nor has the column of cells beside it a slope.
    assert found["no_data"] == pytest.approx(950 / 1600, abs=0.02)
    issues = pd.read_csv(tmp_path / "填" / "issues.csv", encoding="utf-8-sig")
    assert issues["rule"].tolist() == ["raster_filling"]
    planned = gpd.GeoDataFrame({"YDYHFLDM": ["1001"]}, geometry=[box], crs=4543)
    planned.to_file(folder / "规划.gpkg")
    out = tmp_path / "规划"
    check_conflicts(
        out, zones=str(folder / "填区.gpkg"), layers={"planned_use": str(folder / "规划.gpkg")}
    )
    assert (out / "report.html").is_file()


def test_slope_from_heights(folder: Path, zones: Path, tmp_path: Path) -> None:
    # In 3° zone 34: level in the west, 20 % in the east of easting 500,600 m; 10 m cells.
    size, west, north, cell = 130, 499_900.0, 2_766_400.0, 10.0
    x = west + (np.arange(size) + 0.5) * cell
    heights = np.repeat(np.maximum(x - 500_600.0, 0.0)[None, :] * 0.2, size, axis=0)
    grid = rasterio.Affine(cell, 0.0, west, 0.0, -cell, north)
    for name, crs in (("米.tif", "EPSG:4543"),):
        with rasterio.open(
            folder / name, "w", driver="GTiff", width=size, height=size, count=1,
            dtype="float64", crs=crs, transform=grid,
        ) as raster:  # fmt: skip
            raster.write(heights, 1)
    layer = gpd.GeoDataFrame(
        {"名称": ["坡"]}, geometry=[shapely.box(500_100, 2_765_500, 501_100, 2_766_000)], crs=4543
    )
    layer.to_file(folder / "坡区.gpkg")
    found = run(tmp_path / "slope", str(folder / "坡区.gpkg"), {"slope": str(folder / "米.tif")})
    # Half of the zone lies east of the bend; the cell at it is as steep as its neighbours say.
    assert found["slope"] == pytest.approx(0.5, abs=0.011)
    assert found["no_data"] == 0.0
    table = pd.read_csv(tmp_path / "slope" / "slope.csv", encoding="utf-8-sig")
    assert table["classes"].nunique() == 3
    flat = table[table["slope_class"].isin(["≤2°", "≤3°", "<15 %"])]["share"]
    assert np.allclose(flat, 0.5, atol=0.011)
    found = run(tmp_path / "away", str(zones), {"slope": str(folder / "米.tif")})
    assert found["slope"] + found["clean"] + found["no_data"] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("layers", "more", "told"),
    [
        ({"farmlnad": "x.shp"}, {}, "farmland"),
        ({}, {}, "至少一个图层"),
        ({"farmland": "x.shp"}, {"coverage": {"ecology": "all"}}, "farmland"),
        ({"farmland": "nowhere.shp"}, {}, "nowhere"),
        ({"farmland": "x.shp"}, {"parcels": "a", "supply": "b"}, "--parcels"),
        ({"farmland": "x.shp"}, {"sliver_width_m": -1.0}, "--sliver-width"),
    ],
)
def test_wrong_options_are_told_before_any_work(
    zones: Path, tmp_path: Path, layers: dict[str, str], more: dict[str, Any], told: str
) -> None:
    with pytest.raises(YngisError, match=told):
        check_conflicts(tmp_path / "out", zones=str(zones), layers=layers, **more)
    assert not (tmp_path / "out").exists()


def test_faulty_rules_are_told(folder: Path, zones: Path, tmp_path: Path) -> None:
    rules = folder / "rules.yml"
    rules.write_text("name: x\nlayers: []\nsurprise: 1\n", encoding="utf-8")
    with pytest.raises(SpecError, match="surprise") as caught:
        check_conflicts(
            tmp_path / "out", zones=str(zones), layers={"farmland": "x.shp"}, rules=str(rules)
        )
    assert len(caught.value.problems) > 3


def test_the_command_line(folder: Path, zones: Path, sliced: Sliced, tmp_path: Path) -> None:
    sliced((0.0, 0.4), YJJBNTTBBH=["a"]).to_file(folder / "农田3.gpkg")
    command = [
        sys.executable, "-m", "yngis", "conflicts", "--zones", str(zones), "--maps", "none",
        "--layer", f"farmland={folder / '农田3.gpkg'}", "--coverage", "farmland=all",
        "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "永久基本农田 / farmland: 1 个开发区" in ran.stdout
    assert "report.html" in ran.stdout
    wrong = subprocess.run(
        [*command, "--layer", "lake"], capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 1
    assert "KEY=FILE" in wrong.stderr
