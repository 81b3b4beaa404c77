"""Deriving the shipped layers from their sources: ``yngis layers build``."""

from __future__ import annotations

from yngis.layerbuild.build import build

__all__ = ["build"]
