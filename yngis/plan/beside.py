"""Tables that a pack may have beside its plan (可有可无的表): statements, words in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from yngis.catalogue import layers_dir, read_card
from yngis.catalogue.check import check_sheet
from yngis.catalogue.io.sheets.sheet import read_sheet
from yngis.errors import PlanError

if TYPE_CHECKING:
    from yngis.errors import Problem


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
    sheet, problems = read_sheet(path)
    found: list[Problem] = list(problems)
    if sheet is not None:
        table, faults = check_sheet(sheet, card, path.name)
        found += faults
        if not found:
            return table
    raise PlanError(found)
