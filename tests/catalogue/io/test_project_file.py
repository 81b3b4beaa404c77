"""The plan of a project: found from any folder below it, named by all that rests on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from yngis.catalogue import layers_dir, read_pack, shipped_dir, use_pack_folder
from yngis.catalogue.io.pack import find_pack
from yngis.catalogue.io.project_file import PROJECT_FILE, find_project_plan
from yngis.cli import app
from yngis.errors import SetupError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose pack is a copy of the shipped pack.yml under another id."""
    for variable in ("YNGIS_PLAN", "YNGIS_LAYERS"):
        monkeypatch.delenv(variable, raising=False)
    text = (shipped_dir() / "pack.yml").read_text(encoding="utf-8")
    (tmp_path / "next").mkdir()
    own = text.replace(f"id: {read_pack(shipped_dir()).id}", "id: own-plan", 1)
    (tmp_path / "next" / "pack.yml").write_text(own, encoding="utf-8")
    (tmp_path / PROJECT_FILE).write_text('[yngis]\nplan = "next"\n', encoding="utf-8")
    deep = tmp_path / "报告" / "一"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    return tmp_path


def test_the_file_is_found_from_below_and_its_path_counts_from_it(project: Path) -> None:
    assert layers_dir() == (project / "next").resolve()
    assert read_pack().id == "own-plan"


def test_the_option_goes_first_then_the_environment_then_the_file(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = project / "other"
    other.mkdir()
    text = (project / "next" / "pack.yml").read_text(encoding="utf-8")
    (other / "pack.yml").write_text(text.replace("own-plan", "other", 1), encoding="utf-8")
    monkeypatch.setenv("YNGIS_PLAN", str(other))
    assert read_pack().id == "other"
    with use_pack_folder(find_pack(read_pack(shipped_dir()).id)):
        assert layers_dir() == shipped_dir()


def test_a_nearer_file_goes_before_one_above(project: Path) -> None:
    near = Path.cwd() / PROJECT_FILE
    near.write_text('[yngis]\nplan = "../../next"\n', encoding="utf-8")
    found = find_project_plan()
    assert found is not None
    assert found.file == near
    assert layers_dir() == (project / "next").resolve()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("plan = ", "TOML"),
        ('plan = "next"', "[yngis]"),
        ('[yngis]\nplam = "next"', "plan"),
        ("[yngis]\nplan = 3", "plan"),
        ('[yngis]\nplan = ""', "plan"),
        ('[yngis]\nplan = "next"\n[other]\na = 1', "other"),
        ('[yngis]\nplan = "nowhere"', "pack.yml"),
    ],
)
def test_a_faulty_file_is_told_and_never_passed_over(project: Path, text: str, word: str) -> None:
    (project / PROJECT_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SetupError) as told:
        layers_dir()
    problem = told.value.problems[0]
    assert PROJECT_FILE in problem.where
    assert word in f"{problem.promised} {problem.found} {problem.mend}"


def test_a_command_says_which_pack_and_where_it_was_named(project: Path) -> None:
    result = CliRunner().invoke(app, ["layers", "list"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "own-plan" in result.output
    assert str(project / PROJECT_FILE) in result.output


def test_a_plan_that_is_neither_folder_nor_id_is_refused() -> None:
    with pytest.raises(SetupError) as told:
        find_pack("yunan-14")
    assert "yunan-14" in told.value.problems[0].where
