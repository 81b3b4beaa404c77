"""What notebooks show is drawn in JupyterLab itself, in Chromium with no network."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import nbformat
import pytest
import shapely
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import sync_playwright

import yngis
from yngis.report.notebook.results import ShownPage

pytestmark = pytest.mark.browser

_SWITCHES = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
_WAIT = 90  # seconds; JupyterLab is slow to start on a busy machine


def _display(shown: Any) -> Any:
    data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
    return new_output("execute_result", data=data, execution_count=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook for each thing that shows itself, as it is after a run; saved, so trusted."""
    home = tmp_path_factory.mktemp("lab")
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[shapely.box(0, 0, 1, 1), shapely.Point(2, 1)], crs=4326)
    explored = yngis.explore(frame, "n", title="探索")
    explored.save(home / "page.html")
    shown = {
        "figure": yngis.figure(5),
        "explore": explored,
        "result": ShownPage(home / "page.html"),
    }
    for name, each in shown.items():
        cell = new_code_cell(f"{name}", outputs=[_display(each)], execution_count=1)
        nbformat.write(new_notebook(cells=[cell]), home / f"{name}.ipynb")
    return home


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("jupyterlab", reason="`make test` installs it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = tmp_path_factory.mktemp("jupyter")
    places = {f"JUPYTER_{kind}_DIR": str(own / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--allow-root"]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url="]
    environment = {**os.environ, **places}
    subprocess.run(
        [sys.executable, "-m", "jupyter", "trust", *map(str, sorted(folder.glob("*.ipynb")))],
        env=environment, capture_output=True, check=False,
    )  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(_WAIT * 2):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2).close()
            break
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    yield address
    # Asked politely it waits for its kernels; they end by themselves when it is gone.
    running.kill()
    running.wait(timeout=20)


def test_maps_are_drawn_in_jupyterlab(server: str) -> None:
    chromium = os.environ.get("YNGIS_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("no Chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=_SWITCHES)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for name in ("figure", "explore", "result"):
            page.goto(f"{server}/lab/tree/{name}.ipynb?reset")
            frame = page.wait_for_selector(".jp-OutputArea iframe", timeout=_WAIT * 1000)
            assert frame is not None
            inside = frame.content_frame()
            assert inside is not None
            inside.wait_for_selector("html[data-ready=true]", state="attached", timeout=_WAIT * 1000)
            assert inside.query_selector("#panel h1"), name
            assert inside.query_selector(".leaflet-container canvas, .leaflet-container path"), name
        browser.close()
    afar = [url for url in asked if not url.startswith((server, "data:", "blob:", "about:", "ws:"))]
    assert afar == []
