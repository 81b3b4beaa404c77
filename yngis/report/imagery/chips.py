"""Small pictures of a parcel before and after (影像小图), in one window, stretch and scale."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from PIL import Image

from yngis.analysis.imagery.scene_files import scaled_values
from yngis.catalogue.io.raster import reading_raster

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.analysis.imagery.scene_files import OpenScene

_MARGIN_M: Final = 60.0
_PIXELS: Final = 320
_STRETCH: Final = (2.0, 98.0)  # per cent, of both pictures together


class Chip(NamedTuple):
    """
    A picture of a parcel on one date.

    Attributes
    ----------
    jpeg
        The picture.
    day, sensor, resolution_m, secrecy
        Of the scene.
    box
        First row, stop row, first column, stop column of the window.
    """

    jpeg: bytes
    day: dt.date
    sensor: str
    resolution_m: float
    secrecy: str
    box: tuple[int, int, int, int]

    def uri(self) -> str:
        """
        Write the picture as an address of its own (内嵌地址).

        Returns
        -------
        uri
            ``data:image/jpeg;base64,…``.
        """
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode("ascii")


def parcel_chips(
    shape: BaseGeometry,
    opened: Sequence[OpenScene],
    days: Sequence[dt.date],
    before: dt.date | None,
) -> list[Chip]:
    """
    Cut a parcel out of its first and last clear scenes (剪取前后小图).

    Parameters
    ----------
    shape
        The parcel, in the CRS of the scenes.
    opened
        Scenes of one grid.
    days
        Days on which the parcel was seen clearly.
    before
        Day before which the first picture is to lie; the first of all if None.

    Returns
    -------
    chips
        Before and after; one where there is one date, none where there is none.
    """
    clear = {*days}
    seen = [each for each in opened if each.scene.day in clear]
    if not seen:
        return []
    early = [each for each in seen if before is not None and each.scene.day <= before]
    chosen = [early[-1] if early else seen[0], seen[-1]]
    if chosen[0] is chosen[1]:
        chosen = chosen[:1]
    box = _window(shape, chosen[0])
    pictures = [_visible(each, box) for each in chosen]
    told = np.concatenate([each.ravel() for each in pictures])
    told = told[~np.isnan(told)]
    low, high = np.percentile(told, _STRETCH) if told.size else (0.0, 1.0)
    return [
        Chip(
            _jpeg(picture, low, max(high, low + 1e-6)), each.scene.day, each.scene.sensor,
            abs(each.raster.grid.width), each.scene.secrecy, box,
        )
        for each, picture in zip(chosen, pictures, strict=True)
    ]  # fmt: skip


def _window(shape: BaseGeometry, opened: OpenScene) -> tuple[int, int, int, int]:
    """A square about the parcel, the same on every date."""
    grid = opened.raster.grid
    west, south, east, north = shape.bounds
    half = max(east - west, north - south) / 2.0 + _MARGIN_M
    x, y = (west + east) / 2.0, (south + north) / 2.0
    rows = sorted(((y - half - grid.top) / grid.height, (y + half - grid.top) / grid.height))
    columns = sorted(((x - half - grid.left) / grid.width, (x + half - grid.left) / grid.width))
    return (
        int(np.clip(np.floor(rows[0]), 0, grid.rows - 1)),
        int(np.clip(np.ceil(rows[1]), 1, grid.rows)),
        int(np.clip(np.floor(columns[0]), 0, grid.columns - 1)),
        int(np.clip(np.ceil(columns[1]), 1, grid.columns)),
    )


def _visible(opened: OpenScene, box: tuple[int, int, int, int]) -> NDArray[np.float64]:
    with reading_raster(opened.raster) as source:
        values = scaled_values(opened, source, box)
    return np.moveaxis(values[[2, 1, 0]], 0, -1)


def _jpeg(picture: NDArray[np.float64], low: float, high: float) -> bytes:
    level = np.nan_to_num(np.clip((picture - low) / (high - low), 0.0, 1.0))
    image = Image.fromarray(np.rint(level * 255).astype(np.uint8))
    longest = max(image.size)
    size = tuple(round(side * _PIXELS / longest) for side in image.size)
    made = io.BytesIO()
    # Cells stay squares: what an image of 10 m does not show is not painted in.
    image.resize((size[0], size[1]), Image.Resampling.NEAREST).save(made, "JPEG", quality=82)
    return made.getvalue()


def days_seen(series: pd.DataFrame) -> dict[str, list[dt.date]]:
    """
    Days on which each parcel was seen clearly (清晰观测日期).

    Parameters
    ----------
    series
        ``parcel`` and ``date``.

    Returns
    -------
    days
        By parcel, rising.
    """
    import datetime as dt  # noqa: PLC0415

    told: dict[str, list[dt.date]] = {}
    for parcel, day in zip(series["parcel"], series["date"], strict=True):
        told.setdefault(str(parcel), []).append(dt.date.fromisoformat(day))
    return told
