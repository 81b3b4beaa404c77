"""
The type of the plates (字体): a small TrueType copy of an open Chinese font, made once and kept.

A PDF with CFF outlines embedded as TrueType draws no text in some readers, and a family that keeps
its name is mixed with the machine's own copy. So the glyphs that a run needs are cut out of the
font, turned into quadratic outlines, and saved under a name of our own in the user's cache.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from yngis.cartography.print.lettering.fontfiles import (
    BOLD,
    REGULAR,
    Face,
    cache_folder,
    find_faces,
    open_face,
)
from yngis.catalogue import layers_dir, read_pack, shipped_dir
from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import PACK_FILE
from yngis.catalogue.io.output.write import replacing_file
from yngis.errors import Problem, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FAMILY: Final = "Yngis Sans"
"""Family name of the copies; no installed font has it."""

_RECIPE: Final = "1"  # counts up when the making below changes
_MAX_ERROR: Final = 0.5  # of a quadratic curve against its cubic one [1/1000 em]
_MOMENT: Final = 3_029_529_600  # 2000-01-01 in seconds since 1904: two runs give the same file


@dataclass(frozen=True, slots=True)
class Typeface:
    """
    Two TrueType files that hold every character of a run.

    Parameters
    ----------
    regular, bold
        The files; the same one where the family has one weight only.
    source
        Family that they were made from, for the source page.
    """

    regular: Path
    bold: Path
    source: str

    def file(self, *, bold: bool) -> Path:
        """File of a weight."""
        return self.bold if bold else self.regular


def make_typeface(texts: Iterable[str], font: Path | None = None) -> Typeface:
    """Make, or find in the cache, the files that letter the given texts."""
    listed = list(texts)
    regular, bold = find_faces(font)
    wanted = {sign for text in (*listed, _common_characters()) for sign in text}
    wanted = {sign for sign in wanted if _is_drawn_sign(sign)}
    needed = {sign for text in listed for sign in text if _is_drawn_sign(sign)}
    _refuse_missing(regular, needed, listed)
    if bold == regular and not bold.variable:
        file = _make_font_file(regular, REGULAR, wanted)
        return Typeface(file, file, regular.family)
    return Typeface(
        _make_font_file(regular, REGULAR, wanted),
        _make_font_file(bold, BOLD, wanted),
        regular.family,
    )


@lru_cache(maxsize=8)
def character_widths(path: Path) -> dict[str, float]:
    """Widths of a converted font's characters."""
    with TTFont(path, lazy=True) as font:
        scale, widths = font["head"].unitsPerEm, font["hmtx"]
        return _Widths(
            {chr(code): widths[name][0] / scale for code, name in font.getBestCmap().items()}
        )


class _Widths(dict[str, float]):
    """Widths by character; one that was not asked for beforehand is named."""

    def __missing__(self, sign: str) -> float:
        raise SetupError(
            Problem(
                "字体 / font",
                "图上每个字 / every character drawn",
                f"缺 / lacks {sign}（U+{ord(sign):04X}）",
                "换一种字体：--font 文件 / use another font: --font FILE",
            )
        )


def _refuse_missing(face: Face, needed: set[str], texts: list[str]) -> None:
    with open_face(face) as font:
        missing = sorted(needed - {chr(code) for code in font.getBestCmap()})
    if missing:
        where = next(text for text in texts if missing[0] in text)
        named = "、".join(f"{sign}（U+{ord(sign):04X}）" for sign in missing[:20])
        raise SetupError(
            Problem(
                where=f"字体 / font {face.family}",
                promised="图上每个字 / every character drawn",
                found=f"缺 / lacks {named}，例如 / as in “{where}”",
                mend="换一种字体：--font 文件 / use another font: --font FILE",
            )
        )


def _common_characters() -> str:
    """Latin, the tables, the cards and the program's own words: one copy serves all figures."""
    home = layers_dir()
    held = (home / PACK_FILE, *sorted(home.glob("tables/*.csv")), *sorted(home.glob("cards/*.yml")))
    return _characters_of_pack(home, tuple(map(file_stamp, held)))


