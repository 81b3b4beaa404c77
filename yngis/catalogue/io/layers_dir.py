"""Where the layers lie: in the pack of the user's, inside the wheel, or beside the package."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.project_file import find_project_plan
from yngis.errors import Problem, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE: Final = "YNGIS_PLAN"
"""Environment variable that names the pack in use."""

OLD_VARIABLE: Final = "YNGIS_LAYERS"
"""What it was called before a plan was a pack; understood where the new one is not set."""

PACK_FILE: Final = "pack.yml"
"""What makes a folder a pack."""

_PACKAGE: Final = Path(__file__).resolve().parents[2]
_CHOSEN: ContextVar[Path | None] = ContextVar("yngis_plan", default=None)


def layers_dir() -> Path:
    """
    Folder of the pack in use (规划包目录): ``pack.yml``, its GeoPackage, ``tables/``, ``figures/``.

    Returns
    -------
    folder
        What :func:`use_pack_folder` chose, else ``YNGIS_PLAN`` of the environment, else what
        ``yngis.toml`` in the working folder or above it names, else :func:`shipped_dir`.

    Raises
    ------
    SetupError
        If the named folder is no pack, or nothing is shipped.

    Examples
    --------
    >>> (layers_dir() / "tables").is_dir()
    True
    """
    chosen = _CHOSEN.get()
    if chosen is not None:
        return _pack_folder(chosen, "--plan")
    for variable in (VARIABLE, OLD_VARIABLE):
        if named := os.environ.get(variable):
            return _pack_folder(Path(named), variable)
    if (project := find_project_plan()) is not None:
        return _pack_folder(project.folder, f"{project.file} plan")
    return shipped_dir()


def shipped_dir() -> Path:
    """
    Folder that ships: the pack of this edition, the cards and the codes that every pack shares.

    Returns
    -------
    folder
        ``yngis/_layers`` of an installed wheel, else ``layers`` of the source tree.

    Raises
    ------
    SetupError
        If neither exists.

    Examples
    --------
    >>> (shipped_dir() / "cards").is_dir()
    True
    """
    installed = _PACKAGE / "_layers"
    source = _PACKAGE.parent / "layers"
    for folder in (installed, source):
        if (folder / "cards").is_dir():
            return folder
    raise SetupError(
        Problem(
            where=str(installed),
            promised="随软件安装的图层目录 / the layers shipped with yngis",
            found="目录不存在 / no such folder",
            mend="重新安装 yngis：pip install . / reinstall yngis: pip install .",
        )
    )


def file_in_pack(relative: str) -> Path:
    """
    Path of a file of the pack in use, or of the shipped one where the pack has none of its own.

    Parameters
    ----------
    relative
        Path below the pack's folder; for what packs share, such as cards and codes.

    Returns
    -------
    path
        Where it stands.

    Examples
    --------
    >>> file_in_pack("cards/zones.yml").exists()
    True
    """
    own = layers_dir() / relative
    return own if own.exists() else shipped_dir() / relative


@contextmanager
def use_pack_folder(folder: Path | str | None, option: str = "--plan") -> Iterator[Path]:
    """
    Rest on a pack for as long as the block lasts (选用规划包).

    Parameters
    ----------
    folder
        Folder with ``pack.yml``; what was in use stays in use where None.
    option
        Where it was named, for the error.

    Yields
    ------
    folder
        The pack in use.

    Raises
    ------
    SetupError
        If it is no pack.
    """
    chosen = _CHOSEN.get() if folder is None else _pack_folder(Path(folder), option)
    token = _CHOSEN.set(chosen)
    try:
        yield layers_dir()
    finally:
        _CHOSEN.reset(token)


def _pack_folder(folder: Path, option: str) -> Path:
    if (folder / PACK_FILE).is_file():
        # However it was typed: the shipped pack is known by its path, and caches are kept by it.
        return folder.resolve()
    raise SetupError(
        Problem(
            where=f"{option}={folder}",
            promised=f"规划包：含 {PACK_FILE} 的文件夹 / a plan's pack: a folder with {PACK_FILE}",
            found="没有这个文件 / no such file in it"
            if folder.is_dir()
            else "没有这个文件夹 / no such folder",
            mend=f"改正或去掉 {option}；新建用 yngis plan new / correct or leave out {option}; "
            "yngis plan new makes one",
        )
    )
