"""A figure in windows of any size: nothing under the legend, every name at its own glyph."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from tests.browser.conftest import Sheet

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "figure_pages.py"
TOGETHER = [(1, (412, 800)), (1, (900, 600)), (3, (960, 640)), (5, (1280, 860)), (8, (412, 800))]


def load_survey() -> ModuleType:
    spec = importlib.util.spec_from_file_location("figure_pages", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


survey = load_survey()


@pytest.mark.parametrize(("number", "size"), TOGETHER)
def test_no_zone_under_the_legend_no_name_at_another_glyph_no_wanderer_untied(
    number: int, size: tuple[int, int], atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / f"fig{number:02d}.html", size)
    sheet.rest()
    found = survey.survey_page(sheet.page)
    assert {key: found[key] for key in survey.COUNTS} == {key: [] for key in survey.COUNTS}
    assert found["shown"] >= 10


def test_a_window_made_narrower_is_fitted_again(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig01.html", (1280, 860))
    sheet.page.set_viewport_size({"width": 900, "height": 600})
    sheet.until("document.documentElement.dataset.fitted === '900x600'")
    sheet.rest()
    assert survey.survey_page(sheet.page)["under_panel"] == []


def test_what_moved_far_says_so_in_its_popup(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig01.html", (1280, 860))
    assert "移开逾 10 千米" in sheet.page.locator("#waiting").inner_text()
    sheet.page.locator(".mark[data-zone='云南官渡经济技术开发区']").focus()
    sheet.page.keyboard.press("Enter")
    assert "细线指向其点位" in sheet.page.locator(".leaflet-popup .moved").inner_text()
