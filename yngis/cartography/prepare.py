"""From a spec and the layers to a prepared figure: renderers decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.cartography.chains import chains_of
from yngis.cartography.framed import framed_figure
from yngis.cartography.layers.label_points import label_points, name_pinyin
from yngis.cartography.names.county_names import name_counties
from yngis.cartography.names.cross_references import find_elsewhere
from yngis.cartography.names.english import in_english, with_english
from yngis.cartography.prepared import (
    Area,
    Entry,
    Group,
    Mark,
    Membership,
    NeighbourLabel,
    PortMark,
    PrefectureLabel,
    PreparedFigure,
)
from yngis.cartography.shades import shades_of
from yngis.cartography.style import ink_on, read_style
from yngis.cartography.wording import (
    credit_lines,
    figure_notes,
    focus_rows,
    layers_credited_under_figure,
    places_focus,
    port_facts,
    split_cell,
    words_for_others,
    zone_facts,
    zone_note,
)
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.pack import province_short_name, read_pack
from yngis.catalogue.shipped import SCHEMATIC
from yngis.errors import Problem, SpecError
from yngis.plan.beside import NAMING, read_beside
from yngis.plan.zone_names import find_registry_names
from yngis.plan.zones_layer import NOT_IN_PLAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from yngis.cartography.mapspec import MapSpec
    from yngis.cartography.sources import Sources
    from yngis.cartography.spec import FigureSpec, Glyph

LEVELS = ("国家级", "省级")
_DARK_EDGE: Final = "#4A4F55"  # round glyphs in shades, the lightest of which are as pale as land
_STRENGTHS: Final = ("核心", "重点", "主")
_WINDOW_MARGIN = 0.12  # of the longer side, about what a screen shows round the extent

Memberships = dict[str, dict[str, list[tuple[str, str]]]]


def prepare_figure(spec: FigureSpec, sources: Sources) -> PreparedFigure:
    """
    Decide what a figure shows.

    Parameters
    ----------
    spec
        The figure's declaration.
    sources
        Layers and tables.

    Returns
    -------
    figure
        The prepared figure, ready for any renderer.

    Raises
    ------
    SpecError
        If the spec names a region, column, class or industry that the data does not hold.
    """
    if problems := spec_faults(spec, sources, f"fig{spec.figure:02d}"):
        raise SpecError(problems)
    captions = sources.plan.figures.set_index("figure")
    caption = {
        key: str(captions[key].fillna("").loc[spec.figure])
        for key in ("title_zh", "title_en", "section")
    }
    return assemble_figure(spec, sources, caption)


def assemble_figure(
    spec: FigureSpec | MapSpec, sources: Sources, caption: Mapping[str, str]
) -> PreparedFigure:
    """Decide what a figure shows under a caption of any origin."""
    spec, sources = framed_figure(spec, sources)
    vocabulary = _sector_vocabulary(spec.glyph, sources)
    marks = tuple(_zone_marks(spec, sources, list(vocabulary))) if spec.shows_zones else ()
    areas = tuple(_region_areas(spec, sources))
    groups = (
        Group(
            "sector",
            spec.glyph.title if spec.glyph else "",
            tuple(_sector_entries(vocabulary, marks, _sector_palette(spec.glyph, sources))),
        ),
        *_focus_groups(spec, sources),
        Group("level", "级别", tuple(_level_entries([mark.level for mark in marks]))),
        Group("region", "空间布局", tuple(_region_entries(areas, marks))),
    )
    extent = _figure_extent(spec, sources)
    figure = PreparedFigure(
        number=spec.figure,
        title=caption["title_zh"],
        title_en=caption["title_en"],
        section=caption["section"],
        groups=groups if spec.shows_zones else (),
        others=sum(not mark.sectors for mark in marks),
        others_told=words_for_others(spec, sources),
        marks=marks,
        prefectures=tuple(_prefecture_labels(spec, sources)),
        ports=tuple(_port_marks(sources)) if spec.ports else (),
        neighbours=tuple(_neighbour_labels(extent, sources)),
        areas=areas,
        extent=extent,
        notes=(
            *(figure_notes(spec, marks, sources) if spec.shows_zones else ()),
            *(zh for zh, _ in sources.base_notes),
            *read_pack().notes_zh,
        ),
        credits=tuple(
            credit_lines(
                plan=spec.shows_zones, under=layers_credited_under_figure(spec.figure, sources)
            )
        ),
        has_focus=spec.focus,
        chains=tuple(chains_of(_industry_layout(spec, sources), marks)),
        edge=_DARK_EDGE if _is_about_industry(spec) else "#FFFFFF",
        base={**sources.layers, "zones": sources.zones},
        elsewhere=find_elsewhere(spec.figure, marks, sources) if spec.figure else (),
        counties=name_counties(sources.layers["counties"]),
    )
    figure = with_english(figure, spec, sources)
    return in_english(figure, sources) if spec.lang == "en" else figure


def spec_faults(spec: FigureSpec | MapSpec, sources: Sources, where: str) -> list[Problem]:
    """Find what a spec names that the data does not hold."""
    problems = []

    def judge(key: str, found: str | None, known: list[str]) -> bool:
        if found in known:
            return True
        mend = did_you_mean(str(found), known)
        problems.append(Problem(f"{where}: {key}", "、".join(known), str(found), mend))
        return False

    glyph = spec.glyph
    if spec.frame is not None:
        table = sources.layers["prefectures"]
        prefectures = list(dict.fromkeys([*table["name_zh"], *table["short_zh"]]))
        judge("frame.prefecture", spec.frame.prefecture, prefectures)
    if spec.region is not None:
        judge("region", spec.region, list(sources.layers["regions"]["name_zh"]))
    if glyph is None:
        return problems
    if glyph.source == "segments":
        judge("glyph.industry", glyph.industry, list(sources.plan.industries["industry"]))
    if glyph.source == "zones":
        columns = [str(name) for name in sources.zones.columns if name != "geometry"]
        if judge("glyph.column", glyph.column, columns):
            # The user's zones beside the plan have no class of the plan's: an empty circle.
            known = {NOT_IN_PLAN, *(item.value for item in glyph.classes)}
            if unknown := sorted(set(sources.zones[glyph.column].dropna()) - known):
                problems.append(
                    Problem(
                        f"{where}: glyph.classes",
                        "每个取值一类 / a class for each value",
                        "、".join(unknown),
                        "补上这些类 / add them",
                    )
                )
    return problems


def _sector_vocabulary(glyph: Glyph | None, sources: Sources) -> dict[str, tuple[str, str]]:
    """Sector key -> (character, legend label), in legend order."""
    if glyph is None:
        return {}
    if glyph.source == "zones":
        return {item.value: (item.character, item.label) for item in glyph.classes}
    if glyph.source == "industries":
        table, key = sources.plan.industries, "industry"
    else:
        table = sources.plan.segments
        table, key = table[table["industry"] == glyph.industry], "segment"
    ordered = table.sort_values("order")
    return {row[key]: (row["character"], row[key]) for row in ordered.to_dict("records")}


def _zone_memberships(glyph: Glyph | None, sources: Sources) -> Memberships:
    """Zone -> sector key -> [(role, plan_ref)], in the order of the table."""
    found: Memberships = {}
    if glyph is None:
        return found
    if glyph.source == "zones":
        for name, value in zip(sources.zones["name_zh"], sources.zones[glyph.column], strict=True):
            found[name] = {value: []}
        return found
    layout = sources.plan.industry_layout.fillna("")
    if glyph.source == "segments":
        layout = layout[layout["industry"] == glyph.industry]
        for row in layout.to_dict("records"):
            found.setdefault(row["zone"], {}).setdefault(row["segment"], []).append(
                (row["role"], row["plan_ref"])
            )
        return found
    for row in layout.to_dict("records"):
        role = "：".join(
            part for part in (row["segment"], row["role"]) if part and part != row["industry"]
        )
        found.setdefault(row["zone"], {}).setdefault(row["industry"], []).append(
            (role, row["plan_ref"])
        )
    return found


def _naming_sentences(
    glyph: Glyph | None, sources: Sources
) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Zone and sector -> how strongly the plan names it, and the sentences that do."""
    if glyph is None or glyph.source == "zones":
        return {}
    table = read_beside("statements")
    table = table[table["relation"].isin(NAMING)]
    # A renamed zone keeps the sentences that call it by its alias.
    names = find_registry_names(sources.plan.zone_registry, table["subject"])
    segments = sources.plan.segments.set_index("segment")["industry"]
    sector = table["about"] if glyph.source == "segments" else table["about"].map(segments)
    named: dict[tuple[str, str], set[str]] = {}
    quotes: dict[tuple[str, str], dict[str, None]] = {}
    for row in table.assign(sector=sector).dropna(subset="sector").to_dict("records"):
        key = (names.get(row["subject"], row["subject"]), row["sector"])
        quotes.setdefault(key, {})[row["quote"]] = None
        words = named.setdefault(key, set())
        words |= {row["value"]} if row["relation"] == "布局" else set()
    return {
        key: ("、".join(word for word in _STRENGTHS if word in named[key]), tuple(said))
        for key, said in quotes.items()
    }


