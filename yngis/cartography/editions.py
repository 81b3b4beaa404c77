"""The plan's figures in every form: pages for the screen, plates and an atlas for paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from yngis.cartography.plan_figures import draw_pages
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.sources import read_sources
from yngis.cartography.spec import FIGURES, read_spec
from yngis.cartography.write import PAGE, check_formats, draw_own_map
from yngis.catalogue.io.folder import adding_to_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress

    from yngis.cartography.print.paper import Imprint

PRINT = "print"


def draw_editions(
    figures: Sequence[int] = FIGURES,
    out: Path | str = "maps_out",
    formats: Sequence[str] = (PAGE,),
    *,
    spec: Path | str | None = None,
    zones: Path | str | None = None,
    crs: str | None = None,
    basemap: str | None = None,
    atlas: bool = False,
    paper: str = "A4",
    dpi: int = 300,
    imprint: Imprint | None = None,
    font: Path | str | None = None,
    relief: Path | str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """
    Draw figures of the plan, or the map of a user's spec, in the forms asked for.

    Parameters
    ----------
    figures
        Figure numbers, 1 to 11; not used with ``spec``.
    out
        Folder of the pages; plates and the atlas go into ``print`` below it.
    formats
        Of ``html``, ``png``, ``pdf`` and ``svg``.
    spec
        A user's own map in place of the figures.
    zones, crs, basemap
        As for :func:`yngis.cartography.plan_figures.draw_maps`.
    atlas
        Also write ``atlas.pdf``: cover, contents, the plates, sources.
    paper, dpi, imprint, font, relief
        As for :func:`yngis.cartography.print.draw_plates`.
    progress
        A :class:`rich.progress.Progress` to show the steps on.

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
    on_paper: dict[str, Any] = {
        "paper": paper,
        "dpi": dpi,
        "imprint": imprint,
        "font": font,
        "relief": relief,
    }
    if spec is not None:
        return draw_own_map(
            spec, out, formats, zones=zones, crs=crs, basemap=basemap, progress=progress, **on_paper
        )
    written = []
    # Pages and plates of one edition come together, or not at all.
    with adding_to_folder(out) as fresh:
        if PAGE in formats:
            written += draw_pages(
                figures, fresh, Path(out), zones=zones, crs=crs, basemap=basemap, progress=progress
            )
        if atlas or set(formats) - {PAGE}:
            from yngis.cartography.print import draw_plates  # noqa: PLC0415 - pages need none

            sources = read_sources(Path(zones) if zones is not None else None, crs=crs)
            written += draw_plates(
                [prepare_figure(read_spec(number), sources) for number in sorted(set(figures))],
                fresh / PRINT,
                [kind for kind in formats if kind != PAGE],
                atlas=atlas,
                inputs=sources.checksums,
                progress=progress,
                **on_paper,
            )
    return [Path(out) / path.relative_to(fresh) for path in written]
