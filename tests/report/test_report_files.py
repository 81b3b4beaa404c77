"""Workbooks, CSVs, pages and drawings: nothing runs, nothing is undeclared, bytes repeat."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.errors import SpecError
from yngis.report.csv_writer import write_csv_rows
from yngis.report.output_tables import OutputColumn, OutputTable, read_output_tables
from yngis.report.page import (
    Line,
    PageList,
    PageTable,
    Section,
    cell_as_text,
    column_texts,
    page_table,
    render_page,
    wide_table,
)
from yngis.report.svg import Interval, Track, _round_ticks, interval_chart, track_chart
from yngis.report.workbook import write_tables, write_tables_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

REPORT = Path(__file__).parents[2] / "yngis" / "report"
TABLE = OutputTable(
    name="t",
    zh="表",
    en="t",
    note="注",
    columns=(
        OutputColumn(name="zone", zh="开发区", en="zone"),
        OutputColumn(name="share", zh="率", en="share", form="share"),
        OutputColumn(name="area", zh="面积", en="area", unit="公顷", form="number"),
        OutputColumn(name="held", zh="成立", en="holds", form="flag"),
    ),
)
EVIL = "=cmd|' /C calc'!A0</td><script>alert(1)</script>"


def _frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "zone": ["甲", EVIL, "@丙"],
            "share": [0.5, float("nan"), 1.2],
            "area": [1234.5, float("inf"), None],
            "held": pd.array([True, False, None], dtype="boolean"),
        }
    )


def test_texts_in_a_workbook_never_run(tmp_path: Path) -> None:
    path = write_tables_workbook(tmp_path / "t.xlsx", [TABLE], {"t": _frame()}, [("标题", EVIL)])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["说明", "表"]
    sheet = book["表"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("开发区", "率", "面积（公顷）", "成立")
    assert rows[1] == ("甲", 0.5, 1234.5, "是")
    assert rows[2] == (EVIL, None, None, "否")
    assert all(each.data_type != "f" for row in sheet.iter_rows() for each in row)
    assert sheet.freeze_panes == "B2"
    assert sheet["B2"].number_format == "0.00%"
    cover = list(book["说明"].iter_rows(values_only=True))
    assert cover == [("标题", EVIL), ("表", "注")]
    (csv,) = write_tables(tmp_path, [TABLE], {"t": _frame()})
    lines = csv.read_text(encoding="utf-8-sig").splitlines()
    assert lines[2].startswith("\"'=cmd") or lines[2].startswith("'=cmd")
    assert lines[3].startswith("'@丙,1.2,")


def test_two_writings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_tables_workbook(tmp_path / name, [TABLE], {"t": _frame()}, [])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_undeclared_column_is_not_written(tmp_path: Path) -> None:
    frame = _frame().assign(secret=1)
    with pytest.raises(SpecError, match="secret"):
        write_tables_workbook(tmp_path / "t.xlsx", [TABLE], {"t": frame}, [])
    assert not (tmp_path / "t.xlsx").exists()


@pytest.mark.parametrize("name", ["intensity.yml", "targets.yml", "clustering.yml", "ledger.yml"])
def test_declared_tables_have_titles_and_unit_of_every_number(name: str) -> None:
    tables = read_output_tables(next(REPORT.rglob(name)))
    assert len({table.zh for table in tables}) == len(tables)
    for table in tables:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert len(table.zh) <= 31  # Excel's limit for the name of a sheet


def test_pages_escape_every_text_and_run_only_their_own_script(
    inert: Callable[[str], bool],
) -> None:
    sections = [Section(EVIL, (EVIL,), tables=(page_table(TABLE, _frame()),), warning=EVIL)]
    page = render_page(EVIL, EVIL, [(EVIL, EVIL)], sections, {EVIL: "x.xlsx"})
    assert inert(page)
    assert page.count("&lt;script&gt;") >= 6


def test_a_label_stands_above_everything_only_where_there_is_one() -> None:
    labelled = render_page("题", "", [], [], label=EVIL)
    assert labelled.index('class="label"') < labelled.index("<h1>")
    assert "&lt;script&gt;" in labelled
    assert 'class="label"' not in render_page("题", "", [], [])


def test_wide_tables_keep_zones_parts_and_gaps() -> None:
    rows = pd.DataFrame(
        {
            "zone": ["乙", "甲", "乙", "乙"],
            "part": ["core", "core", "expansion", "core"],
            "value": [1.0, 2.0, 3.0, float("nan")],
        }
    )
    label = pd.Series(["税收", "税收", "税收", "产出"])
    table = wide_table(rows, label, "value", "题", "注", unit="万元")
    assert table.heads == ("开发区", "评价分区", "税收（万元）", "产出（万元）")
    assert table.rows == (
        ("乙", "core", "1.00", "—"),
        ("甲", "core", "2.00", "—"),
        ("乙", "expansion", "3.00", "—"),
    )


def test_sections_without_content_are_left_out() -> None:
    page = render_page("题", "", [], [Section("空"), Section("有", ("文",))])
    assert "空" not in page
    assert "有" in page


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1234.5, "number", "1,234.50"),
        (0.12345, "share", "12.35%"),
        (float("nan"), "number", "—"),
        (pd.NA, "whole", "—"),
        (7, "whole", "7"),
        (False, "flag", "否"),
        ("", "text", "—"),
        (0.1, "text", "0.1"),
    ],
)
def test_cells(value: object, form: str, text: str) -> None:
    assert cell_as_text(value, form) == text


def test_drawings_escape_texts_and_are_empty_without_values() -> None:
    nothing = Interval("a", 1.0, float("nan"), 2.0, "", "#000")
    assert interval_chart("t", [nothing], "x") == ""
    assert track_chart("t", [Track("a", "#000", ((2020, float("nan")),))], "u") == ""
    drawn = interval_chart(EVIL, [Interval(EVIL, 1.0, 2.0, 3.0, EVIL, "#000")], EVIL)
    drawn += track_chart(EVIL, [Track(EVIL, "#000", ((2020, 1.0), (2021, 2.0)))], EVIL)
    assert "<script" not in drawn


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_ticks_cover_the_values(low: float, span: float) -> None:
    ticks = _round_ticks(low, low + span)
    slack = 1e-6 * max(1.0, abs(low), span)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + span - slack
    assert 2 <= len(ticks) <= 14


def test_blank_cells_have_lines_too_and_every_sheet_is_set_up_for_print(tmp_path: Path) -> None:
    path = write_tables_workbook(tmp_path / "t.xlsx", [TABLE], {"t": _frame()}, [("标题", "题")])
    book = openpyxl.load_workbook(path)
    lined = {
        str(area.sqref)
        for area in book["表"].conditional_formatting
        for rule in area.rules
        if rule.dxf is not None and rule.dxf.border is not None
    }
    assert lined == {"A2:D4"}
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert "&P" in sheet.oddFooter.right.text
    # A text that is typed over stays one: a program takes =1+1 for a formula in any other cell.
    assert book["表"]["A3"].number_format == "@"


def test_one_writer_writes_the_tables_of_every_report(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "zone": ["甲", "=乙"],
            "share": [1 / 3, float("inf")],
            "area": pd.array([1, None], dtype="Int64"),
            "held": [True, None],
        }
    )
    (path,) = write_tables(tmp_path / "tables", [TABLE], {"t": frame})
    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        "zone,share,area,held",
        "甲,0.3333333333333333,1,是",
        "'=乙,,,",
    ]
    write_csv_rows(path, frame, digits=6)
    assert "甲,0.333333,1,是" in path.read_text(encoding="utf-8-sig")


def test_numbers_of_no_form_keep_the_digits_that_they_need() -> None:
    assert column_texts(pd.Series([2.0, float("nan"), 1200.0]), "general") == ["2", "—", "1,200"]
    assert column_texts(pd.Series([0.5, 0.00123, 4567.8]), "general") == [
        "0.500",
        "0.0012",
        "4,568",
    ]


def test_numbers_of_a_column_have_the_same_decimals() -> None:
    assert column_texts(pd.Series([0.0312, 0.0068, 0.233]), "general") == [
        "0.031",
        "0.007",
        "0.233",
    ]
    assert column_texts(pd.Series([17.12, 4.6, -0.5]), "general") == ["17.12", "4.60", "-0.50"]


def test_what_looks_like_a_number_stays_as_it_stands() -> None:
    mixed = pd.Series([0.5, "0101", 12.25, "5301", None, True], dtype=object)
    assert column_texts(mixed, "general") == ["0.50", "0101", "12.25", "5301", "—", "是"]
    assert column_texts(pd.Series(["0101", "0201"]).astype("category"), "general") == [
        "0101",
        "0201",
    ]
    assert column_texts(pd.Series([530_102_201, 2024]), "text") == ["530102201", "2024"]


def test_parts_lists_and_signs_stand_in_their_section(inert: Callable[[str], bool]) -> None:
    table = PageTable("", ("名",), (("甲",),), (False,), colours=("#123456",), classes=("prefer",))
    part = Section("部分", tables=(table,), across=True)
    lines = PageList((Line("文", EVIL, "text"),), "类")
    page = render_page(
        "题", "", [], [Section("章", lists=(lines,), parts=(part,), key="k", en="C")]
    )
    assert '<section id="k">' in page
    assert '<a href="#k">章</a>' in page
    assert "类<span" in page
    assert '<tr class="prefer"><th scope="row"><span class="key" style="background:#12' in page
    assert '<div class="across"><h3>部分</h3>' in page
    assert inert(page)
    assert "空" not in render_page("题", "", [], [Section("空", parts=(Section("也空"),))])
