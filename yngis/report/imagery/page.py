"""The report on what the images show, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.imagery.contradictions import STATES
from yngis.report.imagery.cards import CHANGES, NOT_CHECKED
from yngis.report.page import Line, PageList, Section, plain_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from yngis.analysis.imagery.calibration import Calibration
    from yngis.analysis.imagery.evidence import Evidence
    from yngis.analysis.imagery.rules import ImageryRules

WHY_NOT: Final = {
    "too_small": "面积或核心像元不足 / too small",
    "few_dates": "清晰日期不足 / too few clear dates",
    "clouded": "一半以上的核心全年被云遮 / clouded",
    "no_rainy_season": "没有 6—10 月的观测 / no rainy season",
    "no_calibration": "没有可用的标定 / no calibration",
    "ambiguous": "评分居中或证据相反 / ambiguous",
    "outside": "在影像范围外 / outside the scenes",
    "part_outside": "部分在影像范围外 / partly outside",
}
"""Why nothing more can be told, as it is printed."""

LIMITS: Final = (
    (
        "影像不能认定动工、竣工或闲置；空地（扰动）不等于动工。",
        "Cleared land is not 动工; images find nothing.",
    ),
    (
        "Sentinel-2 的 −0.1 偏移若填错，任何检查都发现不了。",
        "A wrong offset_applied cannot be found by a check.",
    ),
    (
        "掩膜漏掉的云、绿色防尘网、连年撂荒都会改变结果。",
        "Missed clouds, green nets and fallow years mislead.",
    ),
    (
        "未标定时不判“已建”；标定只对同一地区、同一传感器有效。",
        "A calibration holds for its region and sensor only.",
    ),
    (
        "所附比例得自模拟，真实地貌会差一些。",
        "Rates in the guide come from simulations; real land is harder.",
    ),
)
"""What no check can find."""

_MOST: Final = 300


def gravest_first(table: pd.DataFrame) -> pd.DataFrame:
    """
    Parcels that ask for a look, the gravest first (按轻重排序).

    Parameters
    ----------
    table
        Evidence.

    Returns
    -------
    table
        Contradictions of grade A, then what is to be checked, then what was disturbed.
    """
    held = table[(table["contradiction"] != "") | (table["disturbed_from"] != "")]
    rank = np.select(
        [
            held["contradiction"].str.startswith("疑似"),
            held["contradiction"] != "",
            held["provisional"] == "no",
        ],
        [0, 1, 2],
        3,
    )
    return held.iloc[np.lexsort((held.index.astype(str), rank))]


def imagery_sections(
    evidence: Evidence,
    rules: ImageryRules,
    warnings: Sequence[str],
    left_out: Sequence[tuple[str, str]],
    notes: Sequence[str],
) -> list[Section]:
    """Lay out the report."""
    table = evidence.table
    return [
        _summary_section(table, evidence.calibration),
        _contradiction_section(table),
        *(_calibration_section(name, each) for name, each in evidence.calibrations.items()),
        _disturbance_section(table),
        _unknown_section(table),
        _scene_section(evidence.used, warnings, left_out),
        Section("说明", lists=(PageList(tuple(Line(note) for note in notes)),))
        if notes
        else Section(""),
        Section(
            "影像看不出的 / what no image tells",
            lists=(PageList(tuple(Line(zh, en=en) for zh, en in LIMITS)),),
        ),
        _rules_section(rules),
    ]


def _summary_section(table: pd.DataFrame, calibration: Calibration) -> Section:
    count = table.groupby(["state", "grade"]).size()
    rows = [
        (STATES[state], *(str(count.get((state, grade), 0)) for grade in ("A", "B", "")))
        for state in STATES
        if state in set(table["state"])
    ]
    warning = "" if calibration.usable else f"不作建成判断：{calibration.reason}"
    return Section(
        "结论 / what the images show",
        ("影像状态只是佐证：一律为疑似或核实，不改变审计的认定。",),
        tables=(plain_table("影像状态 >A级 >B级 >不评级", rows, caption="宗数"),),
        warning=warning,
    )


def _contradiction_section(table: pd.DataFrame) -> Section:
    held = gravest_first(table[table["contradiction"] != ""])
    rows = [
        (
            str(name),
            row["contradiction"],
            row["grade"],
            STATES[row["state"]],
            row["disturbed_best"] or "—",
            row["last_date"],
        )
        for name, row in held.head(_MOST).iterrows()
    ]
    more = (f"另有 {len(held) - _MOST} 宗，见 parcel_evidence.csv。",) if len(held) > _MOST else ()
    return Section(
        f"台账与影像不一致（{len(held)} 宗）",
        more,
        tables=(plain_table("宗地 比对 等级 影像状态 扰动起始 最后观测", rows),) if rows else (),
    )


def _calibration_section(kind: str, calibration: Calibration) -> Section:
    title = f"标定 / calibration：{kind}"
    if not calibration.matrix.any():
        return Section(title, (calibration.reason,))
    rows = [
        (name, *(str(int(cell)) for cell in cells))
        for name, cells in zip(("未建", "已建"), calibration.matrix, strict=True)
    ]
    right = "—" if np.isnan(calibration.right) else f"{calibration.right:.1%}"
    told = (
        (
            f"标注 {sum(calibration.labels)} 宗（未建 {calibration.labels[0]}，"
            f"已建 {calibration.labels[1]}）；"
            f"判出的有 {right} 正确；标定号 {calibration.calibration_id}。"
        ),
        *((calibration.reason,) if calibration.reason else ()),
    )
    table = plain_table(
        "标注 >判未建 >不判 >判已建", rows, caption="交叉验证：每宗由没有见过它的模型评分"
    )
    return Section(title, told, tables=(table,))


def _disturbance_section(table: pd.DataFrame) -> Section:
    held = table[table["disturbed_from"] != ""].sort_values("disturbed_best", ascending=False)
    rows = [
        (
            str(name), row["disturbed_best"], f"{row['disturbed_from']} — {row['disturbed_to']}",
            {"yes": "暂定", "no": "—"}[row["provisional"]],
            CHANGES[row["change_type"]],
        )
        for name, row in held.head(_MOST).iterrows()
    ]  # fmt: skip
    text = "植被由有到无的一次突变；暂定者其后不足 300 天，可能只是休耕。"
    return Section(
        f"扰动起始（{len(held)} 宗）",
        (text,),
        tables=(plain_table("宗地 最可能日期 区间 暂定 变化", rows),) if rows else (),
    )


def _unknown_section(table: pd.DataFrame) -> Section:
    count = table.loc[table["why_not"] != "", "why_not"].value_counts()
    rows = [(WHY_NOT[str(name)], str(number)) for name, number in count.items()]
    return Section(
        "看不出的原因 / why nothing more is told",
        tables=(plain_table("原因 >宗数", rows),) if rows else (),
    )


def _scene_section(
    used: pd.DataFrame, warnings: Sequence[str], left_out: Sequence[tuple[str, str]]
) -> Section:
    rows = [
        tuple(
            str(row[name] if row[name] is not None else "")
            for name in (
                "scene_id",
                "sensor",
                "level",
                "source",
                "licence",
                "secrecy",
                "parcels_seen",
            )
        )
        for row in used.to_dict("records")
    ]
    lists = tuple(
        PageList(tuple(Line(each) for each in told), title)
        for title, told in (
            ("须注意", warnings),
            ("未用的影像", [f"{name}：{why}" for name, why in left_out]),
        )
        if told
    )
    return Section(
        f"影像（{len(used)} 景）",
        (NOT_CHECKED + "。",),
        tables=(plain_table("影像 传感器 级别 来源 许可 密级 >清晰宗数", rows),),
        lists=lists,
    )


def _rules_section(rules: ImageryRules) -> Section:
    told = rules.model_dump()
    rows = [
        (name, f"{each['value']:g}", each["unit"], each["source"], each["confidence"])
        for name, each in told.items()
        if isinstance(each, dict)
    ]
    return Section(
        f"阈值 / thresholds（{rules.edition}）",
        tables=(plain_table("名称 >值 单位 来源 可信度", rows),),
    )
