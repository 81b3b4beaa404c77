"""What changed from one plan to the next (两版规划之差): by the tables alone, names by aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from yngis.plan.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from yngis.catalogue.io.pack import Pack
    from yngis.plan.tables import Plan

CHANGES: Final = {
    "added": "新增",
    "dropped": "取消",
    "renamed": "更名",
    "merged": "并入",
    "raised": "升级",
    "lowered": "降级",
    "gained": "增加",
    "lost": "减少",
    "moved": "改划",
    "altered": "修改",
}
"""Kinds of change and their Chinese words."""

_LEVELS: Final = ("省级", "国家级")  # from low to high
_COLUMNS: Final = ("change", "subject", "column", "before", "after", "plan_ref")
_UNTOLD: Final = frozenset({"plan_ref", "location_basis", "area_basis", "note"})
"""Columns that say what a row rests on: an edit of these alone is a change all the same."""

_WORDS: Final = {"zone": "开发区", "industry": "产业", "port": "口岸", "aim": "目标"}
"""Kinds of what is said of a place, as sentences name them."""
_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "industries": ("industry",),
    "segments": ("industry", "segment"),
    "ports": ("name_zh",),
    "targets": ("id",),
    "figures": ("figure",),
    "prefectures": ("industry", "segment", "prefecture"),
    "focus": ("region", "place", "prefecture", "kind", "value"),
    "outline": ("ref",),
    "codes": ("code",),
}


class Edition(NamedTuple):
    """
    One of two plans (一版规划).

    Attributes
    ----------
    pack
        Whose plan it is.
    plan
        Its tables.
    """

    pack: Pack
    plan: Plan


class ZonePairs(NamedTuple):
    """
    Which zone of the later plan each zone of the earlier one is (开发区对应).

    Attributes
    ----------
    later
        Name in the later plan by name in the earlier one; the same name, or one by an alias that
        is surely the zone's.
    renamed
        Those that go on alone under another name.
    merged
        Those that go on in a zone with others.
    """

    later: dict[str, str]
    renamed: dict[str, str]
    merged: dict[str, str]


def pair_zones(before: pd.DataFrame, after: pd.DataFrame) -> ZonePairs:
    """
    Tell which zone goes on as which: by its number, name or an alias (开发区对应).

    Parameters
    ----------
    before, after
        Registries of zones; ``zone_id`` decides where both know the zone by one.

    Returns
    -------
    pairs
        Nothing is presumed: a zone that neither plan links to another is dropped, or added.
    """
    names, known = list(after["name_zh"]), Registry(after)
    earlier = Registry(before)
    later = _pair_by_number(before, after)
    # A name that went on under its number is not to be met again by that name.
    free = set(names) - set(later.values())
    later |= {name: name for name in before["name_zh"] if name in free and name not in later}
    for name in before["name_zh"]:
        if name not in later and (meant := known.find(name)) is not None:
            later[name] = meant
    for name in names:
        # The earlier plan may know the later name as an alias.
        if name not in later.values() and (was := earlier.find(name)) and was not in later:
            later[was] = name
    heirs: dict[str, list[str]] = {}
    for was, now in later.items():
        heirs.setdefault(now, []).append(was)
    moved = {was: now for was, now in later.items() if was != now}
    merged = {was: now for was, now in moved.items() if len(heirs[now]) > 1}
    return ZonePairs(later, {was: now for was, now in moved.items() if was not in merged}, merged)


def _pair_by_number(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, str]:
    """Later names by earlier ones, of zones that both registries number."""
    if "zone_id" not in before or "zone_id" not in after:
        return {}
    numbered = after.dropna(subset=["zone_id"])
    known = dict(zip(numbered["zone_id"], numbered["name_zh"], strict=True))
    told = zip(before["zone_id"], before["name_zh"], strict=True)
    return {str(name): str(known[number]) for number, name in told if number in known}


def compare_plans(before: Edition, after: Edition) -> dict[str, pd.DataFrame]:
    """
    Compare two editions of a province's plan (两版比较).

    Parameters
    ----------
    before, after
        The earlier and the later one.

    Returns
    -------
    frames
        ``zones``, ``layout`` (industries and segments of each zone), ``regions`` (counties),
        ``industries``, ``segments``, ``targets``, ``prefectures``, ``focus``, ``ports``,
        ``figures``, ``outline``, ``codes`` (of GB/T 4754) and ``pack``: ``change`` (a key of
        :data:`CHANGES`), ``subject``, ``column``, ``before``, ``after`` and ``plan_ref``; empty
        where nothing changed.
    """
    pairs = pair_zones(before.plan.zone_registry, after.plan.zone_registry)
    old, new = before.plan, after.plan
    frames = {
        "zones": _zone_changes(old.zone_registry, new.zone_registry, pairs),
        "layout": _layout_changes(old.industry_layout, new.industry_layout, pairs),
        "regions": _region_changes(before, after),
    }
    tables = {
        "industries": (old.industries, new.industries),
        "segments": (old.segments, new.segments),
        "targets": (old.targets, new.targets),
        "prefectures": (old.industry_prefectures, new.industry_prefectures),
        "focus": (_with_later_names(old.prefecture_focus, pairs), new.prefecture_focus),
        "ports": (old.port_registry, new.port_registry),
        "figures": (old.figures, new.figures),
        "outline": (old.plan_outline, new.plan_outline),
        "codes": (old.gbt4754_industries, new.gbt4754_industries),
    }
    frames |= {name: _frame_of(_keyed_changes(*both, _KEYS[name])) for name, both in tables.items()}
    frames["pack"] = _frame_of(_pack_changes(before.pack, after.pack))
    return frames


def _frame_of(rows: Iterator[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(_COLUMNS), dtype="object")


def _row_of_change(kind: str, subject: object, column: str = "", **more: object) -> dict[str, Any]:
    """One row of a comparison; ``before``, ``after`` and ``plan_ref`` where there are any."""
    told = {"change": kind, "subject": subject, "column": column, **more}
    return {name: _text_of_cell(told.get(name)) for name in _COLUMNS}


def _text_of_cell(value: object) -> str:
    """Text of a cell, the same for the same value whatever the column's type has become."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - NaN is not itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, tuple | list):
        return "、".join(map(_text_of_cell, value))
    return str(value)


