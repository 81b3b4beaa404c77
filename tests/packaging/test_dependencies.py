"""pyproject.toml, environment.yml and the locks name the same packages, for every platform."""

from __future__ import annotations

import csv
import json
import re
import tomllib
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # conda splits off the part that needs Qt
LOCKS = [
    "requirements.lock",
    "requirements-test.lock",
    "requirements-bench.lock",
    "requirements-docs.lock",
]
PLATFORMS = [
    {"sys_platform": system, "python_full_version": f"{python}.4", "python_version": python}
    for system in ("linux", "darwin", "win32")
    for python in ("3.11", "3.12", "3.13")
]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)


def _declared() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    return {canonicalize_name(item.name): item for item in wanted}


def _group(name: str) -> list[Requirement]:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [Requirement(text) for text in groups["dependency-groups"][name]]


def _pins(name: str) -> list[tuple[str, str, str | None]]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return [(canonicalize_name(match[1]), match[2], match[3]) for match in _PIN.finditer(text)]


def test_conda_names_the_same_dependencies_and_versions() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(item["pip"] for item in listed if isinstance(item, dict))
    texts = [item for item in listed if isinstance(item, str) and item != "pip"]
    found = {}
    for text in [*texts, *(item for item in pip if not item.startswith("-"))]:
        item = Requirement(text)
        found[canonicalize_name(CONDA_NAMES.get(item.name, item.name))] = str(item.specifier)
    assert found.pop("python") == "<3.14,>=3.11"
    assert found == {name: str(item.specifier) for name, item in _declared().items()}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_lock_pins_every_dependency_on_every_platform(lock: str) -> None:
    pins = _pins(lock)
    wanted = list(_declared().values())
    wanted += _group("install" if lock == "requirements.lock" else "test")
    for platform in PLATFORMS:
        here = {
            name: version
            for name, version, marker in pins
            if not marker or Marker(marker).evaluate(platform)
        }
        for item in wanted:
            version = here.get(canonicalize_name(item.name))
            assert version is not None, (item.name, platform)
            assert item.specifier.contains(Version(version), prereleases=True), (item, version)


@pytest.mark.parametrize("lock", ["requirements-test.lock", "requirements-bench.lock"])
def test_the_locks_agree(lock: str) -> None:
    shared: dict[str, set[tuple[str, str | None]]] = {}
    for name, version, marker in _pins(lock):
        shared.setdefault(name, set()).add((version, marker))
    for name, version, marker in _pins("requirements.lock"):
        if name in shared:
            assert (version, marker) in shared[name], name


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    entries = [
        entry for entry in re.split(r"\n(?=[a-zA-Z])", text.strip()) if not entry.startswith("#")
    ]
    assert len(entries) > 40
    for entry in entries:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_leaflet_is_the_one_that_folium_names() -> None:
    import folium.folium  # noqa: PLC0415 - heavy, and only this test needs it

    address = dict(folium.folium._default_js)["leaflet"]
    wanted = re.search(r"leaflet@(\d+\.\d+\.\d+)", address)
    assert wanted is not None
    assert str(_declared()["xstatic-leaflet"].specifier) == f"=={wanted[1]}.0"


def _tasks() -> ModuleType:
    spec = spec_from_file_location("tasks", ROOT / "tasks.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pinned_packages_with_advisories_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = _tasks()
    pins = tasks.pinned()
    (held,) = pins["fiona"]

    def advisory(number: int, package: str, versions: list[str], **more: str) -> tuple[str, str]:
        told = {
            "id": f"PYSEC-{number}",
            "summary": "bad",
            "affected": [{"package": {"name": package}, "versions": versions}],
            **more,
        }
        return f"PYSEC-{number}.json", json.dumps(told)

    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(*advisory(1, "Fiona", ["0.1", held]))
        archive.writestr(*advisory(2, "fiona", ["0.1"]))
        archive.writestr(*advisory(3, "fiona", [held], withdrawn="2020-01-01"))
        archive.writestr(*advisory(4, "left-pad", [held]))
    found = tasks.known_advisories(str(tmp_path / "all.zip"), pins)
    assert found == [f"Fiona=={held}  PYSEC-1  bad"]
    with pytest.raises(SystemExit):
        tasks.audit_deps(str(tmp_path / "all.zip"))
    tasks.audit_deps()
    # What cannot be judged without data is said.
    assert "the other packages were not judged" in capsys.readouterr().out


def test_advisories_kept_by_hand_are_on_pinned_packages() -> None:
    pins = _tasks().pinned()
    with (ROOT / "advisories.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert row["package"] in pins
        assert all(row.values()), row
