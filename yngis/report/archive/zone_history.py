"""Zones over the years (开发区沿革): numbers, names and their validity, mergers and the like."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from yngis.catalogue import load
from yngis.catalogue.io.nearest import ask_if_meant
from yngis.catalogue.io.pack import read_pack
from yngis.catalogue.io.sheets.sheet import read_sheet
from yngis.errors import LayerError, Problem
from yngis.plan.registry import Registry
from yngis.report.archive.extract import is_zone_name

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterable, Iterator

LINEAGE_KINDS: Final = {
    "renamed": "更名",
    "raised": "升级",
    "merged": "并入",
    "split": "分立",
}
"""What may happen to a zone, with the Chinese words that tables use."""

LINEAGE_COLUMNS: Final = {
    "kind": "类型",
    "zone_id": "编号",
    "other_id": "对方编号",
    "day": "日期",
    "before": "原名称或级别",
    "after": "新名称或级别",
    "source": "依据",
}
"""Columns of the table of what happened, by their Chinese headers too."""

_NAMED: Final = ("name_zh", "short_zh", "aliases", "level", "category", "prefecture")
_KINDS: Final = {zh: kind for kind, zh in LINEAGE_KINDS.items()} | {
    "合并": "merged",
    "分设": "split",
}


class ZoneEvent(NamedTuple):
    """One thing that happened to a zone; ``row`` is its row in the table."""

    kind: str
    zone_id: str
    other_id: str
    day: str
    before: str
    after: str
    source: str
    row: int = 0


def read_zone_events(path: str | os.PathLike[str]) -> list[ZoneEvent]:
    """
    Read the table of what happened to zones (读取沿革表).

    Parameters
    ----------
    path
        CSV with the columns of :data:`LINEAGE_COLUMNS`, under their names or the Chinese ones:
        a rename has ``before`` and ``after``, a rise in level too; a zone that was merged goes into
        ``other_id``, one that was split off is ``other_id``.

    Returns
    -------
    events
        In the order of their days.

    Raises
    ------
    LayerError
        With every fault of every row.
    """
    named = Path(path)
    sheet, problems = read_sheet(named)
    if sheet is None or problems:
        raise LayerError(problems)
    chinese = {zh: name for name, zh in LINEAGE_COLUMNS.items()}
    sheet = sheet.rename(columns=chinese)
    lacking = [name for name in ("kind", "zone_id", "day", "source") if name not in sheet]
    if lacking:
        told = "、".join(f"{name}（{LINEAGE_COLUMNS[name]}）" for name in lacking)
        raise LayerError(
            Problem(named.name, f"列 / columns {told}", "没有 / missing", "补上该列 / add them")
        )
    sheet = sheet.reindex(columns=list(LINEAGE_COLUMNS)).astype("object")
    sheet = sheet.where(sheet.notna(), "")
    events = [
        ZoneEvent(
            kind=_KINDS.get(row["kind"], row["kind"]),
            **{name: row[name] for name in LINEAGE_COLUMNS if name != "kind"},
            row=int(str(number)),
        )
        for number, row in zip(sheet.index, sheet.to_dict("records"), strict=True)
    ]
    problems = [fault for event in events for fault in _event_faults(event, named.name)]
    if problems:
        raise LayerError(problems)
    return sorted(events, key=lambda event: (event.day, event.row))


def _event_faults(event: ZoneEvent, file: str) -> Iterator[Problem]:
    """Faults of one row by itself."""
    where = f"{file}：第 {event.row} 行 / row {event.row}"
    if event.kind not in LINEAGE_KINDS:
        told = "、".join(f"{zh} {kind}" for kind, zh in LINEAGE_KINDS.items())
        yield Problem(where, told, f"“{event.kind}”", "改类型 / mend the kind")
    try:
        dt.date.fromisoformat(event.day)
    except ValueError:
        promised = "日期，如 2023-05-01 / a day"
        yield Problem(where, promised, f"“{event.day}”", "改日期 / mend the day")
    if not event.source:
        promised = "依据（批文、公报） / what it rests on"
        yield Problem(where, promised, "空 / empty", "写明依据 / tell the document")
    if event.kind in {"renamed", "raised"} and not (event.before and event.after):
        promised = "原、新名称或级别 / what it was before and after"
        yield Problem(where, promised, "空 / empty", "补上 / write both")
    if event.kind in {"merged", "split"} and event.other_id in {"", event.zone_id}:
        promised = "对方编号 / the number of the other zone"
        yield Problem(where, promised, f"“{event.other_id}”", "补上 / write it")


def update_zones(
    connection: sqlite3.Connection, events: Iterable[ZoneEvent], first_day: str = ""
) -> bool:
    """
    Take up the zones of the plan in use, and what happened to zones (登记开发区).

    Parameters
    ----------
    connection
        Within a transaction.
    events
        What happened, the earliest first; what is known already is passed over.
    first_day
        Day from which names of new zones hold; unknown if empty.

    Returns
    -------
    changed
        Whether anything was written.

    Raises
    ------
    LayerError
        If zones of the plan have no number, if a number now stands for another name or level and
        no event says why, or if an event is about zones that nobody knows.
    """
    registry = _numbered_registry()
    before = connection.total_changes
    known = {zone for (zone,) in connection.execute("SELECT zone_id FROM zone")}
    source = f"{read_pack().id} zones.csv"
    begun = {event.other_id: event.day for event in events if event.kind == "split"}
    for row in registry:
        if row["zone_id"] not in known:
            connection.execute("INSERT INTO zone VALUES (?, ?)", (row["zone_id"], source))
            since = begun.get(row["zone_id"], first_day)
            _tell_name(connection, row, (since, ""), source)
    problems = []
    for event in events:
        problems += _take_event(connection, event)
    current = current_names(connection).set_index("zone_id")
    for row in registry:
        held = current.loc[[row["zone_id"]]]
        problems += _unexplained(row, held.iloc[-1])
        _tell_corrections(connection, row, held.iloc[-1], source)
    if problems:
        raise LayerError(problems)
    return connection.total_changes > before


def _numbered_registry() -> list[dict[Any, str]]:
    """Zones of the plan in use, each with its number."""
    table = load("zone_registry")
    bare = list(table["name_zh"])
    if "zone_id" in table:
        bare = list(table.loc[table["zone_id"].isna(), "name_zh"])
    if bare:
        raise LayerError(
            Problem(
                f"zones.csv（{read_pack().id}）",
                promised="每个开发区有编号 zone_id / a number for every zone",
                found=f"{len(bare)} 个没有 / without one: {'、'.join(bare[:5])}",
                mend="加一列 zone_id，如 YN-001，以后不再改 / add the column; numbers never change",
            )
        )
    kept = table.reindex(columns=["zone_id", *_NAMED]).astype("object")
    return kept.where(kept.notna(), "").to_dict("records")


def _tell_name(
    connection: sqlite3.Connection, row: dict[Any, str], valid: tuple[str, str], source: str
) -> None:
    connection.execute(
        "INSERT INTO zone_name (zone_id, name_zh, short_zh, aliases, level, category, prefecture,"
        " valid_from, valid_to, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (row["zone_id"], *(row[column] for column in _NAMED), *valid, source),
    )


def current_names(connection: sqlite3.Connection) -> pd.DataFrame:
    """
    Names of zones as they are known today (各期名称).

    Parameters
    ----------
    connection
        The archive.

    Returns
    -------
    names
        ``zone_id``, ``name_zh``, ``short_zh``, ``aliases``, ``level``, ``category``,
        ``prefecture``, ``valid_from``, ``valid_to`` (the first day on which it no longer holds)
        and ``source``, the earliest of a zone first; an empty day is not known, or has not come.
    """
    query = (
        "SELECT zone_id, name_zh, short_zh, aliases, level, category, prefecture, valid_from,"
        " valid_to, source FROM zone_name_now ORDER BY zone_id, valid_from"
    )
    return pd.read_sql_query(query, connection, dtype="object")


def _take_event(connection: sqlite3.Connection, event: ZoneEvent) -> list[Problem]:
    """Write down an event and what it does to names; passed over where it is known."""
    found = connection.execute(
        "SELECT 1 FROM zone_lineage WHERE kind = ? AND zone_id = ? AND day = ?"
        " AND coalesce(other_id, '') = ? AND after = ?",
        (event.kind, event.zone_id, event.day, event.other_id, event.after),
    ).fetchone()
    if found:
        return []
    names = current_names(connection)
    where = f"沿革表第 {event.row} 行 / lineage, row {event.row}"
    for zone in filter(None, (event.zone_id, event.other_id)):
        if zone not in set(names["zone_id"]):
            mend = "先把该区写进 zones.csv / write the zone into zones.csv first"
            return [Problem(where, "已知的编号 / a known number", f"“{zone}”", mend)]
    own = names[names["zone_id"] == event.zone_id]
    last = own.iloc[-1]
    column = {"renamed": "name_zh", "raised": "level"}.get(event.kind, "")
    if column:
        # The registry may hold the new name already: what was known then was known too late.
        late = last[column] == event.after and len(own) == 1
        if last[column] != event.before and not late:
            promised = f"“{last[column]}”（存档所记 / as the archive knows it）"
            mend = "改原名称或级别，或补上此前的沿革 / mend it, or tell what happened before"
            return [Problem(where, promised, f"“{event.before}”", mend)]
    if last["valid_from"] and event.day <= last["valid_from"]:
        promised = f"晚于 {last['valid_from']} / after what is known already"
        mend = "沿革按日期先后登记 / tell events in the order of their days"
        return [Problem(where, promised, event.day, mend)]
    connection.execute(
        "INSERT INTO zone_lineage (kind, zone_id, other_id, day, before, after, source)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*event[:2], event.other_id or None, *event[3:7]),
    )
    row: dict[Any, Any] = last.to_dict()
    if event.kind == "split":
        return []
    old = row if not column else row | {column: event.before}
    _tell_name(connection, old, (last["valid_from"], event.day), event.source)
    if column:
        _tell_name(connection, row | {column: event.after}, (event.day, ""), event.source)
    return []


def _unexplained(row: dict[Any, str], held: pd.Series[Any]) -> Iterator[Problem]:
    """A number that stands for another name or level than before, without an event."""
    for column, word in (("name_zh", "更名 / renamed"), ("level", "升级 / raised")):
        if row[column] != held[column] and not held["valid_to"]:
            yield Problem(
                f"zones.csv {row['zone_id']} {column}",
                promised=f"“{held[column]}”（存档所记 / as the archive knows it）",
                found=f"“{row[column]}”",
                mend=f"在 --lineage 表中写一行“{word}”，注明日期和依据；写错的改回 / "
                "tell it in the table of --lineage with day and source, or mend zones.csv",
            )


def _tell_corrections(
    connection: sqlite3.Connection, row: dict[Any, str], held: pd.Series[Any], source: str
) -> None:
    """Take over what the registry tells better of a zone, such as an alias."""
    others = [column for column in _NAMED if column not in {"name_zh", "level"}]
    same_name = row["name_zh"] == held["name_zh"] and row["level"] == held["level"]
    if same_name and any(row[column] != held[column] for column in others):
        told = held.to_dict() | {column: row[column] for column in others}
        _tell_name(connection, told, (held["valid_from"], held["valid_to"]), source)


class ZoneFinder:
    """
    The zones that an archive knows, findable by every name they ever had (按名查区).

    Parameters
    ----------
    names
        As :func:`current_names` gives them.
    """

    def __init__(self, names: pd.DataFrame) -> None:
        self._names = names.reset_index(drop=True)
        table = self._names[["short_zh", "aliases"]].where(
            lambda cells: cells != "", other=None
        )  # fmt: skip
        # Each row is found by its place: two zones may have borne one name, one after the other.
        self._registry = Registry(table.assign(name_zh=self._names["name_zh"]))
        self._rows: dict[str, list[int]] = {}
        for place, name in enumerate(self._names["name_zh"]):
            self._rows.setdefault(str(name), []).append(place)

    def find_zone(self, name: str, day: str) -> str | Problem:
        """
        Find the zone that a name means on a day (查找).

        Parameters
        ----------
        name
            As results tell it.
        day
            Day of the results.

        Returns
        -------
        zone
            Its number, or what keeps it from being known, without a place.
        """
        bearers, zones = self._rows_called(name), self.zones_called(name)
        if len(zones) > 1:
            bearers = [row for row in bearers if self._holds_on(row, day)]
            zones = sorted({str(self._names.loc[row, "zone_id"]) for row in bearers})
        if len(zones) == 1 and not (ended := self._ended(zones[0], day)):
            return zones[0]
        promised = "存档认得的开发区 / a zone that the archive knows"
        if len(zones) > 1:
            found = f"“{name}”可指 / may mean {'、'.join(zones)}"
            return Problem("", promised, found, "写出全称 / write the full name")
        if len(zones) == 1:
            found = f"“{name}”（{zones[0]}）{ended} 已并入他区 / was merged into another zone"
            mend = "用当年的规划包和边界重新运行 / run it with the plan and the zones of that year"
            return Problem("", promised, found, mend)
        near = self.nearest_names(name)
        mend = "写进规划包的 zones.csv 并给编号，再以 --plan 存档 / give it a number in zones.csv"
        return Problem("", promised, f"“{name}”", ask_if_meant(near) if near else mend)

    def zones_called(self, name: str) -> list[str]:
        """
        Find the zones that go or have gone by a name, whenever that was (曾用此名者).

        Parameters
        ----------
        name
            As results or users write it.

        Returns
        -------
        zones
            Their numbers, in order; empty if there is none.
        """
        return sorted({str(self._names.loc[row, "zone_id"]) for row in self._rows_called(name)})

    def nearest_names(self, name: str) -> tuple[str, ...]:
        """
        Find the known names that are most like one that is not known (最接近的名称).

        Parameters
        ----------
        name
            As results or users write it.

        Returns
        -------
        nearest
            Names of zones; empty if none is like it.
        """
        return self._registry.suggest(name)

    def _rows_called(self, name: str) -> list[int]:
        return [row for each in self._registry.candidates(name) for row in self._rows[each]]

    def _holds_on(self, row: int, day: str) -> bool:
        since, until = self._names.loc[row, "valid_from"], self._names.loc[row, "valid_to"]
        return str(since) <= day and (not until or day < str(until))

    def _ended(self, zone: str, day: str) -> str:
        """Day on which a zone ended, if that was before the day asked for."""
        last = self._names[self._names["zone_id"] == zone].iloc[-1]
        return str(last["valid_to"]) if last["valid_to"] and last["valid_to"] <= day else ""


def resolve_zones(
    finder: ZoneFinder, names: Iterable[str], day: str, where: str
) -> tuple[dict[str, str], list[Problem]]:
    """
    Find the numbers of all zones that results name (解析开发区).

    Parameters
    ----------
    finder
        The zones that the archive knows.
    names
        Names; what is no zone is passed over.
    day
        Day of the results.
    where
        The folder, for messages.

    Returns
    -------
    zones
        Number by name.
    problems
        One for every name that cannot be resolved.
    """
    zones: dict[str, str] = {}
    problems = []
    for name in dict.fromkeys(filter(is_zone_name, names)):
        found = finder.find_zone(name, day)
        if isinstance(found, Problem):
            problems.append(Problem(where, found.promised, found.found, found.mend))
        else:
            zones[name] = found
    return zones, problems
