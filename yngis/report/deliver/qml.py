"""QGIS styles of delivered layers (QGIS 样式): renderer, labels and field names, in QML and SLD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from yngis.cartography.style import ink_on, read_style
from yngis.report.deliver.xml_text import add_element, xml_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.report.deliver.sources import ResultLayer
    from yngis.report.deliver.symbols import SymbolClass, Symbols
    from yngis.report.output_tables import OutputColumn

VERSION: Final = "3.22.16-Białowieża"
"""Version of QGIS that accepted these styles."""

OTHERS: Final = "其他"
"""Label of what has none of the listed values."""

_KINDS: Final = {
    "MultiPolygon": ("fill", "SimpleFill", "2"),
    "MultiLineString": ("line", "SimpleLine", "1"),
    "Point": ("marker", "SimpleMarker", "0"),
}
_OUTLINE_MM: Final = 0.16
_ZONE_MM: Final = 0.5
_BORDER_MM: Final = 0.2
_LABELS_BELOW: Final = 100_000.0  # of the scale from which characters are written
_FONT: Final = "Noto Sans CJK SC"


def layer_qml(layer: ResultLayer) -> str:
    """
    Style of a layer for QGIS (QML).

    Parameters
    ----------
    layer
        A layer with a geometry.

    Returns
    -------
    text
        The document.
    """
    root = ET.Element("qgis", {"version": VERSION, "styleCategories": "AllStyleCategories"})
    add_look(root, layer)
    return xml_document(root, "qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'")


def add_look(parent: ET.Element, layer: ResultLayer) -> None:
    """Put renderer, labels and names of the columns into a style or a project (图式入文档)."""
    kind = layer.declared.geometry or ""
    if layer.symbols is not None:
        _add_renderer(parent, layer.symbols, kind)
        _add_labels(parent, layer.symbols, kind)
    _add_aliases(parent, layer.columns)
    if layer.symbols is not None:
        add_element(parent, "layerGeometryType", text=_KINDS[kind][2])


def _add_renderer(parent: ET.Element, symbols: Symbols, kind: str) -> None:
    sort = "categorizedSymbol" if symbols.column else "singleSymbol"
    about = {"type": sort, "enableorderby": "0", "symbollevels": "0", "forceraster": "0"}
    if symbols.column:
        about["attr"] = symbols.column
    renderer = add_element(parent, "renderer-v2", about)
    classes = legend_classes(symbols)
    if symbols.column:
        listed = add_element(renderer, "categories")
        for place, each in enumerate(classes):
            category = {"symbol": str(place), "value": each.value, "label": legend_label(each)}
            add_element(listed, "category", {**category, "render": "true", "type": "string"})
    drawn = add_element(renderer, "symbols")
    for place, each in enumerate(classes):
        _add_symbol(drawn, str(place), each, kind)


def legend_classes(symbols: Symbols) -> Sequence[SymbolClass]:
    """
    Classes of a legend, and one for what belongs to none, so that nothing goes unseen (图例分类).

    Parameters
    ----------
    symbols
        Of a layer.

    Returns
    -------
    classes
        In order.
    """
    if not symbols.column or any(each.value == "" for each in symbols.classes):
        return symbols.classes
    from yngis.report.deliver.symbols import SymbolClass  # noqa: PLC0415 - it reads the packs

    return (*symbols.classes, SymbolClass("", OTHERS, read_style().others))


def legend_label(each: SymbolClass) -> str:
    """Label of a class, with its character before it (图例文字)."""
    return f"{each.character} {each.label}".strip()


def _add_symbol(parent: ET.Element, name: str, each: SymbolClass, kind: str) -> None:
    sort, layer_class, _ = _KINDS[kind]
    about = {"name": name, "type": sort, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    symbol = add_element(parent, "symbol", about)
    made = add_element(
        symbol, "layer", {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"}
    )
    # QGIS 3.18 and later read the map, those before it the single properties.
    settings = add_element(made, "Option", {"type": "Map"})
    for key, value in _symbol_settings(each, kind).items():
        add_element(settings, "Option", {"name": key, "type": "QString", "value": value})
        add_element(made, "prop", {"k": key, "v": value})


def _symbol_settings(each: SymbolClass, kind: str) -> dict[str, str]:
    colour = _rgba(each.colour)
    if kind == "MultiLineString":
        return {"line_color": colour, "line_style": "solid", "line_width": "0.4",
                "line_width_unit": "MM"}  # fmt: skip
    if kind == "Point":
        return {"color": colour, "name": "circle", "size": "1.8", "size_unit": "MM",
                "outline_color": "255,255,255,255", "outline_width": "0.2"}  # fmt: skip
    bare = each.dashed or each.outlined
    width = _ZONE_MM if each.dashed else _BORDER_MM if each.outlined else _OUTLINE_MM
    return {
        "color": colour,
        "style": "no" if bare else "b_diagonal" if each.hatched else "solid",
        "outline_color": colour if bare or each.hatched else _rgba("#FFFFFF"),
        "outline_style": "dash" if each.dashed else "solid",
        "outline_width": f"{width:g}",
        "outline_width_unit": "MM",
    }


def _rgba(colour: str) -> str:
    return ",".join([*(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)), "255"])


def label_expression(symbols: Symbols) -> str:
    """
    What QGIS writes on the map (注记表达式).

    Parameters
    ----------
    symbols
        Of a layer.

    Returns
    -------
    expression
        A column, or the character of each class; empty where nothing is written.
    """
    if symbols.labels:
        return _quoted_name(symbols.labels)
    marked = [each for each in symbols.classes if each.character]
    if not marked:
        return ""
    if not symbols.column:
        return _quoted_text(marked[0].character)
    # QGIS knows no CASE of one value: each case is a condition.
    cases = " ".join(
        f"WHEN {_quoted_name(symbols.column)} = {_quoted_text(each.value)} "
        f"THEN {_quoted_text(each.character)}"
        for each in marked
    )
    return f"CASE {cases} END"


def _quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _add_labels(parent: ET.Element, symbols: Symbols, kind: str) -> None:
    written = label_expression(symbols)
    if not written:
        return
    labeling = add_element(parent, "labeling", {"type": "simple"})
    settings = add_element(labeling, "settings", {"calloutType": "simple"})
    # Characters lie on the colour of their class, names beside it.
    ink, size = read_style().ink, "8"
    if not symbols.labels and not symbols.column:
        ink = ink_on(symbols.classes[0].colour)
    if symbols.classes[0].outlined:
        ink, size = symbols.classes[0].colour, "10"
    style = {
        "fieldName": written, "isExpression": "1", "fontFamily": _FONT, "fontSize": size,
        "fontSizeUnit": "Point", "textColor": _rgba(ink), "namedStyle": "Regular",
    }  # fmt: skip
    text = add_element(settings, "text-style", style)
    add_element(
        text,
        "text-buffer",
        {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM",
         "bufferColor": "255,255,255,255", "bufferOpacity": "0.85"},
    )  # fmt: skip
    # In the middle of a polygon, along a line; quarter 4 is over the point itself, quarter 1 above
    # it: in sight of the province a zone is a dot, which its name must not cover.
    quarter = "1" if symbols.labels and symbols.column else "4"
    over = {"placement": "1", "quadOffset": quarter, "centroidInside": "1", "centroidWhole": "0"}
    placement = {"placement": "2"} if kind == "MultiLineString" else over
    add_element(settings, "placement", placement)
    below = symbols.names_below if symbols.labels else _LABELS_BELOW
    # A prefecture's name would follow the reader onto the land of single parcels.
    around = symbols.classes[0].outlined and not symbols.column
    rendering = {
        "drawLabels": "1", "scaleVisibility": "1",
        "scaleMin": f"{_LABELS_BELOW if around else 0.0:.0f}", "scaleMax": f"{below:.0f}",
        # Polygons lie over polygons here: none of them may push the names of others away.
        "obstacle": "0", "displayAll": "0", "fontMinPixelSize": "3", "fontMaxPixelSize": "10000",
        "limitNumLabels": "0", "maxNumLabels": "2000",
    }  # fmt: skip
    add_element(settings, "rendering", rendering)
    parent.set("labelsEnabled", "1")


def _add_aliases(parent: ET.Element, columns: Sequence[OutputColumn]) -> None:
    aliases = add_element(parent, "aliases")
    for place, column in enumerate(columns, start=1):
        told = {"index": str(place), "field": column.name, "name": column.header}
        add_element(aliases, "alias", told)


_SLD: Final = "http://www.opengis.net/sld"
_SE: Final = "http://www.opengis.net/se"
_OGC: Final = "http://www.opengis.net/ogc"


def layer_sld(layer: ResultLayer) -> str:
    """
    Style of a layer for other programs (SLD 1.1).

    Parameters
    ----------
    layer
        A layer with a geometry.

    Returns
    -------
    text
        The document.
    """
    for prefix, space in (("", _SLD), ("se", _SE), ("ogc", _OGC)):
        ET.register_namespace(prefix, space)
    root = ET.Element(f"{{{_SLD}}}StyledLayerDescriptor", {"version": "1.1.0"})
    named = add_element(root, f"{{{_SLD}}}NamedLayer")
    add_element(named, f"{{{_SE}}}Name", text=layer.declared.name)
    style = add_element(named, f"{{{_SLD}}}UserStyle")
    add_element(style, f"{{{_SE}}}Name", text=layer.declared.name)
    rules = add_element(style, f"{{{_SE}}}FeatureTypeStyle")
    if layer.symbols is not None:
        for each in legend_classes(layer.symbols):
            _add_rule(rules, layer.symbols, each, layer.declared.geometry or "")
    return xml_document(root)


def _add_rule(parent: ET.Element, symbols: Symbols, each: SymbolClass, kind: str) -> None:
    rule = add_element(parent, f"{{{_SE}}}Rule")
    add_element(rule, f"{{{_SE}}}Name", text=each.label)
    about = add_element(rule, f"{{{_SE}}}Description")
    add_element(about, f"{{{_SE}}}Title", text=legend_label(each))
    if symbols.column and each.value:
        test = add_element(add_element(rule, f"{{{_OGC}}}Filter"), f"{{{_OGC}}}PropertyIsEqualTo")
        add_element(test, f"{{{_OGC}}}PropertyName", text=symbols.column)
        add_element(test, f"{{{_OGC}}}Literal", text=each.value)
    elif symbols.column:
        add_element(rule, f"{{{_SE}}}ElseFilter")
    _add_symbolizer(rule, each, kind)


def _add_symbolizer(rule: ET.Element, each: SymbolClass, kind: str) -> None:
    if kind == "MultiLineString":
        _add_parameters(
            add_element(add_element(rule, f"{{{_SE}}}LineSymbolizer"), f"{{{_SE}}}Stroke"),
            {"stroke": each.colour, "stroke-width": "1.2"},
        )
        return
    if kind == "Point":
        graphic = add_element(add_element(rule, f"{{{_SE}}}PointSymbolizer"), f"{{{_SE}}}Graphic")
        mark = add_element(graphic, f"{{{_SE}}}Mark")
        add_element(mark, f"{{{_SE}}}WellKnownName", text="circle")
        _add_parameters(add_element(mark, f"{{{_SE}}}Fill"), {"fill": each.colour})
        add_element(graphic, f"{{{_SE}}}Size", text="5")
        return
    symbolizer = add_element(rule, f"{{{_SE}}}PolygonSymbolizer")
    if not (each.dashed or each.outlined):
        # SLD has no hatching without a picture: the fill is thinned instead.
        opacity = {"fill-opacity": "0.45"} if each.hatched else {}
        fill = add_element(symbolizer, f"{{{_SE}}}Fill")
        _add_parameters(fill, {"fill": each.colour, **opacity})
    shown = each.dashed or each.outlined or each.hatched
    outline = each.colour if shown else "#FFFFFF"
    stroke = {"stroke": outline, "stroke-width": "1.4" if each.dashed else "0.5"}
    if each.dashed:
        stroke["stroke-dasharray"] = "6 3"
    _add_parameters(add_element(symbolizer, f"{{{_SE}}}Stroke"), stroke)


def _add_parameters(parent: ET.Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        add_element(parent, f"{{{_SE}}}SvgParameter", {"name": name}, value)
