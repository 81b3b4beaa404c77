"""Synthetic figures of all zones (演示数据): plausible, seeded, with faults planted and told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue import load, read_pack
from yngis.report.book import new_book
from yngis.report.csv_writer import write_csv_rows
from yngis.report.zone_tables.zone_table import LABEL

if TYPE_CHECKING:
    import os

"""What stands on every file of them."""

_HEADERS: Final = {
    "zone": "开发区名称",
    "level": "级别",
    "A1": "住宅用地",
    "A2": "工矿仓储用地",
    "A3": "交通运输用地",
    "A4": "商服用地",
    "A5": "公共管理与公共服务用地",
    "A6": "其他城镇建设用地",
    "B1": "已建成农村建设用地",
    "B21": "未建成中已达到供地条件土地",
    "B22": "未达到供地条件土地",
    "C": "不可建设土地",
    "D21": "有偿使用且未到期土地",
    "D22": "有偿使用且已到期但未处置土地",
    "D1": "划拨供应土地",
    "E": "尚可供应土地",
    "E21": "尚可供应工矿仓储用地",
    "G": "疑似闲置土地",
    "H": "高新技术产业用地",
    "floor_area_m2": "总建筑面积（平方米）",
    "footprint_m2": "建筑基底面积（平方米）",
    "a2_floor_area_m2": "工业建筑面积（平方米）",
    "a2_footprint_m2": "工业建筑基底面积（平方米）",
    "a2_yard_m2": "露天堆场面积（平方米）",
    "a2_investment_wan": "固定资产投资总额（万元）",
    "a2_revenue_wan": "工业企业总收入（万元）",
    "a2_tax_wan": "工业税收总额（万元）",
    "tax_wan": "二三产业税收总额（万元）",
    "hitech_revenue_wan": "高新技术产业总收入（万元）",
    "expired_due_ha": "到期应处置项目用地",
    "expired_disposed_ha": "到期已处置项目用地",
    "idle_due_ha": "应处置闲置土地",
    "idle_disposed_ha": "已处置闲置土地",
    "paid_due_ha": "应有偿使用土地",
    "paid_supplied_ha": "实际有偿使用土地",
    "market_due_ha": "应招拍挂出让土地",
    "market_supplied_ha": "实际招拍挂出让土地",
    "revenue_wan": "营业收入（万元）",
    "value_added_wan": "工业增加值（万元）",
    "residents": "常住人口（人）",
}


def demo_zone_table(seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Synthetic table of all zones for the evaluation, and what was planted in it (演示数据表).

    Examples
    --------
    >>> table, planted = demo_zone_table()
    >>> len(table), planted["kind"].tolist()
    (62, ['unit_slip', 'unit_slip', 'above_one', 'missing', 'sum'])
    """
    return _plant_faults(plausible_zone_table(seed))


def plausible_zone_table(seed: int = 0) -> pd.DataFrame:
    """
    Synthetic table of all zones without any fault (无误的演示数据表).

    Parameters
    ----------
    seed
        The same seed gives the same table.

    Returns
    -------
    table
        ``zone``, ``level`` and the amounts of every zone.
    """
    registry = load("zone_registry")
    generator = np.random.default_rng([seed, 5])
    count = len(registry)
    national = (registry["level"] == "国家级").to_numpy()
    built = np.exp(generator.normal(np.where(national, 6.9, 5.7), 0.5))
    share = pd.DataFrame(
        generator.dirichlet([2.2, 9.0, 2.6, 1.0, 1.6, 0.6], size=count),
        columns=["A1", "A2", "A3", "A4", "A5", "A6"],
    )
    table = share.mul(built, axis=0)
    industry = table["A2"].to_numpy()

    def spread(low: float, high: float) -> np.ndarray:
        return generator.uniform(low, high, size=count)

    supplied = built / spread(0.82, 0.99)
    ready = supplied / spread(0.80, 0.98)
    table["B1"] = built * spread(0.02, 0.12)
    table["B21"] = ready - built
    table["B22"] = ready * spread(0.05, 0.35)
    table["C"] = built * spread(0.0, 0.2)
    table["D1"] = supplied * spread(0.15, 0.3)
    table["D22"] = supplied * spread(0.0, 0.01)
    table["D21"] = supplied - table["D1"] - table["D22"]
    table["E"] = ready - supplied
    table["E21"] = table["E"] * spread(0.4, 0.8)
    table["G"] = supplied * generator.beta(1.2, 25.0, size=count)
    table["H"] = industry * spread(0.0, 0.4)
    table["a2_floor_area_m2"] = industry * 1e4 * spread(0.5, 1.2)
    table["a2_footprint_m2"] = industry * 1e4 * spread(0.28, 0.5)
    others = (built - industry) * 1e4
    table["floor_area_m2"] = table["a2_floor_area_m2"] + others * spread(0.5, 1.6)
    table["footprint_m2"] = table["a2_footprint_m2"] + others * spread(0.15, 0.35)
    table["a2_yard_m2"] = industry * 1e4 * spread(0.02, 0.1)
    table["a2_investment_wan"] = industry * np.exp(generator.normal(8.7, 0.5, size=count))
    table["a2_revenue_wan"] = industry * np.exp(generator.normal(9.0, 0.6, size=count))
    table["a2_tax_wan"] = table["a2_revenue_wan"] * spread(0.02, 0.07)
    table["tax_wan"] = table["a2_tax_wan"] * spread(1.1, 1.7)
    table["revenue_wan"] = table["a2_revenue_wan"] * spread(1.05, 1.4)
    table["residents"] = built * spread(15, 95)
    table["hitech_revenue_wan"] = table["H"] * 1e4 * spread(1.2, 3.0)
    for stock, low in (("expired", 0.6), ("idle", 0.4), ("paid", 0.9), ("market", 0.85)):
        done = "disposed" if stock in {"expired", "idle"} else "supplied"
        table[f"{stock}_due_ha"] = supplied * spread(0.005, 0.03)
        table[f"{stock}_{done}_ha"] = table[f"{stock}_due_ha"] * spread(low, 1.0)
    table["value_added_wan"] = table["a2_revenue_wan"] * 0.25
    for year in range(2019, 2024):
        table[f"supplied_{year}_ha"] = supplied * spread(0.01, 0.06)
    table = table.round(4)
    table.insert(0, "zone", registry["name_zh"].to_numpy())
    table.insert(1, "level", registry["level"].to_numpy())
    return table


