"""Values matched to a graph of neighbours (值与邻接图的对应), and esda kept from side effects."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from libpysal.weights import W

from yngis.analysis.clustering.alignment import is_real_number, labels_among
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

Neighbours: TypeAlias = Graph | W
"""Who is a neighbour of whom, in libpysal's new form or its old one."""

_SAME: Final = 1e-12  # Numbers that differ by less than this share of the largest are equal.


def as_graph(graph: Neighbours, measure: str) -> Graph:
    """Take a libpysal Graph or W; refuse negative weights and places next to themselves."""
    if isinstance(graph, W):
        with quiet_warnings():
            graph = Graph.from_W(graph)
    if not isinstance(graph, Graph):
        raise LayerError(
            Problem(
                where=f"{measure}：graph",
                promised="libpysal 的 Graph 或 W / a Graph or a W of libpysal",
                found=type(graph).__name__,
                mend="neighbours(places, 'nearest', k=6)",
            )
        )
    weights = graph.adjacency
    focal, neighbor = (weights.index.get_level_values(level) for level in (0, 1))
    # An isolate stands in the graph as its own neighbour of weight 0.
    own = (focal == neighbor) & (weights.to_numpy() != 0)
    bad = ~np.isfinite(weights.to_numpy(dtype="float64")) | (weights.to_numpy() < 0)
    if own.any() or bad.any():
        raise LayerError(
            Problem(
                where=f"{measure}：graph",
                promised="非负权重，自身不为邻 / weights not negative, no place next to itself",
                found=f"{int(own.sum())} 处自身为邻 / next to themselves, {int(bad.sum())} 个负权重"
                "或缺失 / weights negative or missing",
                mend="graph.assign_self_weight(0)，或 / or neighbours(places, …)",
            )
        )
    return graph


def linked_graph(graph: Neighbours, measure: str) -> Graph:
    """Take a graph in which at least one place has a neighbour: without there is no statistic."""
    known = as_graph(graph, measure)
    if known.n_edges > 0:
        return known
    raise LayerError(
        Problem(
            where=f"{measure}：graph",
            promised="至少一对邻居 / one pair of neighbours at least",
            found=f"{known.n} 处，没有一对相邻 / places, not one pair of neighbours",
            mend="加大距离，或用 rule='nearest' / a longer distance, or rule='nearest'",
        )
    )


def matched_values(values: pd.Series | ArrayLike, graph: Graph, measure: str) -> np.ndarray:
    """Numbers in the order of the graph's ids; refuses missing values, texts and constants."""
    given = aligned_values(values, graph, measure)
    if not is_real_number(given):
        raise _unfit_graph_error(measure, str(given.dtype), "改为数值列 / give numbers")
    y = given.to_numpy(dtype="float64", na_value=np.nan)
    if not np.isfinite(y).all():
        mend = "先去掉没有值的地区并重建邻接 / leave those places out and build the graph again"
        raise _unfit_graph_error(measure, "有缺失或无穷 / some are missing or infinite", mend)
    # A power of two keeps every bit, and squares of the result cannot overflow.
    y = np.asarray(np.ldexp(y, -int(np.frexp(np.abs(y).max(initial=0.0))[1])))
    if np.ptp(y) <= _SAME * np.abs(y).max():
        raise _unfit_graph_error(
            measure, "全部相等 / all equal", "没有差异可检验 / there is nothing to test"
        )
    return y


def _unfit_graph_error(measure: str, found: str, mend: str) -> LayerError:
    promised = "不缺且不全相等的数值 / numbers, none missing and not all equal"
    return LayerError(Problem(where=measure, promised=promised, found=found, mend=mend))


def aligned_values(values: pd.Series | ArrayLike, graph: Graph, measure: str) -> pd.Series:
    """Values in the order of the places of a graph; those without an index are in it already."""
    if not isinstance(values, pd.Series):
        array = np.asarray(values)
        values = pd.Series(array if array.ndim == 1 else array.ravel())
        if array.ndim == 1 and array.size == graph.n:
            return values.set_axis(graph.unique_ids)
    elif (
        values.index.is_unique
        and len(values) == graph.n
        and labels_among(graph.unique_ids, values.index).all()
    ):
        return values.reindex(graph.unique_ids)
    raise LayerError(
        Problem(
            where=measure,
            promised="与邻接图相同的地区，各一次 / the places of the graph, each once",
            found=f"{len(values)} 与 / and {graph.n}",
            mend="用同一图层建图与取值 / take values and graph from the same layer",
        )
    )


@contextmanager
def quiet_warnings() -> Iterator[None]:
    """Keep esda from changing the process's warning filters, and from its notice on one-sided p."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
