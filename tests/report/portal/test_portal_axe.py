"""The portal's pages under axe-core: WCAG 2.2 AA, at the widths of a telephone and of a desk."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_PAGES = ("index.html", "about.html", "changes.html", "data/index.html", "zones/YN-001.html")
_RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
  return found.violations.map((each) => [each.impact, each.id, each.nodes[0].target.join(' ')]);
}"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [412, 1280])
def test_axe_finds_nothing(browser: Browser, site: Path, width: int) -> None:
    script = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    others = [min((site / name).glob("*.html")) for name in ("measures", "prefectures")]
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    told = {}
    for path in [*(site / name for name in _PAGES), *others]:
        page.goto(path.as_uri())
        page.evaluate(script)
        if found := page.evaluate(_RUN, _RULES):
            told[path.relative_to(site).as_posix()] = found
    # It would find something if there was something: a picture without a name.
    page.evaluate("document.body.append(new Image())")
    assert [each[1] for each in page.evaluate(_RUN, _RULES)] == ["image-alt", "region"]
    assert told == {}
    context.close()
