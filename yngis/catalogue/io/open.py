"""Finding the carriers for what a user names: a file, a folder, a zip, or a table of a database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from yngis.catalogue.io.paths import dataset_in, local_path, unpacked_zip
from yngis.catalogue.io.sheets.csv import CsvCarrier
from yngis.catalogue.io.sheets.excel import ExcelCarrier, every_sheet, not_named
from yngis.catalogue.io.sheets.html_table import HtmlCarrier, every_html_table, is_html
from yngis.catalogue.io.sheets.open_document import is_open_document
from yngis.catalogue.io.sheets.workbook import is_binary_workbook
from yngis.catalogue.io.sources import DOCUMENTS, files_of_data
from yngis.catalogue.io.vectors.dxf import DxfCarrier
from yngis.catalogue.io.vectors.ogr import allow_network
from yngis.catalogue.io.vectors.parquet_batches import ParquetCarrier
from yngis.catalogue.io.vectors.postgis import PostgisCarrier, is_postgis
from yngis.catalogue.io.vectors.survey_txt import SurveyTxtCarrier, is_survey_txt
from yngis.catalogue.io.vectors.vector_batches import VectorCarrier, layer_names
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from yngis.catalogue.io.reader import Carrier, HeaderFinder
    from yngis.catalogue.io.sources import Source

_MOST_TOGETHER: Final = 200  # each is opened by itself
_EXCEL: Final = {".xlsx", ".xlsm"}
_OPEN: Final = {".ods", ".fods"}
_CSV: Final = {".csv", ".txt", ".tsv"}
SHEET_SUFFIXES: Final = {*_EXCEL, *_OPEN, *_CSV, ".xls", ".et", ".ett", ".xlsb", ".html", ".htm"}
"""Files of sheets and of text, which are judged by their content."""

_PARQUET: Final = {".parquet", ".geoparquet", ".pq"}
_DXF: Final = ".dxf"
_HEAD: Final = 65_536
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIPPED: Final = b"PK\x03\x04"
_SAVE: Final = "用 Excel 或 WPS 打开后另存为 .xlsx / open it in Excel or WPS and save it as .xlsx"
_DISGUISED: Final = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "Excel 2003 XML", _SAVE),
    (b"MIME-Version:", "单个文件网页 MHTML", _SAVE),
)
_ZIPS: Final = {".zip", ".shz"}
_OLD: Final = {
    ".xls": "Excel 97",
    ".et": "WPS 表格",
    ".ett": "WPS 模板",
    ".xlsb": "Excel 二进制工作簿 / a binary workbook",
    ".slk": "SYLK",
    ".dif": "DIF",
    ".mht": "MHTML",
    ".numbers": "Numbers",
    ".mdb": "Access",
    ".accdb": "Access",
    ".vct": "VCT",
}


class Opened(NamedTuple):
    """
    A sheet, layer or file that looks like a table (可读的一张表).

    Attributes
    ----------
    label
        What it is called: the source's label, with the sheet or layer where there are several.
    carrier
        Ready to be read.
    """

    label: str
    carrier: Carrier


class Unread(NamedTuple):
    """
    A sheet, layer or file that is not read (未读).

    Attributes
    ----------
    label
        What it is called.
    problem
        Why.
    broken
        Whether it could not be read, so that nobody knows what it holds.
    """

    label: str
    problem: Problem
    broken: bool = False


def open_carriers(
    source: Source,
    finder: HeaderFinder,
    stack: ExitStack,
    *,
    layers: Sequence[str] = (),
    allow_remote: bool = False,
) -> tuple[list[Opened], list[Unread]]:
    """
    Open every sheet, layer or file of a source (打开全部工作表和图层).

    Parameters
    ----------
    source
        As :func:`yngis.catalogue.io.sources.find_sources` lists it.
    finder
        Finder of the card's columns.
    stack
        Closes what was opened; the content of a zip lives as long.
    layers
        Layers, sheets, or files in a zip to take; all where none is named.
    allow_remote
        Whether URLs and GDAL's virtual paths may be opened.

    Returns
    -------
    opened
        What can be read, whether or not it fits the card; nothing is left out unless it stands in
        ``unread``.
    unread
        What cannot be read, and what ``layers`` does not name.

    Raises
    ------
    LayerError
        If it is remote and that was not allowed, does not exist, or cannot be read.
    """
    if is_postgis(source.named):
        return [Opened(source.label, PostgisCarrier(source.named))], []
    if allow_remote and _is_remote_text(source.named):
        stack.enter_context(allow_network())
        return _every_layer(source.named, source.named, source.label, finder, layers)
    path = local_path(source.named)
    if path.is_file() and path.suffix.lower() in _ZIPS:
        return _in_zip(path, source, finder, stack, layers)
    return _in_file(path, source.label, finder, stack, layers)


def _in_zip(
    path: Path, source: Source, finder: HeaderFinder, stack: ExitStack, layers: Sequence[str]
) -> tuple[list[Opened], list[Unread]]:
    """Open each file of a zip; in one that is all Shapefiles a layer is the file's stem."""
    folder = stack.enter_context(unpacked_zip(path))
    found = files_of_data(folder)
    if not found:
        # The one place that says what a zip should hold.
        stack.enter_context(dataset_in(path, None))
    opened: list[Opened] = []
    unread: list[Unread] = []
    for each in found:
        inner = each.relative_to(folder).as_posix()
        label = source.label if len(found) == 1 else f"{source.label}：{inner}"
        wanted = () if each.stem in layers or each.name in layers else layers
        if each.suffix.lower() in _ZIPS:
            unread.append(Unread(label, _nested_problem(label)))
            continue
        try:
            more, left = _in_file(each, label, finder, stack, wanted)
        except LayerError as error:
            if len(found) == 1:
                raise
            broken = each.suffix.lower() not in DOCUMENTS
            unread += [Unread(label, problem, broken) for problem in error.problems]
        else:
            opened += more
            unread += left
    return opened, unread


