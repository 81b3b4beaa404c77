"""Layers of a folder of results as streams of Arrow batches (成果图层), one geometry type each."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyogrio
import shapely

from yngis.analysis.change import KINDS
from yngis.catalogue import load
from yngis.catalogue.io.inert import undo_inert
from yngis.catalogue.io.vectors.shape_table import multipolygon_wkb, read_shape_batches
from yngis.errors import LayerError, Problem
from yngis.plan.user_zones import read_user_zones
from yngis.plan.zones_layer import zones_layer_with
from yngis.report.deliver.declared import delivered_programs, named_columns
from yngis.report.deliver.symbols import layer_symbols

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.report.deliver.declared import LayerDeclaration, ProgramDeclaration
    from yngis.report.deliver.symbols import Symbols
    from yngis.report.output_tables import OutputColumn
    from yngis.report.result_folder import ResultFolder

GEOMETRY: Final = "geometry"
"""Column of the shapes, as WKB."""

CRS: Final = "EPSG:4490"
"""CGCS2000 in degrees, in which all results stand."""

_BLOCK: Final = 1 << 20  # bytes of a CSV read at a time; Arrow reads 32 of them ahead
_ROWS: Final = 16_384  # rows of a batch of polygons
_ZONE_COLUMNS: Final = (
    "name_zh", "short_zh", "level", "category", "prefecture", "county", "region", "boundary",
    "area_ha",
)  # fmt: skip
_BORDER_COLUMNS: Final = ("name_zh", "short_zh", "region")
_TYPES: Final = {
    "day": pa.date32(),
    "text": pa.string(),
    "flag": pa.string(),
}


@dataclass(frozen=True)
class ResultLayer:
    """
    A layer to be handed over.

    Attributes
    ----------
    declared
        What it is.
    columns
        Its columns with their names and units, without the geometry.
    schema
        Arrow types of the columns, and the geometry as WKB at the end where there is one.
    open_batches
        Gives the rows from the first one, each time it is called.
    symbols
        How it is drawn; None for a table.
    """

    declared: LayerDeclaration
    columns: tuple[OutputColumn, ...]
    schema: pa.Schema
    open_batches: Callable[[], Iterator[pa.RecordBatch]]
    symbols: Symbols | None

    @property
    def drawn(self) -> bool:
        """Whether it has a geometry (有图形)."""
        return GEOMETRY in self.schema.names

    def selected(self, column: str, values: frozenset[str]) -> ResultLayer:
        """
        Rows that have one of the values (筛选).

        Parameters
        ----------
        column
            A column of texts.
        values
            Those wanted.

        Returns
        -------
        layer
            The same layer with those rows.
        """
        wanted = pa.array(sorted(values), pa.string())

        def chosen() -> Iterator[pa.RecordBatch]:
            for batch in self.open_batches():
                kept = batch.filter(pc.is_in(batch.column(column), wanted))
                if kept.num_rows:
                    yield kept

        return replace(self, open_batches=chosen)


def result_layers(
    folder: Path,
    program: ProgramDeclaration,
    options: Mapping[str, Any],
    zones: Path | None,
) -> list[ResultLayer]:
    """
    Find what a folder of results has to hand over (成果图层).

    Parameters
    ----------
    folder
        The folder.
    program
        What its command declares.
    options
        Choices of its run.
    zones
        The user's own outlines of the zones; those of the plan if None.

    Returns
    -------
    layers
        Those that are there, in the order of the declaration.
    """
    outlines = zone_outlines(zones)
    found = []
    opened: ResultLayer | None
    for layer in program.layers:
        name = layer.source.partition("#")[0]
        if layer.source == "zones":
            opened = _frame_layer(program, layer, outlines[[*_ZONE_COLUMNS, GEOMETRY]])
        elif layer.source == "prefectures":
            borders = cast("GeoDataFrame", load("prefectures"))
            opened = _frame_layer(program, layer, borders[[*_BORDER_COLUMNS, GEOMETRY]])
        elif not (folder / name).is_file():
            continue
        elif name.endswith(".csv"):
            opened = _table_layer(folder, program, layer, outlines)
        else:
            opened = _stored_layer(folder, program, layer)
        if opened is not None:
            looks = layer_symbols(layer, options) if opened.drawn else None
            found.append(replace(opened, symbols=looks))
    return found


def layers_of_results(
    source: ResultFolder, zones: Path | None = None
) -> tuple[ProgramDeclaration, Mapping[str, Any], list[ResultLayer]]:
    """
    Find what results have to hand over, by the command that wrote them (成果图层).

    Parameters
    ----------
    source
        Folder of a command of which something is handed over.
    zones
        The user's own outlines of the zones; those of the plan if None.

    Returns
    -------
    program, options, layers
        What the command declares, the choices of its run, and the layers that are there.
    """
    program = delivered_programs()[str(source.record["program"])]
    told = source.record.get("options")
    options: Mapping[str, Any] = told if isinstance(told, dict) else {}
    return program, options, result_layers(source.path, program, options, zones)


def zone_outlines(path: Path | None) -> GeoDataFrame:
    """Outlines of the zones: the plan's, with the user's own in their place (开发区范围)."""
    shipped = load("zones")
    return shipped if path is None else zones_layer_with(shipped, read_user_zones(path))


def _named_schema(
    program: ProgramDeclaration, layer: LayerDeclaration, fields: list[pa.Field], *, drawn: bool
) -> tuple[tuple[OutputColumn, ...], pa.Schema]:
    """Columns by their declared names, and the schema with them."""
    columns = tuple(named_columns(program, layer, [field.name for field in fields]))
    return columns, _schema_of(fields, columns, drawn=drawn)


def _schema_of(
    fields: Sequence[pa.Field], columns: Sequence[OutputColumn], *, drawn: bool
) -> pa.Schema:
    """Fields with their aliases and meanings, as GDAL reads them from Arrow."""
    named = [
        field.with_metadata(
            {"GDAL:OGR:alternative_name": column.header, "GDAL:OGR:comment": column.en}
        )
        for field, column in zip(fields, columns, strict=True)
    ]
    if drawn:
        named.append(
            pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
        )
    return pa.schema(named)


def _table_layer(
    folder: Path, program: ProgramDeclaration, layer: LayerDeclaration, outlines: GeoDataFrame
) -> ResultLayer:
    """Make a layer of a CSV, with polygons from beside it or from the zones where it has them."""
    path = folder / layer.source
    heads = _header_names(path)
    columns = named_columns(program, layer, heads)
    plain = pa.schema([(each.name, _TYPES.get(each.form, pa.float64())) for each in columns])
    whole = {column.name for column in columns if column.form == "whole"}
    if not layer.shapes:
        whole -= _with_fractions(path, plain, whole)
    fields = [pa.field(each.name, pa.int64()) if each.name in whole else each for each in plain]
    shapes = folder / layer.shapes if layer.shapes else None
    beside = shapes is not None and shapes.is_file()
    named, schema = _named_schema(program, layer, fields, drawn=beside or layer.on_zones)

    def batches() -> Iterator[pa.RecordBatch]:
        rows = _csv_batches(path, plain)
        if beside and shapes is not None:
            return _with_shapes(path, rows, shapes, schema)
        if layer.on_zones:
            return _with_outlines(rows, outlines, schema)
        return (pa.record_batch(_typed_columns(each, schema), schema=schema) for each in rows)

    return ResultLayer(layer, named, schema, batches, None)


def _with_fractions(path: Path, schema: pa.Schema, names: set[str]) -> set[str]:
    """Columns that are declared whole and hold a half: a median of ranks."""
    found: set[str] = set()
    for batch in _csv_batches(path, schema):
        for name in names:
            numbers = batch.column(name)
            if pc.any(pc.not_equal(numbers, pc.floor(numbers))).as_py():
                found.add(name)
    return found


def _header_names(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _csv_batches(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Read a table of ours in parts; texts as they were before they were made inert."""
    try:
        reader = pacsv.open_csv(
            path,
            read_options=pacsv.ReadOptions(block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=schema, strings_can_be_null=True, null_values=[""]
            ),
        )
        for batch in reader:
            texts = [
                _plain_texts(column) if pa.types.is_string(column.type) else column
                for column in batch.columns
            ]
            yield pa.record_batch(texts, schema=schema)
    except pa.ArrowInvalid as error:
        raise _altered_table(path, " ".join(str(error).split())[:200]) from None


