"""Small bar charts as SVG (图表): numbers, colours and escaped text only."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH: Final = 900
_NAME: Final = 190
_NUMBER: Final = 130
_STEP: Final = 24


class Bar(NamedTuple):
    """
    One bar.

    Attributes
    ----------
    name
        What stands before it.
    value
        Its length.
    told
        What stands behind it.
    colour
        Its fill.
    """

    name: str
    value: float
    told: str
    colour: str


def bars(title: str, shown: Sequence[Bar], *, limit: float | None = None, mark: str = "") -> Markup:
    """
    Draw horizontal bars (条形图).

    Parameters
    ----------
    title
        What they show, for readers who do not see them.
    shown
        The bars, from top to bottom.
    limit
        Value at which a line is drawn.
    mark
        What the line is.

    Returns
    -------
    svg
        An ``<svg>`` element; empty where there is nothing to draw.
    """
    most = max([bar.value for bar in shown] + ([limit] if limit else []), default=0.0)
    if most <= 0.0:
        return Markup("")
    room = _WIDTH - _NAME - _NUMBER
    height = _STEP * len(shown) + (20 if limit else 4)
    told = escape(title)
    parts = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{told}" width="100%">']
    for number, bar in enumerate(shown):
        top = number * _STEP
        length = max(bar.value, 0.0) / most * room
        middle = top + _STEP / 2 + 4
        parts += [
            f'<text x="{_NAME - 8}" y="{middle:.1f}" text-anchor="end">{escape(bar.name)}</text>',
            f'<rect x="{_NAME}" y="{top + 4}" width="{length:.1f}" height="{_STEP - 8}" ',
            f'fill="{escape(bar.colour)}"/>',
            f'<text x="{_NAME + length + 6:.1f}" y="{middle:.1f}">{escape(bar.told)}</text>',
        ]
    if limit:
        x, bottom = _NAME + limit / most * room, _STEP * len(shown)
        parts += [
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{bottom}" ',
            'stroke="#1f2328" stroke-dasharray="4 3"/>',
            f'<text x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{escape(mark)}</text>',
        ]
    parts.append("</svg>")
    # Nothing but numbers and escaped texts went in.
    return Markup("".join(parts))  # noqa: S704
