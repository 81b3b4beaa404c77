"""
What a cell with a land-use code means (用途代码): whose code it is, and the zeros that were eaten.

A code alone may mean several things: 1001 is a railway in the survey and industry in 用地用海, 201
is a city or an orchard whose zero a spreadsheet ate. The classification that is stated goes first,
then the name beside the code, then the classification that such tables usually follow. What stays
open is told, never guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.text import fold_width
from yngis.catalogue.tables.cards.kept_readings import keep_reading
from yngis.catalogue.tables.values.land_use import (
    SCHEMES,
    class_name_stem,
    uses_by_code,
    uses_named,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yngis.catalogue.tables.values.land_use import LandUse

_EATEN: Final = re.compile(r"(\d+)\.0+")
_CODE: Final = r"\d[0-9A-Z]{1,5}|[A-Z]\d{0,2}"
_CODE_AND_NAME: Final = re.compile(rf"(?P<code>{_CODE})\W*(?P<name>[一-鿿].*?)\W*")
_NAME_AND_CODE: Final = re.compile(rf"(?P<name>[一-鿿].*?)\W+(?P<code>{_CODE})\W*")


class LandUseReading(NamedTuple):
    """
    What a land-use code was taken for.

    Attributes
    ----------
    code, scheme, name
        Of the class; the scheme is empty where several agree, the name where nothing is known.
    land
        Class of the evaluation, as :class:`yngis.catalogue.tables.values.land_use.LandUse` has it;
        all that it may be, joined by ``|``, where code and name contradict each other. Empty where
        nothing is known, and for overlays.
    built
        Whether such land shows buildings; None where that is not known.
    rules
        Codes of the rules that it breaks.
    note
        What a reader should know of the class.
    assumed
        Whether nothing but habit says whose code it is: no classification is stated, no name helps.
    """

    code: str
    scheme: str
    name: str
    land: str = ""
    built: bool | None = None
    rules: tuple[str, ...] = ()
    note: str = ""
    assumed: bool = False

    @property
    def known(self) -> bool:
        """Whether it was taken for a class, or for one of several."""
        return not {"code_unknown", "code_ambiguous", "code_missing"}.intersection(self.rules)


class _Found(NamedTuple):
    """A class that a text may stand for: as it stands, with a zero, or as its parent."""

    use: LandUse
    rule: str


def plain_code(text: str) -> str:
    """
    Fold what differs without meaning in a code: width, case, blanks, the .0 of a number (编码规整).

    Examples
    --------
    >>> plain_code(" 0201k "), plain_code("201.0")
    ('0201K', '201')
    """
    plain = "".join(fold_width(text).upper().split())
    number = _EATEN.fullmatch(plain)
    return number[1] if number else plain


@keep_reading("land_use_codes.csv", "land_use_schemes.csv", most=4096)
def read_land_use(
    text: str, scheme: str = "", *, usual: str = "", name: str = "", construction: bool = False
) -> LandUseReading:
    """
    Read a land-use code, or the name of a class (用途).

    Parameters
    ----------
    text
        Code, name, or both, as 0601 工业用地.
    scheme
        Classification that is stated for it, one of ``SCHEMES``; empty if none is.
    usual
        Classification that such a table follows where nothing is stated; empty if none.
    name
        Name of the class that stands beside the code; empty if none.
    construction
        Whether it can be nothing but construction land, as in a record of supply: where a bare code
        has several meanings, those of other land are left out.

    Returns
    -------
    reading
        The class, and the rules that the cell breaks.

    Examples
    --------
    >>> read_land_use("0601").rules, read_land_use("601", construction=True)[:3]
    (('code_ambiguous',), ('0601', '', '工业用地'))
    >>> read_land_use("1001").rules, read_land_use("1001", "用地用海 2023").name
    (('code_ambiguous',), '工业用地')
    >>> read_land_use("1001", usual="三调", name="工业用地")[:3]
    ('1001', '用地用海 2023', '工业用地')
    >>> read_land_use("201", usual="三调", name="果园")[:3]
    ('0201', '三调', '果园')
    """
    plain = plain_code(text)
    if uses_named(plain):
        return _read_name(plain, scheme, usual)
    both = _CODE_AND_NAME.fullmatch(plain) or _NAME_AND_CODE.fullmatch(plain)
    if both is not None:
        beside = name if uses_named(name) else both["name"]
        return read_land_use(
            both["code"], scheme, usual=usual, name=beside, construction=construction
        )
    if plain == "":
        return LandUseReading("", scheme, "", rules=("code_missing",))
    if uses_named(name):
        return _read_with_name(plain, name, scheme, usual)
    reading = _read_alone(plain, scheme, usual, construction=construction)
    if name:
        return reading._replace(rules=(*reading.rules, "use_name_unknown"))
    return reading


def read_record_use(
    code: str | None, name: str | None, scheme: str, usual: str, *, construction: bool = False
) -> LandUseReading:
    """
    Read the land use of a record, by its name where it has no code (记录的地类).

    Parameters
    ----------
    code, name
        As they stand in the record; None where they do not.
    scheme, usual, construction
        As for :func:`read_land_use`.

    Returns
    -------
    reading
        The class, and the rules that the record breaks.

    Examples
    --------
    >>> read_record_use(None, "旱地", "", "三调")[:3]
    ('0103', '三调', '旱地')
    """
    if code is None and name is not None and uses_named(name):
        reading = _read_name(plain_code(name), scheme, usual)
        return reading._replace(rules=(*reading.rules, "code_from_name"))
    return read_land_use(
        code or "", scheme, usual=usual, name=name or "", construction=construction
    )


def _read_name(name: str, scheme: str, usual: str) -> LandUseReading:
    """A name says what the use is; its code is that of the first classification that has it."""
    uses = uses_named(name)
    own = [use for use in uses if use.scheme == (scheme or usual)]
    return _reading_of_class((own or uses)[0], "code_other_scheme" if scheme and not own else "")


def _read_with_name(plain: str, name: str, scheme: str, usual: str) -> LandUseReading:
    """Read a code by the name beside it: what the name contradicts is not taken."""
    assumed = scheme or usual
    found = [each for one in _schemes_in_order(assumed) for each in _candidate_classes(plain, one)]
    fitting = [each for each in found if _name_agrees(each.use, name)]
    if fitting:
        chosen = fitting[0]
        strange = assumed and chosen.use.scheme != assumed
        reading = _reading_of_class(chosen.use, chosen.rule, "code_name_differs" if strange else "")
        several = len({each.use.scheme for each in fitting}) > 1
        return reading._replace(scheme="") if several and not assumed else reading
    if not found:
        return LandUseReading(plain, "", name, rules=("code_unknown",))
    own = [each.use for each in found if each.use.scheme == assumed]
    meant = [use for use in uses_named(name) if use.scheme == assumed]
    uses = [*(own or [each.use for each in found]), *(meant or uses_named(name))]
    rules = ("code_contradicts_name",)
    return LandUseReading(plain, "", name, _joined_names(uses), _shared_answer(uses), rules)


def _read_alone(plain: str, scheme: str, usual: str, *, construction: bool) -> LandUseReading:
    """Read a code that stands alone."""
    own = _candidate_classes(plain, scheme or usual) if scheme or usual else ()
    found = [each for each in _classes_everywhere(plain) if each.rule != "code_finer"]
    # 100102 is no finer railway: another classification has it as it stands.
    if own and (own[0].rule != "code_finer" or not found):
        return _read_in_scheme(plain, own, stated=scheme != "")
    if scheme:
        return LandUseReading(plain, scheme, "", rules=("code_unknown",))
    found = found or _classes_everywhere(plain)
    if construction:
        found = [each for each in found if _is_construction(each.use)] or found
    if not found:
        return LandUseReading(plain, "", "", rules=("code_unknown",))
    uses = [each.use for each in found]
    if len({class_name_stem(use.name) for use in uses}) > 1:
        return LandUseReading(
            plain, "", "", _joined_names(uses), _shared_answer(uses), ("code_ambiguous",)
        )
    reading = _reading_of_class(uses[0], found[0].rule, "code_other_scheme" if usual else "")
    several = len({use.scheme for use in uses}) > 1
    return reading._replace(scheme="") if several else reading


def _read_in_scheme(plain: str, own: Sequence[_Found], *, stated: bool) -> LandUseReading:
    """Read a code by a classification that has it; say so if it has two readings."""
    chosen, others = own[0], own[1:]
    if chosen.rule == "code_padded" and not stated:
        # 101 is 0101 without its zero, or a railway of the second survey.
        others = [each for each in _classes_everywhere(plain) if each.rule == ""]
    # 201 is a city, or 0201 without its zero.
    open_ = any(
        class_name_stem(each.use.name) != class_name_stem(chosen.use.name) for each in others
    )
    reading = _reading_of_class(chosen.use, "code_two_readings" if open_ else chosen.rule)
    return reading._replace(assumed=not stated)


def _is_construction(use: LandUse) -> bool:
    return any(land.startswith("A") or land == "B1" for land in use.land.split("|"))


def _classes_everywhere(plain: str) -> list[_Found]:
    return [each for scheme in SCHEMES for each in _candidate_classes(plain, scheme)]


@keep_reading("land_use_codes.csv", "land_use_schemes.csv", most=4096)
def _candidate_classes(plain: str, scheme: str) -> tuple[_Found, ...]:
    """Classes of one classification that a code may stand for, the plainest first."""
    known = uses_by_code()[scheme]
    found = [_Found(known[plain], "")] if plain in known else []
    if f"0{plain}" in known and plain[:1] in "123456789":
        found.append(_Found(known[f"0{plain}"], "code_padded"))
    if not found:
        parent = next((known[code] for code in _parent_codes(plain) if code in known), None)
        # A first-level class with an unknown number behind it is a wrong code, not a finer one.
        if parent is not None and parent.level > 1:
            found.append(_Found(parent, "code_finer"))
    return tuple(found)


def _parent_codes(plain: str) -> Iterable[str]:
    """Codes above a code: without the letters at its end, then two digits shorter each time."""
    bare = plain.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if bare != plain and bare:
        yield bare
    # Codes have two digits a level: with an odd number of them a zero is gone, 601 for 0601.
    whole = bare if not bare.isdigit() or len(bare) % 2 == 0 else f"0{bare}"
    if whole != bare:
        yield whole
    for length in range(len(whole) - 2, 3, -2):
        yield whole[:length]


def _schemes_in_order(first: str) -> Sequence[str]:
    return SCHEMES if not first else (first, *(each for each in SCHEMES if each != first))


def _name_agrees(use: LandUse, name: str) -> bool:
    """Whether a name is that of the class, of one above it or of one below it."""
    return any(
        other.scheme == use.scheme
        and (use.code.startswith(other.code) or other.code.startswith(use.code))
        for other in uses_named(name)
    )


def _reading_of_class(use: LandUse, *rules: str) -> LandUseReading:
    kept = tuple(rule for rule in rules if rule)
    return LandUseReading(use.code, use.scheme, use.name, use.land, use.built, kept, use.note)


@keep_reading("land_use_codes.csv", "land_use_schemes.csv", most=4096)
def other_schemes(code: str, scheme: str) -> tuple[str, ...]:
    """
    Classifications in which a code means another use (同码异义).

    Examples
    --------
    >>> other_schemes("1001", "三调")
    ('用地用海 2023',)
    """
    own = uses_by_code()[scheme].get(code)
    return tuple(
        other
        for other, uses in uses_by_code().items()
        if own is not None
        and code in uses
        and class_name_stem(uses[code].name) != class_name_stem(own.name)
    )


def _joined_names(uses: Iterable[LandUse]) -> str:
    lands = {land for use in uses for land in use.land.split("|") if land}
    if "A" in lands:  # built up, whichever: the finer ones are among it
        lands = {land for land in lands if not land.startswith("A")} | {"A"}
    return "|".join(sorted(lands))


def _shared_answer(uses: Iterable[LandUse]) -> bool | None:
    told = {use.built for use in uses}
    return told.pop() if len(told) == 1 else None
