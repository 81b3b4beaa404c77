"""A slice of the readers' fuzz: broken files of each format are read or refused, nothing else."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "fuzz_readers.py"
MUTATIONS = 12
FAULTS_MET = {
    "fgb": [444, 461, 780],
    "shp": [139, 224, 257],
    "zip": [71, 147, 174],
}  # by the whole run, and mended


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_readers", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fuzz = load()


@pytest.mark.parametrize("kind", fuzz.FORMATS)
def test_broken_files_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    numbers = [(0, MUTATIONS), *((number, 1) for number in FAULTS_MET.get(kind, ()))]
    met = [
        case
        for at, (first, count) in enumerate(numbers)
        for case in fuzz.cases(kind, 0, first, count, tmp_path / str(at))
    ]
    assert [case for case in met if case[1] == "traceback"] == []
    counts = Counter(result for _, result, _ in met)
    assert counts["clear"] > 0, "the mutations break nothing"


def test_a_mutation_is_the_same_in_every_run(tmp_path: Path) -> None:
    once, again = (list(fuzz.cases("csv", 1, 5, 3, tmp_path / name)) for name in "ab")
    assert once == again


def test_tracebacks_are_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(_: Path) -> None:
        raise KeyError("supply_rate")

    monkeypatch.setitem(fuzz.FORMATS, "csv", (*fuzz.FORMATS["csv"][:2], broken))
    assert fuzz.outcome("csv", tmp_path)[0] == "traceback"
