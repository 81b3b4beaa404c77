"""A made-up pile of scenes over four hundred parcels (演示影像), with what was planted in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import gaussian_filter

from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SCENES_AS_OF: Final = date(2025, 12, 31)
"""Day for which the demonstration asks its evidence."""

_SIDE: Final = 20  # parcels along a side
_PLOT: Final = 13  # cells of a parcel with its surroundings
_CELL: Final = 10.0  # m
_CORNER: Final = (270_000.0, 2_770_000.0)  # in UTM 48N, south-east of Kunming
_DATES: Final = 60
_FIRST: Final = date(2023, 1, 4)
_STEP: Final = 18  # days
_NOISE: Final = 0.006
_QUANTUM: Final = 40  # digital numbers: smaller steps are noise, and files
_MISSED: Final = 0.08  # of the clouds that the mask does not see

# Typical reflectance of blue, green, red, near and short-wave infrared; our own round numbers.
SPECTRA: Final = {
    "crop": (0.035, 0.075, 0.040, 0.42, 0.19),
    "stubble": (0.080, 0.110, 0.145, 0.235, 0.29),
    "trees": (0.025, 0.050, 0.030, 0.34, 0.14),
    "red_soil": (0.065, 0.105, 0.190, 0.265, 0.34),
    "yellow_soil": (0.115, 0.165, 0.230, 0.295, 0.37),
    "concrete": (0.205, 0.225, 0.245, 0.265, 0.285),
    "blue_roof": (0.270, 0.250, 0.195, 0.235, 0.255),
    "grey_roof": (0.155, 0.160, 0.165, 0.190, 0.215),
    "asphalt": (0.090, 0.100, 0.108, 0.125, 0.150),
    "water": (0.060, 0.065, 0.045, 0.020, 0.010),
    "net": (0.065, 0.120, 0.085, 0.175, 0.170),
}
"""Materials of the made-up scenes."""

_KINDS: Final = {
    "crop": 0.28, "trees": 0.08, "bare": 0.12, "cleared": 0.16, "cleared_net": 0.05,
    "built": 0.15, "built_late": 0.14, "water": 0.02,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class DemoScenes:
    """Parcels with their truth, and where the files of the scenes lie."""

    parcels: gpd.GeoDataFrame
    truth: pd.DataFrame
    files: dict[str, Path]


def write_demo_scenes(folder: Path, seed: int = 0) -> DemoScenes:
    """
    Write parcels, scenes, labels and truth (写演示影像).

    Parameters
    ----------
    folder
        Where to write; a folder ``影像`` is made in it.
    seed
        The same seed gives the same data.

    Returns
    -------
    scenes
        ``scenes.csv``, ``宗地.gpkg``, ``标注.csv`` and ``truth_imagery.csv``.
    """
    random = np.random.default_rng(seed + 77)
    home = folder / "影像"
    (home / "scenes").mkdir(parents=True)
    lots, truth = _make_lots(random)
    painter = _Painter(lots, truth, random)
    rows = [painter.write(home / "scenes", day) for day in _days_of_scenes(random)]
    files = {
        "scenes": home / "scenes.csv",
        "scene_parcels": home / "宗地.gpkg",
        "scene_labels": home / "标注.csv",
        "truth_imagery": home / "truth_imagery.csv",
    }
    pd.DataFrame(rows).to_csv(
        files["scenes"], index=False, encoding="utf-8-sig", lineterminator="\n"
    )
    lots.to_file(files["scene_parcels"], driver="GPKG", layer="宗地")
    labelled = truth[truth["labelled"]]
    told = labelled[["parcel", "built"]].assign(
        built=np.where(labelled["built"], "built", "not_built")
    )
    told.rename(columns={"built": "label"}).to_csv(
        files["scene_labels"], index=False, encoding="utf-8-sig", lineterminator="\n"
    )
    truth.to_csv(files["truth_imagery"], index=False, encoding="utf-8-sig", lineterminator="\n")
    return DemoScenes(lots, truth, files)


def _days_of_scenes(random: np.random.Generator) -> list[date]:
    jitter = random.integers(-4, 5, _DATES)
    return [_FIRST + timedelta(days=int(_STEP * k + jitter[k] + 4)) for k in range(_DATES)]


def _make_lots(random: np.random.Generator) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    count = _SIDE * _SIDE
    row, column = np.divmod(np.arange(count), _SIDE)
    x = _CORNER[0] + (column + 0.5) * _PLOT * _CELL
    y = _CORNER[1] - (row + 0.5) * _PLOT * _CELL
    # Three in ten are small, so that some cannot be told.
    side = np.where(
        random.random(count) < 0.3, random.uniform(36, 55, count), random.uniform(70, 116, count)
    )
    wide, tall = side * random.uniform(0.85, 1.0, count), side
    turn = random.uniform(-0.25, 0.25, count)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    at = corners[None] * np.column_stack((wide, tall))[:, None]
    spun = np.stack((
        x[:, None] + at[..., 0] * np.cos(turn)[:, None] - at[..., 1] * np.sin(turn)[:, None],
        y[:, None] + at[..., 0] * np.sin(turn)[:, None] + at[..., 1] * np.cos(turn)[:, None],
    ), axis=-1)  # fmt: skip
    shapes = shapely.polygons(spun)
    kind = random.choice(list(_KINDS), count, p=list(_KINDS.values()))
    changed = np.isin(kind, ["cleared", "cleared_net", "built_late"])
    day = np.array(
        [date(2024, 1, 15) + timedelta(days=int(d)) for d in random.integers(0, 260, count)]
    )
    parcel = [f"YX-{number:04d}" for number in range(1, count + 1)]
    built = np.isin(kind, ["built", "built_late"])
    truth = pd.DataFrame({
        "parcel": parcel,
        "kind": kind,
        "built": built,
        "disturbed_on": [d.isoformat() if c else "" for d, c in zip(day, changed, strict=True)],
        "area_ha": np.round(shapely.area(shapes) / HECTARE_M2, 4),
        "failed_year": np.where((kind == "crop") & (random.random(count) < 0.3), 2024, 0),
        "labelled": (side > 70) & np.isin(kind, ["built", "built_late", "bare", "cleared", "crop"])
        & (random.random(count) < 0.35),
    })  # fmt: skip
    truth["status"] = _made_up_statuses(kind, random)
    lots = gpd.GeoDataFrame(
        {
            "合同编号": parcel,
            "实际动工日期": np.where(truth["status"] == "not_started", "", "2022-03-01"),
            "实际竣工日期": np.where(truth["status"] == "completed", "2022-12-01", ""),
        },
        geometry=shapes,
        crs="EPSG:32648",
    )
    return lots, truth


def _made_up_statuses(kind: NDArray[np.str_], random: np.random.Generator) -> NDArray[np.object_]:
    """What the made-up ledger says: right as a rule, and in one of ten not."""
    usual = {"built": "completed", "built_late": "under_construction"}
    told = np.array([usual.get(each, "not_started") for each in kind], dtype=object)
    lie = random.random(len(kind)) < 0.12
    told[lie & (kind == "crop")] = "completed"
    told[lie & (kind == "trees")] = "under_construction"
    told[lie & (kind == "built")] = "not_started"
    return told


class _Painter:
    """Paints the scenes at half a cell, so that they can be shifted by half a cell."""

    def __init__(
        self, lots: gpd.GeoDataFrame, truth: pd.DataFrame, random: np.random.Generator
    ) -> None:
        from rasterio import Affine, features  # noqa: PLC0415

        self.random = random
        self.truth = truth
        size = 2 * _SIDE * _PLOT
        self.affine = Affine(_CELL, 0, _CORNER[0], 0, -_CELL, _CORNER[1])
        fine = Affine(_CELL / 2, 0, _CORNER[0], 0, -_CELL / 2, _CORNER[1])
        shapes = [(shape, k + 1) for k, shape in enumerate(lots.geometry)]
        self.owner = features.rasterize(shapes, (size, size), transform=fine, dtype="int32")
        roofs = np.array(
            [SPECTRA[name] for name in ("concrete", "blue_roof", "grey_roof", "asphalt")]
        )
        blocks = random.integers(0, 4, (size // 4 + 1, size // 4 + 1))
        self.roof = roofs[np.kron(blocks, np.ones((4, 4), dtype=int))[:size, :size]]
        garden = random.random((size // 2, size // 2)) < 0.08
        self.roof[np.kron(garden, np.ones((2, 2), dtype=bool))] = SPECTRA["trees"]
        mix = random.random(len(truth) + 1)[:, None]
        self.soil = mix * np.array(SPECTRA["red_soil"]) + (1 - mix) * np.array(
            SPECTRA["yellow_soil"]
        )
        self.phase = random.normal(0.0, 8.0, len(truth) + 1)
        self.vigour = random.uniform(0.85, 1.0, len(truth) + 1)
        self.since = np.array(
            [0] + [date.fromisoformat(d).toordinal() if d else 0 for d in truth["disturbed_on"]]
        )
        self.kind = np.array(["crop", *truth["kind"]])
        self.failed = np.array([0, *truth["failed_year"]])

    def ground(self, day: date) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Reflectance of every parcel, 0 being what lies around; and which of them are built."""
        n = len(self.kind)
        green = self._growth(day)[:, None]
        crop = green * np.array(SPECTRA["crop"]) + (1 - green) * np.array(SPECTRA["stubble"])
        told = crop.copy()
        told[self.kind == "trees"] = SPECTRA["trees"]
        told[self.kind == "water"] = SPECTRA["water"]
        told[self.kind == "bare"] = self.soil[self.kind == "bare"]
        age = np.where(self.since > 0, day.toordinal() - self.since, -1)
        cleared = age >= 0
        told[cleared] = self.soil[cleared]
        netted = cleared & (self.kind == "cleared_net") & (age > 40)
        told[netted] = 0.6 * np.array(SPECTRA["net"]) + 0.4 * self.soil[netted]
        # After a rainy season weeds come up on what lies bare.
        weeds = (
            np.clip((age - 120) / 400, 0.0, 0.22)[:, None]
            * (cleared & (self.kind == "cleared"))[:, None]
        )
        told = (1 - weeds) * told + weeds * np.array(SPECTRA["crop"])
        built = (self.kind == "built") | ((self.kind == "built_late") & (age > 240))
        assert len(told) == n  # noqa: S101 - one for each parcel
        return told, built

    def _growth(self, day: date) -> NDArray[np.float64]:
        """Share of green of a field that bears two crops a year."""
        when = day.timetuple().tm_yday + self.phase
        first = np.exp(-(((when - 75.0) / 42.0) ** 2))
        second = np.exp(-(((when - 225.0) / 48.0) ** 2))
        green = self.vigour * np.maximum(0.12, np.maximum(first, second))
        return np.where(self.failed == day.year, 0.55 * green, green)

    def write(self, folder: Path, day: date) -> dict[str, object]:
        """Write the scene of a day and its mask; return its row in the list."""
        import rasterio  # noqa: PLC0415

        spectra, built = self.ground(day)
        whole = spectra[self.owner]
        roofs = built[self.owner]
        whole[roofs] = self.roof[roofs]
        light = 1.0 + 0.05 * np.cos((day.timetuple().tm_yday - 172) / 58.0)
        shift = self.random.integers(-1, 2, 2)
        whole = np.roll(whole, tuple(shift), axis=(0, 1)) * light
        half = whole.shape[0] // 2
        cells = whole.reshape(half, 2, half, 2, 5).mean(axis=(1, 3))
        cells = cells + self.random.normal(0.0, _NOISE, cells.shape)
        cloud, mask = self._clouds(half)
        cells = (1 - cloud[..., None]) * cells + cloud[..., None] * 0.55
        numbers = np.rint((cells * 10_000 + 1_000) / _QUANTUM) * _QUANTUM
        name = f"S2_{day:%Y%m%d}"
        profile = {"driver": "GTiff", "crs": "EPSG:32648", "compress": "deflate"}
        with rasterio.open(
            folder / f"{name}.tif", "w", **profile, count=5, width=half, height=half,
            dtype="uint16", transform=self.affine, nodata=0, predictor=2,
        ) as made:  # fmt: skip
            made.write(np.moveaxis(np.clip(numbers, 1, 65_535), -1, 0).astype(np.uint16))
        coarse = self.affine @ self.affine.scale(2.0)
        with rasterio.open(
            folder / f"{name}_SCL.tif", "w", **profile, count=1, width=half // 2,
            height=half // 2, dtype="uint8", transform=coarse,
        ) as made:  # fmt: skip
            made.write(mask, 1)
        return {
            "path": f"scenes/{name}.tif", "date": day.isoformat(), "sensor": "s2_l2a",
            "offset_applied": "no", "mask": f"scenes/{name}_SCL.tif", "registration_m": 5,
            "source": "演示数据，合成 / synthetic", "licence": "MIT", "secrecy": "公开（演示）",
        }  # fmt: skip

    def _clouds(self, half: int) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Opacity of clouds, and the mask of scene classes at twice the cell, which misses some."""
        cover = self.random.choice([0.0, 0.1, 0.25, 0.45], p=[0.4, 0.25, 0.2, 0.15])
        field = gaussian_filter(self.random.normal(size=(half, half)), 14)
        limit = np.quantile(field, 1.0 - cover) if cover else np.inf
        thick = np.clip((field - limit) / max(float(field.std()), 1e-9) * 2.0 + 0.4, 0.0, 1.0)
        cloud = np.where(field > limit, thick, 0.0)
        seen = cloud.reshape(half // 2, 2, half // 2, 2).mean(axis=(1, 3)) > 0.05
        patches = gaussian_filter(self.random.normal(size=seen.shape), 4)
        seen &= patches < np.quantile(patches, 1.0 - _MISSED)
        return cloud, np.where(seen, 9, 4).astype(np.uint8)
