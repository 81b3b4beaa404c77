"""A figure in English: names from the tables' own columns, and those that have none are told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from yngis.catalogue.io.pack import read_pack

if TYPE_CHECKING:
    import pandas as pd

    from yngis.cartography.prepared import Group, PreparedFigure
    from yngis.cartography.sources import Sources

_WORDS = {
    "sector": "Industries",
    "level": "Level",
    "region": "Regions",
    "国家级": "national",
    "省级": "provincial",
}


def in_english(figure: PreparedFigure, sources: Sources) -> PreparedFigure:
    """
    Put English names on a prepared figure; what has none keeps its own, and a note says so.

    Parameters
    ----------
    figure
        As prepared.
    sources
        Tables that it is drawn from: ``name_en`` of zones and ports, ``title_en`` of industries and
        segments, ``prefecture_en`` and ``county_en`` of the members of regions.

    Returns
    -------
    figure
        Titles, legend and labels in English; popups stay as they are.
    """
    names = _english_names(sources)
    missing: list[str] = []

    def word(name: str) -> str:
        if name in names:
            return names[name]
        missing.append(name)
        return name

    marks = tuple(replace(mark, short=word(mark.name)) for mark in figure.marks)
    prefectures = tuple(
        replace(label, short=word(label.name)) if label.active else label
        for label in figure.prefectures
    )
    ports = tuple(
        replace(port, name=word(port.name), aliases=(port.name, *port.aliases))
        for port in figure.ports
    )
    groups = tuple(_english_group(group, word) for group in figure.groups)
    told = list(dict.fromkeys(missing))
    note = (f"No English name: {', '.join(told)}",) if told else ()
    return replace(
        figure,
        title=figure.title_en or word(figure.title),
        title_en=figure.title,
        marks=marks,
        prefectures=prefectures,
        ports=ports,
        groups=groups,
        notes=(*note, *figure.notes),
    )


def _english_group(group: Group, word: Any) -> Group:  # noqa: ANN401 - a function of a name
    entries = tuple(
        replace(entry, label=_WORDS.get(entry.key) or word(entry.key)) for entry in group.entries
    )
    return replace(group, title=_WORDS.get(group.kind, group.title), entries=entries)


def _english_names(sources: Sources) -> dict[str, str]:
    plan = sources.plan
    pairs = (
        (plan.zone_registry, "name_zh", "name_en"),
        (plan.port_registry, "name_zh", "name_en"),
        (plan.industries, "industry", "title_en"),
        (plan.segments, "segment", "title_en"),
        (plan.region_members, "prefecture", "prefecture_en"),
        (plan.region_members, "county", "county_en"),
    )
    names = {region.name: region.title_en for region in read_pack().regions if region.title_en}
    for table, key, english in pairs:
        names |= _named_rows(table, key, english)
    return names


def _named_rows(table: pd.DataFrame, key: str, english: str) -> dict[str, str]:
    if english not in table.columns:
        return {}
    rows = table[[key, english]].dropna()
    return dict(zip(rows[key].astype(str), rows[english].astype(str), strict=True))
