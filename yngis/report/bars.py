"""Horizontal bars for reports (条形图): lines of a page that fit any window, escaped text only."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence


class Bar(NamedTuple):
    """
    One bar (条).

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


def bar_chart(title: str, shown: Sequence[Bar]) -> Markup:
    """
    Draw horizontal bars (条形图).

    Parameters
    ----------
    title
        What they show, for readers who do not see them.
    shown
        The bars, from top to bottom.

    Returns
    -------
    bars
        A ``<div>`` as wide as what holds it; empty where there is nothing to draw.
    """
    most = max((bar.value for bar in shown), default=0.0)
    if most <= 0.0:
        return Markup("")
    lines = "".join(_bar_line(bar, max(bar.value, 0.0) / most) for bar in shown)
    # Nothing but numbers and escaped texts went in.
    return Markup(  # noqa: S704
        f'<div class="bars" role="img" aria-label="{escape(title)}">{lines}</div>'
    )


def _bar_line(bar: Bar, share: float) -> str:
    """Name, bar and what is told of it, one beside the other."""
    return (
        f'<span class="name">{escape(bar.name)}</span><span class="bar">'
        f'<i style="width:calc((100% - 9em)*{share:.4f});background:{escape(bar.colour)}"></i>'
        f"{escape(bar.told)}</span>"
    )
