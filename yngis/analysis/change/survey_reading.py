"""Codes of two surveys brought to one classification, and the doubts that keep them from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.change.land_classes import (
    SURVEY_SCHEME,
    ClassRules,
    built_of_code,
    class_of_code,
    survey_codes,
)
from yngis.analysis.change.survey_layer import text_cells
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.tables.values.land_use import (
    SCHEMES,
    read_scheme,
    scheme_of_field,
    uses_by_code,
)
from yngis.catalogue.tables.values.land_use_codes import read_record_use
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from yngis.analysis.change.survey_layer import SurveyLayer
    from yngis.catalogue.tables.values.land_use_codes import LandUseReading

_SHOWN: Final = 12
_OTHER_SCHEME: Final = "用地用海 2023"
# Roads of the survey, industry and mines of the other classification.
_TWO_MEANINGS: Final = ("1001", "1002", "1003")
NO_CODE: Final = "空"
"""What stands for a parcel without a code."""


@dataclass(slots=True)
class CodeBook:
    """
    Every code of a survey, read once (地类编码簿).

    Parameters
    ----------
    role
        What the survey is called in messages, such as ``--before``.
    stated
        Classification that the user states; empty where none is.
    surveyed
        Whether the layer has fields that the survey alone has, such as TBDLMJ: its codes are the
        survey's.
    """

    role: str
    stated: str = ""
    surveyed: bool = False
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    readings: list[LandUseReading] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def number_codes(
        self, codes: pa.Array, names: pa.Array | None, count: int
    ) -> NDArray[np.int32]:
        """
        Number the codes of a batch.

        Parameters
        ----------
        codes, names
            Cells of code and name; no names if None.
        count
            Rows.

        Returns
        -------
        numbers
            Place of each code in :attr:`readings`, ``(n,)``.
        """
        keyed = codes.dictionary_encode() if names is None else None
        if keyed is not None:
            texts = [*text_cells(keyed.dictionary, len(keyed.dictionary)), ""]
            place = keyed.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
            own = np.array([self._number(text, "") for text in texts[:-1]] + [-1])
            if (place == len(texts) - 1).any():
                own[-1] = self._number("", "")
            numbers = own[place].astype(np.int32)
        else:
            first, second = text_cells(codes, count), text_cells(names, count)
            pairs: dict[tuple[str, str], int] = {}
            numbers = np.fromiter(
                (
                    pairs[pair] if pair in pairs else pairs.setdefault(pair, self._number(*pair))
                    for pair in zip(first, second, strict=True)
                ),
                dtype=np.int32,
                count=count,
            )
        for number, many in zip(*np.unique(numbers, return_counts=True), strict=True):
            self.rows[int(number)] += int(many)
        return np.asarray(numbers, dtype=np.int32)

    def _number(self, code: str, name: str) -> int:
        key = (code, name)
        if key not in self._numbers:
            self._numbers[key] = len(self.readings)
            usual = "" if self.stated else SURVEY_SCHEME
            self.readings.append(read_record_use(code or None, name or None, self.stated, usual))
            self.raw.append(code or name or NO_CODE)
            self.rows.append(0)
        return self._numbers[key]

    def scheme(self) -> str:
        """
        Classification that the codes belong to.

        Returns
        -------
        scheme
            The stated one, else that of the third survey.
        """
        return self.stated or SURVEY_SCHEME

    def problems(self) -> list[Problem]:
        """
        Say what keeps the codes from being read by one classification.

        Returns
        -------
        problems
            Codes of another classification, and codes whose zero a spreadsheet may have eaten.
        """
        whole = any(text.startswith("0") for text in self.raw)
        strange = [
            text
            for text, reading in zip(self.raw, self.readings, strict=True)
            if reading.known and reading.scheme not in {"", self.scheme()}
        ]
        eaten = [
            text
            for text, reading in zip(self.raw, self.readings, strict=True)
            if "code_two_readings" in reading.rules and not whole
        ]
        told = []
        if strange:
            schemes = sorted({r.scheme for r in self.readings if r.known and r.scheme})
            told.append(
                Problem(
                    where=f"{self.role}：{'、'.join(strange[:_SHOWN])}",
                    promised=f"一种分类的编码 / codes of one classification: {self.scheme()}",
                    found=f"别的分类的编码 / codes of another: {'、'.join(schemes)}",
                    mend=f"用 {self.role}-scheme 写明分类 / name it: {'、'.join(SCHEMES)}",
                )
            )
        if eaten:
            told.append(
                Problem(
                    where=f"{self.role}：{'、'.join(eaten[:_SHOWN])}",
                    promised="编码前的零，或地类名称 / the zero before it, or a name",
                    found="补零又是另一地类 / has two readings",
                    mend="将编码列设为文本补零，或给出 DLMC / codes as text, or names beside them",
                )
            )
        return told

    def doubts(self) -> list[str]:
        """
        Say that all codes stand in two classifications and mean different land in them.

        Returns
        -------
        notes
            None where the classification is stated, or a name or a code tells it.
        """
        doubted = self._doubted_codes()
        if not doubted:
            return []
        both = (
            f"{self.role} 的编码在{SURVEY_SCHEME}与{_OTHER_SCHEME}中都有而含义不同（如 1001 铁路 · "
            "工业），"
        )
        read = (
            f"按{SURVEY_SCHEME}读；若不是，用 {self.role}-scheme 写明 / all codes stand "
            "in two classifications: read as the survey's; name the other one if it is not"
        )
        left = (
            "也没有国土调查特有的字段（TBDLMJ、KCXS、SJNF），不知是哪一种："
            f"{'、'.join(doubted[:_SHOWN])} 归“不明”，不计入任何变化；用 {self.role}-scheme 写明，"
            "或给出 DLMC / all codes stand in two classifications and mean different land: class "
            "unknown, counted in no change; name the classification"
        )
        return [both + (read if self.surveyed else left)]

    def _doubted_codes(self) -> list[str]:
        """Codes that are other land in another classification, where nothing tells which it is."""
        if self.stated:
            return []
        other = uses_by_code().get(_OTHER_SCHEME, {})
        held = [at for at, rows in enumerate(self.rows) if rows and self.readings[at].known]
        named = any(name for (_, name), at in self._numbers.items() if at in held)
        both = held and all(self.readings[at].code in other for at in held)
        roads = any(self.readings[at].code in _TWO_MEANINGS for at in held)
        if named or not both or not roads:
            return []
        codes = sorted({self.readings[at].code for at in held})
        return [code for code in codes if _state_of(code) != _state_of(code, _OTHER_SCHEME)]

    def understood(self) -> NDArray[np.bool_]:
        """
        Tell which codes say what the land is.

        Returns
        -------
        understood
            By number; not those that nobody knows, that their own names contradict, or that are
            other land in another classification while nothing tells which it is.
        """
        doubted = [] if self.surveyed else self._doubted_codes()
        return np.array(
            [
                reading.known
                and "code_contradicts_name" not in reading.rules
                and reading.code not in doubted
                for reading in self.readings
            ],
            dtype=bool,
        )

    def unknown(self) -> list[tuple[str, int]]:
        """
        Codes that nobody knows.

        Returns
        -------
        codes
            Text and number of parcels of each.
        """
        return [
            (text, rows)
            for text, fine, rows in zip(self.raw, self.understood(), self.rows, strict=True)
            if not fine and rows
        ]

    def mended(self) -> list[tuple[str, str, int]]:
        """
        Codes that were read as others, such as 601 as 0601.

        Returns
        -------
        codes
            Text, code and number of parcels of each; a name beside or instead of the code is none.
        """
        return [
            (text, reading.code, rows)
            for text, reading, rows in zip(self.raw, self.readings, self.rows, strict=True)
            if rows
            and reading.known
            and reading.code
            and text[:1].isdigit()
            and text.isalnum()
            and text.isascii()
            and text.upper() != reading.code
        ]

    def overlays(self) -> NDArray[np.bool_]:
        """
        Tell which codes lie over other land and have no area of their own (叠加图层).

        Returns
        -------
        overlays
            By number of the code.
        """
        known = uses_by_code()
        return np.array(
            [
                reading.known
                and reading.code in known.get(reading.scheme, {})
                and known[reading.scheme][reading.code].overlay
                for reading in self.readings
            ],
            dtype=bool,
        )

    def codes(self) -> list[str]:
        """
        Codes as they were read, in their own classification.

        Returns
        -------
        codes
            By number; what nobody knows stands as it was written.
        """
        return [
            reading.code if reading.known and reading.code else text
            for reading, text in zip(self.readings, self.raw, strict=True)
        ]

    def mapped_codes(self) -> tuple[list[str], list[Problem]]:
        """
        Codes of the third survey.

        Returns
        -------
        codes
            By number.
        problems
            Codes that have no single counterpart there.
        """
        if self.scheme() == SURVEY_SCHEME:
            return self.codes(), []
        table, told, lost = survey_codes(self.scheme()), [], []
        for reading, text in zip(self.readings, self.raw, strict=True):
            if not reading.known:
                told.append(text)
                continue
            told.append(table.get(reading.code, text))
            if reading.code not in table:
                lost.append(f"{reading.code} {reading.name}".strip())
        if not lost:
            return told, []
        problem = Problem(
            where=f"{self.role}：{'、'.join(lost[:_SHOWN])}",
            promised=f"能对应到三调的编码 / codes with one counterpart in the {SURVEY_SCHEME}",
            found=f"{self.scheme()} 的这些编码没有单一对应 / no single counterpart",
            mend="用两年同一分类的数据，或先拆分这些图斑 / compare surveys of one classification, "
            "or divide these parcels first",
        )
        return told, [problem]


def _state_of(code: str, scheme: str = SURVEY_SCHEME) -> tuple[str, str]:
    """Class and built-up state of a code in a classification."""
    classed = classed_code(code, scheme)
    return class_of_code(classed, ClassRules()), built_of_code(classed)


def is_survey_table(survey: SurveyLayer) -> bool:
    """
    Tell whether a layer has fields that the survey alone has (是否国土调查图层).

    Parameters
    ----------
    survey
        The layer.

    Returns
    -------
    surveyed
        Whether it has TBDLMJ, KCXS or SJNF.
    """
    return not survey.fields.keys().isdisjoint({"net_m2", "ridge_share", "year"})


def stated_scheme(text: str | None, survey: SurveyLayer, option: str) -> str:
    """
    Classification of a survey (所用分类): as stated, else as the name of the field tells.

    Parameters
    ----------
    text
        What the user states; None for nothing.
    survey
        The layer.
    option
        Name of the option, for messages.

    Returns
    -------
    scheme
        One of the known ones; empty where nothing tells.

    Raises
    ------
    LayerError
        If what is stated is no classification.
    """
    if text is None:
        return scheme_of_field(survey.fields["code"])
    if scheme := read_scheme(text):
        return scheme
    raise LayerError(Problem(option, "、".join(SCHEMES), f"“{text}”", did_you_mean(text, SCHEMES)))


def common_codes(before: CodeBook, after: CodeBook) -> tuple[list[str], list[str], str]:
    """
    Codes of both surveys in one classification (统一到一种分类).

    Parameters
    ----------
    before, after
        Codes of both.

    Returns
    -------
    before, after
        Codes by number.
    scheme
        Classification that they stand in.

    Raises
    ------
    LayerError
        If a code is of another classification than the others, or has no counterpart where the
        surveys follow different ones; names every one.
    """
    problems = [*before.problems(), *after.problems()]
    if before.scheme() == after.scheme():
        if problems:
            raise LayerError(problems)
        return before.codes(), after.codes(), before.scheme()
    first, lost = before.mapped_codes()
    second, more = after.mapped_codes()
    if problems or lost or more:
        raise LayerError([*problems, *lost, *more])
    return first, second, SURVEY_SCHEME


def classed_code(code: str, scheme: str) -> str:
    """
    Code of the third survey that says which class a code belongs to (归类用编码).

    Parameters
    ----------
    code
        Code in the classification of the comparison.
    scheme
        That classification.

    Returns
    -------
    code
        The counterpart; a code that nobody knows where there is none.

    Examples
    --------
    >>> classed_code("1001", "用地用海 2023"), classed_code("16", "用地用海 2023")
    ('0601', '?16')
    """
    return code if scheme == SURVEY_SCHEME else survey_codes(scheme).get(code, f"?{code}")
