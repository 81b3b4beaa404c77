"""Records that a DBF marks as deleted are told wherever a layer is read whole."""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from yngis.analysis.overlay import OverlayNotes, area_table
from yngis.analysis.zonal import ZonalNotes
from yngis.cartography.layers.base_layers import read_base_layers
from yngis.cartography.sources import read_sources
from yngis.cartography.user_map import own_map
from yngis.catalogue import load
from yngis.catalogue.io.vectors.vector import DELETED, read_vector
from yngis.catalogue.tables.cards.input_card import read_aliases, read_input_card
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.catalogue.tables.read_frame import read_cells
from yngis.cli import app
from yngis.plan.user_zones import read_user_zones
from yngis.report.audit.doubts.cross_checks import zone_issues
from yngis.report.zonal.write import write_zonal_table

_WORDS = "已标记删除"


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two zones, the second marked as deleted in the DBF."""
    home = tmp_path_factory.mktemp("deleted")
    frame = gpd.GeoDataFrame(
        {"名称": ["昆明经济技术开发区", "昆明高新技术产业开发区"], "DLBM": ["0601", "0101"]},
        geometry=[
            shapely.box(102.94, 24.94, 102.96, 24.95), shapely.box(102.7, 25.0, 102.72, 25.1),
        ],
        crs=4490,
    )  # fmt: skip
    frame.to_file(home / "zones.shp", encoding="GBK")
    table = bytearray((home / "zones.dbf").read_bytes())
    start, length = struct.unpack("<HH", table[8:12])
    table[start + length] = 0x2A
    (home / "zones.dbf").write_bytes(table)
    return home / "zones.shp"


def test_a_layer_read_whole_knows_what_was_deleted(layer: Path) -> None:
    assert read_vector(layer).attrs[DELETED] == [2]
    own = read_user_zones(layer)
    assert [(note.row, note.rule) for note in own.notes] == [(2, "record_deleted")]
    assert _WORDS in own.told()[0]
    assert "DBF 第 2 条记录" in own.told()[0]
    told = own.notes[0].record()
    assert (told["row"], told["value"]) == (None, "DBF 第 2 条记录 / DBF record 2")
    assert zone_issues(own.notes)["row"].isna().all()


@pytest.mark.parametrize("beside", ["out.mended.csv"])
def test_overlay_tells_deleted_parcels_and_zones(layer: Path, tmp_path: Path, beside: str) -> None:
    told = CliRunner().invoke(
        app,
        ["overlay", str(layer), "--zones", str(layer), "--by", "DLBM", "--name", "名称",
         "--out", str(tmp_path / "out.csv")],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "自有范围 DBF 第 2 条记录" in told.output
    assert "records marked as deleted, not read: 1" in told.output
    assert _WORDS in (tmp_path / beside).read_text(encoding="utf-8-sig")
    listed = pd.read_csv(tmp_path / beside)
    deleted = listed[listed["what"].str.contains(_WORDS)]
    assert len(deleted) == 2
    assert deleted["row"].isna().all()
    assert deleted["what"].str.contains("DBF 第 2 条记录").all()


def test_overlay_of_a_frame_tells_them_as_that_of_a_file_does(layer: Path) -> None:
    of_frame, of_file = OverlayNotes(), OverlayNotes()
    frame = read_vector(layer)
    area_table(frame, frame, name="名称", notes=of_frame)
    area_table(layer, frame, name="名称", notes=of_file)
    assert of_frame.deleted == [("", 1)]
    assert [row for _, row in of_file.deleted] == [1]


def test_layers_check_tells_them(layer: Path) -> None:
    told = CliRunner().invoke(app, ["layers", "check", str(layer), "--as", "zones"])
    assert _WORDS in told.output


def test_a_base_layer_of_the_users_tells_them(layer: Path) -> None:
    notes = read_base_layers(load("counties"), {"lakes": [str(layer)]}).notes
    assert any(_WORDS in zh and "not read" in en for zh, en in notes)


def test_statistics_of_rasters_name_them_by_their_place_in_the_dbf(tmp_path: Path) -> None:
    table = pd.DataFrame({"mean": [1.0, 2.0]}, index=pd.Index([1, 3], name="row"))
    write_zonal_table(tmp_path / "out.csv", table, ZonalNotes(rows=2, deleted=[2]))
    listed = pd.read_csv(tmp_path / "out.notes.csv")
    told = listed[listed["what"].str.contains(_WORDS)]
    assert told["row"].isna().all()
    assert told["what"].str.startswith("DBF 第 2 条记录").all()


def test_a_map_of_a_spec_tells_what_was_deleted(layer: Path, tmp_path: Path) -> None:
    spec = tmp_path / "甲.yml"
    (tmp_path / "t.csv").write_text("名称,产值\n昆明经济技术开发区,3\n", encoding="utf-8")
    spec.write_text(
        f"title: 甲\nlayers:\n  own: {{file: '{layer}'}}\n  t: {{file: t.csv}}\n"
        "fill: {layer: own, key: 名称, table: t, column: 产值, title: 产值, unit: 亿元}\n",
        encoding="utf-8",
    )
    figure = own_map(spec, read_sources())
    assert any(_WORDS in note and "DBF 第 2 条记录" in note for note in figure.notes)


def test_a_list_read_from_a_dbf_tells_what_was_deleted(layer: Path) -> None:
    finder = Headers(read_input_card("zone_outlines"), read_aliases("zone_outlines"))
    told = read_cells(layer, finder).left_out()
    assert any(_WORDS in line and "DBF 第 2 条记录" in line for line in told)
