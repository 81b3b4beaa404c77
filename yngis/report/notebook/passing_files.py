"""Files of frames while they are read, folders while a result lives (临时文件)."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import pandas as pd

from yngis.report.maps import MapOptions

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

    Table: TypeAlias = str | os.PathLike[str] | pd.DataFrame
    Folder: TypeAlias = str | os.PathLike[str]


@contextmanager
def owned_folder(out: Folder | None) -> Iterator[tuple[Path, Path | None]]:
    """Folder of the results, and its owner where it is a passing one (结果文件夹)."""
    if out is not None:
        yield Path(out), None
        return
    held = Path(mkdtemp(prefix="yngis_"))
    try:
        yield held / "result", held
    except BaseException:
        rmtree(held, ignore_errors=True)
        raise


@contextmanager
def files_of_tables(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Files in place of frames, written beside for as long as they are read (表转文件)."""
    with ExitStack() as open_now:
        files = dict(given)
        for name, table in given.items():
            if not isinstance(table, pd.DataFrame):
                continue
            home = Path(open_now.enter_context(TemporaryDirectory(prefix="yngis_")))
            if isinstance(table, gpd.GeoDataFrame):
                files[name] = home / f"{name}.gpkg"
                table.to_file(files[name], layer=name, index=False)
            else:
                files[name] = home / f"{name}.csv"
                table.to_csv(files[name], index=False, encoding="utf-8-sig")
        yield files


def map_pages(names: Sequence[str]) -> MapOptions | None:
    """Maps as a notebook shows them: pages alone; None without names (网页地图)."""
    return MapOptions(tuple(names), formats=("html",)) if names else None
