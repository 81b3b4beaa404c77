"""Which maps of a report are drawn, and in what form (选图与出图选项)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from yngis.cartography.sources import read_sources
from yngis.cartography.thematic import MAPS, prepare_all
from yngis.cartography.web.thumbnail import region_outlines
from yngis.cartography.write import PAGE, write_figures
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError
from yngis.report.map_cards import map_card

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from markupsafe import Markup
    from rich.progress import Progress

    from yngis.cartography.sources import Sources
    from yngis.cartography.thematic import ThematicMap

ALL: Final = "all"
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class MapOptions:
    """
    Which maps to draw, and how (出图选项).

    Attributes
    ----------
    names
        Names of maps, or of the value that they show; all of them if ``("all",)``.
    formats
        Of ``html``, ``png``, ``pdf`` and ``svg``.
    on_paper
        ``paper``, ``dpi``, ``imprint``, ``font`` and ``relief`` of the plates.
    sources
        The layers drawn on, with a user's zones where there are such; the shipped ones if None.
    progress
        A progress bar to show the steps on.
    """

    names: tuple[str, ...] = (ALL,)
    formats: tuple[str, ...] = ("html", "png")
    on_paper: dict[str, Any] = field(default_factory=dict)
    sources: Sources | None = None
    progress: Progress | None = None


def mark_with_label(drawn: ThematicMap, label: str, source: str) -> ThematicMap:
    """
    Say on a map what has to stand on everything, and where the figures come from (标注).

    Parameters
    ----------
    drawn
        The map.
    label
        Such as that the data are made up: its first words follow the title; nothing if empty.
    source
        Where the figures come from.

    Returns
    -------
    drawn
        With both.
    """
    told: dict[str, object] = {"source": source}
    if label:
        short = label.split("，", maxsplit=1)[0]
        told |= {"title": f"{drawn.title}（{short}）", "notes": (label, *drawn.notes)}
    return drawn.model_copy(update=told)


def choose_maps(
    maps: Sequence[ThematicMap], wanted: Sequence[str], known: Sequence[str]
) -> list[ThematicMap]:
    """
    Keep the maps that are asked for (选图).

    Parameters
    ----------
    maps
        All maps that have values; a name is ``VALUE_zones``, ``VALUE_prefectures`` or other.
    wanted
        Whole names, or the part before ``_zones``; ``all`` or ``none``.
    known
        Values that a map could show if there were any.

    Returns
    -------
    maps
        In their order; a value that is known but has no figures gives none.

    Raises
    ------
    SpecError
        If a name is unknown; the nearest is named.
    """
    if NONE in wanted:
        return []
    if ALL in wanted:
        return list(maps)
    names = dict.fromkeys(
        [*(shown for drawn in maps for shown in _split_map_name(drawn.name)), *known]
    )
    wrong = [name for name in wanted if name not in names]
    if wrong:
        raise SpecError(
            Problem("--maps", "图名 / names of maps", name, did_you_mean(name, list(names)))
            for name in wrong
        )
    return [drawn for drawn in maps if set(_split_map_name(drawn.name)) & set(wanted)]


def _split_map_name(name: str) -> tuple[str, ...]:
    """Split the whole name from the value that the map shows."""
    value, _, last = name.rpartition("_")
    return (name, value) if last in {"zones", "prefectures", "regions"} else (name,)


def draw_report_maps(
    maps: Sequence[ThematicMap], home: Path, options: MapOptions
) -> tuple[Markup, ...]:
    """
    Write the maps of a report, and draw their cards (出图与图卡).

    Parameters
    ----------
    maps
        The maps chosen.
    home
        Folder of the report.
    options
        How they are drawn.

    Returns
    -------
    cards
        For the report page, in the order of the maps.
    """
    plates = [kind for kind in options.formats if kind != PAGE]
    # Panels stand side by side on paper only: on a page they would be the map once more.
    shown = [drawn for drawn in maps if plates or not drawn.panels]
    if not shown:
        return ()
    ground = options.sources or read_sources()
    figures = prepare_all(shown, ground)
    shapes = region_outlines(ground.layers["regions"])
    kinds = [tuple(plates) if figure.panels else options.formats for figure in figures]
    if PAGE in options.formats:
        pages = [figure for figure in figures if not figure.panels]
        write_figures(pages, home / MAPS, (PAGE,), progress=options.progress)
    if plates:
        write_figures(figures, home / MAPS, plates, progress=options.progress, **options.on_paper)
    return tuple(
        map_card(figure, shapes, own, home) for figure, own in zip(figures, kinds, strict=True)
    )
