"""Industry clusters as files (产业集聚成果): report, tables, map, plates."""

from __future__ import annotations

from yngis.report.clustering.run import cluster_report, read_enterprises, write_clustering

__all__ = ["cluster_report", "read_enterprises", "write_clustering"]