def _zone_changes(before: pd.DataFrame, after: pd.DataFrame, pairs: ZonePairs) -> pd.DataFrame:
    return _frame_of(_zone_rows(before, after, pairs))


def _zone_rows(
    before: pd.DataFrame, after: pd.DataFrame, pairs: ZonePairs
) -> Iterator[dict[str, Any]]:
    old = {row["name_zh"]: row for row in before.to_dict("records")}
    known = set(pairs.later.values())
    for row in after.to_dict("records"):
        if row["name_zh"] not in known:
            told = f"{_text_of_cell(row['level'])}·{_text_of_cell(row['category'])}"
            yield _row_of_change("added", row["name_zh"], after=told, plan_ref=row.get("plan_ref"))
    new = {row["name_zh"]: row for row in after.to_dict("records")}
    for name, row in old.items():
        if name not in pairs.later:
            told = f"{_text_of_cell(row['level'])}·{_text_of_cell(row['category'])}"
            yield _row_of_change("dropped", name, before=told, plan_ref=row.get("plan_ref"))
            continue
        now = pairs.later[name]
        ref = new[now].get("plan_ref")
        if name in pairs.merged:
            yield _row_of_change("merged", name, "name_zh", before=name, after=now, plan_ref=ref)
            continue
        if name in pairs.renamed:
            yield _row_of_change("renamed", now, "name_zh", before=name, after=now, plan_ref=ref)
        yield from _altered_cells(now, row, new[now], ref, skip=("name_zh", "zone_id"))


