"""Approvals and supply read, judged and placed, batch by batch; little of each is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.balancing.approval_reductions import reduce_approvals
from yngis.analysis.audit.balancing.polygon_store import ShapeStore
from yngis.analysis.audit.idle_land.agreed_terms import terms_computed
from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.analysis.audit.idle_land.periods import days_of
from yngis.analysis.audit.idle_land.unread_days import days_in_words
from yngis.analysis.audit.inefficient import find_inefficient
from yngis.analysis.audit.places import Gazetteer, Placing
from yngis.analysis.audit.quantities import supply_masks
from yngis.catalogue.io.row_numbers import row_numbers_text
from yngis.catalogue.tables.cards.input_card import read_input_card
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, REJECTED_COLUMNS, row_rules
from yngis.catalogue.tables.table_set import no_issues, no_rejected, with_source
from yngis.catalogue.tables.values.cells import truth_words
from yngis.measure.units import HECTARE_M2
from yngis.report.audit.doubts.place_names import place_name_issues
from yngis.report.audit.wording import TABLES_ZH, finding_label
from yngis.report.csv_writer import DIGITS, CsvWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.approval_reductions import Reduced
    from yngis.analysis.audit.idle_land.idle_rules import RuleSet
    from yngis.analysis.audit.inefficient import Standard
    from yngis.catalogue.tables.table import Records
    from yngis.catalogue.tables.table_set import TableSet
    from yngis.measure.progress import StageProgress


FINDING_COLUMNS: Final = [
    "source", "row", "id", "contract_no", "supervision_no", "parcel_no", "holder", "project",
    "zone", "county", "prefecture", "region", "approval_no", "supply_date", "method", "use_code",
    "use_name", "area_m2", "recorded_m2", "price_wan", "finding", "finding_zh", "branch",
    "idle_class",
    "start_due", "start_basis", "idle_since", "days", "area_share", "invest_share", "cause",
    "seized", "recognised", "finding_no", "recovery",
    "fee_wan", "rule", "action", "evidence", "flags",
    "started", "completed", "not_used", "inefficient", "failing",
]  # fmt: skip
"""Columns of ``supply_findings.csv``."""


NEAR_BORDER_M: Final = 500.0
"""
Distance [m] from the county that a record names within which the border decides nothing: its
vertices lie some 200 m apart. A default of ours.
"""


FAR_FROM_ZONE_M: Final = 2_000.0
"""Distance [m] from the zone that a record names beyond which it is told. A default of ours."""
FAR_FROM_SCHEMATIC_M: Final = 15_000.0
"""The same from a zone of the plan's scheme, whose outline is not surveyed. A default of ours."""

_MOST_SHOWN: Final = 12


