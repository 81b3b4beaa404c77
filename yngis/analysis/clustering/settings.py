"""What a run of the cluster analysis may choose (分析参数); every default is ours and editable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Choices of a run (分析参数). The defaults are the project's, not the plan's.

    Attributes
    ----------
    seed
        Seed of every simulation and permutation.
    simulations
        Times that each industry is sited anew for its K-density.
    permutations
        Permutations behind each p of the spatial statistics.
    level
        Error of the envelopes, on each side by itself.
    false_discovery_rate
        Share of false discoveries accepted among the significant counties.
    min_plants
        Plants below which an industry gets no γ and no K-density.
    weighted
        Weigh the K-density by size.
    k_bandwidth_m
        Bandwidth of the K-density [m]; Silverman's rule if None, which for a few dozen plants
        spread over a province gives 30 km and more and cannot see a cluster of 20 km.
    k_max_distance_m
        Longest distance of the K-density [m]; the median between two sites if None.
    eps_m, min_cluster
        Distance [m] and number of plants that make a cluster (DBSCAN).
    surface_bandwidth_m, surface_cell_m
        Bandwidth and cell of the density surface [m].
    within_km
        Distance [km] up to which zones are held against one another, in a straight line.
    least_overlap
        Least overlap (Jaccard) of segments for two zones to double one another in the plan.
    high_similarity
        Structural similarity from which two zones count as much the same; papers take 0.85 or 0.9.
    least_share
        Share of a zone's amount below which an industry is not called its leading one.
    least_plants
        Plants below which nothing is said of a zone's leading industry or its like.
    """

    seed: int = 0
    simulations: int = 1000
    permutations: int = 9999
    level: float = 0.05
    false_discovery_rate: float = 0.05
    min_plants: int = 10
    weighted: bool = False
    k_bandwidth_m: float | None = 5_000.0
    k_max_distance_m: float | None = None
    eps_m: float = 5_000.0
    min_cluster: int = 5
    surface_bandwidth_m: float = 15_000.0
    surface_cell_m: float = 3_000.0
    within_km: float = 100.0
    least_overlap: float = 0.5
    high_similarity: float = 0.85
    least_share: float = 0.05
    least_plants: int = 5
