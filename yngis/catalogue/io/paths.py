"""Paths a user may name: local files and folders only, zips unpacked by us, nothing remote."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from yngis.catalogue.io.nearest import nearest_name
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.catalogue.io.vectors.dataset_checks import judge_dataset
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:")  # two letters at least: C: is a drive
_CREDENTIALS = re.compile(r"//[^/]*@")
_DATASETS = {".shp", ".gpkg", ".geojson", ".json", ".kml", ".kmz", ".gml", ".fgb", ".tab", ".mif"}
_SHAPEFILE_PARTS = {".shp", ".shx", ".dbf", ".cpg"}
_ZIPS = {".zip", ".shz"}
# A zip that unpacks to more is no set of zones (the whole province's counties take 30 MB).
_MOST_UNPACKED = 2 * 1024**3
_MOST_MEMBERS = 20_000


def _refuse_path(where: str, promised: str, found: str, mend: str) -> LayerError:
    return LayerError(Problem(where=where, promised=promised, found=found, mend=mend))


def local_path(path: str | os.PathLike[str]) -> Path:
    """
    Absolute path of a local file or folder that exists (本地路径).

    Parameters
    ----------
    path
        As the user wrote it.

    Returns
    -------
    path
        Absolute path.

    Raises
    ------
    LayerError
        If it is a URL, a GDAL virtual path (``/vsi…``) or connection, does not exist, or its name
        is no UTF-8.
    """
    text = os.fspath(path)
    refuse_undecoded_name(text)
    absolute = Path(text).absolute()
    virtual = text.replace("\\", "/").lower().startswith("/vsi") or absolute.as_posix().startswith(
        "/vsi"
    )
    if virtual or (_SCHEME.match(text) and not absolute.exists()):
        raise _refuse_path(
            _CREDENTIALS.sub("//", text),
            promised="本机上的文件或文件夹 / a file or folder on this machine",
            found="网址、数据库连接或 GDAL 虚拟路径 / a URL, a connection or a GDAL virtual path",
            mend="先下载（解压）到本机，再给出文件路径 / download (unpack) it, then name the file",
        )
    if not absolute.exists():
        siblings = [each.name for each in absolute.parent.glob("*")]
        near = nearest_name(absolute.name, siblings)
        hint = f"；是否为“{near}”？ / did you mean “{near}”?" if near else ""
        raise _refuse_path(
            text,
            promised="已有的文件或文件夹 / a file or folder that exists",
            found="不存在 / no such file",
            mend=f"检查路径和文件名 / check path and name{hint}",
        )
    if not (absolute.is_file() or absolute.is_dir()):
        # A pipe or a device never ends.
        raise _refuse_path(
            text,
            promised="普通文件或文件夹 / a regular file or a folder",
            found="管道、设备或循环链接 / a pipe, a device or a link to itself",
            mend="先存为文件，再给出文件路径 / save it as a file, then name the file",
        )
    return absolute


def refuse_undecoded_name(text: str) -> None:
    """Refuse a name whose bytes are no UTF-8, as of files from old disks and zips (文件名乱码)."""
    # Python holds such bytes as lone surrogates, which neither GDAL nor any output takes.
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return
    written = text.encode("utf-8", "surrogateescape" if os.name != "nt" else "backslashreplace")
    try:
        shown = written.decode("gb18030")
    except UnicodeDecodeError:
        shown = written.decode("utf-8", "backslashreplace")
    raise _refuse_path(
        shown,
        promised="UTF-8 的文件名和文件夹名 / names of file and folders in UTF-8",
        found="名称不是 UTF-8，多为 GBK（按 GBK 显示） / no UTF-8, probably GBK (shown so)",
        mend="改名后再用，如 convmv -f gbk -t utf-8 --notest 文件 / rename it, e.g. with convmv",
    )


@contextmanager
def dataset_in(path: Path, layer: str | None) -> Iterator[Path]:
    """Path that OGR can open: the file itself, or the one dataset in a folder or zip (压缩包)."""
    with ExitStack() as stack:
        if path.is_file() and path.suffix.lower() in _ZIPS:
            found = _only_dataset(path, stack.enter_context(unpacked_zip(path)), layer)
        elif path.is_dir() and path.suffix.lower() != ".gdb":
            found = _only_dataset(path, path, layer)
        else:
            judge_dataset(path)
            found = path
        yield stack.enter_context(_with_plain_projection(found))


@contextmanager
def _with_plain_projection(dataset: Path) -> Iterator[Path]:
    """Give a Shapefile one that GDAL reads for a .prj in GBK or with a mark of byte order."""
    beside = [dataset.with_suffix(suffix) for suffix in (".prj", ".PRJ", ".Prj")]
    prj = next((each for each in beside if each.is_file()), beside[0])
    raw = prj.read_bytes() if dataset.suffix.lower() == ".shp" and prj.is_file() else b""
    bare = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        bare.decode("utf-8")
        text = None if bare == raw else bare
    except UnicodeDecodeError:
        text = bare.decode("gb18030", errors="replace").encode()
    if text is None:
        yield dataset
        return
    with temporary_folder() as folder:
        for each in dataset.parent.iterdir():
            if each.stem.casefold() == dataset.stem.casefold() and _is_shapefile_part(each):
                _link_file(each, folder / each.name)
        (folder / prj.name).write_bytes(text)
        yield folder / dataset.name


def _is_shapefile_part(path: Path) -> bool:
    """Tell the files that GDAL needs beside a .prj; indices and descriptions are not."""
    return path.suffix.lower() in _SHAPEFILE_PARTS and path.is_file()


def _link_file(path: Path, link: Path) -> None:
    """Let a file stand under another path, without its bytes where the system can do that."""
    for stand in (os.symlink, os.link):
        try:
            stand(path, link)
        except OSError:
            continue  # Windows without the right to link, or another drive
        return
    shutil.copy2(path, link)


@contextmanager
def unpacked_zip(path: Path) -> Iterator[Path]:
    """Unpack a zip for as long as the context lasts (解压)."""
    with temporary_folder() as folder:
        # Below our own files, so that no name in the zip can be taken for one of them.
        inner = folder / "zip"
        inner.mkdir()
        _unpack_zip(path, inner)
        yield inner


def _unpack_zip(path: Path, folder: Path) -> None:
    try:
        with _open_zip(path) as archive:
            _judge_size(path, archive.infolist())
            archive.extractall(folder)
    except LayerError:
        raise
    except Exception as error:  # noqa: BLE001 - the decoders of zips raise errors of their own
        raise _refuse_path(
            str(path),
            promised="完整、未加密的 zip / a whole zip without a password",
            found=str(error),
            mend="重新下载，或解压后给出其中的文件 / download it again, or unpack it yourself",
        ) from None


def _judge_size(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    size = sum(entry.file_size for entry in entries)
    if size > _MOST_UNPACKED or len(entries) > _MOST_MEMBERS:
        most = f"{_MOST_UNPACKED >> 30} GiB"
        raise _refuse_path(
            str(path),
            promised=f"解压后不超过 {most}、{_MOST_MEMBERS} 个文件 / unpacked, at most so much",
            found=f"{size / 1024**3:.1f} GiB，{len(entries)} 个 / files",
            mend="只压缩需要的图层 / zip the one layer that is needed",
        )


def _open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip whose names may be GBK, as Chinese Windows writes them without saying so."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return zipfile.ZipFile(path, metadata_encoding=encoding)
        except UnicodeDecodeError:
            continue
    return zipfile.ZipFile(path)


def _only_dataset(named: Path, folder: Path, layer: str | None) -> Path:
    """Find the dataset meant in a folder: the only one, or the one that bears the layer's name."""
    found = sorted(
        each
        for each in folder.rglob("*")
        if (each.suffix.lower() in _DATASETS or (each.suffix.lower() == ".gdb" and each.is_dir()))
        and not any(part.startswith((".", "__MACOSX")) for part in each.relative_to(folder).parts)
    )
    meant = found if layer is None or len(found) == 1 else [x for x in found if x.stem == layer]
    if len(meant) == 1:
        judge_dataset(meant[0])
        return meant[0]
    names = ", ".join(str(each.relative_to(folder)) for each in found)
    if not found:
        raise _refuse_path(
            str(named),
            promised="含一个矢量数据集 / one vector dataset inside",
            found="没有矢量数据集 / none",
            mend="放入 .shp（连同 .dbf .shx .prj）、.gpkg、.geojson 或 .gdb / put one of these in",
        )
    raise _refuse_path(
        str(named),
        promised="含一个矢量数据集 / one vector dataset inside",
        found=f"{len(found)} 个：{names} / {len(found)} of them",
        mend="直接给出其中一个文件，或用 --layer 指明文件名（不含后缀） / "
        "name one of the files, or its stem with --layer",
    )
