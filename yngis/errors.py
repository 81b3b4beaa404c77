"""What went wrong, told so that it can be mended: where, promised, found, mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One fault and its remedy; prose is bilingual, written ``中文 / English``.

    Parameters
    ----------
    where
        File, layer, row or key that holds the fault.
    promised
        What the card, the spec or the caller's contract asks for.
    found
        What is there instead.
    mend
        What the user can do about it.
    """

    where: str
    promised: str
    found: str
    mend: str

    def __str__(self) -> str:
        return (
            f"{self.where}\n"
            f"  应为 promised: {self.promised}\n"
            f"  实为 found:    {self.found}\n"
            f"  改法 mend:     {self.mend}"
        )


class YngisError(Exception):
    """
    Base of every error that yngis raises on purpose; carries all faults found, not only the first.

    Parameters
    ----------
    problems
        The faults, one at least.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


class LayerError(YngisError):
    """A layer or table does not keep what its card promises."""


class PlanError(YngisError):
    """The plan's tables contradict one another or name something that does not exist."""


class SpecError(YngisError):
    """A figure's spec cannot be drawn as it is written."""


class SetupError(YngisError):
    """The machine lacks something that the job needs."""
