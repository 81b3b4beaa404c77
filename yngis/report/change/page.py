"""The report of a comparison of surveys, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.change import KINDS, SUSPECTS
from yngis.measure.units import HECTARE_M2
from yngis.report.page import PageTable, Section, page_table, wide_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from yngis.analysis.change import LandChange
    from yngis.report.output_tables import OutputTable

_MOST: Final = 200
_MOST_CELLS: Final = 60
_MAPS: Final = "小图只示分布，点开为完整地图。 / small drawings of the full maps"
_LIMITS: Final = (
    "两期调查只说明图斑的地类变了没有，不说明何时变、谁变的、是否合法；",
    "调查按年末现势，年内建了又拆的看不到；图上不足上图面积的变化看不到；",
    "推平的地、堆土和施工便道在调查中未必是建设用地；",
    "疑点只是疑似：台账可能缺图形、缺记录，认定由主管部门作出。",
)


def change_sections(
    found: LandChange,
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, OutputTable],
    cards: tuple[Markup, ...] = (),
) -> list[Section]:
    """Lay out the report."""
    return [
        _summary_section(found),
        _kind_section(found),
        Section("分布图", (_MAPS,) if cards else (), cards),
        _matrix_section(found),
        _suspect_section(found, frames, tables),
        _apart_section(found, frames, tables),
        _code_section(frames, tables),
        Section("这份报告说明不了什么", _LIMITS),
    ]


def _summary_section(found: LandChange) -> Section:
    sums = found.changes.groupby("kind", sort=False)[["area_m2", "polygons"]].sum()
    lines = [
        f"{KINDS[str(kind)]} {row['area_m2'] / HECTARE_M2:,.2f} 公顷，"
        f"{int(row['polygons']):,} 个图斑。"
        for kind, row in sums.iterrows()
    ]
    redrawn = found.pieces[found.pieces["redrawn"].astype(bool)]
    if len(redrawn):
        area = float(redrawn["area_m2"].sum()) / HECTARE_M2
        lines.append(f"界线重绘 {len(redrawn):,} 处、{area:,.2f} 公顷，不计入变化。")
    if found.suspects is not None:
        sizes = found.suspects.table.groupby("kind")["area_m2"].sum() / HECTARE_M2
        told = "；".join(
            f"{name} {float(sizes.get(kind, 0.0)):,.2f} 公顷" for kind, name in SUSPECTS.items()
        )
        lines.append(f"与台账比对：{told}。")
    return Section("概要", tuple(lines), quiet=found.notes)


def _kind_section(found: LandChange) -> Section:
    changed = found.changes.groupby("zone")["area_m2"].sum()
    rows = found.changes[found.changes["zone"].isin(changed[changed > 0.0].index)]
    shown = rows.assign(area_ha=rows["area_m2"] / HECTARE_M2)
    table = wide_table(
        shown, rows["kind"].map(KINDS), "area_ha", "各开发区变化",
        "新增建设用地＝非建设→建设；新建＝无建筑→有建筑；弃建＝有建筑→无建筑；转用途＝有建筑而换了地类；"
        "占用耕地不含田坎。一块地可属多类。没有变化的开发区未列。",
        unit="公顷",
    )  # fmt: skip
    return Section("分区变化", tables=(table,) if table.rows else ())


def _matrix_section(found: LandChange) -> Section:
    parts = []
    for title, frame in (("三大类", found.by_class), ("有无建筑", found.by_built)):
        names = _class_names()
        parts.append(_matrix_table(frame, f"{title}转移矩阵（全部开发区）", names))
    parts.append(_matrix_table(found.transition, "地类转移矩阵（全部开发区）", {}))
    return Section(
        "转移矩阵",
        ("行为前期，列为后期；行和为前期面积，列和为后期面积。各开发区的矩阵见 transition.csv。",),
        tables=tuple(part for part in parts if part.rows),
        across=True,
    )


def _class_names() -> dict[str, str]:
    from yngis.analysis.change.land_classes import BUILT_NAMES, CLASS_NAMES  # noqa: PLC0415

    return {**BUILT_NAMES, **CLASS_NAMES}


def _matrix_table(frame: pd.DataFrame, caption: str, names: Mapping[str, str]) -> PageTable:
    """Matrix of all zones; of many codes only those that changed most."""
    sums = frame.pivot_table("area_m2", "before", "after", "sum", fill_value=0.0) / HECTARE_M2
    if sums.empty:
        return PageTable(caption, (), (), ())
    codes = sorted({*sums.index, *sums.columns})
    whole = sums.reindex(index=codes, columns=codes, fill_value=0.0)
    most = 12
    note = ""
    if len(codes) > most:
        moved = (
            whole.sum(axis=0)
            + whole.sum(axis=1)
            - 2 * pd.Series([whole.loc[code, code] for code in codes], index=codes)
        )
        kept = sorted(moved.nlargest(most).index)
        note = f"只列变化最大的 {most} 类；全部 {len(codes)} 类见 transition.csv。"
        whole = whole.loc[kept, kept]
    heads = (
        "前期＼后期",
        *(f"{names.get(str(code), str(code))}（公顷）" for code in whole.columns),
    )
    rows = tuple(
        (
            names.get(str(code), str(code)),
            *(f"{value:,.2f}" if abs(value) > 0.0 else "" for value in whole.loc[code]),
        )
        for code in whole.index
    )
    return PageTable(caption, heads, rows, (False, *[True] * (len(heads) - 1)), note)


def _suspect_section(
    found: LandChange, frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    if found.suspects is None:
        return Section("与台账比对", ("没有给出供应和批准台账，未比对。",))
    parts = frames["suspect_parts"].nlargest(_MOST, "area_m2")
    # A line breaks after the mark of Chinese, never after that of programs.
    ids = frames["suspects"]["ids"].str.replace(";", "；")
    short = ids.where(ids.str.len() <= _MOST_CELLS, ids.str.slice(0, _MOST_CELLS) + "…")
    more = (
        f"只列面积最大的 {_MOST} 处，全部见 suspect_parts.csv。"
        if len(frames["suspect_parts"]) > _MOST
        else ""
    )
    return Section(
        "与台账比对",
        tuple(line for line in ("台账判定照旧，这里只并列现状所见。", more) if line),
        tables=(
            page_table(tables["suspects"], frames["suspects"].assign(ids=short)),
            page_table(tables["suspect_parts"], parts),
        )
        if len(parts)
        else (),
        warning="疑似只是线索，认定由主管部门作出。" if len(parts) else "",
    )


def _apart_section(
    found: LandChange, frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    shown = [
        page_table(tables[name], frames[name].head(_MOST))
        for name in ("overlaid", "border_moves")
        if name in frames
    ]
    coverage = found.zones
    if len(coverage):
        odd = coverage[coverage.filter(regex="only|twice|uncovered").sum(axis=1) > 1.0]
        if len(odd):
            shown.append(page_table(tables["coverage"], odd))
    return Section("另列", tables=tuple(shown))


def _code_section(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]) -> Section:
    names = ("codes", "columns")
    shown = [page_table(tables[name], frames[name]) for name in names if name in frames]
    return Section("地类归类与表头识别", tables=tuple(shown))
