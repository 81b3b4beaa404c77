"""Types of zone (开发区分型): industry-led or city-integrated, by rule, category or hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yngis.analysis.intensity.scheme import EVERY_TYPE
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from yngis.analysis.intensity.scheme import Scheme

_BASES = {
    "given": "表中填写 / given in the table",
    "category": "按开发区类型 / by category of zone",
    "rule": "按用地结构 / by structure of land use",
    "undecided": "规则未定，取体系缺省 / rule undecided, the scheme's default",
    "none": "本体系不分型 / the scheme knows no types",
}


def zone_types(
    amounts: pd.DataFrame,
    scheme: Scheme,
    *,
    categories: pd.Series | None = None,
    given: pd.Series | None = None,
) -> pd.DataFrame:
    """
    Type of every zone, and what it rests on (开发区分型).

    Notes
    -----
    With A2/A above and A1/A below the scheme's thresholds a zone is industry-led, with A2/A at most
    and A1/A at least city-integrated. No rule is known for the two mixed cases: the scheme's
    default stands in, and ``basis`` says so.

    Examples
    --------
    >>> from yngis.analysis.intensity.scheme import read_scheme
    >>> amounts = pd.DataFrame({"A": [100.0, 100.0], "A1": [10.0, 40.0], "A2": [60.0, 20.0]})
    >>> zone_types(amounts, read_scheme("2014-trial"))["zone_type"].tolist()
    ['industrial_led', 'city_integrated']
    """
    index = amounts.index
    rules = scheme.zone_types
    if rules is None:
        return pd.DataFrame({"zone_type": EVERY_TYPE, "basis": _BASES["none"]}, index=index)
    missing = pd.Series(np.nan, index=index)
    built = amounts.get("A", missing)
    built = built.where(built > 0)
    industry = amounts.get("A2", missing) / built
    homes = amounts.get("A1", missing) / built
    known = industry.notna() & homes.notna()
    led = (industry > rules.industrial_share) & (homes < rules.residential_share)
    city = (industry <= rules.industrial_share) & (homes >= rules.residential_share)
    found = pd.Series(rules.undecided, index=index, dtype="str")
    basis = pd.Series(_BASES["undecided"], index=index, dtype="str")
    basis = basis.mask(~known, _lacking_basis(built, amounts))
    found = found.mask(known & led, "industrial_led").mask(known & city, "city_integrated")
    basis = basis.mask(known & (led | city), _BASES["rule"])
    if categories is not None:
        always: dict[str, str] = dict(rules.always)
        fixed = categories.reindex(index).map(always)
        found, basis = found.mask(fixed.notna(), fixed), basis.mask(fixed.notna(), "category")
        basis = basis.replace("category", _BASES["category"])
    if given is not None:
        written = _translate_types(given.reindex(index), scheme)
        found = found.mask(written.notna(), written)
        basis = basis.mask(written.notna(), _BASES["given"])
    return pd.DataFrame({"zone_type": found, "basis": basis}, index=index)


def _lacking_basis(built: pd.Series, amounts: pd.DataFrame) -> pd.Series:
    """Name what the rule lacks, zone by zone; an A of 0 is none."""
    missing = pd.Series(np.nan, index=built.index)
    held = {"A": built, **{name: amounts.get(name, missing) for name in ("A1", "A2")}}
    lacking = pd.DataFrame({name: values.isna() for name, values in held.items()})
    rows = list(lacking.itertuples(index=False, name=None))
    texts = {}
    for row in set(rows):
        names = [name for name, gone in zip(held, row, strict=True) if gone]
        zh, en = "、".join(names), " or ".join(names)
        texts[row] = f"缺 {zh}，取体系缺省 / no {en}, the scheme's default"
    return pd.Series([texts[row] for row in rows], index=built.index, dtype="str")


def _translate_types(types: pd.Series, scheme: Scheme) -> pd.Series:
    """Translate the types that a user wrote into keys; blanks are missing."""
    names = {} if scheme.zone_types is None else scheme.zone_types.names
    keys: dict[str, str] = {str(key): str(key) for key in names}
    keys |= {str(name): str(key) for key, name in names.items()}
    keys |= {name.removesuffix("型"): key for name, key in keys.items()}
    written = types.astype("object").map(lambda text: str(text).strip() or None, na_action="ignore")
    wrong = [text for text in written.dropna().unique() if text not in keys]
    if wrong:
        raise LayerError(
            [
                Problem(
                    where="zone_type",
                    promised="、".join(names.values()),
                    found=f"“{text}”",
                    mend=did_you_mean(text, list(keys)),
                )
                for text in wrong
            ]
        )
    return written.map(keys, na_action="ignore")