def _altered_cells(
    subject: str, old: Mapping[Any, Any], new: Mapping[Any, Any], ref: object,
    skip: Sequence[str] = (),
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for column in dict.fromkeys((*map(str, old), *map(str, new))):
        was, now = _text_of_cell(old.get(column)), _text_of_cell(new.get(column))
        if was == now or column in skip:
            continue
        kind = "altered"
        if column == "level" and was in _LEVELS and now in _LEVELS:
            kind = "raised" if _LEVELS.index(now) > _LEVELS.index(was) else "lowered"
        elif column == "region":
            kind = "moved"
        yield _row_of_change(kind, subject, column, before=was, after=now, plan_ref=ref)


def _layout_changes(before: pd.DataFrame, after: pd.DataFrame, pairs: ZonePairs) -> pd.DataFrame:
    """Industries and segments that each zone gained or lost, under its later name."""
    old = before.assign(zone=[pairs.later.get(zone, zone) for zone in before["zone"]])
    return _frame_of(_layout_rows(old, after))


def _layout_rows(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[dict[str, Any]]:
    was, now = _roles_by_place(before), _roles_by_place(after)
    for key in dict.fromkeys((*was, *now)):
        zone, industry, segment = key
        told = industry if segment == industry else f"{industry}·{segment}"
        if key not in was:
            yield _row_of_change(
                "gained", zone, told, after="；".join(now[key][0]), plan_ref=now[key][1]
            )
        elif key not in now:
            yield _row_of_change(
                "lost", zone, told, before="；".join(was[key][0]), plan_ref=was[key][1]
            )
        elif was[key] != now[key]:
            roles = "；".join(was[key][0]), "；".join(now[key][0])
            if roles[0] == roles[1]:  # only where the plan says so
                roles = was[key][1], now[key][1]
            yield _row_of_change(
                "altered", zone, told, before=roles[0], after=roles[1], plan_ref=now[key][1]
            )


def _roles_by_place(
    layout: pd.DataFrame,
) -> dict[tuple[str, str, str], tuple[tuple[str, ...], str]]:
    """Roles, and where the plan gives them, by zone, industry and segment."""
    found: dict[tuple[str, str, str], tuple[tuple[str, ...], str]] = {}
    for row in layout.to_dict("records"):
        key = (str(row["zone"]), str(row["industry"]), str(row["segment"]))
        roles, refs = found.get(key, ((), ""))
        ref = _text_of_cell(row["plan_ref"])
        cited = dict.fromkeys(part for part in (*refs.split("；"), ref) if part)
        found[key] = (*roles, _text_of_cell(row["role"])), "；".join(cited)
    return {
        key: (tuple(part for part in roles if part), refs) for key, (roles, refs) in found.items()
    }


def _region_changes(before: Edition, after: Edition) -> pd.DataFrame:
    return _frame_of(_region_rows(before, after))


def _region_rows(before: Edition, after: Edition) -> Iterator[dict[str, Any]]:
    was = {region.name: region for region in before.pack.regions}
    now = {region.name: region for region in after.pack.regions}
    for name in dict.fromkeys((*was, *now)):
        if name not in was:
            yield _row_of_change("added", name, "region", after=now[name].title_zh)
        elif name not in now:
            yield _row_of_change("dropped", name, "region", before=was[name].title_zh)
        else:
            yield from _altered_cells(name, was[name].model_dump(), now[name].model_dump(), "")
    old, new = before.plan.region_members, after.plan.region_members
    for row in _keyed_changes(old, new, ("prefecture", "county")):
        yield row | ({"change": "moved"} if row["column"] == "region" else {})


def _with_later_names(focus: pd.DataFrame, pairs: ZonePairs) -> pd.DataFrame:
    """What is said of places, with zones under their later names."""
    zones = focus["kind"] == "zone"
    later = focus["value"].map(lambda name: pairs.later.get(name, name))
    return focus.assign(value=focus["value"].mask(zones, later))


def _keyed_changes(
    before: pd.DataFrame, after: pd.DataFrame, key: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Rows added, dropped and altered, by a key that both tables have."""
    was, now = _rows_by_key(before, key), _rows_by_key(after, key)
    for name in dict.fromkeys((*was, *now)):
        # A place that is its prefecture, and an industry of one segment, are named once.
        subject = " · ".join(_WORDS.get(part, part) for part in dict.fromkeys(name[:-1]) if part)
        if name not in was:
            told = now[name]
            yield _row_of_change(
                "added", subject, after=_row_text(told, key), plan_ref=told.get("plan_ref")
            )
        elif name not in now:
            told = was[name]
            yield _row_of_change(
                "dropped", subject, before=_row_text(told, key), plan_ref=told.get("plan_ref")
            )
        else:
            new = now[name]
            yield from _altered_cells(subject, was[name], new, new.get("plan_ref"), skip=key)


def _rows_by_key(
    table: pd.DataFrame, key: tuple[str, ...]
) -> dict[tuple[str, ...], Mapping[Any, Any]]:
    """Rows by key; a key that stands twice is told apart by its count."""
    found: dict[tuple[str, ...], Mapping[Any, Any]] = {}
    counts: dict[tuple[str, ...], int] = {}
    for row in table.to_dict("records"):
        name = tuple(_text_of_cell(row[column]) for column in key)
        counts[name] = counts.get(name, 0) + 1
        found[*name, str(counts[name])] = row
    return found


def _row_text(row: Mapping[Any, Any], key: tuple[str, ...]) -> str:
    told = (
        _text_of_cell(value)
        for column, value in row.items()
        if column not in key and column not in _UNTOLD and not str(column).endswith("_en")
    )
    return "，".join(part for part in told if part)


def _pack_changes(before: Pack, after: Pack) -> Iterator[dict[str, Any]]:
    old, new = before.model_dump(), after.model_dump()
    # Regions are compared name by name; the id is the folder's, not the plan's.
    yield from _altered_cells("pack.yml", old, new, "", skip=("regions", "id", "layers"))


def count_changes(frames: dict[str, pd.DataFrame]) -> int:
    """
    Count the changes of two editions (变化条数).

    Parameters
    ----------
    frames
        As :func:`compare_plans` gives them.

    Returns
    -------
    count
        0 where the two say the same.
    """
    return sum(len(frame) for frame in frames.values())
