"""A real Chromium with the network cut: whatever a page asks for is recorded and refused."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

WIDE, NARROW = (1280, 960), (412, 860)
_IDLE = """async () => {
  await document.fonts.ready;
  for (let k = 0; k < 2; k += 1) await new Promise((done) => requestAnimationFrame(done));
  await new Promise((done) => requestIdleCallback(done));
}"""
_HOSTILE = {
    "img": "<img src=x onerror=\"document.title='owned';alert(1)\">",
    "template": "${document.title='owned'}${alert(1)}",
    "backtick": "back`tick` and 'quotes\"",
    "script": "</script><script>document.title='owned';alert(1)</script>",
    "style": "</style><style>*{display:none}</style><!--",
    "jinja": "{{ 7*7 }}{% raw %}{# x #}",
    "separators": "\u2028line\u2029\\u003cb\\n",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that takes ``hostile`` runs with each text that a page might take for code."""
    if "hostile" in metafunc.fixturenames:
        metafunc.parametrize("hostile", _HOSTILE.values(), ids=_HOSTILE)


@dataclass
class Sheet:
    """An open page and what it did that it should not."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def js(self, expression: str, argument: Any = None) -> Any:
        return self.page.evaluate(expression, argument)

    def until(self, expression: str, seconds: float = 60) -> None:
        """Wait for an expression; asked from outside, since the page's policy forbids eval."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.js(expression):
                    return
            except Error as error:
                if "context was destroyed" not in error.message:  # by a page that takes its place
                    raise
            self.page.wait_for_timeout(20)
        pytest.fail(f"never came true: {expression}")

    def rest(self) -> None:
        """Wait until the map stands still, its letters are there, and the page has no work left."""
        self.until("!document.documentElement.dataset.moving")
        self.js(_IDLE)


@contextmanager
def _opened(browser: Browser) -> Iterator[Callable[..., Sheet]]:
    """Give what opens files with the network cut, and close them in the end."""
    contexts = []

    def open_page(path: Path, size: tuple[int, int] = WIDE, *, ready: bool = True) -> Sheet:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, offline=True, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        sheet = Sheet(page)

        def record(request: Any) -> None:
            if request.url != path.as_uri() and not request.url.startswith(("data:", "blob:")):
                sheet.requests.append(request.url)

        page.on("request", record)
        page.on(
            "console",
            lambda message: (
                sheet.complaints.append(message.text)
                if message.type in {"error", "warning"}
                else None
            ),
        )
        page.on("pageerror", lambda error: sheet.complaints.append(str(error)))
        page.on(
            "dialog",
            lambda dialog: (sheet.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()),
        )
        page.goto(path.as_uri())
        if ready:
            sheet.until("document.documentElement.dataset.ready === 'true'")
        return sheet

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[..., Sheet]]:
    """Open a file with the network cut, and wait until its map is drawn."""
    with _opened(browser) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def show_to_all(browser: Browser) -> Iterator[Callable[..., Sheet]]:
    """The same for pages that stay open for all tests of a file, which only look at them."""
    with _opened(browser) as open_page:
        yield open_page
