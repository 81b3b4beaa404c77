"""Deliveries in one file (打包): zip archives whose bytes depend on nothing but their content."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE: Final = 0o644 << 16


def pack_files(archive: Path, folder: Path, paths: Sequence[Path]) -> None:
    """
    Put files into an archive and take them away (打包并移走).

    Parameters
    ----------
    archive
        Zip file to write.
    folder
        Folder that their names in the archive start from.
    paths
        Files and folders in it.
    """
    files = sorted(
        each
        for path in paths
        for each in ([path] if path.is_file() else path.rglob("*"))
        if each.is_file()
    )
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as book:
        for path in files:
            about = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = _PLAIN_FILE
            # On every system the same: the archive tells who made it.
            about.create_system = 3
            with path.open("rb") as source, book.open(about, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
