"""Small files beside the data: whatever stands in them, the answer is a table or a clear fault."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field

from yngis.catalogue.io.side_files import read_named_rows, read_side_text, read_small_csv
from yngis.catalogue.io.yaml import read_yaml
from yngis.errors import LayerError, SpecError


class Small(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    shares: dict[str, Annotated[float, Field(ge=0)]] = {}
    parts: tuple[object, ...] = ()


def test_gbk_utf8_and_utf16_are_read_alike(tmp_path: Path) -> None:
    text = "开发区,考核结果\r\n嵩明杨林,优秀\r\n\r\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        assert read_named_rows(path) == [{"开发区": "嵩明杨林", "考核结果": "优秀"}]
        path.write_bytes(text.replace(",", ";").encode(encoding))
        assert read_named_rows(path) == [{"开发区": "嵩明杨林", "考核结果": "优秀"}]
        assert [list(line.cells) for line in read_small_csv(path)] == [
            ["嵩明杨林", "优秀"],
        ]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a,b\n\n"x\ny",1\nz,2\n', encoding="utf-8")
    assert [line.number for line in read_small_csv(path)] == [4, 5]


def make_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")


WRONG = {
    "missing": lambda _: None,
    "folder": lambda path: path.mkdir(),
    "workbook": make_zip,
    "bytes": lambda path: path.write_bytes(b"\xff\xff\xff\xff"),
    "header_only": lambda path: path.write_text("a,b\n\n", encoding="utf-8"),
    "empty": lambda path: path.write_bytes(b""),
    "open_quote": lambda path: path.write_text('a,"' + "x," * 200_000, encoding="utf-8"),
    "long_cell": lambda path: path.write_text("a\n" + "x" * 140_000, encoding="utf-8"),
    "large": lambda path: path.write_bytes(b"a,b\n" * (1 << 22)),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_small_table_is_told_in_both_languages(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "side.csv"
    WRONG[kind](path)
    with pytest.raises(LayerError) as caught:
        read_small_csv(path)
    (problem,) = caught.value.problems
    assert "side.csv" in problem.where
    assert " / " in problem.mend


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    with pytest.raises(LayerError, match="pipe"):
        read_side_text(tmp_path / "pipe.yml")


YAML = {
    "key_is_a_list": "name: a\n? [1, 2]\n: b\n",
    "key_is_a_mapping": "name: a\n? {x: 1}\n: b\n",
    "no_such_day": "name: a\nparts:\n  - 2020-02-30\n",
    "endless_integer": f"name: a\nparts: [{'9' * 6000}]\n",
    "endless_hex": f"name: 0x{'f' * 6000}\n",
    "nested": "name: a\nparts: " + "[" * 5000 + "]" * 5000 + "\n",
    "nested_in_block": "name: a\nparts:\n" + "".join(" " * n + "-\n" for n in range(1, 3000)),
    "billions": "name: a\nparts:\n"
    + "".join(f"  - &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else 'x'}]\n" for n in range(12)),
    "holds_itself": "name: a\nparts: &a [*a]\n",
    "two_documents": "name: a\n---\nname: b\n",
    "tag": "name: !!python/object/apply:os.system ['true']\n",
    "nul": "name: \0\n",
    "list_at_the_top": "- 1\n",
    "nothing": "",
    "endless_number": "name: a\nshares: {x: 1e1000000000}\n",
}


@pytest.mark.parametrize("kind", YAML)
def test_hostile_yaml_is_a_fault_with_its_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "side.yml"
    path.write_text(YAML[kind], encoding="utf-8")
    if kind == "endless_number":  # infinite, and no fault of the reader
        assert read_yaml(path, Small).shares["x"] == float("inf")
        return
    with pytest.raises(SpecError) as caught:
        read_yaml(path, Small)
    assert all("side.yml" in problem.where for problem in caught.value.problems)
    assert all(len(str(problem)) < 2000 for problem in caught.value.problems)


def test_faults_of_yaml_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "side.yml"
    path.write_text("name: a\nshares:\n  甲: 1\n  乙: -1\nextra: 2\n", encoding="gb18030")
    with pytest.raises(SpecError) as caught:
        read_yaml(path, Small)
    told = {problem.where: problem.found for problem in caught.value.problems}
    assert told["side.yml: shares.乙"].startswith("第 4 行 / line 4")
    assert told["side.yml: extra"].startswith("第 5 行 / line 5")


def test_missing_and_foreign_yaml_files_are_told(tmp_path: Path) -> None:
    make_zip(tmp_path / "a.yml")
    (tmp_path / "folder.yml").mkdir()
    for name in ("none.yml", "a.yml", "folder.yml"):
        with pytest.raises(SpecError, match=name):
            read_yaml(tmp_path / name, Small)
