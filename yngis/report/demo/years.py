"""Five years of the demonstration (五年演示): tables, a table of events, what was planted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.catalogue.io.output.write import write_geopackage, write_text
from yngis.report.csv_writer import DIGITS, write_csv_rows
from yngis.report.demo.files import APPROVAL_HEADERS, SUPPLY_HEADERS, with_bureau_headers
from yngis.report.demo.yearly_events import (
    boundaries_of_year,
    is_merged,
    lineage_table,
    name_in_year,
    plant_zones,
    shown_years,
)
from yngis.report.demo.yearly_land import idle_truth, supply_history, supply_of_year
from yngis.report.demo.zones import demo_stats, plausible_zone_table, write_zone_sheet
from yngis.report.zone_tables.zone_table import LABEL

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.report.demo.yearly_events import PlantedZones

_ECONOMY: Final = ("a2_investment_wan", "a2_revenue_wan", "a2_tax_wan", "tax_wan", "revenue_wan")
_FLAGS: Final = ("green_park", "national_green_park", "emission_monitoring")
_GROWTH: Final = 1.06
_UP: Final = 1.25
_DOWN: Final = 6 / 7

_README: Final = """五年演示数据 / five years of the demonstration
=============================================

全部为程序合成；更名、并入和边界变化为虚构，没有发生过。
Synthetic throughout; the rename, the merger and the change of a boundary never happened.

年份/供应_演示数据.gpkg     年末的供应台账，名称用当年的
年份/评价数据_演示数据.xlsx 供 yngis intensity
年份/统计_演示数据.csv      截至当年，供 yngis targets
批准_演示数据.gpkg          批准用地
边界_演示数据_年份.gpkg     自该年起的开发区边界，供 yngis audit --zones
沿革.csv                    供 yngis archive add --lineage
truth_years.csv             每年每区应有的疑似闲置宗数和面积，从日期直接算出
truth_trends.csv            植入的变化

