"""A folder of results (结果文件夹): replaced whole, and only what an earlier run wrote."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.output.output_place import folder_place, output_errors
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.catalogue.io.output.staging import staged_folder
from yngis.catalogue.io.output.temporary import PREFIX, temporary_folder
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

RUN: Final = "run.json"
"""Record of a run: ``program`` that wrote the folder, ``outputs`` with the checksum of each."""

_LARGEST_RUN: Final = 64 << 20  # bytes: a record of more is none of ours
_SHOWN: Final = 5


@contextmanager
def replacing_folder(out: str | os.PathLike[str], program: str) -> Iterator[Path]:
    """
    Write a folder beside the target and put it in its place when it is whole (整体替换).

    Parameters
    ----------
    out
        Folder of the results. It may be new, empty, or hold an earlier run of the program. Files
        in it that the program did not write, or that were changed since, are kept: under a name
        with ``.kept`` in it where a result takes their own.
    program
        Command that writes the folder, such as ``yngis audit``: ``program`` in its ``run.json``,
        beside ``outputs``, the names of what it wrote and their checksums.

    Yields
    ------
    fresh
        Folder to write to, with the ``run.json`` of this run.

    Raises
    ------
    LayerError
        If the target is no folder, holds files and no run of this program, or cannot be written to:
        no permission, no room, or a file of it open in another program.
    """
    target = folder_place(out)
    with output_errors(target):
        refuse_foreign_folder(target, program)

    def replaced(_new: Sequence[str]) -> list[str]:
        return _written_by(target, program)

    with staged_folder(target, replaced, mark=RUN) as fresh:
        yield fresh


@contextmanager
def adding_to_folder(
    out: str | os.PathLike[str], *, instead_of: Sequence[str] = ()
) -> Iterator[Path]:
    """
    Write files beside a folder and put them into it when all are whole (一并就位).

    Parameters
    ----------
    out
        The folder; made if need be. Files of the same name are replaced, all others stay.
    instead_of
        Names of files that go even where no new one takes their place.

    Yields
    ------
    fresh
        Folder to write to.

    Raises
    ------
    LayerError
        If the target is no folder or cannot be written to.
    """
    target = folder_place(out)

    def replaced(new: Sequence[str]) -> list[str]:
        named = dict.fromkeys((*new, *instead_of))
        return [name for name in named if _is_plain(target, name)]

    with staged_folder(target, replaced) as fresh:
        yield fresh


def check_folder(out: str | os.PathLike[str]) -> Path:
    """
    Make sure, before the work, that a folder can be written to (检查输出位置).

    Parameters
    ----------
    out
        The folder; it need not exist.

    Returns
    -------
    place
        Where it is, or will be.

    Raises
    ------
    LayerError
        If it is no folder or cannot be written to.
    """
    target = folder_place(out)
    with output_errors(target):
        home = next(place for place in (target, *target.parents) if place.exists())
        with temporary_folder(home):
            return target


def refuse_foreign_folder(target: Path, program: str, option: str = "--out") -> None:
    """
    Refuse a folder that holds files and no results of a program (他用的文件夹).

    Parameters
    ----------
    target
        The folder; it need not exist.
    program
        Command that writes it, such as ``yngis audit``.
    option
        Where the user named it, for the message.

    Raises
    ------
    LayerError
        If there is something in it that the program did not write, and nothing that it did.
    """
    if not target.exists():
        return
    held = sorted(each.name for each in target.iterdir() if not each.name.startswith(PREFIX))
    if held and outputs_on_record(target, program) is None:
        raise LayerError(
            Problem(
                where=str(target),
                promised=f"空文件夹，或 {program} 以前的结果 / an empty folder, or an earlier run",
                found=f"有其他文件 / other files: {', '.join(held[:_SHOWN])}",
                mend=f"换一个 {option} 文件夹 / name another folder with {option}",
            )
        )


def _written_by(target: Path, program: str) -> list[str]:
    """Names of files that an earlier run wrote and nobody changed since."""
    outputs = outputs_on_record(target, program)
    if outputs is None:
        return []
    ours = [
        name
        for name, digest in outputs.items()
        if _is_plain(target, name) and file_checksum(target / name) == digest
    ]
    return [RUN, *ours]


def outputs_on_record(target: Path, program: str) -> Mapping[str, str] | None:
    """
    Files that a run of a program wrote, by its record (已记录的结果).

    Parameters
    ----------
    target
        The folder.
    program
        Command that may have written it.

    Returns
    -------
    outputs
        Checksum by name within the folder; None where there is no such record.
    """
    record = target / RUN
    try:
        if not _is_plain(target, RUN) or record.stat().st_size > _LARGEST_RUN:
            return None
        run = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(run, dict) or run.get("program") != program:
        return None
    outputs = run.get("outputs")
    if not isinstance(outputs, dict) or not all(
        isinstance(digest, str) and _is_inside_folder(name) for name, digest in outputs.items()
    ):
        return None
    return outputs


def _is_inside_folder(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and not Path(name).drive


def _is_plain(target: Path, name: str) -> bool:
    """Tell whether a name is a file of the folder itself, not reached through a link."""
    path = target / name
    above = [target / parent for parent in PurePosixPath(name).parents[:-1]]
    return path.is_file() and not any(each.is_symlink() for each in (path, *above))
