from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from tests.report.deliver.conftest import every_drawn_layer
from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.errors import LayerError, SpecError
from yngis.report.audit.wording import CHARACTERS, COLOURS, LAND_COLOURS
from yngis.report.csv_writer import write_csv_rows
from yngis.report.deliver import deliver, delivery_lines
from yngis.report.deliver.declared import delivered_programs
from yngis.report.deliver.qml import VERSION, label_expression, layer_qml, layer_sld
from yngis.report.deliver.sources import result_layers
from yngis.report.deliver.symbols import layer_symbols
from yngis.report.run_record import write_run_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from yngis.report.deliver.sources import ResultLayer

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def delivered(made_audit: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deliver(made_audit.folder, tmp_path_factory.mktemp("out") / "delivery").folder


def rows_of(book: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(book)) as opened:
        return opened.execute(question).fetchall()


def test_every_record_comes_with_its_land_and_its_texts(delivered: Path, made_audit: Any) -> None:
    found = pyogrio.read_dataframe(delivered / "audit.gpkg", layer="findings")
    assert found["id"].tolist() == made_audit.findings["id"].tolist()
    # The apostrophe that kept a text from running is taken off, any other stays.
    assert found["holder"].tolist() == made_audit.findings["holder"].tolist()
    assert found["evidence"].tolist() == made_audit.findings["evidence"].tolist()
    assert found["days"].isna().tolist() == made_audit.findings["days"].isna().tolist()
    drawn = found.geometry.notna()
    assert drawn.sum() == 39
    assert set(found.geom_type[drawn]) == {"MultiPolygon"}
    same = shapely.equals(found.geometry[drawn].to_numpy(), made_audit.shapes[drawn])
    assert same.all()
    assert found.crs.to_epsg() == 4490


def test_layers_have_one_geometry_type_and_chinese_titles(delivered: Path) -> None:
    book = delivered / "audit.gpkg"
    kinds = rows_of(book, "SELECT table_name, geometry_type_name FROM gpkg_geometry_columns")
    assert {kind for _, kind in kinds} == {"MULTIPOLYGON"}
    titles = dict(rows_of(book, "SELECT table_name, identifier FROM gpkg_contents"))
    assert titles["findings"] == "供应土地判定"
    assert titles["unsupplied"] == "批而未供"
    about = dict(rows_of(book, "SELECT table_name, description FROM gpkg_contents"))
    assert about["findings"].startswith("演示数据")


def test_styles_are_registered_as_qgis_does(delivered: Path) -> None:
    book = delivered / "audit.gpkg"
    columns = [row[1] for row in rows_of(book, "PRAGMA table_info(layer_styles)")]
    assert columns == [
        "id", "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column",
        "styleName", "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui",
        "update_time",
    ]  # fmt: skip
    assert rows_of(book, "SELECT data_type FROM gpkg_contents WHERE table_name='layer_styles'") == [
        ("attributes",)
    ]
    named = dict(rows_of(book, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    styled = rows_of(
        book, "SELECT f_table_name, f_geometry_column, useAsDefault, update_time FROM layer_styles"
    )
    assert {name: column for name, column, *_ in styled} == named
    assert {(default, moment) for *_, default, moment in styled} == {
        (1, "2000-01-01T00:00:00.000Z")
    }


def test_fields_have_names_and_meanings(delivered: Path) -> None:
    told = rows_of(
        delivered / "audit.gpkg",
        "SELECT column_name, name, description FROM gpkg_data_columns WHERE table_name='findings'",
    )
    names = {column: (name, meaning) for column, name, meaning in told}
    assert names["holder"] == ("用地单位", "holder of the land")
    assert names["fee_wan"][0] == "应征闲置费（万元）"
    assert len({name for name, _ in names.values()}) == len(names)


def test_styles_carry_the_colours_of_the_map(delivered: Path) -> None:
    ((qml, sld),) = rows_of(
        delivered / "audit.gpkg",
        "SELECT styleQML, styleSLD FROM layer_styles WHERE f_table_name='findings'",
    )
    root = ET.fromstring(qml)  # noqa: S314 - our own
    categories = root.findall("renderer-v2/categories/category")
    assert [each.get("value") for each in categories] == [*FINDINGS, ""]
    assert [each.get("label") for each in categories][:-1] == [
        f"{CHARACTERS[code]} {label}" for code, label in FINDINGS.items()
    ]
    for number, code in enumerate(FINDINGS):
        path = f"renderer-v2/symbols/symbol[@name='{number}']/layer/prop[@k='color']"
        channels = [int(part) for part in root.find(path).get("v").split(",")][:3]  # type: ignore[union-attr]
        assert "#" + "".join(f"{channel:02X}" for channel in channels) == COLOURS[code]
    for colour in COLOURS.values():
        assert colour in sld


def test_no_look_is_missing_and_none_drifts(made_audit: Any) -> None:
    for program in delivered_programs().values():
        for layer in program.layers:
            if layer.geometry:
                assert layer_symbols(layer, {}).classes
    (unsupplied,) = [
        each
        for each in result_layers(made_audit.folder, delivered_programs()["yngis audit"], {}, None)
        if each.declared.name == "unsupplied"
    ]
    assert unsupplied.symbols is not None
    assert unsupplied.symbols.classes[0].colour == LAND_COLOURS["unsupplied"]


def test_the_style_is_the_one_that_qgis_accepted(made_audit: Any) -> None:
    """Accepted by QGIS 3.22.16 in `python tasks.py qgis`; run it again after a change."""
    layers = result_layers(made_audit.folder, delivered_programs()["yngis audit"], {}, None)
    assert VERSION.startswith("3.22.16")
    for layer in layers[:2]:
        held = GOLDEN / f"{layer.declared.name}.qml"
        assert layer_qml(layer) == held.read_text(encoding="utf-8"), held


@pytest.mark.parametrize("layer", every_drawn_layer(), ids=lambda layer: layer.declared.name)
def test_the_look_of_every_layer_is_the_one_that_qgis_accepted(layer: ResultLayer) -> None:
    """Without its columns, as `test_qgis.py` gives it to QGIS; a new look is looked at first."""
    held = GOLDEN / "looks" / f"{layer.declared.name}.qml"
    assert layer_qml(layer) == held.read_text(encoding="utf-8"), held
    ET.fromstring(layer_sld(layer))  # noqa: S314 - our own


def test_no_look_is_kept_of_a_layer_that_is_gone() -> None:
    known = {layer.declared.name for layer in every_drawn_layer()}
    assert {path.stem for path in (GOLDEN / "looks").iterdir()} == known


def test_label_expressions_quote_what_they_hold() -> None:
    from yngis.report.deliver.symbols import SymbolClass, Symbols  # noqa: PLC0415

    hostile = Symbols((SymbolClass("a'b", "甲", "#112233", "\\'"),), 'na"me')
    assert label_expression(hostile) == "CASE WHEN \"na\"\"me\" = 'a''b' THEN '\\\\''' END"


def test_the_project_names_the_geopackage_beside_it(delivered: Path) -> None:
    root = ET.parse(delivered / "audit.qgs").getroot()  # noqa: S314 - our own
    sources = [each.text or "" for each in root.iter("datasource")]
    assert sources
    assert all(each.startswith("./audit.gpkg|layername=") for each in sources)
    assert root.findtext("properties/Paths/Absolute") == "false"
    # QGIS makes up another identifier where it has ten characters or fewer.
    assert all(len(each.findtext("id") or "") > 10 for each in root.iter("maplayer"))


def test_two_deliveries_have_the_same_bytes(
    delivered: Path, made_audit: Any, tmp_path: Path
) -> None:
    again = deliver(made_audit.folder, tmp_path / "again").folder
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in delivered.iterdir()
    }


def test_without_polygons_the_table_is_delivered_and_that_is_told(
    audit_maker: Callable[..., Any], tmp_path: Path
) -> None:
    made = audit_maker(tmp_path / "audit", 9, drawn=False)
    result = deliver(made.folder, tmp_path / "out")
    assert len(gpd.read_file(tmp_path / "out" / "audit.gpkg", layer="findings")) == 9
    assert any("没有图形" in line for line in delivery_lines(result))
    # Of the same findings there are rows, if no land.
    deliver(made.folder, tmp_path / "idle", only=["suspected_idle"])
    found = pyogrio.read_dataframe(tmp_path / "idle" / "audit.gpkg", layer="findings")
    assert found["finding"].tolist() == ["suspected_idle"]


def test_only_some_findings(made_audit: Any, tmp_path: Path) -> None:
    result = deliver(made_audit.folder, tmp_path, only=["suspected_idle", "unsupplied"])
    assert set(result.rows) == {"findings", "unsupplied", "zones", "prefectures"}
    found = gpd.read_file(tmp_path / "audit.gpkg", layer="findings")
    assert set(found["finding"]) == {"suspected_idle"}
    assert len(found) == (made_audit.findings["finding"] == "suspected_idle").sum()


def test_wrong_names_are_told_with_the_nearest(made_audit: Any, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="suspected_idle"):
        deliver(made_audit.folder, tmp_path / "a", only=["suspected_idel"])
    with pytest.raises(SpecError, match="gpkg"):
        deliver(made_audit.folder, tmp_path / "b", formats=["gpkq"])
    with pytest.raises(LayerError, match="yngis audit"):
        deliver(tmp_path, tmp_path / "c")
    assert not list(tmp_path.iterdir())


def test_rows_that_do_not_fit_the_land_stop_it(
    audit_maker: Callable[..., Any], tmp_path: Path
) -> None:
    made = audit_maker(tmp_path / "audit", 12)
    path = made.folder / "supply_findings.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("0000003号", "9999999号"), encoding="utf-8-sig")
    with pytest.raises(LayerError, match=r"parcels\.parquet"):
        deliver(made.folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_declared_whole_number_may_be_a_half(tmp_path: Path) -> None:
    """The evaluation's median of ranks; its class stays whole, by which it is drawn."""
    home = tmp_path / "intensity"
    names = ["昆明高新技术产业开发区", "曲靖经济技术开发区"]
    ranks = {"zone": names, "score": [90.5, None], "class": [1, None], "rank_median": [1.5, 2]}
    (home / "tables").mkdir(parents=True)
    write_csv_rows(home / "tables" / "ranking.csv", pd.DataFrame(ranks))
    write_run_record(home, "yngis intensity", options={"count": 4}, inputs=[], counts={})
    deliver(home, tmp_path / "out")
    found = pyogrio.read_dataframe(tmp_path / "out" / "intensity.gpkg", layer="scores")
    assert found["rank_median"].tolist() == [1.5, 2.0]
    assert found["class"][0] == 1
    kinds = pyogrio.read_info(tmp_path / "out" / "intensity.gpkg", layer="scores")
    assert dict(zip(kinds["fields"], kinds["dtypes"], strict=True))["class"] == "int64"
    assert found.geometry.notna().all()


def test_the_record_names_every_file(delivered: Path) -> None:
    record = json.loads((delivered / "run.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {"audit.gpkg", "audit.qgs", "说明.txt"}
    assert record["label"] == "演示数据"
    assert np.isclose(record["counts"]["findings"], 40)


def test_what_compiles_or_draws_is_not_loaded_to_hand_over() -> None:
    """A third of a gigabyte: it has to stay free for the million parcels."""
    told = (
        "import sys, yngis.report.deliver; "
        "print(sorted({'numba', 'matplotlib', 'folium', 'rasterio', 'esda'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
