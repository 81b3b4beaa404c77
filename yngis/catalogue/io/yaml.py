"""YAML into a frozen model, strictly: no key twice, no misspelt key, every fault told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice; PyYAML would silently keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"键重复 / key written twice: {key.value}", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """
    Read a YAML file into a pydantic model.

    Parameters
    ----------
    path
        File, UTF-8.
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
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SpecError(
            Problem(
                where=str(path),
                promised="UTF-8 编码的 YAML / YAML in UTF-8",
                found=" ".join(str(error).split()),
                mend="按提示的行列修改 / mend the line and column named above",
            )
        ) from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise SpecError([_problem(path, model, each) for each in details]) from None


def _problem(path: Path, model: type[BaseModel], error: ErrorDetails) -> Problem:
    """Tell one pydantic error in the form all our errors have."""
    location = error["loc"]
    where = f"{path.name}: {'.'.join(str(part) for part in location) or '(top)'}"
    if error["type"] == "extra_forbidden":
        owner = _owner(model, location[:-1])
        return Problem(
            where,
            promised="只用规定的键 / declared keys only",
            found=f"未知的键 / unknown key: {location[-1]}",
            mend=did_you_mean(str(location[-1]), owner.model_fields),
        )
    if error["type"] == "missing":
        return Problem(
            where,
            promised=f"必填 / required: {location[-1]}",
            found="缺失 / missing",
            mend=f"补上“{location[-1]}” / add “{location[-1]}”",
        )
    return Problem(
        where,
        promised=error["msg"],
        found=repr(error["input"]) if location else "见上 / see above",
        mend="改为上述要求的值 / write a value as asked above",
    )


def _owner(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """Model that the mapping at a location belongs to: follow the field names down."""
    for part in location:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is not None:
            model = _inner(field.annotation) or model
    return model


def _inner(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation may stand there
    """Find the model inside an annotation such as ``tuple[Column, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _inner(argument):
            return found
    return None
