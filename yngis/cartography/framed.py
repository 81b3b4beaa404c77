"""One prefecture as the frame of a figure (州市图): its counties stand where prefectures stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from yngis.cartography.mapspec import MapSpec
    from yngis.cartography.sources import Sources
    from yngis.cartography.spec import FigureSpec

REST: Final = "其余"
"""Name of the land of the province outside the frame."""


def framed_figure(
    spec: FigureSpec | MapSpec, sources: Sources
) -> tuple[FigureSpec | MapSpec, Sources]:
    """
    Turn a figure of one prefecture into one of a region, which the renderers know how to draw.

    Parameters
    ----------
    spec
        The figure's declaration.
    sources
        Layers and tables.

    Returns
    -------
    spec, sources
        As they are where no prefecture is the frame; else the prefecture as the only region drawn,
        its counties in the place of prefectures, and only its zones.

    Raises
    ------
    SpecError
        If there is no such prefecture; names the nearest.
    """
    if spec.frame is None:
        return spec, sources
    name = _full_name(spec, sources)
    counties = sources.layers["counties"]
    inside = counties["prefecture"] == name
    own = counties[inside]
    framed = counties.assign(
        region=pd.Series(REST, index=counties.index).mask(inside, name),
        prefecture=counties["prefecture"].mask(inside, counties["name_zh"]),
    )
    others = sources.layers["prefectures"]
    listed = pd.concat(
        [
            own.assign(short_zh=own["name_zh"], region=name),
            others[others["name_zh"] != name].assign(region=REST),
        ],
        ignore_index=True,
    )
    layers = {
        **sources.layers,
        "counties": framed,
        "prefectures": gpd.GeoDataFrame(listed, geometry="geometry", crs=counties.crs),
        "regions": _two_regions(framed, name),
    }
    zones = sources.zones[sources.zones["prefecture"] == name].assign(region=name)
    shown = spec.model_copy(update={"frame": None, "region": name})
    return shown, replace(sources, zones=zones, layers=layers)


def _full_name(spec: FigureSpec | MapSpec, sources: Sources) -> str:
    table = sources.layers["prefectures"]
    wanted = spec.frame.prefecture if spec.frame is not None else ""
    known = dict(zip(table["short_zh"], table["name_zh"], strict=True))
    known |= {name: name for name in table["name_zh"]}
    if wanted in known:
        return str(known[wanted])
    raise SpecError(
        Problem(
            where=f"fig{spec.figure:02d}: frame.prefecture" if spec.figure else "frame.prefecture",
            promised="、".join(table["name_zh"]),
            found=wanted,
            mend=did_you_mean(wanted, list(known)),
        )
    )


def _two_regions(counties: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    names = [part for part in (name, REST) if (counties["region"] == part).any()]
    shapes = [
        shapely.coverage_union_all(counties.geometry[counties["region"] == part].to_numpy())
        for part in names
    ]
    return gpd.GeoDataFrame(
        {"name_zh": names, "title_zh": names}, geometry=shapes, crs=counties.crs
    )
