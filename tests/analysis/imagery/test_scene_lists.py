"""Lists of scenes as strangers write them: what is understood, what is refused, what is told."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from yngis.analysis.imagery.scene_files import SceneCheck, check_scenes
from yngis.analysis.imagery.scene_reading import reading_scene, stack_scenes
from yngis.analysis.imagery.scenes import COLUMNS, read_scenes

LEFT, TOP = 300_000, 2_800_000
GROUND = np.array([0.06, 0.08, 0.09, 0.35, 0.2])


def _write(path: Path, cells: np.ndarray, size: float = 10, **more: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    place = more.pop("place", (LEFT, TOP))
    names = more.pop("names", None)
    scales = more.pop("scales", None)
    profile = {"crs": "EPSG:32648", "dtype": cells.dtype, "driver": "GTiff"} | more
    with rasterio.open(
        path, "w", count=len(cells), height=cells.shape[1], width=cells.shape[2],
        transform=Affine(size, 0, place[0], 0, -size, place[1]), **profile,
    ) as made:  # fmt: skip
        made.write(cells)
        for number, name in enumerate(names or (), start=1):
            made.set_band_description(number, name)
        if scales:
            made.scales, made.offsets = scales


def _cells(side: int = 40, factor: float = 1.0, offset: float = 0.0, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0.0, 0.005, (5, side, side))
    told: np.ndarray = (GROUND[:, None, None] + noise + offset) * factor
    return told


def _check(folder: Path, rows: list[dict[str, Any]], **more: Any) -> SceneCheck:
    lines = [",".join(COLUMNS)]
    lines += [",".join(f'"{row.get(name, "")}"' for name in COLUMNS) for row in rows]
    (folder / "scenes.csv").write_text("\n".join(lines), encoding="gb18030")
    return check_scenes(*read_scenes(folder / "scenes.csv"), **more)


def _row(path: str, day: str = "2025-07-01", **more: Any) -> dict[str, Any]:
    return {"path": path, "date": day, "sensor": "generic", "bands": "blue=1 green=2 red=3 nir=4",
            "mask_kind": "none"} | more  # fmt: skip


def _told(check: SceneCheck) -> str:
    return "\n".join(map(str, check.problems))


def _delivery(folder: Path) -> Path:
    """A Sentinel-2 delivery: a file for each band, of 10 m or 20 m."""
    home = folder / "S2A_MSIL2A_20250701T033541_N0511.SAFE" / "GRANULE" / "IMG_DATA"
    numbers = np.rint((_cells() + 0.1) * 10_000).astype(np.uint16)
    for band, name in ((0, "B02"), (1, "B03"), (2, "B04"), (3, "B08")):
        _write(home / "R10m" / f"T48RTN_20250701_{name}_10m.jp2", numbers[band : band + 1])
    _write(home / "R20m" / "T48RTN_20250701_B11_20m.jp2", numbers[4:5, ::2, ::2], 20)
    scl = np.full((1, 20, 20), 4, dtype=np.uint8)
    scl[0, 2:7, 3:9] = 9
    _write(home / "R20m" / "T48RTN_20250701_SCL_20m.jp2", scl, 20)
    return home.parents[1]


def test_a_delivery_with_a_file_for_each_band_is_one_scene(tmp_path: Path) -> None:
    safe = _delivery(tmp_path)
    row = {"path": safe.name, "date": "2025-07-01", "sensor": "s2_l2a", "offset_applied": "no"}
    check = _check(tmp_path, [row])
    assert not check.problems, _told(check)
    with reading_scene(check.opened[0]) as reader:
        values = reader.clear((0, 40, 0, 40))
    clouded = np.zeros((40, 40), dtype=bool)
    clouded[4:14, 6:18] = True
    assert (np.isnan(values[0]) == clouded).all()
    assert np.nanmean(values, axis=(1, 2)) == pytest.approx(GROUND, abs=0.003)
    # The same said file by file, in a list that lies elsewhere.
    bands = " ".join(
        f"{name}={safe.name}/**/*_{code}_*.jp2"
        for name, code in (("blue", "B02"), ("green", "B03"), ("red", "B04"), ("nir", "B08"))
    )
    plain = row | {"path": "", "bands": bands, "mask": f"{safe.name}/**/*_SCL_20m.jp2"}
    again = _check(tmp_path, [plain])
    assert not again.problems, _told(again)


def test_a_delivery_that_lacks_a_band_or_has_two_is_refused(tmp_path: Path) -> None:
    safe = _delivery(tmp_path)
    row = {"path": safe.name, "date": "2025-07-01", "sensor": "s2_l2a", "offset_applied": "no"}
    other = tmp_path / safe.name / "copy_B08_10m.jp2"
    other.write_bytes(next(safe.glob("**/*_B08_10m.jp2")).read_bytes())
    assert "正好一个文件" in _told(_check(tmp_path, [row]))
    other.unlink()
    next(safe.glob("**/*_B08_10m.jp2")).unlink()
    assert "没有" in _told(_check(tmp_path, [row]))
    mixed = row | {"bands": "blue=1 green=2 red=3 nir=4"}
    assert "path 是文件夹" in _told(_check(tmp_path, [mixed]))


@pytest.mark.parametrize(
    ("day", "read"),
    [("2025/7/1", True), ("20250701", True), ("2025年7月1日", True), ("45839", True),
     ("2025-07-01T03:35:41Z", True), ("2025-07", False), ("2025年7月上旬", False),
     ("25/7/1", False), ("7/1/2025", False)],
)  # fmt: skip
def test_dates_in_odd_forms(tmp_path: Path, day: str, *, read: bool) -> None:
    _write(tmp_path / "a.tif", _cells())
    check = _check(tmp_path, [_row("a.tif", day)])
    assert [each.scene.day for each in check.opened] == ([date(2025, 7, 1)] if read else [])
    assert bool(check.problems) is not read


def test_a_name_that_holds_another_day_is_told(tmp_path: Path) -> None:
    _write(tmp_path / "S2_20250301.tif", _cells())
    told = _check(tmp_path, [_row("S2_20250301.tif", "2025-07-01")]).warnings
    assert any("2025-03-01" in each for each in told)
    fine = _check(tmp_path, [_row("S2_20250301.tif", "2025-03-02")]).warnings
    assert not any("文件名" in each for each in fine)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"scale": "nan"}, "数字"),
        ({"offset": "-1000"}, "像元值"),
        ({"scale": "0.0001"}, "scale 乘了两次"),
        ({"bands": "blue=1 green=1 red=3 nir=4"}, "各不相同"),
        ({"bands": "blue=1 blue=2 green=2 red=3 nir=4"}, "两次"),
        ({"registration_m": "-5"}, "registration_m"),
        ({"offset_applied": "maybe"}, "yes / no"),
        ({"bands": "blue=4 green=2 red=3 nir=1"}, "文件中该波段名为"),
    ],
)
def test_what_would_be_silently_wrong_is_refused(
    tmp_path: Path, more: dict[str, str], told: str
) -> None:
    _write(tmp_path / "a.tif", _cells(), names=("Blue", "Green", "Red", "NIR", "SWIR1"))
    assert told in _told(_check(tmp_path, [_row("a.tif") | more]))


def test_cells_beyond_the_header_are_refused(tmp_path: Path) -> None:
    _write(tmp_path / "a.tif", _cells())
    (tmp_path / "scenes.csv").write_text(
        "path,date,sensor,bands\na.tif,2025-07-01,generic,blue=1,green=2,red=3,nir=4\n", "utf-8"
    )
    assert "引号" in "\n".join(map(str, read_scenes(tmp_path / "scenes.csv")[1]))


def test_a_scale_that_the_file_declares_is_not_taken_twice(tmp_path: Path) -> None:
    numbers = np.rint(_cells(factor=10_000, offset=0.1)).astype(np.uint16)
    scales = ((0.0001,) * 5, (-0.1,) * 5)
    _write(tmp_path / "cog.tif", numbers, scales=scales, nodata=0)
    row = _row("cog.tif", sensor="s2_l2a", offset_applied="no", bands="")
    check = _check(tmp_path, [row])
    assert not check.problems, _told(check)
    with reading_scene(check.opened[0]) as reader:
        mean = reader.values((0, 40, 0, 40)).mean(axis=(1, 2))
    assert mean == pytest.approx(GROUND, abs=0.003)
    # The list says that the offset was applied, the file that it was not.
    assert "文件声明" in _told(_check(tmp_path, [row | {"offset_applied": "yes"}]))


@pytest.mark.parametrize(
    ("codes", "kind", "told"),
    [
        ([0, 1], "scl", "binary"),
        ([0, 255], "scl", "binary"),
        ([21824, 22280], "scl", "qa_pixel"),
        ([0, 1, 3, 4, 5, 8], "binary", "mask_kind"),
        ([4, 5], "qa_pixel", "QA_PIXEL"),
    ],
)
def test_masks_of_another_kind_are_refused(
    tmp_path: Path, codes: list[int], kind: str, told: str
) -> None:
    _write(tmp_path / "a.tif", _cells())
    mask = np.resize(np.array(codes, dtype=np.uint16), (1, 40, 40))
    _write(tmp_path / "mask.tif", mask)
    assert told in _told(_check(tmp_path, [_row("a.tif", mask="mask.tif", mask_kind=kind)]))


def test_a_mask_the_other_way_round_is_refused(tmp_path: Path) -> None:
    cells = _cells()
    cells[:, :20] = 0.6
    _write(tmp_path / "a.tif", cells)
    mask = np.zeros((1, 40, 40), dtype=np.uint8)
    mask[0, :20] = 1
    _write(tmp_path / "cloud.tif", mask)
    _write(tmp_path / "clear.tif", 1 - mask)
    _write(tmp_path / "nodata.tif", mask, nodata=0)
    row = _row("a.tif", mask_kind="binary")
    assert not _check(tmp_path, [row | {"mask": "cloud.tif"}]).problems
    assert "反了" in _told(_check(tmp_path, [row | {"mask": "clear.tif"}]))
    assert "无数据" in _told(_check(tmp_path, [row | {"mask": "nodata.tif"}]))


def test_one_picture_under_two_dates_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "a.tif", _cells())
    _write(tmp_path / "b.tif", _cells())
    told = _told(_check(tmp_path, [_row("a.tif"), _row("b.tif", "2025-08-01")]))
    assert "像元完全相同" in told


def test_scenes_cut_differently_and_tiles_of_a_day_share_their_cells(tmp_path: Path) -> None:
    cells = _cells(60)
    _write(tmp_path / "west.tif", cells[:, :, :40])
    _write(tmp_path / "east.tif", cells[:, :, 30:], place=(LEFT + 300, TOP))
    _write(tmp_path / "south.tif", _cells(30, seed=1), place=(LEFT + 100, TOP - 200))
    _write(tmp_path / "half.tif", _cells(60, seed=2), place=(LEFT + 5, TOP))
    rows = [_row("west.tif"), _row("east.tif"), _row("south.tif", "2025-08-01")]
    check = _check(tmp_path, rows)
    assert not check.problems, _told(check)
    (stack,) = stack_scenes(check.opened)
    assert stack.days == (date(2025, 7, 1), date(2025, 8, 1))
    whole = stack.read_day(date(2025, 7, 1), (0, 60, 0, 60))
    assert whole[:4] == pytest.approx(cells[:4])
    assert np.isnan(stack.read_day(date(2025, 8, 1), (0, 20, 0, 60))[0]).all()
    apart = _check(tmp_path, [*rows, _row("half.tif", "2025-09-01")])
    assert len(stack_scenes(apart.opened)) == 2
    assert any("日期不相加" in each for each in apart.warnings)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_addresses_are_read_only_where_allowed(tmp_path: Path, served: str) -> None:
    _write(tmp_path / "a.tif", _cells())
    row = _row(f"{served}/a.tif")
    assert "网址" in _told(_check(tmp_path, [row]))
    check = _check(tmp_path, [row], allow_remote=True)
    assert not check.problems, _told(check)
    with reading_scene(check.opened[0]) as reader:
        assert reader.values((0, 5, 0, 5))[3].mean() == pytest.approx(0.35, abs=0.01)
    virtual = _check(tmp_path, [_row(f"/vsicurl/{served}/a.tif")], allow_remote=True)
    assert len(virtual.opened) == 1
    gone = _check(tmp_path, [_row(f"{served}/none.tif")], allow_remote=True)
    assert gone.problems


def test_chinese_heads_and_a_sensor_in_capitals(tmp_path: Path) -> None:
    listed = tmp_path / "清单.csv"
    listed.write_text(
        "影像路径,成像日期,传感器（预设）,是否已减偏移,掩膜类型\na.tif,2025-03-01,S2-L2A,是,none\n",
        encoding="gb18030",
    )
    (scene,), problems = read_scenes(listed)
    assert (scene.sensor, scene.day, scene.offset_applied) == ("s2_l2a", date(2025, 3, 1), True)
    assert not problems


def test_cells_without_a_value_in_every_band_are_no_ground(tmp_path: Path) -> None:
    cells = np.round(_cells(factor=10_000.0)).astype("uint16")
    cells[:, :, :10] = 0
    _write(tmp_path / "a.tif", cells)
    row = {
        "path": "a.tif", "date": "2025-03-01", "sensor": "generic", "level": "SR",
        "bands": "blue=1 green=2 red=3 nir=4 swir=5", "scale": "0.0001", "mask_kind": "none",
    }  # fmt: skip
    check = _check(tmp_path, [row])
    assert any("400 个抽样像元" in each for each in check.warnings)
    with reading_scene(check.opened[0]) as reader:
        values = reader.values((0, 40, 0, 40))
    assert np.isnan(values[:, :, :10]).all()
    assert np.isfinite(values[:, :, 10:]).all()
