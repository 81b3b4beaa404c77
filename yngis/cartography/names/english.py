"""A figure in English: names and words from the pack's tables; those that have none are told."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from yngis.cartography.layers.base_layers import BASE_KINDS
from yngis.cartography.names.words import CHINESE, EnglishWords
from yngis.cartography.wording import (
    credit_lines,
    figure_notes,
    focus_rows,
    layers_credited_under_figure,
    places_focus,
    port_facts,
    words_for_others,
    zone_facts,
)
from yngis.catalogue.io.pack import read_pack
from yngis.plan.beside import read_beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from yngis.cartography.mapspec import MapSpec
    from yngis.cartography.prepared import Group, PreparedFigure
    from yngis.cartography.sources import Sources
    from yngis.cartography.spec import FigureSpec

    Pairs = Iterator[tuple[str, str]]

_LISTED: Final = 5  # texts named in a note
_CHAIN_WORDS: Final = {
    "：": ": ",
    "、": ", ",
    "（": " (",
    "）": ")",
    "上游": "upstream",
    "中游": "midstream",
    "下游": "downstream",
    "全产业链": "whole chain",
}


def with_english(
    figure: PreparedFigure, spec: FigureSpec | MapSpec, sources: Sources
) -> PreparedFigure:
    """
    Give a figure the English of its names and words, beside them.

    Parameters
    ----------
    figure
        As prepared, in Chinese.
    spec
        Its declaration.
    sources
        Tables that it is drawn from: ``name_en`` of zones and ports, ``title_en`` of industries and
        segments, ``prefecture_en`` and ``county_en`` of the members of regions, and the pack's
        ``tables/english.csv``.

    Returns
    -------
    figure
        With ``english``, by Chinese text, and two lines that name what has no English.
    """
    glossary = _english_names(sources)
    names, words = EnglishWords(glossary), EnglishWords(glossary)
    english = {one: other for one, other in _name_pairs(figure, names) if one != other}
    english |= {
        one: other for one, other in _text_pairs(figure, spec, sources, words) if one != other
    }
    lacking = [text for text in words.missing if text not in names.missing and text not in english]
    told = []
    if names.missing:
        told.append(f"No English name: {', '.join(names.missing)}")
    if lacking:
        more = " …" if len(lacking) > _LISTED else ""
        told.append(f"No English for {len(lacking)} texts: {'; '.join(lacking[:_LISTED])}{more}")
    return replace(figure, english=english, not_english=tuple(told))


def in_english(figure: PreparedFigure, sources: Sources) -> PreparedFigure:
    """
    Put English names on a prepared figure; what has none keeps its own, and a note says so.

    Parameters
    ----------
    figure
        As prepared.
    sources
        Tables that it is drawn from; asked where the figure has no English beside it.

    Returns
    -------
    figure
        Titles, legend, labels, popups and notes in English, those of its panels too; keys stay as
        they are.
    """
    said = figure.english or dict(_name_pairs(figure, EnglishWords(_english_names(sources))))

    def word(text: str) -> str:
        return said.get(text, text)

    def rows(facts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((word(title), word(value)) for title, value in facts)

    return replace(
        figure,
        lang="en",
        in_chinese=figure,
        title=figure.title_en or word(figure.title),
        title_en=figure.title,
        marks=tuple(
            replace(mark, short=word(mark.short), facts=rows(mark.facts)) for mark in figure.marks
        ),
        prefectures=tuple(
            replace(label, short=word(label.short), focus=rows(label.focus))
            for label in figure.prefectures
        ),
        ports=tuple(
            replace(
                port,
                name=word(port.name),
                aliases=(port.name, *port.aliases),
                facts=rows(port.facts),
            )
            for port in figure.ports
        ),
        neighbours=tuple(replace(label, name=word(label.name)) for label in figure.neighbours),
        features=tuple(replace(feature, facts=rows(feature.facts)) for feature in figure.features),
        panels=tuple(in_english(panel, sources) for panel in figure.panels),
        counties=tuple(replace(label, short=word(label.short)) for label in figure.counties),
        areas=tuple(replace(area, title=word(area.title)) for area in figure.areas),
        groups=tuple(_english_group(group, said) for group in figure.groups),
        others_told=(word(figure.others_told[0]), word(figure.others_told[1])),
        notes=(*figure.not_english, *map(word, figure.notes)),
        credits=tuple(map(word, figure.credits)),
        chains=tuple(
            replace(chain, told=_chain_told_in_english(chain.told, said)) for chain in figure.chains
        ),
    )


def _chain_told_in_english(told: str, said: Mapping[str, str]) -> str:
    """A chain in words: each part between its signs has its own English."""
    parts = re.split(r"(：| → |、|（|）)", told)
    return "".join(said.get(part, _CHAIN_WORDS.get(part, part)) for part in parts)


def _english_group(group: Group, said: Mapping[str, str]) -> Group:
    entries = tuple(
        replace(entry, label=said.get(entry.label, entry.label)) for entry in group.entries
    )
    return replace(group, title=said.get(group.title, group.title), entries=entries)


def _name_pairs(figure: PreparedFigure, words: EnglishWords) -> Pairs:
    """Names on the map and in the legend, which are told one by one where they have no English."""
    for mark in figure.marks:
        name = words(mark.name)
        yield mark.name, name
        yield mark.short, name
    for label in figure.prefectures:
        if label.active:
            name = words(label.name)
            yield label.name, name
            yield label.short, name
    for port in figure.ports:
        yield port.name, words(port.name)
    for group in figure.groups:
        for entry in group.entries:
            said = words(entry.key)
            # A sector may have a label of its own, a region stands in quotation marks.
            yield entry.key, said
            if entry.label.strip("“”") in {entry.key, "规划外（用户提供）"}:
                yield entry.label, said
            elif group.kind != "region":
                yield entry.label, words(entry.label)


def _text_pairs(
    figure: PreparedFigure, spec: FigureSpec | MapSpec, sources: Sources, words: EnglishWords
) -> Pairs:
    yield from _fact_pairs(figure, spec, sources, words)
    yield from _place_pairs(figure, sources, words)
    for mark in figure.marks:
        for value in (mark.category, mark.region):
            yield value, words(value)
        for role, ref in (pair for held in mark.sectors for pair in held.roles):
            parts = role.split("：", 1)
            yield role, ": ".join(words(part) for part in parts)
            yield ref, words.reference(ref)
    for group in figure.groups:
        count = re.search(r"\d+", group.title)
        blank = group.title if count is None else group.title.replace(count[0], "{0}")
        yield group.title, words(blank, "" if count is None else count[0])
    pack, sheet = read_pack(), f"Figure {figure.number} " if figure.number else ""
    notes = [*(en for _, en in sources.base_notes), *(words(note) for note in pack.notes_zh)]
    if spec.shows_zones:
        yield from zip(figure.others_told, words_for_others(spec, sources, words), strict=True)
        notes = [*figure_notes(spec, figure.marks, sources, words), *notes]
    yield from zip(figure.notes, notes, strict=True)
    under = layers_credited_under_figure(spec.figure, sources)
    lines = credit_lines(plan=spec.shows_zones, under=under, words=words)
    yield from zip(figure.credits, lines, strict=True)
    title = figure.title_en or words(figure.title)
    yield figure.title, title
    yield f"图{figure.number} {figure.title}｜{pack.title_zh}", f"{sheet}{title} | {pack.title_en}"


def _fact_pairs(
    figure: PreparedFigure, spec: FigureSpec | MapSpec, sources: Sources, words: EnglishWords
) -> Pairs:
    """Rows of the popups, made in both languages from the same data."""
    zones = {row["name_zh"]: row for row in sources.zones.to_dict("records")}
    ports = {row["name_zh"]: row for row in sources.layers["ports"].to_dict("records")}
    for mark in figure.marks:
        yield from _row_pairs(zone_facts(zones[mark.name]), zone_facts(zones[mark.name], words))
    for port in figure.ports:
        yield from _row_pairs(port_facts(ports[port.name]), port_facts(ports[port.name], words))
    if spec.focus:
        focus, statements = places_focus(spec, sources), read_beside("statements")
        for _, said in focus.groupby("prefecture"):
            rows = (focus_rows(said, statements, each) for each in (CHINESE, words))
            yield from _row_pairs(*rows)
        for value in focus["value"]:
            yield value, words(value)


def _row_pairs(rows: Iterable[tuple[str, str]], others: Iterable[tuple[str, str]]) -> Pairs:
    for row, other in zip(rows, others, strict=True):
        yield from zip(row, other, strict=True)


def _place_pairs(figure: PreparedFigure, sources: Sources, words: EnglishWords) -> Pairs:
    """Places and figures that a closer look or a search names."""
    for area in figure.areas:
        yield f"“{area.name}”", words(area.name)
        yield area.title, words(area.title)
    for label in figure.prefectures:
        yield label.name, words(label.name)
        yield label.short, words(label.name)
    for outside in figure.neighbours:
        yield outside.name, words(outside.name)
    for county in figure.counties:
        for name in (county.name, county.short, county.prefecture):
            yield name, words(name)
    for name in _base_names(figure):
        yield name, words(name)
    for item in figure.elsewhere:
        for name in (item.name, *item.aliases[:1]):
            yield name, words(name)
    captions = sources.plan.figures
    for number, title, english in zip(
        captions["figure"], captions["title_zh"], captions["title_en"], strict=True
    ):
        yield f"图{number} {title}", f"Figure {number} {english}"


def _base_names(figure: PreparedFigure) -> Iterator[str]:
    """Names of waters, roads and seats."""
    layers = (figure.base[kind] for kind in BASE_KINDS if kind in figure.base)
    return (name for layer in layers for name in layer["name_zh"] if name)


def _english_names(sources: Sources) -> dict[str, str]:
    plan = sources.plan
    pairs = (
        (plan.region_members, "prefecture", "prefecture_en"),
        (plan.region_members, "county", "county_en"),
        (plan.zone_registry, "name_zh", "name_en"),
        (plan.port_registry, "name_zh", "name_en"),
        (plan.industries, "industry", "title_en"),
        (plan.segments, "segment", "title_en"),
    )
    names = _named_rows(read_beside("english_words"), "zh", "en")
    names |= {region.name: region.title_en for region in read_pack().regions if region.title_en}
    for table, key, english in pairs:
        names |= _named_rows(table, key, english)
    names[read_pack().title_zh] = read_pack().title_en
    return names


def _named_rows(table: pd.DataFrame, key: str, english: str) -> dict[str, str]:
    if english not in table.columns or key not in table.columns:
        return {}
    rows = table[[key, english]].dropna()
    return dict(zip(rows[key].astype(str), rows[english].astype(str), strict=True))
