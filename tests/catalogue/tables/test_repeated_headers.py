"""A list printed page by page says its header on each: no row of it is a record, and it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.catalogue.tables.cards.card import read_card
from yngis.catalogue.tables.read_frame import read_frame

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_that_repeat_the_header_are_no_records(tmp_path: Path) -> None:
    path = tmp_path / "开发区.csv"
    path.write_text(
        "开发区名称,级别\n杨林经开区,国家级\n 开发区名称,级 别\n开发区名称,省级\n"
        "昆明高新区,国家级\n",
        encoding="utf-8",
    )
    read = read_frame(path, read_card("zones").for_user())
    # A zone that bears the name of a header is strange, and is judged as a name.
    assert read.frame["name_zh"].tolist() == ["杨林经开区", "开发区名称", "昆明高新区"]
    assert any("重复的表头行" in note and "第 3 行" in note for note in read.left_out)
