"""The words of a prepared figure: popup rows, the lines under the legend, credits."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.cartography.names.phrases import EQUAL_INDUSTRIES, EQUAL_SEGMENTS
from yngis.cartography.names.words import CHINESE
from yngis.catalogue import read_card, read_pack
from yngis.catalogue.io.text import number_as_text
from yngis.catalogue.shipped import SCHEMATIC
from yngis.plan.beside import read_beside
from yngis.plan.zones_layer import NOT_IN_PLAN, USER_NOTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from yngis.cartography.mapspec import MapSpec
    from yngis.cartography.names.words import Words
    from yngis.cartography.prepared import Mark
    from yngis.cartography.sources import Sources
    from yngis.cartography.spec import FigureSpec

_TEN: Final = 10  # largest numeral of one character
_LISTED = 6  # zones named in a line under the legend


def zone_facts(row: Mapping[str, object], words: Words = CHINESE) -> Iterable[tuple[str, str]]:
    """Rows of a zone's popup."""
    if row["level"] == NOT_IN_PLAN:
        yield words("级别与类型"), words("不在规划名录 / not in the plan")
    else:
        yield words("级别与类型"), words("{0} · {1}", row["level"], row["category"])
    counties = words.join(split_cell(row["counties"]))
    yield words("所在地"), f"{words(str(row['prefecture']))} {counties}"
    yield words("空间布局"), words("“{0}”", row["region"])
    if _is_present(row.get("plan_ref")):
        yield words("规划出处"), words.reference(str(row["plan_ref"]))
    if aliases := split_cell(row["aliases"]):
        yield words("别名"), words.separator.join(aliases)
    if _is_present(row["approval_date"]):
        yield words("批准设立"), str(row["approval_date"])
    area = words("{0} 公顷（{1}）", f"{float(str(row['area_ha'])):,.0f}", row["area_basis"])
    if row["boundary"] == SCHEMATIC:
        yield words("示意范围"), area
        yield words("点位精度"), _accuracy_text(row, words)
    else:
        yield words("范围面积"), area
    if note := zone_note(row):
        yield words("提示"), note


def amount_with_unit(value: object, unit: str) -> str:
    """
    Write the value of a cell with its unit (数值与单位).

    Parameters
    ----------
    value
        A number or a text.
    unit
        Its unit; empty where it has none.

    Returns
    -------
    text
        Empty where there is no value.

    Examples
    --------
    >>> amount_with_unit(1_000_000.0, "万元"), amount_with_unit(None, "万元")
    ('1,000,000 万元', '')
    """
    if pd.isna(value):  # type: ignore[call-overload] # any cell
        return ""
    if isinstance(value, (int, float, np.number)):
        value = number_as_text(float(value))
    return f"{value} {unit}".strip()


def zone_note(row: Mapping[str, object]) -> str:
    """What is odd of a user's polygon; empty where nothing is."""
    note = row.get(USER_NOTE)
    return note if isinstance(note, str) else ""


def port_facts(row: Mapping[str, object], words: Words = CHINESE) -> Iterable[tuple[str, str]]:
    """Rows of a port's popup."""
    yield words("类别"), words("{0} · {1}", row["grade"], row["mode"])
    yield words("所在地"), f"{words(str(row['prefecture']))} {words(str(row['county']))}"
    opposite = words(str(row["opposite_place"]))
    yield words("对方口岸"), f"{words(str(row['neighbour_country']))} {opposite}"
    if row["named_in_plan"]:
        yield words("规划"), words.reference(str(row["plan_ref"]))
    else:
        yield words("规划"), words(read_pack().unnamed_port_zh)
    yield words("点位精度"), _accuracy_text(row, words)


_FOCUS_TITLES = {"industry": "重点产业", "port": "口岸", "aim": "发展目标"}
_STANDINGS = {"引领": "引领开发区", "支撑": "支撑开发区", "载体": "载体开发区", "": "开发区"}
ORIGINAL: Final = "原文"
"""Title of the sentence that a fact is read from."""