@dataclass
class Doubts:
    """
    Issues and rejected rows, written as they come, counted by rule.

    Parameters
    ----------
    issues, rejected
        Writers of the two tables.
    """

    issues: CsvWriter
    rejected: CsvWriter
    counts: dict[tuple[str, str, str], list[float]] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    answers: dict[tuple[str, str, str], tuple[list[int], dict[str, None]]] = field(
        default_factory=dict
    )

    @classmethod
    def open(cls, folder: Path) -> Doubts:
        """Open both tables in a folder."""
        return cls(
            CsvWriter(folder / "issues.csv", list(no_issues().columns), digits=DIGITS),
            CsvWriter(folder / "rejected.csv", list(no_rejected().columns), digits=DIGITS),
        )

    def add(self, issues: pd.DataFrame, rejected: pd.DataFrame) -> None:
        """Add doubts of a batch."""
        self.issues.write(issues)
        self.rejected.write(rejected)
        untypical = issues[issues["rule"].astype("str").str.endswith("_untypical")]
        self.whole += [
            f"{TABLES_ZH[line['table']]} {line.get('source', '')}：{line['meaning']}："
            f"{line['value']} / {row_rules()[line['rule']].en}"
            for line in untypical.to_dict("records")
        ]
        beyond = rejected[rejected["rule"] == "supply_negative"]
        for source, lines in beyond.groupby("source"):
            told, area = row_rules()["supply_negative"], -lines["area_m2"].sum() / HECTARE_M2
            self.whole.append(
                f"{TABLES_ZH['supply']} {source} {row_numbers_text(lines['row'].tolist())}："
                f"{told.zh}（{area:,.2f} 公顷） / {told.en}: {area:,.2f} ha"
            )
        unclear = issues[issues["rule"] == "truth_unclear"]
        for line in unclear.to_dict("records"):
            key = (str(line["table"]), str(line.get("source", "")), str(line["field"]))
            rows, words = self.answers.setdefault(key, ([], {}))
            rows.append(int(line["row"]))
            if len(words) < _MOST_SHOWN:
                words[str(line["value"])] = None
        for outcome, frame in (("flagged", issues), ("rejected", rejected)):
            for (table, rule), group in frame.groupby(["table", "rule"]):
                held = self.counts.setdefault((str(table), outcome, str(rule)), [0.0, 0.0])
                held[0] += len(group)
                held[1] += float(group["area_m2"].fillna(0.0).sum())

    def add_issues(self, issues: pd.DataFrame) -> None:
        """Add doubts about rows that are kept."""
        self.add(issues, no_rejected())

    def unread_answers(self) -> list[str]:
        """Say which columns of yes and no hold other words, in which rows, and what is read."""
        lines = []
        for (table, source, name), (held, values) in self.answers.items():
            column = read_input_card(table).column(name)
            words = "、".join(f"“{value}”" for value in values)
            rows = row_numbers_text(held)
            known = truth_words(column.says_yes, column.says_no)
            lines.append(
                f"{source} “{column.zh}”栏 {len(held):,} 处既不是“是”也不是“否”，未读，"
                f"不作是也不作否：{rows}，写作 {words}；认得的写法 {known} / "
                f"answers neither yes nor no in {column.name}: not read and taken for neither"
            )
        return lines

    def close(self) -> None:
        """Close both files."""
        for writer in (self.issues, self.rejected):
            writer.__exit__(None, None, None)

    def to_frame(self) -> pd.DataFrame:
        """Tell how many rows broke which rule, and how much land they hold."""
        rules = row_rules()
        return pd.DataFrame(
            [
                (
                    table,
                    outcome,
                    rule,
                    rules[rule].zh,
                    rules[rule].mend_zh,
                    int(rows),
                    m2 / HECTARE_M2,
                )
                for (table, outcome, rule), (rows, m2) in sorted(self.counts.items())
            ],
            columns=["table", "outcome", "rule", "meaning", "remedy", "rows", "area_ha"],
        )


@dataclass
class Approved:
    """
    All approvals.

    Attributes
    ----------
    frame
        The records, positions as index.
    geometry
        Their polygons; None for a table.
    """

    frame: pd.DataFrame
    geometry: np.ndarray | None


def county_issues(gazetteer: Gazetteer, records: Records, table: str) -> pd.DataFrame:
    """Doubts about records that name another county than their polygon lies in (县区不符)."""
    frame = records.frame
    metres, main = gazetteer.county_doubts(frame, records.geometry)
    lines: list[tuple[Any, ...]] = []
    for rule, where in (
        ("county_near_border", metres <= NEAR_BORDER_M),
        ("county_differs", metres > NEAR_BORDER_M),
    ):
        # The survey is not summed up by county: a generalised border puts nothing of it in doubt.
        if where.any() and (table != "parcels" or rule == "county_differs"):
            said = frame["county"].astype("object")
            told = frame.assign(
                county=[f"{one} → {other}" for one, other in zip(said, main, strict=True)]
            )
            doubted = pd.Series(where, index=frame.index)
            lines += _issue_lines(told, doubted, "county", rule, table)
    told_of = pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))
    return with_source(told_of, str(frame["source"].iloc[0]) if len(frame) else "", 1)


def zone_distance_issues(gazetteer: Gazetteer, records: Records, table: str) -> pd.DataFrame:
    """Doubts about records that name a zone far from their polygon (开发区不符)."""
    frame = records.frame
    metres, schematic = gazetteer.zone_distances(frame, records.geometry)
    far = metres > np.where(schematic, FAR_FROM_SCHEMATIC_M, FAR_FROM_ZONE_M)
    # Land outside the province is far from every zone, and told as that.
    outside = records.issues.loc[records.issues["rule"] == "outside_province", "row"]
    far &= ~frame["row"].isin(outside).to_numpy()
    lines: list[tuple[Any, ...]] = []
    if far.any():
        told = frame.assign(
            zone=[
                f"{name}：图形距该区 {each / 1000:.0f} 公里 / km"
                for name, each in zip(frame["zone"], metres, strict=True)
            ]
        )
        lines = _issue_lines(told, pd.Series(far, index=frame.index), "zone", "zone_far", table)
    told_of = pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))
    return with_source(told_of, str(frame["source"].iloc[0]) if len(frame) else "", 1)


