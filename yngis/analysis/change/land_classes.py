"""
Classes of survey codes (三大类与有无建筑), and the road from other classifications to the survey's.

Construction, unused and farm land follow 三大类 as the survey defines them; built land shows
buildings, which neither a road nor 空闲地 does.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

SURVEY_SCHEME: Final = "三调"
"""Classification that every comparison of two different ones is made in."""

CONSTRUCTION: Final = "construction"
FARM: Final = "farm"
UNUSED: Final = "unused"
UNKNOWN: Final = "unknown"
CLASS_NAMES: Final = {
    CONSTRUCTION: "建设用地",
    FARM: "农用地",
    UNUSED: "未利用地",
    UNKNOWN: "不明",
}
"""Classes of the survey (三大类), and land whose class is not known."""

BUILT: Final = "built"
NOT_BUILT: Final = "not_built"
BUILT_NAMES: Final = {BUILT: "有建筑", NOT_BUILT: "无建筑", UNKNOWN: "不明"}

LandClass = Literal["construction", "farm", "unused"]

_BUILT_STEMS: Final = ("05", "06", "07", "08", "09")
_ROADS: Final = ("1001", "1002", "1003", "1004", "1005", "1007", "1008", "1009")
_CONSTRUCTION: Final = (*_ROADS, "1109", "1201")
_UNUSED: Final = (
    "1101", "1102", "1105", "1106", "1108", "1110", "1204", "1205", "1206", "1207",
)  # fmt: skip
# First-level classes that hold land of several classes say nothing of any.
_WETLAND: Final = "00"  # holds 盐田, which is built
_MIXED: Final = (_WETLAND, "04", "10", "11", "12")
_UNDIVIDED: Final = ("201", "202", "203", "204", "205")
_OPEN_CODES: Final = ("0404", "1208")
_FARMLAND: Final = ("0101", "0102", "0103")
_CODE_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class ClassRules:
    """
    What sources differ in: the class of 0404 其他草地 and of 1208 后备耕地 (有分歧的地类).

    Attributes
    ----------
    other_grassland
        Class of 0404.
    reserve_farmland
        Class of 1208.
    """

    other_grassland: LandClass = "unused"
    reserve_farmland: LandClass = "farm"

    def __post_init__(self) -> None:
        problems = [
            Problem(
                where=name,
                promised="construction、farm 或 unused / one of them",
                found=str(value),
                mend="改为其中之一 / give one of them",
            )
            for name, value in (("0404", self.other_grassland), ("1208", self.reserve_farmland))
            if value not in {CONSTRUCTION, FARM, UNUSED}
        ]
        if problems:
            raise LayerError(problems)


def class_of_code(code: str, rules: ClassRules | None = None) -> str:
    """
    Class of a survey code (三大类).

    Parameters
    ----------
    code
        Code of the third survey, with or without K and other letters behind it.
    rules
        Classes of the codes that sources differ in.

    Returns
    -------
    name
        ``construction``, ``farm``, ``unused``, or ``unknown`` where the code does not tell.

    Examples
    --------
    >>> [class_of_code(code) for code in ("0601", "1006", "1201", "0404", "0201K", "1109", "12")]
    ['construction', 'farm', 'construction', 'unused', 'farm', 'construction', 'unknown']
    """
    chosen = rules or ClassRules()
    stem = _code_stem(code)
    if stem in _OPEN_CODES:
        return chosen.other_grassland if stem == "0404" else chosen.reserve_farmland
    if stem.startswith(_BUILT_STEMS) or stem in _CONSTRUCTION or stem in _UNDIVIDED:
        return CONSTRUCTION
    if stem in _UNUSED:
        return UNUSED
    if stem in _MIXED or stem[:2] not in {f"{at:02d}" for at in range(13)}:
        return UNKNOWN
    return FARM


def built_of_code(code: str) -> str:
    """
    Tell whether land of a survey code shows buildings (有无建筑).

    Parameters
    ----------
    code
        Code of the third survey.

    Returns
    -------
    name
        ``built`` for 05–09 and undivided industry, ``unknown`` for settlements that are not
        divided and for codes that do not tell, else ``not_built``.

    Examples
    --------
    >>> [built_of_code(code) for code in ("0601", "1004", "1201", "203", "201A")]
    ['built', 'not_built', 'not_built', 'unknown', 'built']
    """
    stem = _code_stem(code)
    if stem.startswith(_BUILT_STEMS) or (stem in _UNDIVIDED and code.endswith("A")):
        return BUILT
    mixed = stem in _MIXED and stem != _WETLAND
    if stem in _UNDIVIDED or (class_of_code(code) == UNKNOWN and not mixed):
        return UNKNOWN
    return NOT_BUILT


def is_farmland(code: str) -> bool:
    """
    Tell whether a survey code is 耕地, of which 田坎 is deducted (是否耕地).

    Parameters
    ----------
    code
        Code of the third survey.

    Returns
    -------
    farmland
        Whether it is 01 or one of 0101 to 0103.

    Examples
    --------
    >>> is_farmland("0103"), is_farmland("0201K")
    (True, False)
    """
    return code == "01" or _code_stem(code) in _FARMLAND


def is_undivided(code: str) -> bool:
    """
    Tell whether a code stands for a settlement that is not divided into uses (未细分).

    Parameters
    ----------
    code
        Code of the third survey.

    Returns
    -------
    undivided
        Whether it is one of 201 to 205: any use below it may be the same land as before.
    """
    return _code_stem(code) in _UNDIVIDED


def is_refined(before: str, after: str) -> bool:
    """
    Tell whether one code is the parent of the other (上级编码): then nobody knows what changed.

    Parameters
    ----------
    before, after
        Codes of one classification.

    Returns
    -------
    refined
        Whether the longer code divides the class of the shorter; K and A divide nothing.

    Examples
    --------
    >>> is_refined("0601", "06"), is_refined("0201", "0201K"), is_refined("0601", "0602")
    (True, False, False)
    """
    short, long = sorted((before, after), key=len)
    rest = long.removeprefix(short)
    return bool(short) and 0 < len(rest) < len(long) and not rest.isalpha()


def _code_stem(code: str) -> str:
    """Code without the letters of its kinds: 0201 for 0201K, 201 for 201A; 05H1 stays."""
    bare = code.rstrip("AK")
    return bare if len(bare) in {2, 3, _CODE_DIGITS} else code


@cache
def survey_codes(scheme: str) -> Mapping[str, str]:
    """
    Survey codes of another classification's codes (分类对照表).

    Parameters
    ----------
    scheme
        One of :data:`yngis.catalogue.tables.land_use.SCHEMES`.

    Returns
    -------
    codes
        Code of the third survey by code; what is not there has no single counterpart. Ours; it
        follows the names of the classes.

    Examples
    --------
    >>> survey_codes("用地用海 2023")["1001"], "16" in survey_codes("用地用海 2023")
    ('0601', False)
    """
    text = files("yngis.analysis.change").joinpath("scheme_map.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: row["survey_code"] for row in rows if row["scheme"] == scheme}
