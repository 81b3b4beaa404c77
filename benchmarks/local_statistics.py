"""Spatial autocorrelation beside esda: whole calls on a grid in one run, ratios with spread."""

from __future__ import annotations

import argparse
import resource
import warnings
from collections.abc import Callable

import esda
import numpy as np
import pandas as pd
from libpysal.graph import Graph
from side_by_side import time_side_by_side

from yngis.analysis.clustering import geary, getis_ord_star, local_moran, moran


def make_grid(size: int) -> Graph:
    """Places of a square grid, next to the eight around them."""
    steps = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right]
    place = np.arange(size * size)
    row, column = np.divmod(place, size)
    pairs = []
    for down, right in steps:
        held = (
            (row + down >= 0)
            & (row + down < size)
            & (column + right >= 0)
            & (column + right < size)
        )
        pairs.append(np.column_stack((place[held], place[held] + down * size + right)))
    table = pd.DataFrame(np.concatenate(pairs), columns=["focal", "neighbor"]).assign(weight=1)
    return Graph.from_adjacency(table.sort_values(["focal", "neighbor"]))


def main() -> None:
    """Print each measure's seconds, and how many times as long its peer takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100, help="side of the grid")
    parser.add_argument("--permutations", type=int, default=9999)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    graph = make_grid(asked.size)
    by_row, with_self = graph.transform("r"), graph.assign_self_weight(1)
    values = pd.Series(np.random.default_rng(1).gamma(2.0, size=asked.size**2))
    y, times = values.to_numpy(), asked.permutations
    calls: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "Moran's I": (
            lambda: moran(values, graph, permutations=times),
            lambda: esda.Moran(y, by_row, permutations=times),
        ),
        "Geary's C": (
            lambda: geary(values, graph, permutations=times),
            lambda: esda.Geary(y, by_row, permutations=times),
        ),
        "local Moran": (
            lambda: local_moran(values, graph, permutations=times),
            lambda: esda.Moran_Local(y, by_row, permutations=times, n_jobs=1, seed=1),
        ),
        "Gi*": (
            lambda: getis_ord_star(values, graph, permutations=times),
            lambda: esda.G_Local(
                y, with_self, transform="B", star=True, permutations=times, n_jobs=1, seed=1
            ),
        ),
    }
    print(f"{asked.size**2:,} places, {times:,} permutations, processor seconds")
    for name, (ours, peer) in calls.items():
        ours()  # the first call compiles
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        peer()
        own, other, ratio = time_side_by_side(ours, peer, asked.rounds)
        print(f"{name}: {own:.2f} s, esda {other:.2f} s; {ratio}; {held:.2f} GB after ours")


if __name__ == "__main__":
    main()
