"""Land-use classes of every classification (用途分类): one table for all who ask."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from typing import Final, NamedTuple

from yngis.catalogue.io.text import fold_width
from yngis.catalogue.tables.cards.input_card import inputs_dir
from yngis.catalogue.tables.cards.kept_readings import keep_reading

SCHEMES: Final = (
    "三调",
    "GB/T 21010-2017",
    "用地用海 2023",
    "GB 50137-2011",
    "GB/T 21010-2007",
)
"""Classifications whose codes are understood."""

_DASHES: Final = str.maketrans({"—": "-", "–": "-", "‐": "-", "−": "-"})
_QUOTES: Final = re.compile(r"[《》〈〉]")


class LandUse(NamedTuple):
    """
    One class of a land-use classification (用途分类).

    Attributes
    ----------
    scheme
        The classification.
    code, name
        Of the class.
    level
        1 for the first level (一级类), up to 3.
    land
        Class of the evaluation of land use that it belongs to (评价地类), ``A1``–``A6``, ``B1``,
        ``B2`` or ``C``; ``A`` is built up and not divided; several joined by ``|`` where only a
        finer code would tell; empty for what is no land of its own but lies over other land.
    built
        Whether such land shows buildings; None where the class does not tell.
    note
        What a reader should know where the class is used.
    """

    scheme: str
    code: str
    name: str
    level: int
    land: str
    built: bool | None
    note: str

    @property
    def overlay(self) -> bool:
        """Whether it lies over other land and has no area of its own (叠加图层)."""
        return self.land == ""


@keep_reading("land_use_codes.csv", "land_use_schemes.csv")
def land_uses() -> tuple[LandUse, ...]:
    """
    Classes of all classifications that codes are read by (用途代码表).

    Examples
    --------
    >>> [(use.scheme, use.name) for use in land_uses() if use.code == "1311"]
    [('用地用海 2023', '水工设施用地')]
    """
    told = {"": None, "0": False, "1": True}
    with (inputs_dir() / "land_use_codes.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            LandUse(
                row["scheme"], row["code"], row["name"], int(row["level"]), row["land"],
                told[row["built"]], row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


@keep_reading("land_use_codes.csv", "land_use_schemes.csv")
def uses_by_code() -> dict[str, dict[str, LandUse]]:
    """
    Classes by classification and code (按编码).

    Returns
    -------
    classes
        ``classes[scheme][code]``.
    """
    found: dict[str, dict[str, LandUse]] = {scheme: {} for scheme in SCHEMES}
    for use in land_uses():
        found[use.scheme][use.code] = use
    return found


@keep_reading("land_use_codes.csv", "land_use_schemes.csv")
def _uses_by_name() -> dict[str, tuple[LandUse, ...]]:
    found: dict[str, list[LandUse]] = defaultdict(list)
    for use in land_uses():
        found[class_name_stem(use.name)].append(use)
    return {name: tuple(uses) for name, uses in found.items()}


def uses_named(name: str) -> tuple[LandUse, ...]:
    """
    Classes that a name stands for, in every classification that has it (按名称).

    Examples
    --------
    >>> [(use.scheme, use.code) for use in uses_named("水工设施")]
    [('用地用海 2023', '1311')]
    """
    return _uses_by_name().get(class_name_stem(name), ())


def class_name_stem(name: str) -> str:
    """
    Name of a class without what is left out or put in at will: points, 用地 and 地 at its end.

    Examples
    --------
    >>> class_name_stem("橡胶园地") == class_name_stem("橡胶园"), class_name_stem("裸岩、石砾地")
    (True, '裸岩石砾')
    """
    plain = "".join(sign for sign in fold_width(name) if sign.isalnum())
    for end in ("用地", "地"):
        if plain.endswith(end) and len(plain) > len(end) + 1:
            return plain.removesuffix(end)
    return plain


@keep_reading("land_use_codes.csv", "land_use_schemes.csv")
def _schemes_by_name() -> dict[tuple[str, str], str]:
    """Classifications by what names them: a spelling, or the name of a field of codes."""
    with (inputs_dir() / "land_use_schemes.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["kind"], _folded_scheme(row["text"])): row["scheme"]
            for row in csv.DictReader(file)
        }


def _folded_scheme(text: str) -> str:
    plain = "".join(fold_width(text).casefold().split())
    return _QUOTES.sub("", plain.translate(_DASHES))


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
        One of ``SCHEMES``; empty where unknown.

    Examples
    --------
    >>> read_scheme("GB/T 21010—2017"), read_scheme("国空2023"), read_scheme("其他")
    ('GB/T 21010-2017', '用地用海 2023', '')
    """
    return _schemes_by_name().get(("spelling", _folded_scheme(text or "")), "")


def scheme_of_field(header: str) -> str:
    """
    Classification that a field of codes belongs to by its name (字段所属分类).

    Parameters
    ----------
    header
        Name of the field.

    Returns
    -------
    scheme
        One of ``SCHEMES``; empty where the name does not tell, as that of DLBM, which older and
        newer surveys share.

    Examples
    --------
    >>> scheme_of_field("YDYHFLDM"), scheme_of_field("DLBM")
    ('用地用海 2023', '')
    """
    return _schemes_by_name().get(("field", _folded_scheme(header)), "")


def name_field(header: str) -> str:
    """
    Field of names that stands beside a field of codes (名称字段).

    Parameters
    ----------
    header
        Name of the field of codes.

    Returns
    -------
    field
        DLMC for DLBM, 地类名称 for 地类编码; empty where the name follows no such habit.

    Examples
    --------
    >>> name_field("DLBM"), name_field("YDYHFLDM"), name_field("地类编码"), name_field("code")
    ('DLMC', 'YDYHFLMC', '地类名称', '')
    """
    for codes, names in (("BM", "MC"), ("DM", "MC"), ("编码", "名称"), ("代码", "名称")):
        if header.upper().endswith(codes):
            return header[: -len(codes)] + (names.lower() if header.islower() else names)
    return ""
