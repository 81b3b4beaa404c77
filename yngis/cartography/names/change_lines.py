"""What changed since the edition before, told in English from the lines that the manifest keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LINES: Final = (
    (r"图(\d+)：图名“(.*)”改为“(.*)”", "Figure {0}: its title “{1}” became “{2}”"),
    (r"图(\d+)：(.*) 更名为 (.*)", "Figure {0}: {1} was renamed {2}"),
    (r"图(\d+)：(.*) 级别由 (.*) 改为 (.*)", "Figure {0}: the level of {1} went from {2} to {3}"),
    (
        r"图(\d+)：(.*) 在(.*)的环节由（(.*)）改为（(.*)）",
        "Figure {0}: the stage of {1} in {2} went from ({3}) to ({4})",
    ),
    (r"图(\d+)：新增 (.*)（(.*)）", "Figure {0}: {1} is new ({2})"),
    (r"图(\d+)：减少 (.*)（(.*)）", "Figure {0}: {1} is gone ({2})"),
    (r"图(\d+)：(.*) 由（(.*)）改为（(.*)）", "Figure {0}: {1} went from ({2}) to ({3})"),
    (r"输入有改动 / inputs changed：(.*)", "Inputs changed: {0}"),
    (r".* / (no zone or sector changed.*)", "{0}"),
)
_OWN: Final = {"未列入": "not listed", "未写明": "not stated"}


def change_in_english(line: str, english: Mapping[str, str]) -> str:
    """
    Tell a change in English (变化的译文).

    Parameters
    ----------
    line
        As :meth:`yngis.cartography.manifest.Manifest.changes` tells it.
    english
        English by Chinese name; a name that has none stays.

    Returns
    -------
    line
        In English; as it was where it is of no known form.

    Examples
    --------
    >>> names = {"甲": "A", "硅": "silicon", "铝": "aluminium"}
    >>> change_in_english("图5：甲 由（硅）改为（硅、铝）", names)
    'Figure 5: A went from (silicon) to (silicon, aluminium)'
    """
    for pattern, told in _LINES:
        if found := re.fullmatch(pattern, line):
            return told.format(*(_names_in_english(part, english.get) for part in found.groups()))
    return line


def _names_in_english(part: str, english: Callable[[str], str | None]) -> str:
    """A name, or several with commas between."""
    return ", ".join(english(name) or _OWN.get(name, name) for name in re.split("[、；]", part))
