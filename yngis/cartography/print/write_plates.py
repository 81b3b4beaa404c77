"""Drawing an edition (出图): every figure in every format, and the atlas."""

from __future__ import annotations

import io
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yngis import __version__
from yngis.cartography.print.atlas_pdf import Atlas
from yngis.cartography.print.lettering.fonts import Typeface, make_typeface
from yngis.cartography.print.lettering.words import texts_of
from yngis.cartography.print.paper import Imprint, Paper, read_paper
from yngis.cartography.print.placing.viewports import georeference_plate
from yngis.cartography.print.plate import draw_plate
from yngis.cartography.print.relief import Relief
from yngis.catalogue.io.folder import adding_to_folder
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.pack import read_pack
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.progress import Progress

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas

FORMATS: Final = ("png", "pdf", "svg")
"""Formats that a plate can be written in."""

ATLAS: Final = "atlas.pdf"
_DPI: Final = (72, 1200)
_SETTINGS: Final[dict[str, Any]] = {
    "pdf.fonttype": 42,  # TrueType, so that text can be found and copied
    "svg.fonttype": "path",  # a browser may have no Chinese font
    "svg.hashsalt": "yngis",
    "text.hinting": "none",
    "path.simplify": False,
}


def draw_plates(
    figures: Sequence[PreparedFigure],
    out: Path | str,
    formats: Sequence[str] = ("png", "pdf"),
    *,
    paper: str = "A4",
    dpi: int = 300,
    imprint: Imprint | None = None,
    font: Path | str | None = None,
    relief: Path | str | None = None,
    atlas: bool = False,
    inputs: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """
    Draw prepared figures for print.

    Parameters
    ----------
    figures
        What to draw.
    out
        Folder; made if missing. All files are drawn beside it first, then put in together.
    formats
        Of ``png``, ``pdf`` and ``svg``.
    paper
        ``A4``, ``A3``, or a size such as ``16x9cm``: pictures for a text or for slides.
    dpi
        Pixels per inch of PNG, 72 to 1200.
    imprint
        审图号, 密级, 制图单位 and 制图日期.
    font
        A Chinese font file; the best open one on the machine where None.
    relief
        An elevation model to shade the maps with; none where None.
    atlas
        Also write ``atlas.pdf``: cover, contents, all plates, sources.
    inputs
        Checksums of the files drawn from, for the atlas's source page.
    progress
        A :class:`rich.progress.Progress` to show the steps on.

    Returns
    -------
    paths
        The files written, the atlas last.

    Raises
    ------
    YngisError
        If an option is wrong, there is no usable font, or a figure cannot be laid out.
    """
    sheet = checked_paper(paper, formats, dpi)
    if atlas and sheet.sized:
        raise SpecError(
            Problem("--atlas", "A4 | A3", sheet.name, "图册不用 --size / an atlas has no --size")
        )
    imprint = imprint or Imprint()
    face = _plate_typeface(figures, imprint, font)
    shade = Relief(Path(relief)) if relief is not None else None
    book = Atlas(sheet, face, imprint, list(figures), dict(inputs or {})) if atlas else None
    step = progress.add_task("图版 / plates", total=len(figures) + atlas) if progress else None
    written = []
    with adding_to_folder(out) as fresh:
        for figure in figures:
            if progress and step is not None:
                progress.update(step, description=f"{_plate_name(figure)} {figure.title}")
            canvas, layout = draw_plate(figure, sheet, face, imprint, shade)
            for kind in dict.fromkeys([*formats, *(["pdf"] if book else [])]):
                content = render_sheet(canvas, kind, dpi=dpi, title=figure.title, unit=imprint.unit)
                content = georeference_plate(content, layout) if kind == "pdf" else content
                if book and kind == "pdf":
                    book.add(content, canvas.paper)
                if kind in formats:
                    written.append(fresh / f"{_plate_name(figure)}.{kind}")
                    written[-1].write_bytes(content)
            if progress and step is not None:
                progress.advance(step)
        if book:
            plan = read_pack().title_zh
            written.append(fresh / ATLAS)
            book.write(
                written[-1],
                lambda page: render_sheet(page, "pdf", dpi=dpi, title=plan, unit=imprint.unit),
            )
            if progress and step is not None:
                progress.update(step, advance=1, description=ATLAS)
    return [Path(out) / path.name for path in written]


def draw_atlas(
    figures: Sequence[PreparedFigure],
    out: Path | str,
    *,
    paper: str = "A4",
    imprint: Imprint | None = None,
    font: Path | str | None = None,
    relief: Path | str | None = None,
    inputs: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """
    Draw ``atlas.pdf`` alone: cover, contents, the plates, sources.

    Parameters
    ----------
    figures
        The plates, in order.
    out
        Folder; made if missing.
    paper, imprint, font, relief, inputs, progress
        As for :func:`draw_plates`.

    Returns
    -------
    path
        The atlas.

    Raises
    ------
    YngisError
        As :func:`draw_plates`.
    """
    return draw_plates(
        figures,
        out,
        (),
        paper=paper,
        imprint=imprint,
        font=font,
        relief=relief,
        atlas=True,
        inputs=inputs,
        progress=progress,
    )[-1]


def render_sheet(canvas: Canvas, kind: str, *, dpi: int, title: str, unit: str = "") -> bytes:
    """Write a sheet in a format; the same sheet gives the same bytes."""
    described: dict[str, Any] = {"Title": title}
    if kind == "pdf":
        described |= {
            "Creator": f"yngis {__version__}",
            "CreationDate": None,
            "Author": unit or None,
        }
    elif kind == "svg":
        described |= {"Creator": f"yngis {__version__}", "Date": None}
    else:
        described |= {"Software": f"yngis {__version__}"}
    with io.BytesIO() as file, _sheet_settings():
        canvas.figure.savefig(file, format=kind, dpi=dpi, metadata=described)
        return file.getvalue()


@contextmanager
def open_sheets(path: Path, title: str) -> Iterator[Callable[[Canvas], None]]:
    """
    Write many sheets into one PDF, each as it is drawn (多页 PDF).

    Parameters
    ----------
    path
        File to write.
    title
        Title of the document.

    Yields
    ------
    add
        Takes the next sheet; the same sheets give the same bytes.
    """
    from matplotlib.backends.backend_pdf import PdfPages  # noqa: PLC0415

    described = {"Title": title, "Creator": f"yngis {__version__}", "CreationDate": None}
    with _sheet_settings(), PdfPages(path, metadata=described) as pages:

        def add(canvas: Canvas) -> None:
            pages.savefig(canvas.figure)

        yield add


@contextmanager
def _sheet_settings() -> Iterator[None]:
    import matplotlib as mpl  # noqa: PLC0415

    with mpl.rc_context(_SETTINGS):  # type: ignore[arg-type] # keys known to be settings
        yield


def _plate_typeface(
    figures: Sequence[PreparedFigure], imprint: Imprint, font: Path | str | None
) -> Typeface:
    texts = [*texts_of(figures), *imprint.lines(), imprint.secrecy]
    return make_typeface(texts, Path(font) if font is not None else None)


def _plate_name(figure: PreparedFigure) -> str:
    return f"fig{figure.number:02d}" if figure.number else figure.stem


def checked_paper(paper: str, formats: Sequence[str], dpi: int) -> Paper:
    """
    Judge the options of an edition, all faults at once; for long work, before it begins.

    Parameters
    ----------
    paper, formats, dpi
        As for :func:`draw_plates`.

    Returns
    -------
    sheet
        The paper.

    Raises
    ------
    SpecError
        If one of them is wrong; names all faults.
    """
    problems: list[Problem] = []
    sheet = None
    try:
        sheet = read_paper(paper)
    except SpecError as error:
        problems += error.problems
    problems += [
        Problem("--format", "png,pdf,svg", kind, did_you_mean(kind, FORMATS))
        for kind in formats
        if kind not in FORMATS
    ]
    low, high = _DPI
    if not low <= dpi <= high:
        problems.append(Problem("--dpi", f"{low}–{high}", str(dpi), "印刷用 300 / 300 for print"))
    if problems or sheet is None:
        raise SpecError(problems)
    return sheet
