"""Maps of a report as cards (图卡): the plate in small, or a drawing of the page, and links."""

from __future__ import annotations

import base64
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from PIL import Image

from yngis.cartography.thematic import MAPS
from yngis.cartography.web.thumbnail import draw_thumbnail
from yngis.cartography.write import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import shapely

    from yngis.cartography.prepared import Entry, PreparedFigure

_KINDS: Final = ("class", "sector")
_PLATE: Final = "png"
_PLATE_WIDTH: Final = 620  # pixels: twice what a card shows
_PLATE_QUALITY: Final = 70


def map_card(
    figure: PreparedFigure,
    shapes: dict[str, shapely.Geometry],
    formats: Sequence[str],
    home: Path,
) -> Markup:
    """
    Draw the card of a map (图卡).

    Parameters
    ----------
    figure
        The map, as prepared.
    shapes
        Outlines of its regions, for the small drawing.
    formats
        What was written of it.
    home
        Folder of the report, where its plate lies.

    Returns
    -------
    card
        Picture of the plate where there is one, else a drawing of the page; it opens what it shows.
    """
    if _PLATE in formats:
        shown, drawing = _PLATE, shrink_plate(home / _file_of(figure.stem, _PLATE), figure.title)
    else:
        shown, drawing = PAGE, draw_thumbnail(figure, shapes)
    if shown in formats:
        drawing = f'<a href="{escape(_file_of(figure.stem, shown))}">{drawing}</a>'
    legend = "".join(_card_lines(figure))
    files = " · ".join(_card_links(figure.stem, formats))
    return Markup(  # noqa: S704 - every text went through escape
        f'<div class="map"><b>{escape(figure.title)}</b>{drawing}<ul>{legend}</ul>'
        f"<p>{files}</p></div>"
    )


def shrink_plate(path: Path, title: str) -> str:
    """
    Shrink a plate to the size of a card (图版缩样).

    Parameters
    ----------
    path
        The plate, PNG.
    title
        What it shows, for readers who do not see it.

    Returns
    -------
    img
        An ``<img>`` element that holds the picture itself.
    """
    with Image.open(path) as plate:
        height = round(plate.height * _PLATE_WIDTH / plate.width)
        small = plate.convert("RGB").resize((_PLATE_WIDTH, height), Image.Resampling.LANCZOS)
    held = BytesIO()
    small.save(held, "WEBP", quality=_PLATE_QUALITY, method=6)
    content = base64.b64encode(held.getvalue()).decode()
    return (
        f'<img alt="{escape(title)}" width="{_PLATE_WIDTH}" height="{height}" '
        f'src="data:image/webp;base64,{content}">'
    )


def _card_lines(figure: PreparedFigure) -> Iterator[str]:
    for group in figure.groups:
        if group.kind in _KINDS:
            yield f"<li><i></i>{escape(group.title)}</li>"
            yield from (_card_line(entry) for entry in group.entries)


def _card_line(entry: Entry) -> str:
    count = f"（{entry.count}）" if entry.count else ""
    return f'<li><i style="background:{escape(entry.colour)}"></i>{escape(entry.label)}{count}</li>'


def _card_links(stem: str, formats: Sequence[str]) -> Iterator[str]:
    for kind in formats:
        name = "网页" if kind == PAGE else kind.upper()
        yield f'<a href="{escape(_file_of(stem, kind))}">{name}</a>'


def _file_of(stem: str, kind: str) -> str:
    return f"{MAPS}/{stem}.html" if kind == PAGE else f"{MAPS}/print/{stem}.{kind}"
