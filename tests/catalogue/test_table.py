from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yngis.catalogue import Card
from yngis.catalogue.tables.csv_table import read_csv_table
from yngis.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CARD = """
name: towns
title_zh: 镇
title_en: Towns
kind: table
file: towns.csv
key: [code]
columns:
  - {name: code, dtype: str, zh: 代码, en: code}
  - {name: people, dtype: int, zh: 人口, en: people, nullable: true}
  - {name: area_ha, dtype: float, unit: ha, zh: 面积, en: area}
  - {name: port, dtype: bool, zh: 口岸, en: port}
source: 手工 / by hand
licence: MIT
retrieved: '2024'
"""
ROWS = "code,people,area_ha,port,名称\n0601,12,3.5,True,勐阿\nNA,,4,false,“磨憨”\n"


@pytest.fixture
def card(card_of: Callable[[str], Card]) -> Card:
    return card_of(CARD)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_as_excel_and_others_save_it(
    tmp_path: Path, card: Card, encoding: str, newline: str
) -> None:
    path = tmp_path / "towns.csv"
    path.write_bytes(ROWS.replace("\n", newline).encode(encoding))
    table = read_csv_table(path, card)
    assert table.columns.tolist() == ["code", "people", "area_ha", "port", "名称"]
    assert table["code"].tolist() == ["0601", "NA"]  # no zero lost, no text taken for missing
    assert table["people"].dtype == "Int64"
    assert table["people"].isna().tolist() == [False, True]
    assert table["area_ha"].tolist() == [3.5, 4.0]
    assert table["port"].dtype == "bool"
    assert table["名称"].tolist() == ["勐阿", "“磨憨”"]


def test_cells_of_another_kind_are_all_named(tmp_path: Path, card: Card) -> None:
    path = tmp_path / "towns.csv"
    path.write_text("code,people,area_ha,port\na,1.5,3公顷,是\nb,2,4,True\nc,x,5亩,1\n", "utf-8")
    with pytest.raises(LayerError) as caught:
        read_csv_table(path, card)
    assert [(each.where, each.found) for each in caught.value.problems] == [
        ("towns.csv people：第 2、4 行 / rows 2, 4", "“1.5”, “x”"),  # the header is row 1
        ("towns.csv area_ha：第 2、4 行 / rows 2, 4", "“3公顷”, “5亩”"),
        ("towns.csv port：第 2、4 行 / rows 2, 4", "“是”, “1”"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"code,people\n0601,1,2\n", "columns in every line"),
        (b"code,people\n0601\n", "columns in every line"),
        (b"\xff\xfe\x00\x80\xff", "neither in UTF-8 nor in GBK"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, card: Card, content: bytes, said: str) -> None:
    path = tmp_path / "towns.csv"
    path.write_bytes(content)
    with pytest.raises(LayerError, match=said):
        read_csv_table(path, card)


def test_quoted_commas_and_line_ends_belong_to_the_cell(tmp_path: Path, card: Card) -> None:
    path = tmp_path / "towns.csv"
    path.write_text('code,people,area_ha,port\n"a, b\nc",1,2,True\n', encoding="utf-8")
    assert read_csv_table(path, card)["code"].tolist() == ["a, b\nc"]
