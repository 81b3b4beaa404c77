"""What GDAL does not tell of a Shapefile: how its texts are encoded, which parts are missing."""

from __future__ import annotations

import mmap
import struct
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path

# DBF language driver ids of the Chinese code pages; the ids of Western pages are written by
# default by many programs and prove nothing.
_LANGUAGE_DRIVERS = {0x4D: "GB18030", 0x4F: "Big5"}
_CODE_PAGES = {
    "936": "GB18030", "gbk": "GB18030", "gb2312": "GB18030", "gb18030": "GB18030",
    "65001": "UTF-8", "utf8": "UTF-8", "950": "Big5", "big5": "Big5",
}  # fmt: skip
_ENOUGH = 20_000  # texts that are not plain ASCII; more would not change the verdict
_MAGIC, _SHAPES = b"\x00\x00\x27\x0a", 100  # how .shp and .shx begin, and up to where
_DELETED = ord("*")
_HEADER, _FIELD, _END_OF_FIELDS = 32, 32, 0x0D


def _sibling_file(path: Path, suffix: str) -> Path | None:
    for each in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if each.is_file():
            return each
    return None


def shapefile_encoding(path: Path) -> str:
    """
    Find the encoding of a Shapefile's texts (属性文字的编码).

    Asked in this order: ``.cpg``, the DBF's own mark, strict UTF-8; failing all, GB18030. A
    declaration counts only if the texts can be read by it. Western code pages do not count, because
    GDAL and ArcGIS write them when nothing was said.
    """
    dbf = _sibling_file(path, ".dbf")
    if dbf is None:
        return "UTF-8"
    with dbf.open("rb") as file:
        header = file.read(_HEADER)
    texts = _dbf_texts(dbf)
    mark = header[29] if len(header) == _HEADER else 0
    for encoding in (_declared_encoding(path), _LANGUAGE_DRIVERS.get(mark), "UTF-8"):
        if encoding and all(_can_decode(text, width, encoding) for text, width in texts):
            return encoding
    return "GB18030"


def cut_field_names(path: Path, encoding: str) -> list[str] | None:
    """
    Field names of a Shapefile of which one ends within a character (字段名截断).

    A name has room for ten bytes: three Chinese characters in UTF-8, and a piece of the fourth that
    no reader can decode.
    """
    dbf = _sibling_file(path, ".dbf")
    if dbf is None:
        return None
    names = [name for name, _, _ in _dbf_fields(dbf)]
    try:
        for name in names:
            name.decode(encoding)
    except UnicodeDecodeError:
        return [name.decode(encoding, errors="ignore") for name in names]
    return None


BYTES: Final = "ISO-8859-1"
"""Encoding in which GDAL passes every byte on as it is."""


def decode_bytes(text: object, encoding: str) -> object:
    """Decode a text that was read byte by byte (:data:`BYTES`)."""
    if not isinstance(text, str) or text.isascii():
        return text
    return text.encode("latin-1", errors="replace").decode(encoding, errors="replace")


def _dbf_fields(dbf: Path) -> list[tuple[bytes, bytes, int]]:
    """Name, type and width of every field."""
    with dbf.open("rb") as file:
        header = file.read(_HEADER)
        if len(header) < _HEADER:
            return []
        start = struct.unpack("<H", header[8:10])[0]
        descriptors = file.read(max(start - _HEADER, 0))
    found = []
    for at in range(0, len(descriptors) - _FIELD + 1, _FIELD):
        field = descriptors[at : at + _FIELD]
        if field[0] == _END_OF_FIELDS:
            break
        found.append((field[:11].split(b"\0")[0], field[11:12], field[16]))
    return found


def _declared_encoding(path: Path) -> str | None:
    cpg = _sibling_file(path, ".cpg")
    if cpg is None:
        return None
    text = cpg.read_text(encoding="ascii", errors="replace").lower()
    word = text.strip().removeprefix("cp").removeprefix("ansi").replace("-", "").strip(" _")
    return _CODE_PAGES.get(word)


def _dbf_texts(dbf: Path) -> list[tuple[bytes, int]]:
    """Field names and text values that are not plain ASCII, each with the width of its field."""
    columns, offset = [], 1
    found: list[tuple[bytes, int]] = []
    for name, kind, width in _dbf_fields(dbf):
        if not name.isascii():
            found.append((name, 10))
        if kind == b"C":
            columns.append((offset, width))
        offset += width
    with dbf.open("rb") as file:
        header = file.read(_HEADER)
        if len(header) < _HEADER:
            return []
        start, length = struct.unpack("<HH", header[8:12])
        file.seek(start)
        while length and len(found) < _ENOUGH and (record := file.read(length)):
            if record.isascii():
                continue
            for first, width in columns:
                text = record[first : first + width].rstrip(b" \0")
                if not text.isascii():
                    found.append((text, width))
    return found


