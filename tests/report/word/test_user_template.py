"""Users' templates: filled in within limits, and never more than their names."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import docx
import pytest

from tests.report.word.conftest import ZONES
from yngis.errors import SpecError
from yngis.report.word import WordInputs, write_word_report
from yngis.report.word import user_template as module
from yngis.report.word.user_template import variable_lines, write_blank_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def template(path: Path, *lines: str) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def filled(folder: Path, home: Path, *lines: str) -> list[str]:
    own = template(home / "t.docx", *lines)
    write_word_report(WordInputs(folder, template=own), home / "r.docx")
    return [line.text for line in docx.Document(str(home / "r.docx")).paragraphs]


def test_names_are_filled_in(make_results: Callable[..., Path], tmp_path: Path) -> None:
    lines = ("{{ place }}：{{ supply_rate }}", "{%p for row in zones %}",
             "{{ row.place }} {{ row.approved_ha }}", "{%p endfor %}")  # fmt: skip
    told = filled(make_results(), tmp_path, *lines)
    assert told == ["云南省：1.23%", f"{ZONES[0]} 1,234.57", f"{ZONES[1]} 2,469.13"]
    first = (tmp_path / "r.docx").read_bytes()
    filled(make_results(name="again"), tmp_path, *lines)
    assert (tmp_path / "r.docx").read_bytes() == first


def test_values_are_no_code(make_results: Callable[..., Path], tmp_path: Path) -> None:
    hostile = "{{ title }}<w:p/>&"
    told = filled(make_results(hostile), tmp_path, "{{ label }}|")
    assert told == [f"{hostile}|"]


def test_unknown_names_are_told_with_the_nearest(
    make_results: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(SpecError, match="supply_rate") as caught:
        filled(make_results(), tmp_path, "{{ suply_rate }} {{ plcae }}")
    assert len(caught.value.problems) == 2
    assert not (tmp_path / "r.docx").exists()


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ title.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{% for row in zones %}{{ row.nothing_of_the_kind }}{% endfor %}",
        "{% for row in zones %}",
        "{% include '/etc/passwd' %}",
        "{{ range(9) }}",
    ],
)
def test_templates_may_do_nothing_else(
    make_results: Callable[..., Path], tmp_path: Path, line: str
) -> None:
    with pytest.raises(SpecError, match="--template"):
        filled(make_results(), tmp_path, line)
    assert not (tmp_path / "r.docx").exists()


def test_a_template_without_end_is_stopped(
    make_results: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 4)
    loops = "".join(f"{{% for a{n} in zones * 999 %}}" for n in range(4))
    with pytest.raises(SpecError, match="超出限额"):
        filled(make_results(), tmp_path, f"{loops}{{{{ title }}}}{'{% endfor %}' * 4}")


def test_strange_archives_are_refused(make_results: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_results()
    (tmp_path / "text.docx").write_text("no archive")
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as held:
        for name in ("[Content_Types].xml", "word/document.xml"):
            held.writestr(name, b"0" * (101 << 20))
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as held:
        held.writestr("a.txt", "a")
    for name in ("text", "bomb", "other", "missing"):
        own = tmp_path / f"{name}.docx"
        with pytest.raises(SpecError, match="--template"):
            write_word_report(WordInputs(folder, template=own), tmp_path / "r.docx")


def test_the_blank_template_names_all(make_results: Callable[..., Path], tmp_path: Path) -> None:
    blank = write_blank_template(tmp_path / "blank.docx")
    write_word_report(WordInputs(make_results(), template=blank), tmp_path / "r.docx")
    lines = [line.text for line in docx.Document(str(tmp_path / "r.docx")).paragraphs]
    assert "云南省开发区土地审计报告" in lines
    assert "批准面积（公顷）：3,703.70" in lines
    assert any(line.startswith("supply_rate　供地率") for line in variable_lines())
