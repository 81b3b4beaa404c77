"""Analyses as an explorer calls them (笔记本入口): frames or files in, frames and pages out."""

from __future__ import annotations

from yngis.report.notebook.land_runs import (
    change_report,
    conflict_report,
    disposal_report,
    imagery_report,
)
from yngis.report.notebook.made_up import demo_files
from yngis.report.notebook.results import Result, ShownPage
from yngis.report.notebook.runs import audit, clustering, intensity, targets

__all__ = [
    "Result",
    "ShownPage",
    "audit",
    "change_report",
    "clustering",
    "conflict_report",
    "demo_files",
    "disposal_report",
    "imagery_report",
    "intensity",
    "targets",
]