def _zone_marks(spec: FigureSpec | MapSpec, sources: Sources, order: list[str]) -> Iterable[Mark]:
    members, zones = _zone_memberships(spec.glyph, sources), sources.zones
    said = _naming_sentences(spec.glyph, sources)
    if spec.region is not None:
        zones = zones[zones["region"] == spec.region]
    points = zones.geometry.representative_point()
    for row, point in zip(zones.to_dict("records"), points, strict=True):
        held = members.get(row["name_zh"], {})
        spelling, initials = name_pinyin(row["short_zh"])
        yield Mark(
            name=row["name_zh"],
            short=row["short_zh"],
            lon=point.x,
            lat=point.y,
            level=row["level"],
            category=row["category"],
            region=row["region"],
            prefecture=row["prefecture"],
            county=row["county"],
            sectors=tuple(
                Membership(key, tuple(held[key]), "", *said.get((row["name_zh"], key), ("", ())))
                for key in order
                if key in held
            ),
            aliases=tuple(split_cell(row["aliases"])),
            pinyin=spelling,
            initials=initials,
            facts=tuple(zone_facts(row)),
            schematic=row["boundary"] == SCHEMATIC,
            note=zone_note(row),
        )


def _industry_layout(spec: FigureSpec | MapSpec, sources: Sources) -> pd.DataFrame:
    """Rows of the layout that a figure about one industry shows; none of any other figure."""
    layout = sources.plan.industry_layout
    shown = spec.glyph.industry if spec.glyph and _is_about_industry(spec) else None
    return layout[layout["industry"] == shown]


