"""Runs taken into an archive (存入): copied, extracted and followed, all of them or none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yngis
from yngis.catalogue.io.folder import RUN
from yngis.catalogue.io.output.output_place import output_errors
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.catalogue.io.pack import read_pack
from yngis.errors import LayerError, Problem
from yngis.report.archive.database import DATABASE, create_database, writing_archive
from yngis.report.archive.edition_rows import AddedEdition, edition_of_year, write_edition
from yngis.report.archive.extract import Extract, extract_results
from yngis.report.archive.run_folders import OfferedRun, judge_run
from yngis.report.archive.seals import seal_zones
from yngis.report.archive.zone_history import (
    ZoneFinder,
    current_names,
    read_zone_events,
    resolve_zones,
    update_zones,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd


EDITIONS: Final = "editions"
"""Folder of an archive that holds the copies."""

_READ_ONLY: Final = 0o444
_DIGITS: Final = 16  # of the checksum in the name of a folder: paths on Windows are short


def create_archive(
    archive: str | os.PathLike[str],
    *,
    demonstration: bool = False,
    lineage: str | os.PathLike[str] | None = None,
    first_day: str = "",
) -> None:
    """
    Make an empty archive that knows the zones of the plan in use (新建存档).

    Parameters
    ----------
    archive
        Folder to be made; it may exist if it is empty.
    demonstration
        Whether it is for made-up data, and for nothing else.
    lineage
        Table of what happened to zones; None for none.
    first_day
        Day from which the plan's names hold; unknown if empty.

    Raises
    ------
    LayerError
        If the folder holds something, zones have no number, or the table has faults.
    """
    home = Path(archive)
    refuse_used_place(home)
    events = [] if lineage is None else read_zone_events(lineage)
    with output_errors(home):
        home.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(home.parent) as staging:
            fresh = staging / "archive"
            (fresh / EDITIONS).mkdir(parents=True)
            create_database(fresh / DATABASE)
            with writing_archive(fresh) as connection:
                pack = read_pack()
                told = {
                    "made_by": f"yngis {yngis.__version__}",
                    "province": pack.province,
                    "demonstration": "1" if demonstration else "",
                }
                connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(told.items()))
                update_zones(connection, events, first_day)
                seal_zones(connection)
            if home.exists():
                home.rmdir()
            fresh.rename(home)


def refuse_used_place(home: Path) -> None:
    """
    Refuse to make an archive where something is (已占用则拒绝).

    Parameters
    ----------
    home
        Folder to be made.

    Raises
    ------
    LayerError
        If it holds something or is a file.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        found = "已是存档 / an archive" if (home / DATABASE).exists() else "已有文件 / not empty"
        mend = "换一个文件夹 / name another folder"
        raise LayerError(Problem(str(home), "新的或空的文件夹 / a new, empty folder", found, mend))


def add_runs(
    archive: str | os.PathLike[str],
    runs: Sequence[str | os.PathLike[str]],
    *,
    year: int | None = None,
    reason: str = "",
    provisional: bool = False,
    lineage: str | os.PathLike[str] | None = None,
) -> list[AddedEdition]:
    """
    Take folders of results into an archive (存入结果).

    Parameters
    ----------
    archive
        Folder of the archive.
    runs
        Folders that the commands wrote.
    year
        Year of those that do not tell theirs.
    reason
        Why they take the place of editions of the same kind and year; needed where there are such.
    provisional
        Whether they are provisional.
    lineage
        Table of what happened to zones since; None for nothing.

    Returns
    -------
    editions
        One for every folder, in their order.

    Raises
    ------
    LayerError
        With every fault of every folder: no checksums, altered files, made-up data among real
        years, years that are taken, zones that cannot be resolved. Nothing is written then.
    """
    home = Path(archive)
    events = [] if lineage is None else read_zone_events(lineage)
    copied: list[Path] = []
    try:
        with writing_archive(home) as connection:
            offered = _judge_runs(connection, runs, year)
            _refuse_taken_years(connection, offered, reason)
            if update_zones(connection, events):
                seal_zones(connection)
            taken = _extract_runs(connection, offered)
            told = []
            for run, extract, zones in taken:
                held = _same_edition(connection, run)
                if held is not None:
                    told.append(held)
                    continue
                folder = _copy_run(home, run, copied)
                state = "provisional" if provisional else "final"
                told.append(write_edition(connection, run, extract, zones, (folder, reason, state)))
            return told
    except BaseException:
        # What no edition speaks of must not stay; a copy left by a killed run is told by verify.
        for left in copied:
            _remove_copy(left)
        raise


