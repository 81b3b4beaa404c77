"""Every refusal of a list of scenes, all in one message; what is warned; what is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from yngis.analysis.imagery.scene_files import SceneCheck, check_scenes
from yngis.analysis.imagery.scene_reading import reading_scene
from yngis.analysis.imagery.scenes import COLUMNS, read_scenes, sensor_presets
from yngis.errors import LayerError

NORTH_UP = Affine(10, 0, 300_000, 0, -10, 2_800_000)


@pytest.fixture
def scene(tmp_path: Path) -> Any:
    def write(name: str, values: Any = 0.2, **more: Any) -> str:
        bands = more.pop("bands", 5)
        dtype = more.pop("dtype", "float32")
        cells = np.full((bands, 12, 12), values, dtype=dtype)
        profile = {"crs": "EPSG:32648", "transform": NORTH_UP} | more
        with rasterio.open(
            tmp_path / name, "w", driver="GTiff", count=bands, height=12, width=12, dtype=dtype,
            **profile,
        ) as made:  # fmt: skip
            made.write(cells)
        return name

    return write


def _check(folder: Path, rows: list[dict[str, Any]], **more: Any) -> SceneCheck:
    lines = [",".join(COLUMNS)]
    lines += [",".join(str(row.get(name, "")) for name in COLUMNS) for row in rows]
    (folder / "scenes.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    return check_scenes(*read_scenes(folder / "scenes.csv"), **more)


def _row(path: str, day: str = "2025-07-01", **more: Any) -> dict[str, Any]:
    return {"path": path, "date": day, "sensor": "generic", "mask_kind": "none"} | more


def test_all_faults_of_a_list_come_at_once(scene: Any, tmp_path: Path) -> None:
    negative = np.array([-0.02, 0.1, 0.1, 0.3, 0.2])[:, None, None]
    rows = [
        _row(scene("no_crs.tif", crs=None), "2025-01-01"),
        _row(scene("xian80.tif", crs="EPSG:2360"), "2025-01-02"),
        _row(scene("turned.tif", transform=Affine(10, 1, 0, 1, -10, 0)), "2025-01-03"),
        _row(scene("picture.tif", 9, dtype="uint8"), "2025-01-04", scale=0.01),
        _row(scene("raw.tif"), "2025-01-05", level="L1C"),
        _row(scene("s2.tif"), "2025-01-06", sensor="s2_l2a"),
        _row(scene("twice.tif", negative), "2025-01-07"),
        _row(scene("bright.tif", 3000.0), "2025-01-08"),
        _row(scene("same.tif"), "2025-02-01"),
        _row(scene("same2.tif"), "2025-02-01"),
        _row("https://example.com/x.tif", "2025-01-10"),
        _row("/vsicurl/https://example.com/x.tif", "2025-01-11"),
        _row("missing.tif", "2025-01-12"),
        _row(scene("level.tif"), "2025-13-01"),
        _row(scene("few.tif", bands=2), "2025-01-14"),
        {"path": "a.tif", "date": "2025-01-15", "sensor": "sentinel"},
    ]
    check = _check(tmp_path, rows)
    told = "\n".join(map(str, check.problems))
    for words in (
        "已声明坐标系", "西安", "旋转格网", "uint8", "L1C", "offset_applied", "减了两次",
        "99 % 分位", "只列一次", "网址", "不存在", "YYYY-MM-DD", "波段号", "s2_l2a",
    ):  # fmt: skip
        assert words in told, words


def test_a_shifted_datum_is_refused(scene: Any, tmp_path: Path) -> None:
    path = scene("shifted.tif")
    with rasterio.open(tmp_path / path, "r+") as made:
        made.update_tags(DATUM="GCJ-02")
    assert "GCJ-02" in str(_check(tmp_path, [_row(path)]).problems[0])


def test_the_old_quality_band_is_known(scene: Any, tmp_path: Path) -> None:
    path = scene("landsat.tif")
    old = scene("bqa.tif", 2720, dtype="uint16", bands=1)
    new = scene("qa.tif", 21824, dtype="uint16", bands=1)
    rows = _row(path, sensor="landsat_c2_l2", scale=1, offset=0, mask_kind="qa_pixel")
    assert "BQA" in str(_check(tmp_path, [rows | {"mask": old}]).problems[0])
    assert not _check(tmp_path, [rows | {"mask": new}]).problems


def test_later_scenes_and_those_elsewhere_are_left_out_and_told(scene: Any, tmp_path: Path) -> None:
    rows = [_row(scene("a.tif"), "2025-07-01"), _row(scene("b.tif"), "2026-03-01")]
    check = _check(tmp_path, rows, as_of=date(2025, 12, 31))
    assert [each.scene.path.rsplit("/", 1)[-1] for each in check.opened] == ["a.tif"]
    assert "晚于截止日" in check.left_out[0][1]
    away = _check(tmp_path, rows[:1], bounds=(10.0, 10.0, 11.0, 11.0))
    assert "无重叠" in away.left_out[0][1]
    assert "重叠" in str(away.problems[0])


def test_few_dates_and_dry_years_are_warned(scene: Any, tmp_path: Path) -> None:
    rows = [
        _row(scene("a.tif"), "2025-01-01", sensor="s2_l2a", offset_applied="yes", scale=1),
        _row(scene("b.tif"), "2025-02-01", sensor="s2_l2a", offset_applied="no", scale=1, offset=0),
    ]
    told = "\n".join(_check(tmp_path, rows).warnings)
    assert "基线混用" in told
    assert "不足 12" in told
    assert "6—10 月" in told


def test_the_offset_is_declared_and_applied(scene: Any, tmp_path: Path) -> None:
    path = scene("dn.tif", 3000, dtype="uint16")
    for said, expected in (("yes", 0.3), ("no", 0.2)):
        rows = [_row(path, sensor="s2_l2a", offset_applied=said)]
        check = _check(tmp_path, rows)
        with reading_scene(check.opened[0]) as reader:
            values = reader.clear((0, 2, 0, 2))
        assert np.allclose(values, expected)


def test_masks_are_taken_by_nearest_pixel(scene: Any, tmp_path: Path) -> None:
    path = scene("a.tif")
    coarse = np.full((1, 6, 6), 4, dtype=np.uint8)
    coarse[0, 1, 2] = 9
    with rasterio.open(
        tmp_path / "scl.tif", "w", driver="GTiff", count=1, height=6, width=6, dtype="uint8",
        crs="EPSG:32648", transform=Affine(20, 0, 300_000, 0, -20, 2_800_000),
    ) as made:  # fmt: skip
        made.write(coarse)
    check = _check(tmp_path, [_row(path, mask="scl.tif", mask_kind="scl")])
    one = check.opened[0]
    assert one.mask is not None
    with reading_scene(one) as reader:
        clouded = np.isnan(reader.clear((1, 6, 3, 8))[0])
    expected = np.zeros((5, 5), dtype=bool)
    expected[1:3, 1:3] = True
    assert (clouded == expected).all()


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "path,date,sensor,cloudz\na,2025-01-01,generic,3\n"]
)
def test_what_is_no_list_of_scenes_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scenes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LayerError, match="path,date,sensor"):
        read_scenes(path)


def test_presets_are_complete() -> None:
    assert set(sensor_presets()) == {"s2_l2a", "landsat_c2_l2", "gf_pms", "generic"}
    assert sensor_presets()["s2_l2a"]["offset"] == -0.1
