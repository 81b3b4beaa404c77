"""Options written KEY=VALUE (键值选项), repeated as often as there are values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable


def lists_by_key(option: str, given: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """
    Take options of the form KEY=VALUE apart (拆分键值).

    Parameters
    ----------
    option
        The option as it is typed, for messages.
    given
        What was given, in order.

    Returns
    -------
    values
        By key, in order.

    Raises
    ------
    SpecError
        With every one that is not of this form.

    Examples
    --------
    >>> lists_by_key("--layer", ["farmland=a.shp", "farmland=b.shp"])
    {'farmland': ('a.shp', 'b.shp')}
    """
    found: dict[str, list[str]] = {}
    problems = []
    for each in given:
        key, sign, value = each.partition("=")
        if not sign or not key.strip() or not value.strip():
            problems.append(
                Problem(
                    where=f"{option} {each}",
                    promised="键=值，如 farmland=永久基本农田.shp / KEY=VALUE",
                    found=each,
                    mend=f"写成 {option} KEY=文件 / write KEY=FILE",
                )
            )
            continue
        found.setdefault(key.strip(), []).append(value.strip())
    if problems:
        raise SpecError(problems)
    return {key: tuple(values) for key, values in found.items()}
