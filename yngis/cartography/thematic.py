"""Thematic maps of a report (专题图): values by zone, prefecture or county, as pages and plates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import geopandas as gpd
from pydantic import ValidationError

from yngis.cartography.mapdata import MapData
from yngis.cartography.mapspec import ZONES, Fill, MapSpec, Method, Second, ValueClass
from yngis.cartography.sources import read_sources
from yngis.cartography.user_map import prepare_map, refuse_text_values
from yngis.cartography.write import PAGE, write_figures
from yngis.catalogue.io.nearest import did_you_mean, nearest_name
from yngis.catalogue.io.validation_words import promised_value, value_remedy
from yngis.errors import Problem, SpecError
from yngis.measure.crs import CGCS2000
from yngis.plan.zone_names import ZoneMatcher, plan_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from rich.progress import Progress

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources

On = Literal["zones", "prefectures", "counties"]

MAPS: Final = "maps"
"""Folder of a report's maps: pages, and plates in ``print`` below it."""

_FIRST, _SECOND = "value", "second"
_LISTED = 6  # names quoted in a message
_QUOTED = 60  # letters of a wrong value


@dataclass(frozen=True)
class Measure:
    """
    A value that is shown together with another (双变量).

    Parameters
    ----------
    data
        Numbers by the same names as the first value's; or a column of the first value's frame.
    legend, unit
        Heading of its side of the legend.
    bounds, scheme
        Two limits between its three classes, or how they are worked out.
    """

    data: pd.Series | str
    legend: str
    unit: str = ""
    bounds: tuple[float, ...] = ()
    scheme: Method = "quantiles"