def _in_file(
    path: Path, label: str, finder: HeaderFinder, stack: ExitStack, layers: Sequence[str]
) -> tuple[list[Opened], list[Unread]]:
    suffix = path.suffix.lower()
    if path.is_file() and suffix in SHEET_SUFFIXES:
        return _every_sheet_or_table(path, label, finder, layers)
    if suffix in _OLD:
        raise _old_format_error(path)
    if path.is_file() and suffix in _PARQUET:
        return [Opened(label, ParquetCarrier(path))], []
    if path.is_file() and suffix == _DXF:
        return [Opened(label, DxfCarrier(path))], []
    dataset = stack.enter_context(dataset_in(path, None))
    wanted = [] if dataset.stem in layers else layers
    return _every_layer(dataset, str(path), label, finder, wanted)


def _every_layer(
    dataset: Path | str, named: str, label: str, finder: HeaderFinder, layers: Sequence[str]
) -> tuple[list[Opened], list[Unread]]:
    names = layer_names(dataset, named)
    if len(names) > _MOST_TOGETHER and not layers:
        raise LayerError(
            Problem(
                where=named,
                promised=f"至多 {_MOST_TOGETHER} 个图层 / at most so many layers to read together",
                found=f"{len(names)} 个 / layers",
                mend="用 --layer 指明要读的图层 / name those to read with --layer",
            )
        )
    opened: list[Opened] = []
    unread: list[Unread] = []
    for name in names:
        shown = f"{label}：{name}" if len(names) > 1 else label
        if layers and name not in layers:
            unread.append(Unread(shown, not_named(shown)))
            continue
        try:
            opened.append(Opened(shown, VectorCarrier(dataset, named, finder, name)))
        except LayerError as error:
            if len(names) == 1:
                raise
            unread += [Unread(shown, problem, broken=True) for problem in error.problems]
    return opened, unread


def _open_text(path: Path, finder: HeaderFinder) -> Carrier:
    """A table of text, or the coordinates of a survey."""
    if path.suffix.lower() == ".txt" and is_survey_txt(path):
        return SurveyTxtCarrier(path)
    return CsvCarrier(path, finder)


def _every_sheet_or_table(
    path: Path, label: str, finder: HeaderFinder, layers: Sequence[str]
) -> tuple[list[Opened], list[Unread]]:
    """Open every table of a file of sheets by its content, whatever its name."""
    kind = _content_kind(path)
    if kind == "workbook":
        sheets, left = every_sheet(path, finder, layers)
        several = len(sheets) + len(left) > 1
        return (
            [Opened(f"{label}：{name}" if several else label, each) for name, each in sheets],
            [Unread(f"{label}：{each.name}", each.problem, each.broken) for each in left],
        )
    if kind == "html":
        found, unread = every_html_table(path, finder)
        several = len(found) + len(unread) > 1
        return (
            [Opened(f"{label}：{name}" if several else label, each) for name, each in found],
            [Unread(f"{label}：{name}", problem) for name, problem in unread],
        )
    return [Opened(label, _open_text(path, finder))], []


