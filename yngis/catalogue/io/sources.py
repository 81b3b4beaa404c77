"""What a user names as one input (来源): files, patterns, folders, database tables."""

from __future__ import annotations

import glob
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.paths import local_path, refuse_undecoded_name
from yngis.catalogue.io.vectors.postgis import is_postgis, without_password
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WILD: Final = "*?["
_TABLES: Final = {
    ".xlsx", ".xlsm", ".ods", ".fods", ".csv", ".txt", ".tsv", ".parquet", ".geoparquet", ".pq",
}  # fmt: skip
_LAYERS: Final = {
    ".shp", ".gpkg", ".geojson", ".json", ".kml", ".kmz", ".gml", ".fgb", ".tab", ".mif", ".dxf",
}  # fmt: skip
_ARCHIVES: Final = {".zip", ".shz"}
DOCUMENTS: Final = {".doc", ".docx", ".wps", ".pdf"}
"""Files beside the data that hold no table of records."""

# What bureaus keep their records in and nothing here reads: never passed over without a word.
_REFUSED: Final = {
    ".xls", ".xlsb", ".et", ".ett", ".numbers", ".mdb", ".accdb", ".vct", ".rar", ".7z", ".dwg",
    ".mpk", ".lpkx", ".mdf", ".vrt",
}  # fmt: skip
DATA_SUFFIXES: Final = _TABLES | _LAYERS | _ARCHIVES | _REFUSED | DOCUMENTS
"""Files of a folder that are opened, or named as not read."""


class Source(NamedTuple):
    """
    One file, or one table of a database (来源).

    Attributes
    ----------
    named
        What is opened.
    label
        What it is called in findings, issues and reports: as short as tells it from the others.
    explicit
        Whether the user named it itself; what a pattern or folder brings along may be passed over.
    """

    named: str
    label: str
    explicit: bool


def split_source(text: str) -> tuple[str, tuple[str, ...]]:
    """
    Part a source from the layer in it (文件#图层).

    Parameters
    ----------
    text
        ``FILE`` or ``FILE#LAYER``; a file whose own name holds the sign goes before.

    Returns
    -------
    source, layers
        The file, and the layer that is named, if one is.

    Examples
    --------
    >>> split_source("库.gdb#YJJBNTBHTB")
    ('库.gdb', ('YJJBNTBHTB',))
    """
    if "#" not in text or is_postgis(text) or Path(text).exists():
        return text, ()
    path, _, layer = text.rpartition("#")
    return (path, (layer,)) if layer else (text, ())


def find_sources(named: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[Source]:
    """
    List what one or several names stand for (展开来源).

    Parameters
    ----------
    named
        Files, ``.gdb`` folders, zips, ``postgresql://…#schema.table``, patterns such as
        ``台账/*.xlsx``, or folders, of which every file of data is taken, sub-folders too.

    Returns
    -------
    sources
        In the order given; those of a pattern or folder by name; none twice.

    Raises
    ------
    LayerError
        If nothing was named, a pattern matches nothing or a folder holds no data; names every one.
    """
    given = [named] if isinstance(named, str | os.PathLike) else list(named)
    found: dict[str, bool] = {}
    problems: list[Problem] = []
    for each in given:
        try:
            for path, explicit in _expand_names(os.fspath(each)):
                refuse_undecoded_name(path)
                found.setdefault(path, explicit)
        except LayerError as error:
            problems += error.problems
    if problems:
        raise LayerError(problems)
    if not found:
        raise LayerError(_nothing_found_problem("（空）", "没有给出来源 / no source was named"))
    labels = short_labels(list(found))
    return [Source(path, labels[path], explicit) for path, explicit in found.items()]


def source_names(
    named: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None,
) -> tuple[str, ...]:
    """Sources as texts, whether none, one or several were named."""
    if named is None:
        return ()
    given = [named] if isinstance(named, str | os.PathLike) else named
    return tuple(os.fspath(each) for each in given)


def _expand_names(text: str) -> list[tuple[str, bool]]:
    """Paths that a name stands for, and whether the user named them singly."""
    if is_postgis(text) or _is_remote_name(text):
        return [(text, True)]
    if any(sign in text for sign in _WILD) and not Path(text).exists():
        matched = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 - absolute patterns
        matched = [each for each in matched if not _is_side_file(Path(each))]
        if not matched:
            raise LayerError(_nothing_found_problem(text, "没有文件符合 / nothing matches"))
        # A pattern such as 台账/* may name folders.
        return [pair for each in matched for pair in _in_folder(Path(each), strict=False)]
    path = local_path(text)
    if path.is_dir() and path.suffix.lower() != ".gdb":
        return _in_folder(path, strict=True)
    return [(str(path), True)]


def _in_folder(path: Path, *, strict: bool) -> list[tuple[str, bool]]:
    if not path.is_dir() or path.suffix.lower() == ".gdb":
        return [(str(path.absolute()), False)]
    found = files_of_data(path)
    if not found and strict:
        raise LayerError(
            _nothing_found_problem(str(path), "文件夹中没有数据文件 / no file of data in it")
        )
    return [(str(each), False) for each in found]


def files_of_data(folder: Path) -> list[Path]:
    """Files of a folder and its sub-folders that may hold records (数据文件)."""
    found = []
    for each in sorted(folder.absolute().rglob("*")):
        parts = each.relative_to(folder.absolute()).parts
        within = [Path(part).suffix.lower() for part in parts[:-1]]
        suffix = each.suffix.lower()
        if ".gdb" in within or any(part.startswith((".", "__MACOSX")) for part in parts):
            continue
        if _is_side_file(each):
            continue
        if each.is_dir():
            if suffix == ".gdb":
                found.append(each)
        elif suffix in DATA_SUFFIXES:
            found.append(each)
    return found


def _is_side_file(path: Path) -> bool:
    return path.name.startswith(("~$", ".~"))


def short_labels(named: Sequence[str]) -> dict[str, str]:
    """
    Shortest ends of paths that tell them apart (简称).

    Examples
    --------
    >>> list(short_labels(["/a/昆明/台账.xlsx", "/a/曲靖/台账.xlsx", "/a/b.csv"]).values())
    ['昆明/台账.xlsx', '曲靖/台账.xlsx', 'b.csv']
    """
    parts = {
        each: (without_password(each),) if is_postgis(each) else Path(each).parts for each in named
    }
    labels = {each: parts[each][-1] for each in named}
    for depth in range(2, max((len(told) for told in parts.values()), default=1) + 1):
        counts = Counter(labels.values())
        if max(counts.values(), default=0) <= 1:
            break
        for each in named:
            if counts[labels[each]] > 1:
                labels[each] = "/".join(parts[each][-depth:])
    return labels


def _is_remote_name(text: str) -> bool:
    lowered = text.lower().replace("\\", "/")
    return lowered.startswith(("/vsi", "http://", "https://"))


def _nothing_found_problem(where: str, found: str) -> Problem:
    return Problem(
        where=where,
        promised="至少一个数据文件 / one file of data at least",
        found=found,
        mend="检查路径和通配符；通配符加引号，如 '台账/*.xlsx' / "
        "check the path and the pattern; put quotes around a pattern",
    )
