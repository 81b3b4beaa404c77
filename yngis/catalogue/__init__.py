"""Layer cards, and reading, checking, repairing and writing layers by them (图层目录)."""

from __future__ import annotations

from yngis.catalogue._place import layers_dir
from yngis.catalogue.card import Card, cards, read_card
from yngis.catalogue.check import check
from yngis.catalogue.column import Column
from yngis.catalogue.provenance import checksum, versions
from yngis.catalogue.read import load, read_vector
from yngis.catalogue.write import write_csv, write_geopackage, write_text

__all__ = [
    "Card",
    "Column",
    "cards",
    "check",
    "checksum",
    "layers_dir",
    "load",
    "read_card",
    "read_vector",
    "versions",
    "write_csv",
    "write_geopackage",
    "write_text",
]
