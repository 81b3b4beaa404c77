"""Thematic maps of a report (专题图): values by zone, prefecture or county, as pages and plates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
from pydantic import ConfigDict

from yngis.cartography.mapdata import absent_columns, row_faults, shown_columns
from yngis.cartography.mapspec import ZONES, Fill, MapSpec
from yngis.cartography.prepare import spec_faults
from yngis.cartography.sources import read_sources
from yngis.cartography.user_map import prepare_map, refuse_text_values
from yngis.cartography.write import PAGE, write_figures
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError
from yngis.measure.crs import CGCS2000
from yngis.plan.zone_names import ZoneMatcher, plan_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.progress import Progress

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources

MAPS: Final = "maps"
"""Folder of a report's maps: pages, and plates in ``print`` below it."""


class ThematicMap(MapSpec):
    """
    A map of one value or two (专题图): the spec of a user's map with its values beside it.

    Zones are drawn as glyphs coloured by class with the value in them, prefectures and counties as
    areas, polygons and points of one's own as areas and dots.

    Parameters
    ----------
    **data
        Those of :class:`yngis.cartography.mapspec.MapSpec`; ``name``, of its files; ``data``, the
        values. These are by name of the places of ``fill.layer`` (``zones`` in any spelling that
        the registry knows, ``prefectures``, ``counties``; full names or short), NaN where there is
        none: one series, or a frame that holds ``fill.column``. Or polygons or points of one's own
        in any CRS, whose layer is a name only.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str
    fill: Fill
    data: pd.Series | pd.DataFrame


def prepare_thematic(drawn: ThematicMap, sources: Sources) -> PreparedFigure:
    """
    Decide what a thematic map shows.

    Parameters
    ----------
    drawn
        The map.
    sources
        The shipped layers and tables.

    Returns
    -------
    figure
        Ready for either renderer; its ``stem`` is the map's name.

    Raises
    ------
    SpecError
        If a name is unknown or given twice, or a layer, region or column is wrong; names all.
    """
    problems = spec_faults(drawn, sources, drawn.name)
    if isinstance(drawn.data, gpd.GeoDataFrame):
        frame, faults = _frame_in_degrees(drawn, drawn.data)
    else:
        frame, faults = _join_values_to_layer(drawn, sources)
    if problems := [*problems, *faults]:
        raise SpecError(problems)
    refuse_text_values(frame, drawn.fill, drawn.name)
    return replace(prepare_map(drawn, sources, frame), stem=drawn.name)


def prepare_all(maps: Iterable[ThematicMap], sources: Sources) -> list[PreparedFigure]:
    """
    Decide what several thematic maps show (专题图备图).

    Parameters
    ----------
    maps
        The maps.
    sources
        The layers drawn on.

    Returns
    -------
    figures
        Ready to be drawn, in the order of the maps.

    Raises
    ------
    SpecError
        With the faults of all maps.
    """
    figures: list[PreparedFigure] = []
    problems: list[Problem] = []
    for drawn in maps:
        try:
            figures.append(prepare_thematic(drawn, sources))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    return figures


def write_maps(
    maps: Sequence[ThematicMap],
    out: Path | str,
    formats: Sequence[str] = (PAGE, "png", "pdf"),
    *,
    sources: Sources | None = None,
    progress: Progress | None = None,
    **on_paper: Any,  # noqa: ANN401 - those of draw_plates
) -> list[Path]:
    """
    Write thematic maps as offline pages and as plates (专题图出图).

    Parameters
    ----------
    maps
        What to draw.
    out
        Folder of the report; pages go into ``maps`` below it, plates into ``maps/print``.
    formats
        Of ``html``, ``png``, ``pdf`` and ``svg``.
    sources
        The layers drawn on, with a user's zones where there are such; the shipped ones if None.
    progress
        A :class:`rich.progress.Progress` to show the steps on.
    **on_paper
        ``paper``, ``dpi``, ``imprint``, ``font`` and ``relief`` as for
        :func:`yngis.cartography.print.draw_plates`.

    Returns
    -------
    paths
        ``maps/NAME.html`` and ``maps/print/NAME.*``; the same maps give the same bytes.

    Raises
    ------
    YngisError
        If a map or an option has faults; names all of them.
    """
    figures = prepare_all(maps, sources or read_sources())
    return write_figures(figures, Path(out) / MAPS, formats, progress=progress, **on_paper)


def _frame_in_degrees(
    drawn: ThematicMap, frame: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    where, problems = f"{drawn.name}: data", []
    for column, _ in shown_columns(drawn.fill):
        problems += absent_columns(column, frame.columns, where)
    if frame.crs is None:
        return frame, [*problems, Problem(where, "CRS", "没有 / none", "frame.set_crs(4490)")]
    return frame.to_crs(CGCS2000), problems


def _join_values_to_layer(
    drawn: ThematicMap, sources: Sources
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """The layer with the values beside its names."""
    on, data, columns = drawn.fill.layer, drawn.data, shown_columns(drawn.fill)
    layers = {ZONES: sources.zones, **sources.layers}
    if on not in layers:
        mend = did_you_mean(on, list(layers))
        promised = "随附的图层 / a shipped layer"
        return sources.zones, [Problem(f"{drawn.name}: fill.layer", promised, on, mend)]
    layer = layers[on]
    values = data.to_frame(drawn.fill.column) if isinstance(data, pd.Series) else data
    find = _place_finder(on, layer)
    names = pd.Series([find(str(name)) or str(name) for name in values.index], dtype="str")
    problems = row_faults(names, layer["name_zh"], drawn.name, "data")
    for column, _ in columns:
        problems += absent_columns(column, values.columns, f"{drawn.name}: data")
    if not problems:
        told = {column: dict(zip(names, values[column], strict=True)) for column, _ in columns}
        layer = layer.assign(**{name: layer["name_zh"].map(by) for name, by in told.items()})
    return layer, problems


def _place_finder(on: str, layer: gpd.GeoDataFrame) -> Callable[[str], str | None]:
    if on == ZONES:
        matcher = ZoneMatcher(plan_registry(), tuple(layer["name_zh"]))
        return lambda name: matcher.match_column([name], "")[0][0]
    known = {str(name): str(name) for name in layer["name_zh"]}
    if "short_zh" in layer.columns:
        known |= dict(zip(layer["short_zh"], layer["name_zh"], strict=True))
    return known.get
