"""Demonstration and own data exclude each other (演示与自有数据不可同用)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def refuse_with_demo(command: str, given: Mapping[str, object]) -> None:
    """Refuse a demonstration that is given data of one's own."""
    from yngis.errors import Problem, SpecError

    named = [name for name, value in given.items() if value is not None]
    if named:
        raise SpecError(
            Problem(
                where=f"{command} --demo",
                promised="不带自有数据 / no data of one's own",
                found="、".join(named),
                mend="去掉 --demo，或去掉这些选项 / drop --demo, or these options",
            )
        )
