"""`yngis layers check FILE --as supply`: how an audit would read it, and an alias map."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from yngis.catalogue.tables.preview import mapping_text, preview_tables
from yngis.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def check(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["yngis", "layers", "check", *words])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    code = left.value.code
    return (code if isinstance(code, int) else 0), told.out, told.err


@pytest.fixture
def untidy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two ledgers of other headers, a cover and a summary."""
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.create_sheet("封面").append(["某市供地台账"])
    sheet = book.create_sheet("2019")
    for line in (
        ["单位：公顷"],
        ["电子监管号", "用地单位", "供应面积", "签订日期", "合同约定", "", "备注"],
        ["", "", "", "", "开工时间", "竣工时间", ""],
        ["53011220190001", "甲", 1.5, "2019.3.1", "2020.1", "2022-03-01", "x"],
    ):
        sheet.append(line)
    sheet = book.create_sheet("2020")
    for line in (
        ["合同号", "土地使用者", "面积", "供应时间"], ["HT-1", "乙", 15, "2020-05-05"],
    ):  # fmt: skip
        sheet.append(line)
    book.create_sheet("汇总").append(["开发区", "宗数", "供应面积(公顷)"])
    path = tmp_path / "台账.xlsx"
    book.save(path)
    return path


def test_a_dry_run_tells_sheets_headers_units_rows_and_what_is_missing(
    untidy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = check(capsys, monkeypatch, untidy.name, "--as", "supply")
    assert code == 1
    assert "■ 台账.xlsx：2019（Excel，工作表“2019”，表头在第 2–3 行）" in out
    assert "供应面积 → area_m2 供应面积，单位 ha（表上说明）" in out
    assert "合同约定/开工时间 → agreed_start 约定动工日期" in out
    assert "备注 → remarks" in out
    assert "没有的日期列 / date columns not there: " in out
    assert "第 4 行: id=53011220190001；area_m2=15,000；" in out
    assert "2020.1" in out.split("第 4 行", maxsplit=1)[1]  # a date not read is shown as it stands
    assert "面积 → area_m2 供应面积，单位不明" in out
    assert "土地使用者 → 未采用" in out
    assert "未读 / not read: 供应宗地 台账.xlsx：封面" in out
    assert "--unit supply.area_m2=公顷" in err


def test_a_mapping_is_edited_and_taken_as_aliases(
    untidy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (untidy.name, "--as", "supply")
    check(capsys, monkeypatch, *words, "--mapping", "对照.csv")
    path = untidy.with_name("对照.csv")
    # As a user does in a spreadsheet: a column for what was not understood, a unit where none was.
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    for line in lines:
        if line[2] == "土地使用者":
            line[1] = "holder"
        if line[2] == "面积":
            line[3] = "亩"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(lines)
    code, out, err = check(capsys, monkeypatch, *words, "--aliases", path.name)
    assert (code, err) == (0, "")
    assert "土地使用者 → holder 用地单位" in out
    assert "面积 → area_m2 供应面积，单位 mu（别名表）" in out
    # 15 亩 are one hectare.
    assert "id=HT-1；area_m2=10,000；" in out


def test_a_mapping_changes_nothing_by_itself(untidy: Path) -> None:
    """What is written and read back unedited means the same."""
    look = preview_tables(untidy, "supply")
    path = untidy.with_name("m.csv")
    path.write_text(mapping_text(look), encoding="utf-8")
    again = preview_tables(untidy, "supply", aliases=path)
    for one, two in zip(look.tables, again.tables, strict=True):
        assert [each.column for each in one.headers] == [each.column for each in two.headers]
        assert [each.unit for each in one.headers] == [each.unit for each in two.headers]


def test_units_by_option_reach_only_the_sheets_that_name_none(
    untidy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (untidy.name, "--as", "supply", "--unit", "supply.area_m2=亩")
    code, out, _ = check(capsys, monkeypatch, *words)
    assert code == 0
    assert "id=HT-1；area_m2=10,000；" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.xlsx", "--as", "supply"], "不存在"),
        (["*.gpkg", "--as", "approvals"], "没有文件符合"),
        (["台账.xlsx", "--as", "supply", "--layer", "supply=汇总"], "contract_no"),
    ],
)
def test_what_cannot_be_read_is_an_error(
    untidy: Path,
    words: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert untidy.exists()
    code, _, err = check(capsys, monkeypatch, *words)
    assert code == 1
    assert said in err
