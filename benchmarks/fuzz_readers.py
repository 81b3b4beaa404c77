"""
Readers against broken files: mutations of valid files of each format (读取器的变异测试).

Every file must be read or refused with a clear fault. Counted are clear faults, files accepted,
tracebacks, hangs and crashes of the process; the last three must be 0. Mutation N of a format is
the same in every run with the same seed, so a fault can be met again::

    python benchmarks/fuzz_readers.py --only gpkg --first 1234 --mutations 1 --keep /tmp/case
"""

from __future__ import annotations

import argparse
import contextlib
import json
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter

from yngis.analysis.audit.idle_land.idle_rules import DEFAULT, read_rules, shipped_rules
from yngis.analysis.audit.inefficient import read_standards
from yngis.catalogue.io.open import open_carrier
from yngis.catalogue.io.stream import open_stream, read_part
from yngis.catalogue.io.vectors.vector import read_vector
from yngis.errors import YngisError

OUTCOMES = ("clear", "accepted", "traceback", "hang", "crash")
PATIENCE = 30.0  # seconds for one file
ROWS = 12


class AnyFinder:
    """Takes whatever headers there are."""

    title_zh, title_en = "表", "table"

    def score(self, headers: list[tuple[str, ...]]) -> int:
        """Tell how many headers there are."""
        return len(headers)

    def continues(self, cells: list[str]) -> bool:
        """Tell that no line below a header belongs to it."""
        return not cells


