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


def test_a_code_that_may_lack_its_zero_is_no_one_s(prepare) -> None:  # noqa: ANN001
    table = pd.DataFrame(
        {
            "name": ["生猪养殖", "谷物种植", "铝业", "钢铁", "炼铁"],
            "code": [313, 111, 3252, 3130, 313],
            "industry": [None, None, None, None, "新材料"],
            "lon": [102.4012, 102.4125, 102.4238, 102.4351, 102.4464],
            "lat": 24.9013,
        }
    )
    found = prepare(table, datum="CGCS2000")
    # What the row itself names decides; 111 is no industry of the plan either way.
    assert found.frame["industry"].notna().tolist() == [False, False, True, True, True]
    lost = found.suspects[found.suspects["reason"] == "code_zero_lost"]
    assert lost.index.tolist() == [0]
    assert "0313" in lost["detail"].iloc[0]
    assert "新材料" in lost["detail"].iloc[0]


@pytest.mark.parametrize("codes", [["313", "325"], ["C313", "C3252"]])
def test_a_code_of_three_digits_is_read_where_no_zero_can_be_lost(prepare, codes) -> None:  # noqa: ANN001
    place = {"lon": 102.4012, "lat": [24.9 + 0.0113 * at for at in range(len(codes))]}
    found = prepare(pd.DataFrame({"code": codes, **place}), datum="CGCS2000")
    assert found.frame["industry"].iloc[0] == "新材料"
    assert "code_zero_lost" not in set(found.suspects["reason"])


def test_a_change_of_sizes_is_no_size(tmp_path: Path) -> None:
    text = "企业名称,行业代码,较上年,\n,,从业人数,营业收入\n甲,3216,1.2,3\n"
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    found = read_frame(tmp_path / "e.csv", enterprise_card())
    assert "size" not in found.frame
    assert any("较上年" in str(note) for note in found.columns["note"])
