"""A user's map written as a page and as plates (自定义出图)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yngis.cartography.web.figure_map import FigureMap
from yngis.catalogue import write_text
from yngis.catalogue.io.folder import adding_to_folder
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress

    from yngis.cartography.prepared import PreparedFigure

PAGE: Final = "html"
_FORMATS: Final = (PAGE, "png", "pdf", "svg")
_PRINT: Final = "print"


def check_formats(formats: Sequence[str]) -> None:
    """
    Refuse a form that nothing can be drawn in, before anything is drawn.

    Parameters
    ----------
    formats
        As the user names them.

    Raises
    ------
    SpecError
        If one is none of ``html``, ``png``, ``pdf`` and ``svg``, or none is named.
    """
    wrong = [kind for kind in formats if kind not in _FORMATS] or ([] if formats else [""])
    if wrong:
        raise SpecError(
            Problem(
                "--format", ", ".join(_FORMATS), kind or "空 / empty", did_you_mean(kind, _FORMATS)
            )
            for kind in wrong
        )


def check_print(
    formats: Sequence[str],
    *,
    paper: str = "A4",
    dpi: int = 300,
    **_on_paper: Any,  # noqa: ANN401 - those of draw_plates
) -> None:
    """
    Refuse a form, a sheet or a resolution that nothing can be drawn in, before long work begins.

    Parameters
    ----------
    formats, paper, dpi
        As for :func:`write_figures`.
    **_on_paper
        Judged when it is used.

    Raises
    ------
    SpecError
        If one of them is wrong.
    """
    from yngis.cartography.print.write_plates import checked_paper  # noqa: PLC0415 - pages need none

    check_formats(formats)
    checked_paper(paper, [kind for kind in formats if kind != PAGE], dpi)


def write_figures(
    figures: Sequence[PreparedFigure],
    out: Path | str,
    formats: Sequence[str] = (PAGE,),
    *,
    basemap: str | None = None,
    progress: Progress | None = None,
    **on_paper: Any,  # noqa: ANN401 - those of draw_plates
) -> list[Path]:
    """
    Write prepared figures as pages and as plates.

    Parameters
    ----------
    figures
        Each with a ``stem``, which names its files.
    out
        Folder; pages are put there, plates into ``print`` below it, all of them or none.
    formats
        Of ``html``, ``png``, ``pdf`` and ``svg``.
    basemap
        As for :func:`yngis.cartography.plan_figures.draw_maps`.
    progress
        A :class:`rich.progress.Progress` to show the steps on.
    **on_paper
        ``paper``, ``dpi``, ``imprint``, ``font`` and ``relief`` as for
        :func:`yngis.cartography.print.draw_plates`.

    Returns
    -------
    paths
        The files written: pages, then plates.

    Raises
    ------
    YngisError
        If an option has faults.
    """
    check_formats(formats)
    written = []
    with adding_to_folder(out) as fresh:
        if PAGE in formats:
            for figure in figures:
                page = FigureMap(figure, basemap=basemap).html()
                written.append(write_text(fresh / f"{figure.stem}.html", page))
        if plates := [kind for kind in formats if kind != PAGE]:
            from yngis.cartography.print import draw_plates  # noqa: PLC0415 - pages need none

            written += draw_plates(figures, fresh / _PRINT, plates, progress=progress, **on_paper)
    return [Path(out) / path.relative_to(fresh) for path in written]
