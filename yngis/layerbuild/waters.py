"""
Lakes and great rivers (湖泊、大江大河) for the base of plates, from GSHHG.

The Debian packages ``gmt`` and ``gmt-gshhg-full`` hold GSHHG 2.3.7 and print it as text::

    gmt coast -R97/107/21/30 -Df -W2 -A0/2/2 -M > lakes.txt
    gmt coast -R97/107/21/30 -Df -Ia -M > rivers.txt
    python -m yngis.layerbuild.waters lakes.txt rivers.txt

The source names nothing: what a lake or a river is called is told here by points that it passes.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from yngis.catalogue import read_card, shipped_dir, write_geopackage
from yngis.catalogue.io.side_files import read_side_text
from yngis.catalogue.io.yaml import load_yaml
from yngis.errors import LayerError, Problem
from yngis.measure.crs import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Points = NDArray[np.float64]

FILE_NAME: Final = "waters.gpkg"
"""The GeoPackage of lakes and rivers below the layers folder."""

_NAMED: Final = load_yaml(read_side_text(shipped_dir() / "rules" / "waters.yml"), "waters.yml")[0]

LAKES: Final[dict[str, list[float]]] = _NAMED["lakes"]
"""A point in each lake that the source holds, degrees; several known lakes it does not hold."""

RIVERS: Final[dict[str, list[tuple[float, float]]]] = {
    name: [(east, north) for east, north in points] for name, points in _NAMED["rivers"].items()
}
"""Points that each river passes, from its source on, degrees."""

_DECIMALS: Final = 3  # of a degree, at which ends of pieces are one: 100 m
_KILOMETRES: Final = np.array([101.0, 111.0])  # of a degree of longitude and latitude at 25°N
_GAP: Final = 4.0  # between pieces that belong together, at most [km]
_DETOUR: Final = 3.0  # how much dearer a gap is than a river
_OFF: Final = 25.0  # from a point that a river passes to the nearest piece, at most [km]
_FINE: Final = 0.004  # corners within this of the line go [degrees]: 0.1 mm at 1:4 M


def build_waters(lakes: Path, rivers: Path, out: Path | None = None) -> Path:
    """
    Build the layers of lakes and rivers and write them into one GeoPackage.

    Parameters
    ----------
    lakes, rivers
        What ``gmt coast -M`` printed.
    out
        The GeoPackage; that of the shipped layers where None.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    LayerError
        If a lake or a river is not in the source; names all of them.
    """
    layers = {
        "lakes": lake_shapes(read_pieces(lakes.read_text(encoding="utf-8"))),
        "rivers": river_lines(read_pieces(rivers.read_text(encoding="utf-8"))),
    }
    titles = {name: f"{read_card(name).title_zh} {read_card(name).title_en}" for name in layers}
    return write_geopackage(out or shipped_dir() / FILE_NAME, layers, titles=titles)


def read_pieces(text: str) -> list[Points]:
    """
    Read the pieces of lines that GMT prints.

    Parameters
    ----------
    text
        Pieces begun by ``>``, a longitude and a latitude a line.

    Returns
    -------
    pieces
        Degrees, ``(n, 2)`` each; those of a single point are left out.

    Examples
    --------
    >>> [piece.tolist() for piece in read_pieces(chr(10).join(["> a", "100 25", "101 25", "> b"]))]
    [[[100.0, 25.0], [101.0, 25.0]]]
    """
    pieces: list[list[list[float]]] = []
    for line in text.splitlines():
        if line.startswith(">"):
            pieces.append([])
        elif line.strip() and not line.startswith("#"):
            pieces[-1].append([float(part) for part in line.split()[:2]])
    return [np.array(piece) for piece in pieces if len(piece) > 1]


def lake_shapes(pieces: Sequence[Points]) -> gpd.GeoDataFrame:
    """Lakes by name: shores are printed in pieces, cut where the source's tiles meet."""
    corners = [np.round(piece, _DECIMALS + 1) for piece in pieces]
    shores = shapely.union_all([shapely.LineString(line) for line in corners])
    found = shapely.get_parts(shapely.polygonize([shores]))
    whole = shapely.get_parts(shapely.union_all(found))
    points = shapely.points(list(LAKES.values()))
    held = {
        name: whole[shapely.contains(whole, point)]
        for name, point in zip(LAKES, points, strict=True)
    }
    if missing := [name for name, shapes in held.items() if not len(shapes)]:
        raise LayerError([_not_in_source(name) for name in missing])
    shapes = [shapely.multipolygons(shapely.normalize(found)) for found in held.values()]
    return gpd.GeoDataFrame({"name_zh": list(held)}, geometry=shapes, crs=CGCS2000)


