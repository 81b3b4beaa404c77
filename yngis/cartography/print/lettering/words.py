"""Every text that a figure may bring onto paper, so that the type holds all of it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yngis.cartography.prepared import PreparedFigure


def texts_of(figures: Iterable[PreparedFigure]) -> list[str]:
    """Collect the texts of figures and of the layers behind them."""
    listed = list(figures)
    frames = {id(frame): frame for figure in listed for frame in figure.base.values()}
    texts = [
        text
        for frame in frames.values()
        for column in frame.columns
        if column != frame.geometry.name
        for text in frame[column].unique()
        if isinstance(text, str)
    ]
    return [*texts, *(text for figure in listed for text in _texts_within(figure))]


def _texts_within(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _texts_within(item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name != "base":
                yield from _texts_within(getattr(value, field.name))
