"""The demonstration in the carriers that bureaus use, headers and all."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyogrio

from yngis.catalogue.io.output.write import write_geopackage, write_text
from yngis.measure.units import HECTARE_M2
from yngis.report.book import new_book
from yngis.report.csv_writer import DIGITS, write_csv_rows

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from yngis.report.demo.bureau import Demonstration

SUPPLY_HEADERS: Final = {
    "contract_no": ("合同编号", "crhth"),
    "parcel_no": ("宗地编号", "zdh"),
    "holder": ("用地单位", "yddwmc"),
    "zone": ("所在开发区", "kfqmc"),
    "approval_no": ("批准文号", "pzwh"),
    "supply_date": ("合同签订日期", "htqdrq"),
    "method": ("供应方式", "gdfs"),
    "use_code": ("用途代码", "tdyt"),
    "use_scheme": ("分类标准", "制式"),
    "area_m2": ("供应面积（公顷）", "gdmj"),
    "price_wan": ("成交价款（万元）", "cjJg"),
    "handover_date": ("实际交地日期", "sjjdrq"),
    "agreed_start": ("约定动工日期", "ydkgrq"),
    "extended_start": ("延期后动工日期", "yqdgsj"),
    "actual_start": ("实际动工日期", "sjkgrq"),
    "permit_no": ("施工许可证号", "sgxkzh"),
    "agreed_completion": ("约定竣工日期", "ydjgrq"),
    "actual_completion": ("实际竣工日期", "sjjgrq"),
    "area_to_develop_m2": ("应动工面积（公顷）", "ydgmj"),
    "area_developed_m2": ("已动工面积（公顷）", "ykgmj"),
    "invest_total_wan": ("总投资额（万元）", "ztz_wan"),
    "invested_wan": ("已投资额（万元）", "ytz_wan"),
    "suspended_since": ("中止开发日期", "tgrq"),
    "idle_cause": ("闲置原因", "xzyy"),
    "finding_no": ("认定书编号", "rdsbh"),
    "disposal": ("处置方式", "czfs"),
    "disposal_date": ("处置日期", "czrq"),
    "seized": ("是否查封", "sfcf"),
}
APPROVAL_HEADERS: Final = {
    "approval_no": "批准文号",
    "batch": "批次名称",
    "zone": "所在开发区",
    "approval_date": "批准日期",
    "area_m2": "批准面积（公顷）",
    "acquired_date": "征收完成日期",
    "withdrawn_date": "撤回日期",
}
_PARCELS: Final = {"parcel_id": "BSM", "use_code": "DLBM", "use_name": "DLMC", "area_m2": "TBMJ"}
_AREAS: Final = ("area_m2", "area_to_develop_m2", "area_developed_m2")
_GROUPS: Final = (
    ("动工日期", ("agreed_start", "extended_start", "actual_start"), ("约定", "延期后", "实际")),
    ("竣工日期", ("agreed_completion", "actual_completion"), ("约定", "实际")),
)
_MOST_SHEET_ROWS: Final = 200_000

README: Final = """演示数据 / demonstration data
============================

全部为程序合成，不是任何单位的真实记录；开发区范围为示意。审计日期为 2025-12-31。
Synthetic throughout; no record of anybody. Zones are schematic. To be audited as of 2025-12-31.

供应.gpkg            供应宗地，中文表头，公顷、万元（CGCS2000 经纬度）
供应_GBK.shp         同一数据，拼音表头，GBK 编码，无 .cpg
供应.gdb             同一数据，File Geodatabase（驱动可写时）
供应台账.xlsx        同一数据，无图形：合并表头、小计合计、数字存为文本、代码丢零、日期写法不一
批准.gpkg            批准用地
国土调查.gpkg        地类图斑
truth.csv            每条供应记录应有的判定
truth_approvals.csv  每个批次应有的批而未供面积
demo_enterprises.csv 企业名单，植入一个集聚、一个分散、一个随机的产业
demo_truth.csv       各产业植入的格局
zones_table.xlsx     各开发区用地状况，供 yngis intensity
zone_stats.csv       各开发区逐年统计，供 yngis targets
zones_truth.csv      用地状况表中植入的错误
years/               五年的表：更名、并入、边界变化各一，供 yngis archive demo --tables
"""


def write_files(made: Demonstration, folder: Path) -> dict[str, Path]:
    """Write the demonstration into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"readme": write_text(folder / "README.txt", README)}
    chinese = with_bureau_headers(
        made.supply, {name: both[0] for name, both in SUPPLY_HEADERS.items()}
    )
    files["supply"] = write_geopackage(
        folder / "供应.gpkg", {"供应宗地": chinese}, titles={"供应宗地": "供应宗地（演示数据）"}
    )
    pinyin = with_bureau_headers(
        made.supply, {name: both[1] for name, both in SUPPLY_HEADERS.items()}
    )
    files["supply_shapefile"] = _write_demo_shapefile(pinyin, folder / "供应_GBK.shp")
    if "w" in pyogrio.list_drivers().get("OpenFileGDB", ""):
        files["supply_gdb"] = _write_demo_geodatabase(chinese, folder / "供应.gdb")
    if len(made.supply) <= _MOST_SHEET_ROWS:
        files["supply_excel"] = _write_demo_workbook(made.supply, folder / "供应台账.xlsx")
    approvals = with_bureau_headers(made.approvals, APPROVAL_HEADERS)
    files["approvals"] = write_geopackage(folder / "批准.gpkg", {"批准用地": approvals})
    parcels = made.parcels.rename(columns=_PARCELS)
    files["parcels"] = write_geopackage(folder / "国土调查.gpkg", {"DLTB": parcels})
    for name, table in (("truth", made.truth), ("truth_approvals", made.truth_approvals)):
        files[name] = write_csv_rows(folder / f"{name}.csv", table, digits=DIGITS)
    return files


