"""Temporary folders (临时文件夹) that do not outlive their process, even if it is killed."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PREFIX: Final = ".yngis-"
"""How the name of every temporary file or folder of ours begins."""

_NAMED: Final = re.compile(re.escape(PREFIX) + r"[a-z0-9_]{8}")
PLAN: Final = "plan.json"
"""File of a folder that must not go before what it says has been done."""

_LOCK: Final = ".lock"
_OLD: Final = 86_400.0  # seconds after which a folder without a lock belongs to nobody


@contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """Make a folder that goes when the work is done, or with the next one if this one is killed."""
    home = Path(tempfile.gettempdir()) if parent is None else parent
    remove_litter(home)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home))
    held = None
    try:
        held = _hold_lock(folder)
        yield folder
    finally:
        if held is not None:
            held.close()
        if not (folder / PLAN).exists():
            shutil.rmtree(folder, ignore_errors=True)


def remove_litter(home: Path, finish: Callable[[Path], bool] | None = None) -> None:
    """
    Remove what killed runs of ours left in a folder (清理残留).

    A process holds a lock on its folder for as long as it lives, on this machine or another, and
    the system lets go of it with the process: who gets the lock may remove the folder. (A process
    number may belong to another process by now, or to another machine.)
    """
    with suppress(OSError):
        for entry in [each for each in os.scandir(home) if _NAMED.fullmatch(each.name)]:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False) and _is_mine(entry.stat()):
                    _remove_dead(Path(entry.path), finish)


def _remove_dead(folder: Path, finish: Callable[[Path], bool] | None) -> None:
    lock = folder / _LOCK
    if not lock.is_file():
        # Just being made, or of a version that knew no locks.
        if time.time() - folder.stat().st_mtime > _OLD:
            shutil.rmtree(folder, ignore_errors=True)
        return
    held = _open_locked(lock)
    if held is None:
        return
    with held:
        done = not (folder / PLAN).exists() if finish is None else finish(folder)
    if done:
        shutil.rmtree(folder, ignore_errors=True)


def _is_mine(told: os.stat_result) -> bool:
    """Folders of other users are theirs to remove."""
    return sys.platform == "win32" or told.st_uid == os.geteuid()


def _hold_lock(folder: Path) -> IO[bytes] | None:
    """Lock a folder; under another name first, for who finds the lock's name may try to get it."""
    new = folder / f"{_LOCK}.new"
    held = _open_locked(new)
    if held is not None and sys.platform == "win32":
        # An open file cannot be renamed there; the moment between the two is short.
        held.close()
        new.unlink()
        return _open_locked(folder / _LOCK)
    try:
        new.rename(folder / _LOCK)
    except OSError:
        if held is not None:
            held.close()
        raise
    return held


def _open_locked(path: Path) -> IO[bytes] | None:
    """Open and lock a file; None if another process holds it, or the disk knows no locks."""
    file = path.open("a+b")
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - there only

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
