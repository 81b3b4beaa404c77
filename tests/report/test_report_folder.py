"""A folder of results is replaced whole: an interrupted run leaves the old one alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yngis.catalogue.io.folder import replacing_folder
from yngis.errors import LayerError

PROGRAM = "yngis intensity"


def _write(out: Path, names: list[str], program: str = PROGRAM) -> None:
    with replacing_folder(out, program) as home:
        for name in names:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(name, encoding="utf-8")
        outputs = sorted({Path(name).parts[0] for name in names})
        run = json.dumps({"program": program, "outputs": outputs})
        (home / "run.json").write_text(run, encoding="utf-8")


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_earlier_run_is_replaced_and_what_others_put_there_stays(tmp_path: Path) -> None:
    out = tmp_path / "a" / "out"
    _write(out, ["report.html", "maps/old.html"])
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "more").mkdir()
    (out / "more" / "x.txt").write_text("mine", encoding="utf-8")
    _write(out, ["report.html", "maps/new.html"])
    assert _names(out) == {"report.html", "maps/new.html", "run.json", "notes.txt", "more/x.txt"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_run_leaves_the_old_one_whole(
    tmp_path: Path, stop: type[BaseException]
) -> None:
    out = tmp_path / "out"
    _write(out, ["report.html"])

    def cut_off() -> None:
        with replacing_folder(out, PROGRAM) as home:
            (home / "report.html").write_text("half", encoding="utf-8")
            raise stop

    with pytest.raises(stop):
        cut_off()
    assert (out / "report.html").read_text(encoding="utf-8") == "report.html"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_replacement_cut_off_between_its_renames_is_undone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, ["report.html"])
    out.rename(tmp_path / "out.yngis-old")
    _write(out, ["new.html"])
    assert _names(out) == {"new.html", "run.json"}
    assert not (tmp_path / "out.yngis-old").exists()


@pytest.mark.parametrize("run", [None, "{}", "[]", "no json", '{"program": "yngis audit"}'])
def test_a_folder_of_other_things_is_refused(tmp_path: Path, run: str | None) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("mine", encoding="utf-8")
    if run is not None:
        (out / "run.json").write_text(run, encoding="utf-8")
    with pytest.raises(LayerError, match="--out"):
        _write(out, ["report.html"])
    assert "thesis.docx" in _names(out)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(LayerError, match="out"):
        _write(out, ["report.html"])
    assert out.read_text(encoding="utf-8") == "mine"
