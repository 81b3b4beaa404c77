"""Where the maps of a sheet lie on earth (地理 PDF): viewports that PDF readers and GDAL know."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

from yngis.cartography.print.ground import to_lonlat
from yngis.catalogue.io.pack import read_pack
from yngis.measure.crs import albers_grid

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.cartography.print.ground import View
    from yngis.cartography.print.placing.laid_out import Layout

_POINTS: Final = 72.0 / 25.4  # of a PDF in a millimetre
# Corners of a window, from the lower left one clockwise, in shares of its width and height.
_CORNERS: Final = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0))


def georeference_plate(sheet: bytes, layout: Layout) -> bytes:
    """
    Tell in a plate where each of its maps lies on earth (图版加坐标).

    Parameters
    ----------
    sheet
        A PDF of one page.
    layout
        What is on it.

    Returns
    -------
    sheet
        The same page with a viewport for each map: its frame on the page, the corners of that
        frame in degrees of CGCS2000, and the Albers grid that it is drawn in. The main map goes
        first; of windows that lie over each other the later one holds.
    """
    writer = PdfWriter(clone_from=io.BytesIO(sheet))
    layouts = (layout, *layout.beside)
    views = [each.view for each in layouts]
    views += [each.inset for each in layouts if each.inset is not None]
    writer.pages[0][NameObject("/VP")] = ArrayObject(
        _viewport(view, f"map {number}") for number, view in enumerate(views, start=1)
    )
    with io.BytesIO() as file:
        writer.write(file)
        return file.getvalue()


def has_viewport(path: Path) -> bool:
    """
    Tell whether a PDF says where its maps lie (是否带坐标).

    Parameters
    ----------
    path
        PDF file.

    Returns
    -------
    whether
        True if one of its pages has a viewport; False for what is no PDF.
    """
    try:
        return any("/VP" in page for page in PdfReader(path).pages)
    except (PyPdfError, OSError, ValueError, KeyError):
        return False


def _viewport(view: View, name: str) -> DictionaryObject:
    window, ground = view.window, view.ground(view.window)
    corners = np.array(
        [(ground.left + x * ground.width, ground.bottom + y * ground.height) for x, y in _CORNERS]
    )
    degrees = to_lonlat(corners)[:, ::-1].ravel()  # north before east
    measure = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Measure"),
            NameObject("/Subtype"): NameObject("/GEO"),
            NameObject("/Bounds"): _numbers(np.array(_CORNERS).ravel()),
            NameObject("/GPTS"): _numbers(degrees),
            NameObject("/LPTS"): _numbers(np.array(_CORNERS).ravel()),
            NameObject("/GCS"): _grid(),
        }
    )
    sides = np.array([window.left, window.bottom, window.right, window.top]) * _POINTS
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Viewport"),
            NameObject("/BBox"): _numbers(sides),
            NameObject("/Name"): TextStringObject(name),
            NameObject("/Measure"): measure,
        }
    )


def _grid() -> DictionaryObject:
    """The grid of the plates, in the words of ESRI that readers of PDF understand."""
    known = read_pack().projection
    crs = albers_grid(known.name, known.parallels, known.origin)
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/PROJCS"),
            NameObject("/WKT"): TextStringObject(crs.to_wkt("WKT1_ESRI")),
        }
    )


def _numbers(values: np.ndarray) -> ArrayObject:
    return ArrayObject(FloatObject(f"{value:.12f}") for value in values)