def _plain_texts(column: pa.Array) -> pa.Array:
    """Take away the apostrophe that kept a text from running in a spreadsheet."""
    marked = pc.fill_null(pc.starts_with(column, "'"), fill_value=False)
    if not pc.any(marked).as_py():
        return column
    texts = column.to_pylist()
    for place in np.flatnonzero(marked.to_numpy(zero_copy_only=False)):
        texts[place] = undo_inert(texts[place])
    return pa.array(texts, pa.string())


def _with_shapes(
    path: Path, rows: Iterator[pa.RecordBatch], shapes: Path, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Lay the polygons beside the rows; a number that differs means that one file was altered."""
    held = read_shape_batches(shapes, _ROWS)
    waiting = pa.record_batch(
        [pa.array([], pa.string()), pa.array([], pa.binary())], names=["id", GEOMETRY]
    )
    for batch in rows:
        parts = []
        wanted = batch.num_rows
        while wanted:
            if not waiting.num_rows:
                waiting = next(held, None)
                if waiting is None:
                    raise _altered_table(path, f"比 {shapes.name} 多行 / more rows than it")
                continue
            taken = waiting.slice(0, wanted)
            waiting = waiting.slice(taken.num_rows)
            wanted -= taken.num_rows
            parts.append(taken)
        if not parts:
            continue
        beside = pa.Table.from_batches(parts).combine_chunks().to_batches()[0]
        same = pc.equal(pc.fill_null(batch.column("id"), ""), pc.fill_null(beside.column("id"), ""))
        if not pc.all(same).as_py():
            raise _altered_table(path, f"编号与 {shapes.name} 不一致 / other numbers than it has")
        typed = _typed_columns(batch, schema)
        yield pa.record_batch([*typed, beside.column(GEOMETRY)], schema=schema)
    if waiting.num_rows or next(held, None) is not None:
        raise _altered_table(path, f"比 {shapes.name} 少行 / fewer rows than it")


def _with_outlines(
    rows: Iterator[pa.RecordBatch], outlines: GeoDataFrame, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Lay the outline of the zone beside each row; none where the outlines lack the zone."""
    wkb = multipolygon_wkb(np.array(outlines.geometry.array, dtype=object))
    of_zone = dict(zip(outlines["name_zh"], wkb, strict=True))
    for batch in rows:
        held = [of_zone.get(name) for name in batch.column("zone").to_pylist()]
        typed = _typed_columns(batch, schema)
        yield pa.record_batch([*typed, pa.array(held, pa.binary())], schema=schema)


def _typed_columns(batch: pa.RecordBatch, schema: pa.Schema) -> list[pa.Array]:
    return [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=False)]


