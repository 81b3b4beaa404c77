"""The plan's zones, findable by every spelling that is surely theirs (开发区名录)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from yngis.plan.names import ALIKE, name_likeness, normalise_zone_name, parse_aliases, tidy_name

if TYPE_CHECKING:
    import pandas as pd

_SUGGESTED = 3
# How much less alike than the nearest another suggestion may be.
_SPREAD = 0.1


class Presumed(NamedTuple):
    """A zone that a name may, but need not, belong to, with the registry's note on it."""

    zone: str
    note: str


@dataclass(frozen=True)
class Registry:
    """
    The zones that the plan names, findable by every spelling that is sure (开发区名录).

    Parameters
    ----------
    table
        ``name_zh``, and where known ``short_zh`` and ``aliases``, as in the card ``zone_registry``.
    """

    table: pd.DataFrame

    @cached_property
    def _spellings(self) -> tuple[dict[str, set[str]], dict[str, set[Presumed]]]:
        """Zones by spelling, tidy and plain; and the presumed ones apart."""
        sure: dict[str, set[str]] = defaultdict(set)
        presumed: dict[str, set[Presumed]] = defaultdict(set)
        for row in self.table.to_dict("records"):
            zone = str(row["name_zh"])
            names = [zone, row.get("short_zh")]
            for alias in parse_aliases(row.get("aliases")):
                if alias.sure:
                    names.append(alias.name)
                else:
                    presumed[normalise_zone_name(alias.name)].add(Presumed(zone, alias.note))
            for name in names:
                if isinstance(name, str):
                    sure[tidy_name(name)].add(zone)
                    sure[normalise_zone_name(name)].add(zone)
        return dict(sure), dict(presumed)

    def candidates(self, name: str) -> tuple[str, ...]:
        """
        Zones that bear a name: one, none, or several where it is ambiguous (候选).

        Parameters
        ----------
        name
            Name, alias or short name in any spelling.

        Returns
        -------
        zones
            Registry names, sorted. The name as written decides before its plain form does.
        """
        sure, _ = self._spellings
        return tuple(sorted(sure.get(tidy_name(name)) or sure.get(normalise_zone_name(name)) or ()))

    def find(self, name: str) -> str | None:
        """
        Zone that a name means (按名称或别名查找).

        Parameters
        ----------
        name
            Name, alias or short name in any spelling.

        Returns
        -------
        zone
            Registry name; None where the name is unknown, ambiguous, or only presumed to be one.
        """
        found = self.candidates(name)
        return found[0] if len(found) == 1 else None

    def presumed(self, name: str) -> tuple[Presumed, ...]:
        """
        Zones that a name may belong to, by notes such as 疑似 or 相关 (待核).

        Parameters
        ----------
        name
            Name in any spelling.

        Returns
        -------
        presumed
            Zones with the registry's note, sorted.
        """
        _, presumed = self._spellings
        return tuple(sorted(presumed.get(normalise_zone_name(name), ())))

    def suggest(self, name: str) -> tuple[str, ...]:
        """
        Zones whose names look most like a name that is unknown (相近名称).

        Parameters
        ----------
        name
            Name that was not found.

        Returns
        -------
        zones
            Up to three registry names, the nearest first, as
            :func:`yngis.plan.names.name_likeness` tells.
        """
        sure, _ = self._spellings
        likest: dict[str, float] = defaultdict(float)
        for spelling, zones in sure.items():
            score = name_likeness(name, spelling)
            for zone in zones:
                likest[zone] = max(likest[zone], score)
        near = sorted(likest, key=lambda zone: (-likest[zone], zone))
        least = max(ALIKE, max(likest.values(), default=0.0) - _SPREAD)
        return tuple(zone for zone in near if likest[zone] >= least)[:_SUGGESTED]

    def collisions(self) -> dict[str, tuple[str, ...]]:
        """
        Spellings that mean several zones at once (同名冲突).

        Returns
        -------
        collisions
            Zones by spelling; a good registry has none.
        """
        sure, _ = self._spellings
        return {name: tuple(sorted(zones)) for name, zones in sure.items() if len(zones) > 1}
