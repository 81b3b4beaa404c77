from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
from pypdf import PdfReader, PdfWriter

from yngis.cartography.print.ground import View, to_grid, to_lonlat
from yngis.cartography.print.paper import Box
from yngis.cartography.print.placing.viewports import georeference_plate, has_viewport

POINTS = 72.0 / 25.4
MOST_MM = 0.2  # the residual that the plates promise on paper
VIEW = View(Box(15.0, 40.0, 282.0, 190.0), 3_600_000.0, (12_000.0, -35_000.0))
INSET = View(Box(20.0, 120.0, 90.0, 185.0), 900_000.0, (60_000.0, 4_000.0))


class _Laid:
    """What of a layout a viewport needs."""

    def __init__(self, view: View, inset: View | None, beside: tuple[Any, ...] = ()) -> None:
        self.view, self.inset, self.beside = view, inset, beside


def blank_page() -> bytes:
    import io  # noqa: PLC0415

    writer = PdfWriter()
    writer.add_blank_page(297.0 * POINTS, 210.0 * POINTS)
    with io.BytesIO() as file:
        writer.write(file)
        return file.getvalue()


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    path = tmp_path / "plate.pdf"
    layout: Any = _Laid(VIEW, INSET, (_Laid(VIEW, None),))
    path.write_bytes(georeference_plate(blank_page(), layout))
    return path


def graticule_in(view: View, step: float) -> np.ndarray:
    """Corners of the graticule inside a window, in degrees."""
    land = view.ground(view.window)
    sides = to_lonlat(np.array([(land.left, land.bottom), (land.right, land.top)]))
    (west, south), (east, north) = sides
    mesh = np.array(
        [(lon, lat) for lon in np.arange(90, 110, step) for lat in np.arange(15, 35, step)]
    )
    inside = (mesh > (west, south)).all(axis=1) & (mesh < (east, north)).all(axis=1)
    assert inside.sum() >= 4
    return mesh[inside]


def page_places(viewport: Any, degrees: np.ndarray) -> np.ndarray:
    """Where a reader of the PDF finds places [mm], by nothing but what stands in the viewport."""
    measure = viewport["/Measure"]
    crs = pyproj.CRS.from_wkt(str(measure["/GCS"]["/WKT"]))
    reader = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    given = np.array(measure["/GPTS"], dtype=float).reshape(-1, 2)[:, ::-1]
    shares = np.array(measure["/LPTS"], dtype=float).reshape(-1, 2)
    left, bottom, right, top = (float(side) for side in viewport["/BBox"])
    paper = np.column_stack(
        [left + shares[:, 0] * (right - left), bottom + shares[:, 1] * (top - bottom)]
    )
    metres = np.column_stack(reader.transform(given[:, 0], given[:, 1]))
    origin, size = metres.mean(axis=0), 1e6
    known = np.column_stack([(metres - origin) / size, np.ones(len(metres))])
    fitted, *_ = np.linalg.lstsq(known, paper, rcond=None)
    asked = np.column_stack(reader.transform(degrees[:, 0], degrees[:, 1]))
    return np.column_stack([(asked - origin) / size, np.ones(len(asked))]) @ fitted / POINTS


@pytest.mark.parametrize(("number", "view", "step"), [(0, VIEW, 1.0), (2, INSET, 0.25)])
def test_a_reader_finds_graticule_corners_where_they_are_drawn(
    plate: Path, number: int, view: View, step: float
) -> None:
    viewport = PdfReader(plate).pages[0]["/VP"][number]
    degrees = graticule_in(view, step)
    residual = page_places(viewport, degrees) - view.place(to_grid(degrees))
    assert np.hypot(*residual.T).max() <= MOST_MM


def test_every_map_of_a_sheet_has_its_viewport(plate: Path) -> None:
    """The main map, the one beside it, and the inset last: where they overlap the last holds."""
    boxes = [
        [round(float(side) / POINTS, 3) for side in each["/BBox"]]
        for each in PdfReader(plate).pages[0]["/VP"]
    ]
    assert boxes == [list(VIEW.window), list(VIEW.window), list(INSET.window)]


def test_the_same_plate_gives_the_same_bytes(plate: Path) -> None:
    layout: Any = _Laid(VIEW, INSET, (_Laid(VIEW, None),))
    assert georeference_plate(blank_page(), layout) == plate.read_bytes()


@pytest.mark.usefixtures("plate")
def test_a_file_without_a_viewport_is_told(tmp_path: Path) -> None:
    (tmp_path / "plain.pdf").write_bytes(blank_page())
    (tmp_path / "none.pdf").write_bytes(b"no pdf")
    names = ("plate.pdf", "plain.pdf", "none.pdf", "missing.pdf")
    assert [has_viewport(tmp_path / name) for name in names] == [True, False, False, False]


_ASK_GDAL = """
import json, sys
from osgeo import gdal
opened = gdal.Open(sys.argv[1])
print(json.dumps([opened.GetGeoTransform(), opened.GetProjection(), opened.RasterXSize,
                  opened.RasterYSize, opened.GetMetadataItem("NEATLINE") or ""]))
"""


def test_gdal_reads_it(plate: Path) -> None:
    """GDAL of the system, where it can read PDF: the wheels' own only write it."""
    import json  # noqa: PLC0415

    asked = subprocess.run(
        ["/usr/bin/python3", "-c", _ASK_GDAL, str(plate)],
        capture_output=True, check=False, text=True,
        env={"PATH": "/usr/bin:/bin", "GDAL_PDF_DPI": "72"},
    )  # fmt: skip
    if asked.returncode:
        pytest.skip("no GDAL of the system that reads PDF")
    (x0, dx, rx, y0, ry, dy), wkt, wide, high, neatline = json.loads(asked.stdout)
    assert "Albers" in wkt
    assert neatline.startswith("POLYGON")
    assert (rx, ry) == pytest.approx((0.0, 0.0), abs=1e-6)
    for lon, lat in graticule_in(VIEW, 1.0):
        (x, y), (px, py) = (
            to_grid(np.array([(lon, lat)]))[0],
            VIEW.place(to_grid(np.array([(lon, lat)])))[0],
        )
        column, row = (x - x0) / dx, (y - y0) / dy
        assert column / wide * 297.0 == pytest.approx(px, abs=MOST_MM)
        assert 210.0 - row / high * 210.0 == pytest.approx(py, abs=MOST_MM)