def _judge_runs(
    connection: sqlite3.Connection, runs: Iterable[str | os.PathLike[str]], year: int | None
) -> list[OfferedRun]:
    """All folders, or all their faults."""
    query = "SELECT value FROM meta WHERE key = 'demonstration'"
    demonstration = bool(connection.execute(query).fetchone()[0])
    offered: list[OfferedRun] = []
    problems: list[Problem] = []
    for run in runs:
        try:
            offered.append(judge_run(run, year, demonstration=demonstration))
        except LayerError as error:
            problems += error.problems
    if problems:
        raise LayerError(problems)
    return offered


def _refuse_taken_years(
    connection: sqlite3.Connection, offered: Sequence[OfferedRun], reason: str
) -> None:
    """Refuse a second edition of a year without a reason, and two of one year at once."""
    problems = []
    seen: dict[tuple[str, int], OfferedRun] = {}
    for run in offered:
        key = (run.kind.kind, run.year)
        other = seen.setdefault(key, run)
        if other is not run and other.digest != run.digest:
            found = f"{other.folder.path} 也是 {run.year} 年 / is of that year too"
            promised = f"每年一版{run.kind.zh} / one edition of a kind and year"
            mend = "分两次存入，后一次写 --reason / add them one by one, with --reason"
            problems.append(Problem(str(run.folder.path), promised, found, mend))
        held = edition_of_year(connection, run)
        if held is not None and held[1] != run.digest and not reason:
            problems.append(
                Problem(
                    str(run.folder.path),
                    promised=f"{run.year} 年尚无{run.kind.zh} / a year without an edition of it",
                    found=f"已有第 {held[0]} 版 / edition {held[0]} is there",
                    mend="更正须写明理由：--reason 文字 / a correction needs --reason",
                )
            )
    if problems:
        raise LayerError(problems)


def _same_edition(connection: sqlite3.Connection, run: OfferedRun) -> AddedEdition | None:
    """The edition that an archive has of the very same results."""
    query = "SELECT edition_id, kind, year, folder, supersedes FROM edition WHERE digest = ?"
    row = connection.execute(query, (run.digest,)).fetchone()
    if row is None:
        return None
    edition, kind, year, folder, supersedes = row
    queries = (
        "SELECT count(*) FROM value WHERE edition_id = ?",
        "SELECT count(*) FROM finding WHERE edition_id = ?",
    )
    values, records = (connection.execute(each, (edition,)).fetchone()[0] for each in queries)
    return AddedEdition(edition, kind, year, folder, values, records, {}, 0, supersedes, new=False)


def _extract_runs(
    connection: sqlite3.Connection, offered: Sequence[OfferedRun]
) -> list[tuple[OfferedRun, Extract, dict[str, str]]]:
    """Values, records and zones of all folders, or all their faults."""
    finder = ZoneFinder(current_names(connection))
    taken: list[tuple[OfferedRun, Extract, dict[str, str]]] = []
    problems: list[Problem] = []
    for run in offered:
        try:
            extract = extract_results(run.folder, run.kind)
        except LayerError as error:
            problems += error.problems
            continue
        values = extract.measured
        named = [*values.loc[values["level"] == "zone", "place"], *extract.records["zone"]]
        zones, faults = resolve_zones(finder, named, run.as_of, str(run.folder.path))
        problems += [*faults, *_doubled_zones(run, values, zones)]
        taken.append((run, extract, zones))
    if problems:
        raise LayerError(problems)
    return taken


def _doubled_zones(
    run: OfferedRun, values: pd.DataFrame, zones: dict[str, str]
) -> Iterator[Problem]:
    """Zones that results tell twice, under two names."""
    own = values[values["level"] == "zone"]
    told = own.assign(zone_id=own["place"].map(zones)).dropna(subset=["zone_id"])
    doubled = told[told.duplicated(["zone_id", "measure"], keep=False)]
    for zone, rows in doubled.groupby("zone_id"):
        names = "”和“".join(sorted(set(rows["place"])))
        yield Problem(
            str(run.folder.path),
            promised="每个开发区一个名称 / one name for each zone",
            found=f"“{names}”都是 {zone} / are one zone",
            mend="统一名称后重新运行 / run it again with one name",
        )


def _copy_run(home: Path, run: OfferedRun, copied: list[Path]) -> str:
    """Copy a folder beside its place, and put it there when it is whole and on the disk."""
    name = f"{EDITIONS}/{run.kind.kind}/{run.year}/{run.digest[:_DIGITS]}"
    target = home / name
    with output_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():  # left by a run that was killed before it could commit
            _remove_copy(target)
        with temporary_folder(target.parent) as staging:
            fresh = staging / "copy"
            for file in (*run.files, RUN):
                place = fresh / file
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(run.folder.path / file, place)
                with place.open("rb+") as written:
                    os.fsync(written.fileno())
                place.chmod(_READ_ONLY)
            fresh.rename(target)
    copied.append(target)
    return name


def _remove_copy(folder: Path) -> None:
    """Remove a copy; Windows removes nothing that is read-only."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
    shutil.rmtree(folder, ignore_errors=True)
