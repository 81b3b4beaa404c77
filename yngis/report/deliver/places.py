"""Results parted by place (分区交付): one pass over each layer, every row in one place."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np
import pyarrow as pa
import shapely

from yngis.catalogue import load
from yngis.report.deliver.sources import GEOMETRY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.report.deliver.sources import ResultLayer

By = Literal["all", "prefecture", "zone"]

NOWHERE: Final = "未归属"
"""Place of rows that name none and lie in none."""

_FORBIDDEN: Final = frozenset('<>:"/\\|?*')
_NAME_LENGTH: Final = 60


def part_by_place(
    layers: Sequence[ResultLayer], by: By, outlines: GeoDataFrame, folder: Path
) -> dict[str, list[ResultLayer]]:
    """
    Part layers by prefecture or by zone (分区).

    Parameters
    ----------
    layers
        The layers.
    by
        ``prefecture`` or ``zone``.
    outlines
        The zones.
    folder
        Folder for what is kept on disk meanwhile.

    Returns
    -------
    places
        Layers of each place that has a row of a result, by its name; each record is in one place.
        What a row says of its place goes before where it lies. Sums of more than one place, in
        tables, are left out.
    """
    parted: dict[str, list[ResultLayer]] = {}
    for number, layer in enumerate(layers):
        if by == "zone" and layer.declared.source == "prefectures":
            continue  # a zone is given what lies in it, and no prefecture does
        home = folder / str(number)
        home.mkdir()
        for place, path in _part_layer(layer, by, outlines, home).items():
            # Sums of the province and its regions are of no single place.
            if place == NOWHERE and layer.declared.geometry is None:
                continue
            parted.setdefault(place, []).append(replace(layer, open_batches=_reopening(path)))
    return {
        place: held
        for place, held in sorted(parted.items())
        if any(not layer.declared.ground for layer in held)
    }


def _reopening(path: Path) -> Callable[[], Iterator[pa.RecordBatch]]:
    def batches() -> Iterator[pa.RecordBatch]:
        with pa.ipc.open_stream(path) as stream:
            yield from stream

    return batches


def _part_layer(layer: ResultLayer, by: By, outlines: GeoDataFrame, home: Path) -> dict[str, Path]:
    place_of = _place_finder(layer, by, outlines)
    paths: dict[str, Path] = {}
    writers: dict[str, pa.RecordBatchStreamWriter] = {}
    with ExitStack() as stack:
        for batch in layer.open_batches():
            places = place_of(batch)
            for place in dict.fromkeys(places.tolist()):
                if place not in writers:
                    paths[place] = home / f"{len(paths)}.arrow"
                    sink = stack.enter_context(pa.OSFile(str(paths[place]), "wb"))
                    writers[place] = stack.enter_context(pa.ipc.new_stream(sink, layer.schema))
                writers[place].write_batch(batch.filter(pa.array(places == place)))
    return paths


def _place_finder(
    layer: ResultLayer, by: By, outlines: GeoDataFrame
) -> Callable[[pa.RecordBatch], NDArray[np.object_]]:
    """Tell how the place of each row of a layer is found: by its columns, then by its land."""
    names = layer.schema.names
    prefectures = dict(zip(outlines["name_zh"], outlines["prefecture"], strict=True))
    areas = outlines if by == "zone" else cast("GeoDataFrame", load("prefectures"))
    tree = shapely.STRtree(np.array(areas.geometry.array, dtype=object))
    held = areas["name_zh"].to_numpy(dtype=object)
    zone_column = next((each for each in ("zone", "place", "name") if each in names), None)
    if layer.declared.ground:
        zone_column = "name_zh"

    def found(batch: pa.RecordBatch) -> NDArray[np.object_]:
        places = np.full(batch.num_rows, None, dtype=object)
        if by == "prefecture" and "prefecture" in names:
            places[:] = batch.column("prefecture").to_pylist()
        if zone_column is not None:
            said = batch.column(zone_column).to_pylist()
            places[:] = [
                place or _place_of_zone(zone, by, prefectures)
                for place, zone in zip(places, said, strict=True)
            ]
        open_rows = np.array([not place for place in places], dtype=bool)
        if layer.drawn and open_rows.any():
            wkb = np.array(batch.column(GEOMETRY).to_pylist(), dtype=object)[open_rows]
            places[open_rows] = _places_of_land(wkb, tree, held)
        places[np.array([not place for place in places], dtype=bool)] = NOWHERE
        return places

    return found


def _place_of_zone(zone: str | None, by: By, prefectures: dict[str, str]) -> str | None:
    """Place that a row's words name: a zone of the outlines, or a prefecture itself."""
    if by == "zone":
        return zone if zone in prefectures else None
    return prefectures.get(zone or "") or (zone if zone in prefectures.values() else None)


def _places_of_land(
    wkb: NDArray[np.object_], tree: shapely.STRtree, held: NDArray[np.object_]
) -> NDArray[np.object_]:
    points = shapely.point_on_surface(shapely.from_wkb(wkb))
    rows, areas = tree.query(points, predicate="intersects")
    places = np.full(len(wkb), None, dtype=object)
    # The first area in the order of the outlines, so that two runs agree.
    for row, area in sorted(zip(rows.tolist(), areas.tolist(), strict=True), reverse=True):
        places[row] = held[area]
    return places


def file_names(places: Sequence[str]) -> dict[str, str]:
    """
    Name a folder for each place, as every system allows (文件夹名).

    Parameters
    ----------
    places
        Names of places, whatever signs they hold.

    Returns
    -------
    names
        By place; no two alike.

    Examples
    --------
    >>> file_names(["甲/乙", "甲:乙", "..", "昆明市"])
    {'甲/乙': '甲_乙', '甲:乙': '甲_乙-2', '..': '_', '昆明市': '昆明市'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for place in places:
        clean = "".join(
            "_" if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in place
        )
        clean = clean.strip(". ")[:_NAME_LENGTH] or "_"
        name, number = clean, 1
        while name.casefold() in taken:
            number += 1
            name = f"{clean}-{number}"
        taken.add(name.casefold())
        names[place] = name
    return names


def gather_place_notes(notes: Mapping[str, Sequence[str]]) -> list[str]:
    """
    Say what was told of places, each thing once (分区说明汇总).

    Parameters
    ----------
    notes
        What was told, by place.

    Returns
    -------
    lines
        What holds for some places alone names the first of them.

    Examples
    --------
    >>> gather_place_notes({"甲": ["无表", "截断"], "乙": ["无表"], "丙": ["无表"]})
    ['无表', '甲：截断']
    """
    places: dict[str, list[str]] = {}
    for place, told in notes.items():
        for note in dict.fromkeys(told):
            places.setdefault(note, []).append(place)
    return [
        note
        if len(held) == len(notes)
        else f"{held[0]}{f' 等 {len(held)} 处' if len(held) > 1 else ''}：{note}"
        for note, held in places.items()
    ]
