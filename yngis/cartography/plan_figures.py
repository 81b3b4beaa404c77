"""All figures of the plan, drawn into a folder."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Literal

from jinja2 import Environment
from markupsafe import Markup

from yngis.cartography.layers.base_geometry import layers_key
from yngis.cartography.manifest import (
    figure_record,
    file_name,
    is_stale,
    next_edition,
    read_manifest,
)
from yngis.cartography.names.change_lines import change_in_english
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.sources import Sources, read_sources
from yngis.cartography.spec import figure_numbers, read_spec
from yngis.cartography.web.figure_map import FigureMap
from yngis.cartography.web.thumbnail import draw_thumbnail, region_outlines
from yngis.catalogue import read_pack, write_text
from yngis.catalogue.io.folder import adding_to_folder
from yngis.catalogue.io.output.write import replacing_file
from yngis.errors import Problem, SpecError
from yngis.plan.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.progress import Progress

    from yngis.cartography.manifest import Manifest
    from yngis.cartography.prepared import PreparedFigure


_PRINT_DPI: Final = 300
_LENGTH: Final = re.compile(r"\d+(?:\.\d+)?(?:px|%|vh|vw|em|rem)")


def draw_maps(
    figures: Sequence[int] | None = None,
    out: Path | str = "maps_out",
    *,
    zones: Path | str | None = None,
    crs: str | None = None,
    base: Mapping[str, Sequence[str]] | None = None,
    basemap: str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """
    Draw figures of the plan as pages that need no network, with their index and manifest.

    Parameters
    ----------
    figures
        Figure numbers; all that the pack in use has where None.
    out
        Folder; made if missing. All files are drawn beside it first, then put in together; other
        files in it stay.
    zones
        A file of zone polygons that replace the schematic ones, matched by name or alias; parts of
        a zone are united, and zones that the plan does not have are drawn beside its own.
    crs
        CRS of ``zones`` and of files of ``base`` that declare none.
    base
        The user's lakes, rivers, roads, railways and seats (底图要素): files by key, each ``FILE``
        or ``FILE#LAYER``; they take the place of shipped ones of the same name or place.
    basemap
        ``tianditu`` or ``osm``; none by default.
    progress
        A :class:`rich.progress.Progress` to show the figures on.

    Returns
    -------
    paths
        The files written, the index and the manifest last.

    Raises
    ------
    YngisError
        If a figure does not exist, or an input has faults.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in draw_maps([5], folder)]
    ['fig05.html', 'index.html', 'manifest.json']
    """
    with adding_to_folder(out) as fresh:
        written = draw_pages(
            figures,
            fresh,
            Path(out),
            sources=read_sources(None if zones is None else Path(zones), crs=crs, base=base),
            basemap=basemap,
            progress=progress,
        )
    return [Path(out) / path.name for path in written]


def draw_pages(
    figures: Sequence[int] | None,
    folder: Path,
    earlier: Path,
    *,
    sources: Sources,
    basemap: str | None = None,
    lang: Literal["zh", "en"] | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Draw figures of the plan as pages into one folder, as the next edition of another."""
    wanted = figure_numbers() if figures is None else figures
    specs = [read_spec(number, lang) for number in sorted(set(wanted))]
    table = sources.plan.figures
    titles = dict(zip(table["figure"], table["title_zh"], strict=True))
    before = read_manifest(earlier / "manifest.json")
    written, records = [], []
    drawn: dict[int, PreparedFigure] = {}
    task = progress.add_task("", total=len(specs)) if progress else None
    for spec in specs:
        if progress and task is not None:
            progress.update(task, description=f"图{spec.figure} {titles[spec.figure]}")
        drawn[spec.figure] = prepared = prepare_figure(spec, sources)
        page = FigureMap(prepared, nav=_figure_links(spec.figure, titles), basemap=basemap).html()
        written.append(write_text(folder / file_name(spec.figure), page))
        # The record is in one language, or another language would look like another edition.
        records.append(figure_record(prepared.in_chinese or prepared, sources.checksums))
        if progress and task is not None:
            progress.advance(task)
    edition = next_edition(
        records, sources.checksums, before, sources.zone_notes, Registry(sources.plan.zone_registry)
    )
    written.append(write_text(folder / "index.html", _render_index(edition, drawn, sources)))
    written.append(write_text(folder / "manifest.json", edition.text()))
    return written


class PlanFigure(FigureMap):
    """A figure of the plan as a map in a notebook, which can be printed too."""

    def to_png(self, path: Path | str | None = None, *, dpi: int = 300) -> bytes | Path:
        """
        Draw the figure as a plate for print (图版).

        Parameters
        ----------
        path
            File to write; the picture itself is returned where None.
        dpi
            Pixels per inch, 72 to 1200.

        Returns
        -------
        picture
            The bytes of the PNG, or the file written.

        Raises
        ------
        YngisError
            If there is no usable Chinese font, or an option is wrong.
        """
        return self._plate("png", path, dpi)

    def to_pdf(self, path: Path | str | None = None) -> bytes | Path:
        """
        Draw the figure as a plate for print (图版).

        Parameters
        ----------
        path
            File to write; the document itself is returned where None.

        Returns
        -------
        document
            The bytes of the PDF, or the file written.

        Raises
        ------
        YngisError
            If there is no usable Chinese font.
        """
        return self._plate("pdf", path, _PRINT_DPI)

    def _plate(self, kind: str, path: Path | str | None, dpi: int) -> bytes | Path:
        from yngis.cartography.print import draw_plates  # noqa: PLC0415 - matplotlib takes a second

        with TemporaryDirectory() as scratch:
            (drawn,) = draw_plates([self.figure], scratch, [kind], dpi=dpi)
            content = drawn.read_bytes()
        if path is None:
            return content
        with replacing_file(path) as temporary:
            temporary.write_bytes(content)
        return Path(path)


