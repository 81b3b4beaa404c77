"""Maps of a conflict check (冲突专题图): shares of zones in each layer, and of industry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.conflicts.planned import VERDICTS_ZH
from yngis.analysis.conflicts.shares import ANY, NO_DATA
from yngis.analysis.conflicts.units import MARK
from yngis.cartography.mapspec import Fill, ValueClass
from yngis.cartography.thematic import ThematicMap
from yngis.measure.polygons import NOTHING_M2
from yngis.report.maps import mark_with_label
from yngis.report.verdict_colours import BAD, GOOD, UNCLEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.analysis.conflicts.rules import ConflictRules
    from yngis.report.conflicts.tables import Checked

_PERCENT: Final = 100.0
_SHARE_NOTES: Final = {
    ANY: "各图层并集占全区的比例，不是各层之和；有图层没有调查到的，不作零",
    NO_DATA: "至少一个图层没有调查到的土地占全区的比例",
}
_VERDICT_CLASSES: Final = (
    ("met", GOOD, "达"),
    ("not_met", BAD, "未"),
    ("undefined", UNCLEAR, "疑"),
)


def conflict_map_names(rules: ConflictRules) -> tuple[str, ...]:
    """Values that could be mapped (可出的图)."""
    shares = (ANY, *(each.layer for each in rules.ranked), NO_DATA)
    readings = tuple(_reading_name(each.name) for each in rules.industrial_share.readings)
    return (*shares, *readings)


def conflict_maps(found: Checked, label: str, source: str) -> list[ThematicMap]:
    """
    Lay out the maps of a conflict check (冲突专题图).

    Parameters
    ----------
    found
        What was found.
    label
        What has to stand on everything.
    source
        Where the figures come from.

    Returns
    -------
    maps
        One for every layer that a zone lies in, for their union, for what was not mapped, and for
        each reading of the share of industry.
    """
    maps = [*_share_maps(found), *_industry_maps(found)]
    if found.schematic:
        maps = [
            each.model_copy(
                update={
                    "title": f"{each.title}（{MARK}）",
                    "notes": (f"开发区范围为示意：{MARK}", *each.notes),
                }
            )
            for each in maps
        ]
    return [mark_with_label(each, label, source) for each in maps]


def _share_maps(found: Checked) -> Iterator[ThematicMap]:
    shares = found.zones.shares
    titles: dict[str, tuple[str, str]] = {}
    titles |= {each.layer: (each.zh.split("（")[0], each.en) for each in found.rules.ranked}
    titles[ANY] = ("各红线、图层合计", "In one layer at least")
    titles[NO_DATA] = ("无数据", "Not mapped")
    for key in (ANY, *(each.layer for each in found.rules.ranked), NO_DATA):
        area = shares.area_m2.get(key)
        if area is None or not area.any():
            continue
        zh, en = titles[key]
        unmapped = shares.unmapped_m2.get(key, shares.area_m2[NO_DATA])
        if key == NO_DATA:
            unmapped = np.zeros(len(area))
        yield ThematicMap(
            name=f"{key}_zones",
            data=_by_whole(found, area, unmapped) * _PERCENT,
            fill=Fill(
                layer="zones", column=key, title=f"{zh}占比", unit="%",
                bounds=(0.0, 1.0, 5.0, 10.0, 30.0),
                palette="blue" if key == NO_DATA else "orange",
            ),
            title=f"开发区土地涉及情况：{zh}",
            title_en=f"Share of zones: {en.lower()}",
            notes=(_SHARE_NOTES.get(key, "占全区面积的比例；没有调查到的不作零"),),
        )  # fmt: skip


def _by_whole(found: Checked, area: np.ndarray, unmapped: np.ndarray) -> pd.Series:
    """Shares of whole zones, parts together; nothing found is no zero where not all was mapped."""
    wholes = found.zones.units["whole"].to_numpy(dtype=object)
    held = {"area": area, "size": found.zones.shares.size_m2, "unmapped": unmapped}
    sums = pd.DataFrame(held).groupby(wholes).sum()
    open_ = (sums["area"] <= NOTHING_M2) & (sums["unmapped"] > NOTHING_M2)
    return pd.Series((sums["area"] / sums["size"]).mask(open_))


def _industry_maps(found: Checked) -> Iterator[ThematicMap]:
    if found.planned is None:
        return
    units = found.zones.units
    whole = dict(zip(units["name"], units["whole"], strict=True))
    rule = found.rules.industrial_share
    for reading in rule.readings:
        shares = found.planned.shares
        own = shares[shares["reading"] == reading.name].set_index("zone")["verdict"]
        verdicts = own[[name == whole[name] for name in own.index]].replace("no_data", None)
        if verdicts.isna().all():
            continue
        classes = tuple(
            ValueClass(value=code, label=VERDICTS_ZH[code], colour=colour, character=sign)
            for code, colour, sign in _VERDICT_CLASSES
        )
        yield ThematicMap(
            name=_reading_name(reading.name) + "_zones",
            data=verdicts,
            fill=Fill(layer="zones", column="verdict", title="结论", classes=classes),
            title=f"工业用地占规划建设用地是否达到 {rule.threshold * 100:g} %（{reading.name}）",
            title_en=f"Industry of at least {rule.threshold * 100:g} %, reading {reading.name}",
            notes=(f"读法：{reading.zh}；分母为规划建设用地，16 留白另列（{rule.plan_ref}）",),
        )


def _reading_name(name: str) -> str:
    return f"industry_{name.replace('+', '_')}"
