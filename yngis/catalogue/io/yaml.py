"""YAML into a frozen model, strictly: no key twice, no misspelt key, every fault told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.sheets.validation_words import promised_value, value_remedy
from yngis.catalogue.io.side_files import read_side_text
from yngis.errors import LayerError, Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)

YAML_SUFFIXES: Final = frozenset({".yml", ".yaml"})
"""How the name of a YAML file ends, where a name could also be that of a shipped one."""

_MOST_NODES: Final = 200_000  # with aliases written out; the longest shipped file has some 4,000
_LONGEST_SHOWN: Final = 200
_DEEPEST_INDENT: Final = 200
_MOST_BRACKETS: Final = 1_000  # in one file; each opens a level at the most


class _StrictConstructor(yaml.constructor.SafeConstructor):
    """Refuses a key written twice; PyYAML would silently keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "键须是文字 / a key must be a text", key.start_mark
                )
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"键重复 / key written twice: {key.value}", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - PyYAML's own signature
        try:
            return super().construct_object(node, deep)
        except (ValueError, ArithmeticError, TypeError, LookupError) as error:
            # A day that does not exist, an integer of thousands of digits.
            raise yaml.constructor.ConstructorError(
                None, None, f"读不出的值 / a value that cannot be read: {error}", node.start_mark
            ) from None


class _StrictLoader(_StrictConstructor, yaml.SafeLoader):
    """Loader in Python: slow, never at the end of its stack without a word."""


# PyYAML may have been built without libyaml, which is ten times as fast.
_QuickLoader: Any = (
    type("_QuickLoader", (_StrictConstructor, yaml.CSafeLoader), {})
    if hasattr(yaml, "CSafeLoader")
    else _StrictLoader
)


def load_yaml(text: str, where: str) -> tuple[Any, yaml.Node | None]:
    """
    Load YAML that anybody may have written (解析 YAML).

    Parameters
    ----------
    text
        Content of the file.
    where
        Its name, for the message.

    Returns
    -------
    content
        Plain dicts, lists and scalars.
    node
        The same as a tree with line numbers; None where there is nothing.

    Raises
    ------
    SpecError
        If it is no YAML, a key stands twice or is no text, a value cannot be read, or it is nested
        or repeated beyond measure; with line and column.
    """
    try:
        if _is_shallow(text):
            try:
                return _load_document(_QuickLoader(text))
            except yaml.YAMLError:
                pass  # told below, in the words and with the lines of the other
        return _load_document(_StrictLoader(text))
    except yaml.YAMLError as error:
        found = " ".join(str(error).split())
    except RecursionError:
        found = "嵌套过深 / nested too deep"
    raise SpecError(
        Problem(
            where=where,
            promised="YAML",
            found=found[: 2 * _LONGEST_SHOWN],
            mend="按提示的行列修改 / mend the line and column named above",
        )
    )


def _is_shallow(text: str) -> bool:
    """Tell whether no line can be nested deeper than libyaml's stack allows."""
    if text.count("[") + text.count("{") > _MOST_BRACKETS:
        return False
    # Each level of a block takes a blank before it, or a dash: "- - - a".
    return all(len(line) - len(line.lstrip(" -?")) <= _DEEPEST_INDENT for line in text.splitlines())


def _load_document(loader: Any) -> tuple[Any, yaml.Node | None]:  # noqa: ANN401 - one of two
    node = loader.get_single_node()
    if node is None:
        return None, None
    _count_nodes(node, {}, set())
    return loader.construct_document(node), node


def _count_nodes(node: yaml.Node, known: dict[int, int], above: set[int]) -> int:
    """Count the nodes with aliases written out: few lines of them can stand for billions."""
    if id(node) in above:
        raise yaml.composer.ComposerError(
            None, None, "锚点引用自身 / an anchor holds itself", node.start_mark
        )
    if id(node) not in known:
        inner: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            inner = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            inner = list(node.value)
        above.add(id(node))
        known[id(node)] = 1 + sum(_count_nodes(part, known, above) for part in inner)
        above.discard(id(node))
    if known[id(node)] > _MOST_NODES:
        raise yaml.composer.ComposerError(
            None, None, f"内容超过 {_MOST_NODES} 项 / more than so many items", node.start_mark
        )
    return known[id(node)]


