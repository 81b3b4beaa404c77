"""Who is a neighbour of whom (邻接关系), measured in metres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from libpysal.graph import Graph
from scipy.spatial import KDTree

from yngis.analysis.clustering.amount_checks import check_choice
from yngis.analysis.clustering.parameters import COUNT, METRES_OR_NONE, require_parameters
from yngis.analysis.clustering.point_patterns.points import refuse_degrees, refuse_fewer
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
        If the layer is in degrees, has a label twice or an empty geometry; if the rule needs a
        distance, or has more neighbours than there are other places; if contiguity is asked of what
        is no polygon, or of polygons of which not one touches another, as development zones do not.
    """
    check_choice(rule, ("contiguity", "nearest", "band"), "neighbours：rule")
    require_parameters("neighbours", k=(k, COUNT), distance_m=(distance_m, METRES_OR_NONE))
    if not hasattr(places, "crs"):
        raise _unfit_rule_error(
            "点或面图层 / a layer of points or polygons", type(places).__name__, "GeoSeries(…)"
        )
    refuse_degrees(places.crs, "neighbours：places")
    shapes = places.geometry
    _refuse_unfit_places(shapes, rule)
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
        return _nearest_neighbour_graph(centres, k)
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


def _refuse_unfit_places(shapes: GeoSeries, rule: Rule) -> None:
    """Labels once each, a shape for every place, and polygons where borders are asked for."""
    # Of what is missing or empty the bounds are NaN, as they are of coordinates that are none.
    empty = ~np.isfinite(shapely.bounds(shapes.to_numpy())).all(axis=1)
    twice = shapes.index[shapes.index.duplicated()]
    surface = shapely.get_dimensions(shapes.to_numpy()) == 2  # noqa: PLR2004 - a polygon
    if len(twice):
        mend = "places.set_index('name_zh')，或 / or places.reset_index(drop=True)"
        raise _unfit_rule_error("索引不重复 / each label once", f"{twice[0]} …({len(twice)})", mend)
    if empty.any():
        found = f"{int(empty.sum())} 处没有图形 / places without a shape: {shapes.index[empty][0]}"
        raise _unfit_rule_error(
            "每处都有图形 / a shape for every place", found, "places[~places.is_empty]"
        )
    if rule == "contiguity" and not surface.all():
        found = f"{int((~surface).sum())} 处不是面 / are no polygons"
        raise _unfit_rule_error("面 / polygons", found, "rule='nearest' 或 / or rule='band'")


def _nearest_neighbour_graph(centres: GeoSeries, k: int) -> Graph:
    """Join each place to the k nearest others; those on one spot are each other's nearest."""
    xy = np.column_stack((shapely.get_x(centres.to_numpy()), shapely.get_y(centres.to_numpy())))
    most = int(np.unique(xy, axis=0, return_counts=True)[1].max(initial=0))
    if most > k:
        found = f"{most} 处在同一点，k = {k} / places on one spot, k = {k}"
        mend = f"k={most}，或 / or rule='band'"
        raise _unfit_rule_error(
            "同一点上不多于 k 处 / no more than k places on one spot", found, mend
        )
    if most == 1:
        return Graph.build_knn(centres, k=k)
    # libpysal refuses any two on one spot. The place itself is among the k + 1 nearest, though not
    # always the first of them.
    near = KDTree(xy).query(xy, k=k + 1)[1]
    others = np.array([row[row != place][:k] for place, row in enumerate(near)])
    focal = np.repeat(np.arange(len(xy)), k)
    ids = centres.index
    return Graph.from_arrays(ids[focal], ids[others.ravel()], np.ones(focal.size))


def _unfit_rule_error(promised: str, found: str, mend: str) -> LayerError:
    return LayerError(
        Problem(where="neighbours：places", promised=promised, found=found, mend=mend)
    )
