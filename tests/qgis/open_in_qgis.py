"""Open a delivery in QGIS itself, without a screen, and look at it; for the system's Python."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def look_at_layer(layer: QgsVectorLayer) -> dict[str, object]:
    """Tell how QGIS understood a layer."""
    renderer = layer.renderer()
    told: dict[str, object] = {
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "crs": layer.crs().authid(),
        "renderer": renderer.type() if renderer else "",
        "labels": bool(layer.labelsEnabled() and layer.labeling()),
        "aliases": {field.name(): field.alias() for field in layer.fields()},
        "meanings": {field.name(): field.comment() for field in layer.fields()},
    }
    if told["labels"]:
        settings = layer.labeling().settings()
        told["label"] = settings.fieldName
        told["label_fault"] = QgsExpression(settings.fieldName).parserErrorString()
        told["written"] = written_labels(layer)
        told["label_scale"] = settings.minimumScale
    if told["renderer"] == "categorizedSymbol":
        told["column"] = renderer.classAttribute()
        told["classes"] = [
            {
                "value": each.value(),
                "label": each.label(),
                "colour": each.symbol().color().name().upper(),
                "seen": seen_colour(layer, str(each.value())),
            }
            for each in renderer.categories()
        ]
    elif renderer:
        told["colour"] = renderer.symbol().color().name().upper()
    return told


def written_labels(layer: QgsVectorLayer) -> list[str]:
    """Labels that QGIS writes on a map of the first polygons."""
    shapes = [each.geometry() for each in layer.getFeatures() if not each.geometry().isNull()]
    box = shapes[0].boundingBox()
    box.scale(6.0)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(800, 800))
    settings.setExtent(box)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    found = job.takeLabelingResults()
    return sorted(each.labelText for each in found.labelsWithinRect(settings.extent()))


def seen_colour(layer: QgsVectorLayer, value: str) -> str:
    """Colour in the middle of the first polygon of a class, as QGIS draws it; empty for none."""
    column = layer.renderer().classAttribute()
    for feature in layer.getFeatures():
        if str(feature[column]) != value or feature.geometry().isNull():
            continue
        box = feature.geometry().boundingBox()
        settings = QgsMapSettings()
        settings.setLayers([layer])
        settings.setFlag(QgsMapSettings.DrawLabeling, on=False)
        settings.setBackgroundColor(QColor("#FFFFFF"))
        settings.setDestinationCrs(layer.crs())
        settings.setOutputSize(QSize(101, 101))
        inside = feature.geometry().pointOnSurface().boundingBox().center()
        half = max(box.width(), box.height()) / 50
        box.set(inside.x() - half, inside.y() - half, inside.x() + half, inside.y() + half)
        settings.setExtent(box)
        job = QgsMapRendererSequentialJob(settings)
        job.start()
        job.waitForFinished()
        return str(job.renderedImage().pixelColor(50, 50).name().upper())
    return ""


def main(folder: str, out: str) -> None:
    """Open every layer by itself and every project; write down what QGIS saw."""
    app = QgsApplication([], GUIenabled=False)
    app.initQgis()
    told: dict[str, object] = {}
    for path in sorted(Path(folder).rglob("*.qgs")):
        project = QgsProject.instance()
        assert project.read(str(path)), path
        layers = project.mapLayers().values()
        told[path.name] = {
            "title": project.title(),
            "crs": project.crs().authid(),
            "layers": {
                each.id().removeprefix("yngis_layer_"): look_at_layer(each) for each in layers
            },
            "order": [each.name() for each in project.layerTreeRoot().findLayers()],
        }
        if os.environ.get("YNGIS_PICTURE"):
            settings = QgsMapSettings()
            settings.setLayers(
                [each.layer() for each in project.layerTreeRoot().findLayers()
                 if each.layer().isSpatial()]
            )  # fmt: skip
            settings.setDestinationCrs(project.crs())
            settings.setBackgroundColor(QColor("#FFFFFF"))
            settings.setOutputSize(QSize(1400, 1000))
            extent = project.viewSettings().defaultViewExtent()
            settings.setExtent(extent)
            job = QgsMapRendererSequentialJob(settings)
            job.start()
            job.waitForFinished()
            job.renderedImage().save(f"{os.environ['YNGIS_PICTURE']}/{path.stem}.png")
        stored = path.with_suffix(".gpkg")
        names = list(told[path.name]["layers"])
        alone = {name: QgsVectorLayer(f"{stored}|layername={name}", name, "ogr") for name in names}
        # Opened by themselves, layers take the style that the GeoPackage holds for them.
        told[stored.name] = {"layers": {name: look_at_layer(each) for name, each in alone.items()}}
        del alone
        project.clear()
    Path(out).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    app.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
