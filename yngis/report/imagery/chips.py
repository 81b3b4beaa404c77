"""Small pictures of a parcel before and after (影像小图), in one window, stretch and scale."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.analysis.imagery.scene_reading import SceneStack

_MARGIN_M: Final = 60.0
_DAY: Final = re.compile(rb"\d{4}-\d{2}-\d{2}")
_PIXELS: Final = 320
_STRETCH: Final = (2.0, 98.0)  # per cent, of both pictures together


class Chip(NamedTuple):
    """
    A picture of a parcel on one date.

    Attributes
    ----------
    jpeg
        The picture.
    day, sensor, secrecy
        Of the scene.
    cell_m
        Width and height of a cell on the ground [m].
    box
        First row, stop row, first column, stop column of the window.
    """

    jpeg: bytes
    day: dt.date
    sensor: str
    cell_m: tuple[float, float]
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
        return jpeg_uri(self.jpeg)


def jpeg_uri(jpeg: bytes) -> str:
    """Write a picture as an address of its own: ``data:image/jpeg;base64,…``."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def parcel_chips(
    shape: BaseGeometry,
    stack: SceneStack,
    days: Sequence[dt.date],
    before: dt.date | None,
) -> list[Chip]:
    """
    Cut a parcel out of its first and last clear scenes (剪取前后小图).

    Parameters
    ----------
    shape
        The parcel, in the CRS of the scenes.
    stack
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
    held = {*days}
    seen = [day for day in stack.days if day in held]
    if not seen:
        return []
    early = [day for day in seen if before is not None and day <= before]
    chosen = list(dict.fromkeys([early[-1] if early else seen[0], seen[-1]]))
    box = _window_about_parcel(shape, stack)
    pictures = [
        np.moveaxis(stack.read_day(day, box, clear=False)[[2, 1, 0]], 0, -1) for day in chosen
    ]
    told = np.concatenate([each.ravel() for each in pictures])
    told = told[~np.isnan(told)]
    low, high = np.percentile(told, _STRETCH) if told.size else (0.0, 1.0)
    return [
        Chip(
            _encode_as_jpeg(picture, low, max(high, low + 1e-6), day), day,
            stack.scenes[0].scene.sensor, stack.cell_m, _secrecy_of(stack, day), box,
        )
        for day, picture in zip(chosen, pictures, strict=True)
    ]  # fmt: skip


def _secrecy_of(stack: SceneStack, day: dt.date) -> str:
    told = {each.scene.secrecy for each in stack.of_day(day)}
    return "、".join(sorted(told - {""}))


def _window_about_parcel(shape: BaseGeometry, stack: SceneStack) -> tuple[int, int, int, int]:
    """A square about the parcel, the same on every date."""
    grid, (east_m, north_m) = stack.grid, stack.cell_m
    west, south, east, north = shape.bounds
    wide = (east - west) / abs(grid.width) * east_m
    high = (north - south) / abs(grid.height) * north_m
    half = max(wide, high) / 2.0 + _MARGIN_M
    column = ((west + east) / 2.0 - grid.left) / grid.width
    row = ((south + north) / 2.0 - grid.top) / grid.height
    return (
        int(np.clip(np.floor(row - half / north_m), 0, grid.rows - 1)),
        int(np.clip(np.ceil(row + half / north_m), 1, grid.rows)),
        int(np.clip(np.floor(column - half / east_m), 0, grid.columns - 1)),
        int(np.clip(np.ceil(column + half / east_m), 1, grid.columns)),
    )


def _encode_as_jpeg(picture: NDArray[np.float64], low: float, high: float, day: dt.date) -> bytes:
    level = np.nan_to_num(np.clip((picture - low) / (high - low), 0.0, 1.0))
    image = Image.fromarray(np.rint(level * 255).astype(np.uint8))
    longest = max(image.size)
    size = tuple(round(side * _PIXELS / longest) for side in image.size)
    made = io.BytesIO()
    # Cells stay squares: what an image of 10 m does not show is not painted in.
    image.resize((size[0], size[1]), Image.Resampling.NEAREST).save(
        made, "JPEG", quality=82, comment=day.isoformat()
    )
    return made.getvalue()


def jpeg_day(jpeg: bytes) -> str:
    """
    Read the day of a picture from the picture itself (影像日期).

    Parameters
    ----------
    jpeg
        A picture of :func:`parcel_chips`, or another.

    Returns
    -------
    day
        Year, month and day; empty where the picture does not tell it.
    """
    with Image.open(io.BytesIO(jpeg)) as image:
        told = image.info.get("comment", b"")
    return told.decode("ascii") if _DAY.fullmatch(told) else ""


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
