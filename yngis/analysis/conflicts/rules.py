"""Rules on conflicts (冲突规则): rank, effect, article and scope of every layer, as YAML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yngis.catalogue.io.layers_dir import file_in_pack
from yngis.catalogue.io.yaml import read_yaml
from yngis.errors import Problem, SpecError
from yngis.measure.slope import SLOPE_CLASSES, SlopeClasses

if TYPE_CHECKING:
    import os

LayerKey = Literal[
    "farmland", "ecology", "boundary", "industrial_line", "lake", "water_source", "hazard",
    "river", "slope",
]  # fmt: skip
"""Layers of which a part of a zone may lie in conflict."""

Effect = Literal["forbid", "condition", "inform"]

PLANNED_USE: Final = "planned_use"
"""Layer of planned uses: it is no red line, shares and uses are compared with it."""

EFFECTS_ZH: Final = {"forbid": "禁止", "condition": "有条件", "inform": "提示"}

Text = Annotated[str, Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClassRule(_Frozen):
    """
    A class of a layer with an effect of its own (图层内的分级).

    Attributes
    ----------
    name
        As it is printed.
    words
        What the layer's own words for it hold.
    effect, article
        As for the layer.
    """

    name: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    effect: Effect
    article: Text


class LayerRule(_Frozen):
    """
    What it means to lie in a layer (图层规则).

    Attributes
    ----------
    layer
        Key of the layer.
    rank
        Place among the exclusive classes, the smaller first.
    effect
        ``forbid``, ``condition`` or ``inform``.
    zh, en
        Name.
    article
        What it rests on.
    industries
        Industries or segments of the plan that it is for; for everybody if empty.
    codes
        Divisions of GB/T 4754 that it is for.
    outside
        Whether the conflict is what lies outside the layer.
    classes
        Classes with effects of their own; the first whose word is met.
    nothing
        Words of polygons that were mapped and are not of the layer, such as 不易发.
    known
        Words and codes that its polygons may say of themselves; any where there are none.
    taken_out
        Words of a polygon that may be one of the layer no longer, or not yet; those of the whole
        file where the layer names none.
    in_force
        States by which a polygon is one; any other leaves it open. Of the whole file likewise.
    """

    layer: LayerKey
    rank: int
    effect: Effect
    zh: Text
    en: Text
    article: Text
    industries: tuple[Text, ...] = ()
    codes: tuple[Annotated[str, Field(pattern=r"^\d{2,4}$")], ...] = ()
    outside: bool = False
    classes: tuple[ClassRule, ...] = ()
    nothing: tuple[Text, ...] = ()
    known: tuple[Text, ...] = ()
    taken_out: tuple[Text, ...] = ()
    in_force: tuple[Text, ...] = ()

    @property
    def scoped(self) -> bool:
        """Whether it holds for some industries only (限定产业)."""
        return bool(self.industries or self.codes)

    def says_nothing(self, text: str | None) -> bool:
        """Tell whether a polygon's own words say that there is nothing there: 不易发区."""
        return any(word in (text or "") for word in self.nothing)

    def is_strange(self, text: str | None) -> bool:
        """Tell whether a polygon says something of itself that the layer does not know: 04."""
        held = (text or "").strip()
        # A spreadsheet eats the zero of 01.
        codes = {each.zfill(2) for each in held.split() if each.isdigit()}
        words = self.known or tuple(
            word for each in self.classes for word in (*each.words, each.name)
        )
        known = any(word in (codes if word.isdigit() else held) for word in words)
        odd = self.is_withdrawn(text)
        # 饮用水水源保护区 names the layer and no class: it counts as a polygon without one does.
        known = known or held in self.zh
        return bool(held) and (odd or (bool(words) and not known and not self.says_nothing(held)))

    def is_withdrawn(
        self, kind: str | None, status: str | None = None, remark: str | None = None
    ) -> bool:
        """Tell whether what a polygon says leaves open if it is still, or yet, of the layer."""
        state = (status or "").strip()
        said = f"{kind or ''} {state}"
        # A sign alone, such as 拟, stands in remarks for much else: 模拟.
        return (
            any(word in said for word in self.taken_out)
            or any(len(word) > 1 and word in (remark or "") for word in self.taken_out)
            or bool(state and state not in self.in_force)
        )

    def class_of(self, text: str | None) -> str:
        """
        Name the class that a polygon's own words stand for.

        Parameters
        ----------
        text
            What the layer says of the polygon.

        Returns
        -------
        name
            Of the class; the text itself where it is none of them, empty where there is none.
        """
        held = (text or "").strip()
        for each in self.classes:
            if any(word in held for word in each.words):
                return each.name
        return held


class SlopeRule(_Frozen):
    """
    From which slope ground is steep (陡坡).

    Attributes
    ----------
    classes
        Key of a set of :data:`yngis.measure.slope.SLOPE_CLASSES`.
    steep_from
        Number of the first class that counts as steep.
    """

    classes: str
    steep_from: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.classes not in SLOPE_CLASSES:
            raise ValueError(f"分级之一 / one of: {', '.join(SLOPE_CLASSES)}")
        most = len(SLOPE_CLASSES[self.classes].limits)
        if self.steep_from > most:
            raise ValueError(f"该分级至多为 {most} / at most {most} in this set")
        return self

    @property
    def named_set(self) -> SlopeClasses:
        """The set of classes (分级)."""
        return SLOPE_CLASSES[self.classes]


