"""Deriving the shipped layers from their sources: ``yngis layers build``."""

from __future__ import annotations

from yngis.layerbuild.assemble import build_layers

__all__ = ["build_layers"]
