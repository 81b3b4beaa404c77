"""Which approvals a number in the supply means (文号识别): spelt otherwise, in a title, several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.tables.values.document_numbers import (
    loose_number,
    numbers_within,
    plain_number,
    split_numbers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

AND: Final = "；"
"""What stands between the numbers of several approvals that a record names."""


class MeantNumber(NamedTuple):
    """
    What a written number means.

    Attributes
    ----------
    number
        Numbers of approvals as their own list writes them, with :data:`AND` between several.
    rule
        Code of the rule that tells of it: ``approval_ref_read`` or ``approval_ref_several``.
    """

    number: str
    rule: str


def meant_numbers(known: Iterable[str], named: Iterable[str]) -> dict[str, MeantNumber]:
    """
    Tell which approvals written numbers mean, where they are not written as those are (文号识别).

    Parameters
    ----------
    known
        Numbers of the approvals, as their list writes them.
    named
        Distinct numbers that supply records name.

    Returns
    -------
    meant
        By what is written. What is no number of an approval in any reading, or may be that of
        several approvals, is left out: it stays a number that nobody knows.

    Examples
    --------
    >>> known = ["云政复〔2018〕12号", "云政复〔2019〕3号"]
    >>> found = meant_numbers(known, ["云政复2018-012", "云政复〔2018〕12号、云政复〔2019〕3号"])
    >>> [each.number for each in found.values()]
    ['云政复〔2018〕12号', '云政复〔2018〕12号；云政复〔2019〕3号']
    """
    exact: dict[str, str] = {}
    loose: dict[str, set[str]] = {}
    for text in known:
        plain = plain_number(text)
        if plain is not None:
            exact.setdefault(plain, text)
            loose.setdefault(str(loose_number(text)), set()).add(plain)
    titles = {text: numbers_within(text) for text in exact.values()}
    for text, within in titles.items():
        # The list of approvals may write a title around the number.
        if len(within) == 1 and plain_number(within[0]) not in exact:
            for form in (str(loose_number(within[0])), str(plain_number(within[0]))):
                loose.setdefault(form, set()).add(str(plain_number(text)))
    found: dict[str, MeantNumber] = {}
    for text in named:
        if plain_number(text) in exact:
            continue
        several = split_numbers(text)
        # Of 12号、13号 a title tells one only.
        titled = numbers_within(text) if len(several) == 1 else []
        for parts in ([text], several, titled):
            meant = [_one_number(part, exact, loose) for part in parts]
            held = list(dict.fromkeys(each for each in meant if each is not None))
            if held and len(held) == len(set(meant)):
                rule = "approval_ref_read" if len(held) == 1 else "approval_ref_several"
                found[text] = MeantNumber(AND.join(held), rule)
                break
    return found


def _one_number(text: str, exact: dict[str, str], loose: dict[str, set[str]]) -> str | None:
    plain = plain_number(text)
    if plain in exact:
        return exact[plain]
    same = loose.get(str(loose_number(text)), set())
    return exact[next(iter(same))] if len(same) == 1 else None


def numbers_named(text: object) -> list[str]:
    """
    Plain numbers of all approvals that a record names, once they have been recognised (各文号).

    Examples
    --------
    >>> numbers_named("云政复〔2018〕12号；云政复〔2019〕3号")
    ['云政复(2018)12', '云政复(2019)3']
    >>> numbers_named(None)
    []
    """
    if not isinstance(text, str):
        return []
    return [plain for part in text.split(AND) if (plain := plain_number(part)) is not None]


def share_named(
    named: Sequence[object], amounts: NDArray[np.float64], areas: pd.Series
) -> pd.Series:
    """
    Sum supply up by the approvals that it names; one that names several is shared by their areas.

    Parameters
    ----------
    named
        What each record names, ``(n,)``.
    amounts
        Its area [m²], ``(n,)``.
    areas
        Area of the approvals of each plain number [m²].

    Returns
    -------
    sums
        Area named [m²], by plain number.

    Examples
    --------
    >>> areas = pd.Series({"甲1": 30.0, "甲2": 10.0})
    >>> share_named(["甲1；甲2", "甲2"], np.array([8.0, 1.0]), areas).to_dict()
    {'甲1': 6.0, '甲2': 3.0}
    """
    numbers: list[str | None] = []
    shares: list[float] = []
    for text, amount in zip(named, amounts.tolist(), strict=True):
        held = numbers_named(text)
        if len(held) < 2:  # noqa: PLR2004 - shared from two on
            numbers.append(held[0] if held else None)
            shares.append(amount)
            continue
        sized = areas.reindex(held).fillna(0.0).to_numpy(dtype=np.float64)
        weights = sized / sized.sum() if sized.sum() > 0.0 else np.full(len(held), 1 / len(held))
        numbers += held
        shares += (amount * weights).tolist()
    told: pd.Series = pd.Series(shares, dtype="float64").groupby(np.array(numbers, object)).sum()
    return told
