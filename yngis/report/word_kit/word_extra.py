"""The libraries of Word documents are an extra (Word 扩展)."""

from __future__ import annotations

from importlib.util import find_spec

from yngis.errors import Problem, SetupError


def require_word_libraries() -> None:
    """
    Make sure that documents of Word can be written (检查 Word 扩展).

    Raises
    ------
    SetupError
        If python-docx or docxtpl is not installed.
    """
    missing = [name for name in ("docx", "docxtpl") if find_spec(name) is None]
    if missing:
        raise SetupError(
            Problem(
                where="Word",
                promised="python-docx、docxtpl",
                found=f"没有安装 / not installed: {', '.join(missing)}",
                mend="pip install 'yngis[word]'",
            )
        )
