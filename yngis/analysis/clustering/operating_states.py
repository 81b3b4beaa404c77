"""Whether an enterprise works (经营状态): what its status, or a note in its name, says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import fold_width

if TYPE_CHECKING:
    import pandas as pd

_CLOSED: Final = (
    "注销|吊销|撤销|迁出|迁往|外迁|已搬迁|停业|停止|终止|歇业|停产|停工|关停|关闭|倒闭|破产|清算|"
    "解散|除名|责令|在建|筹建|拟建|未开工|未投产|未开业|未营业|未经营"
)
_OPEN: Final = "存续|在营|在业|开业|在册|正常|营业|经营|运营|投产|生产|迁入|有效|成立|登记|确立|是"
_DENIED: Final = re.compile(
    r"(?:未|非|无|没有|不)(?:被|曾|予)?(?:注销|吊销|撤销|迁出|停业|停产|停工|歇业|关停|关闭|破产|清算)"
)
_STATED: Final = re.compile(_CLOSED)
_WORKS: Final = re.compile(rf"^(?!.*异常).*(?<![未非无不])(?:{_OPEN})")
# A name may hold such a word (在建 in a place); only a note in brackets or at the end is one.
_NOTED: Final = re.compile(
    rf"[(\[【〔「][^)\]】〕」]*(?:{_CLOSED})[^)\]】〕」]*[)\]】〕」]|(?:已|[-—_·:,;])(?:{_CLOSED})$"
)


def states_to_doubt(status: pd.Series, names: pd.Series) -> list[tuple[object, str, str]]:
    """
    List enterprises that do not work by their status or name, or whose status is not known (存疑).

    Parameters
    ----------
    status, names
        Texts or None, ``(n,)``, on one index.

    Returns
    -------
    suspects
        Label, reason (``not_operating`` or ``status_unread``) and what the file says.

    Examples
    --------
    >>> import pandas as pd
    >>> status = pd.Series(["存续（在营）", "吊销，未注销", None, "丁级"])
    >>> names = pd.Series(["甲", "乙", "丙（注销）", "丁"])
    >>> [found[:2] for found in states_to_doubt(status, names)]
    [(1, 'not_operating'), (2, 'not_operating'), (3, 'status_unread')]
    """
    found: list[tuple[object, str, str]] = []
    for label, state, name in zip(status.index, status, names, strict=True):
        told, called = _plain_state(state), _plain_state(name)
        if _STATED.search(_DENIED.sub("", told)):
            found.append((label, "not_operating", f"“{state}”"))
        elif _NOTED.search(_DENIED.sub("", called)):
            found.append((label, "not_operating", f"“{name}”"))
        elif told and not _WORKS.search(told):
            found.append((label, "status_unread", f"“{state}”"))
    return found


def _plain_state(text: object) -> str:
    """Fold width and blanks; nothing where there is no text."""
    return "".join(fold_width(text).split()) if isinstance(text, str) else ""