def focus_rows(
    said: pd.DataFrame, statements: pd.DataFrame, words: Words = CHINESE
) -> Iterable[tuple[str, str]]:
    """Rows of a prefecture's popup: what the panels of the plan say of it."""
    for place, rows in said.groupby("place", sort=False):
        yield words("规划所指"), words(str(place))
        for kind, title in _FOCUS_TITLES.items():
            values = list(rows.loc[rows["kind"] == kind, "value"])
            if values:
                yield words(title), words.join(values)
        about = statements[statements["about"] == place]
        standing = about[about["relation"] == "地位"].set_index("subject")["value"].to_dict()
        zones = list(rows.loc[rows["kind"] == "zone", "value"])
        for value, title in _STANDINGS.items():
            if held := [zone for zone in zones if standing.get(zone, "") == value]:
                yield words(title), words.join(held)
        own = statements[statements["subject"] == place]
        asked = own[own["relation"].isin(("前提", "要求"))]
        if len(asked):
            yield words("前提与要求"), words.join(asked["value"])
        for quote in dict.fromkeys([*about["quote"], *asked["quote"]]):
            yield words(ORIGINAL), quote


def places_focus(spec: FigureSpec | MapSpec, sources: Sources) -> pd.DataFrame:
    """What the panels say of the places that a figure is about; empty cells are empty texts."""
    focus = sources.plan.prefecture_focus.fillna("")
    return focus if spec.region is None else focus[focus["region"] == spec.region]


def words_for_others(
    spec: FigureSpec | MapSpec, sources: Sources, words: Words = CHINESE
) -> tuple[str, str]:
    """What an empty circle stands for: named nowhere in the figure's text, or in no industry."""
    if spec.glyph is None or spec.glyph.source != "industries":
        return words("其他开发区"), words("本图未点名")
    return words("其他开发区"), _in_no_industry(sources, words)


def _in_no_industry(sources: Sources, words: Words) -> str:
    """Tell where the plan lists its industries, and how many: 未列入第三章第二节七大产业."""
    table = sources.plan.industries
    refs = [str(ref) for ref in table["plan_ref"].dropna()]
    alike = itertools.takewhile(lambda signs: len(set(signs)) == 1, zip(*refs, strict=False))
    place = "".join(signs[0] for signs in alike)
    numeral = "零一二三四五六七八九十"[len(table)] if len(table) <= _TEN else str(len(table))
    count = numeral if words is CHINESE else str(len(table))
    return words("未列入{0}{1}大产业", _Said(words.reference(place)), _Said(count))


