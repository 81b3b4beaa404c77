"""What lies under every map beside land and borders (底图要素): waters, roads, seats."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue import load, read_pack, read_vector
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.sources import split_source
from yngis.catalogue.io.vectors.vector import deleted_lines
from yngis.errors import LayerError, Problem, SpecError, YngisError
from yngis.measure.crs import CGCS2000
from yngis.plan.seats import prefecture_seats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry


class _Kind(NamedTuple):
    """What a key takes: its title in both languages, and dimensions of its shapes in words."""

    zh: str
    en: str
    dimensions: tuple[int, ...]


_POINTS, _LINES, _AREAS = 0, 1, 2
_SHAPES: Final = {_POINTS: "点 / points", _LINES: "线 / lines", _AREAS: "面 / polygons"}

BASE_KINDS: Final = {
    "lakes": _Kind("湖泊", "lakes", (_AREAS,)),
    "rivers": _Kind("河流", "rivers", (_LINES, _AREAS)),
    "roads": _Kind("公路", "roads", (_LINES,)),
    "railways": _Kind("铁路", "railways", (_LINES,)),
    "seats": _Kind("州（市）府", "seats", (_POINTS,)),
}
"""Keys of ``--base``, from the lowest to the highest on the map."""

_NAMES: Final = (
    *(
        "name_zh",
        "名称",
        "name",
        "name_chn",
        "name:zh",
        "中文名",
        "湖泊名称",
        "湖名",
        "河流名称",
        "河名",
    ),
    *(
        "水系名称",
        "路名",
        "道路名称",
        "公路名称",
        "铁路名称",
        "线路名称",
        "路线名称",
        "地名",
        "驻地",
        "mc",
    ),
    *("路线编号", "道路编码", "ref", "label"),
)
"""Headers that hold a name, the surest first; upper and lower case are one."""

_SAME_WITHIN: Final = 0.05  # of a degree: a shipped river this near to the user's is the same
_SAME_SHARE: Final = 0.5  # of a shipped line near the user's from which it is theirs
_FINE: Final = 0.0005  # corners within this of a line go [degrees]: 50 m, less than a pixel
_COARSEST: Final = 0.008
_MOST_CORNERS: Final = 80_000  # of all own layers: about 0.5 MB of a page


class BaseLayers(NamedTuple):
    """
    Layers under a map.

    Attributes
    ----------
    layers
        ``name_zh``, ``own`` (the user's) and shapes by key of :data:`BASE_KINDS`, EPSG:4490, each
        name once.
    notes
        Which of them the user brought, and what was left out for them.
    """

    layers: dict[str, GeoDataFrame]
    notes: tuple[tuple[str, str], ...]


def list_own_base_files(own: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Path]]:
    """
    List the user's files of the base; those that are not there are told on reading.

    Parameters
    ----------
    own
        ``FILE`` or ``FILE#LAYER`` by key.

    Yields
    ------
    key, path
        Without the layer in it.
    """
    for key, named in own.items():
        for text in named:
            with suppress(LayerError):
                yield key, local_path(split_source(text)[0])


def read_base_layers(
    counties: GeoDataFrame, own: Mapping[str, Sequence[str]], *, crs: str | None = None
) -> BaseLayers:
    """
    Read what is shipped of lakes, rivers and seats, and the user's own in place of it or beside it.

    Parameters
    ----------
    counties
        Counties of the plan, EPSG:4490, in which seats lie.
    own
        Files by key of :data:`BASE_KINDS`: ``FILE`` or ``FILE#LAYER``, several for a key.
    crs
        CRS of files that declare none.

    Returns
    -------
    base
        The shipped features without those that the user brings by the same name or in the same
        place, and the user's.

    Raises
    ------
    SpecError
        If a key is unknown, or a file is unreadable, empty, of other shapes, or lies elsewhere;
        names all faults.
    PlanError
        If the pack's table of seats has faults.
    """
    known = list(BASE_KINDS)
    problems = [
        Problem(f"--base {key}", " | ".join(known), key, did_you_mean(key, known))
        for key in own
        if key not in BASE_KINDS
    ]
    brought: dict[str, list[GeoDataFrame]] = {}
    for key, named in own.items():
        for text in named if key in BASE_KINDS else ():
            try:
                brought.setdefault(key, []).append(_read_own_base_file(key, text, crs))
            except YngisError as error:
                problems += error.problems
    if problems:
        raise SpecError(problems)
    layers = {name: cast("gpd.GeoDataFrame", load(name)) for name in ("lakes", "rivers")}
    layers["seats"] = prefecture_seats(counties)
    layers = {
        key: layer[["name_zh", "geometry"]].assign(own=False) for key, layer in layers.items()
    }
    notes = []
    for key, frames in _thin_corners_to_fit(brought).items():
        mine = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CGCS2000)
        kept, dropped = (
            _drop_shipped_in_same_place(layers[key], mine) if key in layers else (None, 0)
        )
        parts = [mine] if kept is None else [kept, mine]
        layers[key] = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=CGCS2000)
        notes.append(_note_on_own_files(key, own[key], dropped))
        for line in (line for frame in brought[key] for line in deleted_lines(frame)):
            zh, _, en = line.rpartition(" / ")
            notes.append((f"{BASE_KINDS[key].zh}：{zh}。", f"{BASE_KINDS[key].en}: {en}."))
    return BaseLayers(
        {key: _unite_shapes_by_name(layers[key]) for key in BASE_KINDS if key in layers},
        tuple(notes),
    )


def _note_on_own_files(key: str, named: Sequence[str], dropped: int) -> tuple[str, str]:
    """Tell whose a layer is, in both languages."""
    files = "、".join(local_path(split_source(text)[0]).name for text in named)
    kind = BASE_KINDS[key]
    zh, en = f"底图{kind.zh}据用户文件：{files}", f"Base {kind.en} from the user's file: {files}"
    if dropped:
        zh += f"；随附的 {dropped} 个同名或同位者不绘"
        en += f"; {dropped} shipped of the same name or place are left out"
    return f"{zh}。", f"{en}."


def _read_own_base_file(key: str, text: str, crs: str | None) -> GeoDataFrame:
    """One file of the user's, cut to the map frame, with its names."""
    where, kind, pack = f"--base {key}={text}", BASE_KINDS[key], read_pack()
    path, layer = split_source(text)
    frame = read_vector(path, next(iter(layer), None), crs=crs)
    shapes = frame.geometry.to_numpy()
    held = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    if not held.any():
        promised = f"有图形的{kind.zh} / {kind.en} with shapes"
        mend = "核对文件和图层 / check the file and its layer"
        raise SpecError(Problem(where, promised, "没有任何图形 / empty: no shape", mend))
    fitting = held & np.isin(shapely.get_dimensions(shapes), kind.dimensions)
    wanted = "、".join(_SHAPES[each] for each in kind.dimensions)
    if strange := int((held & ~fitting).sum()):
        types = ", ".join(sorted(set(frame.geom_type[held & ~fitting])))
        mend = "换成此类图形的图层 / give a layer of such shapes"
        raise SpecError(Problem(where, wanted, f"{strange} × {types}", mend))
    # Bent over itself, as digitised lakes are; lines need no mending.
    shapes = np.where(
        fitting & (shapely.get_dimensions(shapes) == _AREAS), shapely.make_valid(shapes), shapes
    )
    if not shapely.intersects(shapes[held], shapely.box(*pack.extent)).any():
        west, south, east, north = (f"{side:.2f}" for side in frame.total_bounds)
        raise SpecError(
            Problem(
                where,
                f"位于{pack.province}及周边 / in or near {pack.province_en}",
                f"{west}–{east}°E, {south}–{north}°N",
                "核对坐标系，未声明者用 --crs / check the CRS; --crs for a file that declares none",
            )
        )
    cut = shapely.intersection(shapes[held], shapely.box(*pack.frame))
    seen = ~shapely.is_empty(cut)
    names = _names_by_surest_header(frame)[held][seen]
    own = gpd.GeoDataFrame({"name_zh": names, "own": True}, geometry=cut[seen], crs=CGCS2000)
    own.attrs = frame.attrs
    return own


def _names_by_surest_header(frame: GeoDataFrame) -> NDArray[np.object_]:
    """Names by the surest of the headers that hold one; empty where there is none."""
    headers = {str(column).casefold(): column for column in frame.columns}
    for name in _NAMES:
        if name in headers and frame[headers[name]].notna().any():
            told = frame[headers[name]]
            return np.array(
                ["" if value is None or value != value else str(value).strip() for value in told],  # noqa: PLR0124 - NaN is not itself
                dtype=object,
            )
    return np.full(len(frame), "", dtype=object)


def _thin_corners_to_fit(brought: dict[str, list[GeoDataFrame]]) -> dict[str, list[GeoDataFrame]]:
    """Leave out corners that no map shows; more of them where a page would grow too large."""
    fine, frames = _FINE, [frame for held in brought.values() for frame in held]
    while True:
        thin = [shapely.simplify(frame.geometry.to_numpy(), fine) for frame in frames]
        corners = sum(int(shapely.get_num_coordinates(shapes).sum()) for shapes in thin)
        if corners <= _MOST_CORNERS:
            break
        fine *= 2
        if fine > _COARSEST:
            raise SpecError(
                Problem(
                    "--base",
                    f"全部底图要素合计至多 {_MOST_CORNERS:,} 个折点 / at most so many corners",
                    f"{corners:,}",
                    "只留主要的路、河 / keep the main roads and rivers only",
                )
            )
    again = iter(thin)
    return {
        key: [frame.set_geometry(gpd.GeoSeries(next(again), crs=CGCS2000)) for frame in held]
        for key, held in brought.items()
    }


def _drop_shipped_in_same_place(
    shipped: GeoDataFrame, mine: GeoDataFrame
) -> tuple[GeoDataFrame, int]:
    """Shipped features that the user does not bring, by name or place; how many go."""
    together = shapely.union_all(mine.geometry.to_numpy())
    shapes = shipped.geometry.to_numpy()
    if (shapely.get_dimensions(shapes) == _LINES).all():
        near = shapely.buffer(together, _SAME_WITHIN, quad_segs=2)
        inside = shapely.length(shapely.intersection(shapes, near))
        same = inside >= _SAME_SHARE * shapely.length(shapes)
    else:
        reach = _SAME_WITHIN if (shapely.get_dimensions(shapes) == _POINTS).all() else 0.0
        same = shapely.dwithin(shapes, together, reach)
    same = same | shipped["name_zh"].isin(set(mine["name_zh"]) - {""}).to_numpy()
    return shipped[~same], int(same.sum())


def _unite_shapes_by_name(layer: GeoDataFrame) -> GeoDataFrame:
    """Each name once, in the order of the file; all that has none together."""
    groups: dict[str, list[BaseGeometry]] = {}
    for name, shape in zip(layer["name_zh"], layer.geometry, strict=True):
        groups.setdefault(name, []).append(shape)
    shapes = [
        held[0] if len(held) == 1 else _join_shapes_of_one_name(held) for held in groups.values()
    ]
    own = layer.groupby("name_zh", sort=False)["own"].any().to_list()
    return gpd.GeoDataFrame({"name_zh": list(groups), "own": own}, geometry=shapes, crs=CGCS2000)


def _join_shapes_of_one_name(shapes: list[BaseGeometry]) -> BaseGeometry:
    """Shapes of one name as one: lines run on where they meet."""
    whole = shapely.union_all(shapes)
    lines = shapely.get_dimensions(whole) == _LINES
    joined: BaseGeometry = shapely.line_merge(whole) if lines else whole
    return joined
