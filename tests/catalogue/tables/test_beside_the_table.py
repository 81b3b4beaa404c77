"""What stands beside a table or below it is told with its address, and stops no command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from yngis.analysis.clustering.enterprises import enterprise_card
from yngis.catalogue.io.reader import column_letters
from yngis.catalogue.tables.read_frame import read_frame
from yngis.catalogue.tables.rows.note_rows import note_rows
from yngis.catalogue.tables.table_set import open_table
from yngis.errors import LayerError

SUPPLY = ["合同编号", "供应面积(公顷)", "约定动工日期", "实际动工日期"]
PLANTS = ["企业名称", "从业人数", "行业代码", "开发区"]


def _book(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def _supply(path: Path):  # noqa: ANN202
    with open_table(path, "supply", as_of="2025-12-31") as table:
        return next(iter(table.records()))


def test_a_note_to_the_right_of_a_ledger_costs_no_record(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [*SUPPLY],
        ["2020-1", 1.5, "2020-03-01", "2020-02-01", None, None, "见附件3"],
        ["2020-2", 2.5, "2020-03-01", "2020-02-01"],
        [None, None, None, None, None, None, "核对人：王"],
    ]
    found = _supply(_book(tmp_path / "t.xlsx", rows))
    assert found.frame["id"].tolist() == ["2020-1", "2020-2"]
    assert found.rejected.empty
    told = found.issues[found.issues["rule"] == "cell_beside"]
    assert told[["row", "id", "value"]].to_numpy().tolist() == [
        [2, "2020-1", "G2 “见附件3”"],
        [4, "第4行", "G4 “核对人:王”"],
    ]


def test_in_a_text_file_a_longer_row_may_have_shifted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(SUPPLY) + "\n2020-1,1.5,2020-03-01,2020-02-01,x\n", encoding="utf-8")
    assert _supply(path).rejected["rule"].tolist() == ["row_too_long"]
    # A header line as long as the rows shows that the cell stands where it stands.
    path.write_text(
        ",".join(SUPPLY) + ",,\n2020-1,1.5,2020-03-01,2020-02-01,,x\n", encoding="utf-8"
    )
    found = _supply(path)
    assert found.frame["id"].tolist() == ["2020-1"]
    assert found.issues.set_index("rule").loc["cell_beside", "value"] == "F2 “x”"


def test_a_list_of_enterprises_with_notes_beside_and_below(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["2024年企业名单", None, None, None, None, None, "内部资料"],
        [*PLANTS],
        ["甲厂", 12, "3250", "杨林经开区", None, None, None, "停产"],
        ["乙厂", 30, "3250", "杨林经开区"],
        ["平均", 21],
        ["共计 2 家", 42],
        ["注：数据来自统计局"],
        ["2.不含个体户"],
        ["填表人：张三", None, "制表日期：", 45000],
    ]
    read = read_frame(_book(tmp_path / "t.xlsx", rows), enterprise_card())
    assert read.frame["name"].tolist() == ["甲厂", "乙厂"]
    assert read.dropped["text"].tolist() == ["平均 21", "共计 2 家 42"]
    below, beside = read.left_out
    for text in ("数据来自统计局", "2.不含个体户", "填表人:张三", "45000"):
        assert text in below
    assert "H3 “停产”" in beside


def test_a_small_table_beside_a_list_is_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [*PLANTS, None, "分类", "数量"],
        ["甲厂", 12, "3250", "杨林经开区", None, "新材料", 1],
        [None, None, None, None, None, "化工", 0],
    ]
    read = read_frame(_book(tmp_path / "t.xlsx", rows), enterprise_card())
    assert read.frame["name"].tolist() == ["甲厂"]
    assert "F–G 列（分类、数量）" in read.described
    with open_table(_book(tmp_path / "s.xlsx", [[*SUPPLY, None, "分类", "数量"]]), "supply",
                    as_of="2025-12-31") as table:  # fmt: skip
        assert "F–G 列（分类、数量）" in table.carrier.described


def test_a_record_stays_one_whatever_its_words() -> None:
    cells = [np.array(["甲厂", "注：某区", "说明厂", ""], dtype=object),
             np.array([12, 10, None, None], dtype=object)]  # fmt: skip
    assert note_rows(cells) == []


def test_a_long_row_of_a_text_file_is_refused_where_nothing_may_be_rejected(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(PLANTS) + "\n甲厂,1,234,3250,杨林经开区\n", encoding="utf-8")
    with pytest.raises(LayerError, match="表头之外"):
        read_frame(path, enterprise_card())


def test_letters_of_columns() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
