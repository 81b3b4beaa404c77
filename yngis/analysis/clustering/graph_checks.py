"""Values matched to a graph of neighbours (值与邻接图的对应), and esda kept from side effects."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from libpysal.graph import Graph


def matched(values: pd.Series, graph: Graph, measure: str) -> np.ndarray:
    """Numbers in the order of the graph's ids; refuses missing values and constants."""
    y = aligned(values, graph, measure).to_numpy(dtype="float64")
    if np.isfinite(y).all() and np.ptp(y) > 0:
        return y
    raise LayerError(
        Problem(
            where=measure,
            promised="不缺且不全相等的数值 / numbers, none missing and not all equal",
            found="有缺失 / some are missing"
            if not np.isfinite(y).all()
            else "全部相等 / all equal",
            mend="先去掉没有值的地区并重建邻接 / leave places without a value out and build the "
            "graph again",
        )
    )


def aligned(values: pd.Series, graph: Graph, measure: str) -> pd.Series:
    """Values in the order of the places of a graph."""
    if (
        values.index.is_unique
        and len(values) == graph.n
        and graph.unique_ids.isin(values.index).all()
    ):
        return values.reindex(graph.unique_ids)
    raise LayerError(
        Problem(
            where=measure,
            promised="与邻接图相同的地区 / the places of the graph",
            found=f"{len(values)} 与 / and {graph.n}",
            mend="用同一图层建图与取值 / take values and graph from the same layer",
        )
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep esda from changing the process's warning filters, and from its notice on one-sided p."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
