"""Who is a neighbour of whom (邻接关系), measured in metres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from libpysal.graph import Graph

from yngis.analysis.clustering.amount_checks import chosen
from yngis.analysis.clustering.points import refuse_degrees, refuse_fewer
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

Rule = Literal["contiguity", "nearest", "band"]


def neighbours(
    places: GeoSeries | GeoDataFrame, rule: Rule, *, k: int = 6, distance_m: float | None = None
) -> Graph:
    """
    Who is a neighbour of whom (空间权重), as a libpysal Graph on the caller's index.

    Parameters
    ----------
    places
        Points or polygons in a CRS in metres, unique index.
    rule
        ``contiguity``: polygons that share a border point (queen); ``nearest``: the k nearest;
        ``band``: all within a distance. The last two go by centroids.
    k
        Number of neighbours for ``nearest``.
    distance_m
        Distance [m] for ``band``.

    Returns
    -------
    graph
        Binary graph whose ids are ``places.index``, in its order.

    Raises
    ------
    LayerError
        If the layer is in degrees, the rule needs a distance, or contiguity is asked of places of
        which not one touches another, as development zones do not.
    """
    chosen(rule, ("contiguity", "nearest", "band"), "neighbours：rule")
    refuse_degrees(places.crs, "neighbours：places")
    shapes = places.geometry
    if rule == "contiguity":
        graph = Graph.build_contiguity(shapes, rook=False)
        if graph.n_edges == 0:
            raise LayerError(
                Problem(
                    where="neighbours：places",
                    promised="有公共边界的面 / polygons that touch",
                    found="没有一对相邻 / not one pair does",
                    mend="开发区互不相接，请用 rule='nearest' 或 'band' / zones do not touch: use "
                    "rule='nearest' or rule='band'",
                )
            )
        return graph
    centres = shapes.centroid
    if rule == "nearest":
        refuse_fewer(len(centres), k + 1, "neighbours：k")
        return Graph.build_knn(centres, k=k)
    if distance_m is None:
        raise LayerError(
            Problem(
                where="neighbours：distance_m",
                promised="band 所用的距离（米） / the distance [m] of a band",
                found="无 / none",
                mend="neighbours(places, 'band', distance_m=100_000)",
            )
        )
    return Graph.build_distance_band(centres, threshold=distance_m, binary=True)
