"""Envelopes of simulated curves (模拟包络): local, at each distance, and global, of whole ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import rankdata

Side = Literal["upper", "lower"]
Verdict = Literal["above", "below", "within", "unknown"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A curve held against simulated ones: bounds by name, NaN where nothing is known."""

    bounds: dict[str, np.ndarray]
    verdict: Verdict
    p_above: float
    p_below: float


def judge_curve(observed: np.ndarray, curves: np.ndarray, level: float) -> Judged:
    """
    Hold a curve against simulated ones where all of them are known, each side by itself.

    ``above`` where it is both, at different distances; ``unknown`` where nothing is known.
    """
    known = np.isfinite(observed) & np.isfinite(curves).all(axis=0)
    names = ("lower_local", "upper_local", "lower_global", "upper_global")
    bounds = {name: np.full(observed.size, np.nan) for name in names}
    if not known.any():
        return Judged(bounds, "unknown", float("nan"), float("nan"))
    own, others = observed[known], curves[:, known]
    low, high = local_envelope(others, level)
    every = np.vstack((others, own))
    lower = global_envelope(every, level, "lower")
    upper = global_envelope(every, level, "upper")
    for name, bound in zip(names, (low, high, lower, upper), strict=True):
        bounds[name][known] = bound
    above, below = bool((own > upper).any()), bool((own < lower).any())
    return Judged(
        bounds,
        "above" if above else "below" if below else "within",
        p_value(own, others, "upper"),
        p_value(own, others, "lower"),
    )


def local_envelope(curves: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound at each distance; a share ``level`` of the curves lies beyond each."""
    low, high = np.quantile(curves, [level, 1.0 - level], axis=0)
    return low, high


def global_envelope(curves: np.ndarray, level: float, side: Side) -> np.ndarray:
    """
    Bound that a share ``level`` of the curves given, rounded down, crosses somewhere on one side.

    Duranton and Overman look for one local level, the same at every distance, whose bound is
    crossed by that share of the curves; they interpolate where 1,000 simulations are too coarse.
    Here curves are ordered by how extreme they ever are, ties broken by how often (extreme rank
    length), the most extreme are dropped, and the bound is what encloses the rest. With the
    observed curve among them, last, it crosses the bound just when its p is at most ``level``;
    a bound made without it is crossed by more curves than it says.
    """
    order = np.lexsort(rank_extremeness(curves, side).T[::-1])
    kept = curves[order[int(np.floor(level * len(curves))) :]]
    return np.asarray(kept.max(axis=0) if side == "upper" else kept.min(axis=0))


def rank_extremeness(curves: np.ndarray, side: Side) -> np.ndarray:
    """Ranks of each curve, smallest first: rows compare word by word, the least most extreme."""
    signed = -curves if side == "upper" else curves
    # Equal curves share the middle rank, so a distance at which all agree says nothing.
    return np.sort(rankdata(signed, method="average", axis=0), axis=1)


def p_value(observed: np.ndarray, curves: np.ndarray, side: Side) -> float:
    """Monte Carlo p of one whole curve among the simulated: (1 + as extreme) / (1 + simulated)."""
    ranks = rank_extremeness(np.vstack((observed, curves)), side)
    own, others = ranks[0], ranks[1:]
    differs = others != own
    first = differs.argmax(axis=1)
    rows = np.arange(len(others))
    as_extreme = ~differs.any(axis=1) | (others[rows, first] < own[first])
    return float((1 + as_extreme.sum()) / (1 + len(others)))