class Reading(_Frozen):
    """
    One way to read 工业产业用地 (读法).

    Attributes
    ----------
    name
        As files write it.
    codes
        Codes of 用地用海分类 2023 that count, with all below them.
    zh
        In words.
    """

    name: Text
    codes: Annotated[tuple[Text, ...], Field(min_length=1)]
    zh: Text


class ShareRule(_Frozen):
    """
    The plan's share of industry in planned construction land (工业用地占比).

    Attributes
    ----------
    threshold
        Share from which it is kept.
    plan_ref
        Where the plan says so.
    construction, reserve
        First-level codes of construction land, and of land kept open, which stands apart.
    least_covered
        Share of a zone that planned polygons must cover for a verdict.
    readings
        What counts as industry.
    """

    threshold: Annotated[float, Field(gt=0.0, le=1.0)]
    plan_ref: Text
    construction: Annotated[tuple[Text, ...], Field(min_length=1)]
    reserve: tuple[Text, ...] = ()
    least_covered: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    readings: Annotated[tuple[Reading, ...], Field(min_length=1)]


class UsePair(_Frozen):
    """
    A use as supplied and the uses as planned that agree with it (用途对应).

    Attributes
    ----------
    supplied
        Codes of 三调 or GB/T 21010; two digits stand for all below them that no other pair names.
    planned
        Codes of 用地用海分类 2023, with all below them.
    """

    supplied: Annotated[tuple[Text, ...], Field(min_length=1)]
    planned: Annotated[tuple[Text, ...], Field(min_length=1)]


class ConflictRules(_Frozen):
    """
    All rules of a run (冲突规则).

    Attributes
    ----------
    name, title_zh, title_en
        Of the rule file.
    sliver_width_m
        Width below which a strip is a sliver [m].
    reach_km
        How far from its polygons a layer speaks of whose coverage nobody stated [km].
    taken_out, in_force
        As for a layer, of all that name none of their own.
    layers
        Rules by layer.
    slope, industrial_share, use_pairs
        As named.
    notes
        What a reader must know.
    """

    name: Text
    title_zh: Text
    title_en: Text
    sliver_width_m: Annotated[float, Field(ge=0.0, le=100.0)]
    reach_km: Annotated[float, Field(ge=0.0)]
    taken_out: tuple[Text, ...] = ()
    in_force: tuple[Text, ...] = ()
    layers: Annotated[tuple[LayerRule, ...], Field(min_length=1)]
    slope: SlopeRule
    industrial_share: ShareRule
    use_pairs: tuple[UsePair, ...]
    notes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for what in ("layer", "rank"):
            held = [getattr(each, what) for each in self.layers]
            twice = sorted({str(each) for each in held if held.count(each) > 1})
            if twice:
                raise ValueError(f"{what} 重复 / given twice: {', '.join(twice)}")
        return self

    @property
    def ranked(self) -> tuple[LayerRule, ...]:
        """Rules by rank (按次序)."""
        return tuple(sorted(self.layers, key=lambda each: each.rank))

    def rule_of(self, key: str) -> LayerRule:
        """
        Rule of a layer.

        Parameters
        ----------
        key
            Its key.

        Returns
        -------
        rule
            The rule.

        Raises
        ------
        SpecError
            If the rules have none for it.
        """
        for each in self.layers:
            if each.layer == key:
                return each
        raise SpecError(
            Problem(
                where=f"{self.name}: layers",
                promised=f"每个给出的图层都有规则 / a rule for every layer given: {key}",
                found="没有 / none",
                mend="在规则文件中补上，或不给这个图层 / add it to the rule file, or leave it out",
            )
        )


def read_conflict_rules(named: str | os.PathLike[str] | None = None) -> ConflictRules:
    """
    Read the rules on conflicts (读取冲突规则).

    Parameters
    ----------
    named
        YAML file; the shipped rules if None.

    Returns
    -------
    rules
        The rules, checked.

    Raises
    ------
    SpecError
        With every fault of the file.

    Examples
    --------
    >>> [each.layer for each in read_conflict_rules().ranked][:3]
    ['ecology', 'farmland', 'water_source']
    """
    shipped = read_yaml(file_in_pack("rules/conflicts.yml"), ConflictRules)
    read = shipped if named is None else read_yaml(Path(named), ConflictRules)
    # Files of before these words have none of their own; what they name goes before.
    words = {
        name: getattr(read, name) or getattr(shipped, name) for name in ("taken_out", "in_force")
    }
    layers = [
        rule.model_copy(update={name: getattr(rule, name) or words[name] for name in words})
        for rule in read.layers
    ]
    return read.model_copy(update={**words, "layers": tuple(layers)})
