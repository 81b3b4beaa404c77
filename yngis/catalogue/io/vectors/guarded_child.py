"""
The child that reads files nobody vouches for (受限子进程): a crash here takes nothing with it.

Run by path with ``python -I``, so that it loads no more than the decoders. One request a line on
standard input, one reply a line on standard output, both JSON. Nothing of yngis is imported.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OFFLINE: Final = {
    # A closed port of this machine: whatever a file tells GDAL to fetch is not fetched.
    "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTPS_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTP_MAX_RETRY": "0",
}
_BATCH: Final = 20_000
_DEEPEST: Final = 20  # collections in collections; no program nests more than two
_MOST_UNREADABLE: Final = 200
_MOST_LAYERS: Final = 100


def handle_request(request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked; errors that Python sees are part of the reply."""
    operations: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "layers": _list_layers_asked,
        "read": _read_layer_asked,
        "parquet": _read_parquet_asked,
        "salvage": _salvage_range,
    }
    try:
        _limit_memory(int(request["memory"]))
        _limit_processor(float(request["seconds"]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return operations[request["do"]](request)
    except MemoryError:
        return {"memory": True}
    except Exception as error:  # noqa: BLE001 - told to the parent
        return {"error": f"{type(error).__name__}: {error}"[:500]}


def _limit_memory(memory: int) -> None:
    """Bound the address space, where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _limit_processor(seconds: float) -> None:
    """End this process after so much more processor time, where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = math.ceil(time.process_time() + seconds) + 1
        soft = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _list_layers_asked(request: dict[str, Any]) -> dict[str, Any]:
    import pyogrio  # noqa: PLC0415

    names = [str(name) for name, _ in pyogrio.list_layers(request["path"])]
    wanted = [request["layer"]] if request["layer"] in names else names[:_MOST_LAYERS]
    for name in wanted:
        pyogrio.read_info(
            request["path"], layer=name, encoding=request["encoding"], force_feature_count=True
        )
    return {}


def _read_layer_asked(request: dict[str, Any]) -> dict[str, Any]:
    """Read a layer to its end as the parent will, and through the other road if that breaks off."""
    import pyogrio.raw  # noqa: PLC0415

    options = {"layer": request["layer"], "encoding": request["encoding"]}
    try:
        with pyogrio.raw.open_arrow(
            request["path"], batch_size=_BATCH, use_pyarrow=True, **options
        ) as (meta, reader):
            name = meta["geometry_name"] or "wkb_geometry"
            first = 1
            for batch in reader:
                at = batch.schema.get_field_index(name)
                if at >= 0:
                    _judge_shapes(batch.column(at).to_pylist(), first)
                first += batch.num_rows
    except _NestedError as error:
        return {"refuse": str(error)}
    except Exception as error:  # noqa: BLE001 - the parent takes the other road
        return {"broken": f"{type(error).__name__}: {error}"[:500], "whole": _read_slowly(request)}
    return {}


def _read_slowly(request: dict[str, Any]) -> bool:
    """Tell whether GDAL gives every feature, though not by the fast road."""
    import pyogrio.raw  # noqa: PLC0415

    try:
        _, _, shapes, _ = pyogrio.raw.read(
            request["path"], layer=request["layer"], encoding=request["encoding"]
        )
        if shapes is not None:
            _judge_shapes(list(shapes), 1)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever the driver meets
        return False
    return True


class _NestedError(Exception):
    """Collections in collections beyond measure."""


def _judge_shapes(cells: list[Any], first: int) -> None:
    """Make the geometries, as GEOS may crash on them, and tell those that are nested too deep."""
    import numpy as np  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    table = np.empty(len(cells), dtype=object)
    table[:] = cells
    shapes = shapely.from_wkb(table, on_invalid="ignore")
    torn = shapely.is_missing(shapes) & np.array([cell is not None for cell in cells], dtype=bool)
    if torn.any():
        with contextlib.suppress(shapely.errors.GEOSException):
            shapes[torn] = shapely.from_wkb(table[torn], on_invalid="fix")
    shapely.force_2d(shapes)
    rows = np.nonzero(shapely.get_type_id(shapes) == 7)[0]  # noqa: PLR2004 - collections
    inner, depth = shapes[rows], 0
    while len(inner):
        depth += 1
        if depth > _DEEPEST:
            message = f"第 {first + int(rows[0])} 行 / row {first + int(rows[0])}"
            raise _NestedError(message)
        inner, owner = shapely.get_parts(inner, return_index=True)
        nested = shapely.get_type_id(inner) == 7  # noqa: PLR2004
        inner, rows = inner[nested], rows[owner[nested]]


def _read_parquet_asked(request: dict[str, Any]) -> dict[str, Any]:
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(request["path"]) as file:
        schema = file.schema_arrow
        if request["geometry"] is None or not request["whole"]:
            geometry = -1
        else:
            geometry = schema.get_field_index(request["geometry"])
        if request["whole"]:
            first = 1
            for batch in file.iter_batches(batch_size=_BATCH):
                if geometry >= 0 and request["wkb"]:
                    cells = batch.column(geometry).to_pylist()
                    try:
                        _judge_shapes(cells, first)
                    except _NestedError as error:
                        return {"refuse": str(error)}
                first += batch.num_rows
    return {}


def _salvage_range(request: dict[str, Any]) -> dict[str, Any]:
    """
    Take what can be taken of a range of features, halving it where it breaks off.

    Writes an Arrow file with the columns ``row``, ``wkb``, ``whole`` and ``cells`` (JSON), and
    replies with the rows that give nothing.
    """
    import pyarrow as pa  # noqa: PLC0415

    schema = pa.schema(
        [("row", pa.int64()), ("wkb", pa.binary()), ("whole", pa.bool_()), ("cells", pa.string())]
    )
    lost: list[int] = []
    with pa.OSFile(request["out"], "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        spans = [(int(request["first"]), int(request["count"]))]
        while spans:
            first, count = spans.pop()
            try:
                records = _read_one_feature(request, first) if request["careful"] else None
                if records is None:
                    records = list(_records_of_range(request, first, count))
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - whatever the driver meets
                if count > 1:
                    half = count // 2
                    spans += [(first + half, count - half), (first, half)]
                    continue
                records = _read_one_feature(request, first)
                if not records:
                    lost.append(first)
                    if len(lost) > _MOST_UNREADABLE:
                        break
                    continue
            if records:
                columns = [list(column) for column in zip(*records, strict=True)]
                arrays = [pa.array(c, t.type) for c, t in zip(columns, schema, strict=True)]
                writer.write_batch(pa.record_batch(arrays, schema=schema))
    return {"lost": lost, "ended": len(lost) > _MOST_UNREADABLE}


def _records_of_range(request: dict[str, Any], first: int, count: int) -> Iterator[tuple[Any, ...]]:
    """Features of a range: number, geometry, whether it could be read, cells."""
    import numpy as np  # noqa: PLC0415
    import pyogrio.raw  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    with pyogrio.raw.open_arrow(
        request["path"],
        layer=request["layer"],
        encoding=request["encoding"],
        skip_features=first,
        batch_size=count,  # Arrow's stream knows no other limit
        use_pyarrow=True,
    ) as (meta, reader):
        name = meta["geometry_name"] or "wkb_geometry"
        last = first + count
        for whole in reader:
            batch = whole.slice(0, last - first)
            at = batch.schema.get_field_index(name)
            shapes = batch.column(at).to_pylist() if at >= 0 else [None] * batch.num_rows
            _judge_shapes(shapes, first + 1)
            table = np.empty(len(shapes), dtype=object)
            table[:] = shapes
            sound = ~shapely.is_missing(shapely.from_wkb(table, on_invalid="ignore"))
            columns = [batch.column(str(field)).to_pylist() for field in meta["fields"]]
            for row, shape in enumerate(shapes):
                cells = [_plain_json_value(column[row]) for column in columns]
                yield first, shape, shape is None or bool(sound[row]), _told_cells(cells)
                first += 1
            if first >= last:
                return


def _read_one_feature(request: dict[str, Any], first: int) -> list[tuple[Any, ...]]:
    """A feature that Arrow does not give: its cells, and its geometry where GDAL makes one."""
    import pyogrio.raw  # noqa: PLC0415

    for geometry in (True, False):
        try:
            _, _, shapes, fields = pyogrio.raw.read(
                request["path"],
                layer=request["layer"],
                encoding=request["encoding"],
                skip_features=first,
                max_features=1,
                read_geometry=geometry,
            )
            shape = shapes[0] if shapes is not None and len(shapes) else None
            _judge_shapes([shape], first + 1)
            if fields and len(fields[0]):
                cells = _told_cells([_plain_json_value(column[0]) for column in fields])
                return [(first, shape, shape is not None, cells)]
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - whatever the driver meets
            continue
    return []


def _told_cells(cells: list[Any]) -> str:
    return json.dumps(cells, ensure_ascii=False)


def _plain_json_value(value: Any) -> Any:  # noqa: ANN401 - whatever stands in a cell
    """A value that JSON can say; numbers stay numbers, days become text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, bytes):
        return None
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        kind = value.dtype.kind
        if kind in "mM":
            text = str(value)
            return None if text == "NaT" else text
        value = value.item()
    if isinstance(value, float):
        return None if value != value else value  # noqa: PLR0124 - NaN
    return value if isinstance(value, str | bool | int) else str(value)


def answer_requests() -> None:
    """Answer until the parent closes the pipe."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - no path of ours
        os.dup2(nowhere.fileno(), 1)  # what libraries print is no reply
    import pyogrio  # noqa: PLC0415

    pyogrio.set_gdal_config_options(OFFLINE)
    for line in sys.stdin:
        replies.write(json.dumps(handle_request(json.loads(line))) + "\n")
        replies.flush()


if __name__ == "__main__":
    answer_requests()
