"""Ripley's K of one set of plants or between two (二阶特征), with three ways to mind the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from yngis.analysis.clustering.point_patterns.envelopes import Judged, judge_curve
from yngis.analysis.clustering.point_patterns.study_window import Overlap, longest_usable
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from yngis.analysis.clustering.point_patterns.study_window import Window

Correction = Literal["translation", "border", "none"]

CORRECTIONS: Final = ("translation", "border", "none")
"""What can be done about neighbours beyond the edge."""

_HAIR: Final = 1.0 + 1e-9  # A pair just as long as the last distance is not lost to rounding.


@dataclass(frozen=True, slots=True)
class Pairs:
    """Ordered pairs of a plant and another near it: whose they are, and how the other lies."""

    places: np.ndarray
    others: int
    focal: np.ndarray
    shift: np.ndarray

    @classmethod
    def within(cls, places: np.ndarray, longest: float) -> Self:
        """Every plant with every other of the same set."""
        near = KDTree(places).query_pairs(longest * _HAIR, output_type="ndarray")
        focal = np.concatenate((near[:, 0], near[:, 1]))
        other = np.concatenate((near[:, 1], near[:, 0]))
        return cls(places, len(places) - 1, focal, places[other] - places[focal])

    @classmethod
    def between(cls, places: np.ndarray, others: np.ndarray, longest: float) -> Self:
        """Every plant with every one of another set."""
        near = KDTree(places).sparse_distance_matrix(
            KDTree(others), longest * _HAIR, output_type="ndarray"
        )
        shift = others[near["j"]] - places[near["i"]]
        return cls(places, len(others), near["i"], shift)


def k_function(
    pairs: Pairs,
    window: Window,
    grid: np.ndarray,
    correction: Correction,
    overlap: Overlap | None,
) -> np.ndarray:
    """K [m²] at each distance: the window's area times the mean share of others so near."""
    distance = np.hypot(pairs.shift[:, 0], pairs.shift[:, 1])
    count = len(pairs.places)
    if correction == "border":
        edge = window.edge_distance(pairs.places)
        ones = np.ones(distance.size)
        # A pair counts for its plant from its own length on, until the edge is nearer than r.
        kept = distance <= edge[pairs.focal]
        entered = _at_most(distance, ones, grid, kept)
        left = _at_most(edge[pairs.focal], ones, grid, kept, strict=True)
        within = count - _at_most(edge, np.ones(count), grid, np.ones(count, bool), strict=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(window.area / pairs.others * (entered - left) / within)
    weight = np.ones(distance.size)
    if overlap is not None:
        weight = window.area / overlap.area(pairs.shift)
    total = _at_most(distance, weight, grid, np.ones(distance.size, bool))
    return np.asarray(window.area / (count * pairs.others) * total)


def seen_overlap(
    window: Window, grid: np.ndarray, correction: Correction, measure: str
) -> Overlap | None:
    """Overlap of the area with itself up to the last distance, where the correction needs it."""
    if correction != "translation":
        return None
    overlap = Overlap.of(window)
    _refuse_beyond(overlap, window, grid, measure)
    return overlap.tabulated(float(grid[-1]))


def judged_curve(
    k: np.ndarray, simulated: np.ndarray, grid: np.ndarray, level: float
) -> tuple[pd.DataFrame, Judged]:
    """K and L by distance, with the envelopes of L - d from the K's of simulated patterns."""
    excess = np.sqrt(k / np.pi) - grid
    judged = judge_curve(excess, np.sqrt(simulated / np.pi) - grid, level)
    curve = pd.DataFrame(
        {"k": k, "l": np.sqrt(k / np.pi), "l_minus_d": excess, **judged.bounds},
        index=pd.Index(grid, name="distance_m"),
    )
    return curve, judged


def _refuse_beyond(overlap: Overlap, window: Window, grid: np.ndarray, measure: str) -> None:
    """Raise where the translation correction would be asked for distances it cannot see."""
    usable = longest_usable(overlap, window, float(grid[-1]))
    if usable >= grid[-1]:
        return
    raise LayerError(
        Problem(
            where=f"{measure}：distances_m",
            promised="研究区各方向都容得下的距离 / distances that fit into the area however they "
            "lie",
            found=f"至 / up to {grid[-1]:.0f} m，可用至 / usable up to {usable:.0f} m",
            mend="缩短距离，或 correction='none'（K 偏小，但随机模拟同样偏小，判断仍成立） / "
            "shorter distances, or correction='none': K is then too small, and so are the random "
            "ones that it is held against",
        )
    )


def _at_most(
    values: np.ndarray,
    weights: np.ndarray,
    grid: np.ndarray,
    counted: np.ndarray,
    *,
    strict: bool = False,
) -> np.ndarray:
    """Sum the weights of the values at most (or below) each distance."""
    at = np.searchsorted(grid, values[counted], side="right" if strict else "left")
    return np.asarray(np.cumsum(np.bincount(at, weights[counted], grid.size + 1))[: grid.size])
