"""What every test may need: the shipped sources, read once, and a folder with all figures drawn."""

from __future__ import annotations

import os
import shutil
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from yngis.cartography.plan_figures import draw_maps
from yngis.cartography.sources import Sources, read_sources
from yngis.cartography.web.page_scripts import script_hashes
from yngis.report.demo.scenes import DemoScenes, write_demo_scenes
from yngis.report.page import sorting_tables_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

_PLATES = "tests/cartography/print/"
_TOGETHER = {
    _PLATES: "plates",
    "tests/analysis/imagery/": "scenes",
    "tests/report/imagery/": "scenes",
    "tests/layerbuild/": "layers",
    "tests/report/conflicts/": "conflicts",
    "tests/report/plan/": "plan",
    "tests/report/portal/": "portal",
}
"""Rooms whose files share what takes long to make: one worker has them, and makes it once."""

_LONGEST = (
    _PLATES,
    "tests/notebooks/",
    "tests/browser/",
    "tests/docs/test_next_plan_page.py",
    "tests/cli/test_intensity_command.py",
    "tests/analysis/imagery/",
    "tests/report/imagery/",
    "tests/report/portal/",
    "tests/report/archive/",
    "tests/cartography/",
    "tests/layerbuild/",
    "tests/report/",
)
"""Where the tests take longest: what begins last must be short, or one worker waits for another."""

# A script for the system's Python, which has QGIS; its tests run it.
collect_ignore = ["qgis/open_in_qgis.py"]

# Machines differ in speed; a property is true or false, not fast or slow.
settings.register_profile("yngis", deadline=None)
settings.load_profile("yngis")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """
    A file at a time for each worker, but rooms that share much for one: it makes that once.

    Another ``--dist`` is left to xdist; without xdist nobody asks.
    """
    if config.getoption("dist") != "loadfile":
        return None
    # xdist may be missing: who tests without it must be able to read this file.
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415

    class _RoomsTogether(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            shared = (what for room, what in _TOGETHER.items() if nodeid.startswith(room))
            return next(shared, None) or super()._split_scope(nodeid)

    return _RoomsTogether(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest rooms first; xdist deals out files in this order."""

    def turn(item: pytest.Item) -> int:
        met = [at for at, room in enumerate(_LONGEST) if item.nodeid.startswith(room)]
        return met[0] if met else len(_LONGEST)

    items.sort(key=turn)


@pytest.fixture(scope="session")
def sources() -> Sources:
    return read_sources()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Gives a folder that the first worker who asks for it fills; the others wait, and read it."""
    own = tmp_path_factory.getbasetemp()
    home = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder_of_all(name: str, fill: Callable[[Path], object]) -> Path:
        whole, begun = home / f"made-{name}", home / f"made-{name}.begun"
        patience = time.monotonic() + 300.0  # a worker that was killed fills nothing
        while not whole.exists() and time.monotonic() < patience:
            try:
                begun.mkdir()
            except FileExistsError:
                time.sleep(0.1)
                continue
            try:
                part = tmp_path_factory.mktemp(name)
                fill(part)
                part.rename(whole)
            finally:
                begun.rmdir()  # after a failure the next one tries it, and fails by itself
        if not whole.exists():
            fill(whole := tmp_path_factory.mktemp(name))
        return whole

    return folder_of_all


@pytest.fixture(scope="session")
def demo_scenes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoScenes]:
    """The made-up scenes and their folder, for reading; who changes a file copies the folder."""
    folder = tmp_path_factory.mktemp("scenes")
    return folder, write_demo_scenes(folder)


@pytest.fixture(scope="session")
def atlas(made_once: Callable[..., Path]) -> Path:
    """All eleven figures, drawn once."""
    return made_once("maps", lambda folder: draw_maps(out=folder))


@pytest.fixture(scope="session")
def inert() -> Callable[[str], bool]:
    """Whether a report runs nothing but the script that sorts its tables, and asks for nothing."""

    def only_its_own_script(page: str) -> bool:
        own = sorting_tables_script()
        policy = f"default-src 'none'; script-src {script_hashes([own])}; style-src"
        return page.count("<script") == page.count(own) == 1 and policy in page

    return only_its_own_script


@pytest.fixture(scope="module")
def postgis_server() -> Iterator[Any]:
    """A PostGIS server of the module's own; skipped where there is none, failed in CI."""
    place = Path(__file__).parent / "analysis" / "overlay" / "postgis_server.py"
    spec = spec_from_file_location("postgis_server", place)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.programs()
    if found is None:
        told = "PostGIS is not installed; Debian: apt-get install postgresql-15-postgis-3"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    with module.running(found) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium that finds this machine alone; Playwright drives one at a time."""
    path = (
        os.environ.get("YNGIS_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("google-chrome")
    )
    if not path:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: run the tests through `make test`, which installs one")
        pytest.skip("no Chromium on this machine; `make test` installs one")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=_SWITCHES)
        yield chromium
        chromium.close()
