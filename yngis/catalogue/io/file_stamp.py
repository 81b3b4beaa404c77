"""Marks by which a change of a file is seen: what was read of it is kept while they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import os


class FileStamp(NamedTuple):
    """
    What changes when a file does (文件状态).

    Attributes
    ----------
    path
        The path as it was given.
    inode
        Number of the file on its disk: a file written under another name and renamed has its own.
    changed_ns
        When it was last written [ns].
    size
        Bytes.
    """

    path: str
    inode: int
    changed_ns: int
    size: int


def file_stamp(path: Path | str | os.PathLike[str]) -> FileStamp:
    """
    Marks of a file, to key by it what was read (取文件状态).

    Parameters
    ----------
    path
        File or folder.

    Returns
    -------
    stamp
        Of a file that is missing, numbers of -1.

    Examples
    --------
    >>> file_stamp("no such file")
    FileStamp(path='no such file', inode=-1, changed_ns=-1, size=-1)
    """
    named = Path(path)
    try:
        found = named.stat()
    except OSError:
        return FileStamp(str(named), -1, -1, -1)
    return FileStamp(str(named), found.st_ino, found.st_mtime_ns, found.st_size)