def collect_approvals(
    table: TableSet, doubts: Doubts, tick: StageProgress, gazetteer: Gazetteer, as_of: np.datetime64
) -> Approved:
    """Read the approvals (读批准用地)."""
    frames, shapes, done = [], [], 0
    for records in table.records():
        doubts.add(records.issues, records.rejected)
        doubts.add_issues(county_issues(gazetteer, records, table.card.name))
        doubts.add_issues(zone_distance_issues(gazetteer, records, table.card.name))
        doubts.add_issues(place_name_issues(gazetteer, records, table.card.name))
        frames.append(records.frame)
        if records.geometry is not None:
            shapes.append(records.geometry)
        done += len(records.frame)
        tick("读取批准用地 / reading approvals", done, table.total)
    doubts.add(table.closing_issues(), table.closing_rejected())
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_LEAST)
    geometry = np.concatenate(shapes) if shapes else None
    reduced = reduce_approvals(frame, as_of)
    _tell_reductions(frame, reduced, doubts)
    return Approved(reduced.frame, None if geometry is None else geometry[reduced.kept])


def _tell_reductions(frame: pd.DataFrame, reduced: Reduced, doubts: Doubts) -> None:
    """Tell what was taken out of approvals, and what no approval could take."""
    rules = row_rules()
    told = [
        (
            frame["source"].iloc[at], "approvals", frame["row"].iloc[at], frame["id"].iloc[at],
            column, value, code, rules[code].zh, rules[code].mend_zh, area,
        )
        for at, column, value, code, area in reduced.told
    ]  # fmt: skip
    doubts.add_issues(pd.DataFrame(told, columns=["source", *ISSUE_COLUMNS]))
    rule = rules["no_area"]
    left = [
        (
            frame["source"].iloc[at], "approvals", frame["row"].iloc[at], frame["id"].iloc[at],
            rule.rule, rule.zh, rule.mend_zh, 0.0, f"{frame['recorded_m2'].iloc[at]:g} m²",
        )
        for at in reduced.unmatched
    ]  # fmt: skip
    doubts.add(no_issues(), pd.DataFrame(left, columns=["source", *REJECTED_COLUMNS]))


_LEAST: Final = ["source", "row", "id", "area_m2", "recorded_m2", "measured_m2"]
_KEPT: Final = [
    "source",
    "id",
    "row",
    "area_m2",
    "recorded_m2",
    "supply_date",
    "approval_no",
    "holder",
    "parcel_no",
    "contract_no",
    "supervision_no",
]
_AS_TEXT: Final = frozenset({"id", "holder", "parcel_no", "contract_no", "supervision_no"})
_JUDGED: Final = ["finding", "idle_class", "days", "fee_wan", "start_due", "cause", "recognised"]


@dataclass
class Supplied:
    """
    What is kept of all supply records.

    Attributes
    ----------
    core
        A few columns of every record, positions as index.
    masks
        In which quantities each record counts.
    store
        Polygons.
    zones, counties
        Where the records lie.
    bare
        Positions of the records without a polygon among records with one; a balance of polygons
        does not know their land.
    starts
        Day on which work began on each record, datetime64[D].
    """

    core: pd.DataFrame
    masks: pd.DataFrame
    store: ShapeStore
    zones: Placing
    counties: Placing
    bare: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    starts: NDArray[np.datetime64] = field(default_factory=lambda: np.empty(0, dtype="M8[D]"))


