"""Industry clusters as files (产业集聚成果): report, tables, map, plates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
    from yngis.report.clustering.run import cluster_report, read_enterprises, write_clustering

__all__ = ["cluster_report", "read_enterprises", "write_clustering"]

# What compiles, measures or draws is loaded when it is used: a module beside it may need none.
__getattr__, __dir__ = names_on_demand(
    "yngis.report.clustering",
    {
        "cluster_report": "yngis.report.clustering.run",
        "read_enterprises": "yngis.report.clustering.run",
        "write_clustering": "yngis.report.clustering.run",
    },
)
