"""Analyses as an explorer calls them (笔记本入口): frames or files in, frames and pages out."""

from __future__ import annotations

from yngis.report.notebook.results import Result, ShownPage
from yngis.report.notebook.runs import audit, clustering, intensity, targets

__all__ = ["Result", "ShownPage", "audit", "clustering", "intensity", "targets"]
