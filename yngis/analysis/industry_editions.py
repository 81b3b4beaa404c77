"""
Industry codes of earlier editions of GB/T 4754 (国民经济行业分类新旧版对照).

The number of a division changed its meaning: 36 is 专用设备 in the edition of 2002 and 汽车 in that
of 2017. The crosswalk holds divisions; groups and classes changed in too many ways to be derived.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Final

LATEST: Final = "2017"
"""Edition that the codes of the supply are of."""

EDITIONS: Final = ("2002", "2011", LATEST)
"""Editions that are known."""


@lru_cache(maxsize=1)
def edition_crosswalk() -> dict[tuple[str, str], tuple[str, ...]]:
    """
    Divisions of the earlier editions, with their codes of 2017 (新旧版对照表).

    Examples
    --------
    >>> edition_crosswalk()["2002", "36"], edition_crosswalk()["2002", "37"]
    (('35',), ('36', '37'))
    """
    text = files("yngis.analysis").joinpath("rules/gbt4754-editions.csv").read_text("utf-8")
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in csv.DictReader(text.splitlines()):
        key = (line["edition"], line["code"])
        found[key] = (*found.get(key, ()), line["code_2017"])
    return found


def to_latest(code: str, edition: str) -> tuple[str, ...]:
    """
    Codes of the edition of 2017 for a code of another (转为 2017 年版代码).

    Examples
    --------
    >>> to_latest("36", "2002"), to_latest("3360", "2017"), to_latest("3360", "2002")
    (('35',), ('3360',), ())
    """
    if edition == LATEST:
        return (code,)
    return edition_crosswalk().get((edition, code), ())


def means_one(code: str) -> bool:
    """
    Tell whether a code means the same in every edition (各版含义相同).

    Examples
    --------
    >>> means_one("26"), means_one("36")
    (True, False)
    """
    return all(to_latest(code, edition) == (code,) for edition in EDITIONS)
