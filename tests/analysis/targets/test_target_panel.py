"""Yearly figures: names, years, the province's own rows, and every fault at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from yngis.analysis.targets import make_panel
from yngis.errors import LayerError
from yngis.report.zone_tables.zone_table import read_amount_table


def test_names_of_several_years_mean_one_zone() -> None:
    stats = pd.DataFrame(
        {
            "开发区名称": ["昆明高新", "昆明高新技术产业开发区", "昆明国家高新技术产业开发区"],
            "年度": ["2020年", "2021", 2022.0],
            "营业收入（亿元）": [1.0, 2.0, 3.0],
        }
    )
    panel = make_panel(stats)
    assert panel.zones.index.get_level_values("zone").unique().tolist() == [
        "昆明高新技术产业开发区"
    ]
    zone = ["昆明高新技术产业开发区"]
    assert [panel.amounts("revenue_wan", zone, year).item() for year in (2020, 2022)] == [1e4, 3e4]
    assert panel.amounts("revenue_wan", zone, 2023).isna().all()
    assert panel.amounts("tax_wan", zone, 2020).isna().all()


def test_the_provinces_rows_stand_apart() -> None:
    stats = pd.DataFrame(
        {"zone": ["全省", "昆明经开区"], "year": [2020, 2020], "gross_output_yi": [100.0, 10.0]}
    )
    panel = make_panel(stats)
    assert panel.of_province("gross_output_wan", 2020) == 1_000_000
    assert pd.isna(panel.of_province("gross_output_wan", 2021))
    assert pd.isna(panel.of_province("tax_wan", 2020))
    assert len(panel.zones) == 1


@pytest.mark.parametrize("name", ["全省", "云南省"])
def test_a_sum_of_the_zones_is_not_taken_for_the_province(name: str) -> None:
    stats = pd.DataFrame(
        {
            "zone": [name, "昆明经开区", "曲靖经开区"],
            "year": [2020] * 3,
            "gross_output_yi": [35.5, 10.0, 25.5],
        }
    )
    with pytest.raises(LayerError, match="开发区合计"):
        make_panel(stats)
    whole = make_panel(stats.assign(gross_output_yi=[36.5, 10.0, 25.5]))
    assert whole.of_province("gross_output_wan", 2020) == pytest.approx(365_000)


def test_levels_come_from_the_year_else_from_the_registry() -> None:
    stats = pd.DataFrame(
        {
            "zone": ["云南临沧高新技术产业开发区", "昆明经开区"],
            "year": [2022, 2022],
            "级别": ["国家级", " "],
        }
    )
    panel = make_panel(stats)
    assert panel.standing("level", 2022)["云南临沧高新技术产业开发区"] == "国家级"
    assert panel.standing("level", 2021)["云南临沧高新技术产业开发区"] == "省级"
    assert panel.standing("level", 2022)["昆明经济技术开发区"] == "国家级"
    assert panel.states("level", 2022)
    assert not panel.states("level", 2021)
    assert not panel.states("category", 2022)


def test_every_fault_of_names_and_years_is_told_at_once() -> None:
    stats = pd.DataFrame(
        {"zone": ["昆明经济技术开发去", "昆明高新", "火星开发区"], "year": [2020, 20, "x"]}
    )
    with pytest.raises(LayerError) as caught:
        make_panel(stats)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 3
    assert "昆明经济技术开发区" in told[0]
    assert "第 1 行" in told[0]
    assert "第 3 行" in told[1]
    assert "第 2、3 行" in told[2]


def test_two_rows_of_a_zone_and_year_are_refused() -> None:
    stats = pd.DataFrame({"zone": ["昆明高新", "昆明高新技术产业开发区"], "year": [2020, 2020]})
    with pytest.raises(LayerError, match="昆明高新技术产业开发区 2020"):
        make_panel(stats)


def test_missing_key_columns_and_wrong_levels_are_refused() -> None:
    with pytest.raises(LayerError) as caught:
        make_panel(pd.DataFrame({"a": [1]}))
    assert len(caught.value.problems) == 2
    with pytest.raises(LayerError, match="省级"):
        make_panel(pd.DataFrame({"zone": ["昆明高新"], "year": [2020], "level": ["国级"]}))


def test_years_of_a_file_are_told_by_its_own_rows(tmp_path: Path) -> None:
    text = "统计表,,\n开发区,年份,营业收入（亿元）\n昆明高新,2022年度,1\n昆明高新,去年,2\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    frame = read_amount_table(tmp_path / "t.csv").frame
    with pytest.raises(LayerError, match="第 4 行"):
        make_panel(frame)
    assert make_panel(frame.iloc[:1]).last_year() == 2022
