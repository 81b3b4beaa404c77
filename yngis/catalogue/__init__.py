"""Layer cards, and reading, checking, repairing and writing layers by them (图层目录)."""

from __future__ import annotations

from yngis.catalogue.check import check
from yngis.catalogue.io.layers_dir import layers_dir
from yngis.catalogue.io.provenance import checksum, versions
from yngis.catalogue.io.vector import read_vector
from yngis.catalogue.io.write import write_csv, write_geopackage, write_text
from yngis.catalogue.shipped import load
from yngis.catalogue.tables.card import Card, cards, read_card
from yngis.catalogue.tables.column import Column

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
