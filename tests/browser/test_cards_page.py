"""Cards in a real Chromium: a page of A4 each, nothing overflows, no request, no fault."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.report.parcel_cards.conftest import HOSTILE, make_audit  # noqa: F401 - a fixture
from yngis.report.parcel_cards import CardInputs, write_cards
from yngis.report.parcel_cards.card_source import read_card_source
from yngis.report.parcel_cards.card_texts import write_cards_texts
from yngis.report.parcel_cards.parcel_map import find_boundaries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_cards_print_one_page_each(
    browser: Browser,
    make_audit: Callable[..., Path],  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    names = ("holder", "project", "use_name", "evidence", "action", "rule")
    folder = make_audit(23, **dict.fromkeys(names, HOSTILE + "长" * 400))
    write_cards(CardInputs(folder), tmp_path / "cards.html")
    source = read_card_source(CardInputs(folder))
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.goto((tmp_path / "cards.html").as_uri())
    page.wait_for_selector("html[data-cards='23']", state="attached")
    overlap = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.card')].map(card =>"
        " card.querySelector('.foot').getBoundingClientRect().top"
        " - card.querySelector('.blank').getBoundingClientRect().bottom))"
    )
    corners = page.evaluate("document.querySelector('.corners td').textContent")
    first = write_cards_texts(source.rows, find_boundaries(source.shapes))[0].corners[0]
    assert corners == "{}　X {}　Y {}".format(*first)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    context.close()
    pages = PdfReader(io.BytesIO(printed)).pages
    assert len(pages) == 23
    width, height = (float(side) / 72 * 25.4 for side in pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    assert overlap >= 0
    assert faults == []
    assert asked == [(tmp_path / "cards.html").as_uri()]
