"""What a value in a YAML file had to be, in both languages: pydantic tells it in English alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

_OPTION: Final = re.compile(r"'([^']*)'")
_PLAIN: Final = "改为上述要求的值 / write a value as asked above"
_MAPPING: Final = "“键: 值”的映射 / a mapping of keys to values"
_KINDS: Final = {
    "model": _MAPPING,
    "dict": _MAPPING,
    "float": "数字 / a number",
    "int": "整数 / a whole number",
    "bool": "true 或 false / true or false",
    "string": "文字 / a text",
    "tuple": "列表，如 [甲, 乙] / a list",
    "list": "列表，如 [甲, 乙] / a list",
    "date": "日期，如 2024-12-31 / a date",
}
_LIMITS: Final = {"ge": "不小于 / at least", "gt": "大于 / above", "le": "不大于 / at most"} | {
    "lt": "小于 / below",
    "min_length": "长度至少 / a length of at least",
    "max_length": "长度至多 / a length of at most",
    "pattern": "形如 / of the form",
}


def promised_value(error: ErrorDetails) -> str:
    """
    Say what a value had to be (应为何值).

    Parameters
    ----------
    error
        What pydantic found.

    Returns
    -------
    promised
        In both languages; pydantic's own words stand behind a Chinese lead where the kind of fault
        has none here.
    """
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, ")
    if kind == "literal_error":
        return f"其中之一 / one of: {', '.join(_options_of_error(error))}"
    for name, words in _LIMITS.items():
        if name in context:
            return f"{words} {context[name]}"
    # float_parsing, float_type, int_from_float, model_attributes_type …
    return _KINDS.get(kind.partition("_")[0], f"合乎规定的值 / as declared: {error['msg']}")


def value_remedy(error: ErrorDetails, required: Sequence[str]) -> str:
    """
    Say how to mend a value (改法).

    Parameters
    ----------
    error
        What pydantic found.
    required
        Keys that a file of this kind must have.

    Returns
    -------
    mend
        The nearest right word where only some are allowed; what a file must hold where it holds no
        mapping.
    """
    if error["type"] == "literal_error" and (options := _options_of_error(error)):
        return did_you_mean(str(error["input"]), options)
    if not error["loc"] and error["type"].startswith(("model", "dict")) and required:
        return f"写出必填的键 / write the keys that it must have: {', '.join(required)}"
    return _PLAIN


def _options_of_error(error: ErrorDetails) -> list[str]:
    return _OPTION.findall(str(error.get("ctx", {}).get("expected", "")))
