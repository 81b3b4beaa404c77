"""Field names that a Shapefile cut at ten bytes, in GBK and in UTF-8."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import box

from yngis.catalogue.io.vectors.shapefile import cut_field_names, shapefile_encoding
from yngis.catalogue.io.vectors.vector import open_vector
from yngis.catalogue.tables.cards.input_card import read_aliases, read_input_card
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.catalogue.tables.table_set import open_table

if TYPE_CHECKING:
    from pathlib import Path

SQUARE = box(580_000, 2_770_000, 580_100, 2_770_100)
COLUMNS = {
    "合同编号": "H1",
    "用地单位名称": "甲公司",
    "约定动工日期": "2020-03-01",
    "实际动工日期": "2021-09-01",
    "约定竣工日期": "2022-03-01",
    "实际竣工日期": None,
    "供应面积(公顷)": 0.99984,
    "电子监管号": "5301002020B00011",
    "计划总投资": 900.0,
}


def shapefile(path: Path, encoding: str, columns: dict[str, object]) -> Path:
    frame = gpd.GeoDataFrame({name: [cell] for name, cell in columns.items()}, geometry=[SQUARE])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it cuts the names
        pyogrio.write_dataframe(
            frame.set_crs(4543), path, driver="ESRI Shapefile", encoding=encoding
        )
    return path


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_cut_names_are_read(tmp_path: Path, encoding: str) -> None:
    path = shapefile(tmp_path / "s.shp", encoding, COLUMNS)
    with open_table(path, "supply", as_of="2025-12-31") as table:
        record = next(iter(table.records())).frame.iloc[0]
        notes = [each.note for each in table.understanding.columns]
    assert record["id"] == "H1"
    assert record["holder"] == "甲公司"
    assert record["agreed_start"] == pd.Timestamp("2020-03-01")
    assert record["actual_start"] == pd.Timestamp("2021-09-01")
    assert record["agreed_completion"] == pd.Timestamp("2022-03-01")
    assert record["supervision_no"] == "5301002020B00011"
    assert record["recorded_m2"] == pytest.approx(9_998.4)  # the unit went, the polygon tells it
    assert sum("截断" in note for note in notes) >= 4


def test_a_layer_read_whole_decodes_cut_names(tmp_path: Path) -> None:
    path = shapefile(tmp_path / "s.shp", "UTF-8", COLUMNS)
    assert cut_field_names(path, shapefile_encoding(path)) is not None
    frame = open_vector(path).frame
    assert list(frame.columns[:3]) == ["合同编", "用地单", "约定动"]
    assert frame["用地单"].tolist() == ["甲公司"]


@pytest.fixture(scope="module")
def finder() -> Headers:
    return Headers(read_input_card("supply"), read_aliases("supply"))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("约定动工日", "agreed_start"),
        ("合同约定动", "agreed_start"),
        ("计划开工时", "agreed_start"),
        ("实际竣工日", "actual_completion"),
        ("应动工开发", "area_to_develop_m2"),
        ("已动工开发", "area_developed_m2"),
        ("批准延期动", "extended_start"),
        ("出让合同编", "contract_no"),
        ("agreed_sta", "agreed_start"),
        ("area_devel", "area_developed_m2"),
        ("约定动", "agreed_start"),
        ("实际交", "handover_date"),
        ("约定交", "agreed_handover"),
        ("合同约", ""),  # start, completion or hand-over
        ("宗地", ""),  # too short to have been cut
        ("某某某某某", ""),
    ],
)
def test_one_column_or_none(finder: Headers, name: str, column: str) -> None:
    found = finder.find_all([["crhth"], [name]])[1]
    assert found.column == column
    assert found.note or name in {"某某某某某", "宗地"}


def test_several_that_may_be_meant_are_told(finder: Headers) -> None:
    note = finder.find_all([["crhth"], ["合同约"]])[1].note
    assert "动工" in note or "开工" in note
    assert "竣工" in note


# Nothing was cut where a name is longer than a Shapefile allows.
def test_a_short_header_of_a_workbook_is_not_completed(finder: Headers) -> None:
    assert finder.find_all([["合同编号或划拨决定书编号"], ["约定动"]])[1].column == ""