class SupplyCollector:
    """
    Reader of the supply: judges every batch, writes its findings, keeps little (读供应宗地).

    Parameters
    ----------
    rules
        Rules on idle land.
    standards
        Standards for inefficient land.
    gazetteer
        Places.
    as_of
        Day of the audit, datetime64[D].
    """

    def __init__(
        self,
        rules: RuleSet,
        standards: Sequence[Standard],
        gazetteer: Gazetteer,
        as_of: np.datetime64,
    ) -> None:
        self._rules, self._standards = rules, standards
        self._gazetteer, self._as_of = gazetteer, as_of
        year = as_of.astype("datetime64[Y]").astype("datetime64[D]")
        self._year_end = year - np.timedelta64(1, "D")

    def collect(
        self, table: TableSet, writer: CsvWriter, doubts: Doubts, tick: StageProgress
    ) -> Supplied:
        """Read, judge and place all records."""
        cores, masks, zones, counties = [], [], [], []
        store, first = ShapeStore(), 0
        bare = [np.empty(0, dtype=np.int64)]
        starts = [np.empty(0, dtype="M8[D]")]
        for records in table.records():
            frame = records.frame
            findings, counted = self._judge(frame)
            extra = self._unread(records, findings)
            issues = self._told_in_words(records)
            doubts.add(pd.concat([issues, extra], ignore_index=True), records.rejected)
            zone = self._gazetteer.place_zones(frame, records.geometry)
            county = self._gazetteer.place_counties(frame, records.geometry)
            doubts.add_issues(county_issues(self._gazetteer, records, table.card.name))
            doubts.add_issues(zone_distance_issues(self._gazetteer, records, table.card.name))
            doubts.add_issues(place_name_issues(self._gazetteer, records, table.card.name))
            told = self._told(frame, findings, zone, county)
            told["not_used"] = counted["not_used"].to_numpy()
            writer.write(told)
            cores.append(self._core(told))
            masks.append(counted)
            starts.append(_start_days(frame))
            zones.append((first, zone))
            counties.append((first, county))
            if records.geometry is not None:
                store.add(records.geometry)
                none = shapely.is_missing(records.geometry) | shapely.is_empty(records.geometry)
                bare.append(first + none.nonzero()[0])
            first += len(frame)
            tick("判定供应宗地 / judging supply", first, table.total)
        doubts.add(table.closing_issues(), table.closing_rejected())
        return Supplied(
            _join_frames(cores, [*_KEPT, *_JUDGED, "zone", "inefficient"]),
            _join_frames(masks, []),
            store,
            Placing.joined(zones),
            Placing.joined(counties),
            np.concatenate(bare),
            np.concatenate(starts),
        )

    def _judge(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        told = not _TELL_START.isdisjoint(frame.columns)
        findings = judge_supply(frame, self._as_of, self._rules, start_told=told)
        held = frame
        if "supply_date" in frame:
            # Land supplied this year was no stock when the year began.
            days = frame["supply_date"].to_numpy().astype("datetime64[D]")
            held = frame[~(days > self._year_end)]
        before = judge_supply(
            held, self._year_end, self._rules, texts=False, start_told=told
        ).reindex(frame.index)
        counted = supply_masks(findings, before)
        if self._standards:
            marks = find_inefficient(frame, self._standards, self._as_of, self._rules.counting)
            findings["inefficient"] = marks["inefficient"]
            findings["failing"] = marks["failing"]
        return findings, counted

    def _told_in_words(self, records: Records) -> pd.DataFrame:
        """Issues of intake, without 未读 for cells whose words are the fact (已动工)."""
        frame, issues = records.frame, records.issues.copy()
        said = issues["rule"] == "date_unread"
        if said.any():
            rule = row_rules()["day_in_words"]
            words = days_in_words(frame, self._as_of, self._rules)
            rows = {name: set(frame["row"][where].tolist()) for name, where in words.items()}
            pairs = zip(issues["field"], issues["row"], strict=True)
            read = said & np.array([row in rows.get(str(field), ()) for field, row in pairs])
            told = [rule.rule, rule.zh, rule.mend_zh]
            issues.loc[read, ["rule", "meaning", "remedy"]] = told
            rule = row_rules()["day_computed"]
            terms = set(frame["row"][terms_computed(frame, self._rules.counting)].tolist())
            read = said & (issues["field"] == "agreed_start") & issues["row"].isin(terms)
            issues.loc[read, ["rule", "meaning", "remedy"]] = [rule.rule, rule.zh, rule.mend_zh]
        return issues

    def _unread(self, records: Records, findings: pd.DataFrame) -> pd.DataFrame:
        """Doubts that only the rules can tell: words that they do not list."""
        frame = records.frame
        lines: list[tuple[Any, ...]] = []
        if "idle_cause" in frame:
            unread = frame["idle_cause"].notna() & (findings["cause"] == "")
            lines += _issue_lines(frame, unread, "idle_cause", "cause_unread")
        flags = findings["flags"].str.split(";")
        for flag, (column, rule) in _DOUBTS_BY_FLAG.items():
            if column in frame:
                doubted = flags.map(lambda codes, flag=flag: flag in codes)
                lines += _issue_lines(frame, doubted, column, rule)
        told = pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))
        return with_source(told, str(frame["source"].iloc[0]) if len(frame) else "", 1)

    def _told(
        self, frame: pd.DataFrame, findings: pd.DataFrame, zone: Placing, county: Placing
    ) -> pd.DataFrame:
        # What was judged goes before what was recorded under the same name.
        told = pd.concat([frame.drop(columns=findings.columns, errors="ignore"), findings], axis=1)
        places = self._gazetteer
        told["finding_zh"] = [
            finding_label(code, recognised=bool(sure))
            for code, sure in zip(findings["finding"], findings["recognised"], strict=True)
        ]
        told["zone"] = places.main_zones(zone, len(frame))
        told["county"] = county.main(len(frame))
        told["prefecture"] = [places.prefectures.get(name, name) for name in told["county"]]
        told["region"] = [places.regions.get(name, name) for name in told["county"]]
        return told

    @staticmethod
    def _core(told: pd.DataFrame) -> pd.DataFrame:
        columns = [*_KEPT, *_JUDGED, "zone", "inefficient"]
        core = told.reindex(columns=columns)
        # A list without the column, joined with one that has it, must not make texts of its days.
        core["supply_date"] = days_of(told, "supply_date").astype("M8[s]")
        for name in (
            "source",
            "id",
            "approval_no",
            "holder",
            "parcel_no",
            "contract_no",
            "supervision_no",
            "zone",
            "finding",
            "idle_class",
            "cause",
        ):
            core[name] = core[name].astype("str" if name in _AS_TEXT else "category")
        return core


