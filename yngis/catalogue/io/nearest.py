"""The nearest right name to a wrong one, for every message that says how to mend a misspelling."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# difflib's own default: below it the suggestions read as guesses.
_CUTOFF = 0.6
_LISTED = 12


def nearest_name(word: str, names: Iterable[str]) -> str | None:
    """
    Name that looks most like a word (最相近的名称).

    Parameters
    ----------
    word
        What was written.
    names
        What could have been meant.

    Returns
    -------
    name
        The nearest of the names, or None where none is near.

    Examples
    --------
    >>> nearest_name("name_zn", ["name_zh", "level"])
    'name_zh'
    >>> nearest_name("geology", ["name_zh", "level"]) is None
    True
    """
    found = get_close_matches(word, list(names), n=1, cutoff=_CUTOFF)
    return found[0] if found else None


def ask_if_meant(names: Iterable[str]) -> str:
    """
    Ask whether a name, or one of several, was meant (询问).

    Parameters
    ----------
    names
        Suggestions, the nearest first.

    Returns
    -------
    question
        One bilingual sentence.

    Examples
    --------
    >>> ask_if_meant(["甲园", "乙园"])
    '是否应为“甲园”“乙园”？ / did you mean “甲园”“乙园”?'
    """
    listed = "".join(f"“{name}”" for name in names)
    return f"是否应为{listed}？ / did you mean {listed}?"


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """
    Remedy for a wrong name: the nearest right one, else the list of them (改法).

    Parameters
    ----------
    word
        What was written.
    names
        What is allowed, one at least.

    Returns
    -------
    remedy
        One bilingual sentence.

    Examples
    --------
    >>> did_you_mean("国家", ["国家级", "省级"])
    '是否应为“国家级”？ / did you mean “国家级”?'
    """
    options = list(names)
    near = nearest_name(word, options)
    if near is not None:
        return ask_if_meant([near])
    listed = ", ".join(options[:_LISTED])
    if len(options) > _LISTED:
        listed += f" … ({len(options)})"
    return f"只能是：{listed} / must be one of these"
