"""What a survey shows on given land (地上现状): built, bare, or nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.change.land_classes import BUILT, NOT_BUILT, built_of_code
from yngis.analysis.change.survey_layer import open_survey
from yngis.analysis.change.survey_reading import (
    CodeBook,
    classed_code,
    is_survey_table,
    stated_scheme,
)
from yngis.analysis.overlay.overlay_notes import OverlayNotes
from yngis.analysis.overlay.tabulate import apportion

if TYPE_CHECKING:
    import pyarrow as pa
    from geopandas import GeoDataFrame

    from yngis.analysis.change.survey_layer import Layer


def ground_states(
    layer: Layer,
    land: GeoDataFrame,
    role: str,
    *,
    scheme: str | None = None,
    code: str | None = None,
    inside: str | None = None,
    crs: str | int | None = None,
) -> pd.DataFrame:
    """
    Areas of given land by what a survey shows there (地上现状面积).

    Parameters
    ----------
    layer
        The survey.
    land
        Polygons with a unique index.
    role
        What the survey is called in messages.
    scheme, code, inside, crs
        As for :class:`yngis.analysis.change.compare.CompareRules`.

    Returns
    -------
    areas
        On ``land.index``: ``built``, ``not_built`` and ``unknown`` [m²].
    """
    told = pd.DataFrame(0.0, index=land.index, columns=[BUILT, NOT_BUILT, "unknown"])
    if len(land) == 0:
        return told
    numbered = land[["geometry"]].reset_index(drop=True)
    numbered["place"] = np.arange(len(land))
    sums = np.zeros((3, len(land)))
    with open_survey(layer, role, inside=inside, crs=crs, code=code) as survey:
        told_scheme = stated_scheme(scheme, survey, f"{role}-scheme")
        book = CodeBook(role, told_scheme, is_survey_table(survey))
        placed = numbered.to_crs(survey.crs)
        bounds = placed.total_bounds
        for batch in survey.read():
            count = len(batch.shapes)
            numbers = book.number_codes(batch.cells["code"], batch.cells.get("name"), count)
            frame = _near_frame(batch.shapes, numbers, bounds, survey.crs)
            if len(frame) == 0:
                continue
            parts = apportion(frame, placed, name="place", notes=OverlayNotes()).reset_index()
            parts = parts[[isinstance(zone, int | np.integer) for zone in parts["zone"]]]
            kinds = _code_states(book)[
                frame["code"].to_numpy()[parts["parcel"].to_numpy(dtype=int)]
            ]
            fine = kinds >= 0
            zone = parts["zone"].to_numpy(dtype=np.int64)
            np.add.at(sums, (kinds[fine], zone[fine]), parts["area_m2"].to_numpy()[fine])
    told[[BUILT, NOT_BUILT, "unknown"]] = sums.T
    return told


def _near_frame(shapes: pa.Array, numbers: Any, bounds: Any, crs: Any) -> GeoDataFrame:  # noqa: ANN401
    """Parcels of a batch that may touch the land."""
    import geopandas as gpd  # noqa: PLC0415 - the type alone is needed elsewhere

    from yngis.analysis.change.tiles import shape_boxes  # noqa: PLC0415

    told, boxes = shape_boxes(shapes)
    west, south, east, north = bounds
    near = (
        (boxes[:, 0] <= east)
        & (boxes[:, 2] >= west)
        & (boxes[:, 1] <= north)
        & (boxes[:, 3] >= south)
    )
    return gpd.GeoDataFrame({"code": numbers[near]}, geometry=list(told[near]), crs=crs)


def _code_states(book: CodeBook) -> Any:  # noqa: ANN401 - an array
    """Row of the sums by number of the code; -1 for what lies over other land."""
    states = {BUILT: 0, NOT_BUILT: 1}
    told = [
        states.get(built_of_code(classed_code(code, book.scheme())), 2) if fine else 2
        for code, fine in zip(book.codes(), book.understood(), strict=True)
    ]
    return np.where(book.overlays(), -1, np.array(told, dtype=np.int64))
