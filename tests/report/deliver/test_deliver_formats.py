from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from yngis.catalogue.io.vectors.survey_txt import SurveyTxtCarrier
from yngis.errors import LayerError, SpecError
from yngis.measure.crs import CGCS2000
from yngis.report.deliver import deliver, delivery_lines
from yngis.report.deliver.declared import dbf_names, delivered_programs
from yngis.report.deliver.shipped_layer import export_styled_layer
from yngis.report.deliver.shp import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ["gdb", "shp", "txt"]


@pytest.fixture(scope="module")
def handed(made_audit: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deliver(
        made_audit.folder, tmp_path_factory.mktemp("out") / "handed", formats=FORMATS
    ).folder


def checksums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_format_has_the_same_bytes_again(
    handed: Path, made_audit: Any, tmp_path: Path
) -> None:
    again = deliver(made_audit.folder, tmp_path / "again", formats=FORMATS).folder
    assert checksums(again) == checksums(handed)


def test_the_geodatabase_holds_everything_under_chinese_names(
    handed: Path, made_audit: Any
) -> None:
    book = handed / "audit.gdb"
    layers = dict(pyogrio.list_layers(book))
    assert layers["findings"] == "MultiPolygon"
    assert layers["ratios"] is None
    found = pyogrio.read_dataframe(book, layer="findings")
    assert found["holder"].tolist() == made_audit.findings["holder"].tolist()
    assert found["row"].dtype == np.float64
    with pyogrio.open_arrow(book, layer="findings", use_pyarrow=True) as (_, reader):
        told = reader.schema.field("holder").metadata
    assert told[b"GDAL:OGR:alternative_name"].decode() == "用地单位"


def test_arcgis_pro_gets_whole_numbers(made_audit: Any, tmp_path: Path) -> None:
    deliver(made_audit.folder, tmp_path / "pro", formats=["gdb"], arcgis="pro")
    found = pyogrio.read_dataframe(tmp_path / "pro" / "audit.gdb", layer="findings")
    assert found["row"].dtype == np.int64
    assert found["row"].tolist() == made_audit.findings["row"].tolist()


def test_shapefiles_cut_texts_at_whole_characters_and_say_so(handed: Path, made_audit: Any) -> None:
    path = handed / "shp" / "findings.shp"
    assert path.with_suffix(".cpg").read_text().strip() == "UTF-8"
    found = pyogrio.read_dataframe(path)
    assert pyogrio.read_info(path)["geometry_type"] == "Polygon"
    for written, meant in zip(found["HOLDER"], made_audit.findings["holder"], strict=True):
        if len(meant.encode()) <= 254:
            # A DBF ends a text with its blanks.
            assert written == meant.rstrip()
        else:
            assert written == "长" * 83 + "…"
    note = (handed / "说明.txt").read_text(encoding="utf-8")
    assert "“用地单位”有 5 处超过 254 字节" in note


def test_short_names_are_ascii_unique_and_told(handed: Path) -> None:
    told = pd.read_csv(handed / "shp" / FIELDS, encoding="utf-8-sig")
    assert set(told["图层"]) == {"findings", "unsupplied", "overlaps", "zones", "prefectures"}
    for layer, held in told.groupby("图层"):
        stored = [
            str(name) for name in pyogrio.read_info(handed / "shp" / f"{layer}.shp")["fields"]
        ]
        assert stored == held["DBF 字段"].tolist()
        assert len(set(stored)) == len(stored)
        assert all(name.isascii() and len(name) <= 10 for name in stored)
        assert not any(name.startswith("FIELD_") for name in stored)
    qml = (handed / "shp" / "findings.qml").read_text(encoding="utf-8")
    assert 'attr="FINDING"' in qml


def test_the_table_of_short_names_holds_its_promise() -> None:
    from yngis.report.deliver.declared import _read_declarations  # noqa: PLC0415

    short = _read_declarations().dbf
    assert len(set(short.values())) == len(short)
    assert all(
        name.isascii() and name.isupper() and len(name) <= 10 and name.isidentifier()
        for name in short.values()
    )
    assert dbf_names(["id", "nobody_knows_it"]) == {"id": "ID", "nobody_knows_it": "FIELD_2"}
    assert len(delivered_programs()) == 5


def plots_of(path: Path) -> tuple[list[str], np.ndarray]:
    carrier = SurveyTxtCarrier(path)
    numbers: list[str] = []
    shapes: list[Any] = []
    for batch in carrier.batches():
        assert not batch.marks
        numbers += list(batch.columns[2])
        shapes += list(batch.geometry)
    crs = carrier.crs
    assert crs is not None
    import pyproj  # noqa: PLC0415

    back = pyproj.Transformer.from_crs(crs, CGCS2000, always_xy=True)
    return numbers, shapely.transform(
        np.array(shapes, dtype=object),
        lambda points: np.column_stack(back.transform(points[:, 0], points[:, 1])),
    )


@pytest.mark.parametrize("columns", [9, 14])
def test_survey_texts_come_back_within_a_millimetre(
    made_audit: Any, tmp_path: Path, columns: Any
) -> None:
    result = deliver(made_audit.folder, tmp_path / "txt", formats=["txt"], txt_columns=columns)
    files = sorted((result.folder / "txt").glob("findings_*.txt"))
    # Dali is in zone 33, Kunming in 34, Qujing in 35.
    assert [path.stem for path in files] == ["findings_33", "findings_34", "findings_35"]
    found: dict[str, Any] = {}
    for path in files:
        text = path.read_text(encoding="gb18030")
        line = next(line for line in text.splitlines() if line.endswith(",@"))
        assert len(line.split(",")) == columns
        found |= dict(zip(*plots_of(path), strict=True))
    drawn = made_audit.findings["id"][:-1]
    assert sorted(found) == sorted(drawn)
    millimetre = 0.001 / 111_000.0  # in degrees
    for number, shape in zip(drawn, made_audit.shapes[:-1], strict=True):
        assert shapely.hausdorff_distance(found[number], shape) <= millimetre
        assert shapely.area(found[number]) == pytest.approx(shapely.area(shape), rel=1e-4)
    assert "1 行没有图形" in (result.folder / "说明.txt").read_text(encoding="utf-8")


def test_north_stands_before_east_and_rings_close(handed: Path) -> None:
    lines = (handed / "txt" / "findings_34.txt").read_text(encoding="gb18030").splitlines()
    assert lines[lines.index("带号=34") - 4] == "坐标系=2000国家大地坐标系"
    first = next(at for at, line in enumerate(lines) if line.endswith(",@"))
    count, area, number, _, kind, *_ = lines[first].split(",")
    assert (number, kind) == ("演示〔2021〕0000000号", "面")
    points = [line.split(",") for line in lines[first + 1 : first + 1 + int(count)]]
    assert points[0] == points[-1]
    assert points[0][0] == "J1"
    assert {point[1] for point in points} == {"1"}
    north, east = float(points[0][2]), float(points[0][3])
    assert 2_000_000 < north < 3_500_000
    assert 34_000_000 < east < 35_000_000
    # 0.0015° by 0.0012° at 25° north: some 151 m by 133 m.
    assert float(area) == pytest.approx(2.01, abs=0.02)


def test_a_hole_is_a_second_ring(handed: Path) -> None:
    lines = (handed / "txt" / "findings_34.txt").read_text(encoding="gb18030").splitlines()
    assert {line.split(",")[1] for line in lines if line.startswith("J")} == {"1", "2"}


def test_parted_by_place_every_row_is_in_one_place(made_audit: Any, tmp_path: Path) -> None:
    result = deliver(made_audit.folder, tmp_path / "by", formats=["gpkg"], by="prefecture")
    books = sorted(result.folder.rglob("*.gpkg"))
    assert [book.stem for book in books] == ["大理白族自治州", "昆明市", "曲靖市"]
    ids: list[str] = []
    for book in books:
        layers = dict(pyogrio.list_layers(book))
        found = pyogrio.read_dataframe(book, layer="findings")
        assert set(found["prefecture"]) == {book.stem}
        ids += found["id"].tolist()
        assert "zones" in layers
    assert sorted(ids) == sorted(made_audit.findings["id"])
    pieces = [
        len(pyogrio.read_dataframe(book, layer="unsupplied"))
        for book in books
        if "unsupplied" in dict(pyogrio.list_layers(book))
    ]
    assert sum(pieces) == 3
    assert result.rows["findings"] == 40


def test_a_place_is_told_what_was_cut_in_it_and_no_more(made_audit: Any, tmp_path: Path) -> None:
    result = deliver(made_audit.folder, tmp_path / "by", formats=["shp"], by="prefecture")
    told = {
        place: [line for line in text.splitlines() if "用地单位" in line]
        for place in ("昆明市", "曲靖市", "大理白族自治州")
        for text in [(result.folder / place / "说明.txt").read_text(encoding="utf-8")]
    }
    # Of forty holders five are too long, of rows 7, 15, 23, 31 and 39: places 1, 0, 2, 1 and 0.
    assert [len(lines) for lines in told.values()] == [1, 1, 1]
    assert [lines[0].split("有 ")[1][:3] for lines in told.values()] == ["2 处", "2 处", "1 处"]
    assert any(note.startswith("大理白族自治州：Shapefile") for note in result.notes)
    assert sum("不含属性表 比率" in note for note in result.notes) <= 1


def test_zips_hold_the_same_and_nothing_changes_in_them(made_audit: Any, tmp_path: Path) -> None:
    for name in ("one", "two"):
        deliver(made_audit.folder, tmp_path / name, formats=["gpkg", "qgs"], by="zone", zipped=True)
    assert checksums(tmp_path / "one") == checksums(tmp_path / "two")
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert "昆明高新技术产业开发区.zip" in names
    assert all(name.endswith(".zip") or name == "run.json" for name in names)
    with zipfile.ZipFile(tmp_path / "one" / "昆明高新技术产业开发区.zip") as book:
        assert book.testzip() is None
        assert {Path(name).suffix for name in book.namelist()} == {".gpkg", ".qgs", ".txt"}


def test_wrong_options_are_told_all_at_once(made_audit: Any, tmp_path: Path) -> None:
    wrong: Any = {"by": "zones", "arcgis": "11", "txt_columns": 10}
    with pytest.raises(SpecError) as caught:
        deliver(made_audit.folder, tmp_path / "out", **wrong)
    assert [problem.where for problem in caught.value.problems] == [
        "--by", "--arcgis", "--txt-columns",
    ]  # fmt: skip


def test_without_plates_that_is_told(made_audit: Any, tmp_path: Path) -> None:
    result = deliver(made_audit.folder, tmp_path / "out", formats=["geopdf"])
    assert any("没有 PDF 图版" in line for line in delivery_lines(result))


def test_places_named_by_rows_go_before_where_they_lie(
    audit_maker: Callable[..., Any], tmp_path: Path
) -> None:
    """A record that names no zone is parted by its land; one without either is 未归属."""
    made = audit_maker(tmp_path / "audit", 9)
    path = made.folder / "supply_findings.csv"
    text = path.read_text(encoding="utf-8-sig")
    text = text.replace("曲靖经济技术开发区,某县,曲靖市", ",,").replace(
        "大理经济技术开发区,某县,大理白族自治州", "区外,某县,"
    )
    path.write_text(text, encoding="utf-8-sig")
    result = deliver(made.folder, tmp_path / "by", formats=["gpkg"], by="prefecture")
    held = {
        book.stem: pyogrio.read_info(book, layer="findings")["features"]
        for book in result.folder.rglob("*.gpkg")
        if "findings" in dict(pyogrio.list_layers(book))
    }
    # The last one has no polygon; the one with the hole lies in Chuxiong.
    assert held == {
        "昆明市": 3, "曲靖市": 2, "楚雄彝族自治州": 1, "大理白族自治州": 2, "未归属": 1,
    }  # fmt: skip


def test_a_shipped_layer_is_exported_with_its_style(tmp_path: Path) -> None:
    path = export_styled_layer("zones", tmp_path / "zones.gpkg")
    again = export_styled_layer("zones", tmp_path / "again" / "zones.gpkg")
    assert path.read_bytes() == again.read_bytes()
    assert len(pyogrio.read_dataframe(path, layer="zones")) == 62
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    assert styles["f_table_name"].tolist() == ["zones"]
    assert 'attr="boundary"' in styles["styleQML"][0]
    with pytest.raises(LayerError, match="overwrite"):
        export_styled_layer("zones", path)
    borders = export_styled_layer("counties", tmp_path / "counties.gpkg")
    style = pyogrio.read_dataframe(borders, layer="layer_styles")["styleQML"][0]
    assert 'scaleMax="2000000"' in style
    assert 'fieldName="&quot;name_zh&quot;"' in style
    with pytest.raises(LayerError) as caught:
        export_styled_layer("zonse", tmp_path / "zones.shp")
    assert len(caught.value.problems) == 2
