"""Words of cards that all their forms share (卡片用语)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.report.parcel_cards.parcel_map import LOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.report.parcel_cards.card_source import CardSource
    from yngis.report.parcel_cards.parcel_map import ParcelMap

CARD_HEADS: Final = {
    "title": "图斑卡片",
    "map": "宗地图",
    "none": "本宗地在审计结果中没有图形，不画图、不列界址点",
    "legend": "审计结果中没有图形的宗地未画",
    "cut": "有删节，全文见 supply_findings.csv。",
    "foot": "来源：",
}
"""Fixed words by what they are for."""

_ADVICE: Final = "疑似由记录推定，认定以主管部门的认定书为准。图未经地图审核，仅供内部使用。"


def told_line(source: CardSource) -> str:
    """
    Say what every card rests on (卡片依据).

    Parameters
    ----------
    source
        What the cards are made from.

    Returns
    -------
    line
        Day of the audit, that the data are made up where they are, and what the map is not.
    """
    label = f"〔{source.folder.label}〕" if source.folder.label else ""
    drawn = "".join(f"{note}。" for note in source.notes if note.startswith("图上"))
    return f"{label}审计日期 {source.folder.as_of}。{_ADVICE}{drawn}"


def legend_of(maps: Sequence[ParcelMap | None]) -> list[str]:
    """
    Kinds of land that maps show, the uppermost first (图例).

    Parameters
    ----------
    maps
        The maps.

    Returns
    -------
    looks
        Keys of the looks.
    """
    drawn = {shape.look for each in maps if each is not None for shape in each.shapes}
    return [name for name in reversed(LOOKS) if name in drawn]