@dataclass(frozen=True)
class ThematicMap:
    """
    A map of one value or two (专题图), in the furniture and style of the plan's figures.

    Zones are drawn as glyphs coloured by class with the value in them, prefectures as areas with
    the value under the name, counties and polygons of one's own as areas, points as dots.

    Parameters
    ----------
    name
        Of its files.
    title, title_en
        Of the map.
    legend, unit
        Heading of the legend, and what follows each number.
    data
        By name of zone (any spelling that the registry knows), prefecture or county, full or short;
        NaN where there is none. Or polygons or points of one's own, in any CRS.
    on
        What the names are; a frame of one's own needs none.
    column, name_column
        Of a frame: what is shown, and what names the features.
    bounds
        Rising limits between classes, at most six; a value on a limit belongs to the class below.
    scheme, count
        Where there are no ``bounds``: ``quantiles``, ``jenks`` or ``equal``, and how many classes.
    classes
        Of texts, instead of limits: value, label, colour and the character in a zone's glyph.
    second
        Another value: both then in three classes, with a legend of nine cells.
    palette
        ``blue``, ``orange`` or ``diverging``.
    region
        Only that part of the province.
    panels
        On paper the three regions side by side (分幅小图), each at its own scale; zones only.
    missing
        What a feature without a value is called.
    labels
        Whether counties and features of one's own are named; zones and prefectures always are.
    notes, source
        Lines under the map, and where the data come from.
    """

    name: str
    title: str
    legend: str
    data: pd.Series | gpd.GeoDataFrame
    on: On = "zones"
    title_en: str = ""
    unit: str = ""
    column: str = _FIRST
    name_column: str = "name_zh"
    bounds: tuple[float, ...] = ()
    scheme: Method = "quantiles"
    count: int = 5
    classes: tuple[ValueClass, ...] = ()
    second: Measure | None = None
    palette: Literal["blue", "orange", "diverging"] = "blue"
    region: str | None = None
    panels: bool = False
    missing: str = "无数据"
    labels: bool = False
    notes: tuple[str, ...] = ()
    source: str = ""


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
        If a name is unknown or given twice, or a limit or a column is wrong; names all of them.
    """
    if isinstance(drawn.data, gpd.GeoDataFrame):
        layer, frame = "own", _frame_with_values(drawn, drawn.data)
        first, other = drawn.column, drawn.second.data if drawn.second else _SECOND
    else:
        layer, frame = drawn.on, _join_values_to_layer(drawn, sources)
        first, other = _FIRST, _SECOND
    try:
        spec = _thematic_spec(drawn, layer, first, str(other))
    except ValidationError as error:
        raise SpecError(
            Problem(
                f"{drawn.name}: {'.'.join(map(str, fault['loc'])) or 'ThematicMap'}",
                promised_value(fault),
                repr(fault.get("input"))[:_QUOTED],
                f"{value_remedy(fault, ())}；help(yngis.cartography.thematic.ThematicMap)",
            )
            for fault in error.errors()
        ) from error
    if spec.fill is not None:
        refuse_text_values(frame, spec.fill, drawn.name)
    return replace(prepare_map(spec, sources, MapData(frame, {})), stem=drawn.name)


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


def _thematic_spec(drawn: ThematicMap, layer: str, first: str, other: str) -> MapSpec:
    second = drawn.second and Second(
        column=other,
        title=drawn.second.legend,
        unit=drawn.second.unit,
        bounds=drawn.second.bounds,
        method=drawn.second.scheme,
    )
    fill = Fill(
        layer=layer,
        column=first,
        title=drawn.legend,
        unit=drawn.unit,
        bounds=drawn.bounds,
        method=drawn.scheme,
        count=drawn.count,
        classes=drawn.classes,
        second=second,
        palette=drawn.palette,
        missing=drawn.missing,
        name=drawn.name_column,
        labels=drawn.labels,
        show_values=layer == "prefectures",
    )
    return MapSpec(
        title=drawn.title,
        title_en=drawn.title_en,
        fill=fill,
        region=drawn.region,
        panels=drawn.panels,
        notes=drawn.notes,
        source=drawn.source,
    )


def _frame_with_values(drawn: ThematicMap, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = [drawn.column, *([drawn.second.data] if drawn.second else [])]
    problems = [
        Problem(
            f"{drawn.name}: data",
            "表中有的列 / a column of the frame",
            str(column),
            did_you_mean(str(column), [str(name) for name in frame.columns]),
        )
        for column in columns
        if not isinstance(column, str) or column not in frame.columns
    ]
    if frame.crs is None:
        mend = "frame.set_crs(4490)"
        problems.append(Problem(f"{drawn.name}: data", "CRS", "没有 / none", mend))
    if problems:
        raise SpecError(problems)
    return frame.to_crs(CGCS2000)


def _join_values_to_layer(drawn: ThematicMap, sources: Sources) -> gpd.GeoDataFrame:
    """The layer with the values beside its names."""
    layer = sources.zones if drawn.on == ZONES else sources.layers[drawn.on]
    find = _place_finder(drawn.on, layer)
    given = {_FIRST: drawn.data}
    if drawn.second:
        given[_SECOND] = cast("pd.Series", drawn.second.data)
    problems: list[Problem] = []
    for column, values in given.items():
        found = [find(str(name)) for name in values.index]
        strangers = [str(n) for n, known in zip(values.index, found, strict=True) if known is None]
        doubled = sorted({name for name in found if name and found.count(name) > 1})
        problems += _thematic_faults(drawn, strangers, doubled, layer)
        by_name = dict(zip(found, values, strict=True))
        layer = layer.assign(**{column: layer["name_zh"].map(by_name)})
    if problems:
        raise SpecError(problems)
    return layer


def _place_finder(on: On, layer: gpd.GeoDataFrame) -> Callable[[str], str | None]:
    if on == ZONES:
        matcher = ZoneMatcher(plan_registry(), tuple(layer["name_zh"]))
        return lambda name: matcher.match_column([name], "")[0][0]
    known = {str(name): str(name) for name in layer["name_zh"]}
    if "short_zh" in layer.columns:
        known |= dict(zip(layer["short_zh"], layer["name_zh"], strict=True))
    return known.get


def _thematic_faults(
    drawn: ThematicMap, strangers: list[str], doubled: list[str], layer: gpd.GeoDataFrame
) -> list[Problem]:
    where, names = f"{drawn.name}: data", [str(name) for name in layer["name_zh"]]
    problems = []
    if strangers:
        shown = strangers[:_LISTED]
        near = [f"{name} → {close}" for name in shown if (close := nearest_name(name, names))]
        mend = "；".join(near) or f"名称如 / for example: {'、'.join(names[:3])}"
        promised = f"{drawn.on} 图层中的名称 / names of the layer"
        problems.append(Problem(where, promised, "、".join(shown), mend))
    if doubled:
        mend = "每个名称一个值 / one value for each name"
        problems.append(Problem(where, mend, "、".join(doubled[:_LISTED]), "删去重复 / drop them"))
    return problems