def _plant_faults(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plant one fault of each kind, each in a zone of its own."""
    rows: list[dict[str, str]] = []

    def plant(row: int, kind: str, quantity: str, told: str) -> None:
        zone = str(table["zone"].iloc[row])
        rows.append({"zone": zone, "kind": kind, "quantity": quantity, "told": told})

    count = len(table)  # a plan of few zones has room for few of them
    if count > 5:  # noqa: PLR2004 - the row that is changed
        table.loc[[5], ["a2_investment_wan"]] *= 1e4
        plant(5, "unit_slip", "a2_investment_wan", "以元填写 / written in 元")
    if count > 20:  # noqa: PLR2004
        table.loc[[20], ["A2"]] *= 15
        plant(20, "unit_slip", "A2", "以亩填写 / written in 亩")
    if count > 33:  # noqa: PLR2004
        table.loc[[33], ["D1", "D21", "D22"]] *= 0.8
        plant(33, "above_one", "build_out_rate", "建成大于供应 / more built than supplied")
    if count > 41:  # noqa: PLR2004
        table.loc[41, "G"] = np.nan
        plant(41, "missing", "G", "缺闲置面积 / no idle land given")
    if count > 50:  # noqa: PLR2004
        table.loc[50, "G"] = table.loc[50, ["D1", "D21", "D22"]].sum() * 1.2
        plant(50, "sum", "G", "闲置大于供应 / more idle than supplied")
    return table, pd.DataFrame(rows, columns=["zone", "kind", "quantity", "told"])


def demo_stats(seed: int = 0) -> pd.DataFrame:
    """
    Synthetic yearly figures of all zones and the province over the plan's years (演示统计).

    Examples
    --------
    >>> stats = demo_stats()
    >>> len(stats), sorted(set(stats["year"]))
    (378, [2020, 2021, 2022, 2023, 2024, 2025])
    """
    table, _ = demo_zone_table(seed)
    registry = load("zone_registry").set_index("name_zh")
    generator = np.random.default_rng([seed, 6])
    growth = generator.normal(1.13, 0.05, size=len(table)).clip(0.98, 1.3)
    size = _base_revenues(table, registry)
    rows: list[dict[str, Any]] = []
    zones = table.to_dict("records")
    known = [registry.loc[zone] for zone in table["zone"]]
    for since, year in enumerate(demo_years()):
        revenue = size * growth**since
        for place, zone in enumerate(zones):
            rows.append(_zone_year(zone, known[place], revenue[place], (since, year)))
        rows.append(
            {
                "zone": read_pack().province,
                "year": year,
                "gross_output_yi": float(size.sum()) / 0.62 * 1.1**since,
                "special_fund_yi": 60 + 10 * since,
                "least_experts": since,
                "least_large_projects": 1,
            }
        )
    return pd.DataFrame(rows).round(4).assign(数据说明=LABEL)


def demo_years() -> tuple[int, ...]:
    """
    Years of the made-up figures (演示年份): the plan's, and the one before, to grow from.

    Returns
    -------
    years
        In order.

    Examples
    --------
    >>> demo_years()
    (2020, 2021, 2022, 2023, 2024, 2025)
    """
    first, last = read_pack().years
    return tuple(range(first - 1, last + 1))


def demo_year() -> int:
    """
    Year of the table for the evaluation, and of a check that leaves something to reach (演示年份).

    Returns
    -------
    year
        The middle one of the plan.

    Examples
    --------
    >>> demo_year()
    2023
    """
    first, last = read_pack().years
    return (first + last) // 2


def _base_revenues(table: pd.DataFrame, registry: pd.DataFrame) -> np.ndarray:
    """Revenue of the first year [亿元]: a few very large zones, as at the end of 十三五."""
    order = table["revenue_wan"].rank(ascending=False, method="first").to_numpy()
    size = 2100.0 * order**-0.85
    for name, revenue in (("昆明高新技术产业开发区", 2400.0), ("昆明经济技术开发区", 2250.0)):
        if name in registry.index:  # another plan has other zones
            size[registry.index.get_loc(name)] = revenue
    return size


def _zone_year(
    zone: dict[Any, Any], known: pd.Series, revenue: float, time: tuple[int, int]
) -> dict[str, Any]:
    since, year = time
    return {
        "zone": zone["zone"],
        "year": year,
        "level": known["level"],
        "category": known["category"],
        "revenue_yi": revenue,
        "gross_output_yi": revenue * 0.92,
        "value_added_yi": revenue * 0.24,
        "leading_revenue_yi": revenue * (0.5 + 0.001 * zone["A2"] ** 0.7),
        "industrial_revenue_yi": revenue * 0.8,
        "rd_spending_yi": revenue * 0.8 * (0.012 + 0.002 * since),
        "trade_yi": revenue * 0.05 * 1.05**since,
        "energy_t": revenue * 9000 * 0.96**since,
        "water_m3": revenue * 52_000 * 0.95**since,
        "A": sum(zone[name] for name in ("A1", "A2", "A3", "A4", "A5", "A6")),
        "A2": zone["A2"],
        "industrial_firms": round(20 + revenue / 12 * 1.04**since),
        "hightech_firms": round(5 + revenue / 20 * 1.12**since),
        "engineering_centres": int(revenue > 150) + since * int(revenue > 300),  # noqa: PLR2004
        "wastewater_m3": revenue * 30_000,
        "wastewater_treated_m3": revenue * 30_000 * min(0.9 + 0.03 * since, 1.0),
        "green_park": int(known["level"] == "国家级" and since > 0),
        "national_green_park": int(known["level"] == "国家级" and since > 1),
        "emission_monitoring": int(revenue > 40),  # noqa: PLR2004
    }


def write_demo_zones(folder: str | os.PathLike[str], seed: int = 0) -> list[Path]:
    """
    Write the synthetic tables as a bureau would keep them (写出演示数据).

    Parameters
    ----------
    folder
        Folder to write to.
    seed
        Same seed, same files.

    Returns
    -------
    files
        ``zones_table.xlsx`` (titles, a line with the unit, a row of totals), ``zone_stats.csv`` and
        ``zones_truth.csv`` with what was planted.
    """
    home = Path(folder)
    table, planted = demo_zone_table(seed)
    return [
        write_zone_sheet(home / "zones_table.xlsx", table),
        write_csv_rows(home / "zone_stats.csv", demo_stats(seed)),
        write_csv_rows(home / "zones_truth.csv", planted.assign(数据说明=LABEL)),
    ]


def write_zone_sheet(path: Path, table: pd.DataFrame) -> Path:
    """
    Write a sheet with a title, the unit above the table, Chinese headers and totals (写出数据表).

    Parameters
    ----------
    path
        Workbook to write.
    table
        As :func:`demo_zone_table` gives it.

    Returns
    -------
    path
        The same.
    """
    headers = [_HEADERS.get(str(name), "") for name in table.columns]
    for place, name in enumerate(table.columns):
        if str(name).startswith("supplied_"):
            headers[place] = f"{str(name)[9:13]}年供应面积"
    with new_book(path) as book:
        sheet = book.add_worksheet("评价数据")
        sheet.merge_range(0, 0, 0, 8, f"云南省开发区土地利用状况汇总表（{LABEL}）")
        sheet.write_string(1, 0, "单位：公顷")
        sheet.write_row(2, 0, headers)
        for row, values in enumerate(table.itertuples(index=False), start=3):
            for place, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, place, value)
                elif not np.isnan(value):
                    sheet.write_number(row, place, value)
        last = 3 + len(table)
        sheet.write_string(last, 0, "合计")
        for place, name in enumerate(table.columns[2:], start=2):
            sheet.write_number(last, place, float(table[name].sum()))
    return path
