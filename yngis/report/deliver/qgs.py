"""QGIS projects (QGIS 工程): the layers of a GeoPackage beside it, in the report's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import pyogrio
import pyproj

from yngis.catalogue.io.output.write import write_text
from yngis.report.deliver.qml import VERSION, add_look
from yngis.report.deliver.sources import CRS
from yngis.report.deliver.xml_text import add_element, xml_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from yngis.report.deliver.sources import ResultLayer

_GEOMETRIES: Final = {"MultiPolygon": "Polygon", "MultiLineString": "Line", "Point": "Point"}
_MARGIN: Final = 0.03  # of the extent, round what is shown at first


def write_qgis_project(
    path: Path, geopackage: Path, layers: Sequence[ResultLayer], *, title: str
) -> Path:
    """
    Write a project for the layers of a GeoPackage in the same folder (写 QGIS 工程).

    Parameters
    ----------
    path
        Project to write.
    geopackage
        The file with the layers; the project names it by its relative path.
    layers
        In the order of the legend, the uppermost first.
    title
        Title of the project.

    Returns
    -------
    path
        The file written.
    """
    root = ET.Element("qgis", {"projectname": title, "version": VERSION})
    add_element(root, "title", text=title)
    add_element(root, "projectCrs").append(_spatial_reference())
    _add_tree(root, geopackage, layers)
    _add_canvas(root, geopackage, layers)
    held = add_element(root, "projectlayers")
    for layer in layers:
        _add_layer(held, geopackage, layer)
    order = add_element(root, "layerorder")
    for layer in layers:
        add_element(order, "layer", {"id": _layer_id(layer)})
    properties = add_element(root, "properties")
    paths = add_element(properties, "Paths")
    add_element(paths, "Absolute", {"type": "bool"}, "false")
    # Without it QGIS does not read the CRS of a project.
    reference = add_element(properties, "SpatialRefSys")
    add_element(reference, "ProjectionsEnabled", {"type": "int"}, "1")
    return write_text(path, xml_document(root, "qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'"))


def _layer_id(layer: ResultLayer) -> str:
    """Identifier of a layer in the project; QGIS takes none of ten characters or fewer."""
    return f"yngis_layer_{layer.declared.name}"


def _source(geopackage: Path, layer: ResultLayer) -> str:
    return f"./{geopackage.name}|layername={layer.declared.name}"


def _add_tree(root: ET.Element, geopackage: Path, layers: Sequence[ResultLayer]) -> None:
    """Legend: layers with a geometry first, tables below, each under its Chinese title."""
    tree = add_element(root, "layer-tree-group")
    tables = [layer for layer in layers if not layer.drawn]
    for layer in layers:
        if layer.drawn:
            _add_tree_layer(tree, geopackage, layer)
    if tables:
        group = add_element(
            tree, "layer-tree-group", {"name": "表", "expanded": "0", "checked": "Qt::Checked"}
        )
        for layer in tables:
            _add_tree_layer(group, geopackage, layer)


def _add_tree_layer(parent: ET.Element, geopackage: Path, layer: ResultLayer) -> None:
    add_element(
        parent,
        "layer-tree-layer",
        {
            "id": _layer_id(layer),
            "name": layer.declared.zh,
            "providerKey": "ogr",
            "source": _source(geopackage, layer),
            "checked": "Qt::Checked",
            "expanded": "1" if layer.symbols is not None and layer.symbols.column else "0",
        },
    )


def _add_canvas(root: ET.Element, geopackage: Path, layers: Sequence[ResultLayer]) -> None:
    """Show the zones at first: a record with faulty coordinates may lie anywhere."""
    ground = [layer for layer in layers if layer.drawn and layer.declared.ground]
    shown = ground or [layer for layer in layers if layer.drawn]
    boxes = [
        pyogrio.read_info(geopackage, layer=layer.declared.name, force_total_bounds=True)[
            "total_bounds"
        ]
        for layer in shown
    ]
    boxes = [box for box in boxes if box is not None]
    if not boxes:
        return
    west, south = (min(float(box[side]) for box in boxes) for side in (0, 1))
    east, north = (max(float(box[side]) for box in boxes) for side in (2, 3))
    margin = _MARGIN * max(east - west, north - south)
    sides = {
        side: f"{value:.9f}"
        for side, value in (
            ("xmin", west - margin), ("ymin", south - margin),
            ("xmax", east + margin), ("ymax", north + margin),
        )
    }  # fmt: skip
    first = add_element(root, "ProjectViewSettings", {"UseProjectScales": "0"})
    add_element(first, "DefaultViewExtent", sides).append(_spatial_reference())
    canvas = add_element(root, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    add_element(canvas, "units", text="degrees")
    extent = add_element(canvas, "extent")
    for side, value in sides.items():
        add_element(extent, side, text=value)
    add_element(canvas, "rotation", text="0")
    add_element(canvas, "destinationsrs").append(_spatial_reference())


def _add_layer(parent: ET.Element, geopackage: Path, layer: ResultLayer) -> None:
    declared = layer.declared
    about = {"type": "vector", "autoRefreshEnabled": "0", "readOnly": "0"}
    if declared.geometry and layer.drawn:
        about["geometry"] = _GEOMETRIES[declared.geometry]
        about["wkbType"] = declared.geometry
    else:
        about["geometry"] = "No geometry"
        about["wkbType"] = "NoGeometry"
    made = add_element(parent, "maplayer", about)
    add_element(made, "id", text=_layer_id(layer))
    add_element(made, "datasource", text=_source(geopackage, layer))
    add_element(made, "layername", text=declared.zh)
    add_element(made, "abstract", text=declared.en)
    add_element(made, "provider", {"encoding": "UTF-8"}, "ogr")
    if layer.drawn:
        add_element(made, "srs").append(_spatial_reference())
    add_look(made, layer)


def _spatial_reference() -> ET.Element:
    made = ET.Element("spatialrefsys")
    known = pyproj.CRS.from_user_input(CRS)
    code = known.to_epsg() or 0
    add_element(made, "wkt", text=known.to_wkt())
    add_element(made, "srid", text=str(code))
    add_element(made, "authid", text=CRS)
    add_element(made, "description", text=known.name)
    add_element(made, "geographicflag", text="true")
    return made
