"""Records that stand twice (查重): in one table, in two lists, or alike by number only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.text import fold_text
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.catalogue.tables.rows.row_rules import SAME_AREA_M2
from yngis.catalogue.tables.values.document_numbers import loose_number, plain_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.rows.row_faults import Faults

# What two lists of the same land say alike; the days of what happened may have come later.
_IDENTITY: Final = ("holder", "zone", "county", "supply_date", "approval_date", "agreed_start")
_JOINTS: Final = re.compile(r"[/|]")
_FIRM: Final = re.compile(r"(?:股份|有限|责任|集团|公司)+$")


def identity_traits(frame: pd.DataFrame, card: InputCard) -> NDArray[np.uint64]:
    """Say by hashes whose land a record is, where, and under which days of the contract."""
    traits = np.zeros((len(frame), len(_IDENTITY)), dtype=np.uint64)
    for place, name in enumerate(_IDENTITY):
        if name not in frame or name not in card.names:
            continue
        values = frame[name]
        present = values.notna().to_numpy()
        if card.column(name).kind == "day":
            plain = values.astype("str").to_numpy(dtype=object)
        else:
            texts = values.fillna("").to_numpy(dtype=object)
            plain = np.array([_plain_name(str(text)) for text in texts], dtype=object)
        traits[present, place] = pd.util.hash_array(plain[present], categorize=False)
    return traits


def key_part_hashes(frame: pd.DataFrame, card: InputCard) -> NDArray[np.uint64]:
    """Hashes of the numbers beside the first of a key, ``(n, parts)``, 0 where there is none."""
    names = [*card.key[1:], *card.stand_ins]
    parts = np.zeros((len(frame), len(names)), dtype=np.uint64)
    for place, name in enumerate(names):
        if name in frame:
            plain = [loose_number(value) for value in frame[name]]
            present = np.array([value is not None for value in plain], dtype=bool)
            texts = np.array(plain, dtype=object)[present]
            parts[present, place] = pd.util.hash_array(texts, categorize=False)
    return parts


def contradict_traits(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell pairs of traits that cannot be of the same land, ``(n,)`` (同地与否)."""
    both = (one != 0) & (other != 0)
    differ = both & (one != other)
    signed = [_IDENTITY.index(name) for name in ("supply_date", "approval_date")]
    same_day = (both & (one == other))[:, signed].any(axis=1)
    # Of one contract the start may have been agreed anew.
    differ[same_day, _IDENTITY.index("agreed_start")] = False
    found: NDArray[np.bool_] = differ.any(axis=1)
    return found


