"""Land-use codes and the classes of land they belong to (地类对照); a bare 1001 is refused."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from yngis.analysis.quantities.declared import packaged
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.row_numbers import rows_text
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

SCHEMES: Final = ("三调", "GB/T 21010-2017", "用地用海 2023")
"""Classifications whose codes are understood."""

_SPELLINGS: Final = {
    "三调": ("三调", "三调工作分类", "国土调查", "td/t1055-2019"),
    "GB/T 21010-2017": (
        "gb/t21010-2017",
        "gbt21010-2017",
        "gb/t21010",
        "21010",
        "土地利用现状分类",
    ),
    "用地用海 2023": ("用地用海2023", "用地用海", "国空2023", "国土空间用地用海分类"),
}
# Rural settlements by the survey's attribute CZCSXM: built-up there is B1, whatever the class.
_VILLAGE = ("203", "203A")
_DETAILED = 20


@cache
def _table() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Class and name of every code, by classification."""
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    text = packaged("land_classes.csv", "yngis.analysis.intensity").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found[row["scheme"]][row["code"]] = (row["land"], row["name"])
    return dict(found)


def read_land_scheme(text: str) -> str:
    """
    Classification that a text names (分类标准).

    Parameters
    ----------
    text
        Any usual spelling.

    Returns
    -------
    scheme
        One of ``SCHEMES``.

    Raises
    ------
    LayerError
        If it is none of them; names the nearest.

    Examples
    --------
    >>> read_land_scheme("用地用海2023"), read_land_scheme("GB/T21010-2017")
    ('用地用海 2023', 'GB/T 21010-2017')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    for scheme, spellings in _SPELLINGS.items():
        if plain in spellings:
            return scheme
    raise LayerError(
        Problem("--land-scheme", "、".join(SCHEMES), f"“{text}”", did_you_mean(text, SCHEMES))
    )


def land_class(code: str, scheme: str) -> tuple[str, str] | None:
    """
    Class of land that a code belongs to (地类所属的评价地类).

    Parameters
    ----------
    code
        Land-use code; finer codes than the table's belong to the longest code that begins them,
        and a zero that a spreadsheet ate is put back.
    scheme
        One of ``SCHEMES``.

    Returns
    -------
    land, name
        ``A1``–``A6``, ``B1``, ``B2`` or ``C``, and the class's name; None for an unknown code.

    Examples
    --------
    >>> land_class("100102", "用地用海 2023"), land_class("1001", "三调")
    (('A2', '工业用地'), ('A3', '铁路用地'))
    """
    known = _table()[scheme]
    plain = "".join(unicodedata.normalize("NFKC", code).upper().split())
    # Codes have two digits a level: with an odd number of them a zero is gone, 601 for 0601.
    short = plain.isdigit() and len(plain) % 2 == 1
    for text in (f"0{plain}",) if short else (plain,):
        for length in range(len(text), 1, -1):
            if text[:length] in known:
                return known[text[:length]]
    return None


def land_classes(
    codes: pd.Series, scheme: str | None = None, setting: pd.Series | None = None
) -> pd.Series:
    """
    Classes of land of many parcels (图斑的评价地类).

    Parameters
    ----------
    codes
        Land-use codes as text, ``(n,)``.
    scheme
        Classification that they belong to; without it a code is read only if it means the same in
        every classification that has it.
    setting
        The survey's CZCSXM (城镇村属性码) on the same index: built-up land with 203 or 203A is
        rural, B1.

    Returns
    -------
    lands
        ``A1``–``A6``, ``B1``, ``B2`` or ``C`` on the same index.

    Raises
    ------
    LayerError
        If codes are missing, unknown, or mean different things in different classifications (1001
        is a railway in the survey and industry in 用地用海); names code, rows and remedy.

    Examples
    --------
    >>> import pandas as pd
    >>> land_classes(pd.Series(["0601", "1101"]), "三调").tolist()
    ['A2', 'C']
    """
    chosen = None if scheme is None else read_land_scheme(scheme)
    texts = codes.astype("object").where(codes.notna(), "").map(str).str.strip()
    problems: list[Problem] = []
    meaning: dict[str, str] = {}
    for code in dict.fromkeys(texts):
        rows = (texts == code).to_numpy().nonzero()[0].tolist()
        where = f"{codes.name or 'DLBM'}：{rows_text(rows)}"
        land, problem = _read(code, chosen, where)
        if problem is not None:
            problems.append(problem)
        meaning[code] = land
    if problems:
        raise LayerError(_shortened(problems))
    lands = texts.map(meaning).astype("str")
    if setting is not None:
        village = setting.reindex(lands.index).astype("object").map(str).str.strip().isin(_VILLAGE)
        lands = lands.mask(village & lands.str.startswith("A"), "B1")
    return lands.rename("land")


def _read(code: str, scheme: str | None, where: str) -> tuple[str, Problem | None]:
    if not code:
        return "", Problem(where, "地类编码 / a land-use code", "空 / missing", "补上 / write it")
    if scheme is not None:
        found = land_class(code, scheme)
        if found is not None:
            return found[0], None
        mend = did_you_mean(code, list(_table()[scheme]))
        return "", Problem(where, f"{scheme} 的编码 / a code of {scheme}", f"“{code}”", mend)
    meanings = {each: found for each in SCHEMES if (found := land_class(code, each)) is not None}
    lands = {land for land, _ in meanings.values()}
    if len(lands) == 1:
        return lands.pop(), None
    if not meanings:
        mend = f"核对编码，并用 --land-scheme 写明分类 / check it: {', '.join(SCHEMES)}"
        return "", Problem(where, "已知的编码 / a known code", f"“{code}”", mend)
    listed = "；".join(f"{each}: {name}" for each, (_, name) in meanings.items())
    return "", Problem(
        where,
        promised=f"写明分类标准 / its classification: {'、'.join(SCHEMES)}",
        found=f"“{code}”在各分类中含义不同 / means different things: {listed}",
        mend="用 --land-scheme 写明 / name it with --land-scheme",
    )


def _shortened(problems: list[Problem]) -> list[Problem]:
    rest = len(problems) - _DETAILED
    if rest <= 0:
        return problems
    more = Problem(
        "DLBM",
        promised="已知的编码 / known codes",
        found=f"另有 {rest} 种编码不能识别 / {rest} more codes",
        mend="检查是否给错了列或分类标准 / check column and classification",
    )
    return [*problems[:_DETAILED], more]
