"""Users' own templates (自有模板): judged before they are opened, filled in by a child process."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SpecError
from yngis.report.word.official_layout import MARGINS, blank_paragraphs
from yngis.report.word.report_values import declared_values, template_names
from yngis.report.word_kit.word_file import new_document, save_document, without_moments

if TYPE_CHECKING:
    from yngis.report.word.report_values import ReportValues

_SECONDS: Final = 60
_MEMORY: Final = 2 << 30
_LARGEST_OUT: Final = 200 << 20
_LARGEST_IN: Final = 50 << 20
_LARGEST_UNPACKED: Final = 200 << 20
_MOST_PARTS: Final = 5_000


def template_context(held: ReportValues) -> dict[str, Any]:
    """
    What a template may name (模板变量).

    Parameters
    ----------
    held
        What the report says.

    Returns
    -------
    context
        Values as texts, tables as lists of rows; a table that is not there is empty.
    """
    tables = {
        name: held.tables[name].records() if name in held.tables else []
        for name in declared_values()
        if name != "values"
    }
    return {**held.values, **tables}


def fill_user_template(template: Path, held: ReportValues) -> bytes:
    """
    Fill in a user's template (填写模板).

    Parameters
    ----------
    template
        A document of Word with names in double braces.
    held
        What the report says.

    Returns
    -------
    content
        The document; the same values give the same bytes.

    Raises
    ------
    SpecError
        If it is no document, names what there is not, does what templates may not, or takes too
        long, too much memory or too much room.
    """
    _refuse_strange_archive(template)
    with TemporaryDirectory() as scratch:
        out = Path(scratch) / "report.docx"
        asked = {
            "template": str(template.resolve()),
            "out": str(out),
            "context": template_context(held),
            "limits": {"seconds": _SECONDS, "memory": _MEMORY, "size": _LARGEST_OUT},
        }
        answer = _ask_child(template, asked)
        if unknown := answer.get("unknown"):
            names = list(template_names())
            raise SpecError(
                _template_problem(template, f"{{{{ {name} }}}}", did_you_mean(name, names))
                for name in unknown
            )
        if fault := answer.get("fault"):
            raise SpecError(_template_problem(template, str(fault)))
        return without_moments(out.read_bytes())


def _ask_child(template: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Let a child fill in the template within its limits."""
    command = [sys.executable, "-m", "yngis.report.word_kit.template_child"]
    try:
        done = subprocess.run(
            command, input=json.dumps(asked), capture_output=True, text=True, encoding="utf-8",
            timeout=_SECONDS * 2, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if not isinstance(answer, dict):
        limits = f"{_SECONDS} 秒、{_MEMORY >> 30} GB、{_LARGEST_OUT >> 20} MB"
        found = f"超出限额 / beyond its limits: {limits}"
        raise SpecError(_template_problem(template, found))
    return answer


def _template_problem(template: Path, found: str, mend: str = "") -> Problem:
    return Problem(
        where=f"--template {template.name}",
        promised="只用 yngis word --variables 所列变量的 .docx / of those variables",
        found=found,
        mend=mend
        or "从空白模板改起：yngis word --variables --to 模板.docx / begin with the blank one",
    )


def _refuse_strange_archive(template: Path) -> None:
    """Refuse what is no document, or would unpack to more than a document is."""
    try:
        if not template.is_file() or template.stat().st_size > _LARGEST_IN:
            raise OSError("不是文件或过大 / no file, or too large")  # noqa: TRY301 - told like any other
        with zipfile.ZipFile(template) as held:
            parts = held.infolist()
            names = {part.filename for part in parts}
            whole = sum(part.file_size for part in parts)
            if "word/document.xml" not in names or "[Content_Types].xml" not in names:
                raise OSError("不是 Word 文档 / no document of Word")  # noqa: TRY301
            if whole > _LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
                raise OSError("解压后过大 / too large when unpacked")  # noqa: TRY301
            if any(name.endswith("vbaProject.bin") for name in names):
                raise OSError("含宏 / has macros")  # noqa: TRY301
    except (OSError, zipfile.BadZipFile) as error:
        raise SpecError(_template_problem(template, " ".join(str(error).split())[:200])) from None


def write_blank_template(path: Path) -> Path:
    """
    Write a template with every name (空白模板).

    Parameters
    ----------
    path
        File to write.

    Returns
    -------
    path
        The file written.
    """
    tables = declared_values()
    texts = ["{{ title }}", ""]
    texts += [
        f"{column.header}：{{{{ {column.name} }}}}"
        for column in tables["values"].columns
        if column.name != "title"
    ]
    for name, table in tables.items():
        if name != "values":
            cells = "　".join(f"{{{{ row.{column.name} }}}}" for column in table.columns)
            texts += ["", f"{table.zh}：{'　'.join(column.header for column in table.columns)}",
                      f"{{%p for row in {name} %}}", cells, "{%p endfor %}"]  # fmt: skip
    document = new_document(MARGINS, "yngis 报告模板")
    blank_paragraphs(document, texts)
    return save_document(document, path)


def variable_lines() -> list[str]:
    """
    List the names with unit and meaning (变量清单).

    Returns
    -------
    lines
        For the terminal.
    """
    lines = []
    for name, table in declared_values().items():
        prefix = "" if name == "values" else "　row."
        if prefix:
            lines.append(f"{{% for row in {name} %}}　{table.zh} / {table.en}")
        lines += [
            f"{prefix}{column.name}　{column.header} / {column.en}" for column in table.columns
        ]
    return lines
