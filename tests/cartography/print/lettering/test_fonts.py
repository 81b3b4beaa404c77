"""The type: found, converted, complete, and never mixed with the machine's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation

from yngis.cartography.print.lettering import fonts
from yngis.cartography.print.lettering.fontfiles import FAMILIES, find_faces
from yngis.cartography.print.lettering.fonts import (
    FAMILY,
    Typeface,
    character_widths,
    make_typeface,
)
from yngis.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable


def square(side: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, side))
    pen.lineTo((side, side))
    pen.lineTo((side, 0))
    pen.closePath()
    return pen.glyph()


def make_font(
    path: Path,
    family: str,
    *,
    signs: Iterable[str],
    weight: int = 400,
    fs_type: int = 0,
    variable: bool = False,
) -> Path:
    """A font whose glyphs are squares; a variable one grows from 500 to 900 units with weight."""
    order = [".notdef", *(f"u{ord(sign):04X}" for sign in signs)]
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap({ord(sign): f"u{ord(sign):04X}" for sign in signs})
    made.setupGlyf(dict.fromkeys(order, square(500)))
    made.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
    made.setupHorizontalHeader(ascent=880, descent=-120)
    made.setupNameTable({"familyName": family, "styleName": "Regular"})
    made.setupOS2(usWeightClass=weight, fsType=fs_type)
    made.setupPost()
    if variable:
        made.setupFvar([("wght", 100, 100, 900, "Weight")], [])
        growth = [(0, 0), (0, 400), (400, 400), (400, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
        grown = TupleVariation({"wght": (0.0, 1.0, 1.0)}, growth)
        made.setupGvar({name: [grown] for name in order})
    made.save(path)
    return path


def every_sign(texts: Iterable[str] = ()) -> list[str]:
    signs = {sign for text in (*texts, fonts._common_characters()) for sign in text}
    return sorted(sign for sign in signs if fonts._is_drawn_sign(sign))


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YNGIS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_type_is_truetype_under_a_name_of_its_own(face: Typeface) -> None:
    for path in (face.regular, face.bold):
        with TTFont(path) as font:
            assert {"glyf", "loca"} <= set(font.keys())
            assert not {"CFF ", "CFF2", "fvar", "GPOS", "GSUB"} & set(font.keys())
            assert font["name"].getDebugName(1) == FAMILY
            assert font["OS/2"].fsType == 0
    assert face.source in FAMILIES
    assert face.regular.stat().st_size < 1_000_000


def test_regular_and_bold_differ_where_the_family_has_both(face: Typeface) -> None:
    if face.source.startswith("Noto"):
        assert face.regular != face.bold


def test_making_it_again_gives_the_same_file(face: Typeface, own_cache: Path) -> None:
    again = make_typeface(["云南省"])
    assert again.regular.parent == own_cache
    same = [
        path
        for path in (face.regular, face.bold)
        if path.name in {again.regular.name, again.bold.name}
    ]
    for path in same:
        assert path.read_bytes() == (own_cache / path.name).read_bytes()
    first = again.regular.read_bytes()
    again.regular.unlink()
    assert make_typeface(["云南省"]).regular.read_bytes() == first


def test_a_second_call_finds_it_in_the_cache(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_typeface(["云"])
    assert sorted(path.name for path in own_cache.iterdir()) == sorted(
        {made.regular.name, made.bold.name}
    )

    def refuse(*_: object) -> None:
        raise AssertionError("made twice")

    monkeypatch.setattr("yngis.cartography.print.lettering.fonts._cut_truetype", refuse)
    assert make_typeface(["云"]) == made


@pytest.mark.usefixtures("own_cache")
def test_no_font_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YNGIS_FONTS", str(tmp_path))
    with pytest.raises(SetupError, match="fonts-noto-cjk") as caught:
        make_typeface(["云"])
    (problem,) = caught.value.problems
    assert "--font" in problem.mend


@pytest.mark.usefixtures("own_cache")
def test_missing_characters_are_named_with_the_text_they_stand_in(tmp_path: Path) -> None:
    font = make_font(tmp_path / "few.ttf", "Few", signs="云南ABC")
    with pytest.raises(SetupError) as caught:
        make_typeface(["云南省", "勐腊"], font)
    (problem,) = caught.value.problems
    assert all(sign in problem.found for sign in "省勐腊")
    assert "U+52D0" in problem.found
    assert "“勐腊”" in problem.found or "“云南省”" in problem.found


@pytest.mark.usefixtures("own_cache")
def test_font_that_may_not_be_embedded_is_refused(tmp_path: Path) -> None:
    font = make_font(tmp_path / "closed.ttf", "Closed", signs="云", fs_type=0x0002)
    with pytest.raises(SetupError, match="fsType"):
        find_faces(font)


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("content", [b"", b"no font at all"])
def test_file_that_is_no_font_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ttf"
    path.write_bytes(content)
    with pytest.raises(SetupError, match=r"x\.ttf"):
        find_faces(path)


@pytest.mark.usefixtures("own_cache")
def test_variable_font_gives_two_weights(tmp_path: Path) -> None:
    signs = every_sign()
    font = make_font(tmp_path / "vf.ttf", "Grow", signs=signs, weight=100, variable=True)
    made = make_typeface(["云"], font)
    heights = []
    for path in (made.regular, made.bold):
        with TTFont(path) as opened:
            assert "fvar" not in opened
            heights.append(opened["glyf"][opened.getBestCmap()[ord("云")]].yMax)
    # 500 units at weight 100, 900 at 900: 300/800 and 600/800 of the way.
    assert heights == [650, 800]


@pytest.mark.usefixtures("own_cache")
def test_named_file_brings_its_bold_sister(tmp_path: Path) -> None:
    signs = every_sign()
    regular = make_font(tmp_path / "a-regular.ttf", "Sisters", signs=signs)
    make_font(tmp_path / "b-bold.ttf", "Sisters", signs=signs, weight=700)
    make_font(tmp_path / "c-other.ttf", "Strangers", signs=signs, weight=700)
    first, second = find_faces(regular)
    assert (first.weight, second.weight) == (400, 700)
    assert second.path.name == "b-bold.ttf"


def test_simplified_face_of_a_collection_is_taken() -> None:
    regular, _ = find_faces()
    assert not regular.family.endswith(("JP", "KR", "TC", "HK"))


def test_width_of_an_unknown_character_is_no_number(face: Typeface) -> None:
    assert character_widths(face.regular)["云"] == 1.0
    with pytest.raises(SetupError, match=r"U\+10FFFD"):
        character_widths(face.regular)["\U0010fffd"]
