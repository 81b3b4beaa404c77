"""Sizes of enterprises are read in the unit that stands in or above their header."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from yngis.analysis.clustering.enterprises import enterprise_card
from yngis.catalogue.tables.read_frame import ReadFrame, read_frame


def _read(
    home: Path, header: str, *, above: str = "", units: str = "", cell: str = "2"
) -> ReadFrame:
    lines = [f"{above},,"] if above else []
    lines += [f"企业名称,行业代码,{header}"] + ([f",,{units}"] if units else [])
    lines += [f"甲,3216,{cell}"]
    (home / "e.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_frame(home / "e.csv", enterprise_card())


@pytest.mark.parametrize(
    ("header", "more", "size"),
    [
        ("从业人数", {}, 2.0),
        ("从业人数（人）", {}, 2.0),
        ("从业人数（万人）", {}, 20_000.0),
        ("从业人数[千人]", {}, 2_000.0),
        ("从业人数（名）", {}, 2.0),
        ("从业人数（人，年末）", {}, 2.0),
        ("从业人数（2024年）", {}, 2.0),
        ("从业人数", {"units": "千人"}, 2_000.0),
        ("从业人数", {"units": "（万人）"}, 20_000.0),
        ("从业人数", {"above": "单位：万人"}, 20_000.0),
        ("从业人数", {"above": "单位：万元、千人"}, 2_000.0),
        ("从业人数（人）", {"above": "单位：万人"}, 2.0),  # the header's own goes before
        ("从业人数", {"above": "企业情况表（万人）"}, 20_000.0),
        ("从业人数（人）", {"cell": "0.2万人"}, 2_000.0),
        ("size（万元）", {}, 2.0),  # the card's own name: any one unit holds
    ],
)
def test_the_unit_of_a_size(tmp_path: Path, header: str, more: dict[str, str], size: float) -> None:
    assert _read(tmp_path, header, **more).frame["size"].tolist() == [size]


@pytest.mark.parametrize(
    ("header", "more", "why"),
    [
        ("从业人数（打）", {}, "不认识的单位“打”"),
        ("从业人数（万元）", {}, "单位 万元 与"),
        ("从业人数（亿元）", {}, "单位 亿元 与"),
        ("从业人数（元）", {}, "单位 元 与"),
        ("从业人数（人/万人）", {}, "几个单位"),
        ("从业人数", {"above": "单位：人、万人"}, "几个单位"),
    ],
)
def test_a_unit_that_cannot_hold_takes_the_column_out(
    tmp_path: Path, header: str, more: dict[str, str], why: str
) -> None:
    read = _read(tmp_path, header, **more)
    assert "size" not in read.frame
    told = read.columns.set_index("header").loc[header]
    assert told["column"] == ""
    assert why in told["note"]


def test_a_unit_below_the_first_header_speaks_of_the_table(tmp_path: Path) -> None:
    # It was taken for a part of the name's header, and 1.2 for persons.
    text = "企业名称,行业代码,从业人数\n单位：万人,,\n甲,3216,1.2\n"
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    assert read_frame(tmp_path / "e.csv", enterprise_card()).frame["size"].tolist() == [12_000.0]


def test_rows_that_say_too_little_are_told(prepare) -> None:  # noqa: ANN001
    table = pd.DataFrame(
        {
            "企业名称": ["甲", "乙", "新材料"],
            "行业代码": ["3216", "制造业", None],
            "开发区": ["昆明高新区", "昆明高新区", None],
        }
    )
    found = prepare(table).suspects
    assert found["reason"].to_dict() == {1: "code_unread", 2: "only_named"}
