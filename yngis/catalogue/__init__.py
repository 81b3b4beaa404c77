"""Layer cards, and reading, checking, repairing and writing layers by them (图层目录)."""

from __future__ import annotations

from yngis.catalogue._place import layers_dir

__all__ = ["layers_dir"]
