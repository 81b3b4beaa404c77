"""What was drawn, from which inputs, and what changed since the edition before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from yngis import __version__
from yngis.catalogue import library_versions, read_pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from yngis.cartography.prepared import PreparedFigure
    from yngis.plan.registry import Registry
    from yngis.plan.zone_notes import ZoneNote

LAYERS = ("counties", "prefectures", "regions", "neighbours", "zones")


class FigureRecord(BaseModel):
    """
    One figure of the manifest.

    Parameters
    ----------
    **data
        ``zones`` maps each zone drawn to its sectors, in legend order; ``levels`` to its level;
        ``roles`` to its roles by sector, none in an older record; ``inputs`` is the state of
        the inputs that it was drawn from; ``changes`` compares with the last edition of the figure
        whose inputs differed, in the files ``new_inputs``; None in a first edition.
    """

    model_config = ConfigDict(extra="forbid")

    number: int
    title: str
    file: str
    layers: list[str]
    zones: dict[str, list[str]]
    inputs: dict[str, str]
    levels: dict[str, str] = {}
    roles: dict[str, dict[str, list[str]]] = {}
    changes: list[str] | None = None
    new_inputs: list[str] = []


class Manifest(BaseModel):
    """
    The record of an edition, ``manifest.json``.

    Parameters
    ----------
    **data
        ``figures`` by number; ``inputs`` as they are now; ``plan``, the pack they rest on;
        ``zone_notes``, doubts about the user's zones of this run.
    """

    model_config = ConfigDict(extra="forbid")

    yngis: str
    plan: str = ""
    libraries: dict[str, str]
    inputs: dict[str, str]
    figures: dict[int, FigureRecord]
    zone_notes: list[dict[str, Any]] = []

    def changes(self) -> list[str] | None:
        """What changed since the edition before, in words."""
        compared = [item for item in self.figures.values() if item.changes is not None]
        if not compared:
            return None
        names = sorted({name for item in compared for name in item.new_inputs})
        lines = [f"输入有改动 / inputs changed：{'、'.join(names)}"] if names else []
        found = [line for item in compared for line in item.changes or []]
        return lines + (
            found or ["各图所画的开发区与行业没有变化 / no zone or sector changed in any figure"]
        )

    def text(self) -> str:
        """Write the manifest."""
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=1) + "\n"


def figure_record(figure: PreparedFigure, inputs: dict[str, str]) -> FigureRecord:
    """The manifest's entry of a figure."""
    layers = [*LAYERS, *(["ports"] if figure.ports else [])]
    return FigureRecord(
        number=figure.number,
        title=figure.title,
        file=file_name(figure.number),
        layers=layers,
        zones={mark.name: [held.key for held in mark.sectors] for mark in figure.marks},
        levels={mark.name: mark.level for mark in figure.marks},
        roles={
            mark.name: {held.key: [role for role, _ in held.roles if role] for held in mark.sectors}
            for mark in figure.marks
        },
        inputs=inputs,
    )


def file_name(number: int) -> str:
    """File of a figure."""
    return f"fig{number:02d}.html"


def read_manifest(path: Path) -> Manifest | None:
    """Read the edition that lies in a folder."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def next_edition(
    drawn: list[FigureRecord],
    inputs: dict[str, str],
    before: Manifest | None,
    zone_notes: Sequence[ZoneNote] = (),
    registry: Registry | None = None,
) -> Manifest:
    """The manifest after a run; zones that the registry knows by an alias were renamed."""
    figures = dict(before.figures) if before else {}
    for item in drawn:
        figures[item.number] = _compare_records(figures.get(item.number), item, registry)
    return Manifest(
        yngis=__version__,
        plan=read_pack().name,
        libraries=library_versions(),
        inputs=inputs,
        figures=dict(sorted(figures.items())),
        zone_notes=[note.record() for note in zone_notes],
    )


def _compare_records(
    old: FigureRecord | None, new: FigureRecord, registry: Registry | None
) -> FigureRecord:
    if old is None:
        return new
    changes = _figure_changes(old, new, _renamed_zones(old, new, registry))
    if old.inputs == new.inputs and not changes:
        return new.model_copy(update={"changes": old.changes, "new_inputs": old.new_inputs})
    names = old.inputs.keys() | new.inputs.keys()
    differ = sorted(name for name in names if old.inputs.get(name) != new.inputs.get(name))
    return new.model_copy(update={"changes": changes, "new_inputs": differ})


def _renamed_zones(
    old: FigureRecord, new: FigureRecord, registry: Registry | None
) -> dict[str, str]:
    """Earlier name by the later one, of zones drawn then under a name that is now an alias."""
    if registry is None:
        return {}
    gone = sorted(old.zones.keys() - new.zones.keys())
    heirs = {was: registry.find(was) for was in gone}
    fresh = new.zones.keys() - old.zones.keys()
    # Two that go on as one were merged, not renamed: they are told as they were.
    once = [now for now in heirs.values() if now in fresh]
    return {now: was for was, now in heirs.items() if now in fresh and once.count(now) == 1}


def _figure_changes(old: FigureRecord, new: FigureRecord, renamed: dict[str, str]) -> list[str]:
    lines = (
        [] if old.title == new.title else [f"图{new.number}：图名“{old.title}”改为“{new.title}”"]
    )
    for zone in sorted((old.zones.keys() | new.zones.keys()) - set(renamed.values())):
        before = renamed.get(zone, zone)
        if before != zone:
            lines.append(f"图{new.number}：{before} 更名为 {zone}")
        lines += _status_changes(old, new, before, zone)
        was, now = old.zones.get(before), new.zones.get(zone)
        if was == now:
            continue
        if was is None:
            lines.append(f"图{new.number}：新增 {zone}（{_sector_words(now)}）")
        elif now is None:
            lines.append(f"图{new.number}：减少 {zone}（{_sector_words(was)}）")
        else:
            lines.append(
                f"图{new.number}：{zone} 由（{_sector_words(was)}）改为（{_sector_words(now)}）"
            )
    return lines


def _status_changes(old: FigureRecord, new: FigureRecord, before: str, zone: str) -> list[str]:
    """Changes of a zone's level and of its roles in sectors that it keeps."""
    lines = []
    was, now = old.levels.get(before), new.levels.get(zone)
    if was and now and was != now:
        lines.append(f"图{new.number}：{zone} 级别由 {was} 改为 {now}")
    had, has = old.roles.get(before, {}), new.roles.get(zone, {})
    lines += [
        f"图{new.number}：{zone} 在{key}的环节由（{_role_words(had[key])}）"
        f"改为（{_role_words(has[key])}）"
        for key in sorted(had.keys() & has.keys())
        if had[key] != has[key]
    ]
    return lines


def _role_words(roles: list[str]) -> str:
    return "；".join(roles) if roles else "未写明"


def _sector_words(sectors: list[str] | None) -> str:
    return "、".join(sectors) if sectors else "未列入"


def is_stale(item: FigureRecord, inputs: dict[str, str]) -> bool:
    """Whether a figure in the folder was drawn from other inputs than the present ones."""
    return item.inputs != inputs