class _Said:
    """A text that is in its language already."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def figure_notes(
    spec: FigureSpec | MapSpec,
    marks: tuple[Mark, ...],
    sources: Sources,
    words: Words = CHINESE,
) -> Iterable[str]:
    """Lines under the legend."""
    schematic = sum(mark.schematic for mark in marks)
    if schematic:
        yield words(
            "示意：{0} 个开发区的范围为示意多边形，非勘测边界；面积与点位精度见各区说明。",
            schematic,
        )
    strangers = [mark.short for mark in marks if mark.level == NOT_IN_PLAN]
    named = len(marks) - len(strangers)
    yield _count_note(spec, named, len(sources.plan.zone_registry), words)
    if strangers:
        names = _Said(_some_names(strangers, words))
        yield words("自有范围另有 {0} 个不在规划名录：{1}。", len(strangers), names)
    if odd := [mark.short for mark in marks if mark.note and mark.level != NOT_IN_PLAN]:
        names = _Said(_some_names(odd, words))
        yield words("自有范围有提示的开发区 {0} 个：{1}；见各区说明。", len(odd), names)
    yield from _sector_notes(spec, marks, sources, words)


def _sector_notes(
    spec: FigureSpec | MapSpec, marks: tuple[Mark, ...], sources: Sources, words: Words
) -> Iterable[str]:
    """What sectors and empty circles say."""
    if spec.glyph is not None and spec.glyph.source == "industries":
        yield words(EQUAL_INDUSTRIES, _Said(_in_no_industry(sources, words)))
        if spec.focus:
            yield from _beyond_panels_note(marks, sources, words)
        if spec.region is not None:
            yield from _region_note(spec.region, words)
    elif spec.glyph is not None and spec.glyph.source == "segments":
        yield words(EQUAL_SEGMENTS)


def _region_note(region: str, words: Words) -> Iterable[str]:
    """What the plan says of the region as a whole, with the place where it does."""
    table = read_beside("statements")
    own = table[table["subject"] == region]
    parts = [
        words("{0}：{1}", str(relation), _Said(words.join(rows["value"])))
        for relation, rows in own.groupby("relation", sort=False)
    ]
    if parts:
        where = _Said(words.reference(str(own["plan_ref"].iloc[0])))
        name = _Said(words("“{0}”", region))
        yield words("{0}（{1}）：{2}。", name, where, _Said(words.clauses.join(parts)))


def _beyond_panels_note(marks: tuple[Mark, ...], sources: Sources, words: Words) -> Iterable[str]:
    """Tell of zones with glyphs that the panel of their region does not name."""
    focus = sources.plan.prefecture_focus
    panelled = set(focus.loc[focus["kind"] == "zone", "value"])
    beyond = [mark for mark in marks if mark.sectors and mark.name not in panelled]
    if panelled and beyond:
        # Another box may name them: 专栏4 is one of industries, not of a region.
        own = focus[focus["region"].isin({mark.region for mark in beyond})]
        boxes = dict.fromkeys(ref.split(" ", maxsplit=1)[0] for ref in own["plan_ref"])
        yield words(
            "{0}：{1}未点名，据产业布局一节（含其专栏）绘出。",
            _Said(words.join([mark.short for mark in beyond])),
            _Said(words.join([words.reference(box) for box in boxes])),
        )


def _some_names(names: list[str], words: Words) -> str:
    listed = words.join(names[:_LISTED])
    return words("{0} 等", _Said(listed)) if len(names) > _LISTED else listed


def _count_note(spec: FigureSpec | MapSpec, drawn: int, listed: int, words: Words) -> str:
    """How many zones are drawn, and how many more the plan counts without naming them."""
    pack = read_pack()
    whose = _Said("" if spec.region is None else words("“{0}”", spec.region))
    if pack.counted is None or not pack.unnamed_zh or listed >= pack.counted:
        return words("图上 {0} 个{1}开发区。", drawn, whose)
    if spec.region is None:
        return words(
            "图上 {0} 个开发区。规划计 {1} 个，其中 {2}文中未列名，不予推定。",
            drawn,
            pack.counted,
            pack.unnamed_zh,
        )
    return words(
        "图上 {0} 个{1}开发区；规划计 {2} 个，{3}文中未列名。",
        drawn,
        whose,
        pack.counted,
        pack.unnamed_zh,
    )


_NO_PLAN: Final = "底图：{0}"


def credit_lines(
    *, plan: bool = True, under: Iterable[str] = (), words: Words = CHINESE
) -> Iterable[str]:
    """
    Source, datum and the map-review line; without the plan where nothing is taken from it.

    ``under`` names the cards of what else lies under the glyphs, each with a ``credit``.
    """
    pack = read_pack()
    label = _Said(f"（{pack.label}）" if pack.label else "")
    source = read_card("counties").source.split(" / ")
    base = _Said(source[0 if words is CHINESE else -1])
    if plan:
        yield words("资料：《{0}》{1}；底图：{2}", pack.title_zh, label, base)
    else:
        yield words(_NO_PLAN, base)
    whose = [read_card(name).credit.split(" / ") for name in under]
    if whose:
        yield words.clauses.join(said[0 if words is CHINESE else -1] for said in whose)
    yield words(
        "2000国家大地坐标系（CGCS2000，EPSG:4490）；审图号：无（未经地图审核，仅供内部参考）"
    )


def layers_credited_under_figure(number: int, sources: Sources) -> tuple[str, ...]:
    """Cards of shipped layers under a figure that are credited beside its boundaries."""
    seats = sources.layers.get("seats")
    drawn = number and seats is not None and not seats["own"].all()
    return ("lakes", "prefecture_seats") if drawn else ("lakes",)


def split_cell(text: object) -> list[str]:
    """Parts of a cell that holds several values."""
    return (
        [part.strip() for part in str(text).split(";") if part.strip()] if _is_present(text) else []
    )


def _accuracy_text(row: Mapping[str, object], words: Words) -> str:
    far = f"{float(str(row['accuracy_km'])):g}"
    return words("约 ±{0} 千米（{1}）", far, row["location_basis"])


def _is_present(value: object) -> bool:
    return value is not None and value == value and str(value).strip() != ""  # noqa: PLR0124 - NaN is not itself
