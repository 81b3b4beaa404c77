"""Tables that a cluster analysis can give, as declared in clustering.yml (字段说明)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from yngis.report.output_tables import read_output_tables

if TYPE_CHECKING:
    from yngis.report.output_tables import OutputTable


@lru_cache(maxsize=1)
def cluster_output_tables() -> tuple[OutputTable, ...]:
    """Every table that the analysis can give, with the meaning and unit of its columns."""
    return read_output_tables(Path(__file__).with_name("clustering.yml"))
