"""Where the shipped layers lie: inside the wheel, or beside the package in a source tree."""

from __future__ import annotations

from pathlib import Path

from yngis.errors import Problem, SetupError

_PACKAGE = Path(__file__).resolve().parents[1]


def layers_dir() -> Path:
    """
    Folder of the shipped layers: ``yunnan.gpkg``, ``tables/``, ``cards/`` and ``SOURCES.md``.

    Returns
    -------
    folder
        ``yngis/_layers`` of an installed wheel, else ``layers`` of the source tree.

    Raises
    ------
    SetupError
        If neither exists, that is when the installation is incomplete.

    Examples
    --------
    >>> (layers_dir() / "cards").is_dir()
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
