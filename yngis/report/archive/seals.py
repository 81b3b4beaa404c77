"""Checksums over the rows of an archive (封签), so that a changed byte in the database is found."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

# Columns by name: a later schema may add others, and the seals of today must still hold.
_META: Final = "SELECT key, value FROM meta ORDER BY key"
_ZONE: Final = "SELECT zone_id, source FROM zone ORDER BY zone_id"
_NAME: Final = (
    "SELECT told, zone_id, name_zh, short_zh, aliases, level, category, prefecture, valid_from,"
    " valid_to, source FROM zone_name ORDER BY told"
)
_LINEAGE: Final = (
    "SELECT told, kind, zone_id, other_id, day, before, after, source FROM zone_lineage"
    " ORDER BY told"
)
_EDITION: Final = (
    "SELECT edition_id, kind, year, as_of, digest, folder, version, rules, plan, boundary,"
    " supersedes, reason, state, added FROM edition WHERE edition_id = ?"
)
_VALUE: Final = (
    "SELECT level, place, zone_id, measure, value, words, numerator, denominator, unit, reason"
    " FROM value WHERE edition_id = ? ORDER BY level, place, measure"
)
_FINDING: Final = (
    "SELECT place_in_file, record_key, matched_by, matched_edition, overlap, record_id,"
    " supervision_no, contract_no, parcel_no, zone_id, finding, class, days, area_m2, geometry,"
    " west, south, east, north FROM finding WHERE edition_id = ? ORDER BY place_in_file"
)


def seal_zones(connection: sqlite3.Connection) -> None:
    """
    Seal what an archive knows of itself and of its zones (封存开发区表).

    Parameters
    ----------
    connection
        Within a transaction, after the rows are written.
    """
    connection.execute("INSERT INTO seal (sha256) VALUES (?)", (zones_digest(connection),))


def seal_edition(connection: sqlite3.Connection, edition: int) -> None:
    """
    Seal an edition (封存一版).

    Parameters
    ----------
    connection
        Within a transaction, after its rows are written.
    edition
        Its number.
    """
    told = (edition, edition_digest(connection, edition))
    connection.execute("INSERT INTO seal (edition_id, sha256) VALUES (?, ?)", told)


def zones_digest(connection: sqlite3.Connection) -> str:
    """
    SHA-256 of the rows on the archive and its zones (开发区表校验和).

    Parameters
    ----------
    connection
        The archive.

    Returns
    -------
    digest
        64 hexadecimal digits.
    """
    return _rows_digest(connection, (_META, _ZONE, _NAME, _LINEAGE), ())


def edition_digest(connection: sqlite3.Connection, edition: int) -> str:
    """
    SHA-256 of an edition's rows (一版各行校验和).

    Parameters
    ----------
    connection
        The archive.
    edition
        Its number.

    Returns
    -------
    digest
        64 hexadecimal digits, over its own row, its values and its findings.
    """
    return _rows_digest(connection, (_EDITION, _VALUE, _FINDING), (edition,))


def _rows_digest(
    connection: sqlite3.Connection, queries: tuple[str, ...], given: tuple[int, ...]
) -> str:
    total = hashlib.sha256()
    for query in queries:
        for row in connection.execute(query, given):
            # repr tells 1 from 1.0 and from "1", and writes a float so that it reads back.
            total.update(repr(row).encode("utf-8", "surrogatepass") + b"\n")
    return total.hexdigest()
