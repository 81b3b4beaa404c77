"""Everything the figures are drawn from, read once per run and remembered by checksum."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from yngis.cartography.layers.base_layers import list_own_base_files, read_base_layers
from yngis.catalogue import layers_dir, load, read_card, read_pack
from yngis.catalogue.io.layers_dir import PACK_FILE
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.vectors.postgis import is_postgis
from yngis.errors import PlanError, Problem
from yngis.layerbuild import follow_tables
from yngis.plan import read_plan
from yngis.plan.user_zones import read_user_zones
from yngis.plan.zones_layer import zones_layer_with

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from geopandas import GeoDataFrame

    from yngis.plan import Plan
    from yngis.plan.zone_notes import ZoneNote

_LAYERS = ("counties", "prefectures", "regions", "neighbours", "ports")
_REGISTRY = ("short_zh", "aliases", "level", "category", "approval_date", "plan_ref")


@dataclass(frozen=True)
class Sources:
    """
    The layers and tables behind a set of figures.

    Parameters
    ----------
    zones
        The zones layer, EPSG:4490, with a user's boundaries where given.
    layers
        The other layers, by name.
    plan
        The plan's tables, judged together.
    checksums
        SHA-256 of every file read, by name, for the manifest.
    zone_notes
        Doubts about the user's zones.
    base_notes
        Which lakes, rivers, roads, railways and seats are the user's, in Chinese and English.
    """

    zones: GeoDataFrame
    layers: dict[str, GeoDataFrame]
    plan: Plan
    checksums: dict[str, str]
    zone_notes: tuple[ZoneNote, ...] = ()
    base_notes: tuple[tuple[str, str], ...] = ()


def read_sources(
    zones: Path | str | None = None,
    *,
    crs: str | None = None,
    base: Mapping[str, Sequence[str]] | None = None,
) -> Sources:
    """
    Read the shipped layers and tables, and a user's own zone boundaries.

    Parameters
    ----------
    zones
        A file of zone polygons: those of the plan's zones, by name or alias, replace the schematic
        ones; others are drawn beside them.
    crs
        CRS of ``zones`` and of files of ``base`` that declare none.
    base
        The user's lakes, rivers, roads, railways and seats: files by key, each ``FILE`` or
        ``FILE#LAYER``.

    Returns
    -------
    sources
        What the figures are drawn from.

    Raises
    ------
    LayerError
        If the user's file has faults, or a file changes while it is read; names all of them.
    PlanError
        If a table of the plan has faults; names all of them.
    SpecError
        If a file of ``base`` is of no use; names all faults.
    """
    follow_tables()
    place = layers_dir()
    name = read_pack().layers
    files = {name: place / name, PACK_FILE: place / PACK_FILE}
    files |= {path.name: path for path in sorted((place / "tables").glob("*.csv"))}
    if zones is not None and not is_postgis(str(zones)):
        files[f"zones: {local_path(zones).name}"] = Path(zones)
    for key, path in list_own_base_files(base or {}):
        files[f"base {key}: {path.name}"] = path
    with unchanged_files(dict(sorted(files.items()))) as checksums:
        plan = read_plan()
        drawn = _with_registry(_read_source_layer("zones"), plan.zone_registry)
        notes: tuple[ZoneNote, ...] = ()
        if zones is not None:
            own = read_user_zones(zones, drawn, crs=crs)
            drawn, notes = zones_layer_with(drawn, own), own.notes
        layers = {name: _read_source_layer(name) for name in _LAYERS}
        under = read_base_layers(layers["counties"], base or {}, crs=crs)
    return Sources(drawn, layers | under.layers, plan, checksums, notes, under.notes)


def _read_source_layer(name: str) -> GeoDataFrame:
    return cast("GeoDataFrame", load(name))


def _with_registry(zones: GeoDataFrame, registry: pd.DataFrame) -> GeoDataFrame:
    """Take what the registry says today: an edit shows without building the layers again."""
    listed, drawn = set(registry["name_zh"]), set(zones["name_zh"])
    if listed != drawn:
        raise PlanError(
            Problem(
                where=read_card("zone_registry").file,
                promised="与 zones 图层相同的开发区 / the zones of the zones layer",
                found="、".join(sorted(listed ^ drawn)),
                mend="运行 yngis layers build 重建图层 / run yngis layers build",
            )
        )
    said = registry.set_index("name_zh").reindex(zones["name_zh"])
    fresh = {column: said[column].to_numpy() for column in _REGISTRY}
    return cast("GeoDataFrame", zones.assign(**fresh))
