"""Land whose class a code leaves open (地类未定): listed, and what it could change is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.analysis.intensity.parcels.land_use import LANDS
from yngis.catalogue.io.text import list_first
from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

OPEN_SHARE: Final = 0.001
"""Share of a quantity below which open land does not matter; as for sums of rounded areas."""

_COLUMNS: Final = ["zone", "code", "name", "lands", "parcels", "area_ha", "note"]
_WHOLES: Final = {whole: {land for land in LANDS if land[0] == whole} for whole in ("A", "B")}
_MOST_LISTED: Final = 10


def open_land(parts: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """List the land in zones whose class stays open, by zone and code (地类未定)."""
    unsure = parts[~parts["quantity"].isin(LANDS)]
    rows = unsure.assign(
        code=unsure["feature"].map(told["code"]),
        name=unsure["feature"].map(told["name"]),
        note=unsure["feature"].map(_open_land_notes(told)),
    )
    groups = rows.groupby(["zone", "code", "name", "quantity", "note"], sort=True)
    found = groups["area_m2"].agg(["size", "sum"]).reset_index()
    found = found.rename(columns={"quantity": "lands", "size": "parcels"})
    found["area_ha"] = found["sum"] / HECTARE_M2
    return found[_COLUMNS]


def _open_land_notes(told: pd.DataFrame) -> pd.Series[str]:
    """Why a parcel stays open: what breaks a rule, else what its class says of itself."""
    clash = told["rules"].str.contains("code_contradicts_name")
    return told["note"].mask(clash, row_rules()["code_contradicts_name"].zh)


def parcel_notes(parts: pd.DataFrame, told: pd.DataFrame, *, state_industry: bool) -> Iterator[str]:
    """Tell what was assumed of the codes of parcels in zones, with the land that it concerns."""
    inside = told.loc[parts["feature"]].reset_index(drop=True)
    inside["ha"] = parts["area_m2"].to_numpy() / HECTARE_M2
    for rule in dict.fromkeys(";".join(told["rules"].unique()).split(";")):
        concerned = inside[[rule in rules.split(";") for rules in inside["rules"]]]
        if rule and len(concerned):
            codes = "、".join(sorted(set(concerned["code"]))[:_MOST_LISTED])
            meaning = row_rules()[rule]
            land = f"{meaning.zh}：{codes}，{concerned['ha'].sum():.2f} 公顷；{meaning.mend_zh}"
            yield f"{land} / {meaning.en}"
    decided = inside[inside["note"].ne("") & inside["land"].isin(LANDS)]
    for (code, name, note), group in decided.groupby(["code", "name", "note"], sort=True):
        counted = "、".join(sorted(set(group["land"])))
        land = f"{code} {name}计入 {counted}（{group['ha'].sum():.2f} 公顷）"
        yield f"{land}：{note} / counted there; finer codes would tell more"
    over = told[told["land"] == ""]
    for (code, name), group in over.groupby(["code", "name"], sort=True):
        land = f"{code} {name}是叠加图层，{len(group)} 个图斑不计面积"
        yield f"{land} / an overlay over other land, not counted"
    of_state = inside.loc[inside["state"], "ha"].sum()
    if of_state > 0.0:
        counted, mend = ("A2", "") if state_industry else ("B1", "；按工业计用 --state-industry")
        land = (
            f"村庄独立工业用地（203A）中的国有土地（QSXZ 10、20）{of_state:.2f} 公顷计入 {counted}"
        )
        yield f"{land}{mend} / industry in villages on land of the state counts as {counted}"


def with_open_land(
    amounts: pd.DataFrame, undecided: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Add open land to the wholes that hold it, and withhold what it could change."""
    if undecided.empty:
        return amounts, []
    told = amounts.copy()
    rows = undecided.pivot_table(index="zone", columns="lands", values="area_ha", aggfunc="sum")
    rows = rows.reindex(amounts.index).fillna(0.0)
    kinds = [str(lands) for lands in rows]
    withheld: dict[str, list[str]] = {}
    for name, parts in [*((land, {land}) for land in LANDS), *_WHOLES.items()]:
        inside = [lands for lands in kinds if _open_land_choices(lands) <= parts]
        beside = [
            lands for lands in kinds if _open_land_choices(lands) & parts and lands not in inside
        ]
        own = amounts[sorted(parts)].sum(axis=1) + rows[inside].sum(axis=1)
        if inside and name in _WHOLES:
            told[name] = own
        if not beside or name not in told:
            continue
        might = rows[beside].sum(axis=1)
        unknown = might > OPEN_SHARE * (own + might)
        told[name] = told[name].mask(unknown)
        for zone in amounts.index[unknown]:
            withheld.setdefault(str(zone), []).append(name)
    return told, [_withheld_note(withheld)] if withheld else []


def _open_land_choices(lands: str) -> set[str]:
    """Classes that open land may belong to; A alone is any of A1 to A6."""
    return {each for land in lands.split("|") for each in _WHOLES.get(land, {land})}


def _withheld_note(withheld: dict[str, list[str]]) -> str:
    zones = [f"{zone}（{'、'.join(lands)}）" for zone, lands in withheld.items()]
    return (
        f"地类未定的图斑使下列各量未知，不按零计：{list_first(zones, _MOST_LISTED, counted='个')}；"
        "见“地类未定”表，用更细的编码，或用 --decide 17=C 一类选项写明 / "
        "open land leaves these unknown: finer codes or --decide"
    )
