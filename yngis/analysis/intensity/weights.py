"""Weights of a tree of goals: those of the scheme, or draws of them, over what can be scored."""

from __future__ import annotations

import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from yngis.analysis.intensity.scheme import Branch, Scheme

Draws = dict[tuple[str, ...], np.ndarray]


class Node(NamedTuple):
    """One level of the tree: its path, and the weights of what stands below it."""

    path: tuple[str, ...]
    children: tuple[tuple[str, ...], ...]
    weights: np.ndarray


def weight_levels(branches: Iterable[Branch]) -> list[Node]:
    """List the levels of the tree, from the goals down to the indicators."""
    below: dict[tuple[str, ...], dict[tuple[str, ...], float]] = defaultdict(dict)
    for branch in branches:
        goal, sub = (branch.goal,), (branch.goal, branch.sub_goal)
        below[()][goal] = branch.goal_weight
        below[goal][sub] = branch.sub_goal_weight
        below[sub][*sub, branch.indicator] = branch.leaf_weight
    return [
        Node(path, tuple(children), np.array(list(children.values())))
        for path, children in below.items()
    ]


def fixed_weights(branches: Iterable[Branch]) -> Draws:
    """Weights of the scheme itself, as one draw."""
    return {
        child: np.array([weight])
        for node in weight_levels(branches)
        for child, weight in zip(node.children, node.weights, strict=True)
    }


def draw_weights(branches: Iterable[Branch], draws: int, concentration: float, seed: int) -> Draws:
    """
    Draw the weights of every level around those of the scheme.

    Each level has a generator of its own, seeded by its path and members: levels that two types of
    zone share are drawn alike for both, and no draw depends on the order of anything.
    """
    found: Draws = {}
    for node in weight_levels(branches):
        label = "/".join(("", *node.path)) + ":" + ",".join(child[-1] for child in node.children)
        generator = np.random.default_rng([seed, zlib.crc32(label.encode())])
        drawn = generator.dirichlet(concentration * node.weights, size=draws)
        found |= {child: drawn[:, column] for column, child in enumerate(node.children)}
    return found


def effective_weights(
    branches: tuple[Branch, ...], draws: Draws, usable: Collection[str]
) -> np.ndarray:
    """
    Weight of every branch in the whole, ``(draws, branches)``, where only some can be used.

    On each level the weights of what can be used are rescaled to 1; the others count 0.
    """
    live = {branch for branch in branches if branch.indicator in usable}
    paths: set[tuple[str, ...]] = {(b.goal, b.sub_goal, b.indicator) for b in live}
    paths |= {path[:depth] for path in paths for depth in (1, 2)}
    size = len(next(iter(draws.values())))
    share: Draws = {}
    for node in weight_levels(branches):
        alive = [child for child in node.children if child in paths]
        total = sum((draws[child] for child in alive), np.zeros(size))
        share |= {child: draws[child] / total for child in alive}
    columns = [
        share[branch.goal,]
        * share[branch.goal, branch.sub_goal]
        * share[branch.goal, branch.sub_goal, branch.indicator]
        if branch in live
        else np.zeros(size)
        for branch in branches
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((size, 0))


def scored_indicators(scheme: Scheme, branches: Iterable[Branch]) -> set[str]:
    """Name the indicators that have an ideal; the others are reported, not scored."""
    return {branch.indicator for branch in branches if branch.indicator in scheme.ideals}
