"""Files of an edition: the same bytes twice, text that can be found, and an atlas that is bound."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader
from rich.console import Console
from rich.progress import Progress

from yngis.cartography.print import Imprint, draw_atlas, draw_plates
from yngis.cartography.print.plate import draw_plate
from yngis.errors import SpecError

if TYPE_CHECKING:
    from tests.cartography.print.conftest import Plate
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.lettering.fonts import Typeface

pytestmark = pytest.mark.usefixtures("plates_drawn_once")
Figures = dict[int, "PreparedFigure"]


def poppler(program: str, *arguments: str | Path) -> str:
    """What another program reads in a PDF; skipped where it is not installed, but never in CI."""
    found = shutil.which(program)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("poppler-utils is not installed")
        pytest.skip("poppler-utils is not installed")
    done = subprocess.run([found, *map(str, arguments)], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.fixture(scope="module")
def edition(
    figures: Figures,
    face: Typeface,
    plates_drawn_once: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """All plates and the atlas, as `yngis maps` writes them."""
    assert face
    assert plates_drawn_once is None
    folder = tmp_path_factory.mktemp("print")
    draw_plates(
        list(figures.values()),
        folder,
        ("png", "pdf", "svg"),
        dpi=72,
        atlas=True,
        inputs={"a.csv": "0f" * 32},
    )
    return folder


def test_every_figure_is_written_in_every_format(edition: Path, figures: Figures) -> None:
    names = {f"fig{number:02d}.{kind}" for number in figures for kind in ("png", "pdf", "svg")}
    assert {path.name for path in edition.iterdir()} == names | {"atlas.pdf"}


def test_two_runs_give_the_same_bytes(
    edition: Path, figures: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yngis.cartography.print.write_plates.draw_plate", draw_plate)  # anew
    draw_plates([figures[4], figures[5]], tmp_path, ("svg", "png", "pdf"), dpi=72)
    assert len(list(tmp_path.iterdir())) == 6
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (edition / path.name).read_bytes(), path.name


def test_two_atlases_are_the_same_bytes(figures: Figures, tmp_path: Path) -> None:
    one = draw_atlas([figures[4]], tmp_path / "one").read_bytes()
    assert draw_atlas([figures[4]], tmp_path / "two").read_bytes() == one


def test_png_has_the_size_of_the_paper(figures: Figures, tmp_path: Path) -> None:
    for paper, size in (("A4", (827, 1169)), ("a3", (1169, 1654))):
        both = [figures[4], figures[5]]
        lying, standing = draw_plates(both, tmp_path, ("png",), dpi=100, paper=paper)
        for path, lies in ((standing, False), (lying, True)):
            with Image.open(path) as image:
                found = image.size[::-1] if lies else image.size
                assert found == pytest.approx(size, abs=1)
                assert round(image.info["dpi"][0]) == 100


def test_every_name_can_be_found_in_the_pdf(edition: Path, figures: Figures) -> None:
    for number, figure in figures.items():
        text = poppler("pdftotext", edition / f"fig{number:02d}.pdf", "-")
        bare = "".join(text.split())
        marks = [mark for mark in figure.marks if mark.sectors or not figure.quiet]
        names = [mark.short for mark in marks] + [port.name for port in figure.ports]
        names += [label.short for label in figure.prefectures if label.active]
        chips = {key for label in figure.prefectures for key in label.chips}
        entries = [entry for group in figure.groups for entry in group.entries]
        names += [entry.label for entry in entries if entry.count or entry.key in chips]
        names += [figure.title, "未经地图审核，仅供内部参考", "比例尺"]
        assert [name for name in names if "".join(name.split()) not in bare] == []


def test_fonts_of_the_pdf_are_embedded_truetype_with_unicode(edition: Path) -> None:
    rows = poppler("pdffonts", edition / "atlas.pdf").splitlines()[2:]
    assert rows
    for row in rows:
        assert "YngisSans" in row
        assert "CID TrueType" in row
        assert row.split()[-5:-2] == ["yes", "yes", "yes"]


def test_pdf_is_drawn_as_the_png_is(edition: Path, tmp_path: Path) -> None:
    poppler("pdftoppm", "-r", "72", "-png", "-singlefile", edition / "fig05.pdf", tmp_path / "page")
    with Image.open(tmp_path / "page.png") as page, Image.open(edition / "fig05.png") as plate:
        one, other = (
            np.asarray(image.convert("L").resize((53, 74)), dtype=float).ravel()
            for image in (page, plate)
        )
    # Two renderers soften edges in their own ways, so cells of 4 mm are compared (0.99 measured,
    # 0.977 at 2 mm); a missing layer or a shifted map shows here.
    assert np.corrcoef(one, other)[0, 1] > 0.98


def test_files_stay_small(edition: Path) -> None:
    assert all(path.stat().st_size < 1_500_000 for path in edition.glob("fig*.pdf"))
    assert (edition / "atlas.pdf").stat().st_size < 12_000_000


def test_nothing_tells_the_time_or_the_machine(edition: Path) -> None:
    svg = (edition / "fig01.svg").read_text(encoding="utf-8")
    assert "<dc:date>" not in svg
    for path in edition.iterdir():
        content = path.read_bytes()
        assert b"CreationDate" not in content
        assert str(Path.home()).encode() not in content or str(Path.home()) == "/"


def test_atlas_is_bound(edition: Path, figures: Figures) -> None:
    reader = PdfReader(edition / "atlas.pdf")
    titles = [str(item.title) for item in reader.outline if not isinstance(item, list)]
    captions = [f"图{number}　{figure.title}" for number, figure in figures.items()]
    assert titles == ["封面", "读图说明", "目录", *captions, "资料来源与说明"]
    assert len(reader.pages) >= 26
    assert reader.page_layout == "/TwoPageRight"
    contents = reader.pages[2]
    targets = [
        reader.get_destination_page_number(item)
        for item in reader.outline
        if not isinstance(item, list)
    ]
    assert targets == [0, 1, 2, *range(3, 25, 2), 25]
    links = [note.get_object() for note in contents["/Annots"]]
    assert len(links) == 12
    pages = [page.indirect_reference for page in reader.pages]
    assert [pages.index(link["/Dest"][0]) for link in links] == list(range(3, 26, 2))
    text = "".join(contents.extract_text().split())
    for figure in figures.values():
        assert "".join(figure.title.split()) in text


def test_atlas_numbers_its_plates(edition: Path) -> None:
    reader = PdfReader(edition / "atlas.pdf")
    assert reader.pages[4].extract_text().endswith("5")
    for number in range(3, 25, 2):  # a pair is two sheets of one size
        words, plate = reader.pages[number], reader.pages[number + 1]
        assert words.mediabox == plate.mediabox
    single = PdfReader(edition / "fig03.pdf").pages[0].extract_text()
    assert not single.endswith("5")


def test_source_page_credits_layers_and_inputs(edition: Path) -> None:
    reader = PdfReader(edition / "atlas.pdf")
    text = "".join("".join(page.extract_text() for page in reader.pages[25:]).split())
    assert "cnmaps-data1.1.2" in text
    assert "GeoNames" in text
    assert "CGCS2000" in text
    assert "0f" * 32 in text


def test_facing_pages_hold_sentences_table_and_stages(edition: Path, figures: Figures) -> None:
    reader = PdfReader(edition / "atlas.pdf")
    for place, figure in enumerate(figures.values()):
        text = "".join(reader.pages[3 + 2 * place].extract_text().split())
        named = [mark for mark in figure.marks if mark.sectors or not figure.quiet]
        assert [mark.short for mark in named if mark.short not in text] == []
        assert "本页容不下" not in text
        if figure.quiet:
            quotes = {quote for mark in named for held in mark.sectors for quote in held.quotes}
            assert [quote for quote in quotes if "".join(quote.split()) not in text] == []
            steps = {part for chain in figure.chains for part in chain.told.split(" → ")[1:]}
            assert [part for part in steps if part not in text] == []
    for page in (9, 23):  # figures 4 and 11 leave room: what other plates show of their zones
        text = "".join(reader.pages[page].extract_text().split())
        assert "本图开发区在其他图中的细分行业" in text
        assert "图8：" in text


def test_an_english_atlas_has_an_english_index(english_plate: Plate, tmp_path: Path) -> None:
    path = draw_atlas([english_plate.figure], tmp_path)
    reader = PdfReader(path)
    titles = [str(item.title) for item in reader.outline if not isinstance(item, list)]
    caption = f"Figure 5  {english_plate.figure.title}"
    assert titles == ["Cover", "How to read this atlas", "Contents", caption, "Sources and notes"]
    assert "Contents" in reader.pages[2].extract_text()


def test_imprint_is_printed(figures: Figures, tmp_path: Path) -> None:
    imprint = Imprint(
        review_number="云S（2026）001号", secrecy="内部", unit="某某测绘院", date="2026年5月"
    )
    (path,) = draw_plates([figures[4]], tmp_path, ("pdf",), imprint=imprint)
    text = "".join(PdfReader(path).pages[0].extract_text().split())
    for part in ("审图号：云S（2026）001号", "内部", "制图单位：某某测绘院", "制图日期：2026年5月"):
        assert part in text
    assert "未经地图审核" not in text
    assert PdfReader(path).metadata.author == "某某测绘院"


def test_every_wrong_option_is_told_at_once(figures: Figures, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        draw_plates([figures[4]], tmp_path / "no", ("pgn", "pdf"), paper="A5", dpi=7)
    where = {problem.where for problem in caught.value.problems}
    assert where == {"--format", "--paper", "--dpi"}
    assert "png" in str(caught.value)
    assert not (tmp_path / "no").exists()


def test_progress_counts_the_plates(figures: Figures, tmp_path: Path) -> None:
    with Progress(console=Console(quiet=True)) as shown:
        draw_plates([figures[4]], tmp_path, ("svg",), atlas=True, progress=shown)
    (task,) = shown.tasks
    assert task.completed == task.total == 2


def test_a_failed_plate_leaves_the_old_file(
    figures: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fig04.svg").write_text("old", encoding="utf-8")

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("yngis.cartography.print.write_plates.render_sheet", break_down)
    with pytest.raises(RuntimeError, match="power cut"):
        draw_plates([figures[4]], tmp_path, ("svg",))
    assert (tmp_path / "fig04.svg").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["fig04.svg"]