def with_bureau_headers(layer: gpd.GeoDataFrame, headers: dict[str, str]) -> gpd.GeoDataFrame:
    """
    Layer under a bureau's headers: hectares, and days as text (换成单位的表头).

    Parameters
    ----------
    layer
        Columns by our names.
    headers
        Header by our name.

    Returns
    -------
    table
        The columns that have a header, and the polygons.
    """
    table = layer[[*headers, "geometry"]].copy()
    for name in headers:
        if name in _AREAS:
            table[name] = pd.to_numeric(table[name]) / HECTARE_M2
        elif pd.api.types.is_datetime64_any_dtype(table[name].dtype):
            table[name] = _as_text(table[name])
        elif name in {"agreed_completion", "actual_start"}:
            table[name] = [_day_or_text(value) for value in table[name]]
    return table.rename(columns=headers)


def _as_text(days: pd.Series) -> list[str | None]:
    told = np.datetime_as_string(days.to_numpy().astype("datetime64[D]"))
    return [None if day == "NaT" else str(day) for day in told]


def _day_or_text(value: Any) -> str | None:  # noqa: ANN401
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN
        return None
    return value if isinstance(value, str) else str(pd.Timestamp(value).date())


def _write_demo_shapefile(layer: gpd.GeoDataFrame, path: Path) -> Path:
    pyogrio.write_dataframe(layer, path, driver="ESRI Shapefile", encoding="GB18030")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def _write_demo_geodatabase(layer: gpd.GeoDataFrame, path: Path) -> Path:
    if path.exists():
        shutil.rmtree(path)
    pyogrio.write_dataframe(layer, path, layer="供应宗地", driver="OpenFileGDB")
    return path


def _write_demo_workbook(supply: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a workbook as it is kept by hand: titles, merged headers, totals, mixed cells."""
    with new_book(path) as book:
        book.add_worksheet("填表说明").write_string(0, 0, "演示数据：一、本表由各开发区填报")
        sheet = book.add_worksheet("供应台账")
        columns = ["序号", *SUPPLY_HEADERS]
        middle = book.add_format({"align": "center", "border": 1})
        sheet.merge_range(0, 0, 0, len(columns) - 1, "开发区供应土地台账（演示数据）", middle)
        sheet.write_string(1, 0, "单位：公顷、万元")
        _write_two_line_headers(sheet, columns, middle)
        row, subtotal, total = 4, 0.0, 0.0
        stamp = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, record in enumerate(supply.drop(columns="geometry").to_dict("records")):
            sheet.write_number(row, 0, at + 1)
            for place, name in enumerate(SUPPLY_HEADERS, start=1):
                _write_demo_cell(sheet, row, place, _as_cell(name, record[name], at), stamp)
            area = float(record["area_m2"]) / HECTARE_M2
            subtotal, total, row = subtotal + area, total + area, row + 1
            if at % 500 == 499:  # noqa: PLR2004 - a page of the ledger
                sheet.write_string(row, 0, "小计")
                sheet.write_number(row, columns.index("area_m2"), round(subtotal, 4))
                subtotal, row = 0.0, row + 1
        sheet.write_string(row, 0, "合计")
        sheet.write_number(row, columns.index("area_m2"), round(total, 4))
        sheet.write_string(row + 1, 0, "填表人：演示")
    return path


def _write_two_line_headers(sheet: Any, columns: list[str], style: Any) -> None:  # noqa: ANN401
    """Headers on two lines, the upper one merged over its group."""
    grouped = {name: group for group in _GROUPS for name in group[1]}
    for place, name in enumerate(columns):
        if name in grouped:
            title, members, lower = grouped[name]
            if name == members[0]:
                sheet.merge_range(2, place, 2, place + len(members) - 1, title, style)
            sheet.write_string(3, place, lower[members.index(name)], style)
        else:
            text = "序号" if name == "序号" else SUPPLY_HEADERS[name][0].split("（")[0]
            sheet.merge_range(2, place, 3, place, text, style)


def _as_cell(name: str, value: Any, at: int) -> Any:  # noqa: ANN401
    """A value as this clerk or that one would have typed it."""
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN
        return None
    if name in _AREAS:
        hectares = round(float(value) / HECTARE_M2, 6)
        return f"{hectares}" if at % 3 == 0 else hectares
    if name == "use_code":
        return int(value)
    if isinstance(value, pd.Timestamp):
        return (
            f"{value.year}年{value.month}月{value.day}日" if at % 4 == 0
            else f"{value.year}.{value.month}.{value.day}" if at % 4 == 1
            else int(value.strftime("%Y%m%d")) if at % 4 == 2  # noqa: PLR2004 - four habits
            else value.to_pydatetime()
        )  # fmt: skip
    return value


def _write_demo_cell(sheet: Any, row: int, place: int, value: Any, stamp: Any) -> None:  # noqa: ANN401
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(row, place, value, stamp)
    else:
        sheet.write_number(row, place, value)
