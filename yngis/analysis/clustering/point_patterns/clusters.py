"""Clusters of plants (企业集群): DBSCAN and HDBSCAN in metres, and the hulls of what they find."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sklearn.cluster import DBSCAN, HDBSCAN

from yngis.analysis.clustering.alignment import on_index
from yngis.analysis.clustering.amount_checks import amount_series
from yngis.analysis.clustering.parameters import (
    COUNT,
    METRES,
    METRES_OR_ZERO,
    PAIR,
    require_parameters,
)
from yngis.analysis.clustering.point_patterns.points import metric_coordinates, refuse_fewer
from yngis.errors import LayerError, Problem
from yngis.measure import ellipsoidal_area

if TYPE_CHECKING:
    from collections.abc import Callable

NOISE: Final = -1
"""Label of plants that belong to no cluster (噪声点)."""

MARGIN_M: Final = 500.0
"""Ground around a plant that counts to its cluster [m]; our choice, for a plant is no point."""

_SQUARE_KM: Final = 1e6  # m²


def dbscan(
    points: gpd.GeoSeries | gpd.GeoDataFrame, eps_m: float, min_plants: int
) -> pd.Series[int]:
    """
    Clusters by density (DBSCAN 密度聚类), with a distance in metres.

    Parameters
    ----------
    points
        Plants in a CRS in metres, unique index.
    eps_m
        Two plants this near [m] are neighbours.
    min_plants
        Neighbours, the plant itself included, that make a plant the core of a cluster.

    Returns
    -------
    cluster
        On ``points.index``: 0 for the cluster with the most plants, 1 for the next …; -1 for none.

    Raises
    ------
    LayerError
        If the layer is in degrees or has something else than points, or a parameter makes no sense.

    Notes
    -----
    A plant on the border of two clusters goes to either; the plants are put in order of place
    first, so that the answer does not depend on the order of rows.

    References
    ----------
    .. [1] Ester, M. et al. (1996). A density-based algorithm for discovering clusters in large
       spatial databases with noise. KDD-96.

    Examples
    --------
    >>> places = gpd.GeoSeries.from_xy([0, 300, 600, 9000], [0, 0, 0, 0], crs="EPSG:4543")
    >>> dbscan(places, eps_m=400, min_plants=2).tolist()
    [0, 0, 0, -1]
    """
    require_parameters("dbscan", eps_m=(eps_m, METRES), min_plants=(min_plants, COUNT))
    method = DBSCAN(eps=eps_m, min_samples=min_plants)
    return _label_clusters(points, "dbscan", method.fit_predict)


def hdbscan(
    points: gpd.GeoSeries | gpd.GeoDataFrame, min_plants: int, *, merge_m: float = 0.0
) -> pd.Series[int]:
    """
    Clusters by density at every scale (HDBSCAN 层次密度聚类), with distances in metres.

    Parameters
    ----------
    points
        Plants in a CRS in metres, unique index.
    min_plants
        Fewest plants that make a cluster, two at least.
    merge_m
        Clusters this near [m] are not told apart.

    Returns
    -------
    cluster
        On ``points.index``: 0 for the cluster with the most plants, 1 for the next …; -1 for none.

    Raises
    ------
    LayerError
        If the layer is in degrees, has something else than points, or fewer than ``min_plants``; if
        a parameter makes no sense.

    References
    ----------
    .. [1] Campello, R. et al. (2013). Density-based clustering based on hierarchical density
       estimates. PAKDD 2013.
    """
    require_parameters("hdbscan", min_plants=(min_plants, PAIR), merge_m=(merge_m, METRES_OR_ZERO))
    count = len(metric_coordinates(points, "hdbscan：points"))
    refuse_fewer(count, min_plants, "hdbscan：points")
    method = HDBSCAN(
        min_cluster_size=min_plants,
        cluster_selection_epsilon=float(merge_m),
        copy=True,
        algorithm="kd_tree",
    )
    return _label_clusters(points, "hdbscan", method.fit_predict)


def cluster_hulls(
    points: gpd.GeoSeries | gpd.GeoDataFrame,
    cluster: pd.Series,
    *,
    industry: pd.Series | None = None,
    size: pd.Series | None = None,
    margin_m: float = MARGIN_M,
) -> gpd.GeoDataFrame:
    """
    Hull of each cluster (集群范围) with its area, plants and leading industry.

    Parameters
    ----------
    points
        Plants in a CRS in metres.
    cluster
        Label of each plant, -1 for none, on the same index in any order.
    industry
        Industry of each plant, on the same index.
    size
        Size of each plant, on the same index; decides the leading industry if given. A missing one
        counts nothing.
    margin_m
        Ground around each plant that counts to the cluster [m], so that plants in a line have an
        area.

    Returns
    -------
    hulls
        One row per cluster, in order of its label: ``cluster``, ``plants``, ``size``,
        ``leading_industry`` (主导产业), ``leading_share`` of it in the plants (or in the size),
        ``area_km2`` on the ellipsoid, ``plants_per_km2``, and the convex hull in the CRS of
        ``points``.

    Raises
    ------
    LayerError
        If the layer is in degrees, an index does not match, a label is no whole number, or a size
        is negative.
    """
    metric_coordinates(points, "cluster_hulls：points")
    require_parameters("cluster_hulls", margin_m=(margin_m, METRES_OR_ZERO))
    label = _whole_labels(on_index(cluster, points, "cluster_hulls：cluster"))
    kinds = None if industry is None else on_index(industry, points, "cluster_hulls：industry")
    sizes = None
    if size is not None:
        given = on_index(size, points, "cluster_hulls：size").fillna(0.0)
        sizes = amount_series(given, "cluster_hulls：size")
    geometry = points.geometry.to_numpy()
    rows: list[tuple[object, ...]] = []
    hulls = []
    for name in np.unique(label[label != NOISE]):
        inside = label == name
        hulls.append(shapely.convex_hull(shapely.multipoints(geometry[inside])).buffer(margin_m))
        weight = np.ones(int(inside.sum())) if sizes is None else sizes.to_numpy()[inside]
        leads, share = _leading_industry(
            weight, None if kinds is None else kinds.to_numpy()[inside]
        )
        total = np.nan if sizes is None else float(weight.sum())
        rows.append((int(name), int(inside.sum()), total, leads, share))
    columns = ["cluster", "plants", "size", "leading_industry", "leading_share"]
    hull = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=hulls, crs=points.crs)
    hull["area_km2"] = ellipsoidal_area(hull) / _SQUARE_KM
    hull["plants_per_km2"] = hull["plants"] / hull["area_km2"]
    return hull[[*columns, "area_km2", "plants_per_km2", "geometry"]]


def _whole_labels(cluster: pd.Series) -> np.ndarray:
    """Labels as whole numbers."""
    if pd.api.types.is_integer_dtype(cluster) and not cluster.isna().any():
        return cluster.to_numpy(dtype=np.intp)
    raise LayerError(
        Problem(
            where="cluster_hulls：cluster",
            promised="整数标签，-1 为不属任何集群 / whole numbers, -1 for no cluster",
            found=f"{cluster.dtype}，{int(cluster.isna().sum())} 个缺失 / missing",
            mend="cluster = dbscan(points, …)",
        )
    )


def _leading_industry(weight: np.ndarray, industry: np.ndarray | None) -> tuple[str | None, float]:
    """Find the industry with the most weight, and its share; the first by name of equals."""
    if industry is None:
        return None, float("nan")
    parts = pd.Series(weight).groupby(pd.Series(industry, dtype="object")).sum().sort_index()
    # Plants of no size, or all of no known industry, have no leading one.
    if parts.empty or not weight.sum() > 0:
        return None, float("nan")
    first = int(parts.to_numpy().argmax())
    return str(parts.index[first]), float(parts.iloc[first] / weight.sum())


def _label_clusters(
    points: gpd.GeoSeries | gpd.GeoDataFrame,
    where: str,
    method: Callable[[np.ndarray], np.ndarray],
) -> pd.Series[int]:
    """Label the plants in order of place, and number the clusters by size, then by place."""
    xy = metric_coordinates(points, f"{where}：points")
    labels = np.full(len(xy), NOISE)
    if len(xy):
        order = np.lexsort((xy[:, 1], xy[:, 0]))
        with warnings.catch_warnings():
            # Containers without /sys do not tell it; it only sets how many threads are used.
            warnings.filterwarnings("ignore", message="Could not find the number of physical")
            found = np.asarray(method(xy[order]))
        names, first, counts = np.unique(found, return_index=True, return_counts=True)
        real = names >= 0
        ranked = names[real][np.lexsort((first[real], -counts[real]))]
        number = {int(name): rank for rank, name in enumerate(ranked)}
        labels[order] = [number.get(int(name), NOISE) for name in found]
    return pd.Series(labels, index=points.index, name="cluster")
