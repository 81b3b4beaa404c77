"""Who may see what (可见范围): an allow-list of columns, and what it drops."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from pydantic import BaseModel, ConfigDict

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

ALL: Final = "*"
"""In a list of columns: every column."""

_DECLARED: Final = Path(__file__).with_name("audiences.yml")


class SeenTable(BaseModel):
    """
    What may be shown of a table of results (可见的表).

    Attributes
    ----------
    columns
        Names of columns; ``*`` for all.
    only
        By column, the values whose rows may be shown; all rows if empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    only: dict[str, tuple[str, ...]] = {}


class Audience(BaseModel):
    """
    Who a portal is for (可见范围).

    Attributes
    ----------
    audience, zh, en
        Its name.
    records
        Whether single parcels and other records may be shown, with their polygons.
    values, findings, names, lineage, editions
        Columns of the archive that may be shown.
    changes
        Columns of two years beside each other that may be shown, by table.
    words
        Measures whose texts may be shown; the texts of others are blanked.
    tables
        By kind and name of a table in the copies of results, what may be shown of it; a table that
        is not named may not be read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: str
    zh: str
    en: str
    records: bool
    values: tuple[str, ...]
    words: tuple[str, ...]
    findings: tuple[str, ...]
    names: tuple[str, ...]
    lineage: tuple[str, ...]
    editions: tuple[str, ...]
    changes: dict[str, tuple[str, ...]]
    tables: dict[str, SeenTable]

    def seen_of(self, kind: str, table: str) -> SeenTable | None:
        """
        What may be shown of a table of results (可见的表).

        Parameters
        ----------
        kind, table
            Kind of the edition, and name of the file.

        Returns
        -------
        seen
            Columns and rows; None if the table may not be read.
        """
        return self.tables.get(f"{kind}/{table}", self.tables.get(ALL))


@cache
def read_audiences() -> dict[str, Audience]:
    """
    Read who a portal may be for (可见范围).

    Returns
    -------
    audiences
        By name.

    Examples
    --------
    >>> read_audiences()["shared"].records
    False
    """
    told = yaml.safe_load(_DECLARED.read_text(encoding="utf-8"))
    listed = [Audience.model_validate(each) for each in told["audiences"]]
    return {each.audience: each for each in listed}


def find_audience(name: str) -> Audience:
    """
    Find an audience by its name (查可见范围).

    Parameters
    ----------
    name
        As the user wrote it.

    Returns
    -------
    audience
        What it may see.

    Raises
    ------
    SpecError
        If there is no such audience; the nearest is named.
    """
    known = read_audiences()
    if name not in known:
        mend = did_you_mean(name, list(known))
        raise SpecError(Problem("--audience", " | ".join(known), f"“{name}”", mend))
    return known[name]


def keep_columns(frame: pd.DataFrame, allowed: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """
    Keep the columns that may be shown (按许可取列).

    Parameters
    ----------
    frame
        Any frame.
    allowed
        Names of columns; ``*`` for all.

    Returns
    -------
    frame
        With those columns alone, in their own order.
    dropped
        Names of the others.
    """
    if ALL in allowed:
        return frame, []
    kept = [name for name in frame.columns if name in allowed]
    return frame[kept], [str(name) for name in frame.columns if name not in allowed]