def _can_decode(text: bytes, width: int, encoding: str) -> bool:
    """Tell whether a text can be read; the last character may be cut off by the field's width."""
    try:
        text.decode(encoding)
    except UnicodeDecodeError as error:
        longest = 4
        return len(text) > width - longest and error.start > len(text) - longest
    return True


def shapefile_faults(path: Path) -> list[Problem]:
    """Parts of a Shapefile that are missing or cut off; GDAL would read the rest without a word."""
    problems = []
    missing = [suffix for suffix in (".shx", ".dbf") if _sibling_file(path, suffix) is None]
    if missing:
        problems.append(
            Problem(
                where=str(path),
                promised="同名的 .shp .shx .dbf 三个文件齐全 / .shp, .shx and .dbf side by side",
                found=f"缺 / missing: {', '.join(missing)}",
                mend="把同名文件一并复制过来 / copy the files of the same name along",
            )
        )
    head = _file_head(path, _SHAPES)
    if (
        len(head) == _SHAPES and head[:4] == _MAGIC
    ):  # otherwise no Shapefile at all: OGR will say so
        words = int(struct.unpack(">i", head[24:28])[0])
        problems += _cut_off(path, 2 * words)
    dbf = _sibling_file(path, ".dbf")
    if dbf is not None:
        with dbf.open("rb") as file:
            head = file.read(12)
        if len(head) == 12:  # noqa: PLR2004 - up to the length of a record
            count, start, length = struct.unpack("<IHH", head[4:12])
            problems += _cut_off(dbf, start + count * length)
    return problems or _part_count_faults(path)


def deleted_records(path: Path) -> list[int]:
    """
    Records that the DBF holds and marks as deleted (已标记删除的记录), counted from 1.

    A table program marks a record and keeps it until the table is packed; GDAL passes over it.
    """
    dbf = _sibling_file(path, ".dbf")
    head = b"" if dbf is None else _file_head(dbf, 12)
    if dbf is None or len(head) < 12:  # noqa: PLR2004 - up to the length of a record
        return []
    count, start, length = struct.unpack("<IHH", head[4:12])
    if count == 0 or length == 0 or dbf.stat().st_size < start + (count - 1) * length + 1:
        return []
    with dbf.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as table:
        marks = np.frombuffer(table[start::length][:count], dtype=np.uint8)
    return [int(place) + 1 for place in (marks == _DELETED).nonzero()[0]]


def _part_count_faults(path: Path) -> list[Problem]:
    """Tell parts that count differently: half of a Shapefile beside the whole of another part."""
    counts = {
        ".shp": _numbered_shapes(path),
        ".shx": _indexed_records(_sibling_file(path, ".shx")),
        ".dbf": _dbf_rows(_sibling_file(path, ".dbf")),
    }
    told = {suffix: count for suffix, count in counts.items() if count is not None}
    if len(set(told.values())) <= 1:
        return []
    return [
        Problem(
            where=str(path),
            promised="三个文件的记录数相同 / as many records in each of the three files",
            found="，".join(f"{suffix} {count}" for suffix, count in told.items()),
            mend="三个文件不是同一次导出的，重新复制或导出 / "
            "they are not of one export: copy or export all of them again",
        )
    ]


def _indexed_records(shx: Path | None) -> int | None:
    """Records that the index lists, by the length that its header gives."""
    head = b"" if shx is None else _file_head(shx, _SHAPES)
    if len(head) < _SHAPES or head[:4] != _MAGIC:
        return None
    return max(2 * int(struct.unpack(">i", head[24:28])[0]) - _SHAPES, 0) // 8


def _dbf_rows(dbf: Path | None) -> int | None:
    head = b"" if dbf is None else _file_head(dbf, 8)
    return int(struct.unpack("<I", head[4:8])[0]) if len(head) == 8 else None  # noqa: PLR2004


def _numbered_shapes(path: Path) -> int | None:
    """
    Highest number of a shape, from header to header.

    An editor may leave the old form of a shape where it was and put the new one, under its number,
    at the end: so the number counts, not how many there are.
    """
    highest = 0
    head = _file_head(path, _SHAPES)
    if len(head) < _SHAPES or head[:4] != _MAGIC:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as shapes:
        at, end = _SHAPES, min(2 * int(struct.unpack(">i", head[24:28])[0]), len(shapes))
        while at + 8 <= end:
            number, words = struct.unpack_from(">ii", shapes, at)
            if number < 1 or words < 2 or at + 8 + 2 * words > end:  # noqa: PLR2004 - a shape's type
                return None  # no headers where they should be: GDAL goes by the index
            highest = max(highest, number)
            at += 8 + 2 * words
    return highest


def _file_head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _cut_off(path: Path, promised: int) -> list[Problem]:
    size = path.stat().st_size
    if size >= promised:
        return []
    return [
        Problem(
            where=str(path),
            promised=f"{promised} 字节（文件头所记） / bytes, by its own header",
            found=f"{size} 字节，文件不完整 / bytes: the file is cut off",
            mend="重新复制或导出该文件 / copy or export the file again",
        )
    ]
