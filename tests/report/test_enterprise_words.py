"""Lists with angles in degrees and minutes, datums in words and numbers that are not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from yngis.errors import LayerError
from yngis.report.clustering.run import read_enterprises
from yngis.report.zone_tables.zone_table import read_amount_table

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "企业名称,行业代码,经度,纬度,坐标基准"


def listed(path: Path, *lines: str, above: str = "") -> Path:
    title = [above + "," * 4] if above else []
    path.write_text("\n".join([*title, HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def test_degrees_and_minutes_are_read_and_counted(tmp_path: Path) -> None:
    file = listed(
        tmp_path / "e.csv",
        '甲,3216,"102°42\'36""E",25°2′24″,国家2000',
        "乙,3216,102度43分12秒,25.05,2000国家大地坐标系",
        "丙,3216,102.73,25.06,WGS-84",
    )
    ready = read_enterprises(file)
    assert ready.frame.geometry.x.tolist() == pytest.approx([102.71, 102.72, 102.73], abs=1e-6)
    assert ready.frame.geometry.y.tolist() == pytest.approx([25.04, 25.05, 25.06], abs=1e-6)
    told = " ".join(ready.reading)
    assert "经度有 2 格按度分秒读" in told
    assert "纬度有 1 格按度分秒读" in told


@pytest.mark.parametrize(
    ("words", "usual"),
    [
        ("高德", "GCJ-02"),
        ("腾讯", "GCJ-02"),
        ("GCJ02", "GCJ-02"),
        ("百度", "BD-09"),
        ("BD09", "BD-09"),
    ],
)
def test_datums_in_words_are_the_four(tmp_path: Path, words: str, usual: str) -> None:
    found = [
        read_enterprises(listed(tmp_path / f"{at}.csv", f"甲,3216,102.7123,25.0456,{each}"))
        for at, each in enumerate((words, usual))
    ]
    assert found[0].frame.geometry.x.item() == found[1].frame.geometry.x.item()


@pytest.mark.parametrize("words", ["西安80", "百度转高德"])
def test_other_datums_are_refused(tmp_path: Path, words: str) -> None:
    with pytest.raises(LayerError, match="datum"):
        read_enterprises(listed(tmp_path / "e.csv", f"甲,3216,102.71,25.04,{words}"))


def test_a_datum_in_the_title_binds_as_one_in_a_header(tmp_path: Path) -> None:
    file = listed(
        tmp_path / "e.csv", "甲,3216,102.7123,25.0456,", above="企业名单（坐标系：GCJ-02）"
    )
    with pytest.raises(LayerError, match="GCJ-02"):
        read_enterprises(file, datum="CGCS2000")
    assert read_enterprises(file, datum="GCJ-02").frame["located"].all()


def test_numbers_that_are_not_given_are_missing_and_told(tmp_path: Path) -> None:
    words = ["保密", "(D)", "—", "<0.1", "涉密", "数据缺失"]
    rows = [f"第{at}区,{word},{at}" for at, word in enumerate(words)]
    file = tmp_path / "z.csv"
    file.write_text(
        "\n".join(["开发区,工业总产值（亿元）,税收（亿元）", *rows]) + "\n", encoding="utf-8"
    )
    read = read_amount_table(file)
    column = next(name for name in read.frame if "产值" in str(name))
    assert np.isnan(read.frame[column].astype("float64")).all()
    told = next(note for note in read.left_out if "工业总产值" in note)
    assert all(f"“{word}”" in told for word in words[:5])
    assert "等 6 种" in told


@pytest.mark.parametrize("word", ["约3", "三", "待报"])
def test_other_words_stop_the_run_as_before(tmp_path: Path, word: str) -> None:
    file = tmp_path / "z.csv"
    file.write_text(f"开发区,工业总产值（亿元）\n甲区,{word}\n", encoding="utf-8")
    with pytest.raises(LayerError, match=word):
        read_amount_table(file)
