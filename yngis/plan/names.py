"""Names of development zones (开发区名称): one plain form for spellings that mean the same zone."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from yngis.catalogue.io.pack import province_short_name, read_pack
from yngis.catalogue.io.text import fold_width, part_mark

# Endings that mean the same kind of zone, longest first; the short form stands for all.
_ENDINGS = (
    ("高新区", r"高新(?:技术)?(?:产业)?(?:开发区|园区|区)|高新"),
    ("经开区", r"经济(?:和)?技术开发区|经济开发区|经开区"),
    ("综保区", r"综合保税区|综保区"),
    ("边合区", r"边\(跨\)境经济合作区|[边跨]境经济合作区|边合区"),
    ("试验区", r"重点开发开放试验区|试验区"),
    ("产业园", r"产业园区|工业园区|产业园|工业园"),
)
_ENDING = tuple((short, re.compile(rf"(?:{pattern})$")) for short, pattern in _ENDINGS)
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d~－—–-]+")
_QUOTES = re.compile(r"[“”‘’\"'《》「」·•]")
_RANK = re.compile(r"国家级|省级|国家")
# 富民县产业园 and 富民产业园 are one; 云县 keeps its 县, a place needs two characters.
_UNIT = re.compile(r"(?<=..)[市县州区]$")
_NOTE = re.compile(r"[(（](?P<note>[^()（）]*)[)）]$")
_CONTAINED = re.compile(r"^[(（]含[)）]")
_FORMER = re.compile(r"^原$|^原名")
_UNSURE = re.compile(r"疑似|相关|非同一|待核|并入|含")

ALIKE = 0.6
"""Least :func:`likeness` of a suggestion; below it names share a sound or a sign by chance."""

_WITHIN = 0.7  # one place inside the other: 玉溪市红塔区 holds 玉溪
_SAME_ENDING = 0.05  # decides between zones of one place


class Alias(NamedTuple):
    """
    Another name of a zone, as the registry gives it (别名).

    Attributes
    ----------
    name
        The name without its note.
    note
        What the registry says of it, such as ``原``; empty if nothing.
    sure
        Whether it may be taken for the zone without asking.
    """

    name: str
    note: str
    sure: bool


def tidy_name(name: str) -> str:
    """
    Fold what differs without meaning: blanks, full width, kinds of dash, quotes (统一写法).

    Parameters
    ----------
    name
        Name as it is written.

    Returns
    -------
    name
        The same name in one spelling.

    Examples
    --------
    >>> tidy_name("勐腊（磨憨） 重点开发开放试验区")
    '勐腊(磨憨)重点开发开放试验区'
    """
    text = "".join(part_mark(fold_width(name).strip())[0].replace("\ufeff", "").split())
    return _DASHES.sub("-", _QUOTES.sub("", text))


def normalise_zone_name(name: str) -> str:
    """
    Plain form of a zone's name; equal for spellings that mean the same zone (名称归一).

    Beyond :func:`tidy_name`, the province before the name, the rank, and the 市/县 before the
    ending go, and each kind of ending has one form.

    Examples
    --------
    >>> normalise_zone_name("云南富民产业园区"), normalise_zone_name("富民县工业园")
    ('富民产业园', '富民产业园')
    >>> normalise_zone_name("楚雄国家高新技术产业开发区")
    '楚雄高新区'
    """
    return _normal_name(name, read_pack().province)


@lru_cache(maxsize=4096)
def _normal_name(name: str, province_name: str) -> str:
    province, text, plain = _province_prefix(province_name), "", tidy_name(name)
    while plain != text:  # what one step bares, such as a rank behind the province, the next takes
        text = plain
        place, ending = split_ending(_RANK.sub("", province.sub("", text)))
        plain = tidy_name(f"{place}{ending}")
    return plain


@lru_cache(maxsize=16)
def _province_prefix(name: str) -> re.Pattern[str]:
    """The province before a zone's name, with or without the word for its kind."""
    stem = province_short_name(name)
    return re.compile(rf"^{re.escape(stem)}(?:{re.escape(name[len(stem) :])})?(?=..)")


def split_ending(name: str) -> tuple[str, str]:
    """
    Part a name into its place and the plain form of its ending (地名与后缀).

    Examples
    --------
    >>> split_ending("富民县产业园区")
    ('富民', '产业园')
    """
    for short, pattern in _ENDING:
        if match := pattern.search(name):
            return _UNIT.sub("", name[: match.start()]), short
    return name, ""


def name_likeness(name: str, other: str) -> float:
    """
    Tell how much two names look and sound alike (名称相似度).

    Only the places are compared, because endings alone make any two zones look alike; by character
    and by pinyin, because misspellings are mostly of the same sound.

    Examples
    --------
    >>> name_likeness("富明产业园", "富民产业园") > name_likeness("富明产业园", "富源产业园")
    True
    """
    place, ending = _name_parts(name)
    other_place, other_ending = _name_parts(other)
    by_sign = SequenceMatcher(None, place, other_place).ratio()
    by_sound = SequenceMatcher(None, _name_sound(place), _name_sound(other_place)).ratio()
    score = (by_sign + by_sound) / 2
    shorter = min(place, other_place, key=len)
    if len(shorter) > 1 and shorter in place and shorter in other_place:
        score = max(score, _WITHIN)
    return score + _SAME_ENDING if score and ending == other_ending else score


def _name_parts(name: str) -> tuple[str, str]:
    return split_ending(normalise_zone_name(name))


@lru_cache(maxsize=1024)
def _name_sound(text: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries load only for suggestions

    return "".join(lazy_pinyin(text))


def parse_aliases(text: object) -> list[Alias]:
    """
    Read a registry's list of aliases with their notes (别名解析).

    Examples
    --------
    >>> [alias.name for alias in parse_aliases("甲园;乙园/丙园(原);丁区(待核)") if alias.sure]
    ['甲园', '乙园', '丙园']
    """
    if not isinstance(text, str):
        return []
    aliases: list[Alias] = []
    for part in text.split(";"):
        entry, note = part.strip(), ""
        if contained := _CONTAINED.match(entry):
            entry, note = entry[contained.end() :], "含"
        elif (marked := _NOTE.search(entry)) and _is_note(marked["note"]):
            entry, note = entry[: marked.start()], marked["note"]
        sure = _UNSURE.search(note) is None
        separator = r"[/、]" if note == "含" else r"/"
        aliases += [
            Alias(name.strip(), note, sure) for name in re.split(separator, entry) if name.strip()
        ]
    return aliases


def _is_note(text: str) -> bool:
    return bool(_FORMER.search(text) or _UNSURE.search(text))
