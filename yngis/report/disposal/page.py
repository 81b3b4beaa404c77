"""The report of stock over several audits, section by section."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.disposal import LINKS
from yngis.analysis.disposal.lapse import VERDICTS as LAPSED
from yngis.analysis.disposal.lineage import BASES
from yngis.measure.units import HECTARE_M2
from yngis.report.flow_chart import Flow, flow_chart
from yngis.report.page import PageTable, Section, page_table
from yngis.report.svg import ACCENT, QUIET, Track, join_drawings, track_chart
from yngis.report.verdict_colours import BAD, FINDING_COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from markupsafe import Markup

    from yngis.report.disposal.run import Disposal
    from yngis.report.output_tables import OutputTable

QUOTA_VERDICTS: Final = {
    "met": "两项任务都完成",
    "missed": "有任务未完成",
    "undecided": "缺数据，不作结论",
    "no_edition": "当年没有规则",
}
"""What the rule file makes of the tasks."""

CONFIDENCE: Final = {"high": "高", "medium": "中", "low": "低"}
"""How sure the source of a rule is."""

STATES: Final = {**FINDINGS, "new": "新增", "gone": "不再出现", "resized": "面积变动"}
"""Findings and what stands beside them in the matrix."""

_LEVELS: Final = {"zone": "开发区", "prefecture": "州（市）", "province": "全省"}
FLOW_COLOURS: Final = {
    **{name: FINDING_COLOURS[code] for code, name in FINDINGS.items()},
    "新增": "#EE9911", "不再出现": "#222222",
}  # fmt: skip
"""Colours of states in the chart of flows: of findings, those of the audit."""

_MOST: Final = 200
_MAPS: Final = "小图只示分布，点开为完整地图。 / small drawings of the full maps"
_LIMITS: Final = (
    "存量、新增出自历次审计，处置为余数：供应、撤回、面积更正、补录都在其中，不能分开；",
    "两次审计的台账口径不同（补录、改号、改边界）会表现为处置或新增；",
    "任务比例和截止年须以当年任务书为准；增存挂钩的奖惩只是规则文件所写，不是认定；",
    "“疑似失效”只看征收日期和供应，国家和省重点项目等例外不在台账中，失效由批准机关认定；",
    "编号改变而没有图形的宗地，会列为“不再出现”和“新增”。",
)


def named_frames(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """
    Tables with Chinese names of kinds and findings, for people (给人看的表).

    Parameters
    ----------
    frames
        Tables as programs read them.

    Returns
    -------
    frames
        The same tables.
    """
    words: dict[str, dict[str, Mapping[str, str]]] = {
        "disposal": {"level": _LEVELS},
        "disposal_cutoff": {"level": _LEVELS},
        "quota": {"level": _LEVELS, "verdict": QUOTA_VERDICTS, "confidence": CONFIDENCE},
        "lapsed": {"verdict": LAPSED},
        "finding_matrix": {"finding_before": STATES, "finding_after": STATES},
        "lineage": {
            "kind": LINKS, "basis": BASES, "finding_before": STATES, "finding_after": STATES,
        },
        "ratio_split": {"level": _LEVELS},
    }  # fmt: skip
    shown = dict(frames)
    for name, columns in words.items():
        if name in shown:
            shown[name] = shown[name].assign(
                **{
                    column: shown[name][column].map(lambda v, k=known: k.get(v, v))
                    for column, known in columns.items()
                }
            )
    return shown


def disposal_sections(
    found: Disposal,
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, OutputTable],
    cards: tuple[Markup, ...] = (),
) -> list[Section]:
    """Lay out the report."""
    return [
        _stock_section(found, frames, tables),
        Section("分布图", (_MAPS,) if cards else (), cards),
        _task_section(found, frames, tables),
        _lapse_section(frames, tables),
        _flow_section(found, frames),
        _lineage_section(frames, tables),
        _split_section(frames, tables),
        Section("这份报告说明不了什么", _LIMITS),
    ]


def _stock_section(
    found: Disposal, frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    table = found.frames["disposal"]
    whole = table[table["level"] == "province"]
    lines = []
    for row in whole.to_dict("records"):
        text = f"{row['year']} 年存量 {row['stock_m2'] / HECTARE_M2:,.2f} 公顷"
        if row["disposed_m2"] == row["disposed_m2"]:
            text += (
                f"，此后新增 {row['added_m2'] / HECTARE_M2:,.2f}、处置 "
                f"{row['disposed_m2'] / HECTARE_M2:,.2f} 公顷，处置率 {row['rate']:.2%}"
            )
        needed = row["needed_m2"] / HECTARE_M2
        due = "不明" if np.isnan(needed) else f" {needed:,.2f} 公顷"
        lines.append(f"{text}；按任务比例尚须处置{due}。")
    charts = join_drawings(
        [
            track_chart(
                "全省批而未供存量与处置",
                [
                    Track("存量", ACCENT, _points_by_year(whole, "stock_m2")),
                    Track("处置", BAD, _points_by_year(whole, "disposed_m2")),
                    Track("新增", QUIET, _points_by_year(whole, "added_m2"), dashed=True),
                ],
                "公顷",
            )
        ]
    )
    rows = frames["disposal"]
    upper = _whole_first(rows[rows["level"] != _LEVELS["zone"]])
    recent = rows["year"] >= found.audits[-2].year
    latest = _most_needed_first(rows[(rows["level"] == _LEVELS["zone"]) & recent])
    shown = (
        _hectare_table(tables["disposal"], upper, "全省与州（市）（公顷）"),
        _hectare_table(
            tables["disposal"],
            latest.drop(columns="level").head(_MOST),
            "开发区（公顷），最近两次，尚须处置多的在前；全部见 disposal.csv",
        ),
    )
    return Section("存量与流量", tuple(lines), charts, shown, quiet=found.notes, across=True)


def _whole_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the province before its prefectures."""
    return rows.sort_values("level", key=lambda level: level != _LEVELS["province"], kind="stable")


