"""Tables that a pack may have beside its plan (可有可无的表): statements, English, seats."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.catalogue import layers_dir, read_card
from yngis.catalogue.check import check_sheet
from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import PACK_FILE
from yngis.catalogue.io.sheets.sheet import read_sheet
from yngis.errors import PlanError

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.errors import Problem


BESIDE: Final = ("statements", "english_words", "other_industries", "prefecture_seats")
"""Names of their cards."""

NAMING: Final = ("布局", "环节")
"""Relations of statements that name a zone for a segment."""


def read_beside(name: str) -> pd.DataFrame:
    """
    Read a table that a pack may do without.

    Parameters
    ----------
    name
        Name of its card, such as ``english_words``.

    Returns
    -------
    table
        Its rows; none, with the columns of the card, where the pack has no such file.

    Raises
    ------
    PlanError
        If the file has faults; names all of them.

    Examples
    --------
    >>> read_beside("other_industries")["character"].tolist()[:3]
    ['色', '保', '消']
    """
    card = read_card(name)
    path = layers_dir() / card.file
    if not path.is_file():
        return pd.DataFrame(columns=[column.name for column in card.columns], dtype=str)
    # Figures ask for every prefecture; a table or pack that was edited is judged anew.
    stamps = tuple(map(file_stamp, (path, layers_dir() / PACK_FILE)))
    return _judged_table(name, path, stamps).copy(deep=False)


@lru_cache(maxsize=32)
def _judged_table(name: str, path: Path, stamps: tuple[FileStamp, ...]) -> pd.DataFrame:  # noqa: ARG001 - a file that changed is another
    """Read and judge the table of a card."""
    card = read_card(name)
    sheet, problems = read_sheet(path)
    found: list[Problem] = list(problems)
    if sheet is not None:
        table, faults = check_sheet(sheet, card, path.name)
        found += faults
        if not found:
            return table
    raise PlanError(found)
