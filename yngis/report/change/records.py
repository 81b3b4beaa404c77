"""Supply and approvals that changes are held against (比对用台账), read as the audit reads them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.approval_force import approval_states
from yngis.analysis.audit.idle_land.idle import FINDINGS, judge_supply
from yngis.analysis.audit.idle_land.idle_rules import read_rules
from yngis.analysis.audit.quantities import supply_masks
from yngis.catalogue.tables.shapes.shape_join import number_card
from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError, Problem
from yngis.report.no_records import no_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from yngis.catalogue.tables.table_set import TableSet

_DOUBTED: Final = "台账存疑"
_SHOWN: Final = 8


@dataclass
class LandRecords:
    """
    Ledgers of supply and approvals to be held against the ground.

    Parameters
    ----------
    supply, approvals
        Sources as the audit takes them.
    supply_shapes, approvals_shapes
        Polygons in files of their own.
    as_of
        Day as of which they are judged; the end of the later survey's year if None.
    crs
        CRS of layers that declare none.
    aliases
        The bureau's own alias map.
    """

    supply: Sequence[str] = ()
    approvals: Sequence[str] = ()
    supply_shapes: Sequence[str] = ()
    approvals_shapes: Sequence[str] = ()
    as_of: dt.date | None = None
    crs: str | None = None
    aliases: str | None = None
    notes: list[str] = field(default_factory=list)
    columns: list[pd.DataFrame] = field(default_factory=list)
    rejected: list[pd.DataFrame] = field(default_factory=list)
    issues: list[pd.DataFrame] = field(default_factory=list)

    def read_supply(self, year: int | None) -> GeoDataFrame | None:
        """
        Read and judge the supply.

        Parameters
        ----------
        year
            Year of the later survey.

        Returns
        -------
        supply
            ``id``, ``started``, ``not_started``, ``start_day``, ``finding``, ``area_m2``.
        """
        if not self.supply:
            return None
        day = self._day(year)
        rules = read_rules()
        tables, shapes = [], []
        with ExitStack() as stack:
            opened = self._open(stack, "supply", self.supply, self.supply_shapes, day)
            for records in opened.records():
                self._note_doubts(records.issues, records.rejected)
                told = judge_supply(records.frame, np.datetime64(day, "D"), rules, texts=False)
                masks = supply_masks(told)
                tables.append(
                    pd.DataFrame(
                        {
                            "id": records.frame["id"],
                            "area_m2": records.frame["area_m2"],
                            "started": masks["started"],
                            "not_started": masks["not_used"],
                            "start_day": records.frame.get("actual_start"),
                            "finding": told["finding"].map(FINDINGS),
                        }
                    )
                )
                shapes += _shapes_of(records)
            self._note_doubts(opened.closing_issues(), opened.closing_rejected())
        return self._layer(tables, shapes, "--supply", "供应宗地")

    def read_approvals(self, year: int | None) -> GeoDataFrame | None:
        """
        Read the approvals, and whether they are in force.

        Parameters
        ----------
        year
            Year of the later survey.

        Returns
        -------
        approvals
            ``id``, ``state``, ``area_m2``.
        """
        if not self.approvals:
            return None
        day = self._day(year)
        tables, shapes = [], []
        with ExitStack() as stack:
            opened = self._open(stack, "approvals", self.approvals, self.approvals_shapes, day)
            for records in opened.records():
                self._note_doubts(records.issues, records.rejected)
                states = approval_states(records.frame, np.datetime64(day, "D"))
                table = pd.DataFrame({"id": records.frame["id"], "state": states["state"]})
                tables.append(table.assign(area_m2=records.frame["area_m2"]))
                shapes += _shapes_of(records)
            self._note_doubts(opened.closing_issues(), opened.closing_rejected())
        return self._layer(tables, shapes, "--approvals", "批准用地")

    def _day(self, year: int | None) -> dt.date:
        if self.as_of is not None:
            return self.as_of
        if year is not None:
            return dt.date(year, 12, 31)
        raise LayerError(
            Problem(
                where="--as-of",
                promised="台账截止日 / the day as of which the records are judged",
                found="没有给出，后期调查也没有 SJNF / not given, and --after tells no year",
                mend="用 --as-of 或 --after-year 写明 / give --as-of or --after-year",
            )
        )

    def _open(
        self,
        stack: ExitStack,
        table: str,
        named: Sequence[str],
        drawn: Sequence[str],
        day: dt.date,
    ) -> TableSet:
        opened = stack.enter_context(
            open_tables(named, table, as_of=day, crs=self.crs, aliases=self.aliases)
        )
        tables = list(opened.tables)
        if drawn:
            shapes = stack.enter_context(
                open_tables(
                    drawn, number_card(opened.card), as_of=day, crs=self.crs,
                    aliases=self.aliases, role=f"{table}-shapes",
                )
            )  # fmt: skip
            opened = opened.with_shapes(shapes)
            tables += shapes.tables
        self.columns.append(opened.columns())
        self.notes += [
            f"{each.source}：{each.settled.told}"
            for each in tables
            if each.settled is not None and each.settled.told
        ]
        self.notes += [
            f"{each.source} 未读 / not read: {each.reason}"
            for each in opened.left_out
            if each.suspicious
        ]
        return opened

    def _note_doubts(self, issues: pd.DataFrame, rejected: pd.DataFrame) -> None:
        """Keep what the reading doubted and what it left out, for the result's tables."""
        if len(issues):
            self.issues.append(issues)
        if len(rejected):
            self.rejected.append(rejected)

    def _layer(
        self, tables: list[pd.DataFrame], shapes: list[Any], option: str, what: str
    ) -> GeoDataFrame:
        if not sum(len(table) for table in tables):
            reasons = [text for each in self.rejected for text in each["meaning"]]
            raise no_records(option, what, reasons)
        frame = pd.concat(tables, ignore_index=True)
        gone = sum(len(each) for each in self.rejected)
        if gone:
            text = f"台账未计入 {gone} 行，见 rejected.csv / rows of the ledgers not counted"
            self.notes = [note for note in self.notes if "rejected.csv" not in note] + [text]
        self.notes = [note for note in self.notes if not note.startswith(_DOUBTED)]
        doubts = Counter(str(meaning) for each in self.issues for meaning in each["meaning"])
        if doubts:
            told = "；".join(
                f"{meaning}（{count}）" for meaning, count in doubts.most_common(_SHOWN)
            )
            more = f"；另 {len(doubts) - _SHOWN} 类 / kinds more" if len(doubts) > _SHOWN else ""
            self.notes.append(
                f"{_DOUBTED}：{told}{more}；逐行见 issues.csv / doubts about the ledgers that the "
                "comparison rests on"
            )
        return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs="EPSG:4490"))


def _shapes_of(records: Any) -> list[Any]:  # noqa: ANN401 - a batch of records
    if records.geometry is None:
        return [None] * len(records.frame)
    return list(records.geometry)
