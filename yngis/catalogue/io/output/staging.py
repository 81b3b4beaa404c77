"""
Files written beside their place and moved in together (暂存与就位): all of them, or none.

    target/                    what is there
    target/.yngis-1a2b3c4d/    the staging folder, locked while its process lives
        new/                   what is being written; takes as long as it takes
        plan.json              written when new/ is complete: from here on the run counts
        old/                   what new/ replaces, until everything is in its place

The last step is renames only. An error undoes those already made; a run that is killed among them
is finished by the next one, from the plan. What a user put into the folder is never moved unless
its name is taken by a result: then it stays under a name of its own.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.output.output_place import NEW, output_errors
from yngis.catalogue.io.output.temporary import PLAN, PREFIX, remove_litter, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_OLD: Final = "old"


class _Plan(NamedTuple):
    """What the last step does: files to be put away and files to be put in, the mark last."""

    old: list[str]
    new: list[str]


@contextmanager
def staged_folder(
    target: Path, replaced: Callable[[Sequence[str]], Sequence[str]], *, mark: str = ""
) -> Iterator[Path]:
    """Write files beside a folder and move them in when all are complete (整体就位)."""
    with ExitStack() as stack:
        with output_errors(target):
            stack.callback(_remove_empty, _make_parents(target))
            for place in (target, target.parent):
                remove_litter(place, _finish_moves)
            home = target if target.is_dir() else target.parent
            staging = stack.enter_context(temporary_folder(home))
            (staging / NEW).mkdir()
        with output_errors(target, staging, reads=True):
            yield staging / NEW
        with output_errors(target):
            _install_files(staging, target, replaced, mark)


def _make_parents(target: Path) -> list[Path]:
    """Make the folders above the target; gives those that were missing, the innermost first."""
    missing = [parent for parent in target.parents if not parent.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove folders that a run made and put nothing into."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _install_files(
    staging: Path, target: Path, replaced: Callable[[Sequence[str]], Sequence[str]], mark: str
) -> None:
    fresh = staging / NEW
    if not target.exists():
        fresh.rename(target)
        return
    new = sorted(_files_in(fresh), key=lambda name: (name == mark, name))
    old = sorted(replaced(new), key=lambda name: (name != mark, name))
    plan = _Plan(old, new)
    told = json.dumps({**plan._asdict(), "target": os.path.relpath(target, staging)})
    (staging / f"{PLAN}.new").write_text(told, encoding="utf-8")
    (staging / f"{PLAN}.new").rename(staging / PLAN)
    moves: list[tuple[Path, Path]] = []
    try:
        _carry_out(plan, staging, target, moves)
    except BaseException:
        for source, place in reversed(moves):
            place.rename(source)
        (staging / PLAN).unlink()
        raise
    (staging / PLAN).unlink()


def _files_in(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(PREFIX)]
        for name in names:
            yield (Path(place) / name).relative_to(folder).as_posix()


def _carry_out(plan: _Plan, staging: Path, target: Path, moves: list[tuple[Path, Path]]) -> None:
    """Do what is still to be done of a plan; each move is noted, so that it can be undone."""

    def move(source: Path, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        source.rename(place)
        moves.append((source, place))

    coming = set(plan.new)
    for name in plan.old:
        away = staging / _OLD / name
        # What came already stands under the same name as what went.
        came = name in coming and not os.path.lexists(staging / NEW / name)
        if not came and not os.path.lexists(away) and os.path.lexists(target / name):
            move(target / name, away)
    for name in plan.new:
        if os.path.lexists(staging / NEW / name):
            for taken in _in_the_way(target, name):
                kept = _free_name(taken)
                move(taken, kept)
                _staging_logger().warning("原有文件改名保留 / kept under another name: %s", kept)
            move(staging / NEW / name, target / name)
    for folder in {parent for name in plan.old for parent in Path(name).parents}:
        _remove_if_empty(target, folder)


def _in_the_way(target: Path, name: str) -> Iterator[Path]:
    """Find what stands where a file, or a folder above it, is to be."""
    for parent in reversed(Path(name).parents[:-1]):
        place = target / parent
        if os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
            yield place
    if os.path.lexists(target / name):
        yield target / name


def _free_name(taken: Path) -> Path:
    number, free = 1, taken.with_name(f"{taken.stem}.kept{taken.suffix}")
    while os.path.lexists(free):
        number += 1
        free = taken.with_name(f"{taken.stem}.kept-{number}{taken.suffix}")
    return free


def _remove_if_empty(target: Path, folder: Path) -> None:
    while folder != folder.parent:
        with suppress(OSError):
            (target / folder).rmdir()
        folder = folder.parent


def _finish_moves(staging: Path) -> bool:
    """Finish what a killed run had begun to move; tell whether its folder may go."""
    plan = staging / PLAN
    if not plan.is_file():
        return True
    try:
        told = json.loads(plan.read_text(encoding="utf-8"))
        target = Path(os.path.normpath(staging / told["target"]))
        if target not in {staging.parent, *staging.parent.iterdir()}:
            return True
        _carry_out(_Plan(told["old"], told["new"]), staging, target, [])
    except (OSError, ValueError, KeyError, TypeError) as error:
        _staging_logger().warning(
            "上次中断的结果留在 / an earlier run is still in: %s (%s)", staging, error
        )
        return False
    return True


def _staging_logger() -> logging.Logger:
    return logging.getLogger("yngis")
