"""Folders of results read back (读回结果文件夹): their record, and tables as they stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from yngis.catalogue.io.folder import RUN
from yngis.catalogue.io.inert import undo_inert
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

_LARGEST_RECORD: Final = 64 << 20  # bytes: a record of more is none of ours
_CHUNK: Final = 50_000


class ResultFolder(NamedTuple):
    """
    A folder of results (结果文件夹).

    Attributes
    ----------
    path
        The folder.
    record
        Its ``run.json``.
    """

    path: Path
    record: Mapping[str, Any]

    @property
    def label(self) -> str:
        """That the data are made up, where they are."""
        return str(self.record.get("label") or "")

    @property
    def as_of(self) -> str:
        """Day of the results as ISO writes it; empty where they have none."""
        options = self.record.get("options")
        told = self.record.get("as_of") or (
            options.get("as_of") if isinstance(options, dict) else None
        )
        return str(told or "")

    def altered_files(self, names: Sequence[str]) -> list[str]:
        """
        Files that are no longer as the run wrote them (已改动的文件).

        Parameters
        ----------
        names
            Names within the folder; those that are not there are left out.

        Returns
        -------
        altered
            Names of those with another checksum.
        """
        written = self.record.get("outputs")
        known = written if isinstance(written, dict) else {}
        return [
            name
            for name in names
            if (self.path / name).is_file()
            and known.get(name) not in {None, file_checksum(self.path / name)}
        ]


def read_result_folder(
    folder: str | os.PathLike[str], programs: Sequence[str], option: str = "RESULT_DIR"
) -> ResultFolder:
    """
    Read the record of a folder of results (读取结果文件夹).

    Parameters
    ----------
    folder
        The folder.
    programs
        Commands that may have written it, such as ``yngis audit``.
    option
        Where the user named it, for the message.

    Returns
    -------
    folder
        With its record.

    Raises
    ------
    LayerError
        If it is no folder that one of the commands wrote.
    """
    place = Path(folder)
    path = place / RUN
    try:
        if not path.is_file():
            raise OSError(f"没有 {RUN} / there is none")  # noqa: TRY301 - told like any other
        if path.stat().st_size > _LARGEST_RECORD:
            raise OSError(f"{RUN} 过大 / is too large")  # noqa: TRY301
        record = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(record, dict) or record.get("program") not in programs:
            told = record.get("program") if isinstance(record, dict) else None
            raise ValueError(f"{RUN} 由 {told or '其他程序'} 写出 / written by another program")  # noqa: TRY301
    except (OSError, ValueError, RecursionError) as error:
        named = " | ".join(programs)
        raise LayerError(
            Problem(
                where=f"{option} {place}",
                promised=f"{named} 的结果文件夹 / a folder that it wrote",
                found=" ".join(str(error).split())[:200],
                mend="给出该命令的 --out 文件夹 / give the --out folder of that command",
            )
        ) from None
    return ResultFolder(place, record)


def read_result_table(
    folder: ResultFolder,
    name: str,
    needed: Sequence[str],
    kept: Mapping[str, Sequence[str]] | None = None,
    *,
    numbered: bool = False,
    only: Sequence[str] | None = None,
) -> pd.DataFrame:
    """
    Read a table of results as texts (读取结果表).

    Parameters
    ----------
    folder
        The folder.
    name
        Name of the file.
    needed
        Columns that must be there.
    kept
        By column, the values whose rows are wanted; all rows if None.
    numbered
        Whether the index is the place of each row in the file, from 0; else it counts the rows.
    only
        Columns to read of those that are there; all if None.

    Returns
    -------
    table
        Every cell the text that stood there before it was made inert; an empty one is ``""``.

    Raises
    ------
    LayerError
        If there is no such table, or it lacks a column.
    """
    path = folder.path / name
    try:
        chunks = pd.read_csv(
            path, dtype="str", keep_default_na=False, encoding="utf-8-sig", chunksize=_CHUNK,
            usecols=None if only is None else lambda column: column in only,
        )  # fmt: skip
        with chunks:
            held = [_wanted_rows(chunk, kept or {}, needed) for chunk in chunks]
    except (OSError, ValueError) as error:
        raise _table_fault(folder, name, " ".join(str(error).split())[:200]) from None
    table = (
        pd.concat(held, ignore_index=not numbered) if held else pd.DataFrame(columns=list(needed))
    )
    for column in table:
        texts = table[column].astype("object")
        table[column] = [undo_inert(text) if text.startswith("'") else text for text in texts]
    return table.astype("object")


def _wanted_rows(
    chunk: pd.DataFrame, kept: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> pd.DataFrame:
    """Rows of a chunk that have one of the values in every column asked for."""
    missing = [column for column in (*needed, *kept) if column not in chunk]
    if missing:
        raise ValueError(f"缺列 / lacks {', '.join(missing)}")
    for column, values in kept.items():
        chunk = chunk[chunk[column].isin(values)]
    return chunk


def _table_fault(folder: ResultFolder, name: str, found: str) -> LayerError:
    return LayerError(
        Problem(
            where=str(folder.path / name),
            promised="结果文件夹中的表 / a table of the results",
            found=found,
            mend="重新运行该命令，结果表不要改名、删列 / run it again; keep its tables as they are",
        )
    )
