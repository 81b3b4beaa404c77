"""Rows of a table of indicators: zones and their parts, sorted by what they can be scored by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from yngis.analysis.intensity.weights import scored_indicators
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from yngis.analysis.intensity.scheme import Branch, Scheme
    from yngis.analysis.intensity.scheme_file import Part

Missing = Literal["refuse", "rescale"]
_PARTS: Final[dict[str, Part]] = {
    "主区": "core",
    "发展方向区": "expansion",
    "core": "core",
    "expansion": "expansion",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are scored by the same indicators: one type, one part, the same gaps."""

    branches: tuple[Branch, ...]
    rows: np.ndarray
    usable: frozenset[str]
    wanted: frozenset[str]
    lacking: tuple[str, ...]
    standing: np.ndarray
    zone_type: str
    part: Part


def scoring_groups_of(
    standardised: pd.DataFrame, scheme: Scheme, types: pd.Series, missing: Missing
) -> list[Group]:
    """Sort rows by what they can be scored by (按可用指标分组)."""
    _, parts = split_index(standardised.index)
    kinds = types.reindex(standardised.index).to_numpy()
    found = []
    for part in scheme.parts.weights:
        for zone_type in scheme.types:
            branches = scheme.branches(zone_type, part)
            wanted = frozenset(scored_indicators(scheme, branches))
            names = [branch.indicator for branch in branches]
            own = np.flatnonzero(
                [p == part and k == zone_type for p, k in zip(parts, kinds, strict=True)]
            )
            block = standardised.reindex(columns=names).to_numpy()[own]
            gaps = np.isnan(block) & np.isin(names, list(wanted))
            patterns, inverse = np.unique(gaps, axis=0, return_inverse=True)
            for number, pattern in enumerate(patterns):
                here = inverse.reshape(-1) == number
                lacking = tuple(name for name, gap in zip(names, pattern, strict=True) if gap)
                usable = wanted - set(lacking)
                found.append(
                    Group(
                        branches,
                        own[here],
                        usable,
                        wanted,
                        lacking if missing == "refuse" or not usable else (),
                        np.where(np.isnan(block[here]), 0.0, block[here]),
                        zone_type,
                        part,
                    )
                )
    return found


def split_index(index: pd.Index) -> tuple[pd.Index, tuple[Part, ...]]:
    """
    Zones and parts of an index (拆分开发区与分区).

    Parameters
    ----------
    index
        Zones, or zones and parts with a level named ``part``.

    Returns
    -------
    zones
        Zone of every row.
    parts
        Part of every row; ``core`` where the index names none.

    Raises
    ------
    LayerError
        If a part is unknown.
    """
    if "part" not in index.names:
        return index, tuple(_PARTS["core"] for _ in range(len(index)))
    written = [str(part) for part in index.get_level_values("part")]
    if wrong := sorted(set(written) - set(_PARTS)):
        raise LayerError(
            Problem(
                where="part",
                promised="、".join(_PARTS),
                found="、".join(f"“{part}”" for part in wrong),
                mend="主区或发展方向区 / core or expansion",
            )
        )
    zones = next(level for level, name in enumerate(index.names) if name != "part")
    return index.get_level_values(zones), tuple(_PARTS[part] for part in written)


def blend_scores(
    rows: np.ndarray, zones: pd.Index, parts: tuple[Part, ...], scheme: Scheme
) -> np.ndarray:
    """Blend the scores of a zone's parts (主区与发展方向区合成)."""
    code, unique = pd.factorize(zones)
    weight = np.array([scheme.parts.weights.get(part, 0.0) for part in parts])
    shape = (len(unique), *rows.shape[1:])
    total, share = np.zeros(shape), np.zeros(len(unique))
    aligned = weight.reshape(-1, *([1] * (rows.ndim - 1)))
    np.add.at(total, code, np.where(aligned > 0, rows * aligned, 0.0))
    np.add.at(share, code, weight)
    with np.errstate(invalid="ignore"):
        return total / share.reshape(-1, *([1] * (rows.ndim - 1)))
