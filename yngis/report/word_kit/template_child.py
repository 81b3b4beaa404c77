"""
A user's template filled in, in a process of its own (模板子进程).

Templates are programs: Jinja2's sandbox keeps them from Python's insides, and the limits of this
process, set before the template is opened, from time, memory and disk.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def limit_process(seconds: int, memory: int, size: int) -> None:
    """
    Bound what this process may take (限额).

    Parameters
    ----------
    seconds
        Time of the processor.
    memory
        Address space [bytes].
    size
        Largest file that it may write [bytes].
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, size),
    ):
        _, hard = resource.getrlimit(kind)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (soft, hard))


def fill_template(asked: dict[str, Any]) -> dict[str, Any]:
    """
    Fill in a template (填写模板).

    Parameters
    ----------
    asked
        ``template`` and ``out``, paths; ``context``, what it may name.

    Returns
    -------
    answer
        ``unknown`` names, or ``fault``, or neither where ``out`` is written.
    """
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    rules = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    # Names that are always there would not be told as unknown.
    rules.globals.clear()
    try:
        template = DocxTemplate(asked["template"])
        named = template.get_undeclared_template_variables(jinja_env=rules)
        unknown = sorted(named - set(asked["context"]))
        if unknown:
            return {"unknown": unknown}
        template = DocxTemplate(asked["template"])
        template.render(asked["context"], jinja_env=rules, autoescape=True)
        template.save(asked["out"])
    except (TemplateError, TypeError, ValueError, OverflowError, KeyError) as error:
        return {"fault": f"{type(error).__name__}: {error}"[:300]}
    return {}


def main() -> None:
    """Answer the one request on standard input."""
    asked = json.load(sys.stdin)
    limit_process(**asked["limits"])
    json.dump(fill_template(asked), sys.stdout)


if __name__ == "__main__":
    main()
