"""One flipped byte is found, wherever it is; newer archives are refused, older ones migrated."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from yngis.errors import LayerError
from yngis.report.archive import add_runs, read_editions, verify_archive
from yngis.report.archive import database as archive_database


def _flip(path: Path, place: int) -> None:
    path.chmod(0o600)
    held = bytearray(path.read_bytes())
    held[place] ^= 1
    path.write_bytes(held)


@pytest.fixture
def filled(archive: Path, write_audit: Any) -> Path:
    record = {"id": "甲1", "zone": "昆明经开区", "finding": "idle", "area_m2": 12345.5}
    add_runs(archive, [write_audit("run", "2023-12-31", records=[record])])
    return archive


def test_one_flipped_byte_in_any_file_is_found(filled: Path, tmp_path: Path) -> None:
    assert verify_archive(filled) == []
    (edition,) = (filled / "editions").glob("*/*/*")
    for file in sorted(edition.iterdir()):
        copy = tmp_path / file.name
        shutil.copytree(filled, copy)
        _flip(copy / file.relative_to(filled), file.stat().st_size // 2)
        (problem,) = verify_archive(copy)
        assert "改动" in problem.found
        assert str(edition.relative_to(filled)) in problem.where


def test_one_flipped_byte_in_a_row_is_found(filled: Path) -> None:
    path = filled / "archive.db"
    # Number, zone and finding follow one another in the row as SQLite stores it.
    row = "甲1YN-002idle".encode()
    assert path.read_bytes().count(row) == 1
    _flip(path, path.read_bytes().index(row) + len(row) - 1)
    assert any("第 1 版的行被改动" in problem.found for problem in verify_archive(filled))


def test_a_file_too_many_or_too_few_is_told(filled: Path) -> None:
    (edition,) = (filled / "editions").glob("*/*/*")
    (edition / "ratios.csv").unlink()
    (edition / "note.txt").write_text("x", encoding="utf-8")
    assert [p.found.split("：")[0] for p in verify_archive(filled)] == [
        "缺少 / missing",
        "多出 / not of the edition",
    ]


def test_an_archive_of_a_later_program_is_refused(filled: Path) -> None:
    with closing(sqlite3.connect(filled / "archive.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LayerError, match="结构 99"):
        read_editions(filled)
    with pytest.raises(LayerError, match="结构 99"):
        add_runs(filled, [])


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        connection.execute("CREATE TABLE meta (key, value)")
    with pytest.raises(LayerError, match="别的程序"):
        read_editions(tmp_path)
    (tmp_path / "archive.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(LayerError):
        read_editions(tmp_path)


def test_a_migration_is_one_transaction_after_a_backup(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    (first,) = archive_database.migration_files()
    shutil.copy(first, steps)
    second = steps / "0002_note.sql"
    second.write_text("CREATE TABLE note (text TEXT);\nCREATE TABLE value (a);\n", encoding="utf-8")
    monkeypatch.setattr(archive_database, "_MIGRATIONS", steps)
    with pytest.raises(LayerError, match="结构 1"):
        read_editions(filled)
    # The second statement fails: the first one is undone with it.
    with pytest.raises(LayerError, match="already exists"):
        add_runs(filled, [])
    with closing(sqlite3.connect(filled / "archive.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'note'").fetchall()
    second.write_text("CREATE TABLE note (text TEXT);\n", encoding="utf-8")
    add_runs(filled, [])
    assert verify_archive(filled) == []
    with closing(sqlite3.connect(filled / "archive.v1.backup.db")) as connection:
        assert connection.execute("SELECT count(*) FROM edition").fetchone() == (1,)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
