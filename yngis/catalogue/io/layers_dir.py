"""Where the layers lie: a folder of the user's, inside the wheel, or beside the package."""

from __future__ import annotations

import os
from pathlib import Path

from yngis.errors import Problem, SetupError

VARIABLE = "YNGIS_LAYERS"
_PACKAGE = Path(__file__).resolve().parents[2]


def layers_dir() -> Path:
    """
    Folder of the layers: ``yunnan.gpkg``, ``tables/``, ``cards/`` and ``SOURCES.md``.

    Returns
    -------
    folder
        ``YNGIS_LAYERS`` where the environment names an edited copy, else ``yngis/_layers`` of an
        installed wheel, else ``layers`` of the source tree.

    Raises
    ------
    SetupError
        If the named folder holds no layers, or neither of the others exists.

    Examples
    --------
    >>> (layers_dir() / "cards").is_dir()
    True
    """
    if named := os.environ.get(VARIABLE):
        if not (Path(named) / "cards").is_dir():
            raise SetupError(
                Problem(
                    where=f"{VARIABLE}={named}",
                    promised="图层目录的副本，含 cards 和 tables / a copy of the layers folder",
                    found="没有 cards 文件夹 / no cards folder in it",
                    mend=f"改正或删除环境变量 {VARIABLE} / correct or unset {VARIABLE}",
                )
            )
        return Path(named)
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
