"""Where results come from: checksums of the inputs and versions of what computed them (溯源)."""

from __future__ import annotations

import codecs
import hashlib
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

# What a coordinate, an area or a drawn page depends on; other packages cannot change a result.
_LIBRARIES = ("branca", "folium", "geopandas", "numpy", "pandas", "pyogrio", "pyproj", "shapely")
_BLOCK = 1 << 20


def file_checksum(path: str | os.PathLike[str]) -> str:
    """
    SHA-256 of a file; of all its parts where a dataset has several (校验和).

    Parameters
    ----------
    path
        A file, a folder such as a ``.gdb``, or the ``.shp``, ``.tab`` or ``.mif`` of a dataset
        in several files.

    Returns
    -------
    digest
        64 hexadecimal digits. Several parts count with their names, in the order of the names, so
        that the digest does not depend on where the dataset lies.
    """
    named = Path(path)
    parts = sorted(_dataset_parts(named), key=lambda part: part[0])
    if len(parts) == 1:
        return _file_digest(parts[0][1])
    total = hashlib.sha256()
    for name, part in parts:
        total.update(f"{name}\0{_file_digest(part)}\n".encode())
    return total.hexdigest()


def text_checksum(path: Path) -> str:
    """
    SHA-256 of a text that a spreadsheet's mark or git's ends of lines do not change (文本校验和).

    Parameters
    ----------
    path
        A table or another text.

    Returns
    -------
    digest
        64 hexadecimal digits.
    """
    content = path.read_bytes().removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()


def _dataset_parts(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        for part in path.rglob("*"):
            # File geodatabases keep lock files beside the data while somebody reads them.
            if part.is_file() and part.suffix != ".lock":
                yield part.relative_to(path).as_posix(), part
    elif path.suffix.lower() in {".shp", ".tab", ".mif"}:
        for part in path.parent.iterdir():
            if part.stem == path.stem and part.is_file():
                yield part.suffix.lower(), part
    else:
        yield path.name, path


def _file_digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def unchanged_files(files: Mapping[str, str | os.PathLike[str]]) -> Iterator[dict[str, str]]:
    """
    Checksums of files that must stay as they are while they are read (读取期间不变).

    Parameters
    ----------
    files
        Files and folders by the name that the record of the run uses.

    Yields
    ------
    checksums
        By the same names, of what lies there before anything is read.

    Raises
    ------
    LayerError
        At the end, if one of them changed: a checksum of something else would be recorded.
        Names all of them.
    """
    before = {name: file_checksum(path) for name, path in files.items()}
    yield before
    changed = [path for name, path in files.items() if _digest_now(path) != before[name]]
    if changed:
        raise LayerError(
            Problem(
                where=str(path),
                promised="读取期间不变的文件 / a file that stays as it is while it is read",
                found="读取期间被改动 / it was changed meanwhile",
                mend="待其保存完毕后重新运行 / run again when whoever writes it is done",
            )
            for path in changed
        )


def _digest_now(path: str | os.PathLike[str]) -> str:
    try:
        return file_checksum(path)
    except OSError:
        return ""


def library_versions() -> dict[str, str]:
    """
    Versions of the libraries that coordinates, areas and pages depend on (版本).

    Returns
    -------
    versions
        By name of package, sorted; ``gdal``, ``geos`` and ``proj`` are those inside the wheels.

    Examples
    --------
    >>> "geopandas" in library_versions() and "gdal" in library_versions()
    True
    """
    import pyogrio  # noqa: PLC0415 - checksums alone need none of these
    import pyproj  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    found = {name: version(name) for name in _LIBRARIES}
    found["gdal"] = pyogrio.__gdal_version_string__
    found["geos"] = shapely.geos_version_string
    found["proj"] = pyproj.proj_version_str
    return dict(sorted(found.items()))
