"""What the styles of a web page hide or strike out (网页样式): by tag, style or class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Turn = Literal["struck", "hidden"]

STRUCK: Final = "struck"
HIDDEN: Final = "hidden"
_TAGS: Final = {"s", "strike", "del"}
_STRUCK: Final = re.compile(r"line-through", re.IGNORECASE)
# mso-number-format "\;\;\;" is how Excel exports the number format that shows nothing.
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|mso-number-format\s*:\s*[\"']?(?:\\?;){3}",
    re.IGNORECASE,
)
_SHEET: Final = re.compile(r"<style\b[^>]*>(.{0,1000000}?)</style", re.IGNORECASE | re.DOTALL)
_COMMENT: Final = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_FOR_PRINT: Final = re.compile(
    r"@media[^{}]*print[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.IGNORECASE
)
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NAMED: Final = re.compile(r"[.#][\w-]+")


def read_styles(page: str) -> dict[str, frozenset[Turn]]:
    """
    Read the style sheets of a page for the classes and ids that hide or strike out (样式表).

    Examples
    --------
    >>> styles = read_styles("<style>.a, tr.b td {text-decoration:line-through}</style>")
    >>> sorted(styles), styles[".b"]
    (['.a', '.b'], frozenset({'struck'}))
    """
    found: dict[str, frozenset[Turn]] = {}
    for sheet in _SHEET.findall(page):
        text = _FOR_PRINT.sub("", _COMMENT.sub("", sheet))
        for selectors, told in _RULE.findall(text):
            if not (turns := _turns_of(told)):
                continue
            for selector in selectors.split(","):
                parts = [_NAMED.findall(part) for part in selector.split()]
                # tr.void td: what the last part does not name, the nearest before it does.
                for name in next((names for names in reversed(parts) if names), []):
                    found[name] = found.get(name, frozenset()) | turns
    return found


def turns_of_tag(
    tag: str, attrs: Sequence[tuple[str, str | None]], styles: Mapping[str, frozenset[Turn]]
) -> frozenset[Turn]:
    """
    Tell what a tag does to the text within it (标签的划去与隐藏).

    Examples
    --------
    >>> turns_of_tag("tr", [("style", "display: none")], {})
    frozenset({'hidden'})
    >>> turns_of_tag("td", [("class", "xl65 a")], {".a": frozenset({"struck"})})
    frozenset({'struck'})
    """
    turns: set[Turn] = {"struck"} if tag in _TAGS else set()
    for name, value in attrs:
        if name == "style":
            turns |= _turns_of(value or "")
        elif name == "hidden":
            turns.add("hidden")
        elif name in {"class", "id"}:
            sign = "." if name == "class" else "#"
            for each in (value or "").split():
                turns |= styles.get(sign + each, frozenset())
    return frozenset(turns)


def _turns_of(style: str) -> frozenset[Turn]:
    turns: set[Turn] = set()
    if _STRUCK.search(style):
        turns.add("struck")
    if _HIDDEN.search(style):
        turns.add("hidden")
    return frozenset(turns)
