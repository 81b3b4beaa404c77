"""Reference pages written from what the program itself reads: cards, rule files, notebooks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from yngis.catalogue import cards
from yngis.catalogue.tables.cards.input_card import input_names, read_aliases, read_input_card
from yngis.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
GENERATED = "generated"
_RULES = (
    ("analysis/rules/national-2012.yml", "闲置土地 / idle land"),
    ("../layers/rules/plan-2021.yml", "规划奖惩 / the plan's consequence"),
    ("analysis/schemes/tdt1029-2010.yml", "评价体系 / indicator system, 2010"),
    ("analysis/schemes/2014-trial.yml", "评价体系 / indicator system, 2014"),
    ("../layers/rules/readings.yml", "指标读法 / readings of the targets"),
)


def table_lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Write a table in Markdown; signs that would end a cell are escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [str(cell).replace("|", "\\|").replace("\n", " ") for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def card_page() -> str:
    """Every shipped layer and table, column by column."""
    lines = ["# 图层和表 / Layers and tables", ""]
    for card in cards():
        lines += [f"## {card.name} {card.title_zh}", "", card.title_en, ""]
        lines += table_lines(
            ("列 / column", "单位 / unit", "含义", "meaning"),
            ((f"`{each.name}`", each.unit or "", each.zh, each.en) for each in card.columns),
        )
    return "\n".join(lines)


def input_page() -> str:
    """Every table that a bureau brings, with the headers that are understood."""
    lines = ["# 接收的表 / Tables that you bring", ""]
    for name in input_names():
        card = read_input_card(name)
        aliases: dict[str, list[str]] = {}
        for alias in read_aliases(name):
            aliases.setdefault(alias.column, []).append(alias.header)
        lines += [f"## {name} {card.title_zh}", "", card.title_en, ""]
        lines += table_lines(
            ("列 / column", "单位 / unit", "含义", "meaning", "认得的表头 / headers"),
            (
                (
                    f"`{each.name}`",
                    each.unit or "",
                    each.zh,
                    each.en,
                    "、".join(dict.fromkeys(aliases.get(each.name, []))),
                )
                for each in card.columns
            ),
        )
    return "\n".join(lines)


def command_page() -> str:
    """Every command with its options, as ``--help`` tells them."""
    lines = ["# 命令行 / Command line", "", "与 `yngis COMMAND --help` 相同。 / The same text.", ""]

    def add(command: Any, name: str) -> None:  # noqa: ANN401 - typer's own kind of command
        lines.extend([f"## {name}", "", str(command.help or ""), ""])
        rows = [
            (
                ", ".join(f"`{opt}`" for opt in (*each.opts, *each.secondary_opts)),
                "" if each.default in {None, "", False} or callable(each.default) else each.default,
                getattr(each, "help", "") or "",
            )
            for each in command.params
        ]
        if rows:
            lines.extend(table_lines(("选项 / option", "缺省 / default", "说明 / meaning"), rows))
        for inner, child in getattr(command, "commands", {}).items():
            add(child, f"{name} {inner}")

    add(typer.main.get_command(app), "yngis")
    return "\n".join(lines)


def rule_page() -> str:
    """The rule files as they are read."""
    lines = ["# 规则文件 / Rule files", "", "规则是数据，可复制后修改。 / Rules are data.", ""]
    for path, title in _RULES:
        text = (ROOT / "yngis" / path).read_text(encoding="utf-8").rstrip()
        lines += [f"## {title}", "", f"`yngis/{path}`", "", "```yaml", text, "```", ""]
    return "\n".join(lines)


def write_pages(app: Sphinx) -> None:
    """Write the pages and copy the notebooks beside them; a page that is the same is left alone."""
    home = Path(app.srcdir) / GENERATED
    home.mkdir(exist_ok=True)
    pages = {
        "cli.md": command_page(),
        "cards.md": card_page(),
        "inputs.md": input_page(),
        "rules.md": rule_page(),
    }
    for name, text in pages.items():
        path = home / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    shutil.copy2(ROOT / "layers" / "SOURCES.md", home / "sources.md")
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy2(notebook, home / notebook.name)


def fit_source(_app: Sphinx, name: str, source: list[str]) -> None:
    """Point what a reader of the repository follows to where it stands in the site."""
    text = source[0].replace("../../layers/SOURCES.md", "../generated/sources.md")
    if name == "decisions/README":
        text += "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"
    source[0] = text.replace("```csv\n", "```text\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx; formulas are text, so no renderer of formulas is loaded."""
    app.add_html_math_renderer("mathml_none", (_plain_math, None), (_plain_math, None))
    app.connect("builder-inited", write_pages)
    app.connect("source-read", fit_source)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _plain_math(translator: Any, node: Any) -> None:  # noqa: ANN401 - docutils ships no types
    translator.body.append(translator.starttag(node, "code", "", CLASS="math"))
    translator.body.append(translator.encode(node.astext()) + "</code>")
    from docutils.nodes import SkipNode  # noqa: PLC0415 - only where a formula stands

    raise SkipNode
