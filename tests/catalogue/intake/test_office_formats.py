"""Formats that offices have besides tables and layers: 国土 TXT, DXF, and web pages called .xls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from yngis.catalogue.io.sheets.html_table import HtmlCarrier
from yngis.catalogue.io.vectors.dxf import DxfCarrier
from yngis.catalogue.io.vectors.survey_txt import SurveyTxtCarrier
from yngis.catalogue.tables.cards.input_card import read_input_card
from yngis.catalogue.tables.shapes.shape_join import number_card
from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DAY = "2025-12-31"
# A square of 100 m and one of 20 m within it, on the central meridian of zone 34 (102° E).
NORTH, EAST = 2_765_000.0, 500_000.0
OUTER = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
INNER = [(40, 40), (60, 40), (60, 60), (40, 60), (40, 40)]


def about(system: str = "2000国家大地坐标系", zone: str = "34", width: str = "3") -> str:
    return (
        f"[属性描述]\n格式版本号=1.01\n坐标系={system}\n几度分带={width}\n投影类型=高斯克吕格\n"
        f"计量单位=米\n带号={zone}\n精度=0.001\n转换参数=,,,,,,\n[地块坐标]\n"
    )


def ring(points: Sequence[tuple[int, int]], number: int, shift: float = 0.0) -> str:
    return "".join(
        f"J{at},{number},{NORTH + y:.3f},{EAST + x + shift:.3f}\n"
        for at, (x, y) in enumerate(points, start=1)
    )


def read(path: Path, **options: Any) -> tuple[pd.DataFrame, Any, pd.DataFrame]:
    card = number_card(read_input_card("supply"))
    with open_tables(path, card, as_of=DAY, **options) as tables:
        got = list(tables.records())
        return (
            pd.concat([each.frame for each in got], ignore_index=True),
            np.concatenate([each.geometry for each in got if each.geometry is not None]),
            pd.concat([each.rejected for each in got], ignore_index=True),
        )


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(
    "head",
    ["10,0.96,YS-1,地块一,面,,工业用地,0601,@", "10,0.96,YS-1,地块,面,图,工业,0601,,1,B,C,备注,@"],
)  # fmt: skip
@pytest.mark.parametrize("shift", [0.0, 34e6])
def test_survey_text_of_9_and_14_columns_with_and_without_zone(
    tmp_path: Path, encoding: str, head: str, shift: float
) -> None:
    path = tmp_path / "勘测.txt"
    text = f"{about()}{head}\n{ring(OUTER, 1, shift)}{ring(INNER, 2, shift)}"
    path.write_bytes(text.encode(encoding))
    frame, shapes, rejected = read(path)
    assert frame["parcel_no"].tolist() == ["YS-1"]
    assert len(rejected) == 0
    # 100² − 20² = 9 600 m² on the plane; at 102° E and 25° N the same on the ellipsoid to 1e-4.
    assert frame["area_m2"].iloc[0] == pytest.approx(9_600, rel=3e-4)
    assert len(shapes[0].interiors) == 1
    to = pyproj.Transformer.from_crs("EPSG:4543", "EPSG:4490", always_xy=True)
    assert shapely.get_coordinates(shapes[0].centroid)[0] == pytest.approx(
        to.transform(EAST + 50, NORTH + 50), abs=1e-6
    )


def test_a_plot_that_is_cut_off_is_told_and_its_neighbours_stay(tmp_path: Path) -> None:
    path = tmp_path / "勘测.txt"
    one = f"5,1,甲,,面,,,,@\n{ring(OUTER, 1)}"
    line = f"2,1,线,,线,,,,@\n{ring(OUTER[:2], 1)}"
    cut = f"9,1,乙,,面,,,,@\n{ring(OUTER, 1)}"
    odd = f"5,1,丙,,面,,,,@\n{ring(OUTER, 1)}J6,1,未测\n"
    path.write_text(about() + one + line + cut + odd + "4,1,丁,,面,,,,@\n" + ring(OUTER[:4], 1))
    card = number_card(read_input_card("supply"))
    with open_tables(path, card, as_of=DAY) as tables:
        found = next(iter(tables.records()))
    assert found.frame["parcel_no"].tolist() == ["甲", "丁"]
    # A line is no land; the others have no points to be trusted, and an area of unknown unit.
    assert sorted(zip(found.rejected["row"], found.rejected["rule"], strict=True)) == [
        (17, "not_an_area"), (20, "no_area"), (26, "no_area"),
    ]  # fmt: skip
    told = found.issues[found.issues["rule"].isin(["points_differ", "point_unreadable"])]
    assert told[["row", "rule"]].to_numpy().tolist() == [
        [20, "points_differ"], [26, "point_unreadable"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("1", 0), ("15", 0), ("10000", 0), ("1.2", 1), ("未测", 0), ("0", 0), ("1公顷", 0),
        ("15亩", 0), ("１０００㎡", 1), ("1.2公顷", 1), ("1亩", 1),
    ],
)  # fmt: skip
def test_a_plot_whose_stated_area_is_not_that_of_its_points_is_told(
    tmp_path: Path, stated: str, told: int
) -> None:
    path = tmp_path / "勘测.txt"
    path.write_text(f"{about()}5,{stated},甲,,面,,,,@\n{ring(OUTER, 1)}")
    card = number_card(read_input_card("supply"))
    with open_tables(path, card, as_of=DAY) as tables:
        found = next(iter(tables.records()))
    assert int((found.issues["rule"] == "plot_area_differs").sum()) == told
    assert ("number_unreadable" in set(found.issues["rule"])) == (stated == "未测")
    assert found.geometry is not None
    assert found.geometry[0] is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (about("1980西安坐标系") + f"5,1,甲,,面,,,,@\n{ring(OUTER, 1)}", "1980"),
        (about(zone="35") + f"5,1,甲,,面,,,,@\n{ring(OUTER, 1, 34e6)}", "核对带号"),
        (about("独立坐标系") + f"5,1,甲,,面,,,,@\n{ring(OUTER, 1)}", "--crs supply=4490"),
        (about() + "5,1,甲,,面,,,,@\n" + "".join(
            f"J{n},1,{EAST + x},{NORTH + y}\n" for n, (x, y) in enumerate(OUTER)), "北坐标"),
        (about(), "没有地块"),
        (about() + ring(OUTER, 1), "点在地块之前"),
    ],
)  # fmt: skip
def test_survey_text_that_cannot_be_placed_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "勘测.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LayerError) as error:
        read(path)
    assert said in str(error.value)


def test_six_degree_zones_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "勘测.txt"
    path.write_text(about(zone="18", width="6") + f"5,1,甲,,面,,,,@\n{ring(OUTER, 1, 18e6)}")
    crs = SurveyTxtCarrier(path).crs
    assert crs is not None
    assert crs.to_epsg() == 4496  # CGCS2000 / Gauss-Kruger zone 18, 105° E


def dxf(
    path: Path, rings: Sequence[tuple[bool, Sequence[tuple[float, float]]]], texts: Any
) -> Path:
    """A drawing by hand: light polylines, closed by flag or by point, and texts."""
    lines = ["0", "SECTION", "2", "ENTITIES"]
    for closed, points in rings:
        lines += ["0", "LWPOLYLINE", "8", "界址", "90", str(len(points)), "70", str(int(closed))]
        for x, y in points:
            lines += ["10", f"{EAST + x}", "20", f"{NORTH + y}"]
    for text, (x, y) in texts:
        lines += ["0", "TEXT", "8", "注记", "10", f"{EAST + x}", "20", f"{NORTH + y}", "40", "2"]
        lines += ["1", text]
    path.write_text("\n".join([*lines, "0", "ENDSEC", "0", "EOF", ""]), encoding="utf-8")
    return path


def test_closed_polylines_of_a_drawing_take_the_text_inside(tmp_path: Path) -> None:
    path = dxf(
        tmp_path / "宗地.dxf",
        [
            (True, OUTER[:4]), (False, [(x + 200, y) for x, y in OUTER]),
            (False, [(0, 0), (9, 9), (20, 0)]),
        ],
        [("YS-1", (50, 50)), ("YS-2", (250, 50)), ("1.0ha", (260, 60)), ("图名", (900, 900))],
    )  # fmt: skip
    frame, shapes, _ = read(path, crs="4543")
    # Two texts stand in the second plot: which of them is its number is not guessed.
    assert frame["parcel_no"].fillna("").tolist() == ["YS-1", ""]
    assert [round(area) for area in frame["area_m2"]] == pytest.approx([10_000, 10_000], abs=4)
    assert len(shapes) == 2
    with pytest.raises(LayerError, match="--crs supply=4490"):
        read(path)
    with pytest.raises(LayerError, match="都没有闭合"):
        read(dxf(tmp_path / "线.dxf", [(False, [(0, 0), (9, 9), (20, 0)])], []))


def _with_hatch(path: Path, at: float) -> Path:
    """Draw a hatch of a tenth of a hectare into a drawing."""
    points = [(at + x, y) for x, y in ((20.0, 20.0), (60.0, 20.0), (60.0, 45.0), (20.0, 45.0))]
    lines = ["0", "HATCH", "8", "地块", "100", "AcDbEntity", "100", "AcDbHatch"]
    lines += ["10", "0", "20", "0", "30", "0", "210", "0", "220", "0", "230", "1"]
    lines += ["2", "SOLID", "70", "1", "71", "0", "91", "1", "92", "2", "72", "0", "73", "1"]
    lines += ["93", str(len(points))]
    for x, y in points:
        lines += ["10", f"{EAST + x}", "20", f"{NORTH + y}"]
    lines += ["97", "0", "75", "0", "76", "1", "98", "0"]
    text = path.read_text(encoding="utf-8")
    head, end = text.rsplit("0\nENDSEC", 1)
    path.write_text(head + "\n".join(lines) + "\n0\nENDSEC" + end, encoding="utf-8")
    return path


def test_hatches_without_a_border_are_told(tmp_path: Path) -> None:
    path = dxf(tmp_path / "宗地.dxf", [(True, OUTER[:4])], [("YS-1", (50, 50))])
    for at in (0.0, 500.0):
        _with_hatch(path, at)
    frame, _, rejected = read(path, crs="4543")
    # The one within the plot is its fill; the other may be a plot of its own.
    assert len(frame) == 1
    assert rejected["rule"].tolist() == ["drawn_as_fill"]
    assert "填充（HATCH）1 个未采用" in DxfCarrier(path).described
    bare = _with_hatch(dxf(tmp_path / "面.dxf", [(False, [(0, 0), (9, 9), (20, 0)])], []), 0.0)
    with pytest.raises(LayerError, match=r"1 个填充（HATCH）没有界线"):
        read(bare)


PAGE = """<html><head><meta http-equiv=Content-Type content="text/html; charset={name}">
<style>td{{}}</style></head><body><table><tr><td>菜单</td></tr></table>
<table border=1><tr><td colspan=5>供地台账（单位：公顷）</td></tr>
<tr><th rowspan=2>合同编号</th><th rowspan=2>供应面积</th><th rowspan=2>供应日期</th>
<th colspan=2>约定时间</th></tr><tr><th>开工时间<th>竣工时间</tr>
<tr><td>HT-1<td>1.5<td>2019-03-01<td>2020-03-01<td>2022-03-01</tr>
<tr><td>HT-2</td><td rowspan=2>2</td><td>2019-04-01</td><td>2020-04-01</td><td>&nbsp;</td></tr>
<tr><td>HT-3</td><td>2019-05-01</td><td>2020-05-01</td><td></td></tr>
</table></body></html>"""


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("gbk", "gb2312"), ("utf-8", "utf-8"), ("utf-16", "unicode"), ("utf-16-le", "unicode")],
)
def test_a_web_page_called_xls_is_read(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(PAGE.format(name=name).encode(encoding))
    with open_tables(path, "supply", as_of=DAY) as tables:
        [records] = list(tables.records())
        assert isinstance(tables.tables[0].carrier, HtmlCarrier)
    frame = records.frame
    assert frame["contract_no"].tolist() == ["HT-1", "HT-2", "HT-3"]
    # A cell over two rows holds for both only where it is told: the second is its own record.
    assert frame["area_m2"].tolist() == [15000.0, 20000.0, 20000.0]
    assert frame["agreed_start"].dt.strftime("%Y-%m-%d").tolist() == [
        "2020-03-01", "2020-04-01", "2020-05-01",
    ]  # fmt: skip
    assert frame["agreed_completion"].notna().tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "Excel 97"),
        (b"PK\x03\x04" + b"\0" * 600, "另存为 .xlsx"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "Excel 2003 XML"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n<html>", "MHTML"),
        (b"<html><body>nothing</body></html>", "没有可读的表格"),
        (b"\x00\x01\x02 nothing", "Excel 97"),
    ],
)  # fmt: skip
def test_other_things_called_xls_are_refused_by_name(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "台账.xls"
    path.write_bytes(content)
    with pytest.raises(LayerError) as error, open_tables(path, "supply", as_of=DAY):
        pass
    assert said in str(error.value)


def test_a_text_table_called_xls_is_read(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_text("合同编号\t供应面积(公顷)\nHT-1\t1.5\n", encoding="gb18030")
    with open_tables(path, "supply", as_of=DAY) as tables:
        [records] = list(tables.records())
    assert records.frame["area_m2"].tolist() == [15000.0]
