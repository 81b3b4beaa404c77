"""A folder of results put in its place whole: an interrupted run leaves the old one alone."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN = "run.json"
_OLD = ".yngis-old"


@contextmanager
def replacing_folder(out: Path, program: str) -> Iterator[Path]:
    """
    Write a folder beside the target and put it in its place when it is whole (整体替换).

    Parameters
    ----------
    out
        Folder of the results. It may be new, empty, or hold an earlier run of the program; files in
        it that the program did not write are kept.
    program
        Command that writes the folder, such as ``yngis audit``: ``program`` in its ``run.json``,
        beside ``outputs``, the names of what it wrote.

    Yields
    ------
    temporary
        Folder to write to.

    Raises
    ------
    LayerError
        If the target holds files and no run of this program, or cannot be replaced because another
        program holds it open.
    """
    target = out.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    _recover(target)
    foreign = _foreign(target, program)
    with tempfile.TemporaryDirectory(prefix=".yngis-", dir=target.parent) as folder:
        fresh = Path(folder) / target.name
        fresh.mkdir()
        yield fresh
        for name in foreign:
            source = target / name
            if not (fresh / name).exists():
                copy = shutil.copytree if source.is_dir() else shutil.copy2
                copy(source, fresh / name)
        _swap(fresh, target)


def _recover(target: Path) -> None:
    """Undo a replacement that was cut off between its two renames."""
    old = target.with_name(target.name + _OLD)
    if old.exists() and not target.exists():
        old.rename(target)
    elif old.exists():
        shutil.rmtree(old)


def _swap(fresh: Path, target: Path) -> None:
    old = target.with_name(target.name + _OLD)
    try:
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    except OSError as error:
        if old.exists() and not target.exists():
            old.rename(target)
        raise LayerError(
            Problem(
                where=str(target),
                promised="可以替换的文件夹 / a folder that can be replaced",
                found=str(error),
                mend="关闭正打开其中文件的程序（如 Excel）后重试 / "
                "close the programs that hold its files open, such as Excel, and try again",
            )
        ) from None
    shutil.rmtree(old, ignore_errors=True)


def _foreign(target: Path, program: str) -> list[str]:
    """Names in the target that the program did not write."""
    if not target.exists():
        return []
    held = sorted(path.name for path in target.iterdir()) if target.is_dir() else [target.name]
    if not held:
        return []
    try:
        run = json.loads((target / RUN).read_text(encoding="utf-8"))
        ours = (
            {RUN, *(Path(name).parts[0] for name in run["outputs"])}
            if run["program"] == program
            else set()
        )
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    if not ours:
        raise LayerError(
            Problem(
                where=str(target),
                promised=f"空文件夹，或 {program} 以前的结果 / an empty folder, or an earlier run",
                found=f"有其他文件 / other files: {', '.join(held[:5])}",
                mend="换一个 --out 文件夹 / name another folder with --out",
            )
        )
    return [name for name in held if name not in ours]