由这些表做成存档 / into an archive: yngis archive demo 存档 --tables 本文件夹
"""


def write_demo_years(folder: Path, seed: int = 0) -> dict[str, Path]:
    """
    Write the tables of five years with one rename, one merger, one boundary change (写出五年演示).

    Parameters
    ----------
    folder
        Folder to write to.
    seed
        The same seed gives the same files.

    Returns
    -------
    files
        ``years_readme``, ``years_lineage``, ``years_truth``, ``years_trends``, ``years_approvals``
        and by year ``supply_2021``, ``table_2021``, ``stats_2021``, ``boundaries_2021`` …
    """
    planted, years = plant_zones(), shown_years()
    supply, approvals = supply_history(planted, seed)
    folder.mkdir(parents=True, exist_ok=True)
    truth = idle_truth(supply, planted)
    files = {
        "years_readme": write_text(folder / "README.txt", _README),
        "years_lineage": write_csv_rows(folder / "沿革.csv", lineage_table(planted)),
        "years_truth": write_csv_rows(folder / "truth_years.csv", truth, digits=DIGITS),
        "years_trends": write_csv_rows(folder / "truth_trends.csv", _trend_table(planted)),
        "years_approvals": write_geopackage(
            folder / "批准_演示数据.gpkg",
            {"批准用地": with_bureau_headers(approvals, APPROVAL_HEADERS)},
        ),
    }
    base, stats = plausible_zone_table(seed), demo_stats(seed)
    headers = {name: both[0] for name, both in SUPPLY_HEADERS.items()}
    for year in years:
        home = folder / str(year)
        home.mkdir(exist_ok=True)
        ledger = with_bureau_headers(supply_of_year(supply, year, planted), headers)
        files |= {
            f"supply_{year}": write_geopackage(home / "供应_演示数据.gpkg", {"供应宗地": ledger}),
            f"table_{year}": write_zone_sheet(
                home / "评价数据_演示数据.xlsx", _zone_table_of_year(base, year, planted)
            ),
            f"stats_{year}": write_csv_rows(
                home / "统计_演示数据.csv", _stats_of_year(stats, year, planted)
            ),
        }
    for year in (years[0], years[2], years[-1]):  # the first, that of the merger, the redrawn one
        files[f"boundaries_{year}"] = write_geopackage(
            folder / f"边界_演示数据_{year}.gpkg", {"开发区边界": boundaries_of_year(year, planted)}
        )
    return files


def _zone_table_of_year(base: pd.DataFrame, year: int, planted: PlantedZones) -> pd.DataFrame:
    """The table of the evaluation: the economy grows, and two zones apart from the others."""
    since = year - shown_years()[0]
    table = base.rename(columns=_shifted_supply_years(base, year))
    pace = pd.Series(_GROWTH, index=table.index)
    pace = pace.mask(table["zone"] == planted.yield_up, _UP)
    pace = pace.mask(table["zone"] == planted.yield_down, _DOWN)
    table[list(_ECONOMY)] = table[list(_ECONOMY)].mul(pace**since, axis=0).round(4)
    if year == shown_years()[2]:
        table.loc[table["zone"] == planted.silent, "G"] = float("nan")
    return _under_names_of_year(table, year, planted, ["zone", "level"])


def _shifted_supply_years(base: pd.DataFrame, year: int) -> dict[str, str]:
    """Yearly supply of the five years that end with the year of the table."""
    names = [str(name) for name in base.columns if str(name).startswith("supplied_")]
    return {
        name: f"supplied_{year - back}_ha" for back, name in enumerate(sorted(names, reverse=True))
    }


def _stats_of_year(stats: pd.DataFrame, year: int, planted: PlantedZones) -> pd.DataFrame:
    """Yearly figures as they were known at the end of a year."""
    known = stats[stats["year"] <= year].drop(columns="数据说明")
    parts = [
        _under_names_of_year(own, year, planted, ["zone", "year", "level", "category"])
        for _, own in known.groupby("year")
    ]
    return pd.concat(parts, ignore_index=True).assign(数据说明=LABEL)


def _under_names_of_year(
    table: pd.DataFrame, year: int, planted: PlantedZones, keys: list[str]
) -> pd.DataFrame:
    """Amounts under the names of a year; those of zones that are one by then are added up."""
    named = table.assign(zone=[name_in_year(zone, year, planted) for zone in table["zone"]])
    if not is_merged(year):
        return named
    own = named["zone"] == planted.into
    if own.sum() < 2:  # noqa: PLR2004 - the zone and what went into it
        return named
    joined = named[own].iloc[[0]].copy()
    amounts = [name for name in named.columns if name not in keys]
    both = named.loc[own, amounts]
    # What is yes or no stays so.
    joined[amounts] = both.max().where(both.columns.isin(_FLAGS), both.sum(min_count=1)).to_numpy()
    kept = named[~own]
    return pd.concat([kept, joined]).sort_index().reset_index(drop=True)


def _trend_table(planted: PlantedZones) -> pd.DataFrame:
    """What was planted, to be found again."""
    years = shown_years()
    rows = [
        ("renamed", planted.renamed, f"{years[1]}-03-01 由“{planted.former}”更名"),
        ("merged", planted.merged, f"{years[2]}-07-01 并入{planted.into}"),
        ("redrawn", planted.redrawn, f"{years[-1]} 年边界扩大 / larger in the last year"),
        ("idle_up", planted.idle_up, "疑似闲置每年多一宗：1 到 5 / a parcel more every year"),
        ("idle_down", planted.idle_down, "疑似闲置每年少一宗：5 到 1 / a parcel fewer every year"),
        ("yield_up", planted.yield_up, "收入、投资、税收每年 ×1.25 / grow by a quarter"),
        ("yield_down", planted.yield_down, "收入、投资、税收每年 ×6/7 / shrink by a seventh"),
        ("silent", planted.silent, f"{years[2]} 年未填闲置面积 / tells no idle land that year"),
    ]
    return pd.DataFrame(rows, columns=["kind", "zone", "told"]).assign(数据说明=LABEL)
