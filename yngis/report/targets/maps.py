"""Maps of the targets: what every zone has to meet, its revenue, and the growth it still needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.targets import VERDICTS, plan_horizon, plan_pace
from yngis.cartography.mapspec import Fill, ValueClass
from yngis.cartography.thematic import ThematicMap
from yngis.catalogue import read_pack
from yngis.catalogue.io.pack import rests_on_shipped
from yngis.report.maps import mark_with_label
from yngis.report.verdict_colours import BAD, GOOD, ON_COURSE, UNCLEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERDICT_CLASSES: Final = (
    ValueClass(value="met", label=VERDICTS["met"], colour=GOOD, character="达"),
    ValueClass(value="on_course", label=VERDICTS["on_course"], colour=ON_COURSE, character="进"),
    ValueClass(value="behind", label=VERDICTS["behind"], colour=BAD, character="后"),
    ValueClass(value="undefined", label=VERDICTS["undefined"], colour=UNCLEAR, character="疑"),
)
"""Verdicts, told apart by a sign as well as by colour; zones without data are 无数据."""

_LEVELS: Final = ("_national", "_provincial")
_OF_A_LEVEL: Final = re.compile(r"(?:national|provincial)(?:-level)? zones", re.IGNORECASE)
_PERCENT: Final = 100.0


def target_map_names(zone_checks: pd.DataFrame) -> tuple[str, ...]:
    """Values that could be mapped, whether there are figures or not."""
    checks = dict.fromkeys(_check_names(zone_checks))
    return ("revenue", "required_growth", *checks)


def targets_maps(
    frames: Mapping[str, pd.DataFrame],
    prefectures: pd.Series,
    year: int,
    label: str = "",
    source: str = "",
) -> list[ThematicMap]:
    """Lay out the maps of a check of targets (规划指标核对图)."""
    maps = [
        *_revenue_maps(frames["growth"], prefectures, year),
        *_growth_maps(frames["growth"]),
        *_check_maps(_with_english(frames["zone_checks"], frames.get("checks")), prefectures),
    ]
    return [mark_with_label(drawn, label, source) for drawn in maps]


def _revenue_maps(growth: pd.DataFrame, prefectures: pd.Series, year: int) -> Iterator[ThematicMap]:
    if growth.empty or growth["revenue"].isna().all():
        return
    values = growth.set_index("zone")["revenue"]
    sums = values.groupby(prefectures.reindex(values.index).to_numpy()).sum(min_count=1)
    tiers = _revenue_tiers()
    fill = Fill(layer="zones", column="revenue", title="营业收入", unit="亿元", bounds=tiers)
    title_en = f"Operating revenue, {year}"
    limits = "、".join(f"{tier:g}" for tier in tiers)
    told = (f"分级界限为规划所列各档：{limits} 亿元",) if tiers else ()
    for name, whose, panels in (
        ("zones", f"{year} 年", False),
        ("regions", f"分区，{year} 年", True),
    ):
        yield ThematicMap(
            name=f"revenue_{name}", data=values, fill=fill, panels=panels,
            title=f"开发区营业收入（{whose}）", title_en=title_en,
            notes=told,
        )  # fmt: skip
    yield ThematicMap(
        name="revenue_prefectures", data=sums,
        fill=fill.model_copy(update={"layer": "prefectures", "show_values": True, "size": True}),
        title=f"各州（市）开发区营业收入（{year} 年）", title_en=title_en,
        notes=("各州（市）的值为有数据的开发区合计",),
    )  # fmt: skip


def _revenue_tiers() -> tuple[float, ...]:
    """Revenues that the plan in use names, for its zones or for its tiers [亿元]."""
    if rests_on_shipped():
        return (100.0, 500.0, 1000.0, 2000.0, 5000.0)
    asked = read_pack().growth
    return () if asked is None else tuple(sorted({*asked.tiers, *asked.goals.values()}))


def _growth_maps(growth: pd.DataFrame) -> Iterator[ThematicMap]:
    if growth.empty or growth["pace_required"].isna().all():
        return
    last, pace = plan_horizon(), f"{plan_pace() * _PERCENT:g} %"
    asked = f"从基期起年均增长 {pace} 到 {last} 年，今后每年还须增长多少；{pace} 是规划对合计的要求"
    yield ThematicMap(
        name="required_growth_zones", title=f"到 {last} 年所需营业收入年均增速（按 {pace}）",
        title_en="Growth of revenue still required a year, at the plan's pace",
        data=growth.set_index("zone")["pace_required"] * _PERCENT,
        fill=Fill(
            layer="zones", column="growth", title="所需年均增速", unit="%", palette="orange"
        ),
        notes=(asked,),
    )  # fmt: skip


def _check_names(rows: pd.DataFrame) -> list[str]:
    """One name for what is asked of national and of provincial zones alike."""
    return [
        f"{_joint_title(str(each))}_{reading}" if reading != "each" else _joint_title(str(each))
        for each, reading in zip(rows["id"], rows["reading"], strict=True)
    ]


def _with_english(zone_checks: pd.DataFrame, checks: pd.DataFrame | None) -> pd.DataFrame:
    """Take the English of targets and readings from the checks of the province, if any."""
    if checks is None:
        return zone_checks.assign(
            target_en=zone_checks["id"].str.replace("_", " ").str.capitalize(),
            reading_en=zone_checks["reading"].str.replace("_", " "),
        )
    names = checks[["id", "reading", "target_en", "reading_en"]].drop_duplicates(["id", "reading"])
    return zone_checks.merge(names, on=["id", "reading"], how="left")


def _check_titles(row: pd.Series) -> tuple[str, str]:
    """Say what is asked and by which reading; several readings of one target are several maps."""
    title = str(row["target_zh"]).removeprefix("国家级").removeprefix("省级")
    title_en = _OF_A_LEVEL.sub("zones", str(row["target_en"]))
    if row["reading"] == "each":
        return title, title_en
    reading, reading_en = str(row["reading_zh"]), str(row["reading_en"])
    return (
        f"{title}（{reading.split('，', maxsplit=1)[0]}）",
        f"{title_en}, {reading_en.split(', ', maxsplit=1)[0]}",
    )


def _joint_title(target: str) -> str:
    for level in _LEVELS:
        target = target.removesuffix(level)
    return target


def _check_maps(rows: pd.DataFrame, prefectures: pd.Series) -> Iterator[ThematicMap]:
    """Verdicts by zone, and the share of the zones of a prefecture that meet the target."""
    for name, own in rows.groupby(pd.Series(_check_names(rows), index=rows.index), sort=False):
        verdicts = own.set_index("zone")["verdict"].replace("no_data", None)
        if verdicts.isna().all():
            continue
        first = own.iloc[0]
        title, title_en = _check_titles(first)
        reading = "" if first["reading"] == "each" else str(first["reading_zh"])
        notes = (f"读法：{reading}",) if reading else ()
        yield ThematicMap(
            name=f"{name}_zones", title=f"{title}：是否达到", title_en=f"{title_en}: met or not",
            fill=Fill(layer="zones", column="verdict", title="结论", classes=VERDICT_CLASSES),
            data=verdicts, notes=notes,
        )  # fmt: skip
        judged = verdicts.dropna()
        met = (judged == "met").groupby(
            prefectures.reindex(judged.index).to_numpy()
        ).mean() * _PERCENT
        share = Fill(
            layer="prefectures", column="share", title="达到的开发区占比", unit="%",
            bounds=(0.0, 25.0, 50.0, 75.0), show_values=True,
        )  # fmt: skip
        yield ThematicMap(
            name=f"{name}_prefectures", title=f"{title}：各州（市）达到的开发区占比",
            title_en=f"{title_en}: share of zones that meet it", data=met, fill=share,
            notes=(*notes, "占比以有数据的开发区为分母"),
        )  # fmt: skip
