"""Land-use codes (用途代码): whose a code is, and the zeros that a spreadsheet ate."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import lru_cache
from typing import Final, NamedTuple

from yngis.catalogue.tables.input_card import land_uses

_SPELLINGS: Final = {
    "GB/T 21010-2017": (
        "gb/t21010-2017",
        "gbt21010-2017",
        "gb/t21010",
        "21010",
        "土地利用现状分类",
    ),
    "三调": ("三调", "三调工作分类", "第三次全国国土调查", "国土调查", "td/t1055-2019"),
    "国空2023": ("国空2023", "国土空间", "用地用海", "用地用海分类", "用地用海分类指南"),
    "GB 50137-2011": ("gb50137-2011", "gb50137", "50137", "城市用地分类"),
}
_SCHEMES: Final = {text: scheme for scheme, texts in _SPELLINGS.items() for text in texts}


class LandUseReading(NamedTuple):
    """
    What a land-use code was taken for.

    Attributes
    ----------
    code, scheme, name
        Of the class; the scheme is empty where several agree, the name where nothing is known.
    rule
        Code of the rule that it breaks; empty if none.
    """

    code: str
    scheme: str
    name: str
    rule: str


@lru_cache(maxsize=1)
def _classes() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Names by code and scheme, codes by name and scheme."""
    by_code: dict[str, dict[str, str]] = defaultdict(dict)
    by_name: dict[str, dict[str, str]] = defaultdict(dict)
    for use in land_uses():
        by_code[use.code][use.scheme] = use.name
        by_name[use.name][use.scheme] = use.code
        by_name[use.name.removesuffix("用地")].setdefault(use.scheme, use.code)
    return dict(by_code), dict(by_name)


def read_scheme(text: str | None) -> str:
    """
    Classification that a text names (分类标准).

    Parameters
    ----------
    text
        Any usual spelling.

    Returns
    -------
    scheme
        Its name as in the list of land uses; empty where unknown.

    Examples
    --------
    >>> read_scheme("GB/T 21010—2017"), read_scheme("三调"), read_scheme("其他")
    ('GB/T 21010-2017', '三调', '')
    """
    plain = "".join(unicodedata.normalize("NFKC", text or "").casefold().split())
    return _SCHEMES.get(plain.replace("—", "-").replace("–", "-"), "")


@lru_cache(maxsize=4096)
def read_land_use(text: str, scheme: str = "") -> LandUseReading:
    """
    Read a land-use code, or the name of a class (用途).

    Parameters
    ----------
    text
        Code or name.
    scheme
        Classification that it belongs to, as :func:`read_scheme` gives it; empty if unknown.

    Returns
    -------
    reading
        The class; a code that is known only with a zero before it gets its zero back.

    Examples
    --------
    >>> read_land_use("601")[:3], read_land_use("601").rule
    (('0601', '', '工业用地'), 'code_padded')
    >>> read_land_use("1001").rule, read_land_use("1001", "国空2023").name
    ('code_ambiguous', '工业用地')
    """
    by_code, by_name = _classes()
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    for code, rule in ((plain, ""), (f"0{plain}", "code_padded")):
        schemes = by_code.get(code, {})
        if scheme:
            if scheme in schemes:
                return LandUseReading(code, scheme, schemes[scheme], rule)
            continue
        names = set(schemes.values())
        if len(names) == 1:
            only = next(iter(schemes)) if len(schemes) == 1 else ""
            return LandUseReading(code, only, names.pop(), rule)
        if names:
            return LandUseReading(code, "", "", "code_ambiguous")
    # A name says what the use is; its code is that of the first classification that has it.
    for one, code in by_name.get(plain, {}).items():
        if scheme in ("", one):
            return LandUseReading(code, one, by_code[code][one], "")
    return LandUseReading(plain, scheme, "", "code_unknown")
