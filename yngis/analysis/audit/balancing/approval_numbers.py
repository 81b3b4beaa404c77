"""Which approvals a number in the supply means (文号识别): spelt otherwise, in a title, several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.tables.values.document_numbers import (
    loose_number,
    numbers_of_run,
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
    exact, loose = _forms_of_list(known)
    found: dict[str, MeantNumber] = {}
    for text in named:
        if plain_number(text) in exact:
            continue
        several = split_numbers(text)
        # Of 12号、13号 a title tells one only.
        titled = numbers_within(text) if len(several) == 1 else []
        for parts in ([text], several, numbers_of_run(text), titled):
            meant = [_one_number(part, exact, loose) for part in parts]
            held = list(dict.fromkeys(each for each in meant if each is not None))
            if held and len(held) == len(set(meant)):
                rule = "approval_ref_read" if len(held) == 1 else "approval_ref_several"
                found[text] = MeantNumber(AND.join(held), rule)
                break
    return found


def _forms_of_list(known: Iterable[str]) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Texts of the list of approvals by their plain form, and plain forms by what may mean them."""
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
    for text in exact.values():
        # One row of the list may stand for several approvals.
        for part in _written_out(text):
            if plain_number(part) not in exact:
                loose.setdefault(str(loose_number(part)), set()).add(str(plain_number(text)))
    return exact, loose


def _written_out(text: str) -> list[str]:
    """Numbers of a row that stands for several; none where it stands for one."""
    several = split_numbers(text)
    return several if len(several) > 1 else numbers_of_run(text)


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
    Sum supply up by the approvals that it names; of several it fills what is left of each.

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
        Area named [m²], by plain number. A record of several approvals is shared by what those that
        name one only have left of them, and beyond that by their areas.

    Examples
    --------
    >>> areas = pd.Series({"甲1": 30.0, "甲2": 10.0})
    >>> share_named(["甲1；甲2", "甲2"], np.array([8.0, 2.0]), areas).round(3).to_dict()
    {'甲2': 3.684, '甲1': 6.316}
    """
    held = [numbers_named(text) for text in named]
    alone = [numbers[0] if len(numbers) == 1 else None for numbers in held]
    told: pd.Series = pd.Series(amounts, dtype="float64").groupby(np.array(alone, object)).sum()
    sums: dict[str, float] = {str(number): float(area) for number, area in told.items()}
    for numbers, amount in zip(held, amounts.tolist(), strict=True):
        if len(numbers) > 1:
            whole = areas.reindex(numbers).fillna(0.0).to_numpy(dtype=np.float64)
            taken = np.array([sums.get(number, 0.0) for number in numbers])
            shares = _filled_shares(amount, whole, np.clip(whole - taken, 0.0, None))
            for number, share in zip(numbers, shares.tolist(), strict=True):
                sums[number] = sums.get(number, 0.0) + share
    return pd.Series(sums, dtype="float64")


def _filled_shares(
    amount: float, whole: NDArray[np.float64], room: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Shares of an amount by the room that is left, and by the whole of what exceeds it."""
    within = min(amount, float(room.sum()))
    shares = room * (within / room.sum()) if within > 0.0 else np.zeros(len(room))
    even = np.full(len(whole), 1.0 / len(whole))
    weights = whole / whole.sum() if whole.sum() > 0.0 else even
    filled: NDArray[np.float64] = shares + (amount - within) * weights
    return filled
