"""What a conflict check found, and what its reader must know (核查结果与须知)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.conflicts.assess import unstated_layers, withdrawn_polygons
from yngis.analysis.conflicts.units import MARK, PARCEL, ZONE
from yngis.measure.units import HECTARE_M2
from yngis.plan.zone_notes import overlap_lines

if TYPE_CHECKING:
    from yngis.plan.zone_notes import ZoneNote
    from yngis.report.conflicts.tables import Checked

UNITS: Final = {ZONE: "开发区", PARCEL: "宗地"}
COUNTED: Final = {ZONE: "个开发区", PARCEL: "宗地"}
"""Units with the word that counts them."""
DEMONSTRATION: Final = "演示数据"
_LABEL: Final = "演示数据，合成，不是任何单位的真实记录"
_SHOWN: Final = 8
_OVERLAP_M2: Final = 1.0


class ConflictResult(NamedTuple):
    """
    What a conflict check found (核查结果).

    Attributes
    ----------
    found
        Areas, evidence and tables.
    zone_notes
        What is odd of the zones.
    """

    found: Checked
    zone_notes: tuple[ZoneNote, ...]

    def warnings(self) -> list[str]:
        """
        Say what a reader of the numbers must know (须知).

        Returns
        -------
        lines
            Bilingual.
        """
        found = self.found
        told: list[str] = []
        if found.schematic:
            told.append(
                f"开发区范围为示意，每行已注明“{MARK}” / schematic zones, every line marked"
            )
        if keys := unstated_layers(found.layers):
            told.append(
                f"{'、'.join(keys)} 未说明覆盖范围：图斑 {found.rules.reach_km:g} 公里以内按已调查"
                "计，须自行确认；用 --coverage KEY=文件 或 KEY=all 说明 / coverage not stated, "
                "taken as mapped near their polygons; state it with --coverage"
            )
        for level in found.levels:
            for key, rows in level.beyond.groupby("layer", sort=False):
                names = "、".join(rows["name"].head(_SHOWN)) + ("…" if len(rows) > _SHOWN else "")
                told.append(
                    f"{key} 没有图斑靠近，按无数据计：{len(rows):,} {COUNTED[level.level]}"
                    f"（{names}） / no polygon near, counted as no data"
                )
            if len(level.lost):
                told.append(
                    f"{len(level.lost)} 处图形无法裁切，见 not_checked.csv / could not be cut"
                )
        if len(found.unlocated):
            told.append(
                f"{len(found.unlocated):,} 宗没有可用的图形，未核查，见 not_checked.csv / "
                "records without a polygon were not checked"
            )
        told += [
            f"{role} 有 {count:,} 行没有可用的图形，未计入，冲突可能漏报，见 rejected.csv、"
            "issues.csv / rows without a usable polygon: conflicts may be missed"
            for role, count in found.reading.unusable.items()
            if count and role not in {"plots", "supply"}
        ]
        told += [
            f"{name} 没有声明空值，却有 {values}，按无高程计，该处坡度不明 / the raster does not "
            "declare these values as nodata: no heights there, slope not known"
            for name, values in found.reading.fillings.items()
        ]
        told += [
            f"{role} 有 {len(extents):,} 个图斑自相交而不能修复，其外包范围内按无数据计 / polygons "
            "that cannot be mended: land in their hulls counts as no data"
            for role, extents in found.reading.extents.items()
            if extents and role not in {"plots", "supply"}
        ]
        told += [each["note"] for each in found.reading.sources if each["note"]]
        told += [*_unused_lines(found), *_kind_lines(found), *_withdrawn_lines(found)]
        told += _remark_lines(found)
        told += [*_contested_lines(found)]
        told += overlap_lines(np.array(found.zones.units.geometry.array, dtype=object))
        return list(dict.fromkeys(told))


_SHOWN_HEADERS: Final = 12


def _unused_lines(found: Checked) -> list[str]:
    """Columns of layers that were not used: they may say 已调出 or 草案."""
    return [
        f"{role} 未采用的列 / columns not used: {'、'.join(headers[:_SHOWN_HEADERS])}"
        f"{' …' if len(headers) > _SHOWN_HEADERS else ''}；其中如有状态（已调出、已核销、草案），"
        "图斑仍按有效计，须先筛选 / what they say of a polygon, such as that it was taken out, "
        "was not read"
        for role, headers in found.reading.unused.items()
        if headers and role not in {"plots", "supply"}
    ]


def _kind_lines(found: Checked) -> list[str]:
    """What polygons say of themselves that is no conflict, or that the rules do not know."""
    told = []
    for layer in found.layers:
        rule = found.rules.rule_of(layer.key)
        kinds = [str(kind) for kind in layer.polygons["kind"].dropna() if str(kind).strip()]
        if count := sum(map(rule.says_nothing, kinds)):
            told.append(
                f"{layer.key} 有 {count:,} 个图斑写明没有（{'、'.join(rule.nothing)}），算已调查，"
                "不算冲突 / say themselves that there is nothing"
            )
        bare = len(layer.polygons) - len(kinds)
        if kinds and bare and (rule.classes or rule.nothing or rule.known):
            told.append(
                f"{layer.key} 有 {bare:,} 个图斑没有写分区或等级（空白或“无”），"
                f"{'按无数据计' if rule.outside else '仍按该图层计'}，须核对 / polygons that do "
                "not say what they are of: "
                + ("no data there" if rule.outside else "counted all the same")
            )
        strange = [kind for kind in kinds if rule.is_strange(kind) and not rule.is_withdrawn(kind)]
        if strange:
            words = "、".join(dict.fromkeys(strange))[:60]
            counted = "既不算界内也不算界外" if rule.outside else "既不计入也不排除"
            told.append(
                f"{layer.key} 有 {len(strange):,} 个图斑的分区“{words}”规则不认识，{counted}，"
                "按无数据计，须核对 / of kinds that the rules do not know: no data there"
            )
    return told


def _withdrawn_lines(found: Checked) -> list[str]:
    """Polygons that may be of their layer no longer, or not yet."""
    told = []
    for layer in found.layers:
        doubtful = withdrawn_polygons(layer, found.rules.rule_of(layer.key))
        if not doubtful.any():
            continue
        said = layer.polygons[doubtful].reindex(columns=["kind", "status", "remark"]).fillna("")
        words = "、".join(dict.fromkeys(" ".join(filter(None, row)) for row in said.to_numpy()))
        told.append(
            f"{layer.key} 有 {int(doubtful.sum()):,} 个图斑写有“{words[:60]}”，是否仍是或已是该图层"
            "不明，既不计入也不排除，按无数据计 / whether these are still, or yet, of the layer is "
            "not known: neither counted nor cleared, no data there"
        )
    return told


def _remark_lines(found: Checked) -> list[str]:
    """Remarks of polygons that count: no rule says what 退耕还林 makes of them."""
    told = []
    for layer in found.layers:
        if "remark" not in layer.polygons:
            continue
        counts = ~withdrawn_polygons(layer, found.rules.rule_of(layer.key))
        said = layer.polygons.loc[counts, "remark"].fillna("").astype("str").str.strip()
        said = said[said != ""]
        if len(said):
            words = "、".join(dict.fromkeys(said))
            told.append(
                f"{layer.key} 有 {len(said):,} 个图斑写有备注“{words[:60]}”，没有改变判定，须核对"
                " / polygons with remarks that changed nothing"
            )
    return told


def _contested_lines(found: Checked) -> list[str]:
    """Planned polygons of several uses on one piece of land."""
    if found.planned is None:
        return []
    land = found.planned.land
    rows = land[land["contested_m2"] > _OVERLAP_M2]
    if len(rows) == 0:
        return []
    names = "、".join(rows["zone"].head(_SHOWN)) + ("…" if len(rows) > _SHOWN else "")
    area = float(rows["contested_m2"].sum()) / HECTARE_M2
    return [
        (
            f"规划用途图斑互有重叠：工业与其他用途重叠 {area:,.2f} 公顷（{names}），"
            "足以改变占比结论的判为无法判定 / planned uses overlap; "
            "undefined where that could turn the share's verdict"
        )
    ]


def label_of(found: Checked) -> str:
    """
    Say what stands on everything where data are made up (演示数据).

    Parameters
    ----------
    found
        What was found.

    Returns
    -------
    label
        Empty for data of one's own.
    """
    named = (str(each["source"]) for each in found.reading.sources)
    return _LABEL if any(DEMONSTRATION in each for each in named) else ""
