"""The drawing surface of a plate: one axes in millimetres of the sheet, later over earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import AxesImage
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Wedge
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox, TransformedBbox

from yngis.cartography.print.lettering.fonts import character_widths
from yngis.cartography.print.lettering.sheet_words import say_in_english
from yngis.cartography.print.paper import POINT, Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.artist import Artist
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.cartography.print.paper import Paper

ASCENT: Final = 0.86
"""Height of a line of Chinese text above the baseline [em]."""

DESCENT: Final = 0.12
"""Depth of a line of Chinese text below the baseline [em]."""

HALO: Final = "#FFFFFF"
_HALO_WIDTH: Final = 1.9  # pt


class Canvas:
    """
    A sheet to draw on.

    Parameters
    ----------
    paper
        Its size.
    face
        The type.
    english
        Whether what the sheet says of itself is in English.
    names
        English of names that the figure does not hold itself, as of waters.
    """

    def __init__(
        self,
        paper: Paper,
        face: Typeface,
        *,
        english: bool = False,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.paper = paper
        self.face = face
        self._english, self._names = english, dict(names or {})
        self.figure = Figure(figsize=(paper.width / 25.4, paper.height / 25.4), facecolor="#FFFFFF")
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, paper.width)
        self.axes.set_ylim(0, paper.height)
        self.axes.set_autoscale_on(False)
        self._order = 0
        self._fonts = {
            bold: FontProperties(fname=str(face.file(bold=bold))) for bold in (False, True)
        }

    def _say(self, text: str) -> str:
        """The line in the language of the sheet."""
        return self._names.get(text) or say_in_english(text) if self._english else text

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of a line of text."""
        widths = character_widths(self.face.file(bold=bold))
        return sum(widths[sign] for sign in self._say(text)) * size * POINT

    def text(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        colour: str,
        bold: bool = False,
        align: str = "left",
        halo: float = 0.0,
        halo_colour: str = HALO,
        gid: str | None = None,
        rotation: float = 0.0,
    ) -> Box:
        """Write a line."""
        text = self._say(text)
        wide = self.width(text, size, bold=bold)
        left = x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        font = self._fonts[bold].copy()
        font.set_size(size)
        if halo:
            outline = TextPath((left, y), text, size=size * POINT, prop=font)
            self._add(
                PathPatch(
                    outline,
                    facecolor=halo_colour,
                    edgecolor=halo_colour,
                    alpha=halo,
                    linewidth=_HALO_WIDTH,
                    joinstyle="round",
                    capstyle="round",
                )
            )
        written = Text(
            x if rotation else left,
            y,
            text,
            color=colour,
            fontproperties=font,
            verticalalignment="center_baseline" if rotation else "baseline",
            horizontalalignment="center" if rotation else "left",
            rotation=rotation,
            rotation_mode="anchor",
            parse_math=False,
        )
        self._add(written, gid=gid)
        return Box(left, y - DESCENT * size * POINT, left + wide, y + ASCENT * size * POINT)

    def area(
        self,
        shape: BaseGeometry,
        fill: str,
        *,
        edge: str | None = None,
        width: float = 0.0,
        clip: Box | None = None,
        alpha: float = 1.0,
        gid: str | None = None,
        dash: tuple[float, ...] | None = None,
    ) -> None:
        """Fill polygons."""
        path = _shape_path(shape)
        if path is not None:
            patch = PathPatch(
                path,
                facecolor=fill,
                edgecolor=edge or "none",
                linewidth=width,
                alpha=alpha,
                joinstyle="round",
            )
            if dash:
                patch.set_linestyle((0, dash))
            self._add(patch, clip=clip, gid=gid)

    def lines(
        self,
        lines: Sequence[NDArray[np.float64]],
        colour: str,
        width: float,
        *,
        clip: Box | None = None,
        alpha: float = 1.0,
        dash: tuple[float, ...] | None = None,
        cap: str = "round",
        gid: str | None = None,
    ) -> None:
        """Draw lines."""
        if lines:
            drawn = LineCollection(
                [_snap_to_hundredths(line) for line in lines],
                colors=colour,
                linewidths=width,
                alpha=alpha,
                capstyle=cap,
                joinstyle="round",
                linestyles=[(0, dash)] if dash else "solid",
            )
            self._add(drawn, clip=clip, gid=gid)

    def line(
        self,
        start: tuple[float, float],
        stop: tuple[float, float],
        colour: str,
        width: float,
        **more: Any,  # noqa: ANN401 - those of lines
    ) -> None:
        """Draw one straight line."""
        self.lines([np.array([start, stop])], colour, width, **more)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str,
        *,
        edge: str | None = None,
        width: float = 0.0,
        gid: str | None = None,
    ) -> None:
        """Draw a disc."""
        self._add(
            Circle((x, y), radius, facecolor=fill, edgecolor=edge or "none", linewidth=width),
            gid=gid,
        )

    def wedge(
        self,
        spot: tuple[float, float, float],
        start: float,
        stop: float,
        fill: str,
        *,
        gid: str | None = None,
    ) -> None:
        """Draw a sector with a white rim."""
        x, y, radius = spot
        sector = Wedge((x, y), radius, 90 - stop, 90 - start, facecolor=fill, joinstyle="round")
        sector.set_edgecolor("#FFFFFF")
        sector.set_linewidth(0.5)
        self._add(sector, gid=gid)

    def rectangle(
        self,
        box: Box,
        fill: str,
        *,
        edge: str | None = None,
        width: float = 0.0,
        alpha: float = 1.0,
        rounding: float = 0.0,
        gid: str | None = None,
    ) -> None:
        """Draw a rectangle."""
        style = f"round,pad=0,rounding_size={rounding}" if rounding else "square,pad=0"
        self._add(
            FancyBboxPatch(
                (box.left, box.bottom),
                box.width,
                box.height,
                boxstyle=style,
                facecolor=fill,
                edgecolor=edge or "none",
                linewidth=width,
                alpha=alpha,
                joinstyle="miter",
                mutation_aspect=1,
            ),
            gid=gid,
        )

    def picture(self, pixels: NDArray[np.uint8], box: Box, *, clip: Box) -> None:
        """Lay an image on the sheet."""
        image = AxesImage(
            self.axes,
            extent=(box.left, box.right, box.bottom, box.top),
            interpolation="bilinear",
            origin="upper",
        )
        image.set_data(pixels)
        self._order += 1
        image.set_zorder(self._order)
        self.axes.add_image(image)
        image.set_clip_path(None)
        image.set_clip_box(self._clip(clip))

    def _add(self, artist: Artist, *, clip: Box | None = None, gid: str | None = None) -> None:
        self._order += 1
        artist.set_zorder(self._order)
        if gid:
            artist.set_gid(gid)
        self.axes.add_artist(artist)
        artist.set_clip_path(None)
        if clip is None:
            artist.set_clip_on(False)
        else:
            artist.set_clip_box(self._clip(clip))

    def _clip(self, box: Box) -> TransformedBbox:
        return TransformedBbox(Bbox.from_extents(*box), self.axes.transData)


def _snap_to_hundredths(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whole hundredths of a point, 3.5 µm: short numbers make small files."""
    snapped: NDArray[np.float64] = np.round(np.asarray(points) / POINT, 2) * POINT
    return snapped


def _shape_path(shape: BaseGeometry) -> Path | None:
    """One path of all rings."""
    rings: Iterable[Any] = (
        ring
        for polygon in shapely.get_parts(shape)
        if polygon.geom_type == "Polygon" and not polygon.is_empty
        for ring in (polygon.exterior, *polygon.interiors)
    )
    vertices, codes = [], []
    for ring in rings:
        points = _snap_to_hundredths(shapely.get_coordinates(ring))
        vertices.append(points)
        codes.append(
            np.concatenate([[Path.MOVETO], np.full(len(points) - 2, Path.LINETO), [Path.CLOSEPOLY]])
        )
    if not vertices:
        return None
    return Path(np.concatenate(vertices), np.concatenate(codes))