def _frame_layer(
    program: ProgramDeclaration, layer: LayerDeclaration, frame: GeoDataFrame
) -> ResultLayer:
    names = [str(name) for name in frame.columns if name != GEOMETRY]
    return frame_layer(layer, named_columns(program, layer, names), frame)


def frame_layer(
    layer: LayerDeclaration, columns: Sequence[OutputColumn], frame: GeoDataFrame
) -> ResultLayer:
    """
    Make a layer of a frame of polygons (由数据框成图层).

    Parameters
    ----------
    layer
        What it is.
    columns
        Its columns with their names, in the order of the frame.
    frame
        The rows, EPSG:4490.

    Returns
    -------
    layer
        Without a look of its own.
    """
    plain = pa.Table.from_pandas(frame.drop(columns=GEOMETRY), preserve_index=False)
    fields = [pa.field(field.name, _plain_type(field.type)) for field in plain.schema]
    schema = _schema_of(fields, columns, drawn=True)
    wkb = multipolygon_wkb(np.array(frame.geometry.array, dtype=object))

    def batches() -> Iterator[pa.RecordBatch]:
        held = [plain.column(field.name).cast(field.type).combine_chunks() for field in fields]
        yield pa.record_batch([*held, pa.array(wkb, pa.binary())], schema=schema)

    return ResultLayer(layer, tuple(columns), schema, batches, None)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """Types that every format knows: large strings are strings, flags are texts."""
    if pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return pa.string()
    return kind


