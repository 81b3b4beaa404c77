"""Whom a rule is for (适用范围): by the plan's industries of a zone, or a parcel's own code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from yngis.analysis.conflicts.rules import LayerRule

APPLIES: Final = {"yes": "适用", "no": "不适用", "unknown": "适用与否不明"}

_DIGITS: Final = re.compile(r"[A-Z]?(\d{2,4})")
_GRAVEST: Final = ("forbid", "condition", "inform")


def rule_applies(
    rule: LayerRule, *, industries: AbstractSet[str] | None = None, code: str | None = None
) -> str:
    """
    Tell whether a rule is for a zone or parcel (是否适用).

    Parameters
    ----------
    rule
        The rule.
    industries
        What the plan names the zone for; None where it is not known.
    code
        Industry code of a parcel; None where it is not known.

    Returns
    -------
    applies
        ``yes``, ``no`` or ``unknown``, which neither clears nor accuses.

    Examples
    --------
    >>> from yngis.analysis.conflicts.rules import read_conflict_rules
    >>> river = read_conflict_rules().rule_of("river")
    >>> rule_applies(river, industries={"化工"}), rule_applies(river, code="1351")
    ('yes', 'no')
    >>> rule_applies(river)
    'unknown'
    """
    if not rule.scoped:
        return "yes"
    answers = []
    if industries is not None and rule.industries:
        answers.append(bool(set(rule.industries) & industries))
    found = _DIGITS.fullmatch((code or "").strip().upper())
    if found and rule.codes:
        answers.append(found[1].startswith(rule.codes))
    if not answers:
        return "unknown"
    return "yes" if any(answers) else "no"


def gravest_effect(rule: LayerRule, kinds: AbstractSet[str]) -> str:
    """
    Gravest effect among the classes of a layer that a unit meets (最重的效力).

    Parameters
    ----------
    rule
        The layer's rule.
    kinds
        Names of classes, as :meth:`LayerRule.class_of` gives them.

    Returns
    -------
    effect
        That of the layer where one of them is no class of the rule: what is not understood is not
        taken lightly.
    """
    named = {each.name: each.effect for each in rule.classes}
    if not kinds or kinds - set(named):
        return rule.effect
    return min((named[kind] for kind in kinds), key=_GRAVEST.index)
