"""Thresholds of evidence from images (阈值), each with its source and how sure it is."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.yaml import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED: Final = "imagery-2026"
"""Name of the shipped rules."""


class Threshold(BaseModel):
    """One number (阈值), with where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    unit: str
    source: str
    confidence: str


class ImageryRules(BaseModel):
    """All thresholds of evidence from images (影像佐证规则)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edition: str
    window_days: Threshold
    green_ndvi: Threshold
    green_share: Threshold
    bare_share: Threshold
    water_mndwi: Threshold
    water_nir: Threshold
    water_share: Threshold
    built_score: Threshold
    not_built_score: Threshold
    least_right: Threshold
    least_labels: Threshold
    ledger_years: Threshold
    least_core_px: Threshold
    least_ha: Threshold
    least_ha_fine: Threshold
    fine_m: Threshold
    grade_a_ha: Threshold
    least_dates: Threshold
    least_valid: Threshold
    drop_ndvi75: Threshold
    step_ndvi: Threshold
    after_ndvi90: Threshold
    settled_days: Threshold
    rainy_dates: Threshold
    interval_factor: Threshold
    angle_deg: Threshold
    cleared_days: Threshold
    latest_days: Threshold
    land_cover_share: Threshold

    def number(self, name: str) -> float:
        """
        Value of a threshold (取值).

        Parameters
        ----------
        name
            Of the threshold.

        Returns
        -------
        value
            In its unit.
        """
        told: Threshold = getattr(self, name)
        return told.value


def read_imagery_rules(rules: str | Path | None = None) -> ImageryRules:
    """
    Read the thresholds (读取规则).

    Parameters
    ----------
    rules
        A user's file; the shipped one if None.

    Returns
    -------
    rules
        Every threshold.

    Raises
    ------
    SpecError
        If a key is missing, misspelt or no number; names every fault.
    """
    if rules is not None:
        return read_yaml(local_path(rules), ImageryRules)
    with as_file(files("yngis.analysis").joinpath(f"rules/{SHIPPED}.yml")) as path:
        return read_yaml(path, ImageryRules)
