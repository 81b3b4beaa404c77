"""Deriving the shipped layers from their sources: ``yngis layers build``."""

from __future__ import annotations

from yngis.layerbuild.assemble import build

__all__ = ["build"]