def _sector_palette(glyph: Glyph | None, sources: Sources) -> tuple[str, ...]:
    """Colours in legend order; the segments of an industry are shades of its own (同一色相)."""
    palette = read_style().sectors
    if glyph is None or glyph.source != "segments":
        return palette
    industries = list(sources.plan.industries.sort_values("order")["industry"])
    place = industries.index(glyph.industry)
    segments = sources.plan.segments
    count = int((segments["industry"] == glyph.industry).sum())
    # More than seven kinds of sector are refused where the entries are made.
    return shades_of(palette[place % len(palette)], max(1, min(count, len(palette))))


def _sector_entries(
    vocabulary: Mapping[str, tuple[str, str]], marks: tuple[Mark, ...], palette: tuple[str, ...]
) -> Iterable[Entry]:
    if len(vocabulary) > len(palette):
        raise SpecError(
            Problem(
                "glyph.classes",
                f"至多 / at most {len(palette)}",
                str(len(vocabulary)),
                "合并几类 / merge some",
            )
        )
    for (key, (character, label)), colour in zip(vocabulary.items(), palette, strict=False):
        count = sum(any(held.key == key for held in mark.sectors) for mark in marks)
        yield Entry(key, label, character, colour, ink_on(colour), count)


_NEUTRAL: Final = "#ECEAE4"  # of chips that no glyph shows


def _other_industries(said: pd.DataFrame) -> pd.DataFrame:
    """Industries of places that are none of the plan's: ``key`` and ``character``, in order."""
    values = said.loc[(said["kind"] == "industry") & (said["plan_industry"] == ""), "value"]
    known = read_beside("other_industries").set_index("value")
    keys = values.map(known["industry"]).fillna(values)
    signs = values.map(known["character"]).fillna(values.str[:1])
    return pd.DataFrame({"key": keys, "character": signs})


def _focus_groups(spec: FigureSpec | MapSpec, sources: Sources) -> Iterable[Group]:
    """Industries of the places that the plan's own list does not hold (专栏所列其他产业)."""
    if not spec.focus:
        return
    found = _other_industries(places_focus(spec, sources))
    counts = found["key"].value_counts()
    entries = tuple(
        Entry(
            row["key"],
            row["key"],
            row["character"],
            _NEUTRAL,
            ink_on(_NEUTRAL),
            int(counts[row["key"]]),
        )
        for row in found.drop_duplicates("key").to_dict("records")
    )
    if entries:
        yield Group("focus", f"专栏所列其他产业（{counts.sum()} 处）", entries)


def _level_entries(levels: list[str]) -> Iterable[Entry]:
    """Both levels of the plan, and the user's zones beside it where there are any."""
    for key in (*LEVELS, *([NOT_IN_PLAN] if NOT_IN_PLAN in levels else [])):
        label = "规划外（用户提供）" if key == NOT_IN_PLAN else key
        yield Entry(key, label, "", "#FFFFFF", "#111111", levels.count(key))