def _pairs_that_agree(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell pairs of one holder and one day of the contract, ``(n,)``."""
    same = (one != 0) & (one == other)
    signed = [_IDENTITY.index(name) for name in ("supply_date", "approval_date")]
    found: NDArray[np.bool_] = same[:, _IDENTITY.index("holder")] & same[:, signed].any(axis=1)
    return found


def _plain_name(text: str) -> str:
    """Name without what two lists write or leave out: 有限公司, blanks, width."""
    folded = fold_text(text)
    return _FIRM.sub("", folded) or folded


def loose_key(key: str) -> str:
    """
    Form of a key of several numbers in which what offices write apart is alike.

    Examples
    --------
    >>> loose_key("云安〔2019〕06/P-1") == loose_key("云安2019-6/P01")
    True
    """
    return "/".join(loose_number(part) or part for part in _JOINTS.split(str(key)))


class Seen:
    """
    Records met so far, as hashes, so that doubles are found across batches and sources (查重).

    A hash of 64 bits is enough: among 10⁶ records two different ones collide with 3·10⁻⁸.
    """

    def __init__(self) -> None:
        self._keys = np.empty(0, dtype=np.uint64)
        self._contents = np.empty(0, dtype=np.uint64)
        self._areas = np.empty(0, dtype=np.float64)
        self._rows = np.empty(0, dtype=np.int64)
        self._sources = np.empty(0, dtype=np.int32)
        self._traits = np.empty((0, len(_IDENTITY)), dtype=np.uint64)
        self._numbers = np.empty(0, dtype=np.uint64)
        self._spelt = np.empty(0, dtype=np.uint64)
        self._parts: NDArray[np.uint64] | None = None
        self._labels: list[str] = []
        self._earlier: dict[str, list[tuple[Any, ...]]] = {}

    def judge(
        self,
        keys: NDArray[np.object_],
        frame: pd.DataFrame,
        named: NDArray[np.bool_],
        faults: Faults,
        source: str = "",
        *,
        traits: NDArray[np.uint64] | None = None,
        numbers: NDArray[np.object_] | None = None,
        parts: NDArray[np.uint64] | None = None,
    ) -> None:
        """
        Flag records whose key was met before; leave out those that are the same altogether.

        A record of another source with the same key and the same area, or none, is the same land in
        a second list: it is left out even where other cells differ, because land is not supplied
        twice.
        Counties number their contracts alike: where holder, zone, county or a day of the contract
        contradict, both are counted and both are told. ``numbers`` are the first numbers of the
        keys and ``parts`` hashes of the further ones: a further number that only one list has does
        not tell its record from the other's.
        """
        if traits is None:
            traits = np.zeros((len(keys), len(_IDENTITY)), dtype=np.uint64)
        places = named.nonzero()[0]
        if len(places) == 0:
            return
        if source not in self._labels:
            self._labels.append(source)
        mine = self._labels.index(source)
        # Case, blanks, brackets and dashes make no other contract; nor do leading zeros and what
        # stands between the parts of a number, where the records agree besides.
        spelt = _spelling_hashes((keys if numbers is None else numbers)[places])
        folded = np.array([loose_key(key) for key in keys[places]], dtype=object)
        hashes = pd.util.hash_array(folded, categorize=False)
        contents = pd.util.hash_pandas_object(frame.iloc[places], index=False).to_numpy()
        contents = contents ^ hashes
        areas = frame["area_m2"].to_numpy(dtype=np.float64)[places]
        first = self._first_of(hashes)
        bare = hashes if numbers is None else _number_hashes(numbers[places])
        mine_parts = np.zeros((len(places), 0), dtype=np.uint64) if parts is None else parts[places]
        first = self._first_by_number(first, bare, mine_parts, areas, mine)
        loose = self._loosely_met(first, bare, mine_parts, mine)
        before = first >= 0
        within = pd.Series(hashes).duplicated().to_numpy()
        again = before | within
        same = np.isin(contents, self._contents) | pd.Series(contents).duplicated().to_numpy()
        elsewhere = np.zeros(len(places), dtype=bool)
        elsewhere[before] = self._sources[first[before]] != mine
        copied = np.zeros(len(places), dtype=bool)
        earlier = self._areas[first[elsewhere]]
        alike = np.abs(earlier - areas[elsewhere]) <= SAME_AREA_M2
        # A list of land taken back may say nothing of its area; what it tells goes to the first.
        alike |= np.isnan(areas[elsewhere])
        theirs, ours = self._traits[first[elsewhere]], traits[places[elsewhere]]
        exact = self._spelt[first[elsewhere]] == spelt[elsewhere]
        copied[elsewhere] = (
            alike & ~contradict_traits(theirs, ours) & (exact | _pairs_that_agree(theirs, ours))
        )
        told = self._told(first, keys, places, elsewhere, same)
        faults.reject(places[again & same & ~elsewhere], "duplicate_record")
        faults.reject(places[copied], "duplicate_source", told)
        faults.flag(places[again & ~same & ~elsewhere], "key", keys, "same_contract")
        faults.flag(places[elsewhere & ~copied], "key", told, "same_in_source")
        faults.flag(places[loose & ~within], "key", keys, "several_in_sources")
        self._tell_earlier(first, keys, places, elsewhere & ~copied, faults, source=source)
        fresh = ~before & ~within
        self._numbers = np.concatenate([self._numbers, bare[fresh]])
        held = mine_parts[:0] if self._parts is None else self._parts
        self._parts = np.concatenate([held, mine_parts[fresh]])
        self._traits = np.concatenate([self._traits, traits[places[fresh]]])
        self._keys = np.concatenate([self._keys, hashes[fresh]])
        self._spelt = np.concatenate([self._spelt, spelt[fresh]])
        self._contents = np.concatenate([self._contents, contents])
        self._areas = np.concatenate([self._areas, areas[fresh]])
        self._rows = np.concatenate([self._rows, faults.rows[places[fresh]]])
        self._sources = np.concatenate(
            [self._sources, np.full(int(fresh.sum()), mine, dtype=np.int32)]
        )

    def earlier_issues(self, source: str) -> pd.DataFrame:
        """Tell the records whose number came again in another source and counts there too."""
        return pd.DataFrame(self._earlier.get(source, []), columns=list(ISSUE_COLUMNS))

    def _tell_earlier(
        self,
        first: NDArray[np.int64],
        keys: NDArray[np.object_],
        places: NDArray[np.int64],
        both: NDArray[np.bool_],
        faults: Faults,
        *,
        source: str,
    ) -> None:
        """Keep the doubt about the record that stood first, whose batch has gone."""
        rule = row_rules()["same_in_source"]
        for at in both.nonzero()[0]:
            held, key = first[at], keys[places[at]]
            told = f"{key}：又见于 {source} 第 {faults.rows[places[at]]} 行"
            row, label = int(self._rows[held]), self._labels[self._sources[held]]
            line = (
                faults.table, row, key, "key", told, rule.rule, rule.zh, rule.mend_zh,
                self._areas[held],
            )  # fmt: skip
            self._earlier.setdefault(label, []).append(line)

    def _first_of(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Position of the first record met with each key, -1 where there is none."""
        return pd.Index(self._keys).get_indexer(pd.Index(hashes)).astype(np.int64)

    def _first_by_number(
        self,
        first: NDArray[np.int64],
        numbers: NDArray[np.uint64],
        parts: NDArray[np.uint64],
        areas: NDArray[np.float64],
        mine: int,
    ) -> NDArray[np.int64]:
        """
        Find the twin in another source of a record whose further number only one of them has.

        Only where each side has the first number once, and the same area: one contract may cover
        several parcels.
        """
        if self._parts is None or not parts.shape[1] or not len(self._keys):
            return first
        found = first.copy()
        elsewhere = (self._sources != mine).nonzero()[0]
        theirs = pd.Series(elsewhere, index=self._numbers[elsewhere])
        theirs = theirs[~theirs.index.duplicated(keep=False)]
        once = ~pd.Series(numbers).duplicated(keep=False).to_numpy()
        held = theirs.reindex(numbers).fillna(-1).to_numpy(dtype=np.int64)
        for at in (once & (first < 0) & (held >= 0)).nonzero()[0]:
            one, other = self._parts[held[at]], parts[at]
            agree = ((one == other) | (one == 0) | (other == 0)).all()
            gap = abs(self._areas[held[at]] - areas[at])
            if agree and (gap <= SAME_AREA_M2 or np.isnan(areas[at])):
                found[at] = held[at]
        return found

    def _loosely_met(
        self,
        first: NDArray[np.int64],
        numbers: NDArray[np.uint64],
        parts: NDArray[np.uint64],
        mine: int,
    ) -> NDArray[np.bool_]:
        """Tell records that may be any of those of their number in another source, or none."""
        found = np.zeros(len(numbers), dtype=bool)
        elsewhere = (self._sources != mine).nonzero()[0]
        if self._parts is None or not parts.shape[1] or not len(elsewhere):
            return found
        places = pd.Series(elsewhere).groupby(self._numbers[elsewhere]).indices
        open_ = (first < 0) & np.isin(numbers, self._numbers[elsewhere])
        for at in open_.nonzero()[0]:
            theirs = self._parts[elsewhere[places[numbers[at]]]]
            found[at] = ((theirs == parts[at]) | (theirs == 0) | (parts[at] == 0)).all(axis=1).any()
        return found

    def _told(
        self,
        first: NDArray[np.int64],
        keys: NDArray[np.object_],
        places: NDArray[np.int64],
        elsewhere: NDArray[np.bool_],
        same: NDArray[np.bool_],
    ) -> NDArray[np.object_]:
        """Key of each record with the source and row where it stood first."""
        told = keys.copy()
        for at in elsewhere.nonzero()[0]:
            held = first[at]
            label = self._labels[self._sources[held]]
            end = "" if same[at] else "，其他内容不同"
            told[places[at]] = f"{keys[places[at]]}：先见于 {label} 第 {self._rows[held]} 行{end}"
        return told


def _spelling_hashes(numbers: NDArray[np.object_]) -> NDArray[np.uint64]:
    plain = np.array([plain_number(each) or each for each in numbers], dtype=object)
    hashes: NDArray[np.uint64] = pd.util.hash_array(plain, categorize=False)
    return hashes


def _number_hashes(numbers: NDArray[np.object_]) -> NDArray[np.uint64]:
    plain = np.array([loose_number(each) or str(each) for each in numbers], dtype=object)
    hashes: NDArray[np.uint64] = pd.util.hash_array(plain, categorize=False)
    return hashes
