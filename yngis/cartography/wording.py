"""The words of a prepared figure: popup rows, the lines under the legend, credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.catalogue import read_card, read_pack
from yngis.catalogue.shipped import SCHEMATIC
from yngis.plan.zones_layer import NOT_IN_PLAN, USER_NOTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from yngis.cartography.mapspec import MapSpec
    from yngis.cartography.prepared import Mark
    from yngis.cartography.spec import FigureSpec

_LISTED = 6  # zones named in a line under the legend


def zone_facts(row: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """Rows of a zone's popup."""
    if row["level"] == NOT_IN_PLAN:
        yield "级别与类型", "不在规划名录 / not in the plan"
    else:
        yield "级别与类型", f"{row['level']} · {row['category']}"
    yield "所在地", f"{row['prefecture']} {'、'.join(split_cell(row['counties']))}"
    yield "空间布局", f"“{row['region']}”"
    if aliases := split_cell(row["aliases"]):
        yield "别名", "、".join(aliases)
    if _is_present(row["approval_date"]):
        yield "批准设立", str(row["approval_date"])
    area = f"{float(str(row['area_ha'])):,.0f} 公顷（{row['area_basis']}）"
    if row["boundary"] == SCHEMATIC:
        yield "示意范围", area
        yield "点位精度", _accuracy_text(row)
    else:
        yield "范围面积", area
    if note := zone_note(row):
        yield "提示", note


def zone_note(row: Mapping[str, object]) -> str:
    """What is odd of a user's polygon; empty where nothing is."""
    note = row.get(USER_NOTE)
    return note if isinstance(note, str) else ""


def port_facts(row: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """Rows of a port's popup."""
    yield "类别", f"{row['grade']} · {row['mode']}"
    yield "所在地", f"{row['prefecture']} {row['county']}"
    yield "对方口岸", f"{row['neighbour_country']} {row['opposite_place']}"
    said = row["plan_ref"] if row["named_in_plan"] else read_pack().unnamed_port_zh
    yield "规划", str(said)
    yield "点位精度", _accuracy_text(row)


_FOCUS_TITLES = {"industry": "重点产业", "port": "口岸", "aim": "发展目标", "zone": "支撑开发区"}


def focus_rows(said: pd.DataFrame) -> Iterable[tuple[str, str]]:
    """Rows of a prefecture's popup: what boxes 1-3 of the plan say of it."""
    for place, rows in said.groupby("place", sort=False):
        yield "规划所指", str(place)
        for kind, title in _FOCUS_TITLES.items():
            values = list(rows.loc[rows["kind"] == kind, "value"])
            if values:
                yield title, "、".join(values)


def figure_notes(spec: FigureSpec | MapSpec, marks: tuple[Mark, ...]) -> Iterable[str]:
    """Lines under the legend."""
    schematic = sum(mark.schematic for mark in marks)
    if schematic:
        yield (
            f"示意：{schematic} 个开发区的范围为示意多边形，非勘测边界；面积与点位精度见各区说明。"
        )
    strangers = [mark.short for mark in marks if mark.level == NOT_IN_PLAN]
    named = len(marks) - len(strangers)
    yield _count_note(spec, named)
    if strangers:
        yield f"自有范围另有 {len(strangers)} 个不在规划名录：{_some_names(strangers)}。"
    if odd := [mark.short for mark in marks if mark.note and mark.level != NOT_IN_PLAN]:
        yield f"自有范围有提示的开发区 {len(odd)} 个：{_some_names(odd)}；见各区说明。"
    if spec.glyph is not None and spec.glyph.source != "zones":
        yield (
            "圆内各扇区等分，只表示规划点名的行业，不代表份额；空心圆为本图规划文字未点名的开发区。"
        )


def _some_names(names: list[str]) -> str:
    more = " 等" if len(names) > _LISTED else ""
    return "、".join(names[:_LISTED]) + more


def _count_note(spec: FigureSpec | MapSpec, drawn: int) -> str:
    """How many zones are drawn, and how many more the plan counts without naming them."""
    pack, whose = read_pack(), f"“{spec.region}”" if spec.region is not None else ""
    if pack.counted is None or not pack.unnamed_zh:
        return f"图上 {drawn} 个{whose}开发区。"
    if spec.region is None:
        return (
            f"图上 {drawn} 个开发区。规划计 {pack.counted} 个，"
            f"其中 {pack.unnamed_zh}文中未列名，不予推定。"
        )
    return f"图上 {drawn} 个{whose}开发区；规划计 {pack.counted} 个，{pack.unnamed_zh}文中未列名。"


def credit_lines(*, plan: bool = True) -> Iterable[str]:
    """Source, datum and the map-review line; without the plan where nothing is taken from it."""
    pack = read_pack()
    label = f"（{pack.label}）" if pack.label else ""
    said = f"资料：《{pack.title_zh}》{label}；" if plan else ""
    yield f"{said}底图：{read_card('counties').source.split(' / ')[0]}"
    yield "2000国家大地坐标系（CGCS2000，EPSG:4490）；审图号：无（未经地图审核，仅供内部参考）"


def split_cell(text: object) -> list[str]:
    """Parts of a cell that holds several values."""
    return (
        [part.strip() for part in str(text).split(";") if part.strip()] if _is_present(text) else []
    )


def _accuracy_text(row: Mapping[str, object]) -> str:
    return f"约 ±{float(str(row['accuracy_km'])):g} 千米（{row['location_basis']}）"


def _is_present(value: object) -> bool:
    return value is not None and value == value and str(value).strip() != ""  # noqa: PLR0124 - NaN is not itself
