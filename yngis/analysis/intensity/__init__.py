"""Land-use intensity of development zones (开发区土地集约利用评价)."""

from __future__ import annotations

from yngis.analysis.intensity.ranking import classes, rank_intervals, ranks
from yngis.analysis.intensity.ratios import evidence, formula, identity, indicators
from yngis.analysis.intensity.scheme import Scheme, read_scheme, scheme_names
from yngis.analysis.intensity.scores import Scores, score, standardise
from yngis.analysis.quantities import canonical, quantities, sum_faults, understand

__all__ = [
    "Scheme",
    "Scores",
    "canonical",
    "classes",
    "evidence",
    "formula",
    "identity",
    "indicators",
    "quantities",
    "rank_intervals",
    "ranks",
    "read_scheme",
    "scheme_names",
    "score",
    "standardise",
    "sum_faults",
    "understand",
]