def _region_areas(spec: FigureSpec | MapSpec, sources: Sources) -> Iterable[Area]:
    style = read_style()
    titles = dict(
        zip(
            sources.layers["regions"]["name_zh"], sources.layers["regions"]["title_zh"], strict=True
        )
    )
    industry = _is_about_industry(spec)
    said = read_beside("statements") if spec.glyph and not industry else None
    for name, title in titles.items():
        tint = style.region_tint(name) if industry else ""
        quotes = () if said is None else said.loc[said["subject"] == name, "quote"].unique()
        active = spec.region in (None, name)
        yield Area(
            name,
            title,
            style.region_fill(name, pale=industry),
            active,
            tint,
            tuple(map(str, quotes)),
        )


def _is_about_industry(spec: FigureSpec | MapSpec) -> bool:
    return spec.glyph is not None and spec.glyph.source == "segments"


def _region_entries(areas: tuple[Area, ...], marks: tuple[Mark, ...]) -> Iterable[Entry]:
    for area in areas:
        if area.active:
            count = sum(mark.region == area.name for mark in marks)
            yield Entry(area.name, f"“{area.name}”", "", area.fill, ink_on(area.fill), count)


def _prefecture_labels(spec: FigureSpec | MapSpec, sources: Sources) -> Iterable[PrefectureLabel]:
    counties = sources.layers["counties"]
    shown = counties if spec.region is None else counties[counties["region"] == spec.region]
    inside = label_points(shown, "prefecture")
    outside = inside if spec.region is None else label_points(counties, "prefecture")
    named = _named_prefectures(spec, sources)
    focus = places_focus(spec, sources)
    # Chips use the colours of the glyphs, so they need the same vocabulary.
    known = set(_sector_vocabulary(spec.glyph, sources)) if spec.focus else set()
    statements = read_beside("statements")
    for row in sources.layers["prefectures"].to_dict("records"):
        name = row["name_zh"]
        lon, lat = inside.get(name, outside[name])
        spelling, initials = name_pinyin(row["short_zh"])
        said = focus[focus["prefecture"] == name] if spec.focus else focus.iloc[:0]
        keys = said["plan_industry"].where(said["plan_industry"].isin(known))
        keys = keys.fillna(_other_industries(said)["key"]).dropna()
        yield PrefectureLabel(
            name=name,
            short=row["short_zh"],
            lon=lon,
            lat=lat,
            region=row["region"],
            active=name in inside,
            named=name in named,
            chips=tuple(dict.fromkeys(keys)),
            focus=tuple(focus_rows(said, statements)),
            pinyin=spelling,
            initials=initials,
        )


def _named_prefectures(spec: FigureSpec | MapSpec, sources: Sources) -> set[str]:
    if spec.glyph is None or spec.glyph.source != "segments":
        return set()
    table = sources.plan.industry_prefectures
    return set(table.loc[table["industry"] == spec.glyph.industry, "prefecture"])


def _neighbour_labels(
    extent: tuple[float, float, float, float], sources: Sources
) -> Iterable[NeighbourLabel]:
    """Name each neighbour where it has most room in the figure's own window."""
    west, south, east, north = extent
    margin = _WINDOW_MARGIN * max(east - west, north - south)
    layer = sources.layers["neighbours"]
    seen = layer.clip((west - margin, south - margin, east + margin, north + margin), sort=True)
    points = label_points(seen, "name_zh")
    for name, kind in zip(seen["name_zh"], seen["kind"], strict=True):
        # 香港, 澳门: no room for 特别行政区 on so little land.
        shown = province_short_name(name) if name.endswith("特别行政区") else name
        yield NeighbourLabel(shown, kind == "country", *points[name], land=name)


def _port_marks(sources: Sources) -> Iterable[PortMark]:
    for row in sources.layers["ports"].to_dict("records"):
        spelling, initials = name_pinyin(row["name_zh"])
        yield PortMark(
            name=row["name_zh"],
            lon=row["geometry"].x,
            lat=row["geometry"].y,
            aliases=tuple(split_cell(row["aliases"])),
            facts=tuple(port_facts(row)),
            pinyin=spelling,
            initials=initials,
        )


def _figure_extent(
    spec: FigureSpec | MapSpec, sources: Sources
) -> tuple[float, float, float, float]:
    regions = sources.layers["regions"]
    shown = regions if spec.region is None else regions[regions["name_zh"] == spec.region]
    west, south, east, north = (round(float(side), 4) for side in shown.total_bounds)
    return west, south, east, north
