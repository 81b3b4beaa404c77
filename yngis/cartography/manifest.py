"""What was drawn, from which inputs, and what changed since the edition before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from yngis import __version__
from yngis.catalogue import versions

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.cartography.prepared import PreparedFigure

LAYERS = ("counties", "prefectures", "regions", "neighbours", "zones")


class FigureRecord(BaseModel):
    """
    One figure of the manifest.

    Parameters
    ----------
    **data
        ``zones`` maps each zone drawn to its sectors, in legend order; ``inputs`` is the state of
        the inputs that it was drawn from.
    """

    model_config = ConfigDict(extra="forbid")

    number: int
    title: str
    file: str
    layers: list[str]
    zones: dict[str, list[str]]
    inputs: dict[str, str]


class Manifest(BaseModel):
    """
    The record of an edition, ``manifest.json``.

    Parameters
    ----------
    **data
        ``changes`` compares with the last edition whose inputs differed; None in a first edition.
    """

    model_config = ConfigDict(extra="forbid")

    yngis: str
    libraries: dict[str, str]
    inputs: dict[str, str]
    figures: dict[int, FigureRecord]
    changes: list[str] | None = None
    changed_figures: list[int] = []

    def text(self) -> str:
        """
        Write the manifest.

        Returns
        -------
        text
            JSON, keys in a fixed order, the same for the same edition.
        """
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=1) + "\n"


def record(figure: PreparedFigure, inputs: dict[str, str]) -> FigureRecord:
    """
    The manifest's entry of a figure.

    Parameters
    ----------
    figure
        What was drawn.
    inputs
        Checksums of the files that it was drawn from.

    Returns
    -------
    record
        Number, title, layers and zones with their sectors.
    """
    layers = [*LAYERS, *(["ports"] if figure.ports else [])]
    return FigureRecord(
        number=figure.number,
        title=figure.title,
        file=file_name(figure.number),
        layers=layers,
        zones={mark.name: [held.key for held in mark.sectors] for mark in figure.marks},
        inputs=inputs,
    )


def file_name(number: int) -> str:
    """
    File of a figure.

    Parameters
    ----------
    number
        Figure number.

    Returns
    -------
    name
        For example ``fig05.html``.
    """
    return f"fig{number:02d}.html"


def read_manifest(path: Path) -> Manifest | None:
    """
    Read the edition that lies in a folder.

    Parameters
    ----------
    path
        ``manifest.json``.

    Returns
    -------
    manifest
        None where there is none, or none of ours: then the edition counts as a first.
    """
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def next_edition(
    drawn: list[FigureRecord], inputs: dict[str, str], before: Manifest | None
) -> Manifest:
    """
    The manifest after a run.

    Parameters
    ----------
    drawn
        The figures drawn in this run.
    inputs
        Checksums of this run's inputs.
    before
        The manifest found in the folder.

    Returns
    -------
    manifest
        Figures not drawn this time are kept. Drawing again from the same inputs keeps the list of
        changes, so that two runs give the same bytes.
    """
    kept = dict(before.figures) if before else {}
    figures: dict[int, FigureRecord] = dict(
        sorted((kept | {item.number: item for item in drawn}).items())
    )
    edition = Manifest(yngis=__version__, libraries=versions(), inputs=inputs, figures=figures)
    if before is None:
        return edition
    lines, numbers = _changes(before, drawn, inputs)
    if before.inputs == inputs and not lines:
        return edition.model_copy(
            update={"changes": before.changes, "changed_figures": before.changed_figures}
        )
    return edition.model_copy(update={"changes": lines, "changed_figures": numbers})


def _changes(
    before: Manifest, drawn: list[FigureRecord], inputs: dict[str, str]
) -> tuple[list[str], list[int]]:
    names = sorted(
        name
        for name in before.inputs.keys() | inputs.keys()
        if before.inputs.get(name) != inputs.get(name)
    )
    lines = [f"输入有改动 / inputs changed：{'、'.join(names)}"] if names else []
    numbers = []
    for item in drawn:
        old = before.figures.get(item.number)
        found = _figure_changes(old, item) if old else [f"图{item.number} 新增 / new"]
        lines += found
        numbers += [item.number] if found else []
    if names and not numbers:
        lines.append("各图所画的开发区与行业没有变化 / no zone or sector changed in any figure")
    return lines, numbers


def _figure_changes(old: FigureRecord, new: FigureRecord) -> list[str]:
    lines = (
        [] if old.title == new.title else [f"图{new.number}：图名“{old.title}”改为“{new.title}”"]
    )
    for zone in sorted(old.zones.keys() | new.zones.keys()):
        was, now = old.zones.get(zone), new.zones.get(zone)
        if was == now:
            continue
        if was is None:
            lines.append(f"图{new.number}：新增 {zone}（{_words(now)}）")
        elif now is None:
            lines.append(f"图{new.number}：减少 {zone}（{_words(was)}）")
        else:
            lines.append(f"图{new.number}：{zone} 由（{_words(was)}）改为（{_words(now)}）")
    return lines


def _words(sectors: list[str] | None) -> str:
    return "、".join(sectors) if sectors else "未点名"


def stale(item: FigureRecord, inputs: dict[str, str]) -> bool:
    """
    Whether a figure in the folder was drawn from other inputs than the present ones.

    Parameters
    ----------
    item
        The figure's entry.
    inputs
        Checksums of the present inputs.

    Returns
    -------
    stale
        True if it should be drawn again.
    """
    return item.inputs != inputs
