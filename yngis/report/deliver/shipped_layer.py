"""Shipped layers with their style (带样式导出): what ``yngis layers export --styled`` writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from yngis.catalogue import load
from yngis.catalogue.export import refuse_overwriting
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.tables.cards.card import read_card
from yngis.errors import LayerError, Problem
from yngis.report.deliver.declared import LayerDeclaration
from yngis.report.deliver.gpkg import write_styled_geopackage
from yngis.report.deliver.sources import GEOMETRY, frame_layer
from yngis.report.deliver.symbols import BORDERS, border_symbols, layer_symbols
from yngis.report.output_tables import OutputColumn

if TYPE_CHECKING:
    import os

    from geopandas import GeoDataFrame


def export_styled_layer(
    name: str, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """
    Write a shipped layer to a GeoPackage that carries its style (带样式导出).

    Parameters
    ----------
    name
        ``zones``, ``prefectures`` or ``counties``.
    path
        ``.gpkg``.
    overwrite
        Replace the file where there is one.

    Returns
    -------
    path
        The file written, its columns by the names of the card.

    Raises
    ------
    LayerError
        If the layer has no style, the file is no GeoPackage, or it exists already.
    """
    target = Path(path)
    known = ("zones", *BORDERS)
    problems = []
    if name not in known:
        mend = did_you_mean(name, known)
        problems.append(Problem("--styled", ", ".join(known), name, mend))
    if target.suffix.lower() != ".gpkg":
        mend = "样式只能存入 GeoPackage / only a GeoPackage holds styles"
        problems.append(Problem(str(target), ".gpkg", target.suffix or "—", mend))
    if problems:
        raise LayerError(problems)
    refuse_overwriting(target, overwrite=overwrite)
    card, frame = read_card(name), cast("GeoDataFrame", load(name))
    declared = LayerDeclaration(
        name=name, zh=card.title_zh, en=card.title_en, source="zones", geometry="MultiPolygon",
        look="zones",
    )  # fmt: skip
    told = {column.name: column for column in card.columns}
    columns = [
        OutputColumn(name=each, zh=told[each].zh, en=told[each].en, unit=told[each].unit)
        for each in map(str, frame.columns)
        if each != GEOMETRY
    ]
    looks = layer_symbols(declared, {}) if name == "zones" else border_symbols(name, card.title_zh)
    layer = replace(frame_layer(declared, columns, frame), symbols=looks)
    write_styled_geopackage(target, [layer])
    return target
