"""Evaluation schemes (评价指标体系), read from YAML and judged before use."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.analysis.intensity.definitions import indicator_definitions
from yngis.analysis.intensity.scheme_checks import scheme_faults, unknown_name_problem
from yngis.analysis.intensity.scheme_file import SchemeFile
from yngis.analysis.quantities.declared import packaged_file
from yngis.catalogue.io.yaml import YAML_SUFFIXES, read_yaml
from yngis.errors import SpecError

if TYPE_CHECKING:
    from yngis.analysis.intensity.definitions import Indicator
    from yngis.analysis.intensity.scheme_file import Part

EVERY_TYPE: Final = "all"
"""Type of zone in a scheme that knows no types."""


class Branch(NamedTuple):
    """
    An indicator with the weights on the way down to it (权重路径).

    Attributes
    ----------
    indicator, goal, sub_goal
        Names.
    goal_weight, sub_goal_weight, leaf_weight
        Weights within whole, goal and sub-goal.
    """

    indicator: str
    goal: str
    sub_goal: str
    goal_weight: float
    sub_goal_weight: float
    leaf_weight: float

    @property
    def weight(self) -> float:
        """Share of the whole score (总权重)."""
        return self.goal_weight * self.sub_goal_weight * self.leaf_weight


class Scheme(SchemeFile):
    """
    An evaluation scheme (评价指标体系), ready for use.

    Attributes
    ----------
    name
        Name of the shipped scheme, or of the file.
    title_zh, title_en
        Titles.
    confidence
        How far the scheme as a whole is known to be the official one.
    sources
        Sources by key, those of the standard definitions included.
    zone_types
        Types of zone; None where the scheme knows none.
    parts
        Parts of a zone and their weights.
    weights_source
        Key of the weights' source.
    indicators
        The standard definitions, with the scheme's own in their place.
    goals
        The tree of goals, sub-goals and indicators.
    ideals
        Ideal values by indicator; one without is reported, not scored.
    notes
        What a reader of the results must know.
    """

    name: str

    def indicator(self, name: str) -> Indicator:
        """
        One indicator of the scheme.

        Parameters
        ----------
        name
            Its name.

        Returns
        -------
        indicator
            Its definition.

        Raises
        ------
        SpecError
            If there is none of that name; names the nearest.
        """
        known = {indicator.name: indicator for indicator in self.indicators}
        if name not in known:
            raise SpecError(unknown_name_problem(f"{self.name}: {name}", name, known))
        return known[name]

    @property
    def types(self) -> tuple[str, ...]:
        """Types of zone that the tree tells apart (类型)."""
        return (EVERY_TYPE,) if self.zone_types is None else tuple(self.zone_types.names)

    def branches(self, zone_type: str, part: Part) -> tuple[Branch, ...]:
        """
        Indicators that a zone is scored by, with the weights on the way down to each.

        Parameters
        ----------
        zone_type
            One of ``types``.
        part
            Part of the zone.

        Returns
        -------
        branches
            In the order of the tree; their weights add up to 1.
        """
        found = []
        for goal in self.goals:
            for sub_goal in goal.sub_goals:
                for leaf in sub_goal.indicators:
                    weights = [
                        weight_for(node.weight, zone_type) for node in (goal, sub_goal, leaf)
                    ]
                    if part in leaf.parts and all(weights):
                        found.append(Branch(leaf.indicator, goal.name, sub_goal.name, *weights))
        return tuple(found)

    def unverified(self) -> tuple[str, ...]:
        """
        What rests on no official text (未核实项).

        Returns
        -------
        lines
            One bilingual line per source of weights, parts, types and ideals that is not verified.
        """
        used: dict[str, list[str]] = {}
        used.setdefault(self.weights_source, []).append("权重 / weights")
        if len(self.parts.weights) > 1:
            used.setdefault(self.parts.source, []).append("主区与发展方向区权重 / weights of parts")
        if self.zone_types is not None:
            used.setdefault(self.zone_types.source, []).append("分型 / types of zone")
        for name, ideal in self.ideals.items():
            used.setdefault(ideal.source, []).append(f"{self.indicator(name).zh}理想值 / ideal")
        return tuple(
            f"{'、'.join(what)}：{self.sources[key].title}"
            f"（可信度 / confidence: {self.sources[key].confidence}）"
            for key, what in used.items()
            if not self.sources[key].verified
        )


def weight_for(weight: float | dict[str, float], zone_type: str) -> float:
    """Weight that holds for a type of zone (某类型的权重)."""
    return weight.get(zone_type, 0.0) if isinstance(weight, dict) else weight


def scheme_names() -> tuple[str, ...]:
    """
    Names of the shipped schemes (随附体系).

    Returns
    -------
    names
        Sorted.

    Examples
    --------
    >>> scheme_names()
    ('2014-trial', 'tdt1029-2010')
    """
    folder = files("yngis.analysis").joinpath("schemes")
    return tuple(sorted(f.name[:-4] for f in folder.iterdir() if f.name.endswith(".yml")))


def read_scheme(scheme: str | Path) -> Scheme:
    """
    Read a scheme: a shipped one by its name, a user's by its file (读取评价体系).

    Parameters
    ----------
    scheme
        Name such as ``2014-trial``, or path of a YAML file.

    Returns
    -------
    scheme
        Checked: weights of every level add up to 1, all names exist.

    Raises
    ------
    SpecError
        With every fault; unknown names come with the nearest right one.

    Examples
    --------
    >>> read_scheme("2014-trial").branches("city_integrated", "core")[-1].indicator
    'idle_rate'
    """
    path = Path(scheme)
    # A file that is not there may be a shipped scheme misspelt: then those are named.
    if path.suffix.lower() in YAML_SUFFIXES and path.exists():
        return _read_scheme_file(path, path.stem)
    name = str(scheme)
    if name not in scheme_names():
        raise SpecError(unknown_name_problem(f"--scheme {name}", name, scheme_names()))
    return _shipped_scheme(name)


@cache
def _shipped_scheme(name: str) -> Scheme:
    with as_file(packaged_file(f"schemes/{name}.yml", "yngis.analysis")) as path:
        return _read_scheme_file(path, name)


def _read_scheme_file(path: Path, name: str) -> Scheme:
    own = read_yaml(path, SchemeFile)
    sources, standard = indicator_definitions()
    merged = {**standard, **{indicator.name: indicator for indicator in own.indicators}}
    scheme = Scheme(
        **{field: getattr(own, field) for field in SchemeFile.model_fields}
        | {
            "name": name,
            "sources": {**sources, **own.sources},
            "indicators": tuple(merged.values()),
        }
    )
    if problems := list(scheme_faults(scheme)):
        raise SpecError(problems)
    return scheme
