"""The shipped layers and tables by name (加载)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.file_stamp import file_stamp
from yngis.catalogue.io.layers_dir import file_in_pack
from yngis.catalogue.io.vectors.vector import read_layer
from yngis.catalogue.tables.cards.card import read_card
from yngis.catalogue.tables.csv_table import read_csv_table
from yngis.errors import Problem, SetupError

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

    from yngis.catalogue.io.file_stamp import FileStamp

SCHEMATIC: Final = "示意"
"""Value of ``boundary`` for outlines that only show where a zone lies."""


def load(name: str) -> GeoDataFrame | pd.DataFrame:
    """
    Load a shipped layer or table by its card's name (按卡片名加载).

    Parameters
    ----------
    name
        ``zones``, ``counties``, ``industry_layout`` …; see ``yngis layers list``.

    Returns
    -------
    frame
        A GeoDataFrame in EPSG:4490 for a layer, a DataFrame for a table, with the columns and
        types that the card declares; an empty cell is missing (NaN).

    Raises
    ------
    SpecError
        If there is no such card; names the nearest.
    SetupError
        If the file has not been built or installed.
    """
    card = read_card(name)
    path = file_in_pack(card.file)
    if not path.exists():
        raise SetupError(
            Problem(
                where=str(path),
                promised=f"{card.title_zh} / {card.title_en}",
                found="文件不存在 / no such file",
                mend="重新安装 yngis，或运行 yngis layers build / reinstall yngis, or run "
                "`yngis layers build`",
            )
        )
    if card.kind == "table":
        return read_csv_table(path, card)
    return _layer_of_pack(file_stamp(path), card.layer).copy()


@lru_cache(maxsize=16)
def _layer_of_pack(stamp: FileStamp, layer: str | None) -> GeoDataFrame:
    """Frames are given away as copies; a file that changed is another."""
    return read_layer(Path(stamp.path), layer, encoding=None)
