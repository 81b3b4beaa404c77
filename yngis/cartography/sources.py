"""Everything the figures are drawn from, read once per run and remembered by checksum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from yngis.catalogue import checksum, layers_dir, load, read_vector
from yngis.plan.zones import with_user_zones

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pandas import DataFrame

_LAYERS = ("counties", "prefectures", "regions", "neighbours", "ports")
_TABLES = (
    "figures",
    "industries",
    "segments",
    "industry_layout",
    "industry_prefectures",
    "prefecture_focus",
)


@dataclass(frozen=True)
class Sources:
    """
    The layers and tables behind a set of figures.

    Parameters
    ----------
    zones
        The zones layer, EPSG:4490, with a user's boundaries where given.
    layers, tables
        The other layers and the plan's tables, by name.
    files
        Path by name of every file read, for the manifest.
    """

    zones: GeoDataFrame
    layers: dict[str, GeoDataFrame]
    tables: dict[str, DataFrame]
    files: dict[str, Path]

    @cached_property
    def checksums(self) -> dict[str, str]:
        """
        SHA-256 of every input file, by name, sorted.

        Returns
        -------
        checksums
            Hexadecimal digests.
        """
        return {name: checksum(path) for name, path in sorted(self.files.items())}


def read_sources(zones: Path | None = None, *, crs: str | None = None) -> Sources:
    """
    Read the shipped layers and tables, and a user's own zone boundaries.

    Parameters
    ----------
    zones
        A file of zone polygons that replace the schematic ones, matched by name or alias.
    crs
        CRS of ``zones`` where the file declares none.

    Returns
    -------
    sources
        What the figures are drawn from.

    Raises
    ------
    LayerError
        If the user's file has faults; names all of them.
    PlanError
        If a table of the plan has faults.
    """
    shipped = load("zones")
    place = layers_dir()
    files = {"yunnan.gpkg": place / "yunnan.gpkg"}
    files |= {f"tables/{name}.csv": place / "tables" / f"{name}.csv" for name in _TABLES}
    if zones is not None:
        shipped = with_user_zones(shipped, read_vector(zones, crs=crs))
        files[f"zones: {zones.name}"] = zones
    return Sources(
        zones=shipped,
        layers={name: load(name) for name in _LAYERS},
        tables={name: load(name) for name in _TABLES},
        files=files,
    )
