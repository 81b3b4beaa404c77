"""Angles in degrees, minutes and seconds, and the names of datums."""

from __future__ import annotations

import pytest

from yngis.measure.datum_names import named_datums
from yngis.measure.degrees import read_degrees


@pytest.mark.parametrize(
    ("text", "axis", "degrees"),
    [
        ("102°42'44.3\"E", "lon", 102 + 42 / 60 + 44.3 / 3600),
        ("102°42′44″", "lon", 102 + 42 / 60 + 44 / 3600),
        ("102度42分44秒", "lon", 102 + 42 / 60 + 44 / 3600),
        ("102°42′44′′", "lon", 102 + 42 / 60 + 44 / 3600),
        ("东经102°42′", "lon", 102.7),
        ("102.7°", "lon", 102.7),
        ("N25°15'0\"", "lat", 25.25),
        ("70°30′W", "lon", -70.5),
        ("25°15′N", "lon", None),
        ("25°60′", "lat", None),
        ("25°15′61″", "lat", None),
        ("25.5°30′", "lat", None),
        ("25°30″", "lat", None),
        ("N25°15′S", "lat", None),
        ("25.25", "lat", None),
        ("北京路25号", "lat", None),
    ],
)
def test_angles(text: str, axis: str, degrees: float | None) -> None:
    read = read_degrees(text, axis)
    assert read == (None if degrees is None else pytest.approx(degrees, abs=1e-12))


@pytest.mark.parametrize(
    ("text", "datums"),
    [
        ("国家2000", ("CGCS2000",)),
        ("2000国家大地坐标系", ("CGCS2000",)),
        ("CGCS2000", ("CGCS2000",)),
        ("高德", ("GCJ-02",)),
        ("腾讯地图", ("GCJ-02",)),
        ("GCJ02", ("GCJ-02",)),
        ("GCJ-02", ("GCJ-02",)),
        ("百度", ("BD-09",)),
        ("BD09", ("BD-09",)),
        ("bd-09ll", ("BD-09",)),
        ("WGS-84", ("WGS84",)),
        ("WGS84", ("WGS84",)),
        ("北京54", ()),
        ("西安80", ()),
        ("1980西安坐标系", ()),
    ],
)
def test_datums_as_people_write_them(text: str, datums: tuple[str, ...]) -> None:
    assert named_datums(text) == datums
