"""Values that must be among those of another layer or table (引用检查)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.shipped import load
from yngis.catalogue.tables.cards.items import item_faults, items_of_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from yngis.catalogue.tables.cards.card import Card
    from yngis.catalogue.tables.cards.cell_refs import Cells
    from yngis.errors import Problem


class References(Protocol):
    """What references such as ``zone_registry.name_zh`` lead to."""

    def home(self, reference: str) -> str:
        """Name the place that holds the values."""

    def values(self, reference: str) -> list[str] | None:
        """List the values allowed; None where their table cannot tell."""

    def remedy(self, reference: str, wrong: str, right: list[str]) -> str:
        """Say how to mend a value that is not among the right ones."""


@dataclass(frozen=True, slots=True)
class Frames:
    """
    References into layers and tables in memory, and into the shipped ones elsewhere.

    Attributes
    ----------
    frames
        Layers and tables by card name.
    """

    frames: Mapping[str, pd.DataFrame]

    def home(self, reference: str) -> str:
        """Name the column that holds the values."""
        return reference

    def values(self, reference: str) -> list[str] | None:
        """Values allowed."""
        name, column = reference.split(".")
        frame = self.frames[name] if name in self.frames else load(name)
        if column not in frame.columns:
            return None
        return sorted({str(value) for value in frame[column].dropna()})

    def remedy(self, reference: str, wrong: str, right: list[str]) -> str:  # noqa: ARG002 - every place mends alike
        """Say which value looks most like a wrong one."""
        return did_you_mean(wrong, right)


def reference_faults(
    frame: pd.DataFrame, card: Card, cells: Cells, references: References
) -> list[Problem]:
    """Find values that the layer they refer to does not have."""
    problems: list[Problem] = []
    for column in card.columns:
        if column.references is None or column.name not in frame.columns:
            continue
        right = references.values(column.references)
        if right is None:
            continue
        known, wrong = set(right), defaultdict[str, list[int]](list)
        for row, text in enumerate(frame[column.name]):
            if isinstance(text, str):
                for item in items_of_cell(text, column):
                    if item not in known:
                        wrong[item].append(row)
        home = references.home(column.references)
        remedy = partial(references.remedy, column.references, right=right)
        promised = f"{home} 中的值 / a value of {home}"
        problems += item_faults(cells, column, wrong, promised, remedy)
    return problems
