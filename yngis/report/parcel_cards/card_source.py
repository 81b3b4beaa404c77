"""What cards are made from (卡片来源): findings of an audit, their land, pictures and history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.catalogue import load
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.shipped import SCHEMATIC
from yngis.errors import LayerError, Problem, SpecError
from yngis.measure.crs import to_cgcs2000
from yngis.plan.user_zones import read_user_zones
from yngis.report.audit.changes import find_earlier_findings, read_earlier
from yngis.report.audit.doubts.imagery_check import RECORD_NUMBERS, parcel_of_records
from yngis.report.imagery.chips import jpeg_day, jpeg_uri
from yngis.report.imagery.page import gravest_first
from yngis.report.imagery.run import card_file_name
from yngis.report.parcel_cards.parcel_land import match_finding_land, read_parcel_land
from yngis.report.parcel_cards.parcel_map import Surroundings
from yngis.report.result_folder import ResultFolder, read_result_folder, read_result_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    import shapely
    from numpy.typing import NDArray

AUDIT: Final = "yngis audit"
FINDINGS_FILE: Final = "supply_findings.csv"
LAND_FILE: Final = "balance.gpkg"
PARCELS_FILE: Final = "parcels.parquet"
_EVIDENCE: Final = "parcel_evidence.csv"
_NEEDED: Final = (
    "source", "row", "id", "supervision_no", "holder", "project", "zone", "county", "approval_no",
    "supply_date", "method", "use_code", "use_name", "area_m2", "price_wan", "finding",
    "finding_zh", "idle_class", "start_due", "start_basis", "idle_since", "days", "cause",
    "finding_no", "recovery", "fee_wan", "rule", "action", "evidence", "flags",
)  # fmt: skip
_ZONE_NOTE: Final = "审计用了自有开发区范围，未以 --zones 给出，不画范围"


class CardInputs(NamedTuple):
    """
    What cards are asked for (卡片选项).

    Attributes
    ----------
    folder
        Folder of an audit.
    findings
        Codes of the findings.
    zones
        Names of the zones; all if empty.
    since
        Folders of earlier audits, for the history.
    imagery
        Folder of ``yngis imagery evidence``, for the pictures.
    own_zones
        The bureau's own boundaries, as the audit had them.
    """

    folder: Path
    findings: tuple[str, ...] = ("suspected_idle", "overdue_start")
    zones: tuple[str, ...] = ()
    since: tuple[Path, ...] = ()
    imagery: Path | None = None
    own_zones: Path | None = None


class Picture(NamedTuple):
    """
    A picture of a parcel (影像小图).

    Attributes
    ----------
    told
        What stands below it.
    jpeg
        The picture.
    """

    told: str
    jpeg: bytes

    def uri(self) -> str:
        """
        Write the picture as an address of its own (内嵌地址).

        Returns
        -------
        uri
            ``data:image/jpeg;base64,…``.
        """
        return jpeg_uri(self.jpeg)


class CardSource(NamedTuple):
    """
    What cards are made from (卡片来源).

    Attributes
    ----------
    folder
        The audit.
    rows
        Findings as texts, the gravest and longest overdue first; ``history`` besides.
    shapes
        Polygon of each in longitude and latitude; None where the audit has none.
    around
        Land around them.
    pictures
        Of each, the earlier first; none where there is none.
    notes
        What a reader must know.
    """

    folder: ResultFolder
    rows: pd.DataFrame
    shapes: list[shapely.Geometry | None]
    around: Surroundings
    pictures: list[tuple[Picture, ...]]
    notes: tuple[str, ...]


def read_card_source(inputs: CardInputs) -> CardSource:
    """
    Read what cards are made from (读取卡片来源).

    Parameters
    ----------
    inputs
        What is asked for.

    Returns
    -------
    source
        Findings with their land, pictures and history.

    Raises
    ------
    LayerError
        If a folder is not what it should be, or no finding is to be shown.
    SpecError
        If there is no such finding or zone; names all of them.
    """
    folder = read_result_folder(inputs.folder, [AUDIT])
    _refuse_unknown_findings(inputs.findings)
    rows = read_result_table(
        folder, FINDINGS_FILE, _NEEDED, {"finding": inputs.findings}, numbered=True
    )
    rows = _rows_of_zones(folder, rows, inputs)
    notes = [
        f"{name} 与审计写出时不同，卡片按现在的内容 / changed since the audit wrote it"
        for name in folder.altered_files([FINDINGS_FILE, LAND_FILE, PARCELS_FILE])
    ]
    rows = _gravest_rows(rows, inputs.findings)
    rows["history"], told = _finding_histories(folder, rows, inputs.since)
    layers = _read_land(folder)
    parcels = folder.path / PARCELS_FILE
    if parcels.is_file():
        shapes, others = read_parcel_land(parcels, rows)
    else:
        shapes, others = match_finding_land(rows, layers.get("findings"))
    around, zone_notes = _gather_surroundings(rows, (shapes, others), layers, inputs)
    without = sum(shape is None for shape in shapes)
    if without:
        notes.append(
            f"{without:,} 宗没有图形（台账无图形，或该判定的图形不在结果文件夹中），"
            "不画图、不列坐标 / "
            "have no polygon in the audit: no map and no coordinates"
        )
    pictures, seen = _read_pictures(folder, rows, inputs.imagery)
    return CardSource(folder, rows, shapes, around, pictures, (*notes, *told, *zone_notes, *seen))


def _refuse_unknown_findings(codes: Sequence[str]) -> None:
    problems = [
        Problem("--finding", "判定代码 / a finding", code, did_you_mean(code, FINDINGS))
        for code in codes
        if code not in FINDINGS
    ]
    if problems or not codes:
        raise SpecError(
            problems
            or Problem("--finding", "判定代码 / a finding", "无 / none", did_you_mean("", FINDINGS))
        )


def _rows_of_zones(folder: ResultFolder, rows: pd.DataFrame, inputs: CardInputs) -> pd.DataFrame:
    """Rows of the zones asked for; a zone without any of them is told."""
    known = list(dict.fromkeys(rows["zone"])) or [""]
    if inputs.zones:
        whole = read_result_table(folder, "zone_summary.csv", ("level", "place"))
        known = list(dict.fromkeys([*whole["place"][whole["level"] == "zone"], *known]))
        problems = [
            Problem("--zone", "审计中的开发区 / a zone of the audit", name,
                    did_you_mean(name, known))
            for name in inputs.zones
            if name not in known
        ]  # fmt: skip
        if problems:
            raise SpecError(problems)
        rows = rows[rows["zone"].isin(inputs.zones)]
    if not len(rows):
        raise LayerError(
            Problem(
                where=str(folder.path / FINDINGS_FILE),
                promised="要制卡的宗地 / parcels to make cards of",
                found=f"没有 / none: --finding {','.join(inputs.findings)}"
                + (f" --zone {'、'.join(inputs.zones)}" if inputs.zones else ""),
                mend="换判定或开发区 / another finding or zone",
            )
        )
    return rows


def _gravest_rows(rows: pd.DataFrame, findings: Sequence[str]) -> pd.DataFrame:
    """Rows by the order of the findings asked for, the longest overdue first."""
    days = pd.to_numeric(rows["days"], errors="coerce").fillna(-np.inf).to_numpy()
    rank = rows["finding"].map({code: at for at, code in enumerate(findings)}).to_numpy()
    order = np.lexsort((rows["id"].to_numpy(dtype=str), -days, rank))
    return rows.iloc[order].reset_index(names="place")


def _finding_histories(
    folder: ResultFolder, rows: pd.DataFrame, since: Sequence[Path]
) -> tuple[list[str], tuple[str, ...]]:
    """What earlier audits found of each, the earliest first, and what could not be said."""
    if not since:
        return [""] * len(rows), ()
    earlier = sorted(
        ((read_result_folder(each, [AUDIT], "--since"), each) for each in since),
        key=lambda held: held[0].as_of,
    )
    late = [held for held, _ in earlier if held.as_of >= folder.as_of]
    if late:
        raise LayerError(
            Problem(
                where=f"--since {held.path}",
                promised=f"早于 {folder.as_of} 的审计 / an audit before it",
                found=held.as_of or "没有审计日期 / no day",
                mend="给出以前的审计 / give earlier audits",
            )
            for held in late
        )
    told: list[list[str]] = [[] for _ in range(len(rows))]
    for held, path in earlier:
        found = find_earlier_findings(read_earlier(path), rows["id"])
        for own, words in zip(told, found, strict=True):
            own.append(f"{held.as_of} {words or '无此编号'}")
    now = [f"{folder.as_of} {name}" for name in rows["finding_zh"]]
    return ["；".join([*own, last]) for own, last in zip(told, now, strict=True)], ()


def _read_land(folder: ResultFolder) -> dict[str, gpd.GeoDataFrame]:
    """Layers of the audit that maps show; none where its tables had no polygons."""
    path = folder.path / LAND_FILE
    if not path.is_file():
        return {}
    import pyogrio  # noqa: PLC0415 - GDAL takes a while to load

    try:
        there = {str(name) for name, _ in pyogrio.list_layers(path)}
        layers: dict[str, gpd.GeoDataFrame] = {
            name: pyogrio.read_dataframe(path, layer=name)
            for name in ("findings", "unsupplied")
            if name in there
        }
        for name, layer in layers.items():
            layers[name] = layer.set_geometry(to_cgcs2000(layer, f"{LAND_FILE} {name}"))
    except (OSError, ValueError, pyogrio.errors.DataSourceError) as error:
        raise LayerError(
            Problem(
                where=str(path),
                promised="审计写出的图层 / the layers that the audit wrote",
                found=" ".join(str(error).split())[:200],
                mend="重新运行 yngis audit / run the audit again",
            )
        ) from None
    return layers


def _gather_surroundings(
    rows: pd.DataFrame,
    land: tuple[list[shapely.Geometry | None], NDArray[np.object_]],
    layers: dict[str, gpd.GeoDataFrame],
    inputs: CardInputs,
) -> tuple[Surroundings, tuple[str, ...]]:
    """Neighbours, land that is approved and not supplied, and zones."""
    shapes, others = land
    if all(shape is None for shape in shapes):
        return Surroundings(np.empty(0, dtype=object), (), ()), ()
    open_land = layers["unsupplied"].geometry if "unsupplied" in layers else ()
    zones, notes = _read_zones(rows, inputs)
    held = [
        *((shape, "neighbour", str(at + 1)) for at, shape in enumerate(shapes)),
        *((shape, "other", "") for shape in others),
        *((shape, "unsupplied", "") for shape in open_land),
        *((shape, "zone", "") for shape in zones),
    ]
    kept = [each for each in held if each[0] is not None and not each[0].is_empty]
    drawn = np.empty(len(kept), dtype=object)
    drawn[:] = [each[0] for each in kept]
    return Surroundings(drawn, [each[1] for each in kept], [each[2] for each in kept]), notes


def _read_zones(
    rows: pd.DataFrame, inputs: CardInputs
) -> tuple[Sequence[shapely.Geometry], tuple[str, ...]]:
    """Outlines of the zones, and what must be said of them."""
    shipped = load("zones")
    options = read_result_folder(inputs.folder, [AUDIT]).record.get("options")
    if inputs.own_zones is not None:
        units = read_user_zones(inputs.own_zones, shipped).units
    elif isinstance(options, dict) and options.get("zones") is not None:
        return (), (_ZONE_NOTE,)
    else:
        units = shipped.assign(whole=shipped["name_zh"])
    units = units[units["whole"].isin(set(rows["zone"]))]
    schematic = bool((units["boundary"] == SCHEMATIC).any())
    return list(units.geometry), ("图上开发区范围为示意，不作定界依据",) if schematic else ()


def _read_pictures(
    audit: ResultFolder, rows: pd.DataFrame, folder: Path | None
) -> tuple[list[tuple[Picture, ...]], tuple[str, ...]]:
    """Pictures that ``yngis imagery evidence`` wrote, by any number of the parcel."""
    none: list[tuple[Picture, ...]] = [() for _ in range(len(rows))]
    if folder is None:
        return none, ()
    held = read_result_folder(folder, ["yngis imagery evidence"], "--imagery")
    table = read_result_table(held, _EVIDENCE, ("parcel", "contradiction", "disturbed_from",
                                                "provisional"))  # fmt: skip
    ordered = gravest_first(table.set_index("parcel"))
    names: dict[str, list[str]] = {}
    for number, name in enumerate(ordered.index):
        names.setdefault(str(name), []).append(card_file_name(str(name), number))
    pictures = []
    for name in _evidence_names(audit, rows, ordered.index):
        files = names.get(name, [])
        # A number that stands twice does not tell whose land the picture shows.
        pictures.append(_pictures_of(held, files[0]) if len(files) == 1 else ())
    seen = sum(bool(each) for each in pictures)
    return pictures, (f"{seen:,} 宗附影像小图 / have pictures",)


def _evidence_names(audit: ResultFolder, rows: pd.DataFrame, parcels: pd.Index[Any]) -> list[str]:
    """Name of each row's parcel in the evidence, ``""`` where there is none."""
    # Of all findings: a number may stand once among those shown and again among the others.
    whole = read_result_table(audit, FINDINGS_FILE, ("id",), only=RECORD_NUMBERS)
    told = parcel_of_records(whole, pd.Series(parcels)).fillna("").to_numpy()
    return [str(told[place]) for place in rows["place"]]


def _pictures_of(held: ResultFolder, name: str) -> tuple[Picture, ...]:
    found = (
        (told, held.path / "chips" / f"{name}_{when}.jpg")
        for told, when in (("影像：前", "before"), ("影像：后", "after"))
    )
    seen = ((told, path.read_bytes()) for told, path in found if path.is_file())
    return tuple(Picture(f"{told} {jpeg_day(jpeg)}".strip(), jpeg) for told, jpeg in seen)
