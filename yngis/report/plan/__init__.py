"""Packs as things to work on (规划包): judged as a whole, and compared with one another."""

from __future__ import annotations

from yngis.report.plan.check import PackReport, check_pack
from yngis.report.plan.run import write_comparison

__all__ = ["PackReport", "check_pack", "write_comparison"]
