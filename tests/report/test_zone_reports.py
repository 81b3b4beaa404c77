"""From demonstration data to files: what was planted is found, the same files come twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from shapely import box

from yngis.analysis.intensity.assessment import Assessment, Choices
from yngis.analysis.targets import VERDICTS
from yngis.catalogue import load
from yngis.errors import LayerError
from yngis.report.demo.zones import demo_zone_table, write_demo_zones
from yngis.report.intensity import write_intensity
from yngis.report.intensity.inputs import LayerFiles, read_intensity_inputs
from yngis.report.maps import MapOptions
from yngis.report.targets import read_target_inputs, write_targets
from yngis.report.zone_tables.zone_table import LABEL

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = Choices(year=2023, draws=60)
MAPS = MapOptions(("score_idle",), ("html", "png", "pdf"), {"dpi": 72})


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo_zones(folder)
    return folder


@pytest.fixture(scope="module")
def evaluated(demo: Path) -> tuple[Path, Assessment]:
    out = demo / "out"
    inputs = read_intensity_inputs(demo / "zones_table.xlsx")
    return out, write_intensity(out, inputs, choices=QUICK, maps=MAPS)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_all_and_only_what_was_planted_is_found(
    demo: Path, evaluated: tuple[Path, Assessment]
) -> None:
    _, found = evaluated
    planted = pd.read_csv(demo / "zones_truth.csv").set_index("kind")
    slips = found.slips[found.slips["remaining"] == 0]
    slipped = planted.loc["unit_slip"]
    for zone, quantity in zip(slipped["zone"], slipped["quantity"], strict=True):
        assert quantity in slips.loc[slips["zone"] == zone, "quantity"].tolist()
    idle = planted.loc["sum", "zone"]
    assert set(found.slips["zone"]) == {*slipped["zone"], idle}
    assert set(found.implausible["zone"]) == {*slipped["zone"], idle}
    assert found.sums[["zone", "rule"]].to_numpy().tolist() == [[idle, "G <= D"]]
    above = found.indicators["build_out_rate"]
    # The zone whose A2 is in 亩 has too much built-up land as well.
    assert set(above[above > 1].index) == {
        planted.loc["above_one", "zone"],
        slipped["zone"].iloc[1],
    }
    unscored = found.ranking[found.ranking["score"].isna()]
    assert unscored.index.tolist() == [planted.loc["missing", "zone"]]
    assert "idle_rate" in unscored["reason"].iloc[0]
    assert found.identity["holds"].all()


def test_the_files_hold_what_was_found(evaluated: tuple[Path, Assessment]) -> None:
    out, found = evaluated
    assert {path.name for path in out.iterdir()} == {
        "intensity.xlsx",
        "maps",
        "report.html",
        "run.json",
        "tables",
    }
    book = openpyxl.load_workbook(out / "intensity.xlsx")
    assert "评价结果与排名" in book.sheetnames
    rows = list(book["评价结果与排名"].iter_rows(values_only=True))
    assert len(rows) == 63
    place = rows[0].index("集约度分值（0–100）")
    assert rows[1][place] == pytest.approx(found.ranking["score"].iloc[0])
    ranking = pd.read_csv(out / "tables" / "ranking.csv")
    assert ranking["score"].tolist() == pytest.approx(found.ranking["score"].tolist(), nan_ok=True)
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert run["counts"]["scored"] == 61
    assert len(run["inputs"][0]["sha256"]) == 64
    assert run["unverified"]


def test_the_report_says_what_is_not_verified_and_what_was_left_out(
    evaluated: tuple[Path, Assessment], inert: Callable[[str], bool]
) -> None:
    page = (evaluated[0] / "report.html").read_text(encoding="utf-8")
    for text in ("未核实的权重", "仅作示例", "合计行未计入", "名次区间", "不可相加", "62 个"):
        assert text in page
    assert inert(page)
    assert "每亩" in page or "工矿仓储用地" in page


def test_the_same_inputs_give_the_same_files(
    demo: Path, evaluated: tuple[Path, Assessment]
) -> None:
    again = demo / "again"
    inputs = read_intensity_inputs(demo / "zones_table.xlsx")
    write_intensity(again, inputs, choices=QUICK, maps=MAPS)
    assert _files(again) == _files(evaluated[0])


def test_demonstration_data_say_so_and_are_seeded(demo: Path, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(demo / "zones_table.xlsx").worksheets[0]
    first = next(iter(sheet.iter_rows(values_only=True)))[0]
    assert LABEL in str(first)
    write_demo_zones(tmp_path)
    for name in ("zones_table.xlsx", "zone_stats.csv", "zones_truth.csv"):
        assert (tmp_path / name).read_bytes() == (demo / name).read_bytes()
    other, _ = demo_zone_table(seed=1)
    assert not other["A2"].equals(demo_zone_table()[0]["A2"])


def test_targets_from_file_to_files(demo: Path) -> None:
    out = demo / "targets"
    inputs = read_target_inputs(demo / "zone_stats.csv")
    found = write_targets(out, inputs, year=2023)
    assert len(found.summary) == 40
    assert {"met", "on_course", "behind", "no_data"} <= set(found.summary["verdict"])
    book = openpyxl.load_workbook(out / "targets.xlsx")
    assert {"指标总表", "逐项核对", "所需增速", "缺失数据"} <= set(book.sheetnames)
    # People read words there, programs codes in the CSV.
    heads, *rows = book["指标总表"].iter_rows(values_only=True)
    verdicts = {row[heads.index("结论")] for row in rows}
    assert {"已达到", "进度正常", "落后", "缺数据"} <= verdicts <= set(VERDICTS.values())
    checks = pd.read_csv(out / "tables" / "checks.csv")
    assert checks["value"].tolist() == pytest.approx(found.checks["value"].tolist(), nan_ok=True)
    page = (out / "report.html").read_text(encoding="utf-8")
    for text in ("规划没有印任何基期", "昆明高新", "缺失数据", "另 1 个未写名称"):
        assert text in page
    again = demo / "targets2"
    write_targets(again, inputs, year=2023)
    assert _files(again) == _files(out)


def test_figures_of_one_zone_alone_give_a_report_too(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("开发区,年份,营业收入（亿元）\n昆明高新,2023,2500\n", encoding="utf-8")
    found = write_targets(tmp_path / "out", read_target_inputs(path), year=2023)
    assert (found.summary["verdict"] == "no_data").sum() > 30
    growth = pd.read_csv(tmp_path / "out" / "tables" / "growth.csv")
    assert growth["required"].tolist() == pytest.approx([np.sqrt(2) - 1])


def test_targets_without_revenue_are_written_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("开发区,年份,税收总额,A\n昆明高新,2023,600,100\n", encoding="utf-8")
    write_targets(tmp_path / "out", read_target_inputs(path), year=2023)
    assert pd.read_csv(tmp_path / "out" / "tables" / "tiers.csv").empty
    assert len(pd.read_csv(tmp_path / "out" / "tables" / "summary.csv")) == 40


def test_a_table_of_areas_alone_gives_a_report_without_scores(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("开发区,A,D,A2\n昆明高新,100,120,60\n", encoding="utf-8")
    found = write_intensity(tmp_path / "out", read_intensity_inputs(path), choices=QUICK)
    assert found.ranking["score"].isna().all()
    assert found.indicators.loc["昆明高新技术产业开发区", "industrial_share"] == 0.6
    assert "缺指标" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_core_and_expansion_are_blended_in_the_report(tmp_path: Path) -> None:
    table, _ = demo_zone_table()
    one = table.iloc[[0, 0]].assign(part=["主区", "发展方向区"])
    one.to_csv(tmp_path / "parts.csv", index=False)
    inputs = read_intensity_inputs(tmp_path / "parts.csv")
    found = write_intensity(tmp_path / "out", inputs, choices=QUICK)
    assert len(found.ranking) == 1
    rows = pd.read_csv(tmp_path / "out" / "tables" / "evidence.csv")
    assert rows["part"].unique().tolist() == ["core", "expansion"]


@pytest.fixture
def layers(tmp_path: Path) -> LayerFiles:
    """Parcels over the drawn polygon of one zone: its western half industry, the rest fields."""
    zones = load("zones")
    zone = zones[zones["name_zh"] == "昆明综合保税区"].geometry.iloc[0]
    west, south, east, north = zone.bounds
    middle = (west + east) / 2
    parcels = gpd.GeoDataFrame(
        {"DLBM": ["0601", "0103"]},
        geometry=[box(west, south, middle, north), box(middle, south, east, north)],
        crs=4490,
    )
    parcels.to_file(tmp_path / "dltb.gpkg")
    return LayerFiles(parcels=tmp_path / "dltb.gpkg", land_scheme="三调")


def test_layers_fill_what_the_table_does_not_say(tmp_path: Path, layers: LayerFiles) -> None:
    path = tmp_path / "zones.csv"
    path.write_text("开发区,A2,工业税收总额（万元）\n昆明综保区,50,30000\n", encoding="utf-8")
    inputs = read_intensity_inputs(path, layers=layers)
    zone = "昆明综合保税区"
    assert inputs.table.loc[zone, "A2"] == 50.0  # the table's own
    area = load("zones").set_index("name_zh")["area_ha"][zone]
    assert inputs.table.loc[zone, "B2"] == pytest.approx(area / 2, rel=0.01)
    origins = inputs.frames["origins"].set_index(["zone", "quantity"])["origin"]
    assert origins[zone, "A2"] == "table"
    assert origins[zone, "B2"] == "layers"
    assert any("示意" in note for note in inputs.notes)
    write_intensity(tmp_path / "out", inputs, choices=QUICK)
    assert (tmp_path / "out" / "tables" / "contributions.csv").exists()


def test_layers_alone_are_enough_and_nothing_is_not(layers: LayerFiles) -> None:
    inputs = read_intensity_inputs(layers=layers)
    area = load("zones").set_index("name_zh")["area_ha"]["昆明综合保税区"]
    assert inputs.table.loc["昆明综合保税区", "A2"] == pytest.approx(area / 2, rel=0.01)
    assert len(inputs.table) == 62
    # Zones that the survey does not reach are unknown, and no layer is named as their origin.
    assert inputs.table["A2"].isna().sum() > 50
    assert inputs.frames["origins"]["zone"].nunique() < 12
    assert any("图斑未覆盖" in note for note in inputs.notes)
    with pytest.raises(LayerError, match="--zones-table"):
        read_intensity_inputs()


def test_a_parcel_that_is_there_twice_is_told_in_report_and_data(
    tmp_path: Path, layers: LayerFiles
) -> None:
    parcels = gpd.read_file(tmp_path / "dltb.gpkg")
    pd.concat([parcels, parcels.iloc[:1]]).to_file(tmp_path / "dltb.gpkg")
    inputs = read_intensity_inputs(layers=layers)
    write_intensity(tmp_path / "out", inputs, choices=QUICK)
    rows = pd.read_csv(tmp_path / "out" / "tables" / "parcel_doubts.csv")
    assert rows[["row", "what"]].to_numpy().tolist() == [[3, "重复 copy"]]
    assert "只计一次" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert any("重复 1 处" in note for note in inputs.notes)


def test_open_codes_are_listed_in_the_results(tmp_path: Path) -> None:
    zones = load("zones")
    zone = zones[zones["name_zh"] == "昆明综合保税区"].geometry.iloc[0]
    west, south, east, north = zone.bounds
    middle = (west + east) / 2
    parcels = gpd.GeoDataFrame(
        {"YDYHFLDM": ["1001", "17"]},
        geometry=[box(west, south, middle, north), box(middle, south, east, north)],
        crs=4490,
    )
    parcels.to_file(tmp_path / "plan.gpkg")
    layers = LayerFiles(parcels=tmp_path / "plan.gpkg", code="YDYHFLDM")
    inputs = read_intensity_inputs(layers=layers)
    assert inputs.table.loc["昆明综合保税区", ["B2", "C"]].isna().all()
    origins = inputs.frames["origins"].set_index(["zone", "quantity"])["origin"]
    assert ("昆明综合保税区", "C") not in origins.index
    write_intensity(tmp_path / "out", inputs, choices=QUICK)
    listed = pd.read_csv(tmp_path / "out" / "tables" / "undecided.csv", dtype="str")
    assert listed[["code", "lands"]].to_numpy().tolist() == [["17", "B2|C"]]
    told = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert told["parcels"]["code"] == "YDYHFLDM"
    assert "地类未定" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    own = replace(layers, decided=(("17", "C"),))
    table = read_intensity_inputs(layers=own).table
    assert table.loc["昆明综合保税区", ["B2", "C"]].notna().all()


def test_options_on_parcels_without_parcels_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "zones.csv"
    path.write_text("开发区,A2\n昆明综保区,50\n", encoding="utf-8")
    with pytest.raises(LayerError, match="--decide"):
        read_intensity_inputs(path, layers=LayerFiles(decided=(("17", "C"),)))
