"""Which tables the layers of a pack were drawn from (图层所据的表), so that an edit is noticed."""

from __future__ import annotations

import json
from typing import Final

from yngis.catalogue import layers_dir, write_text
from yngis.catalogue.io.layers_dir import PACK_FILE
from yngis.catalogue.io.output.provenance import text_checksum
from yngis.catalogue.io.pack import rests_on_shipped

STATE_FILE: Final = "built.json"
"""Checksums of the tables that the pack's GeoPackage was drawn from."""

_TABLES: Final = tuple(
    f"tables/{name}.csv" for name in ("region_members", "zones", "ports", "category_defaults")
)


def note_sources() -> None:
    """Write down what the layers of the pack in use now follow."""
    text = json.dumps(_table_checksums(), ensure_ascii=False, indent=1)
    write_text(layers_dir() / STATE_FILE, f"{text}\n")


def is_behind_tables() -> bool:
    """Whether a table of the pack in use has changed since its layers were drawn."""
    return bool(changed_tables())


def changed_tables() -> list[str]:
    """Tables of the pack in use that are no longer those that its layers were drawn from."""
    now = _table_checksums()
    try:
        noted = json.loads((layers_dir() / STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return list(now)
    return sorted(name for name in {*now, *noted} if now.get(name) != noted.get(name))


def _table_checksums() -> dict[str, str]:
    """By name; what a spreadsheet or git does to marks and ends of lines changes nothing."""
    home = layers_dir()
    # The shipped description says more than what its layers follow.
    names = _TABLES if rests_on_shipped() else (PACK_FILE, *_TABLES)
    return {name: text_checksum(home / name) for name in names if (home / name).is_file()}
