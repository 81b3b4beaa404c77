"""Open Chinese fonts on this machine (开源中文字体): where they are, and which face to take."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from yngis.errors import Problem, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Source Han Sans",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
"""Families used without being asked for, best first; all under open licences, simplified forms."""

REGULAR: Final = 400
BOLD: Final = 700

_LIKELY: Final = re.compile(r"noto|source.?han|思源|wqy|wenquanyi", re.IGNORECASE)
_SIMPLIFIED: Final = re.compile(r"\b(SC|CN|GB)\b")
_RESTRICTED, _NO_SUBSET = 0x0002, 0x0100  # OS/2 fsType: embedding, subsetting not permitted
_REMEDY: Final = (
    "Debian/Ubuntu: sudo apt-get install fonts-noto-cjk；"
    "Fedora: sudo dnf install google-noto-sans-cjk-fonts；"
    "macOS: brew install --cask font-noto-sans-cjk-sc；"
    "Windows: 安装 Noto Sans SC（双击字体文件） / install Noto Sans SC (double-click its file)；"
    "或用 --font 指定中文字体文件 / or name a Chinese font file with --font, "
    "e.g. --font C:/Windows/Fonts/simhei.ttf"
)


@dataclass(frozen=True, slots=True, order=True)
class Face:
    """
    One face of a font file.

    Parameters
    ----------
    path, index
        File, and position in a collection (TTC).
    family
        Name of the family.
    weight
        100 (thin) to 900 (black).
    variable
        True where the file holds all weights.
    """

    path: Path
    index: int
    family: str
    weight: int
    variable: bool


def find_faces(font: Path | None = None) -> tuple[Face, Face]:
    """Find the regular and the bold face that the plates are lettered in."""
    if font is not None:
        return _from_file(Path(font))
    faces = sorted(face for path in font_files() for face in _read_faces(path, quietly=True))
    for family in FAMILIES:
        held = [face for face in faces if face.family == family]
        if held:
            return _pair_faces(held)
    raise SetupError(
        Problem(
            where="中文字体 / Chinese font",
            promised="、".join(FAMILIES),
            found="本机没有 / none on this machine",
            mend=_REMEDY,
        )
    )


def font_files() -> Iterable[Path]:
    """List the font files on this machine whose names sound like open Chinese fonts."""
    from matplotlib.font_manager import findSystemFonts  # noqa: PLC0415 - half a second

    named = os.environ.get("YNGIS_FONTS")
    folders = findSystemFonts(named.split(os.pathsep) if named else None)
    return sorted(path for path in map(Path, folders) if _LIKELY.search(path.name))


def open_face(face: Face) -> TTFont:
    """Open a face for reading."""
    number = face.index if face.path.suffix.lower() in {".ttc", ".otc"} else -1
    return TTFont(face.path, fontNumber=number, lazy=True, recalcTimestamp=False)


def _from_file(path: Path) -> tuple[Face, Face]:
    faces = list(_read_faces(path, quietly=False))
    simplified = [face for face in faces if _SIMPLIFIED.search(face.family)] or faces
    chosen = [face for face in simplified if face.family == simplified[0].family]
    with open_face(chosen[0]) as font:
        kind = font["OS/2"].fsType
    if kind & (_RESTRICTED | _NO_SUBSET):
        raise SetupError(
            Problem(
                str(path),
                "许可嵌入 PDF 的字体 / a font whose licence lets it be embedded and subset",
                f"fsType {kind:#06x}",
                _REMEDY,
            )
        )
    if not chosen[0].variable:
        beside = (other for other in sorted(path.parent.iterdir()) if other != path)
        fonts = (other for other in beside if other.suffix.lower() in {".ttf", ".otf", ".ttc"})
        faces = [face for other in fonts for face in _read_faces(other, quietly=True)]
        chosen += [face for face in faces if face.family == chosen[0].family]
    return _pair_faces(chosen)


def _pair_faces(faces: list[Face]) -> tuple[Face, Face]:
    def nearest(weight: int) -> Face:
        return min(faces, key=lambda face: (not face.variable, abs(face.weight - weight), face))

    return nearest(REGULAR), nearest(BOLD)


def _read_faces(path: Path, *, quietly: bool) -> Iterator[Face]:
    try:
        with path.open("rb") as file:
            collected = path.suffix.lower() in {".ttc", ".otc"}
            fonts = TTCollection(file, lazy=True).fonts if collected else [TTFont(file, lazy=True)]
            for index, font in enumerate(fonts):
                names = font["name"]
                family = names.getDebugName(16) or names.getDebugName(1) or path.stem
                weight = int(font["OS/2"].usWeightClass)
                yield Face(path, index, family, weight, "fvar" in font)
    except (TTLibError, OSError, KeyError) as error:
        if quietly:
            return
        raise SetupError(
            Problem(
                str(path), "字体文件 / a font file (.ttf .otf .ttc)", str(error) or "?", _REMEDY
            )
        ) from error


def cache_folder() -> Path:
    """Folder for converted fonts; ``YNGIS_CACHE`` decides where it is set."""
    if named := os.environ.get("YNGIS_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        home = Path.home() / "Library/Caches"
    else:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "yngis"
