"""Files of sheets by their content, whatever their name: all forms of one ledger are one ledger."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path

_T = "urn:oasis:names:tc:opendocument:xmlns:"
_CELL = (
    '<table:table-cell office:value-type="float" office:value="{v}"><text:p>{t}</text:p>'
    "</table:table-cell>"
)
_WORD = (
    '<table:table-cell office:value-type="string" {more}><text:p>{t}</text:p></table:table-cell>'
)
_DAY = (
    '<table:table-cell office:value-type="date" office:date-value="{v}"><text:p>{t}</text:p>'
    "</table:table-cell>"
)
_COVERED = "<table:covered-table-cell/>"


def flat_document(rows: str, more: str = "") -> str:
    """An .fods of one sheet."""
    names = " ".join(
        f'xmlns:{each}="{_T}{each}:1.0"' for each in ("office", "table", "text", "style")
    )
    return (
        f'<?xml version="1.0"?><office:document {names}><office:automatic-styles>{more}'
        '<style:style style:name="划" style:family="text"><style:text-properties '
        'style:text-line-through-style="solid"/></style:style></office:automatic-styles>'
        f'<office:body><office:spreadsheet><table:table table:name="台账">{rows}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document>"
    )


def row(*cells: str, more: str = "") -> str:
    """A row of it."""
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def word(text: str, more: str = "") -> str:
    """A cell of text."""
    return _WORD.format(t=text, more=more)


LEDGER = flat_document(
    row(
        word("合同编号", 'table:number-rows-spanned="2"'), word("开发区"), word("供应面积（公顷）"),
        word("开工时间", 'table:number-columns-spanned="2"'), _COVERED,
    )
    + row(_COVERED, word(""), word(""), word("约定"), word("实际"))
    + row(
        word("HT-1"), word("甲区", 'table:number-rows-spanned="2"'), _CELL.format(v=3.5, t="3.5"),
        _DAY.format(v="2020-03-01", t="2020年3月1日"), word(""),
    )
    + row(
        word("HT-2"), _COVERED, _CELL.format(v=30, t="30亩"),
        _DAY.format(v="2020-03-01", t="2020-3-1"), _DAY.format(v="2020-06-01", t="2020年6月"),
    )
    + row(
        word('HT-3<text:span text:style-name="划">4</text:span>'), word("乙区"),
        _CELL.format(v=1, t="1"), more='table:visibility="filter"',
    )
)  # fmt: skip


def read_rows(path: Path) -> tuple[Any, str]:
    """Records of a ledger, and what was made of the file."""
    with open_tables(path, "supply", as_of="2025-12-31") as tables:
        frames = [each.frame for each in tables.records()]
        return frames[0], tables.tables[0].carrier.described


def test_an_open_document_is_read_as_a_workbook_is(tmp_path: Path) -> None:
    flat, packed = tmp_path / "台账.fods", tmp_path / "台账.xls"
    flat.write_text(LEDGER, encoding="utf-8")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", LEDGER)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    for path in (flat, packed):
        frame, described = read_rows(path)
        assert frame["zone"].astype(str).tolist() == ["甲区", "甲区", "乙区"]
        # 30 亩 are 2 ha, whatever the header says.
        assert frame["area_m2"].tolist() == pytest.approx([35_000.0, 20_000.0, 10_000.0])
        assert frame["agreed_start"].astype(str).tolist()[:2] == ["2020-03-01", "2020-03-01"]
        # June without a day is read as its last day, as in a workbook.
        assert str(frame["actual_start"].iloc[1]).startswith("2020-06-30")
        assert "划去：4" in frame["id"].iloc[2]
        assert "隐藏行" in described


def test_workbooks_pages_and_texts_under_other_names(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (["合同编号", "开发区", "供应面积（公顷）"], ["HT-1", "甲区", 3.5]):
        sheet.append(line)
    book.save(tmp_path / "a.xlsx")
    page = (
        "<html><table><tr><td>合同编号<td>开发区<td>供应面积（公顷）</tr>"
        "<tr><td>HT-1<td>甲区<td>3.5</tr></table>"
    )
    text = "合同编号，开发区，供应面积（公顷）\nHT-1，甲区，3.5\n"
    for name in ("b.et", "b.xls", "b.csv"):
        shutil.copy(tmp_path / "a.xlsx", tmp_path / name)
    for name in ("c.et", "c.xlsx", "c.html"):
        (tmp_path / name).write_text(page, encoding="utf-8")
    for name in ("d.csv", "d.et"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "d.txt").write_text(text.replace("，", "、"), encoding="gb18030")
    for path in sorted(tmp_path.iterdir()):
        assert read_rows(path)[0]["area_m2"].tolist() == pytest.approx([35_000.0]), path


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsb", "xl/workbook.bin", "二进制"), ("a.xlsx", "xl/workbook.bin", "另存为 .xlsx"),
        ("a.et", b"\xd0\xcf\x11\xe0", "WPS 表格"), ("a.csv", b"\xd0\xcf\x11\xe0", "Excel 97"),
        ("a.slk", b"ID;P", "SYLK"), ("a.ods", b"PK\x03\x04", "zip"),
        ("a.fods", LEDGER.replace("?>", "?><!DOCTYPE a>").encode(), "DOCTYPE"),
        ("b.csv", "編號,面積\n甲,1\n".encode("big5"), "Big5"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_told_with_its_remedy(
    tmp_path: Path, name: str, content: str | bytes, told: str
) -> None:
    path = tmp_path / name
    if isinstance(content, str):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(content, "")
    else:
        path.write_bytes(content)
    with pytest.raises(LayerError, match=told), open_tables(path, "supply", as_of="2025-12-31"):
        pass


def test_a_formula_without_a_value_is_refused_in_an_open_document(tmp_path: Path) -> None:
    path = tmp_path / "a.fods"
    blank = '<table:table-cell table:formula="of:=1+1"/>'
    path.write_text(
        flat_document(row(word("合同编号"), word("供应面积（公顷）")) + row(word("HT-1"), blank)),
        encoding="utf-8",
    )
    with pytest.raises(LayerError, match="公式"):
        read_rows(path)
