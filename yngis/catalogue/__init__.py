"""Layer cards, and reading, checking, repairing and writing layers by them (图层目录)."""

from __future__ import annotations

from yngis.catalogue.check import check
from yngis.catalogue.io.layers_dir import layers_dir, shipped_dir, use_pack_folder
from yngis.catalogue.io.output.provenance import file_checksum, library_versions
from yngis.catalogue.io.output.write import write_csv, write_geopackage, write_text
from yngis.catalogue.io.pack import Pack, province_albers, province_zones, read_pack
from yngis.catalogue.io.vectors.vector import read_vector
from yngis.catalogue.shipped import load
from yngis.catalogue.tables.cards.card import Card, cards, read_card
from yngis.catalogue.tables.cards.column import Column
from yngis.renamed import renamed_names

__all__ = [
    "Card",
    "Column",
    "Pack",
    "cards",
    "check",
    "file_checksum",
    "layers_dir",
    "library_versions",
    "load",
    "province_albers",
    "province_zones",
    "read_card",
    "read_pack",
    "read_vector",
    "shipped_dir",
    "use_pack_folder",
    "write_csv",
    "write_geopackage",
    "write_text",
]

__getattr__ = renamed_names(
    "yngis.catalogue",
    {
        "checksum": "file_checksum",
        "versions": "library_versions",
    },
)