def river_lines(pieces: Sequence[Points]) -> gpd.GeoDataFrame:
    """Rivers by name, each the shortest way along the source's pieces by its points."""
    net = _RiverNet(pieces)
    lines: dict[str, Points] = {}
    problems = []
    for name, points in RIVERS.items():
        way = [net.way_between(*ends) for ends in pairwise(points)]
        if any(part is None for part in way):
            problems.append(_not_in_source(name))
            continue
        lines[name] = np.concatenate([part for part in way if part is not None])
    if problems:
        raise LayerError(problems)
    shapes = [shapely.simplify(shapely.linestrings(line), _FINE) for line in lines.values()]
    return gpd.GeoDataFrame({"name_zh": list(lines)}, geometry=shapes, crs=CGCS2000)


class _RiverNet:
    """The pieces as a net of points, joined where pieces end near others."""

    def __init__(self, pieces: Sequence[Points]) -> None:
        rounded = [np.round(piece, _DECIMALS) for piece in pieces]
        self.points, numbers = np.unique(np.concatenate(rounded), axis=0, return_inverse=True)
        self.places = cKDTree(self.points * _KILOMETRES)
        ends = np.cumsum([len(piece) for piece in rounded])[:-1]
        links = np.array(
            [pair for part in np.split(numbers.ravel(), ends) for pair in pairwise(part)]
        )
        joined = np.array([*links, *self._gaps(links)])
        apart = np.hypot(*((self.points[joined[:, 0]] - self.points[joined[:, 1]]) * _KILOMETRES).T)
        apart[len(links) :] *= _DETOUR
        size = len(self.points)
        self.net = csr_array((np.maximum(apart, 1e-6), (joined[:, 0], joined[:, 1])), (size, size))

    def _gaps(self, links: NDArray[np.int_]) -> Iterator[tuple[int, int]]:
        """From each loose end to the points near it that it has no link to."""
        linked = {tuple(sorted(map(int, pair))) for pair in links}
        times = np.bincount(links.ravel(), minlength=len(self.points))
        for end in np.flatnonzero(times == 1):
            near = self.places.query_ball_point(self.points[end] * _KILOMETRES, _GAP)
            for other in near:
                if other != end and tuple(sorted((int(end), other))) not in linked:
                    yield int(end), int(other)

    def way_between(self, start: tuple[float, float], stop: tuple[float, float]) -> Points | None:
        """The shortest way; None where the net does not come near, or does not lead there."""
        off, ends = self.places.query(np.array([start, stop]) * _KILOMETRES)
        if off.max() > _OFF:
            return None
        _, before = dijkstra(self.net, directed=False, indices=ends[0], return_predecessors=True)
        way = [int(ends[1])]
        while way[-1] != ends[0]:
            if before[way[-1]] < 0:
                return None
            way.append(int(before[way[-1]]))
        found: Points = self.points[way[::-1]]
        return found


def _not_in_source(name: str) -> Problem:
    return Problem(
        where=f"GSHHG：{name}",
        promised="来源中有这一水体 / the source holds it",
        found="没有 / it does not",
        mend="用 gmt coast -Df 导出完整分辨率 / print it at full resolution",
    )


if __name__ == "__main__":
    sys.stdout.write(f"{build_waters(Path(sys.argv[1]), Path(sys.argv[2]))}\n")
