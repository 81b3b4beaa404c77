"""From a user's spec to a prepared figure (自定义图件): by the road of the plan's figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from yngis.cartography.filling import fill_features, on_zones
from yngis.cartography.mapdata import MapData, read_map_data
from yngis.cartography.mapspec import Fill, MapSpec, read_map_spec
from yngis.cartography.prepare import assemble_figure, spec_faults
from yngis.cartography.spec import FigureSpec, read_spec
from yngis.cartography.style import read_style
from yngis.catalogue.io.paths import local_path
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame

    from yngis.cartography.prepared import Group, PreparedFigure
    from yngis.cartography.sources import Sources

# Pages of the plan's own in the folder that both are written to; names differ by case only on some
# systems.
_RESERVED: Final = re.compile(r"index|manifest|atlas|fig\d+", re.IGNORECASE)


def own_map(path: Path | str, sources: Sources) -> PreparedFigure:
    """
    Prepare the map that a user's spec declares.

    Parameters
    ----------
    path
        YAML file; the files that it names lie beside it.
    sources
        The shipped layers and tables.

    Returns
    -------
    figure
        Ready for either renderer; its ``stem`` is the file's.

    Raises
    ------
    SpecError
        With every fault of the spec and of the data it names, each with the nearest right name.
    """
    file = local_path(path)
    spec, problems = read_map_spec(file)
    if _RESERVED.fullmatch(file.stem):
        problems.append(
            Problem(
                where=str(file),
                promised="不与规划图件同名的文件名 / a name that no page of the plan bears",
                found=f"{file.stem}.yml 会覆盖 {file.stem}.html / it would overwrite that page",
                mend="改文件名，如 my-map.yml / rename it, for example my-map.yml",
            )
        )
    if spec is None:
        raise SpecError(problems)
    data, faults = read_map_data(spec, file.parent, file.name)
    problems += [*faults, *spec_faults(_figure_spec_of_map(spec), sources, file.name)]
    if problems:
        raise SpecError(problems)
    return replace(prepare_map(spec, sources, data), stem=file.stem)


def prepare_choropleth(
    frame: GeoDataFrame, fill: Fill, title: str, sources: Sources, *, title_en: str = ""
) -> PreparedFigure:
    """
    Prepare a map of a frame coloured by one of its columns, for reports.

    Parameters
    ----------
    frame
        Features, EPSG:4490.
    fill
        How they are coloured; its ``layer`` is a name only.
    title, title_en
        Of the map.
    sources
        The shipped layers and tables.

    Returns
    -------
    figure
        Ready for either renderer, with the furniture and style of the plan's figures.
    """
    spec = MapSpec(title=title, title_en=title_en, fill=fill)
    return prepare_map(spec, sources, MapData(frame, {}))


def prepare_map(spec: MapSpec, sources: Sources, data: MapData) -> PreparedFigure:
    """
    Decide what a user's map shows.

    Parameters
    ----------
    spec
        The map, judged.
    sources
        The shipped layers and tables.
    data
        What it is filled with.

    Returns
    -------
    figure
        Without a number; its regions are pale where something else is filled.
    """
    caption = {"title_zh": spec.title, "title_en": spec.title_en, "section": ""}
    figure = assemble_figure(_figure_spec_of_map(spec), sources, caption)
    if spec.glyph is None and not spec.fills_zones:
        # Without zones nothing is taken from the plan.
        base, *others = figure.credits
        figure = replace(
            figure,
            marks=(),
            others=0,
            groups=_groups_of_kind(figure.groups, "region"),
            notes=(),
            credits=(f"底图：{base.rpartition('；底图：')[2]}", *others),
        )
    if spec.fill is not None and data.frame is not None:
        colour = on_zones if spec.fills_zones else fill_features
        figure = colour(figure, spec.fill, data.frame)
    credit = f"数据：{spec.source}" if spec.source else ""
    return replace(
        figure,
        notes=(*spec.notes, *figure.notes),
        credits=tuple(line for line in (credit, *figure.credits) if line),
        panels=tuple(_region_panels(spec, sources, data)),
    )


def _region_panels(spec: MapSpec, sources: Sources, data: MapData) -> Iterator[PreparedFigure]:
    """The same map of each region in turn."""
    if spec.panels:
        for region in read_style().regions:
            part = spec.model_copy(update={"region": region, "panels": False})
            yield prepare_map(part, sources, data)


def _figure_spec_of_map(spec: MapSpec) -> FigureSpec:
    """The spec as that of a figure without a number, with zones even where none are wanted."""
    glyph = spec.glyph or read_spec(1).glyph
    return FigureSpec.model_construct(
        figure=0, glyph=glyph, region=spec.region, focus=False, ports=spec.ports
    )


def _groups_of_kind(groups: tuple[Group, ...], kind: str) -> tuple[Group, ...]:
    return tuple(group for group in groups if group.kind == kind)
