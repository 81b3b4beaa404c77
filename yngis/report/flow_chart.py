"""Flows between years as ribbons (流向图), for reports: numbers, colours and escaped text only."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from yngis.report.svg import INK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BAR: Final = 14
_GAP: Final = 16
_TOP: Final = 34
_SIDE: Final = 176
_LEAST: Final = 1.0  # pixels of the thinnest bar that is drawn


class Flow(NamedTuple):
    """
    What went from one state to another between two columns (流向).

    Attributes
    ----------
    column
        Number of the column that it leaves.
    source, target
        States.
    amount
        How much.
    """

    column: int
    source: str
    target: str
    amount: float


def flow_chart(
    title: str,
    columns: Sequence[str],
    flows: Sequence[Flow],
    colours: Mapping[str, str],
    unit: str,
    *,
    width: int = 900,
    height: int = 380,
) -> Markup:
    """
    Draw flows between the columns of states (冲积图).

    Parameters
    ----------
    title
        What is shown, for readers who do not see it.
    columns
        Names of the columns, such as years.
    flows
        Amounts; those of 0 or less are left out.
    colours
        Colour of each state, in the order from top to bottom.
    unit
        Unit of the amounts.
    width, height
        Size [px].

    Returns
    -------
    svg
        Ready for a page; empty where nothing flows.
    """
    kept = [flow for flow in flows if flow.amount > 0.0]
    if not kept or len(columns) < 2:  # noqa: PLR2004 - a flow has two ends
        return Markup("")
    states = [
        {
            state: max(
                _amount_at_end(kept, at, state, "source"),
                _amount_at_end(kept, at - 1, state, "target"),
            )
            for state in colours
        }
        for at in range(len(columns))
    ]
    most = max(sum(held.values()) for held in states)
    rows = max(sum(value > 0.0 for value in held.values()) for held in states)
    scale = (height - _TOP - 20 - _GAP * rows) / most
    places = [_stack_state_bars(held, scale) for held in states]
    step = (width - 2 * _SIDE - _BAR) / (len(columns) - 1)
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'width="{width}" height="{height}" class="flow"><title>{escape(title)}</title>'
    )
    parts = [opened]
    parts += _draw_flow_ribbons(kept, places, scale, step, colours)
    for at, name in enumerate(columns):
        x = _SIDE + at * step
        parts.append(_draw_flow_label(x + _BAR / 2, 18, name, "middle", INK))
        ends = at in {0, len(columns) - 1}
        parts += _draw_state_bars(
            states[at], places[at], scale, x, colours, unit=unit if ends else "", last=at > 0
        )
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - every text went through escape


def _amount_at_end(flows: Sequence[Flow], column: int, state: str, end: str) -> float:
    return sum(
        flow.amount for flow in flows if flow.column == column and getattr(flow, end) == state
    )


def _stack_state_bars(held: Mapping[str, float], scale: float) -> dict[str, float]:
    """Top of each state's bar."""
    tops, y = {}, float(_TOP)
    for state, amount in held.items():
        if amount > 0.0:
            tops[state] = y
            y += max(amount * scale, _LEAST) + _GAP
    return tops


def _draw_flow_ribbons(
    flows: Sequence[Flow],
    places: Sequence[Mapping[str, float]],
    scale: float,
    step: float,
    colours: Mapping[str, str],
) -> list[str]:
    """Ribbons in the order of the states, so that they cross as little as they must."""
    order = {state: at for at, state in enumerate(colours)}
    left: dict[tuple[int, str], float] = {}
    right: dict[tuple[int, str], float] = {}
    drawn = []
    for flow in sorted(flows, key=lambda f: (f.column, order[f.source], order[f.target])):
        tall = flow.amount * scale
        one, other = (flow.column, flow.source), (flow.column, flow.target)
        y1 = places[flow.column][flow.source] + left.get(one, 0.0)
        y2 = places[flow.column + 1][flow.target] + right.get(other, 0.0)
        left[one] = left.get(one, 0.0) + tall
        right[other] = right.get(other, 0.0) + tall
        x1 = _SIDE + flow.column * step + _BAR
        x2 = _SIDE + (flow.column + 1) * step
        half = (x1 + x2) / 2
        drawn.append(
            f'<path d="M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}'
            f"V{y2 + tall:.1f}C{half:.1f} {y2 + tall:.1f} {half:.1f} {y1 + tall:.1f} "
            f'{x1:.1f} {y1 + tall:.1f}Z" fill="{escape(colours[flow.source])}" fill-opacity="0.42">'
            f"<title>{escape(flow.source)} → {escape(flow.target)} {flow.amount:,.2f}</title>"
            "</path>"
        )
    return drawn


def _draw_state_bars(
    held: Mapping[str, float],
    tops: Mapping[str, float],
    scale: float,
    x: float,
    colours: Mapping[str, str],
    *,
    unit: str,
    last: bool,
) -> list[str]:
    drawn = []
    for state, top in tops.items():
        tall = max(held[state] * scale, _LEAST)
        drawn.append(
            f'<rect x="{x:.1f}" y="{top:.1f}" width="{_BAR}" height="{tall:.1f}" '
            f'fill="{escape(colours[state])}"/>'
        )
        if unit:
            where = (x + _BAR + 6, "start") if last else (x - 6, "end")
            y = top + tall / 2
            told = f"{state} {held[state]:,.0f} {unit}"
            drawn.append(_draw_flow_label(where[0], y + 4, told, where[1], INK))
    return drawn


def _draw_flow_label(x: float, y: float, text: str, anchor: str, colour: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="13" '
        f'fill="{colour}">{escape(text)}</text>'
    )
