"""The report of a cluster analysis, section by section (产业集聚分析报告)."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

import yngis
from yngis.report.clustering.tables import cluster_output_tables
from yngis.report.clustering.wording import METHOD, SETTINGS
from yngis.report.curves import curve_chart
from yngis.report.page import (
    Line,
    PageList,
    Section,
    cell_as_text,
    page_table,
    plain_table,
    render_page,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from yngis.analysis.clustering.pipeline import Clustering
    from yngis.report.output_tables import OutputTable

TITLE: Final = "产业集聚分析报告"

_MOST: Final = 40  # Rows of a table that sheets of paper can bear; the CSV has the rest.
_ALL: Final = ("zones", "suspects", "codes", "columns")
_LEFT_OUT: Final = ("recommendations", "k_density_curves", "zone_industry", "plan_overlap")
_SIDES: Final = ("q_localised", "q_dispersed")
_LINKS: Final = {"地图 map.html": "map.html", "工作簿 clustering.xlsx": "clustering.xlsx"}
_CURVES: Final = (
    "实线为该产业企业两两距离的密度，灰带为全部企业随机重新选址的全局置信带，虚线为其均值；"
    "横轴为距离（公里），纵轴为每公里的密度。实线高出灰带处为集聚，低于灰带处为分散。"
)


def report_page(
    result: Clustering, *, label: str | None = None, cards: tuple[Markup, ...] = ()
) -> str:
    """Write the report of a cluster analysis as a page (产业集聚分析报告)."""
    curves = tuple(_curve_charts(result.tables))
    sections = [
        _notes_section(result),
        _recommendation_section(result.recommendations),
        Section(
            "集聚的距离",
            (_CURVES,) if curves else (),
            curves,
            key="curves",
            en="K-density (Duranton–Overman)",
        ),
        Section("分图", drawings=cards, key="plates", en="Plates"),
        *(
            _table_section(declared, result)
            for declared in cluster_output_tables()
            if declared.name in result.tables and declared.name not in _LEFT_OUT
        ),
        _method_section(result),
    ]
    version = f"yngis {yngis.__version__}"
    return render_page(TITLE, version, (), sections, _LINKS, label=label or "", upright=True)


def setting_text(value: object) -> str:
    """Text of a setting: automatic where the analysis chooses it."""
    if value is None:
        return "自动 / automatic"
    return cell_as_text(value, "general") if isinstance(value, bool | int) else f"{value:g}"


def _notes_section(result: Clustering) -> Section:
    notes = PageList(tuple(Line(note) for note in result.notes))
    return Section("说明", lists=(notes,), key="notes", en="What to know first")


def _recommendation_section(found: pd.DataFrame) -> Section:
    groups = tuple(
        PageList(
            tuple(
                Line(row["text_zh"], row["subject"], row["text_en"])
                for row in rows.to_dict("records")
            ),
            str(kind),
        )
        for kind, rows in found.groupby("kind_zh", sort=False)
    )
    lines = ["只陈述数据所示；是否调整，由规划者判断。"]
    if not groups:
        lines.append("没有达到门槛的发现。 / Nothing reached a threshold.")
    return Section("建议", tuple(lines), lists=groups, key="recommendations", en="Recommendations")


def _curve_charts(tables: Mapping[str, pd.DataFrame]) -> Iterator[Markup]:
    """One drawing per industry, with what was found in words."""
    if "k_density" not in tables:
        return
    curves = dict(list(tables["k_density_curves"].groupby("industry", sort=False)))
    for row in tables["k_density"].to_dict("records"):
        sides = {"集聚": ["q_localised"], "分散": ["q_dispersed"]}.get(row["pattern"], list(_SIDES))
        q = cell_as_text(min(row[side] for side in sides), "general")
        where = f"，{row['localised_km']} 公里" if row["localised_km"] else ""
        told = f"{row['plants']} 家：{row['pattern']}{where}，q = {q}"
        caption = Markup("{}<figcaption><b>{}</b> {}</figcaption>")
        yield caption.format(curve_chart(curves[row["industry"]]), row["industry"], told)


def _table_section(declared: OutputTable, result: Clustering) -> Section:
    """Choose the rows that a reader wants first, and say where the rest is."""
    whole = result.tables[declared.name]
    rows, rule = whole, "此处按序列出"
    if declared.name == "hot_spots":
        rows = whole[whole["gi_significant"] | whole["moran_significant"]]
        rule = "此处只列显著者"
    elif declared.name == "similarity":
        rows = whole[whole["distance_km"] <= result.settings.within_km]
        rule = f"此处只列相距 {result.settings.within_km:g} 公里以内者"
    shown = rows if declared.name in _ALL else rows.head(_MOST)
    table = replace(page_table(declared, shown), caption="")
    if len(shown) < len(whole):
        table = replace(
            table,
            note=f"共 {len(whole)} 行，{rule}，{len(shown)} 行；全部见 "
            f"tables/{declared.name}.csv。 / {len(shown)} of {len(whole)} rows.",
        )
    return Section(declared.zh, tables=(table,), key=f"t-{declared.name}", en=declared.en)


def _method_section(result: Clustering) -> Section:
    settings = plain_table(
        "参数 代号 >值",
        (
            (SETTINGS[name], name, setting_text(value))
            for name, value in asdict(result.settings).items()
        ),
        caption="参数 / settings",
    )
    return Section("方法", tables=(settings,), facts=METHOD, key="method", en="Method")