def _most_needed_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Order zones by what the latest audit leaves to be done; the years of a zone stay together."""
    latest = rows.sort_values("year").groupby("place")["needed_m2"].last()
    return rows.assign(_last=-rows["place"].map(latest)).sort_values(["_last", "place", "year"])[
        list(rows.columns)
    ]


def _points_by_year(rows: pd.DataFrame, column: str) -> tuple[tuple[int, float], ...]:
    known = rows[rows[column].notna()]
    return tuple(
        (int(year), float(value) / HECTARE_M2)
        for year, value in zip(known["year"], known[column], strict=True)
    )


def _hectare_table(table: OutputTable, rows: pd.DataFrame, caption: str) -> PageTable:
    """Table of a page in hectares: square metres are for programs."""
    scaled = rows.assign(
        **{name: rows[name] / HECTARE_M2 for name in rows.columns if name.endswith("_m2")}
    )
    made = page_table(table, scaled, list(scaled.columns), caption)
    heads = tuple(head.replace("平方米", "公顷") for head in made.heads)
    return PageTable(
        made.caption, heads, made.rows, made.numeric, made.note, made.titles, made.colours
    )


def _task_section(
    found: Disposal, frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    shown = []
    if "disposal_cutoff" in frames:
        cut = frames["disposal_cutoff"]
        own = _whole_first(cut[cut["level"] != _LEVELS["zone"]])
        shown.append(_hectare_table(tables["disposal_cutoff"], own, "截止口径（公顷）"))
    quota = frames["quota"]
    shown.append(
        page_table(tables["quota"], _whole_first(quota[quota["level"] != _LEVELS["zone"]]))
    )
    return Section(
        "任务与增存挂钩",
        ("各开发区见 quota.csv。",),
        tables=tuple(shown),
        warning=f"规则：{found.rules.title_zh}；{found.rules.source}".split(" / ", maxsplit=1)[0],
    )


def _lapse_section(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    lapsed = frames["lapsed"]
    sure = lapsed[lapsed["verdict"] == LAPSED["suspected"]]
    lines = (
        f"疑似失效 {len(sure)} 件，{float(sure['area_m2'].sum()) / HECTARE_M2:,.2f} 公顷。",
        f"无法判断 {len(lapsed) - len(sure)} 件（征收、供应或批准日期不详）。",
        *((f"只列前 {_MOST} 件，全部见 lapsed.csv。",) if len(lapsed) > _MOST else ()),
    )
    return Section(
        "疑似失效的批准", lines, tables=(page_table(tables["lapsed"], lapsed.head(_MOST)),)
    )


def _flow_section(found: Disposal, frames: Mapping[str, pd.DataFrame]) -> Section:
    matrix = frames["finding_matrix"]
    years = [audit.year for audit in found.audits]
    column = {year: at for at, year in enumerate(years)}
    flows = [
        Flow(
            column[row["year_before"]],
            row["finding_before"],
            row["finding_after"],
            row["area_m2"] / HECTARE_M2,
        )
        for row in matrix.to_dict("records")
        if row["finding_before"] != STATES["resized"]
    ]
    chart = flow_chart(
        "历次审计判定的流向", [f"{year} 年" for year in years], flows, FLOW_COLOURS, "公顷"
    )
    tables = tuple(
        _matrix_table(matrix[matrix["year_before"] == year], year, later)
        for year, later in pairwise(years)
    )
    return Section(
        "判定的流向",
        ("各色带为面积，自前一次判定流向后一次判定；面积变动（重测、分割误差）不画，见矩阵。",),
        join_drawings([chart]),
        tables,
    )


def _matrix_table(rows: pd.DataFrame, year: int, later: int) -> PageTable:
    """Matrix of one pair of audits, in hectares, with its sums."""
    names = list(STATES.values())
    sums = rows.pivot_table("area_m2", "finding_before", "finding_after", "sum", fill_value=0.0)
    sums = sums / HECTARE_M2
    order = [name for name in names if name in sums.index], [n for n in names if n in sums.columns]
    whole = sums.loc[order[0], order[1]]
    cells = [
        (str(name), *(f"{v:,.2f}" if abs(v) > 0.0 else "" for v in whole.loc[name]),
         f"{whole.loc[name].sum():,.2f}")
        for name in whole.index
    ]  # fmt: skip
    cells.append(
        ("合计", *(f"{v:,.2f}" for v in whole.sum(axis=0)), f"{whole.to_numpy().sum():,.2f}")
    )
    heads = (f"{year}＼{later}", *(f"{name}（公顷）" for name in (*whole.columns, "合计")))
    return PageTable(
        f"{year} → {later} 年判定转移",
        heads,
        tuple(cells),
        (False, *[True] * (len(heads) - 1)),
        classes=(*[""] * len(whole), "total"),
    )


def _lineage_section(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    links = frames["lineage"]
    keys = ["year_before", "year_after", "kind", "basis"]
    counts = links.groupby(keys, sort=False).agg(
        families=("family", "nunique"), area_m2=("area_m2", "sum")
    )
    rows = tuple(
        (
            f"{row['year_before']} → {row['year_after']}",
            str(row["kind"]),
            str(row["basis"]) or "—",
            f"{int(row['families']):,}",
            f"{row['area_m2'] / HECTARE_M2:,.2f}",
        )
        for row in counts.reset_index().to_dict("records")
    )
    summary = PageTable(
        "沿革汇总", ("年份", "类型", "依据", "组数", "面积（公顷）"), rows,
        (False, False, False, True, True),
    )  # fmt: skip
    changed = links[links["kind"].isin([LINKS["split"], LINKS["merge"]])]
    shown = [summary]
    if len(changed):
        columns = [
            "year_before", "year_after", "kind", "basis", "before_id", "after_id",
            "area_before_m2", "area_after_m2", "area_m2", "finding_before", "finding_after",
        ]  # fmt: skip
        shown.append(page_table(tables["lineage"], changed.head(_MOST), columns, "分割与合并"))
    return Section("宗地沿革", ("先按电子监管号，再按合同，最后按图形重叠。",), tables=tuple(shown))


def _split_section(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    if "ratio_split" not in frames:
        return Section("比率变化：土地与边界")
    split = frames["ratio_split"]
    moved = split[split["boundary"].abs() > 0.0]
    lines = (
        f"{len(split)} 个比率中 {len(moved)} 个受边界变动影响。",
        "只列受影响的，全部见 ratio_split.csv。",
    )
    return Section(
        "比率变化：土地与边界",
        lines,
        tables=(page_table(tables["ratio_split"], moved.head(_MOST)),) if len(moved) else (),
    )
