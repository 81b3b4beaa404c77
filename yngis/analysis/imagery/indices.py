"""Indices of reflectance (光谱指数)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ndvi(red: NDArray[np.float64], nir: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Normalised difference vegetation index (植被指数), ``(N - R) / (N + R)``.

    Parameters
    ----------
    red, nir
        Reflectance, any shape.

    Returns
    -------
    ndvi
        Same shape; NaN where both are 0 or less together.
    """
    return _normalised_difference(nir, red)


def mndwi(green: NDArray[np.float64], swir: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Modified water index (改进水体指数), ``(G - S) / (G + S)``.

    Parameters
    ----------
    green, swir
        Reflectance, any shape.

    Returns
    -------
    mndwi
        Same shape.
    """
    return _normalised_difference(green, swir)


def pisi(blue: NDArray[np.float64], nir: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Perpendicular impervious surface index (垂直不透水面指数).

    Parameters
    ----------
    blue, nir
        Reflectance, any shape.

    Returns
    -------
    pisi
        ``0.8192 B - 0.5735 N + 0.0750``.

    References
    ----------
    .. [1] Y. Tian et al., Remote Sensing 10, 2018.
    """
    return 0.8192 * blue - 0.5735 * nir + 0.0750


def spectral_angle(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Angle between spectra (光谱角), which brightness does not change.

    Parameters
    ----------
    one, other
        Reflectance, ``(…, bands)``.

    Returns
    -------
    angle
        Angle [degrees], ``(…,)``; NaN where a band is missing.

    Examples
    --------
    >>> spectral_angle(np.array([1.0, 0.0]), np.array([2.0, 2.0])).round(6)
    np.float64(45.0)
    """
    product = (one * other).sum(axis=-1)
    size = np.sqrt((one**2).sum(axis=-1) * (other**2).sum(axis=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        told: NDArray[np.float64] = np.degrees(np.arccos(np.clip(product / size, -1.0, 1.0)))
    return told


def _normalised_difference(
    one: NDArray[np.float64], other: NDArray[np.float64]
) -> NDArray[np.float64]:
    total = one + other
    with np.errstate(invalid="ignore", divide="ignore"):
        told: NDArray[np.float64] = np.where(
            total > 0.0, np.clip((one - other) / total, -1.0, 1.0), np.nan
        )
    return told
