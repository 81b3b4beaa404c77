"""Chains of an industry on the map (产业链分工): who the plan puts before whom."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from yngis.cartography.prepared import Chain
from yngis.plan.beside import read_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from yngis.cartography.prepared import Mark

_STAGES: Final = ("上游", "中游", "下游")
_WHOLE: Final = "全产业链"


def chains_of(layout: pd.DataFrame, marks: tuple[Mark, ...]) -> Iterator[Chain]:
    """
    Find the chains whose stages the plan gives to zones (产业链环节).

    Parameters
    ----------
    layout
        Rows of the industry's layout with ``segment``, ``zone`` and ``role``.
    marks
        Zones of the figure, whose short names are told.

    Yields
    ------
    chain
        Of each segment with zones at two stages at least: a role that lists products only says
        nothing of stages, and a zone of all stages stands at the end, where the others lead to.
    """
    words = read_beside("chain_stages").fillna("")
    meaning = {
        word: tuple(filter(None, stages.split(";")))
        for word, stages in zip(words["word"], words["stages"], strict=True)
    }
    short = {mark.name: mark.short for mark in marks}
    for segment, rows in layout.fillna("").groupby("segment", sort=False):
        tiers: dict[str, dict[str, str]] = {stage: {} for stage in (*_STAGES, _WHOLE)}
        for zone, roles in rows.groupby("zone", sort=False)["role"]:
            found = [stage for stage in _STAGES if stage in set(_stages_of(roles, meaning))]
            if found and zone in short:
                tier = _WHOLE if len(found) == len(_STAGES) else found[0]
                tiers[tier][str(zone)] = tier if tier == _WHOLE else "、".join(found)
        held = [zones for zones in tiers.values() if zones]
        if len(held) > 1:
            steps = " → ".join(_told_zones(zones, short) for zones in held)
            arrows = tuple(
                pair
                for before, after in itertools.pairwise(held)
                for pair in itertools.product(before, after)
            )
            yield Chain(str(segment), f"{segment}：{steps}", arrows)


def _told_zones(zones: Mapping[str, str], short: Mapping[str, str]) -> str:
    """Zones of one step, each stage named once: 甲、乙（上游）."""
    by_stage = itertools.groupby(sorted(zones, key=zones.__getitem__), key=zones.__getitem__)
    return "、".join(
        f"{'、'.join(short[zone] for zone in held)}（{stage}）" for stage, held in by_stage
    )


def _stages_of(roles: pd.Series, meaning: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Stages that any of a zone's roles names."""
    for role in roles:
        yield from _named_stages(str(role), meaning)


def _named_stages(role: str, meaning: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Stages that the words of a role mean; a longer word is looked for first and taken out."""
    for word in sorted(meaning, key=len, reverse=True):
        if word and word in role:
            yield from meaning[word]
            role = role.replace(word, " ")
