"""Layer cards, and reading, checking, repairing and writing layers by them (图层目录)."""

from __future__ import annotations

from yngis.catalogue._place import layers_dir
from yngis.catalogue.card import Card, Column, cards, read_card

__all__ = ["Card", "Column", "cards", "layers_dir", "read_card"]
