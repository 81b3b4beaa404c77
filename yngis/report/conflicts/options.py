"""What a conflict check is asked to do (核查选项)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from yngis.analysis.conflicts.rules import (
    PLANNED_USE,
    ConflictRules,
    LayerKey,
    read_conflict_rules,
)
from yngis.analysis.conflicts.steep import SLOPE
from yngis.analysis.conflicts.table import refuse_unknown_keys
from yngis.catalogue.io.paths import dataset_in, local_path
from yngis.catalogue.io.sources import find_sources, split_source
from yngis.catalogue.io.vectors.postgis import is_postgis
from yngis.catalogue.io.vectors.vector_batches import layer_names
from yngis.catalogue.tables.cards.input_card import input_names, read_input_card
from yngis.errors import LayerError, Problem, SpecError
from yngis.report.option_bounds import Bounds, refuse_out_of_bounds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WHOLE: Final = frozenset({"all", "全部", "全域"})
"""Words by which a user says that a layer holds all that there is."""

EVERY: Final = "all"
"""Key that stands for every layer of a planning database."""

_MOST_SLIVER_M: Final = 100.0


@dataclass(frozen=True)
class ConflictOptions:
    """
    What a conflict check is asked to do.

    Attributes
    ----------
    zones
        File of zones; the shipped, schematic ones if None.
    layers
        Sources of each layer by key.
    coverage
        By key, sources of where the layer was mapped, or ``all``.
    parcels, supply, supply_shapes
        Parcels or supply records, and polygons of a ledger without any.
    zones_layer
        Layer of the zones in a file of several.
    rules
        File of rules; the shipped ones if None.
    crs
        By key, ``zones``, ``parcels`` or ``supply``, the CRS of a file that declares none.
    aliases
        The bureau's own alias map.
    even_schematic
        Whether schematic zones are measured all the same.
    zone_parts, inner_first
        As for every command that takes zones.
    sliver_width_m
        Width below which a strip is a sliver [m]; that of the rules if None.
    allow_remote
        Whether URLs and GDAL's virtual paths may be opened.
    """

    zones: str | None
    layers: Mapping[str, tuple[str, ...]]
    coverage: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parcels: tuple[str, ...] = ()
    supply: tuple[str, ...] = ()
    supply_shapes: tuple[str, ...] = ()
    zones_layer: str | None = None
    rules: str | None = None
    crs: Mapping[str, str] = field(default_factory=dict)
    aliases: str | None = None
    even_schematic: bool = False
    zone_parts: bool = False
    inner_first: bool = False
    sliver_width_m: float | None = None
    allow_remote: bool = False

    def chosen_rules(self) -> ConflictRules:
        """
        Read the rules and judge what is asked by them.

        Returns
        -------
        rules
            With the sliver width that was asked for.

        Raises
        ------
        YngisError
            If a key has no rule, options exclude each other, or a number is out of bounds.
        """
        rules = read_conflict_rules(self.rules)
        keys = [key for key in self.layers if key != PLANNED_USE]
        if keys or PLANNED_USE not in self.layers:
            refuse_unknown_keys(keys, rules, "--layer")
        refuse_unknown_keys(self.coverage, rules, "--coverage", beside=keys)
        width = self.sliver_width_m
        refuse_out_of_bounds({"--sliver-width": Bounds(width, 0.0, _MOST_SLIVER_M)})
        if self.parcels and self.supply:
            raise SpecError(
                Problem(
                    where="yngis conflicts",
                    promised="--parcels 或 --supply 之一 / one of them",
                    found="两者都有 / both",
                    mend="去掉一个 / drop one",
                )
            )
        if width is None:
            return rules
        return rules.model_copy(update={"sliver_width_m": width})

    def files(self) -> dict[str, Path]:
        """
        List the files that are read, by what they are read as.

        Returns
        -------
        files
            Without tables of databases.
        """
        named: dict[str, Sequence[str]] = {
            "parcels": self.parcels,
            "supply": self.supply,
            "supply_shapes": self.supply_shapes,
            **self.layers,
            **{f"coverage_{key}": each for key, each in self.coverage.items()},
        }
        if self.zones is not None:
            named["zones"] = (self.zones,)
        found: dict[str, Path] = {}
        for role, sources in named.items():
            for source in sources:
                path = split_source(source)[0]
                if path in WHOLE or is_postgis(path) or path.startswith(("http", "/vsi")):
                    continue
                own = [Path(path)] if role == SLOPE else [Path(x.named) for x in find_sources(path)]
                found |= {f"{role}:{each}": each for each in own if each.exists()}
        return found


def with_whole_databases(
    layers: Mapping[str, tuple[str, ...]], coverage: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """
    Take every layer of a planning database that bears a standard's name (整库取层).

    Parameters
    ----------
    layers, coverage
        As they were given; ``all`` stands for every layer that the file has, and its coverage for
        every layer without one of its own.

    Returns
    -------
    layers, coverage
        By key.

    Raises
    ------
    LayerError
        If a database has none of the layers.
    """
    found = {key: each for key, each in layers.items() if key != EVERY}
    for source in layers.get(EVERY, ()):
        held = _layers_in(source)
        for key, names in held.items():
            found.setdefault(key, tuple(f"{source}#{name}" for name in names))
    said = {key: each for key, each in coverage.items() if key != EVERY}
    for key in found:
        if EVERY in coverage and key not in {PLANNED_USE, SLOPE}:
            said.setdefault(key, coverage[EVERY])
    return found, said


def _layers_in(source: str) -> dict[str, list[str]]:
    """Layers of a file by the key that their standard names stand for."""
    with dataset_in(local_path(source), None) as dataset:
        names = layer_names(dataset, source)
    found: dict[str, list[str]] = {}
    for key in (*get_args(LayerKey), PLANNED_USE):
        if key not in input_names():
            continue
        known = tuple(each.casefold() for each in read_input_card(key).layer_names)
        fits = [name for name in names if known and name.casefold().startswith(known)]
        if fits:
            found[key] = fits
    if not found:
        raise LayerError(
            Problem(
                where=f"--layer {EVERY}={source}",
                promised="按规划数据库命名的图层，如 YJJBNTBHTB、STBHHX、CZKFBJ / layers named so",
                found="、".join(names[:20]),
                mend="逐层写明，如 / name each: --layer farmland=文件#图层",
            )
        )
    return found