def read_yaml(path: Path, model: type[Model]) -> Model:
    """
    Read a YAML file into a pydantic model.

    Parameters
    ----------
    path
        File, UTF-8 or GBK.
    model
        Frozen model that forbids extra keys.

    Returns
    -------
    spec
        The validated model.

    Raises
    ------
    SpecError
        With every fault of the file; a misspelt key gets the nearest right one.
    """
    try:
        text = read_side_text(path)
    except LayerError as error:
        raise SpecError(error.problems) from None
    content, node = load_yaml(text, str(path))
    return judge_yaml(content, model, path.name, node)


def judge_yaml(
    content: object, model: type[Model], name: str, node: yaml.Node | None = None
) -> Model:
    """Make a model of loaded YAML (校验)."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise SpecError(
            [_validation_problem(name, model, each, node) for each in details]
        ) from None
    except (RecursionError, ArithmeticError, ValueError, TypeError, LookupError) as error:
        raise SpecError(
            Problem(
                where=name,
                promised="文件规定的内容 / what such a file declares",
                found=f"{type(error).__name__}: {_cut_text(str(error))}",
                mend="对照内置的同类文件修改 / compare it with the shipped file of its kind",
            )
        ) from None


def _cut_text(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _short_value(value: object) -> str:
    """Write a value down, however long it is."""
    try:
        return _cut_text(repr(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits
        return type(value).__name__


def _line_of_fault(node: yaml.Node | None, location: tuple[int | str, ...]) -> str:
    """Line on which a fault stands, as far down as the tree goes."""
    if node is None:
        return ""
    mark = node.start_mark
    for part in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            mark = node.start_mark
        elif isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if pair is not None:
                mark, node = pair[0].start_mark, pair[1]
    number = mark.line + 1
    return f"第 {number} 行 / line {number}；"


def _validation_problem(
    name: str, model: type[BaseModel], error: ErrorDetails, node: yaml.Node | None
) -> Problem:
    """Tell one pydantic error in the form all our errors have."""
    location = error["loc"]
    where = f"{name}: {'.'.join(str(part) for part in location) or '(top)'}"
    line = _line_of_fault(node, location)
    if error["type"] == "extra_forbidden":
        owner = _owner_of_mapping(model, location[:-1])
        return Problem(
            where,
            promised="只用规定的键 / declared keys only",
            found=f"{line}未知的键 / unknown key: {_cut_text(str(location[-1]))}",
            mend=did_you_mean(str(location[-1]), owner.model_fields),
        )
    if error["type"] == "missing":
        return Problem(
            where,
            promised=f"必填 / required: {location[-1]}",
            found=f"{line}缺失 / missing",
            mend=f"补上“{location[-1]}” / add “{location[-1]}”",
        )
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    return Problem(
        where,
        promised=promised_value(error),
        found=line + _found_value(error),
        mend=value_remedy(error, required),
    )


def _found_value(error: ErrorDetails) -> str:
    """Write down what was found; of a whole file only what kind of thing it holds."""
    if error["loc"]:
        return _short_value(error["input"])
    if error["input"] is None:
        return "空文件 / an empty file"
    if isinstance(error["input"], dict):
        return "见上 / see above"
    return f"不是映射 / no mapping: {_short_value(error['input'])}"


def _owner_of_mapping(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """Model that the mapping at a location belongs to: follow the field names down."""
    for part in location:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is not None:
            model = _model_in_annotation(field.annotation) or model
    return model


def _model_in_annotation(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation may stand there
    """Find the model inside an annotation such as ``tuple[Column, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _model_in_annotation(argument):
            return found
    return None
