"""Palettes stay apart for colour-blind readers: CAM02-UCS distance, Machado's simulation."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from colorspacious import cspace_convert
from rasterio import Affine

from yngis.cartography.classify import classify_density
from yngis.cartography.layers.kinds import HOT_CLASSES
from yngis.cartography.layers.plates import MORAN
from yngis.cartography.shades import shades_of
from yngis.cartography.style import colour_contrast, ink_on, read_style
from yngis.catalogue.io.pack import province_albers
from yngis.measure.surface import Density

SMALLEST = 10.0  # a step that is plain to see between patches a few pixels wide
VISION = {
    "normal": None,
    "deuteranopia": {"name": "sRGB1+CVD", "cvd_type": "deuteranomaly", "severity": 100},
    "protanopia": {"name": "sRGB1+CVD", "cvd_type": "protanomaly", "severity": 100},
    "tritanopia": {"name": "sRGB1+CVD", "cvd_type": "tritanomaly", "severity": 100},
}


def _seen(colours: list[str], vision: str) -> np.ndarray:
    rgb = np.array([[int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)] for colour in colours])
    space = VISION[vision]
    if space is not None:
        rgb = np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)
    return np.asarray(cspace_convert(rgb, "sRGB1", "CAM02-UCS"))


def _nearest(colours: list[str], vision: str) -> float:
    return min(
        float(np.linalg.norm(one - other)) for one, other in combinations(_seen(colours, vision), 2)
    )


@pytest.mark.parametrize("vision", VISION)
def test_sectors_stay_apart(vision: str) -> None:
    assert _nearest(list(read_style().sectors), vision) >= SMALLEST


@pytest.mark.parametrize("vision", VISION)
def test_region_fills_stay_apart_from_one_another_and_from_the_outside(vision: str) -> None:
    style = read_style()
    fills = [style.region_fill(name) for name in style.regions]
    assert _nearest([*fills, style.outside], vision) >= SMALLEST


@pytest.mark.parametrize("vision", VISION)
def test_findings_of_the_land_audit_stay_apart_from_one_another_and_from_paper(vision: str) -> None:
    from yngis.report.audit.wording import COLOURS, UNSUPPLIED_COLOUR  # noqa: PLC0415

    assert _nearest([*COLOURS.values(), UNSUPPLIED_COLOUR, "#FFFFFF"], vision) >= SMALLEST


@pytest.mark.parametrize("vision", VISION)
def test_verdicts_stay_apart_from_one_another_and_from_missing_values(vision: str) -> None:
    from yngis.report import verdict_colours as verdicts  # noqa: PLC0415

    names = ("GOOD", "ON_COURSE", "NEUTRAL", "BAD", "UNCLEAR")
    colours = [getattr(verdicts, name) for name in names]
    assert _nearest([*colours, read_style().missing], vision) >= SMALLEST


@pytest.mark.parametrize("vision", VISION)
def test_states_of_the_chart_of_flows_stay_apart(vision: str) -> None:
    from yngis.report.disposal.page import FLOW_COLOURS  # noqa: PLC0415

    assert _nearest([*FLOW_COLOURS.values(), "#FFFFFF"], vision) >= SMALLEST


def test_maps_of_verdicts_use_no_colours_of_their_own() -> None:
    from yngis.report import verdict_colours as verdicts  # noqa: PLC0415
    from yngis.report.audit.maps import _VERDICT_CLASSES as AUDIT  # noqa: PLC0415
    from yngis.report.conflicts.maps import _VERDICT_CLASSES as CONFLICTS  # noqa: PLC0415
    from yngis.report.targets.maps import VERDICT_CLASSES  # noqa: PLC0415

    used = {colour for _, colour, _ in (*AUDIT, *CONFLICTS)}
    used |= {held.colour for held in VERDICT_CLASSES}
    assert used == {
        verdicts.GOOD,
        verdicts.ON_COURSE,
        verdicts.NEUTRAL,
        verdicts.BAD,
        verdicts.UNCLEAR,
    }


def test_findings_of_the_land_audit_carry_their_own_characters() -> None:
    """No two classes of the map share a character, so colour is never the only difference."""
    from yngis.report.audit.wording import CHARACTERS, COLOURS  # noqa: PLC0415

    assert CHARACTERS.keys() == COLOURS.keys()
    assert len(set(CHARACTERS.values()) | {"批"}) == len(CHARACTERS) + 1


def _grey(colour: str) -> float:
    """L* of a colour: what a black-and-white copy makes of it."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return float(cspace_convert(channels, "sRGB1", "CIELab")[0])


def test_core_and_belt_are_told_apart_on_a_grey_copy() -> None:
    style = read_style()
    core, belt, _ = (_grey(style.region_fill(name)) for name in style.regions)
    assert abs(core - belt) >= 15.0


