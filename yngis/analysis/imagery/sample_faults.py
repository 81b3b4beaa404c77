"""What a sample of the cells says against the list (抽样核验): scale, offset, mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.imagery.scene_reading import clear_cells
from yngis.errors import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LAND_NIR: Final = 0.10  # water and shadow lie below
_MOST_NEGATIVE: Final = 0.01
_MOST_BRIGHT: Final = 1.5
_LEAST_BRIGHT: Final = 0.02  # the brightest band of any land, even of water
_OLD_QA: Final = 0.01
_SCL_MOST: Final = 11
_BINARY_MOST: Final = 4  # clear, cloud, thin cloud, shadow
_BRIGHT_BLUE: Final = 0.25  # clear land is darker
_REVERSED: Final = 0.10
_FEWEST: Final = 50


def look_at_values(
    values: NDArray[np.float64], codes: NDArray[np.float64], kind: str, where: str
) -> tuple[list[Problem], list[str]]:
    """
    Judge a sample of cells (抽样核验).

    Parameters
    ----------
    values
        Reflectance, ``(5, n)``.
    codes
        Codes of the mask, ``(n,)``.
    kind
        Kind of the mask.
    where
        What messages call the scene.

    Returns
    -------
    faults
        Why it cannot be used.
    warnings
        What is told.
    """
    held = ~np.isnan(values[0])
    if not held.any():
        return [], [f"{where}：抽样处全为无数据 / no data in the sample"]
    faults = _value_faults(values[:, held], where)
    if kind == "none":
        return faults, []
    told = codes[held]
    told = told[~np.isnan(told)]
    faults += _mask_faults(told, kind, where)
    if not told.size:
        return faults, [f"{where} · mask：抽样处没有掩膜 / no mask in the sample"]
    clear = clear_cells(codes[held], kind)
    if not faults:
        faults += _reversed_mask(values[0, held], clear, where)
    warnings = [] if clear.any() else [f"{where}：抽样处没有晴空像元 / no clear cell in the sample"]
    return faults, warnings


def _value_faults(values: NDArray[np.float64], where: str) -> list[Problem]:
    blue, _, red, nir = values[:4]
    faults = []
    land = nir > _LAND_NIR
    negative = ((blue < 0.0) | (red < 0.0))[land]
    if negative.size and negative.mean() > _MOST_NEGATIVE:
        faults.append(
            Problem(
                where,
                "陆地像元的蓝、红反射率不为负 / blue and red of land not below 0",
                f"{negative.mean():.1%} 为负 / negative",
                "偏移量减了两次？核对 offset_applied 和 offset / was the offset taken twice?",
            )
        )
    bright = np.percentile(values[:4], 99, axis=1)
    if bright[2] > _MOST_BRIGHT:
        faults.append(
            Problem(
                where,
                f"反射率的 99 % 分位不超过 {_MOST_BRIGHT} / p99 of reflectance",
                f"{bright[2]:.3g}",
                "scale 没有乘？核对 scale 和 offset / was scale forgotten?",
            )
        )
    if bright.max() < _LEAST_BRIGHT:
        faults.append(
            Problem(
                where,
                f"最亮波段反射率的 99 % 分位不低于 {_LEAST_BRIGHT} / p99 of the brightest band",
                f"{bright.max():.3g}",
                "scale 乘了两次，或 offset 写成像元值？offset 按反射率写，如 -0.1 / was scale "
                "taken twice, or offset given in cell values? it is reflectance, such as -0.1",
            )
        )
    return faults


def _mask_faults(codes: NDArray[np.float64], kind: str, where: str) -> list[Problem]:
    """Codes that a mask of this kind does not hold."""
    met = np.unique(codes)
    shown = "、".join(f"{code:g}" for code in met[:8])
    if kind == "qa_pixel" and _is_old_quality_band(codes):
        return [
            Problem(
                f"{where} · mask",
                "Landsat Collection 2 的 QA_PIXEL / QA_PIXEL of Collection 2",
                f"旧的 BQA 波段或别的掩膜，位的含义不同 / the old BQA or another mask: {shown}",
                "下载 Collection 2 Level-2 / take Collection 2 Level-2",
            )
        ]
    if kind == "scl" and met.size and (met.max() > _SCL_MOST or met.max() == 1.0):
        return [
            Problem(
                f"{where} · mask",
                "Sentinel-2 场景分类 0—11 / scene classes 0 to 11",
                shown,
                "核对 mask_kind：0/1 掩膜写 binary，QA_PIXEL 写 qa_pixel / mend mask_kind",
            )
        ]
    if kind == "binary" and met.size > _BINARY_MOST:
        return [
            Problem(
                f"{where} · mask",
                f"binary：0 为晴空，至多 {_BINARY_MOST} 种值 / 0 is clear, at most so many values",
                f"{met.size} 种 / values: {shown}",
                "核对 mask_kind；云概率先取阈值 / mend mask_kind; cut probabilities first",
            )
        ]
    return []


def _is_old_quality_band(codes: NDArray[np.float64]) -> bool:
    """Tell the old BQA: in QA_PIXEL every cell that is no fill has both confidences set."""
    told = codes.astype(np.int64)
    told = told[(told & 1) == 0]
    if not told.size:
        return False
    unset = (((told >> 8) & 3) == 0) | (((told >> 14) & 3) == 0)
    return bool(unset.mean() > _OLD_QA)


def _reversed_mask(
    blue: NDArray[np.float64], clear: NDArray[np.bool_], where: str
) -> list[Problem]:
    """Tell a mask that leaves the clouds and takes the land: clouds are bright in blue."""
    if min(clear.sum(), (~clear).sum()) < _FEWEST:
        return []
    left, taken = float(np.median(blue[clear])), float(np.median(blue[~clear]))
    if left < _BRIGHT_BLUE or taken > left - _REVERSED:
        return []
    return [
        Problem(
            f"{where} · mask",
            "掩去的是云，比留下的亮 / what is masked is cloud, and brighter than the rest",
            f"蓝波段中位数：留下 {left:.2f}，掩去 {taken:.2f} / median of blue, left and masked",
            "掩膜含义反了？换掩膜，或把 0 与非 0 对调 / is the mask the other way round?",
        )
    ]
