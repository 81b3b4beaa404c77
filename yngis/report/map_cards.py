"""Maps of a report as cards (图卡): a small drawing, its legend, and links to page and plates."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from yngis.cartography.thematic import MAPS
from yngis.cartography.web.thumbnail import draw_thumbnail
from yngis.cartography.write import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import shapely

    from yngis.cartography.prepared import Entry, PreparedFigure

_KINDS: Final = ("class", "sector")


def map_card(
    figure: PreparedFigure, shapes: dict[str, shapely.Geometry], formats: Sequence[str]
) -> Markup:
    """Draw the card of a thematic map (图卡)."""
    link = f"{MAPS}/{figure.stem}.html" if PAGE in formats else ""
    drawing = draw_thumbnail(figure, shapes)
    if link:
        drawing = f'<a href="{escape(link)}">{drawing}</a>'
    legend = "".join(_card_lines(figure))
    files = " · ".join(_card_links(figure.stem, formats))
    return Markup(  # noqa: S704 - every text went through escape
        f'<div class="map"><b>{escape(figure.title)}</b>{drawing}<ul>{legend}</ul>'
        f"<p>{files}</p></div>"
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
        where = f"{MAPS}/{stem}.html" if kind == PAGE else f"{MAPS}/print/{stem}.{kind}"
        name = "网页" if kind == PAGE else kind.upper()
        yield f'<a href="{escape(where)}">{name}</a>'
