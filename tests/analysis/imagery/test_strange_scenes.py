"""The same ground in grids, numbers and cuts that other hands would bring: the same evidence."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from yngis.analysis.imagery.evidence import Evidence, LandCoverShare, parcel_evidence
from yngis.analysis.imagery.rules import read_imagery_rules
from yngis.analysis.imagery.scene_files import check_scenes
from yngis.analysis.imagery.scenes import read_scenes

from .strange_scenes import (
    AS_OF,
    CLEARED,
    LEFT,
    TOP,
    UTM,
    Grid,
    days,
    paint,
    scene_row,
    write_list,
    write_lots,
)

RULES = read_imagery_rules()
COVER = {"crop": "green", "bare": "bare", "built": "bare", "cleared": "bare"}


def _evidence(path: Path, lots: gpd.GeoDataFrame, labelled: bool = False) -> Evidence:  # noqa: FBT001, FBT002
    check = check_scenes(*read_scenes(path), as_of=AS_OF)
    assert not check.problems, "\n".join(map(str, check.problems))
    names = lots.set_index("合同编号")
    labels = None
    if labelled:
        # Half of the built lots and half of the others.
        told = names[names["kind"].isin(["built", "crop", "bare"])]
        labels = (told["kind"] == "built").to_dict()
    return parcel_evidence(names, check.opened, AS_OF, RULES, labels=labels)


GRIDS = {
    "degrees, float with gaps": Grid(
        "EPSG:4490", 103.0165, 25.3035, 0.0001, 80, 80, nodata=float("nan")
    ),
    "CGCS2000, signed": Grid(
        "EPSG:4541", 299_990.0, TOP + 10, 10.0, 80, 80, "int16", -9999, 0.0001
    ),
    "south up, unsigned": Grid(
        "EPSG:32648", LEFT, TOP, 10.0, 74, 74, "uint16", 0, 1e-4, south_up=True
    ),
    "fifteen metres": Grid("EPSG:32648", LEFT - 30, TOP + 30, 15.0, 56, 56, "uint16", 0, 1e-4),
}


@pytest.mark.parametrize("name", GRIDS)
def test_the_same_ground_in_other_grids(tmp_path: Path, name: str) -> None:
    grid, lots = GRIDS[name], write_lots()
    if grid.crs == "EPSG:4541":
        # The same place in another zone's plane: lots go where the cells are, not the other way.
        corner = gpd.GeoSeries.from_xy([LEFT], [TOP], crs=32648).to_crs(4541)[0]
        grid = Grid(
            "EPSG:4541", round(corner.x, -1) - 30, round(corner.y, -1) + 60, 10.0, 90, 90,
            "int16", -9999, 0.0001,
        )  # fmt: skip
    if grid.crs == "EPSG:4490":
        west, _, _, north = lots.to_crs(4490).total_bounds
        grid = Grid("EPSG:4490", west - 0.0006, north + 0.0006, 0.0001, 82, 92, nodata=np.nan)
    rows = []
    for k, day in enumerate(days(14)):
        paint(tmp_path / f"s{k}.tif", day, grid, clouds=0)
        rows.append(scene_row(f"s{k}.tif", day, scale=grid.scale))
    found = _evidence(write_list(tmp_path / "scenes.csv", rows), lots).table
    kind = lots.set_index("合同编号")["kind"]
    assert (found["cover"] == kind.map(COVER)).all(), found["cover"].tolist()
    assert (found["why_not"].isin(["", "no_calibration"])).all()


def test_many_cuts_tiles_and_a_finer_image(tmp_path: Path) -> None:
    """Each date is cut out otherwise, two tiles a date, clouds in one; a 2 m image beside them."""
    lots, rows = write_lots(), []
    for k, day in enumerate(days()):
        cut = k % 3
        west = Grid("EPSG:32648", LEFT - 10 * cut, TOP + 10 * cut, 10.0, 76 + cut, 40 + cut)
        east = Grid("EPSG:32648", LEFT + 350, TOP + 20, 10.0, 78, 40)
        for name, grid in (("w", west), ("e", east)):
            cloud = paint(tmp_path / f"{name}{k}.tif", day, grid, clouds=6 if k % 4 == 0 else 0)
            row = scene_row(f"{name}{k}.tif", day)
            if cloud.any():
                import rasterio  # noqa: PLC0415

                with rasterio.open(
                    tmp_path / f"{name}{k}m.tif", "w", driver="GTiff", count=1,
                    height=grid.rows, width=grid.columns, dtype="uint8", crs=grid.crs,
                    transform=grid.affine,
                ) as made:  # fmt: skip
                    made.write(cloud, 1)
                row |= {"mask": f"{name}{k}m.tif", "mask_kind": "binary"}
            rows.append(row)
    plain = write_list(tmp_path / "scenes.csv", rows)
    found = _evidence(plain, lots, labelled=True)
    table = found.table.join(lots.set_index("合同编号")["kind"])
    assert len(found.stacks) == 1
    assert (table["cover"] == table["kind"].map(COVER)).all()
    assert (table.loc[table["kind"] == "built", "state"] == "built").mean() > 0.9
    assert not (table.loc[table["kind"] != "built", "state"] == "built").any()
    cleared = table[table["kind"] == "cleared"]
    assert (cleared["disturbed_from"] <= CLEARED.isoformat()).all()
    assert (cleared["disturbed_to"] >= CLEARED.isoformat()).all()
    assert (table.loc[table["kind"] != "cleared", "disturbed_from"] == "").all()
    # One witness is grade B; the 2 m image is the second.
    assert not ((table["state"] == "built") & (table["grade"] == "A")).any()
    fine = Grid("EPSG:32648", LEFT, TOP, 2.0, 370, 370, "uint16", 0, 1e-4)
    paint(tmp_path / "gf.tif", days()[-1], fine)
    more = scene_row("gf.tif", days()[-1], sensor="gf_pms", scale=1e-4, bands="")
    both = _evidence(write_list(tmp_path / "scenes.csv", [*rows, more]), lots, labelled=True)
    assert len(both.calibrations) == 2
    told = both.table[both.table["state"] == "built"]
    assert (told["witnesses"].str.contains("fine_image")).mean() > 0.9
    assert (told["grade"] == "A").mean() > 0.8
    # A product of before the clearing is no witness, one of after it is.
    names = lots.set_index("合同编号")
    check = check_scenes(*read_scenes(plain), as_of=AS_OF)
    assert not check.problems
    for year, is_witness in ((2024, False), (2026, True)):
        cover = LandCoverShare(pd.Series(1.0, index=names.index), year)
        seen = parcel_evidence(names, check.opened, AS_OF, RULES, land_cover=cover).table
        told_of = seen.loc[names["kind"] == "cleared", "witnesses"].str.contains("land_cover")
        assert told_of.all() if is_witness else not told_of.any()


def test_a_small_lot_is_told_by_the_finer_image(tmp_path: Path) -> None:
    """Too small at 10 m, large enough at 2 m: the scenes that can tell are taken."""
    lots = write_lots()
    lots.geometry = lots.geometry.centroid.buffer(15, cap_style="square")
    rows = []
    fine = Grid("EPSG:32648", LEFT, TOP, 2.0, 370, 370, "uint16", 0, 1e-4)
    for k, day in enumerate(days(5)):
        paint(tmp_path / f"s{k}.tif", day, UTM)
        rows.append(scene_row(f"s{k}.tif", day))
        paint(tmp_path / f"f{k}.tif", day, fine)
        rows.append(scene_row(f"f{k}.tif", day, sensor="gf_pms", scale=1e-4, bands=""))
    only = [row for row in rows if row["sensor"] == "generic"]
    coarse = _evidence(write_list(tmp_path / "scenes.csv", only), lots).table
    assert (coarse["why_not"] == "too_small").all()
    both = _evidence(write_list(tmp_path / "scenes.csv", rows), lots).table
    assert (both["why_not"] != "too_small").all()
    assert (both["cover"] == both.index.map(lots.set_index("合同编号")["kind"]).map(COVER)).all()
