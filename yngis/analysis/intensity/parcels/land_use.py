"""Classes of land that parcels belong to (图斑的评价地类); what 1001 means is never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.row_numbers import rows_text
from yngis.catalogue.tables.values.cells import read_code, read_each, read_text
from yngis.catalogue.tables.values.land_use import SCHEMES, read_scheme, uses_by_code
from yngis.catalogue.tables.values.land_use_codes import (
    LandUseReading,
    read_land_use,
    read_record_use,
)
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

LANDS: Final = ("A1", "A2", "A3", "A4", "A5", "A6", "B1", "B2", "C")
"""Classes that survey parcels can tell; D, B21 and G need other layers."""

# Rural settlements by the survey's attribute CZCSXM: built-up there is B1, whatever the class.
_VILLAGE: Final = ("203", "203A")
_VILLAGE_INDUSTRY: Final = "203A"
# QSXZ 10 to 21 is land of the state, 30 to 41 of collectives.
_STATE: Final = ("1", "2")
_DETAILED = 20


def read_land_scheme(text: str) -> str:
    """
    Classification that a text names (分类标准).

    Examples
    --------
    >>> read_land_scheme("用地用海2023"), read_land_scheme("GB/T21010-2017")
    ('用地用海 2023', 'GB/T 21010-2017')
    """
    if scheme := read_scheme(text):
        return scheme
    raise LayerError(
        Problem("--land-scheme", "、".join(SCHEMES), f"“{text}”", did_you_mean(text, SCHEMES))
    )


def parcel_lands(
    codes: pd.Series,
    scheme: str | None = None,
    *,
    names: pd.Series | None = None,
    setting: pd.Series | None = None,
    ownership: pd.Series | None = None,
    state_industry: bool = False,
    decided: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """
    Classes of land of many parcels (图斑的评价地类).

    Examples
    --------
    >>> import pandas as pd
    >>> parcel_lands(pd.Series(["0601", "1101", "11"]), "三调")["land"].tolist()
    ['A2', 'C', 'B2|C']
    """
    chosen = "" if scheme is None else read_land_scheme(scheme)
    own = dict(decided or {})
    code_cells = read_each(_code_cells(codes), read_code)
    name_cells = _code_texts(names, len(codes))
    # Each pair of code and name is read once.
    places, pairs = pd.factorize(pd.Series(list(zip(code_cells, name_cells, strict=True))))
    readings = [read_record_use(code, name, chosen, "") for code, name in pairs]
    _judge_decisions(own, readings)
    read = dict(enumerate(zip(readings, (code for code, _ in pairs), strict=True)))
    unsettled = {at: pair for at, pair in read.items() if pair[0].code not in own}
    _refuse_codes(unsettled, places, str(codes.name or "DLBM"), chosen)
    told = pd.DataFrame(
        {
            "land": [own.get(each.code, each.land) for each in readings],
            "code": [each.code for each in readings],
            "name": [each.name for each in readings],
            "rules": [";".join(each.rules) for each in readings],
            "note": ["" if each.code in own else each.note for each in readings],
        },
        dtype="str",
    )
    lands = told.iloc[places].set_axis(codes.index)
    return _settle_lands(lands, setting, ownership, state_industry=state_industry)


def _code_cells(column: pd.Series) -> list[Any]:
    return column.astype("object").where(column.notna(), None).to_list()


def _code_texts(cells: pd.Series | None, count: int) -> NDArray[np.object_]:
    if cells is None:
        return np.full(count, None, dtype=object)
    return read_each(_code_cells(cells), read_text)


def _attribute_codes(cells: pd.Series | None, count: int) -> NDArray[np.object_]:
    """Attribute codes as texts, 203 for 203.0; empty where there is none."""
    if cells is None:
        return np.full(count, "", dtype=object)
    read = read_each(_code_cells(cells), read_code)
    return np.array([(code or "").removesuffix(".0").upper() for code in read], dtype=object)


def _settle_lands(
    lands: pd.DataFrame,
    setting: pd.Series | None,
    ownership: pd.Series | None,
    *,
    state_industry: bool,
) -> pd.DataFrame:
    """Tell rural from urban by CZCSXM, and industry in villages on land of the state by QSXZ."""
    if state_industry and ownership is None:
        raise LayerError(
            Problem(
                "--state-industry",
                promised="权属性质列 QSXZ / a column of ownership",
                found="没有 / none",
                mend="补上 QSXZ，或不用该选项 / add it, or leave the option out",
            )
        )
    where = _attribute_codes(setting, len(lands))
    owner = _attribute_codes(ownership, len(lands))
    of_state = np.array([code.startswith(_STATE) for code in owner], dtype=bool)
    own_code = lands["code"].to_numpy() == _VILLAGE_INDUSTRY
    state = ((where == _VILLAGE_INDUSTRY) | own_code) & of_state
    village = np.isin(where, _VILLAGE) & ~(state & state_industry)
    classes = lands["land"].to_numpy(dtype=object)
    settled = [
        "|".join(sorted({"B1" if land.startswith("A") else land for land in text.split("|")}))
        if rural
        else text
        for text, rural in zip(classes, village, strict=True)
    ]
    if state_industry:
        settled = [
            "A2" if one else land for land, one in zip(settled, own_code & state, strict=True)
        ]
    built = np.array([land.startswith(("A", "B1")) for land in settled], dtype=bool)
    return lands.assign(
        land=pd.Series(settled, index=lands.index, dtype="str"), state=state & built
    )


def _judge_decisions(decided: Mapping[str, str], readings: list[LandUseReading]) -> None:
    """Judge the classes that the user decides on: known ones, for codes that occur."""
    codes = sorted({reading.code for reading in readings})
    problems = [
        Problem(
            f"--decide {code}={land}",
            promised=f"编码=评价地类 / code=class: {'、'.join(LANDS)}",
            found="没有这个地类 / no such class"
            if land not in LANDS
            else "没有图斑用这个编码 / no parcel has this code",
            mend=did_you_mean(land, LANDS) if land not in LANDS else did_you_mean(code, codes),
        )
        for code, land in decided.items()
        if land not in LANDS or code not in codes
    ]
    if problems:
        raise LayerError(problems)


def _refuse_codes(
    read: Mapping[int, tuple[LandUseReading, str | None]],
    places: NDArray[np.integer[Any]],
    column: str,
    scheme: str,
) -> None:
    """Refuse codes that cannot be read, with the rows in which they stand."""
    # Where zeros stand before other codes, none was eaten from this one.
    whole = any(code is not None and code.startswith("0") for _, code in read.values())
    problems = []
    for number, (reading, code) in read.items():
        if reading.known and (whole or "code_two_readings" not in reading.rules):
            continue
        # A bare code is no question where every reading of it belongs to one class.
        if "code_ambiguous" in reading.rules and reading.land and "|" not in reading.land:
            continue
        rows = (places == number).nonzero()[0].tolist()
        problems.append(_code_problem(reading, str(code), scheme, f"{column}：{rows_text(rows)}"))
    if problems:
        raise LayerError(_shorten_problems(problems))


def _code_problem(reading: LandUseReading, code: str, scheme: str, where: str) -> Problem:
    if "code_missing" in reading.rules:
        return Problem(where, "地类编码 / a land-use code", "空 / missing", "补上 / write it")
    if "code_two_readings" in reading.rules:
        return Problem(
            where,
            promised="编码前的零，或地类名称 / the zero before it, or the name of the class",
            found=f"“{code}”是{reading.name}，补零又是另一地类 / has two readings",
            mend="将编码列设为文本补零，或给出 DLMC / codes as text, or a column of names",
        )
    if "code_unknown" in reading.rules and scheme:
        promised = f"{scheme} 的编码 / a code of {scheme}"
        return Problem(where, promised, f"“{code}”", _mend_unknown(code, scheme))
    if "code_unknown" in reading.rules:
        mend = f"核对编码，并用 --land-scheme 写明分类 / check it: {', '.join(SCHEMES)}"
        return Problem(where, "已知的编码 / a known code", f"“{code}”", mend)
    meanings = [(each, read_land_use(code, each)) for each in SCHEMES]
    listed = "；".join(f"{each}: {found.name}" for each, found in meanings if found.known)
    return Problem(
        where,
        promised=f"写明分类标准 / its classification: {'、'.join(SCHEMES)}",
        found=f"“{code}”在各分类中含义不同 / means different things: {listed}",
        mend="用 --land-scheme 写明，或给出地类名称列 / name it with --land-scheme, or give names",
    )


def _mend_unknown(code: str, scheme: str) -> str:
    """Say whose code it is, or which codes there are beside it."""
    others = [read_land_use(code, other) for other in SCHEMES if other != scheme]
    if whose := [found for found in others if found.known and "code_finer" not in found.rules]:
        named = "；".join(f"{found.scheme} {found.name}" for found in whose)
        return f"核对 --land-scheme：该编码属于 {named} / it is a code of these"
    known = list(uses_by_code()[scheme])
    beside = [each for each in known if each[:2] == code[:2] and len(each) > 2]  # noqa: PLR2004 - the first level
    if beside:
        return f"{code[:2]} 之下有 / below it stand {'、'.join(beside[:_DETAILED])}"
    return did_you_mean(code, known)


def _shorten_problems(problems: list[Problem]) -> list[Problem]:
    rest = len(problems) - _DETAILED
    if rest <= 0:
        return problems
    more = Problem(
        "DLBM",
        promised="已知的编码 / known codes",
        found=f"另有 {rest} 种编码不能识别 / {rest} more codes",
        mend="检查是否给错了列或分类标准 / check column and classification",
    )
    return [*problems[:_DETAILED], more]
