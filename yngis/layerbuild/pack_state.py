"""Which tables the layers of a pack were drawn from (图层所据的表), so that an edit is noticed."""

from __future__ import annotations

import json
from typing import Final

from yngis.catalogue import file_checksum, layers_dir, write_text
from yngis.catalogue.io.layers_dir import PACK_FILE
from yngis.catalogue.io.pack import rests_on_shipped

STATE_FILE: Final = "built.json"
"""Checksums of the tables that the pack's GeoPackage was drawn from."""

_TABLES: Final = (
    PACK_FILE,
    *(f"tables/{name}.csv" for name in ("region_members", "zones", "ports", "category_defaults")),
)


def note_sources() -> None:
    """Write down what the layers of the pack in use now follow."""
    if not rests_on_shipped():
        text = json.dumps(_checksums(), ensure_ascii=False, indent=1)
        write_text(layers_dir() / STATE_FILE, f"{text}\n")


def is_behind_tables() -> bool:
    """Whether a table of the pack in use has changed since its layers were drawn."""
    try:
        noted = json.loads((layers_dir() / STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return bool(noted != _checksums())


def _checksums() -> dict[str, str]:
    home = layers_dir()
    return {name: file_checksum(home / name) for name in _TABLES if (home / name).is_file()}
