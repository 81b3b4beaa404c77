"""The plan's figures in every form: pages for the screen, plates and an atlas for paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from yngis.cartography.plan_figures import draw_pages
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.sources import read_sources
from yngis.cartography.spec import figure_numbers, read_spec
from yngis.cartography.user_map import own_map
from yngis.cartography.write import PAGE, check_formats, write_figures
from yngis.catalogue.io.folder import adding_to_folder
from yngis.errors import Problem, SpecError
from yngis.plan.zone_notes import zone_note_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.progress import Progress

    from yngis.cartography.print.paper import Imprint

PRINT = "print"


def draw_editions(
    figures: Sequence[int] | None = None,
    out: Path | str = "maps_out",
    formats: Sequence[str] = (PAGE,),
    *,
    spec: Path | str | Sequence[Path | str] | None = None,
    zones: Path | str | None = None,
    crs: str | None = None,
    base: Mapping[str, Sequence[str]] | None = None,
    basemap: str | None = None,
    lang: Literal["zh", "en"] | None = None,
    atlas: bool = False,
    paper: str = "A4",
    dpi: int = 300,
    imprint: Imprint | None = None,
    font: Path | str | None = None,
    relief: Path | str | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], object] | None = None,
) -> list[Path]:
    """
    Draw figures of the plan, or the map of a user's spec, in the forms asked for.

    Parameters
    ----------
    figures
        Figure numbers, all of the pack in use where None; not used with ``spec``.
    out
        Folder of the pages; plates and the atlas go into ``print`` below it.
    formats
        Of ``html``, ``png``, ``pdf`` and ``svg``.
    spec
        A user's own map in place of the figures, or several.
    zones, crs, base, basemap
        As for :func:`yngis.cartography.plan_figures.draw_maps`.
    lang
        ``zh`` or ``en`` for all of them; as each spec says where None.
    atlas
        Also write ``atlas.pdf``: cover, contents, the plates, sources.
    paper, dpi, imprint, font, relief
        As for :func:`yngis.cartography.print.draw_plates`.
    progress
        A :class:`rich.progress.Progress` to show the steps on.
    tell
        Given each line on what is odd of the user's zones; the pages and the manifest say it too.

    Returns
    -------
    paths
        The files written.

    Raises
    ------
    YngisError
        If an option, a spec or an input has faults; names all of them.
    """
    check_formats(formats)
    specs = [spec] if isinstance(spec, (str, Path)) else list(spec or ())
    _refuse_beside_specs(specs, figures=figures is not None, atlas=atlas)
    on_paper: dict[str, Any] = {
        "paper": paper,
        "dpi": dpi,
        "imprint": imprint,
        "font": font,
        "relief": relief,
    }
    sources = read_sources(None if zones is None else Path(zones), crs=crs, base=base)
    if tell is not None:
        for line in zone_note_lines(sources.zone_notes):
            tell(line)
        for both in sources.base_notes:
            tell(" / ".join(both))
    if specs:
        own = [own_map(one, sources, lang) for one in specs]
        return write_figures(own, out, formats, basemap=basemap, progress=progress, **on_paper)
    written = []
    # Pages and plates of one edition come together, or not at all.
    with adding_to_folder(out) as fresh:
        if PAGE in formats:
            written += draw_pages(
                figures,
                fresh,
                Path(out),
                sources=sources,
                basemap=basemap,
                lang=lang,
                progress=progress,
            )
        if atlas or set(formats) - {PAGE}:
            from yngis.cartography.print import draw_plates  # noqa: PLC0415 - pages need none

            wanted = figure_numbers() if figures is None else figures
            written += draw_plates(
                [prepare_figure(read_spec(one, lang), sources) for one in sorted(set(wanted))],
                fresh / PRINT,
                [kind for kind in formats if kind != PAGE],
                atlas=atlas,
                inputs=sources.checksums,
                progress=progress,
                **on_paper,
            )
    return [Path(out) / path.relative_to(fresh) for path in written]


def _refuse_beside_specs(specs: Sequence[Path | str], *, figures: bool, atlas: bool) -> None:
    """Refuse what would be passed over beside own maps, and two maps of one file name."""
    if not specs:
        return
    beside = [name for name, given in (("--figures", figures), ("--atlas", atlas)) if given]
    problems = [
        Problem(
            f"--spec, {name}",
            "其中一个 / one of them",
            "两个 / both",
            "分两次运行 / run the command twice",
        )
        for name in beside
    ]
    stems = [Path(one).stem for one in specs]
    if doubled := sorted({stem for stem in stems if stems.count(stem) > 1}):
        mend = "改文件名，图件以它命名 / rename one: the map's files take its name"
        problems.append(Problem("--spec", "不同的文件名 / different names", doubled[0], mend))
    if problems:
        raise SpecError(problems)
