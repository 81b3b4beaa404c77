"""Where results come from: checksums of the inputs and versions of what computed them (溯源)."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

# What a coordinate, an area or a drawn page depends on; other packages cannot change a result.
_LIBRARIES = ("branca", "folium", "geopandas", "numpy", "pandas", "pyogrio", "pyproj", "shapely")
_BLOCK = 1 << 20


def checksum(path: str | os.PathLike[str]) -> str:
    """
    SHA-256 of a file; of all its parts where a dataset has several (校验和).

    Parameters
    ----------
    path
        A file, a folder such as a ``.gdb``, or the ``.shp`` of a Shapefile.

    Returns
    -------
    digest
        64 hexadecimal digits. Several parts count with their names, in the order of the names, so
        that the digest does not depend on where the dataset lies.
    """
    named = Path(path)
    parts = sorted(_parts(named), key=lambda part: part[0])
    if len(parts) == 1:
        return _digest(parts[0][1])
    total = hashlib.sha256()
    for name, part in parts:
        total.update(f"{name}\0{_digest(part)}\n".encode())
    return total.hexdigest()


def _parts(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        for part in path.rglob("*"):
            # File geodatabases keep lock files beside the data while somebody reads them.
            if part.is_file() and part.suffix != ".lock":
                yield part.relative_to(path).as_posix(), part
    elif path.suffix.lower() == ".shp":
        for part in path.parent.iterdir():
            if part.stem == path.stem and part.is_file():
                yield part.suffix.lower(), part
    else:
        yield path.name, path


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """
    Versions of the libraries that coordinates, areas and pages depend on (版本).

    Returns
    -------
    versions
        By name of package, sorted; ``gdal``, ``geos`` and ``proj`` are those inside the wheels.

    Examples
    --------
    >>> "geopandas" in versions() and "gdal" in versions()
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
