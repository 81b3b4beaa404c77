"""Two folders that change places in one step (对调文件夹), where the system knows how."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_HERE: Final = -100  # AT_FDCWD: names are as they stand
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def exchange_folders(one: Path, other: Path) -> bool:
    """
    Let two folders change places, so that at no moment one of the names is missing (对调).

    Parameters
    ----------
    one, other
        Folders on one disk.

    Returns
    -------
    done
        False where the system or the disk does not know how: then nothing has happened.
    """
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return bool(library.renamex_np(*names, ctypes.c_uint(_EXCHANGE)) == 0)
    if not hasattr(library, "renameat2"):
        return False
    told = library.renameat2(_HERE, names[0], _HERE, names[1], ctypes.c_uint(_EXCHANGE))
    return bool(told == 0)
