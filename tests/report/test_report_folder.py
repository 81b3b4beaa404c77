"""A folder of results is replaced whole: an interrupted run leaves the old one alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from yngis.catalogue.io.folder import adding_to_folder, replacing_folder
from yngis.catalogue.io.output import staging as staging_module
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.catalogue.io.output.write import write_text
from yngis.catalogue.io.paths import unpacked_zip
from yngis.errors import LayerError

PROGRAM = "yngis intensity"


def _write(out: Path, names: list[str], program: str = PROGRAM, text: str = "") -> None:
    with replacing_folder(out, program) as home:
        _fill(home, names, program, text)


def _fill(home: Path, names: list[str], program: str = PROGRAM, text: str = "") -> None:
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text or name, encoding="utf-8")
    outputs = {name: file_checksum(home / name) for name in names}
    run = json.dumps({"program": program, "outputs": outputs})
    (home / "run.json").write_text(run, encoding="utf-8")


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_earlier_run_is_replaced_and_what_others_put_there_stays(tmp_path: Path) -> None:
    out = tmp_path / "a" / "out"
    _write(out, ["report.html", "maps/old.html", "gone/old.html"])
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "maps" / "mine.txt").write_text("mine", encoding="utf-8")
    (out / "more").mkdir()
    (out / "more" / "x.txt").write_text("mine", encoding="utf-8")
    _write(out, ["report.html", "maps/new.html"])
    assert _names(out) == {
        "report.html", "maps/new.html", "maps/mine.txt", "run.json", "notes.txt", "more/x.txt",
    }  # fmt: skip
    assert not (out / "gone").exists()
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_file_put_there_during_the_run_is_never_deleted(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, ["report.html", "tables/a.csv"])
    with replacing_folder(out, PROGRAM) as home:
        _fill(home, ["report.html", "tables/a.csv", "new.csv"], text="second")
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        (out / "tables" / "mine.csv").write_text("mine", encoding="utf-8")
        (out / "new.csv").write_text("mine", encoding="utf-8")
        (out / "report.html").write_text("my remarks in the report", encoding="utf-8")
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (out / "tables" / "mine.csv").read_text(encoding="utf-8") == "mine"
    assert (out / "tables" / "a.csv").read_text(encoding="utf-8") == "second"
    # Where a result takes its name, or it was one of ours, it stays under another.
    assert (out / "new.kept.csv").read_text(encoding="utf-8") == "mine"
    assert (out / "new.csv").read_text(encoding="utf-8") == "second"
    assert (out / "report.kept.html").read_text(encoding="utf-8") == "my remarks in the report"
    assert (out / "report.html").read_text(encoding="utf-8") == "second"


def test_a_folder_made_and_filled_during_the_run_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with replacing_folder(out, PROGRAM) as home:
        _fill(home, ["report.html"])
        out.mkdir()
        (out / "report.html").write_text("mine", encoding="utf-8")
    assert _names(out) == {"report.html", "report.kept.html", "run.json"}


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders, links need a right")
def test_links_and_pipes_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out, ["report.html", "tables/a.csv"])
    os.mkfifo(out / "pipe")
    (out / "dangling").symlink_to(tmp_path / "nowhere")
    (out / "loop").symlink_to(out / "loop")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.csv").write_text("tables/a.csv", encoding="utf-8")
    # The same bytes as ours, but behind a link: not ours.
    (out / "tables" / "a.csv").unlink()
    (out / "tables").rmdir()
    (out / "tables").symlink_to(elsewhere)
    _write(out, ["report.html", "tables/a.csv"], text="second")
    assert (elsewhere / "a.csv").read_text(encoding="utf-8") == "tables/a.csv"
    assert (out / "tables" / "a.csv").read_text(encoding="utf-8") == "second"
    assert (out / "pipe").is_fifo()
    assert (out / "dangling").is_symlink()
    assert (out / "loop").is_symlink()
    assert (out / "tables.kept").is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right")
def test_a_link_in_place_of_the_folder_works_again_and_again(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    out = tmp_path / "out"
    out.symlink_to(tmp_path / "disk" / "results")
    for text in ("one", "two", "three"):
        _write(out, ["report.html"], text=text)
        assert out.is_symlink()
        assert (tmp_path / "disk" / "results" / "report.html").read_text() == text
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["results"]


def test_the_current_folder_can_be_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("one", "two"):
        _write(Path(), ["report.html"], text=text)
        assert Path("report.html").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_run_leaves_the_old_one_whole(
    tmp_path: Path, stop: type[BaseException]
) -> None:
    out = tmp_path / "out"
    _write(out, ["report.html"])

    def cut_off(place: Path) -> None:
        with replacing_folder(place, PROGRAM) as home:
            (home / "report.html").write_text("half", encoding="utf-8")
            raise stop

    with pytest.raises(stop):
        cut_off(out)
    assert (out / "report.html").read_text(encoding="utf-8") == "report.html"
    with pytest.raises(stop):
        cut_off(tmp_path / "new" / "deep" / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert _names(out) == {"report.html", "run.json"}


@pytest.mark.parametrize("at", range(6))
def test_an_error_among_the_last_moves_undoes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    out = tmp_path / "out"
    names = ["a.csv", "maps/b.html"]
    _write(out, names, text="old")
    (out / "c.csv").write_text("mine", encoding="utf-8")
    rename, made = Path.rename, [0]

    def held_open(source: Path, place: Path) -> Path:
        # Excel holds a file open: Windows then refuses to move it.
        if (
            out in source.parents
            and out in Path(place).parents
            and ".lock" not in source.name
            and "plan" not in source.name
        ):
            made[0] += 1
            if made[0] == at + 1:
                raise PermissionError(13, "in use", str(source))
        return rename(source, place)

    monkeypatch.setattr(Path, "rename", held_open)
    with pytest.raises(LayerError, match="in use"):
        _write(out, [*names, "c.csv"], text="new")
    monkeypatch.undo()
    assert _names(out) == {"a.csv", "maps/b.html", "c.csv", "run.json"}
    assert (out / "a.csv").read_text(encoding="utf-8") == "old"
    assert (out / "c.csv").read_text(encoding="utf-8") == "mine"
    _write(out, names, text="new")
    assert (out / "a.csv").read_text(encoding="utf-8") == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
@pytest.mark.parametrize("at", range(7))
def test_a_run_killed_among_the_last_moves_is_finished_by_the_next(tmp_path: Path, at: int) -> None:
    out = tmp_path / "out"
    _write(out, ["a.csv", "maps/old.html"], text="old")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    code = f"""
