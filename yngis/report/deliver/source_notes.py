"""What whoever takes results over must know of them (交付说明)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from yngis.report.deliver.declared import ProgramDeclaration
    from yngis.report.deliver.sources import ResultLayer
    from yngis.report.result_folder import ResultFolder


def source_notes(
    source: ResultFolder,
    program: ProgramDeclaration,
    layers: Sequence[ResultLayer],
    zones: Path | None,
) -> list[str]:
    """
    Say what of a delivery is not as one might think (交付说明).

    Parameters
    ----------
    source
        Folder of results.
    program
        What is delivered of it.
    layers
        Its layers, as :func:`yngis.report.deliver.sources.result_layers` gives them.
    zones
        Own outlines of the zones; None for those of the plan.

    Returns
    -------
    notes
        Altered files, layers without polygons, outlines that the results do not rest on; bilingual.
    """
    names = {
        part
        for layer in program.layers
        for part in (layer.source.partition("#")[0], layer.shapes)
        if part
    }
    notes = [
        f"{name} 在运行之后被改动，交付的是改动后的内容 / altered since it was written"
        for name in source.altered_files(sorted(names))
    ]
    notes += [
        f"{layer.declared.zh}（{layer.declared.name}）没有图形，只交付属性表：结果文件夹中没有 "
        f"{layer.declared.shapes} / no polygons, attributes only"
        for layer in layers
        if layer.declared.geometry and not layer.drawn
    ]
    inputs = source.record.get("inputs")
    options = source.record.get("options")
    own = isinstance(options, dict) and bool(options.get("zones"))
    own |= any(each.get("role") == "zones" for each in inputs or () if isinstance(each, dict))
    if zones is None and own:
        notes.append(
            "结果按自有开发区范围算出，“开发区范围”图层仍是规划的示意范围；yngis deliver "
            "用 --zones 给出同一文件 / the results rest on own outlines of the zones, the layer of "
            "zones is schematic: yngis deliver takes the same file with --zones"
        )
    return notes
