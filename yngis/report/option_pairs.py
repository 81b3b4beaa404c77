"""Options written KEY=VALUE (键值选项), repeated as often as there are values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def lists_by_key(
    option: str, given: Iterable[str], fault: Callable[[str], Problem] | None = None
) -> dict[str, tuple[str, ...]]:
    """
    Take options of the form KEY=VALUE apart (拆分键值).

    Parameters
    ----------
    option
        The option as it is typed, for messages.
    given
        What was given, in order.
    fault
        What to say of one that is not of this form, where the usual words do not do.

    Returns
    -------
    values
        By key, in order, none twice.

    Raises
    ------
    SpecError
        With every one that is not of this form.

    Examples
    --------
    >>> lists_by_key("--layer", ["farmland=a.shp", "farmland=b.shp"])
    {'farmland': ('a.shp', 'b.shp')}
    """
    told = [text.partition("=") for text in given]
    wrong = ["".join(parts) for parts in told if not (parts[0].strip() and parts[2].strip())]
    if wrong:
        raise SpecError([fault(text) if fault else _no_pair(option, text) for text in wrong])
    found: dict[str, list[str]] = {}
    for key, _, value in told:
        held = found.setdefault(key.strip(), [])
        if value.strip() not in held:
            held.append(value.strip())
    return {key: tuple(values) for key, values in found.items()}


def values_by_key(
    option: str, given: Iterable[str], fault: Callable[[str], Problem] | None = None
) -> dict[str, str]:
    """
    Take options of the form KEY=VALUE apart of which each key has one (拆分键值，每键一个).

    Parameters
    ----------
    option, given, fault
        As for :func:`lists_by_key`.

    Returns
    -------
    values
        By key.

    Raises
    ------
    SpecError
        If one is not of this form, or two are for the same key; names every one.

    Examples
    --------
    >>> values_by_key("--crs", ["supply=4543"])
    {'supply': '4543'}
    """
    listed = lists_by_key(option, given, fault)
    doubled = [
        Problem(
            where=" ".join(f"{option} {name}={value}" for value in values),
            promised=f"{name} 只给一次 / given once",
            found=f"{len(values)} 次 / {len(values)} times",
            mend="留下一个 / keep one of them",
        )
        for name, values in listed.items()
        if len(values) > 1
    ]
    if doubled:
        raise SpecError(doubled)
    return {name: values[0] for name, values in listed.items()}


def _no_pair(option: str, text: str) -> Problem:
    return Problem(
        where=f"{option} {text}",
        promised="键=值，如 farmland=永久基本农田.shp / KEY=VALUE",
        found=text,
        mend=f"写成 {option} KEY=文件 / write KEY=FILE",
    )
