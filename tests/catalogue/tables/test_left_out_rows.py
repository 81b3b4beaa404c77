"""Rows that are passed over: records marked as deleted, and notes below the table."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from yngis.catalogue.io.vectors.shapefile import deleted_records
from yngis.catalogue.tables.table_set import open_tables

DAY = "2025-12-31"


def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records and rejected rows."""
    with open_tables(path, "supply", as_of=DAY) as tables:
        got = list(tables.records())
        return tuple(
            pd.concat([getattr(each, name) for each in got], ignore_index=True)
            for name in ("frame", "rejected")
        )


def marked_as_deleted(path: Path, place: int) -> None:
    table = bytearray(path.read_bytes())
    start, length = int.from_bytes(table[8:10], "little"), int.from_bytes(table[10:12], "little")
    table[start + place * length] = ord("*")
    path.write_bytes(table)


def test_a_record_marked_as_deleted_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    shapes = [box(x, 24.9, x + 0.001, 24.901) for x in (102.4, 102.5, 102.6)]
    gpd.GeoDataFrame({"htbh": ["H1", "H2", "H3"]}, geometry=shapes, crs=4490).to_file(path)
    assert deleted_records(path) == []
    marked_as_deleted(path.with_suffix(".dbf"), 1)
    frame, rejected = read(path)
    assert frame["id"].tolist() == ["H1", "H3"]
    assert rejected[["row", "rule"]].to_numpy().tolist() == [[2, "record_deleted"]]
    # H3 is the second row that GIS programs show; the deleted record has a place in the DBF only.
    assert rejected["id"].tolist() == ["第2条DBF记录"]


def test_a_note_below_the_table_is_told_in_its_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "序号,合同编号,面积（公顷）\n1,H1,2\n注：H1 已停工,,\n制表人：张三,,\n", "utf-8"
    )
    frame, rejected = read(path)
    assert frame["id"].tolist() == ["H1"]
    assert "注:H1 已停工" in rejected["record"].iloc[0].replace("：", ":")
    assert "张三" not in "".join(rejected["record"])