@lru_cache(maxsize=4)
def _characters_of_pack(place: Path, stamps: tuple[FileStamp, ...]) -> str:  # noqa: ARG001 - tables that changed are others
    cards = {path.name: path for path in sorted(shipped_dir().glob("cards/*.yml"))}
    cards |= {path.name: path for path in sorted(place.glob("cards/*.yml"))}
    pack = read_pack(place)
    titles = (pack.title_zh, pack.label, pack.edition, pack.province, pack.unnamed_zh)
    named = (
        pack.counted_basis_zh,
        *pack.atlas_zh,
        pack.atlas_en,
        *pack.region_names,
        pack.unnamed_port_zh,
    )
    tables = [*sorted(place.glob("tables/*.csv")), *cards.values()]
    package = files("yngis.cartography")
    plates = package.joinpath("print")
    rooms = [each for each in plates.iterdir() if each.is_dir()]
    programs = [
        entry
        for folder in (package, plates, *sorted(rooms, key=lambda room: room.name))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith((".py", ".yml"))
    ]
    texts = (part.read_text(encoding="utf-8") for part in (*tables, *programs))
    every = (*texts, *titles, *named)
    return "".join(sorted({sign for text in every for sign in text if _is_drawn_sign(sign)}))


def _is_drawn_sign(sign: str) -> bool:
    """Whether a character is set: no control, no line end; the wide Chinese space is."""
    return sign.isprintable() or sign == "\u3000"


def _make_font_file(face: Face, weight: int, wanted: set[str]) -> Path:
    signs = "".join(sorted(wanted))
    digest = hashlib.sha256(f"{_RECIPE}|{face.index}|{weight}|{signs}|".encode())
    digest.update(face.path.read_bytes())
    name = "Bold" if weight == BOLD else "Regular"
    path = cache_folder() / f"{FAMILY.replace(' ', '')}-{name}-{digest.hexdigest()[:16]}.ttf"
    if not path.exists():
        with open_face(face) as font, replacing_file(path) as temporary:
            _cut_truetype(font, weight, signs, name).save(temporary)
    return path


def _cut_truetype(font: TTFont, weight: int, signs: str, name: str) -> TTFont:
    """Cut, fix the weight, turn the outlines into quadratic ones, rename."""
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, glyph_names=False, legacy_kern=False
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "STAT"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=map(ord, signs))
    cutter.subset(font)
    if "fvar" in font:
        axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes} | {"wght": weight}
        font = instancer.instantiateVariableFont(font, axes, inplace=True)
    scale = font["head"].unitsPerEm
    order, glyphs = font.getGlyphOrder(), font.getGlyphSet()
    outlines = {}
    for glyph in order:
        pen = TTGlyphPen(None)
        glyphs[glyph].draw(
            Cu2QuPen(pen, _MAX_ERROR * scale / 1000, reverse_direction="glyf" not in font)
        )
        outlines[glyph] = pen.glyph()
    ascent, descent = font["hhea"].ascent, font["hhea"].descent
    made = FontBuilder(scale, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(font.getBestCmap())
    made.setupGlyf(outlines)
    made.setupHorizontalMetrics(
        {glyph: (font["hmtx"][glyph][0], _left_side_bearing(outlines[glyph])) for glyph in order}
    )
    made.setupHorizontalHeader(ascent=ascent, descent=descent)
    made.setupNameTable(_font_names(font, name))
    made.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWeightClass=weight, fsType=0)
    made.setupPost(keepGlyphNames=False)
    made.font.recalcTimestamp = False
    made.updateHead(created=_MOMENT, modified=_MOMENT)
    return made.font


def _left_side_bearing(glyph: object) -> int:
    return int(getattr(glyph, "xMin", 0) or 0)


def _font_names(font: TTFont, name: str) -> dict[str, str]:
    """Our family name; the maker's copyright and licence stay."""
    kept = {
        key: font["name"].getDebugName(number)
        for key, number in (("copyright", 0), ("licenseDescription", 13), ("licenseInfoURL", 14))
    }
    return {key: text for key, text in kept.items() if text} | {
        "familyName": FAMILY,
        "styleName": name,
        "uniqueFontIdentifier": f"{FAMILY} {name} {_RECIPE}",
        "fullName": f"{FAMILY} {name}",
        "psName": f"{FAMILY.replace(' ', '')}-{name}",
        "version": f"Version {_RECIPE}.0",
    }
