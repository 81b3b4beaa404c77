"""Industry codes of plants (行业代码) to the plan's seven industries, by an editable table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.catalogue.tables.values.industry_codes import clean_code

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd


def map_industries(codes: pd.Series, mapping: pd.DataFrame) -> pd.DataFrame:
    """
    Map GB/T 4754 codes to the plan's industries (行业代码对应), by the longest prefix.

    Parameters
    ----------
    codes
        Codes of two to four digits as text, with or without the letter of the section.
    mapping
        ``code``, ``industry``, ``segment`` and ``judgement``, as
        ``load("gbt4754_industries")``; an empty industry leaves a code out on purpose.

    Returns
    -------
    mapped
        On ``codes.index``: ``industry`` and ``segment`` (missing where the code belongs to none),
        ``matched``, the row of the mapping that decided (missing where none did), and
        ``judgement``, whether that row is a judgement of ours.

    Examples
    --------
    >>> import pandas as pd
    >>> mapping = pd.DataFrame({"code": ["32", "3216"], "industry": "新材料",
    ...                         "segment": ["稀贵金属", "绿色铝"], "judgement": [True, False]})
    >>> found = map_industries(pd.Series(["3216", "C3221", "3011"]), mapping)
    >>> found["segment"].tolist(), found["matched"].isna().tolist()
    (['绿色铝', '稀贵金属', nan], [False, False, True])
    """
    rows = mapping.set_index("code")
    clean = codes.map(clean_code)
    decided = {code: _longest_prefix(code, rows.index) for code in clean.dropna().unique()}
    matched = clean.map(decided).astype("object")
    found = rows.reindex(matched)[["industry", "segment", "judgement"]].set_axis(codes.index)
    found["judgement"] = found["judgement"].fillna(value=False).astype(bool)
    return found.assign(matched=matched)[["industry", "segment", "matched", "judgement"]]


def _longest_prefix(code: str, known: pd.Index) -> Hashable | None:
    return next((code[:size] for size in (4, 3, 2) if code[:size] in known), None)
