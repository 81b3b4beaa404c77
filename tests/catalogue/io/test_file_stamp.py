"""What was read of a file is kept while the file stands, and no longer."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from yngis.analysis.audit import places
from yngis.catalogue.io.file_stamp import file_stamp
from yngis.catalogue.tables.shapes import polygons


def test_a_stamp_changes_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "a"
    missing = file_stamp(file)
    file.write_text("1")
    first = file_stamp(file)
    assert first != missing
    assert file_stamp(str(file)) == first
    file.write_text("12")
    longer = file_stamp(file)
    assert longer != first
    # As long, and as old, but another file: renamed over the first, as all of ours are.
    other = tmp_path / "b"
    other.write_text("34")
    os.utime(other, ns=(longer.changed_ns, longer.changed_ns))
    other.replace(file)
    assert file_stamp(file) != longer


def test_counties_are_read_anew_when_their_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "layers.gpkg"
    file.write_text("1")
    held = gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4490)
    for module in (places, polygons):
        monkeypatch.setattr(module, "file_in_pack", lambda _: file)
    monkeypatch.setattr(places, "load", lambda _: held)
    monkeypatch.setattr(places, "_cut_into_cells", lambda layer: layer.copy())
    monkeypatch.setattr(polygons, "_shipped_counties", lambda: held)
    asked = (places._prepared_counties, polygons.province_outline)
    before = [ask() for ask in asked]
    assert all(ask() is kept for ask, kept in zip(asked, before, strict=True))
    file.write_text("12")
    assert all(ask() is not kept for ask, kept in zip(asked, before, strict=True))
