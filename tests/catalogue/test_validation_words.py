"""Faults of a spec are told in both languages, with the nearest right word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yngis.cartography.mapspec import MapSpec
from yngis.catalogue.io.yaml import read_yaml
from yngis.errors import SpecError

HEAD = "title: 图\nfill: {layer: zones, column: a, title: 值, "


@pytest.mark.parametrize(
    ("text", "promised", "found", "mend"),
    [
        ("", "mapping", "an empty file", "must have: title"),
        ("- 1\n", "mapping", "no mapping: [1]", "must have: title"),
        (HEAD + "method: jenk}\n", "quantiles, jenks, equal", "'jenk'", "did you mean “jenks”"),
        (HEAD + "palette: green}\n", "其中之一", "'green'", "只能是：blue, orange, diverging"),
        (HEAD + "bounds: [90, 80]}\n", "bounds must rise", "[90, 80]", "write a value"),
        (HEAD + "count: 99}\n", "不大于 / at most 7", "99", "write a value"),
        (HEAD + "bounds: [a]}\n", "数字 / a number", "'a'", "write a value"),
        (HEAD + "labels: maybe}\n", "true 或 false", "'maybe'", "write a value"),
        ("title: ''\nfill: {layer: z, column: a, title: t}\n", "长度至少", "''", "write a value"),
    ],
)
def test_faults_of_values_are_bilingual(
    tmp_path: Path, text: str, promised: str, found: str, mend: str
) -> None:
    file = tmp_path / "map.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as told:
        read_yaml(file, MapSpec)
    (problem,) = told.value.problems
    assert promised in problem.promised
    assert found in problem.found
    assert mend in problem.mend
    assert re.search(r"[一-鿿]", problem.promised)
    assert "Input should" not in str(problem)
