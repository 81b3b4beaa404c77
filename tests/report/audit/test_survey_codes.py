"""The survey's codes in the forms that offices have: nothing built or bare without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from yngis.report.audit import audit

if TYPE_CHECKING:
    from pathlib import Path

STEP = 0.002
EAST, NORTH = 102.9, 24.9


def _square(place: int) -> Any:
    return box(EAST + place * STEP, NORTH, EAST + (place + 1) * STEP, NORTH + STEP)


def _audited(folder: Path, rows: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """Audit bare land, one supply record for each parcel of the survey, on the same squares."""
    shapes = [_square(place) for place in range(len(rows))]
    supply = gpd.GeoDataFrame(
        {
            "合同编号": [f"HT{place}" for place in range(len(rows))],
            "开发区": "昆明经济技术开发区",
            "供应日期": "2020-01-01",
            "约定动工日期": "2020-06-01",
            "实际动工日期": "",  # without such a column nobody has failed to start
        },
        geometry=shapes,
        crs=4490,
    )
    parcels = gpd.GeoDataFrame(
        {"BSM": [f"P{place}" for place in range(len(rows))], **pd.DataFrame(rows)},
        geometry=shapes,
        crs=4490,
    )
    supply.to_file(folder / "supply.gpkg")
    parcels.to_file(folder / "parcels.gpkg")
    audit(
        folder / "supply.gpkg",
        folder / "out",
        as_of="2025-12-31",
        parcels=folder / "parcels.gpkg",
        map_page=False,
    )
    names = ("issues", "survey_contradictions", "land_use")
    return {
        name: pd.read_csv(folder / "out" / f"{name}.csv", dtype="str", keep_default_na=False)
        for name in names
    }


def _built(told: dict[str, pd.DataFrame]) -> list[str]:
    return sorted(told["survey_contradictions"]["id"])


def _doubts(told: dict[str, pd.DataFrame]) -> dict[str, str]:
    issues = told["issues"]
    return dict(zip(issues["id"], issues["rule"], strict=True))


def test_built_codes_are_those_of_the_rows_own_classification(tmp_path: Path) -> None:
    told = _audited(
        tmp_path,
        [
            {"DLBM": "0601", "DLMC": "工业用地", "制式": None},  # HT0: built
            {"DLBM": "1001", "DLMC": "工业用地", "制式": None},  # HT1: built, by its name
            {"DLBM": "1001", "DLMC": "铁路用地", "制式": None},  # HT2: a railway
            {"DLBM": "0601", "DLMC": None, "制式": "国空2023"},  # HT3: a farm road
            {"DLBM": "100102", "DLMC": None, "制式": "国空2023"},  # HT4: built
            {"DLBM": "0601", "DLMC": "旱地", "制式": None},  # HT5: who knows
            {"DLBM": "0103", "DLMC": "旱地", "制式": None},  # HT6: bare
        ],
    )
    assert _built(told) == ["HT0", "HT1", "HT4"]
    assert _doubts(told) == {"P1": "code_name_differs", "P5": "code_contradicts_name"}
    use = told["land_use"]
    assert set(zip(use["use_scheme"], use["use_code"], use["use_name"], strict=True)) == {
        ("三调", "0601", "工业用地"),
        ("用地用海 2023", "1001", "工业用地"),
        ("三调", "1001", "铁路用地"),
        ("用地用海 2023", "0601", "农村道路"),
        ("用地用海 2023", "100102", "二类工业用地"),
        ("", "0601", "旱地"),
        ("三调", "0103", "旱地"),
    }


def test_codes_that_a_spreadsheet_made_numbers_of(tmp_path: Path) -> None:
    told = _audited(
        tmp_path,
        [
            {"DLBM": 601.0, "DLMC": "工业用地"},
            {"DLBM": 201.0, "DLMC": "果园"},
            {"DLBM": 201.0, "DLMC": "城市"},
            {"DLBM": 201.0, "DLMC": None},
            {"DLBM": 103.0, "DLMC": "旱地"},
        ],
    )
    assert _built(told) == ["HT0"]
    assert _doubts(told) == {
        "P0": "code_padded",
        "P1": "code_padded",
        "P3": "code_two_readings",
        "P4": "code_padded",
    }
    names = told["land_use"].set_index("use_code")["use_name"].to_dict()
    assert names == {"0601": "工业用地", "0201": "果园", "201": "城市", "0103": "旱地"}


def test_names_alone_small_letters_and_overlays(tmp_path: Path) -> None:
    told = _audited(
        tmp_path,
        [
            {"DLBM": None, "DLMC": "工业用地"},
            {"DLBM": "203a", "DLMC": "村庄独立工业用地"},
            {"DLBM": "0201k", "DLMC": "可调整果园"},
            {"DLBM": "1301", "DLMC": "临时用地"},
            {"DLBM": None, "DLMC": None},
            {"DLBM": "9999", "DLMC": None},
            {"DLBM": "1208", "DLMC": "后备耕地"},
            {"DLBM": "0601", "DLMC": "工业用地", "制式": "国标"},
        ],
    )
    assert _built(told) == ["HT0", "HT1", "HT7"]
    assert _doubts(told) == {
        "P0": "code_from_name",
        "P4": "code_missing",
        "P5": "code_unknown",
        "P7": "scheme_unknown",
        "HT3": "survey_missing",  # a temporary use alone is no cover of the land
    }
    overlay = told["land_use"].set_index("use_code").loc["1301", "use_name"]
    assert "叠加图层" in overlay


def test_two_classifications_in_one_file_are_told(tmp_path: Path) -> None:
    told = _audited(
        tmp_path,
        [
            {"DLBM": "0601"},
            {"DLBM": "100102"},  # only in 用地用海
            {"DLBM": "1001"},  # a railway of the survey, or industry as the row above
        ],
    )
    issues = told["issues"].set_index("id")
    assert issues.loc["P1", "rule"] == "code_other_scheme"
    assert issues.loc["全表", "rule"] == "code_scheme_mixed"
    assert "1001（1 行，按 三调 读" in issues.loc["全表", "value"]
    assert "0601（1 行" in issues.loc["全表", "value"]


@pytest.mark.parametrize("field", ["YDYHFLDM", "用地用海分类代码"])
def test_fields_of_planning_layers(tmp_path: Path, field: str) -> None:
    told = _audited(tmp_path, [{field: "1001"}, {field: "17"}, {field: "06"}])
    assert _built(told) == ["HT0"]
    assert told["issues"].empty
    assert set(told["land_use"]["use_scheme"]) == {"用地用海 2023"}