def test_belt_and_points_are_told_apart_on_a_grey_copy() -> None:
    style = read_style()
    _, belt, points = (_grey(style.region_fill(name)) for name in style.regions)
    assert abs(belt - points) >= 10.0


def test_tints_of_a_quiet_base_are_a_quarter_of_their_colours_at_most() -> None:
    style = read_style()
    for name, colour in style.regions.items():
        tint = style.region_tint(name)
        for k in (1, 3, 5):
            assert 255 - int(tint[k : k + 2], 16) <= 0.25 * (255 - int(colour[k : k + 2], 16)) + 1


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("count", range(2, 8))
def test_shades_of_an_industry_stay_apart_and_can_be_written_on(vision: str, count: int) -> None:
    for colour in read_style().sectors:
        shades = shades_of(colour, count)
        assert _nearest(list(shades), vision) >= SMALLEST, colour
        assert min(colour_contrast(ink_on(shade), shade) for shade in shades) >= 4.5, shades


def test_shades_keep_the_hue_of_their_industry_and_darken() -> None:
    for colour in read_style().sectors:
        shades = shades_of(colour, 7)
        hues = [_hue(shade) for shade in (colour, *shades[1:-1])]
        turned = [abs((hue - hues[0] + 180.0) % 360.0 - 180.0) for hue in hues]
        assert max(turned) <= 45.0, (colour, turned)
        greys = [_grey(shade) for shade in shades]
        assert all(light - dark >= 5.0 for light, dark in pairwise(greys)), greys


def _hue(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return float(cspace_convert(channels, "sRGB1", "CIELCh")[2])


def test_the_check_can_fail() -> None:
    tab10 = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2"]
    assert _nearest(tab10, "protanopia") < SMALLEST


def test_characters_can_be_read_on_their_sectors() -> None:
    for colour in read_style().sectors:
        assert colour_contrast(ink_on(colour), colour) >= 4.5, colour  # WCAG 2.2 AA


def test_sector_characters_are_a_second_cue() -> None:
    """No two sectors of a figure share their character, so colour is never the only difference."""
    from yngis.catalogue import load  # noqa: PLC0415 - only this test reads the plan

    for _, rows in load("segments").groupby("industry"):
        assert rows["character"].is_unique
    assert load("industries")["character"].is_unique


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", ["blue", "orange", "diverging"])
@pytest.mark.parametrize("count", range(2, 8))
def test_neighbouring_classes_of_a_ramp_stay_apart(vision: str, name: str, count: int) -> None:
    seen = _seen(list(read_style().ramp(name, count)), vision)
    steps = np.linalg.norm(np.diff(seen, axis=0), axis=1)
    assert steps.min() >= 7.0  # neighbours on a map are read against the legend's patch beside them


@pytest.mark.parametrize("name", ["blue", "orange"])
def test_ramps_darken_step_by_step_so_that_grey_print_reads(name: str) -> None:
    lightness = _seen(list(read_style().ramp(name, 7)), "normal")[:, 0]
    assert (np.diff(lightness) < -3.0).all()


@pytest.mark.parametrize("vision", VISION)
def test_cells_of_two_values_stay_apart_from_one_another_and_from_missing(vision: str) -> None:
    style = read_style()
    assert _nearest([*style.bivariate, style.missing], vision) >= SMALLEST


@pytest.mark.parametrize("vision", VISION)
def test_pale_regions_can_be_told_apart(vision: str) -> None:
    """Less than the figures' fills: here a thick border runs between regions as well."""
    style = read_style()
    pale = [style.region_fill(name, pale=True) for name in style.regions]
    assert _nearest([*pale, style.outside], vision) >= 6.0


@pytest.mark.parametrize("vision", VISION)
def test_classes_of_hot_spots_and_of_density_stay_apart(vision: str) -> None:
    hot = [colour for _, colour in HOT_CLASSES.values()][:2]
    assert _nearest([*hot, MORAN, read_style().plain], vision) >= SMALLEST
    surface = Density(np.array([[0.055]]), Affine.identity(), province_albers(), 1.0, 1.0, 1.0)
    shades = [colour for _, colour in classify_density(surface).classes]
    steps = np.linalg.norm(np.diff(_seen(shades, vision), axis=0), axis=1)
    assert steps.min() >= 5.0  # bands lie nested, so that order tells them apart too


def test_missing_is_no_class_and_paler_than_any() -> None:
    style = read_style()
    fills = [colour for ramp in (*style.ramps.values(), style.bivariate) for colour in ramp]
    assert _grey(style.missing) > max(map(_grey, fills))
    for name, ramp in style.ramps.items():
        for colour in ramp:
            apart = _nearest([style.missing, colour], "normal")
            assert apart >= SMALLEST, (name, colour)
