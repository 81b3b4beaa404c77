"""Notebooks executed once for all tests of them, and a JupyterLab that shows what came out."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import psutil
import pytest
import shapely

import yngis
from yngis.report.notebook.results import ShownPage

if TYPE_CHECKING:
    import nbformat

SHIPPED = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
_STARTING = 90  # seconds; JupyterLab is slow to start on a busy machine


@pytest.fixture(scope="session")
def executed() -> Callable[[Path], nbformat.NotebookNode]:
    """Gives a notebook as it is after a run; each is run once in a session."""
    # Five seconds of grammars, which a worker without notebooks need not wait for.
    import nbformat  # noqa: PLC0415
    from nbclient import NotebookClient  # noqa: PLC0415

    after_run: dict[Path, nbformat.NotebookNode] = {}

    def notebook_after_run(path: Path) -> nbformat.NotebookNode:
        if path not in after_run:
            notebook = nbformat.read(path, as_version=4)
            here = {"metadata": {"path": str(path.parent)}}
            client = NotebookClient(notebook, timeout=540, kernel_name="python3", resources=here)
            client.execute(env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
            after_run[path] = notebook
        return after_run[path]

    return notebook_after_run


def _display(shown: Any) -> Any:
    from nbformat.v4 import new_output  # noqa: PLC0415

    data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
    return new_output("execute_result", data=data, execution_count=1)


@pytest.fixture(scope="session")
def run_notebooks(
    executed: Callable[[Path], nbformat.NotebookNode], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Those that are shipped, and one for each thing that shows itself; as they are after a run."""
    import nbformat  # noqa: PLC0415
    from nbformat.v4 import new_code_cell, new_notebook  # noqa: PLC0415

    home = tmp_path_factory.mktemp("lab")
    shapes = [shapely.box(0, 0, 1, 1), shapely.Point(2, 1)]
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=shapes, crs=4326)
    explored = yngis.explore(frame, "n", title="探索")
    explored.save(home / "page.html")
    cells = [
        new_code_cell("shown", outputs=[_display(shown)], execution_count=1)
        for shown in (explored, ShownPage(home / "page.html"))
    ]
    nbformat.write(new_notebook(cells=cells), home / "explore.ipynb")
    for path in SHIPPED:
        nbformat.write(executed(path), home / path.name)
    return home


@pytest.fixture(scope="session")
def jupyterlab(run_notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab on them."""
    pytest.importorskip("jupyterlab", reason="`make test` installs it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = tmp_path_factory.mktemp("jupyter")
    places = {f"JUPYTER_{kind}_DIR": str(own / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    options = [
        "--no-browser", "--allow-root", "--IdentityProvider.token=", "--LabApp.news_url=",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={run_notebooks}",
    ]  # fmt: skip
    # Cells out of sight would not be drawn before somebody scrolls to them.
    settings = own / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    drawn_at_once = json.dumps({"windowingMode": "none"})
    (settings / "tracker.jupyterlab-settings").write_text(drawn_at_once, encoding="utf-8")
    environment = {**os.environ, **places, "JUPYTERLAB_SETTINGS_DIR": str(own / "settings")}
    notebooks = map(str, sorted(run_notebooks.glob("*.ipynb")))
    subprocess.run(
        [sys.executable, "-m", "jupyter", "trust", *notebooks],
        env=environment, capture_output=True, check=False,
    )  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(_STARTING * 2):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2).close()  # noqa: S310
            break
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    yield address
    # Asked politely it waits for its kernels; left alone they would go on beside the other tests.
    kernels = psutil.Process(running.pid).children(recursive=True)
    running.kill()
    running.wait(timeout=20)
    for kernel in kernels:
        with suppress(psutil.NoSuchProcess):
            kernel.kill()