def _open_sheet_or_table(path: Path, finder: HeaderFinder, layer: str | None) -> Carrier:
    """Open a file of sheets by its content as one table."""
    kind = _content_kind(path)
    if kind == "workbook":
        return ExcelCarrier(path, finder, layer)
    return HtmlCarrier(path, finder) if kind == "html" else _open_text(path, finder)


def _content_kind(path: Path) -> Literal["workbook", "html", "text"]:
    """
    Judge a file of sheets by its content: systems save pages, texts and workbooks as ``.xls``.

    What nothing here reads is refused by its true name.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = path.suffix.lower()
    if head.startswith(_OLE) and suffix not in _EXCEL:
        raise _old_format_error(path)
    if is_binary_workbook(path):
        raise _disguised_file_error(path, _OLD[".xlsb"], _SAVE)
    if head.startswith(_ZIPPED) or suffix in _EXCEL | _OPEN or is_open_document(head):
        # A text or a page under the name of a workbook is one all the same.
        told = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not told.startswith(b"<") or not is_html(head) or is_open_document(head):
            return "workbook"
    plain = head.replace(b"\0", b"")
    for mark, name, mend in _DISGUISED:
        if mark in plain and suffix not in _CSV:
            raise _disguised_file_error(path, name, mend)
    if is_html(head) and (
        suffix not in _CSV or plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<"
    ):
        return "html"
    if suffix in _CSV or b"\t" in plain or b"," in plain or "，".encode() in plain:
        return "text"
    raise _old_format_error(path)


def _disguised_file_error(path: Path, name: str, mend: str) -> LayerError:
    return LayerError(
        Problem(
            where=str(path),
            promised=".xlsx、.ods、.csv 或网页格式的 .xls / one of these",
            found=f"{name}，后缀是 {path.suffix} / under that name",
            mend=mend,
        )
    )


def _nested_problem(label: str) -> Problem:
    return Problem(
        where=label,
        promised="zip 内直接放数据文件 / files of data right in the zip",
        found="zip 套 zip / a zip in a zip",
        mend="解压里面的 zip / unpack the inner zip",
    )


@contextmanager
def open_carrier(
    named: str | os.PathLike[str],
    finder: HeaderFinder,
    *,
    layer: str | None = None,
    allow_remote: bool = False,
) -> Iterator[Carrier]:
    """
    Open what a user names (打开数据).

    Parameters
    ----------
    named
        Local file, ``.gdb`` folder, zip, or ``postgresql://…#schema.table``.
    finder
        Finder of the table's headers.
    layer
        Layer, sheet, or file in a zip.
    allow_remote
        Whether URLs and GDAL's virtual paths may be opened.

    Yields
    ------
    carrier
        Ready to be read.

    Raises
    ------
    LayerError
        If it is remote and that was not allowed, does not exist, or cannot be read.
    """
    text = str(named)
    if is_postgis(text):
        yield PostgisCarrier(text)
    elif allow_remote and _is_remote_text(text):
        with allow_network():
            yield VectorCarrier(text, text, finder, layer)
    else:
        path = local_path(named)
        if path.is_file() and path.suffix.lower() in SHEET_SUFFIXES:
            yield _open_sheet_or_table(path, finder, layer)
            return
        if path.suffix.lower() in _OLD:
            raise _old_format_error(path)
        with _open_local(path, finder, layer) as carrier:
            yield carrier


@contextmanager
def _open_local(path: Path, finder: HeaderFinder, layer: str | None) -> Iterator[Carrier]:
    suffix = path.suffix.lower()
    if path.is_file() and suffix in _PARQUET:
        yield ParquetCarrier(path)
    else:
        with dataset_in(path, layer) as dataset:
            # In a folder or zip the layer names the file.
            inner = None if layer == dataset.stem and dataset != path else layer
            yield VectorCarrier(dataset, str(path), finder, inner)


def _is_remote_text(text: str) -> bool:
    lowered = text.lower().replace("\\", "/")
    return lowered.startswith(("/vsi", "http://", "https://"))


def _old_format_error(path: Path) -> LayerError:
    return LayerError(
        Problem(
            where=str(path),
            promised=".xlsx、.ods、.csv、.gpkg、.shp、.gdb、.geojson、.parquet",
            found=f"{_OLD.get(path.suffix.lower(), _OLD['.xls'])} {path.suffix}",
            mend="用原软件另存为 .xlsx 或 .csv；VCT 先导入 GIS 软件再存为 .gpkg / "
            "save it as .xlsx or .csv from its own program; import VCT into a GIS first",
        )
    )