def table() -> gpd.GeoDataFrame:
    """A dozen parcels with text, numbers, days and holes."""
    x = np.arange(ROWS) * 0.01 + 102
    shapes = shapely.box(x, 25, x + 0.005, 25.005)
    shapes[3] = shapes[3].difference(shapes[3].centroid.buffer(0.001))
    shapes[4] = shapely.MultiPolygon([shapes[4], shapely.affinity.translate(shapes[4], 0, 0.02)])
    return gpd.GeoDataFrame(
        {
            "编号": [f"HT{n:03d}" for n in range(ROWS)],
            "面积": np.linspace(0.5, 9.5, ROWS),
            "宗数": np.arange(ROWS),
            "用途": ["工业用地", "采矿用地", None] * (ROWS // 3),
            "开工": ["2020-03-01", "2020.3", "未动工"] * (ROWS // 3),
        },
        geometry=shapes,
        crs=4490,
    )


def _workbook(path: Path) -> None:
    frame = table().drop(columns="geometry")
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, frame.columns)
    for at, row in enumerate(frame.itertuples(index=False), start=1):
        sheet.write_row(at, 0, ["" if pd.isna(cell) else cell for cell in row])
    sheet.merge_range(20, 0, 20, 3, "合计")
    book.add_worksheet("说明").write(0, 0, "本表由各县填报")
    book.close()


def _zipped(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table().to_file(Path(folder) / "s.gpkg", layer="宗地")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(Path(folder) / "s.gpkg", "s.gpkg")


def _written(driver: str, **more: Any) -> Callable[[Path], None]:
    return lambda path: pyogrio.write_dataframe(table(), path, driver=driver, **more)


def _rules(path: Path) -> None:
    path.write_bytes(shipped_rules()[DEFAULT].read_bytes())


def _standards(path: Path) -> None:
    path.write_text(
        "industry_code,edition,criterion,sense,limit,unit,source\n"
        "36,2017,far,min,1.0,,市标准\n,,tax_wan_ha,min,15,万元/亩,\n",
        encoding="gb18030",
    )


def _read_table(path: Path) -> None:
    with open_carrier(path, AnyFinder()) as carrier:  # type: ignore[arg-type]
        for _ in carrier.batches():
            pass


def _read_layer(path: Path) -> None:
    _both(path, _read_table, read_vector)


def _read_stream(path: Path) -> None:
    _both(path, _read_table, read_vector, _streamed)


def _streamed(path: Path) -> None:
    with open_stream(path, ["编号"]) as stream:
        for part in stream.within((102.0, 25.0, 102.05, 25.1)).parts:
            for _ in read_part(part):
                pass


def _both(path: Path, *readers: Callable[[Path], object]) -> None:
    """Let each reader meet the file; a clear fault of one is no reason to spare the next."""
    told: YngisError | None = None
    for reader in readers:
        try:
            reader(path)
        except YngisError as error:
            told = error
    if told is not None:
        raise told


FORMATS: dict[str, tuple[str, Callable[[Path], None], Callable[[Path], object]]] = {
    "csv": ("s.csv", lambda path: table().drop(columns="geometry").to_csv(path), _read_table),
    "xlsx": ("s.xlsx", _workbook, _read_table),
    "gpkg": ("s.gpkg", _written("GPKG", layer="宗地"), _read_stream),
    "shp": ("s.shp", _written("ESRI Shapefile", encoding="GB18030"), _read_stream),
    "geojson": ("s.geojson", _written("GeoJSON"), _read_stream),
    "parquet": ("s.parquet", lambda path: table().to_parquet(path), _read_stream),
    "gdb": (
        "s.gdb",
        _written(
            "OpenFileGDB", layer="parcels", geometry_type="MultiPolygon", promote_to_multi=True
        ),
        _read_stream,
    ),
    "fgb": ("s.fgb", _written("FlatGeobuf"), _read_layer),
    "kml": ("s.kml", _written("KML"), _read_layer),
    "gml": ("s.gml", _written("GML"), _read_layer),
    "zip": ("s.zip", _zipped, _read_layer),
    "yaml": ("s.yml", _rules, read_rules),
    "standards": ("s.csv", _standards, read_standards),
}
"""File name, how a valid one is written, and what reads it."""

_VALUES = (
    b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00",
    b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"nan", b"1e308", b"-1", b"<", b">", b'"', b"{",
    b"[", b"\n", b",", b"\xd6", b"99999999999999999999", b"&#0;", b"\xf0\x9f\x98\x80", b": ",
    b"*a", b"&a",
)  # fmt: skip


def mutate(content: bytes, dice: random.Random) -> bytes:
    """Break some bytes of a file, or some hundred."""
    data = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        if not data:
            return bytes(data)
        at = dice.randrange(len(data))
        span = dice.choice((1, 1, 2, 4, 8, 64, 512))
        match dice.randrange(8):
            case 0:
                data[at] ^= 1 << dice.randrange(8)
            case 1:
                value = dice.choice(_VALUES)
                data[at : at + len(value)] = value
            case 2:
                data[at:at] = dice.choice(_VALUES) * dice.choice((1, 1, 3, 100))
            case 3:
                del data[at : at + span]
            case 4:
                del data[at:]
            case 5:
                data[at : at + span] = bytes(span)
            case 6:
                data[at : at + span] = dice.randbytes(span)
            case _:
                source = dice.randrange(len(data))
                data[at:at] = data[source : source + span] * dice.choice((1, 1, 2, 50))
    return bytes(data)


def spoil(whole: Path, name: str, target: Path, dice: random.Random) -> Path:
    """Copy a valid data set and break one file of it; in a zip sometimes a member."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(whole, target)
    parts = sorted(path for path in target.rglob("*") if path.is_file())
    part = dice.choice(parts)
    if zipfile.is_zipfile(part) and dice.randrange(3):
        with zipfile.ZipFile(part) as archive:
            members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        inner = dice.choice(sorted(members))
        members[inner] = mutate(members[inner], dice)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, content in members.items():
                archive.writestr(each, content)
    else:
        part.write_bytes(mutate(part.read_bytes(), dice))
    return target / name


def prepared(kind: str, folder: Path) -> Path:
    """Folder with a valid data set of a format."""
    name, write, read = FORMATS[kind]
    whole = folder / "whole"
    whole.mkdir(parents=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write(whole / name)
        read(whole / name)  # a valid file is accepted
    return whole


def outcome(kind: str, path: Path) -> tuple[str, str]:
    """What became of a file: clear, accepted or traceback, and where that came from."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            FORMATS[kind][2](path)
    except YngisError as error:
        bare = [each for each in error.problems if " / " not in str(each)]
        return ("traceback", f"not bilingual: {bare[0]}") if bare else ("clear", "")
    except Exception as error:  # noqa: BLE001 - what is looked for
        frames = [
            each for each in traceback.extract_tb(error.__traceback__) if "yngis" in each.filename
        ]
        at = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        return "traceback", f"{type(error).__name__} {at} {str(error)[:120]}"
    return "accepted", ""


def cases(
    kind: str, seed: int, first: int, count: int, folder: Path
) -> Iterator[tuple[int, str, str]]:
    """Outcomes of mutations, one after the other."""
    whole = prepared(kind, folder)
    for number in range(first, first + count):
        dice = random.Random(f"{seed} {kind} {number}")  # noqa: S311 - no secret
        path = spoil(whole, FORMATS[kind][0], folder / "case", dice)
        yield number, *outcome(kind, path)


def work(kind: str, seed: int, first: int, count: int) -> None:
    """Print outcomes for the parent, a line each."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for case in cases(kind, seed, first, count, Path(folder)):
            print(json.dumps(case), flush=True)


def run(
    kind: str, seed: int, first: int, count: int, seconds: float
) -> tuple[Counter[str], Counter[str]]:
    """Run the mutations of a format in workers, a new one after each that fell or hung."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        prepared(kind, Path(folder))  # a fault of the benchmark is met here
    counts: Counter[str] = Counter()
    told: Counter[str] = Counter()
    end = time.monotonic() + seconds
    number = first
    while number < first + count and time.monotonic() < end:
        command = [sys.executable, __file__, "--worker", kind, "--seed", str(seed)]
        command += ["--first", str(number), "--mutations", str(first + count - number)]
        worker = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_listen, args=(worker, lines), daemon=True).start()
        started = False
        while time.monotonic() < end:
            try:
                line = lines.get(timeout=PATIENCE * (1 if started else 4))
            except queue.Empty:
                counts["hang"] += 1
                told[f"hang #{number}"] += 1
                number += 1
                break
            if line is None:
                if number < first + count:
                    counts["crash"] += 1
                    told[f"crash #{number}"] += 1
                    number += 1
                break
            started = True
            number, result, why = json.loads(line)
            counts[result] += 1
            if why:
                told[why if counts[result] > 3 else f"{why} #{number}"] += 1  # noqa: PLR2004
            number += 1
        worker.kill()
        worker.wait()
    return counts, told


def _listen(worker: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert worker.stdout is not None
    with worker.stdout as source, contextlib.suppress(ValueError, OSError):
        for line in source:
            lines.put(line)
    lines.put(None)


def main() -> None:
    """Run all formats, print the counts; end with 1 if any reader failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="formats, comma separated")
    parser.add_argument("--mutations", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=600.0, help="at most, for each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder in which the last mutation is left")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.worker, given.seed, given.first, given.mutations)
        return
    kinds = given.only.split(",") if given.only else list(FORMATS)
    if given.keep:
        for case in cases(kinds[0], given.seed, given.first, given.mutations, given.keep):
            print(*case)
        return
    failed = 0
    print(f"{'format':<10}" + "".join(f"{name:>11}" for name in OUTCOMES))
    for kind in kinds:
        counts, told = run(kind, given.seed, given.first, given.mutations, given.seconds)
        print(f"{kind:<10}" + "".join(f"{counts[name]:>11}" for name in OUTCOMES), flush=True)
        for why, times in told.most_common(12):
            print(f"    {times} × {why}")
        failed += sum(counts[name] for name in OUTCOMES[2:])
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
