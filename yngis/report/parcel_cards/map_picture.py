"""The map of a card as a picture (宗地图图片), for documents that know no SVG."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from yngis.cartography.print.lettering.fontfiles import find_faces
from yngis.report.parcel_cards.parcel_map import LOOKS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from yngis.report.parcel_cards.parcel_map import MapLook, ParcelMap

_DPI: Final = 150
_FINER: Final = 2  # drawn twice as fine and brought down, so that slanting lines are smooth
_TENTHS: Final = 254.0  # in an inch
_INK: Final = "#1b1f24"
_LETTER: Final = 24.0  # tenths of a millimetre
_COLOURS: Final = 128  # flat land and its smoothed edges
_NEAR: Final = 2  # steps of 255 by which a palette may miss a colour
_DASH: Final = (14.0, 7.0)  # tenths of a millimetre


class MapPainter:
    """
    Draws maps of cards as PNG (宗地图绘制).

    Parameters
    ----------
    size
        Width and height of the maps [mm].
    font
        Chinese font file; found by itself if None.
    """

    def __init__(self, size: tuple[float, float], font: Path | None = None) -> None:
        face, _ = find_faces(font)
        self._per_tenth = _DPI * _FINER / _TENTHS
        wide, high = (round(side * 10 * self._per_tenth) for side in size)
        self._size = (wide, high)
        self._high = size[1] * 10.0
        pixels = round(_LETTER * self._per_tenth)
        self._font = ImageFont.truetype(str(face.path), pixels, index=face.index)

    def paint(self, drawn: ParcelMap) -> bytes:
        """
        Draw a map (绘制).

        Parameters
        ----------
        drawn
            The map.

        Returns
        -------
        picture
            PNG at 150 dots per inch.
        """
        image = Image.new("RGB", self._size, "#ffffff")
        pen = ImageDraw.Draw(image)
        for shape in drawn.shapes:
            self._draw_shape(image, pen, LOOKS[shape.look], shape.lines)
        for x, y, told in drawn.numbers:
            pen.text(self._at(x, y), told, font=self._font, fill=_INK, anchor="mm")
        self._draw_north(pen)
        self._draw_bar(pen, drawn)
        edge = self._size[0] - 1, self._size[1] - 1
        pen.rectangle((0, 0, *edge), outline="#9aa1a9", width=2 * _FINER)
        small = _of_few_colours(image.reduce(_FINER))
        with io.BytesIO() as file:
            small.save(file, "PNG", dpi=(_DPI, _DPI), compress_level=4)
            return file.getvalue()

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """Pixel of a place in tenths of a millimetre from the lower left corner."""
        return x * self._per_tenth, (self._high - y) * self._per_tenth

    def _pixels(self, line: NDArray[np.int64]) -> NDArray[np.float64]:
        turned = np.column_stack((line[:, 0], self._high - line[:, 1]))
        pixels: NDArray[np.float64] = turned * self._per_tenth
        return pixels

    def _draw_shape(
        self, image: Image.Image, pen: ImageDraw.ImageDraw, look: MapLook,
        lines: tuple[NDArray[np.int64], ...],
    ) -> None:  # fmt: skip
        width = max(1, round(look.width * 10 * self._per_tenth))
        rings = [self._pixels(line) for line in lines]
        if look.fill:
            # Even and odd: what lies in two rings is a hole.
            mask = np.zeros((self._size[1], self._size[0]), dtype=bool)
            for ring in rings if len(rings) > 1 else []:
                own = Image.new("1", self._size)
                ImageDraw.Draw(own).polygon(ring.ravel().tolist(), fill=1)
                mask ^= np.asarray(own)
            if len(rings) > 1:
                image.paste(ImageColor.getrgb(look.fill), mask=Image.fromarray(mask))
            else:
                pen.polygon(rings[0].ravel().tolist(), fill=look.fill)
        for ring in rings:
            pieces = _dashes(ring, self._per_tenth) if look.dashed else [ring.ravel().tolist()]
            for piece in pieces:
                pen.line(piece, fill=look.line, width=width, joint="curve")

    def _draw_north(self, pen: ImageDraw.ImageDraw) -> None:
        right = self._size[0] / self._per_tenth - 30.0
        tip = self._high - 14.0
        arrow = [(0.0, 0.0), (11.0, -40.0), (0.0, -31.0), (-11.0, -40.0)]
        pen.polygon([self._at(right + x, tip + y) for x, y in arrow], fill=_INK)
        pen.text(self._at(right, tip - 52.0), "北", font=self._font, fill=_INK, anchor="mm")

    def _draw_bar(self, pen: ImageDraw.ImageDraw, drawn: ParcelMap) -> None:
        told = f"{drawn.bar_m} 米　1:{drawn.scale:,}"
        wide = max(drawn.bar_tenths + 40.0, pen.textlength(told, self._font) / self._per_tenth + 30)
        pen.rectangle((*self._at(12.0, 66.0), *self._at(12.0 + wide, 8.0)), fill="#ffffff")
        pen.text(self._at(22.0, 48.0), told, font=self._font, fill=_INK, anchor="lm")
        ends = [(22.0, 28.0), (22.0, 14.0), (22.0 + drawn.bar_tenths, 14.0),
                (22.0 + drawn.bar_tenths, 28.0)]  # fmt: skip
        pen.line([self._at(x, y) for x, y in ends], fill=_INK, width=round(3 * self._per_tenth))


def _of_few_colours(image: Image.Image) -> Image.Image:
    """Picture with a palette, which packs in half the time; colours of the legend stay as told."""
    packed = image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    held = np.array(packed.getpalette(), dtype=np.int64).reshape(-1, 3)
    for colour in _told_colours():
        held[np.abs(held - colour).max(axis=1) <= _NEAR] = colour
    packed.putpalette(held.ravel().tolist())
    return packed


@cache
def _told_colours() -> tuple[tuple[int, ...], ...]:
    named = {part for look in LOOKS.values() for part in (look.fill, look.line) if part}
    return tuple(ImageColor.getrgb(each)[:3] for each in sorted({*named, _INK, "#ffffff"}))


def _dashes(line: NDArray[np.float64], per_tenth: float) -> list[list[float]]:
    """Line as dashes; the pattern runs on round the corners."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    dash, gap = (part * per_tenth for part in _DASH)
    pieces = []
    for start in np.arange(0.0, along[-1], dash + gap):
        ends = np.clip([start, start + dash], 0.0, along[-1])
        inner = along[(along > ends[0]) & (along < ends[1])]
        places = np.concatenate([ends[:1], inner, ends[1:]])
        held = np.column_stack([np.interp(places, along, line[:, axis]) for axis in (0, 1)])
        pieces.append(held.ravel().tolist())
    return pieces