# Columns of which any could tell that work has started; without them 未动工 would be a guess.
_TELL_START: Final = frozenset(
    {"actual_start", "permit_no", "actual_completion", "suspended_since", "area_developed_m2"}
)
_DOUBTS_BY_FLAG: Final = {
    "start_column_missing": ("agreed_start", "start_column_missing"),
    "letter_doubtful": ("finding_no", "letter_doubtful"),
    "extended_without_date": ("disposal", "extension_without_date"),
    "disposal_unread": ("disposal", "disposal_unread"),
    "disposal_not_done": ("disposal", "disposal_not_done"),
    "disposal_revoked": ("disposal", "disposal_revoked"),
    "cause_in_disposal": ("disposal", "cause_in_disposal"),
    "used_after_end": ("disposal", "used_after_end"),
    "seizure_contradicted": ("idle_cause", "seizure_contradicted"),
    "disposal_partial": ("disposal", "disposal_partial"),
    "extension_too_long": ("extended_start", "extension_too_long"),
    "extension_not_agreed": ("extension_note", "extension_not_agreed"),
    "remark_decides": ("remarks", "remark_decides"),
    "remark_unread": ("remarks", "remark_unread"),
    "state_decides": ("other_states", "state_decides"),
    "state_unread": ("other_states", "state_unread"),
    "cause_remarked": ("remarks", "cause_remarked"),
    "cause_in_state": ("other_states", "cause_remarked"),
    "seizure_remarked": ("remarks", "remark_decides"),
    "temporary_expired": ("disposal", "temporary_expired"),
    "price_missing": ("price_wan", "price_missing"),
}
"""Doubts that only the rules can tell, by flag: the column, and the rule of ``row_rules.csv``."""


def _issue_lines(
    frame: pd.DataFrame, where: pd.Series, column: str, rule: str, table: str = "supply"
) -> list[tuple[Any, ...]]:
    told = row_rules()[rule]
    found = frame[where.to_numpy(dtype=bool, na_value=False)]
    return [
        (table, row, number, column, value, rule, told.zh, told.mend_zh, area)
        for row, number, value, area in zip(
            found["row"], found["id"], found[column], found["area_m2"], strict=True
        )
    ]


def _join_frames(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=columns)
    for name in columns:
        # The same categories in every batch, so that joining keeps them.
        if any(isinstance(frame[name].dtype, pd.CategoricalDtype) for frame in frames):
            held = sorted({value for frame in frames for value in frame[name].cat.categories})
            for frame in frames:
                frame[name] = frame[name].cat.set_categories(held)
    return pd.concat(frames, ignore_index=True)


def _start_days(frame: pd.DataFrame) -> NDArray[np.datetime64]:
    """Day on which work began on each record of a batch."""
    if "actual_start" not in frame:
        return np.full(len(frame), np.datetime64("NaT", "D"))
    return frame["actual_start"].to_numpy().astype("datetime64[D]")