def figure(
    number: int,
    *,
    zones: Path | str | None = None,
    crs: str | None = None,
    base: Mapping[str, Sequence[str]] | None = None,
    lang: Literal["zh", "en"] | None = None,
    legend: Literal["open", "folded"] = "open",
    width: str | int = "100%",
    height: str | int = 640,
) -> PlanFigure:
    """
    One figure of the plan as a Folium map; in Jupyter it shows itself.

    Parameters
    ----------
    number
        Figure number.
    zones
        A file of zone polygons that replace the schematic ones.
    crs
        CRS of ``zones`` and of files of ``base`` that declare none.
    base
        As for :func:`draw_maps`.
    lang
        ``zh`` or ``en``; as the figure's spec says if None.
    legend
        ``open``, or ``folded`` into its title.
    width, height
        Of the map in a notebook: pixels, or a CSS length such as ``"80%"``.

    Returns
    -------
    map
        The map; tables are read afresh at each call, so an edit shows at once. ``to_png`` and
        ``to_pdf`` draw the same figure as a plate.

    Raises
    ------
    YngisError
        If there is no such figure, an option is not one of these, or an input has faults.

    Examples
    --------
    >>> figure(5).figure.title
    '新材料产业布局图'
    """
    size = _checked_look(lang, legend, width, height)
    sources = read_sources(Path(zones) if zones is not None else None, crs=crs, base=base)
    return PlanFigure(prepare_figure(read_spec(number, lang), sources), legend=legend, size=size)


def _checked_look(
    lang: str | None, legend: str, width: str | int, height: str | int
) -> tuple[str, str]:
    """Judge how a figure is to look in a notebook, all faults at once; its size as CSS lengths."""
    sizes = [f"{side}px" if isinstance(side, int) else side for side in (width, height)]
    asked = (
        ("lang", lang in (None, "zh", "en"), "zh | en", lang),
        ("legend", legend in ("open", "folded"), "open | folded", legend),
        ("width", _LENGTH.fullmatch(sizes[0]), "800, “800px”, “80%”", width),
        ("height", _LENGTH.fullmatch(sizes[1]), "640, “640px”, “80vh”", height),
    )
    faults = [
        Problem(f"figure(…, {name}=)", known, repr(found), "改为其中之一 / use one of these")
        for name, fits, known, found in asked
        if not fits
    ]
    if faults:
        raise SpecError(faults)
    return sizes[0], sizes[1]


def _figure_links(number: int, titles: dict[int, str]) -> dict[str, Any]:
    known = [other for other in figure_numbers() if other in titles]
    at = known.index(number)

    def link(place: int) -> dict[str, str] | None:
        if not 0 <= place < len(known):
            return None
        other = known[place]
        return {"file": file_name(other), "title": f"图{other} {titles[other]}"}

    figures = {other: link(place) for place, other in enumerate(known)}
    return {
        "index": "index.html",
        "previous": link(at - 1),
        "next": link(at + 1),
        "figures": figures,
    }


def _render_index(edition: Manifest, drawn: dict[int, PreparedFigure], sources: Sources) -> str:
    template = files("yngis.cartography.web").joinpath("index.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True)
    outlines: dict[str, dict[str, Any]] = {}  # one set for all figures of the same regions
    cards: list[dict[str, Any]] = []
    notes: tuple[str, ...] = ()
    english: dict[str, str] = {}
    for item in edition.figures.values():
        shown = drawn.get(item.number) or prepare_figure(read_spec(item.number), sources)
        prepared = shown if shown.in_chinese is None else shown.in_chinese
        english |= prepared.english
        regions = prepared.base["regions"]
        key = layers_key(regions)
        if key not in outlines:
            outlines[key] = region_outlines(regions)
        shapes = outlines[key]
        own = (note for note in prepared.notes[1:] if note.startswith("自有范围"))
        notes = (*prepared.notes[:1], *own, *prepared.credits)
        named = sum(bool(sectors) for sectors in item.zones.values())
        cards.append(
            {
                "number": item.number,
                "title": item.title,
                "title_en": prepared.title_en or prepared.english.get(prepared.title, ""),
                "file": item.file,
                "thumbnail": Markup(draw_thumbnail(prepared, shapes)),  # noqa: S704 - numbers and colours only
                "named": named,
                "others": len(item.zones) - named,
                "others_told": prepared.others_told[1],
                "others_told_en": prepared.english.get(prepared.others_told[1], ""),
                "stale": is_stale(item, edition.inputs),
                "changed": bool(item.changes),
            }
        )
    return environment.from_string(template).render(
        plan=read_pack().title_zh,
        plan_en=read_pack().title_en,
        cards=cards,
        changes=_both_languages(edition.changes() or (), english),
        notes=[(line, english.get(line, line)) for line in notes],
    )


def _both_languages(lines: Iterable[str], english: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(line, change_in_english(line, english)) for line in lines]
