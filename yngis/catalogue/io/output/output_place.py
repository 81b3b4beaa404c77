"""Where results may be written (输出位置), and what a disk that refuses them is told as."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yngis.errors import LayerError, Problem, YngisError

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW: Final = "new"
"""Folder of a staging folder that becomes the target."""

_LITTLE: Final = 1 << 20  # bytes: with fewer left, a failure of a writer is that of the disk
_FULL: Final = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
_FULL_DISK: Final = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
_WORDS: Final = ("disk is full", "no space left", "disk quota exceeded")
_REMEDIES: Final = {
    errno.EACCES: "换一个有写权限的位置，或请管理员授权 / choose a place that you may write to",
    errno.EPERM: "换一个有写权限的位置，或请管理员授权 / choose a place that you may write to",
    errno.EROFS: "该磁盘只读，换一个位置 / the disk is read-only: choose another place",
    errno.ENAMETOOLONG: "缩短文件名或路径 / shorten the name or the path",
    errno.ENOTDIR: "路径中间有文件，改正路径 / a file stands within the path: correct it",
    errno.ELOOP: "链接指回自身，改正链接 / the link points to itself: correct it",
    errno.EINVAL: "去掉名称中不允许的字符 / leave out signs that names must not have",
    errno.EBUSY: "关闭正打开其中文件的程序后重试 / close the programs that hold it open, try again",
}
_HELD: Final = 32  # Windows: another program holds the file open


def file_place(path: str | os.PathLike[str]) -> Path:
    """
    Place of a file that is to be written: where a link points to, never a device (输出文件).

    Parameters
    ----------
    path
        As the user wrote it.

    Returns
    -------
    place
        Absolute path; it names a regular file, or nothing yet.

    Raises
    ------
    LayerError
        If it names a folder, a pipe or a device, or cannot be a path.
    """
    with output_errors(path):
        place = _resolve_output(path)
        if place.exists() and not place.is_file():
            raise _refused_output_error(place, "文件 / a file", "给出文件名 / name a file")
    return place


def folder_place(path: str | os.PathLike[str]) -> Path:
    """Place of a folder that is to be written: where a link points to, never a device."""
    with output_errors(path):
        place = _resolve_output(path)
        if place == place.parent or (place.exists() and not place.is_dir()):
            promised = "文件夹，可以是新的 / a folder, which may be new"
            raise _refused_output_error(place, promised, "换一个文件夹 / name another folder")
    return place


def _resolve_output(path: str | os.PathLike[str]) -> Path:
    try:
        place = Path(os.path.realpath(path))
        with suppress(FileNotFoundError):
            # Names too long and files within the path show here, before any work.
            place.stat()
    except ValueError as error:  # a zero in the name
        raise OSError(errno.EINVAL, str(error), os.fspath(path)) from None
    return place


def _refused_output_error(place: Path, promised: str, mend: str) -> LayerError:
    if place == place.parent:
        found = "磁盘的根 / the root of a disk"
    elif place.is_dir():
        found = "文件夹 / a folder"
    elif place.is_file():
        found = "文件 / a file"
    else:
        found = "管道或设备 / a pipe or a device"
    return LayerError(Problem(where=str(place), promised=promised, found=found, mend=mend))


@contextmanager
def output_errors(
    path: str | os.PathLike[str], staging: Path | None = None, *, reads: bool = False
) -> Iterator[None]:
    """Tell a disk that is full, read-only or not ours as a problem with its remedy (写出失败)."""
    try:
        yield
    except YngisError as error:
        if staging is None or str(staging) not in str(error):
            raise
        # Users know the folder that they named, not where it is written for now.
        told = [
            replace(each, where=_name_output(each.where, path, staging)) for each in error.problems
        ]
        raise type(error)(told) from error.__cause__
    except OSError as error:
        if _is_full(error) or (error.errno is None and _little_left(staging)):
            raise LayerError(_output_problem(path, _FULL_DISK)) from error
        if not reads or (staging is not None and _is_in(error, staging)):
            raise LayerError(_output_problem(path, error)) from error
        raise
    except Exception as error:
        if _is_full(error) or _little_left(staging):
            raise LayerError(_output_problem(path, _FULL_DISK)) from error
        raise


def _name_output(where: str, path: str | os.PathLike[str], staging: Path) -> str:
    for inner in (staging / NEW, staging):
        where = where.replace(str(inner), os.fspath(path))
    return where


def _is_full(error: BaseException) -> bool:
    """Look for a full disk in an error and what caused it; libraries tell it in words only."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError) and at.errno in _FULL:
            return True
        if any(words in str(at).lower() for words in _WORDS):
            return True
        at = at.__cause__ or at.__context__
    return False


def _is_in(error: OSError, staging: Path) -> bool:
    named = (error.filename, error.filename2)
    return any(
        isinstance(name, str | bytes) and str(staging) in os.fsdecode(name) for name in named
    )


def _little_left(staging: Path | None) -> bool:
    """Tell whether the disk has no room: some libraries only say that they failed."""
    if staging is None:
        return False
    try:
        return shutil.disk_usage(staging).free < _LITTLE
    except OSError:
        return False


def _output_problem(path: str | os.PathLike[str], error: OSError) -> Problem:
    held = getattr(error, "winerror", None) == _HELD
    if error.errno in _FULL:
        mend = "腾出空间或换一个磁盘后重试；原有结果未动 / make room, or name another disk; "
        mend += "earlier results are as they were"
    else:
        mend = _REMEDIES.get(
            errno.EBUSY if held else error.errno or 0, "换一个位置 / choose another place"
        )
    return Problem(
        where=os.fspath(path),
        promised="可以写入的位置 / a place that can be written to",
        found=" ".join(str(error.strerror or error).split()),
        mend=mend,
    )
