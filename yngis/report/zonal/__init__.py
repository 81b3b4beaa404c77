"""Zonal statistics as files (分区统计成果)."""

from __future__ import annotations

from yngis.report.zonal.write import write_zonal_table, zonal_summary_lines

__all__ = ["write_zonal_table", "zonal_summary_lines"]