def _stored_layer(
    folder: Path, program: ProgramDeclaration, layer: LayerDeclaration
) -> ResultLayer | None:
    """Make a layer of one in a GeoPackage of the results; None where it has no such layer."""
    name, _, stored = layer.source.partition("#")
    path = folder / name
    if stored not in {each for each, _ in pyogrio.list_layers(path)}:
        return None
    with pyogrio.open_arrow(path, layer=stored, use_pyarrow=True) as (about, reader):
        shape = about["geometry_name"] or "wkb_geometry"
        fields = [
            pa.field(field.name, _plain_type(field.type))
            for field in reader.schema
            if field.name != shape
        ]
    added = _ADDED.get(layer.look)
    named, schema = _named_schema(
        program, layer, [*fields, *([pa.field(added[0], pa.string())] if added else [])], drawn=True
    )

    def batches() -> Iterator[pa.RecordBatch]:
        with pyogrio.open_arrow(path, layer=stored, use_pyarrow=True, batch_size=_ROWS) as opened:
            for batch in opened[1]:
                held = [batch.column(field.name).cast(field.type) for field in fields]
                if added:
                    held.append(pa.array(added[1](batch), pa.string()))
                shapes = shapely.from_wkb(np.array(batch.column(shape).to_pylist(), dtype=object))
                wkb = _wkb_of_one_type(shapes, layer.geometry or "")
                yield pa.record_batch([*held, pa.array(wkb, pa.binary())], schema=schema)

    return ResultLayer(layer, named, schema, batches, None)


def _wkb_of_one_type(shapes: NDArray[np.object_], kind: str) -> NDArray[np.object_]:
    if kind == "MultiPolygon":
        return multipolygon_wkb(shapes)
    flat = shapely.force_2d(shapes)
    if kind == "MultiLineString":
        single = (shapely.get_type_id(flat) == _LINE).nonzero()[0]
        flat[single] = shapely.multilinestrings(flat[single], indices=np.arange(len(single)))
    return np.asarray(shapely.to_wkb(flat, byte_order=1), dtype=object)


_LINE: Final = 1  # as shapely numbers geometry types


def _first_kinds(batch: pa.RecordBatch) -> list[str]:
    """Foremost kind of each changed piece, by which it is drawn; a border drawn again has none."""
    return [
        next((kind for kind in KINDS if kind in (told or "").split(";")), "redrawn")
        for told in batch.column("kinds").to_pylist()
    ]


def _shown_spots(batch: pa.RecordBatch) -> list[str]:
    """Kind by which a county is drawn: hot or cold where that is significant, else by Moran."""
    sure = batch.column("gi_significant").to_pylist()
    kinds = batch.column("kind").to_pylist()
    return [kind if held else "moran" for kind, held in zip(kinds, sure, strict=True)]


_ADDED: Final[dict[str, tuple[str, Callable[[pa.RecordBatch], list[str]]]]] = {
    "changes": ("kind", _first_kinds),
    "hot_spots": ("shown", _shown_spots),
}


def _altered_table(path: Path, found: str) -> LayerError:
    return LayerError(
        Problem(
            where=str(path),
            promised="结果文件夹中的表，原样 / a table of the results as it was written",
            found=found,
            mend="重新运行该命令，结果表不要改动 / run it again; leave its tables as they are",
        )
    )
