"""Plots as survey texts (国土 TXT): each layer of polygons, a file for each 3° zone."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.catalogue.io.vectors.survey_txt_writer import (
    Columns,
    SurveyPlot,
    SurveyTxtWriter,
    survey_zones,
)
from yngis.report.deliver.sources import GEOMETRY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from yngis.report.deliver.sources import ResultLayer

# Columns that an entry of a plot's line is taken from, the first that the layer has.
_NUMBERS: Final = ("id", "approval", "name", "after_id", "record", "zone", "cluster")
_NAMES: Final = ("holder", "zone", "name", "kind", "county")
_USES: Final = ("use_name",)
_CODES: Final = ("use_code", "after")


def write_survey_texts(
    folder: Path, layers: Sequence[ResultLayer], *, columns: Columns = 9, unit: str, day: str
) -> tuple[dict[str, int], list[str]]:
    """
    Write the polygons of results as survey texts (写国土 TXT).

    Parameters
    ----------
    folder
        Folder to write to; made if need be.
    layers
        What is to be written; tables, points, lines and the zones beneath are left out.
    columns
        Form of the plots' lines.
    unit, day
        数据产生单位, 数据产生日期.

    Returns
    -------
    rows
        How many plots of each layer were written, by name.
    notes
        What the texts do not hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    notes: list[str] = []
    for layer in layers:
        if layer.declared.geometry != "MultiPolygon" or not layer.drawn or layer.declared.ground:
            continue
        rows[layer.declared.name], bare = _write_layer_texts(folder, layer, columns, unit, day)
        if bare:
            notes.append(
                f"TXT {layer.declared.zh}：{bare:,} 行没有图形，未写 / rows without a polygon"
            )
    return rows, notes


def _write_layer_texts(
    folder: Path, layer: ResultLayer, columns: Columns, unit: str, day: str
) -> tuple[int, int]:
    """Write a layer; tells how many rows have a polygon, and how many none."""
    bare = 0
    writers: dict[int, SurveyTxtWriter] = {}
    with ExitStack() as stack:
        for batch in layer.open_batches():
            wkb = np.array(batch.column(GEOMETRY).to_pylist(), dtype=object)
            drawn = np.array([each is not None for each in wkb], dtype=bool)
            bare += int((~drawn).sum())
            shapes = shapely.from_wkb(wkb[drawn])
            entries = [
                _entry_texts(batch, names, drawn) for names in (_NUMBERS, _NAMES, _USES, _CODES)
            ]
            for zone, shape, number, name, use, code in zip(
                survey_zones(shapes), shapes, *entries, strict=True
            ):
                writer = writers.get(int(zone))
                if writer is None:
                    path = folder / f"{layer.declared.name}_{int(zone)}.txt"
                    writer = stack.enter_context(
                        SurveyTxtWriter(path, int(zone), columns=columns, unit=unit, day=day)
                    )
                    writers[int(zone)] = writer
                writer.write(SurveyPlot(number, name, use, code, shape))
    return sum(writer.plots for writer in writers.values()), bare


def _entry_texts(batch: pa.RecordBatch, names: Sequence[str], drawn: np.ndarray) -> list[str]:
    name = next((each for each in names if each in batch.schema.names), None)
    if name is None:
        return [""] * int(drawn.sum())
    texts = batch.column(name).to_pylist()
    return [
        "" if text is None else str(text) for text, held in zip(texts, drawn, strict=True) if held
    ]
