"""The wheel carries the layers; importing is light; the tasks file needs nothing but Python."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"geopandas", "pandas", "numpy", "shapely", "folium", "matplotlib", "pandera", "pyproj"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run(
        [*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True
    )
    return next(folder.glob("yngis-*.whl"))


def test_wheel_carries_layers_specs_and_scripts(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in sorted((ROOT / "layers").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            assert f"yngis/_layers/{path.relative_to(ROOT / 'layers').as_posix()}" in names
    for name in (
        "yngis/py.typed",
        "yngis/cartography/style.yml",
        "yngis/_layers/figures/fig11.yml",
        "yngis/cartography/web/viewer.css",
        "yngis/cartography/web/viewer/60-map.js",
        "yngis/cartography/web/cluster.css",
        "yngis/cartography/web/point_viewer/60-map.js",
        "yngis/cartography/web/index.html.j2",
        "yngis/report/page.css",
        "yngis/report/page.html.j2",
        "yngis/report/page_parts.html.j2",
        "yngis/report/portal/assets/portal.html.j2",
    ):
        assert name in names


def test_installed_wheel_draws_a_figure_from_its_own_layers(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere and put first on the path: nothing of the source tree is used."""
    place = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(place)
    code = (
        f"import sys; sys.path.insert(0, {str(place)!r}); import yngis.catalogue, yngis.cli;"
        "assert '_layers' in str(yngis.catalogue.layers_dir());"
        "sys.argv = ['yngis', 'maps', '--figures', '11', '--out', 'out']; yngis.cli.main()"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "out" / "fig11.html").stat().st_size > 100_000


@pytest.mark.parametrize("code", ["import yngis", "import yngis.cli", "import yngis; dir(yngis)"])
def test_importing_loads_nothing_heavy(code: str) -> None:
    """Counted in modules, not seconds: the half second that --help may take goes to these."""
    ask = f"{code}\nimport sys\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_help_and_version_are_bilingual() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "yngis", "maps", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "绘制" in run.stdout
    assert "draw the plan's figures" in run.stdout
    run = subprocess.run(
        [sys.executable, "-m", "yngis", "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("yngis 0.")


def test_a_wrong_figure_ends_with_code_1_and_both_languages() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "yngis", "maps", "--figures", "99"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "改法" in run.stdout + run.stderr
    assert "mend" in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def test_tasks_imports_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "tasks.py").read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {
        str(node.module).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert names <= set(sys.stdlib_module_names)


def test_makefile_and_tasks_name_the_same_jobs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:"))
    run = subprocess.run(
        [sys.executable, str(ROOT / "tasks.py")], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    offered = run.stdout.split("{")[1].split("}")[0].split("|")
    assert phony.removeprefix(".PHONY:").split() == offered
