"""Several sheets, files, folders and patterns read as one table: nothing is left out unsaid."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.catalogue.io.sources import find_sources, short_labels
from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADERS = ("合同编号", "用地单位", "供应面积(公顷)", "供应日期", "约定动工日期")
DAY = "2025-12-31"


def rows(start: int, count: int, area: float = 1.5) -> list[tuple[Any, ...]]:
    return [
        (f"CR-{number:04d}", f"单位{number}", area, "2019-03-01", "2020-03-01")
        for number in range(start, start + count)
    ]


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    book.save(path)
    return path


def csv_ledger(path: Path, lines: list[tuple[Any, ...]], headers: Sequence[str] = HEADERS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(lines, columns=list(headers)).to_csv(path, index=False, encoding="gb18030")
    return path


def read(named: Any, **options: Any) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Any]:
    """Frame, issues, rejected and the tables themselves."""
    with open_tables(named, "supply", as_of=DAY, **options) as tables:
        got = list(tables.records())
        issues = pd.concat([*(each.issues for each in got), tables.closing_issues()])
        return (
            pd.concat([each.frame for each in got], ignore_index=True),
            issues,
            pd.concat([each.rejected for each in got], ignore_index=True),
            tables,
        )


def test_every_sheet_that_fits_is_read_in_its_own_unit(tmp_path: Path) -> None:
    mu = ("合同编号", "用地单位", "供应面积(亩)", "供应日期", "约定动工日期")
    path = workbook(
        tmp_path / "台账.xlsx",
        {
            "封面": [("某市供应台账",), ("编制单位：某局",)],
            "2019": [("2019 年供应",), HEADERS, *rows(1, 4)],
            "2020": [mu, *rows(5, 3, area=15.0)],
            "汇总": [("开发区", "宗数"), ("安宁", 7)],
            "Sheet3": [],
        },
    )
    frame, _, _, tables = read(path)
    assert len(frame) == 7
    # 1.5 ha = 15 000 m²; 15 亩 = 1 ha = 10 000 m².
    told = frame.groupby("source")["area_m2"].agg(["size", "max"]).round(6).to_dict("index")
    assert told == {
        "台账.xlsx：2019": {"size": 4, "max": 15000.0},
        "台账.xlsx：2020": {"size": 3, "max": 10000.0},
    }
    left = {each.source: each for each in tables.left_out}
    assert sorted(left) == ["台账.xlsx：Sheet3", "台账.xlsx：封面", "台账.xlsx：汇总"]
    assert not any(each.suspicious for each in left.values())
    assert "空" in left["台账.xlsx：Sheet3"].reason


def test_a_sheet_that_lacks_only_its_number_is_told_as_a_ledger(tmp_path: Path) -> None:
    bare = [("流水", *HEADERS[1:]), *(("x", *line[1:]) for line in rows(5, 2))]
    path = workbook(tmp_path / "b.xlsx", {"好": [HEADERS, *rows(1, 2)], "坏": bare})
    _, _, _, tables = read(path)
    [left] = tables.left_out
    assert (left.source, left.suspicious) == ("b.xlsx：坏", True)
    assert "约定动工日期" in left.known
    assert "合同编号" in left.reason


def test_issues_and_rejected_rows_name_their_sheet(tmp_path: Path) -> None:
    lines = [("CR-9", "甲", 1.0, "2020-02-30", ""), ("合计", "", 1.0, "", "")]
    path = workbook(tmp_path / "b.xlsx", {"一": [HEADERS, *rows(1, 2)], "二": [HEADERS, *lines]})
    _, issues, rejected, _ = read(path)
    assert issues[["source", "row", "rule"]].to_numpy().tolist() == [
        ["b.xlsx：二", 2, "date_impossible"]
    ]
    assert rejected[["source", "row", "rule"]].to_numpy().tolist() == [
        ["b.xlsx：二", 3, "total_row"]
    ]


def test_a_sheet_that_fits_and_cannot_be_understood_stops_the_run(tmp_path: Path) -> None:
    bare = ("合同编号", "用地单位", "供应面积", "供应日期", "约定动工日期")
    path = workbook(tmp_path / "b.xlsx", {"一": [HEADERS, *rows(1, 2)], "二": [bare, *rows(3, 2)]})
    with pytest.raises(LayerError) as error:
        read(path)
    assert "b.xlsx：二" in str(error.value)
    assert "--unit supply.area_m2=" in str(error.value)
    assert len(read(path, units={"area_m2": "公顷"})[0]) == 4


def test_files_patterns_and_folders_are_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "各县"
    csv_ledger(folder / "昆明" / "台账.csv", rows(1, 2))
    csv_ledger(folder / "曲靖" / "台账.csv", rows(3, 3))
    workbook(folder / "玉溪.xlsx", {"台账": [HEADERS, *rows(6, 4)]})
    (folder / "~$玉溪.xlsx").write_bytes(b"lock")
    (folder / "说明.docx").write_bytes(b"PK")
    csv_ledger(folder / "联系人.csv", [("张三", "123")], ("姓名", "电话"))
    frame, _, _, tables = read(folder)
    assert frame["source"].value_counts().to_dict() == {
        "玉溪.xlsx": 4, "曲靖/台账.csv": 3, "昆明/台账.csv": 2,
    }  # fmt: skip
    assert sorted(each.source for each in tables.left_out) == ["联系人.csv", "说明.docx"]
    by_pattern = read(str(folder / "*" / "台账.csv"))[0]
    assert len(by_pattern) == 5
    both = read([folder / "玉溪.xlsx", str(folder / "*" / "*.csv"), folder / "玉溪.xlsx"])[0]
    assert len(both) == 9  # a file named twice is read once


def test_a_zip_of_ledgers_is_unpacked(tmp_path: Path) -> None:
    for name, start in (("昆明.csv", 1), ("曲靖.csv", 5)):
        csv_ledger(tmp_path / "z" / name, rows(start, 2))
    path = tmp_path / "台账.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in (tmp_path / "z").iterdir():
            archive.write(each, each.name)
        archive.writestr("读我.pdf", "x")
    frame, _, _, tables = read(path)
    assert sorted(set(frame["source"])) == ["台账.zip：昆明.csv", "台账.zip：曲靖.csv"]
    assert [each.source for each in tables.left_out] == ["台账.zip：读我.pdf"]


def test_layers_of_a_geopackage_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "供应.gpkg"
    for place, year in enumerate(("2019", "2020")):
        table = pd.DataFrame(rows(10 * place, 2), columns=list(HEADERS))
        west = 102.5 + place
        shapes = [shapely.box(west, 25.0, west + 0.001, 25.001)] * 2
        gpd.GeoDataFrame(table, geometry=shapes, crs=4490).to_file(path, layer=year, mode="a")
    csv = csv_ledger(tmp_path / "补.csv", rows(30, 1))
    with open_tables([path, csv], "supply", as_of=DAY) as tables:
        got = list(tables.records())
    assert [len(each.frame) for each in got] == [2, 2, 1]
    # Tables beside layers: positions of polygons and records agree.
    assert all(each.geometry is not None and len(each.geometry) == len(each.frame) for each in got)
    frame, _, _, named = read(path, layers=("2020",))
    assert set(frame["source"]) == {"供应.gpkg：2020"}
    assert [each.source for each in named.left_out] == ["供应.gpkg：2019"]


def test_doubles_across_sources_are_told_and_counted_once(tmp_path: Path) -> None:
    one = csv_ledger(tmp_path / "县.csv", rows(1, 3))
    lines = rows(1, 2)
    lines[1] = (*lines[1][:4], "2021-03-01")  # another agreed start: not the same content
    lines += [("CR-0003", "单位3", 9.0, "2019-03-01", "2020-03-01"), *rows(4, 1)]
    two = csv_ledger(tmp_path / "市.csv", lines)
    frame, issues, rejected, _ = read([one, two])
    assert rejected[["source", "row", "id", "rule"]].to_numpy().tolist() == [
        ["市.csv", 2, "CR-0001", "duplicate_source"],
        ["市.csv", 3, "CR-0002", "duplicate_source"],
    ]
    assert "县.csv 第 2 行）" in rejected["meaning"].iloc[0]
    assert "县.csv 第 3 行，其他内容不同" in rejected["meaning"].iloc[1]
    assert issues[["source", "id", "rule"]].to_numpy().tolist() == [
        ["县.csv", "CR-0002", "cell_elsewhere"],
        ["市.csv", "CR-0003", "same_in_source"],
        ["县.csv", "CR-0003", "same_in_source"],
    ]
    assert "市.csv 第 3 行：2021-03-01" in issues["value"].iloc[0]
    assert "县.csv 第 4 行" in issues["value"].iloc[1]
    assert frame["id"].tolist() == ["CR-0001", "CR-0002", "CR-0003", "CR-0003", "CR-0004"]


def test_the_same_number_in_one_source_is_judged_as_before(tmp_path: Path) -> None:
    lines = [*rows(1, 1), *rows(1, 1), ("CR-0001", "另", 1.5, "2019-03-01", "2020-03-01")]
    _, issues, rejected, _ = read(csv_ledger(tmp_path / "a.csv", lines))
    assert rejected["rule"].tolist() == ["duplicate_record"]
    assert issues["rule"].tolist() == ["same_contract"]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("没有/*.xlsx", "没有文件符合"),
        ("空夹", "没有数据文件"),
        (["a.csv", "none.csv", "*.gpkg"], "没有文件符合"),
        (["a.csv", "电话.csv"], "没有认得的列名"),
        ("旧.xls", "Excel 97"),
    ],
)
def test_what_holds_no_ledger_is_an_error(
    tmp_path: Path, named: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("空夹").mkdir()
    csv_ledger(Path("a.csv"), rows(1, 1))
    csv_ledger(Path("电话.csv"), [("张三", "123")], ("姓名", "电话"))
    Path("旧.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(LayerError) as error:
        read(named)
    assert said in str(error.value)


def test_a_layer_that_is_nowhere_is_an_error(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"台账": [HEADERS, *rows(1, 1)]})
    with pytest.raises(LayerError, match="--layer 台帐"):
        read(path, layers=("台帐", "台账"))


def test_labels_tell_sources_apart_and_hide_folders_and_passwords() -> None:
    address = "postgresql://li:secret@host/land#supply"
    labels = short_labels(["/x/a.csv", "/x/一/b.csv", "/x/二/b.csv", address])
    assert labels == {
        "/x/a.csv": "a.csv", "/x/一/b.csv": "一/b.csv", "/x/二/b.csv": "二/b.csv",
        address: "postgresql://li@host/land#supply",
    }  # fmt: skip


@given(
    st.lists(
        st.lists(st.sampled_from("甲乙丙"), min_size=1, max_size=4).map("/".join),
        min_size=1, max_size=8, unique=True,
    )
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_labels_are_unique(paths: list[str]) -> None:
    labels = short_labels([f"/{path}" for path in paths])
    assert len(set(labels.values())) == len(paths)


def test_sources_keep_their_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        csv_ledger(tmp_path / name, rows(1, 1))
    found = find_sources([tmp_path / "b.csv", tmp_path / "a.csv"])
    assert [each.label for each in found] == ["b.csv", "a.csv"]


def test_a_unit_by_option_does_not_overrule_the_header_of_another_sheet(tmp_path: Path) -> None:
    bare = ("合同编号", "用地单位", "供应面积", "供应日期", "约定动工日期")
    path = workbook(tmp_path / "b.xlsx", {"一": [HEADERS, *rows(1, 1)], "二": [bare, *rows(2, 1)]})
    frame = read(path, units={"area_m2": "亩"})[0]
    # 1.5 公顷 by its own header; 1.5 亩 = 1 000 m² by the option.
    assert frame["area_m2"].round(6).tolist() == [15000.0, 1000.0]


def test_a_header_marked_as_not_used_is_not_used(tmp_path: Path) -> None:
    path = csv_ledger(tmp_path / "a.csv", rows(1, 1))
    aliases = tmp_path / "对照.csv"
    aliases.write_text("table,column,header,unit,system\nsupply,-,用地单位,,\n", encoding="utf-8")
    assert "holder" in read(path)[0]
    assert "holder" not in read(path, aliases=aliases)[0]


def test_a_dictionary_of_fields_is_no_ledger(tmp_path: Path) -> None:
    lines = [
        ("字段", "说明"),
        ("电子监管号", "18 位"),
        ("合同编号", "由系统生成"),
        ("供应面积", "公顷"),
    ]
    path = workbook(tmp_path / "b.xlsx", {"台账": [HEADERS, *rows(1, 2)], "数据字典": lines})
    frame, _, _, tables = read(path)
    assert len(frame) == 2
    assert [each.source for each in tables.left_out] == ["b.xlsx：数据字典"]
    with pytest.raises(LayerError, match="编号之外还有认得的列"):
        read(path, layers=("数据字典",))


# Two counties number their contracts alike: the number and the area are the same, the land is not.
def test_counties_that_number_alike_are_no_doubles(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    header = ["合同编号", "土地使用权人", "开发区", "面积（公顷）", "约定动工日期"]
    first, second = book.active, book.create_sheet("安宁市")
    first.title = "富民县"
    first.append(header)
    first.append(["2018-01", "甲", "富民工业园区", 2, "2019-03-01"])
    first.append(["2018-02", "乙有限公司", "富民工业园区", 3, "2019-03-01"])
    second.append(header)
    second.append(["2018-01", "丙", "安宁产业园区", 2, "2020-03-01"])
    second.append(["2018-02", "乙公司", "富民工业园区", 3, None])  # the same land again
    path = tmp_path / "台账.xlsx"
    book.save(path)
    with open_tables(path, "supply", as_of="2025-12-31") as tables:
        read = list(tables.records())
        closing = tables.closing_issues()
    assert [frame for each in read for frame in each.frame["holder"]] == ["甲", "乙有限公司", "丙"]
    assert [rule for each in read for rule in each.rejected["rule"]] == ["duplicate_source"]
    later = read[1].issues.query("rule == 'same_in_source'")
    assert later["row"].tolist() == [2]
    earlier = closing.query("rule == 'same_in_source'")
    assert earlier[["row", "id"]].to_numpy().tolist() == [[2, "2018-01"]]
    assert "安宁市" in earlier["value"].item()
    assert "富民县" in earlier["source"].item()


# Zeros, brackets and dashes tell no number from another where holder, area and day agree; where one
# of them does not, both count and both are told.
def test_one_record_spelt_in_two_ways(tmp_path: Path) -> None:
    def line(number: str, holder: str = "某公司", day: str = "2019-03-01") -> tuple[Any, ...]:
        return (number, holder, 1.5, day, "2020-03-01")

    one = csv_ledger(
        tmp_path / "县.csv", [line("嵩出让〔2021〕007号"), line("嵩2021-08"), line("嵩2021-9")]
    )
    two = csv_ledger(
        tmp_path / "市.csv",
        [line("嵩出让2021-7"), line("嵩（2021）8", "另一公司"), line("嵩2021-09", "")],
    )
    frame, issues, rejected, _ = read([one, two])
    assert rejected[["source", "row", "rule"]].to_numpy().tolist() == [
        ["市.csv", 2, "duplicate_source"]
    ]
    assert len(frame) == 5
    both = issues[issues["rule"] == "same_in_source"]
    assert sorted(both["row"]) == [3, 3, 4, 4]


def test_one_record_twice_in_one_list(tmp_path: Path) -> None:
    path = csv_ledger(
        tmp_path / "县.csv",
        [
            ("嵩2021-007", "某公司", 1.5, "2019-03-01", "2020-03-01"),
            ("嵩〔2021〕7号", "某公司", 1.5, "2019-03-01", "2020-03-01"),
            ("嵩（2021）07", "某公司", 2.5, "2019-03-01", "2020-03-01"),
        ],
    )
    frame, issues, rejected, _ = read(path)
    assert frame["contract_no"].tolist() == ["嵩2021-007", "嵩（2021）07"]
    assert rejected["rule"].tolist() == ["duplicate_record"]
    assert issues["rule"].tolist() == ["same_contract"]