import os, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_report_folder import _write
rename, made = Path.rename, [0]
def kill(source, place):
    if ".yngis-" in str(source) + str(place) and ".lock" not in str(source):
        made[0] += 1
        if made[0] == {at} + 2:
            os.kill(os.getpid(), 9)
    return rename(source, place)
Path.rename = kill
_write(Path({str(out)!r}), ["a.csv", "maps/new.html", "z.csv"], text="new")
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    killed = run.returncode == -signal.SIGKILL
    assert killed or run.returncode == 0, run.stderr
    # Any next run in the folder, of any command, brings it to the state after the killed one.
    with adding_to_folder(out):
        pass
    assert _names(out) == {"a.csv", "maps/new.html", "z.csv", "run.json", "notes.txt"}
    assert (out / "a.csv").read_text(encoding="utf-8") == "new"
    assert file_checksum(out / "a.csv") in (out / "run.json").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_what_a_killed_run_left_goes_and_what_a_living_one_uses_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = f"""
import time
from yngis.catalogue.io.folder import replacing_folder
with replacing_folder({str(out)!r}, {PROGRAM!r}) as home:
    (home / "big.bin").write_bytes(b"0" * 100_000)
    print("ready", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        with temporary_folder(tmp_path):
            pass
        (left,) = tmp_path.glob(".yngis-*")
        assert (left / "new" / "big.bin").exists()
        child.kill()
    assert left.exists()
    _write(out, ["report.html"])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_only_looks_like_ours_stays_until_it_is_old(tmp_path: Path) -> None:
    young, old, other = (tmp_path / f".yngis-{name}" for name in ("abcdefgh", "12345678", "notes"))
    for folder in (young, old, other):
        folder.mkdir()
    os.utime(old, (time.time() - 90_000,) * 2)
    os.utime(other, (time.time() - 90_000,) * 2)
    with temporary_folder(tmp_path):
        pass
    assert young.exists()
    assert other.exists()
    assert not old.exists()


@pytest.mark.parametrize(
    "run",
    [
        None,
        "{}",
        "[]",
        "no json",
        '{"program": "yngis audit"}',
        f'{{"program": "{PROGRAM}", "outputs": 7}}',
        f'{{"program": "{PROGRAM}", "outputs": ["thesis.docx"]}}',
        f'{{"program": "{PROGRAM}", "outputs": {{"../thesis.docx": "x"}}}}',
        f'{{"program": "{PROGRAM}", "outputs": {{"/etc/passwd": "x"}}}}',
        f'{{"program": "{PROGRAM}", "outputs": {{"thesis.docx": 7}}}}',
        "[" * 100_000,
        "\x00\xff",
    ],
)
def test_a_folder_of_other_things_is_refused(tmp_path: Path, run: str | None) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("mine", encoding="utf-8")
    if run is not None:
        (out / "run.json").write_text(run, encoding="utf-8")
    with pytest.raises(LayerError, match="--out"):
        _write(out, ["report.html"])
    assert "thesis.docx" in _names(out)


def test_a_record_that_claims_a_file_of_the_users_does_not_get_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("mine", encoding="utf-8")
    run = {"program": PROGRAM, "outputs": {"thesis.docx": "0" * 64}}
    (out / "run.json").write_text(json.dumps(run), encoding="utf-8")
    _write(out, ["report.html"])
    assert _names(out) == {"thesis.docx", "report.html", "run.json"}


@pytest.mark.parametrize(
    "place",
    [
        "/",
        "file",
        "file/in",
        "x" * 300,
        "a\0b",
        pytest.param(
            "/dev/null", marks=pytest.mark.skipif(sys.platform == "win32", reason="no devices")
        ),
        pytest.param("loop", marks=pytest.mark.skipif(sys.platform == "win32", reason="links")),
        pytest.param("pipe", marks=pytest.mark.skipif(sys.platform == "win32", reason="pipes")),
    ],
)
def test_a_place_that_can_hold_no_folder_is_refused_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine", encoding="utf-8")
    if sys.platform != "win32":
        Path("loop").symlink_to("loop")
        os.mkfifo("pipe")
    before = sorted(tmp_path.iterdir())
    for context in (replacing_folder(place, PROGRAM), adding_to_folder(place)):
        with pytest.raises(LayerError, match="mend"), context:
            pytest.fail("the body must not run")
    assert sorted(tmp_path.iterdir()) == before
    assert Path("file").read_text(encoding="utf-8") == "mine"


def test_an_error_of_something_that_was_read_is_not_told_as_one_of_the_disk(
    tmp_path: Path,
) -> None:
    with pytest.raises(FileNotFoundError), replacing_folder(tmp_path / "out", PROGRAM):
        (tmp_path / "input.csv").read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("broken")])
def test_a_full_disk_is_told_whatever_the_writer_makes_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    out = tmp_path / "out"
    _write(out, ["report.html"])

    class Full:
        free = 0

    monkeypatch.setattr("shutil.disk_usage", lambda _: Full)
    with pytest.raises(LayerError, match="腾出空间"), replacing_folder(out, PROGRAM):
        raise error
    assert _names(out) == {"report.html", "run.json"}


def test_a_fault_within_names_the_folder_that_the_user_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(LayerError) as caught, replacing_folder(out, PROGRAM) as home:
        write_text(home / "tables" / ("x" * 300), "")
    assert caught.value.problems[0].where.startswith(str(out / "tables" / "xxx"))


def test_an_error_of_ours_on_a_full_disk_stays_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: pytest.fail("not asked"))
    with (
        pytest.raises(LayerError, match="other files"),
        replacing_folder(tmp_path / "out", PROGRAM),
    ):
        _write_into_foreign(tmp_path)


def _write_into_foreign(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").write_text("", encoding="utf-8")
    _write(tmp_path / "b", ["report.html"])


def test_a_plan_that_cannot_be_carried_out_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    _write(out, ["a.csv"], text="old")
    left = out / ".yngis-abcdefgh"
    (left / "new").mkdir(parents=True)
    (left / "new" / "a.csv").write_text("new", encoding="utf-8")
    (left / ".lock").write_bytes(b"")
    (left / "plan.json").write_text('{"target": "..", "old": ["a.csv"], "new": 7}')
    with adding_to_folder(out):
        pass
    assert (left / "new" / "a.csv").exists()
    assert str(left) in caplog.text
    monkeypatch.setattr(staging_module, "_finish_moves", lambda _: True)
    with adding_to_folder(out):
        pass
    assert not left.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_what_a_killed_reader_unpacked_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Names of ours within the zip change nothing.
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.geojson", "{}")
        archive.writestr("plan.json", '{"target": "..", "old": ["z.zip"], "new": []}')
        archive.writestr(".lock", "")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    code = f"""
import os
from pathlib import Path
from yngis.catalogue.io.paths import unpacked_zip
with unpacked_zip(Path({str(tmp_path / "z.zip")!r})):
    os.kill(os.getpid(), 9)
"""
    subprocess.run(
        [sys.executable, "-c", code], check=False, env={**os.environ, "TMPDIR": str(temporary)}
    )
    (left,) = temporary.iterdir()
    assert (left / "zip" / "a.geojson").exists()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with unpacked_zip(tmp_path / "z.zip") as folder:
        assert (folder / "plan.json").exists()
        assert not left.exists()
    with adding_to_folder(temporary):
        pass
    assert list(temporary.iterdir()) == []
    assert (tmp_path / "z.zip").exists()
