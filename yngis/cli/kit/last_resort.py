"""What nobody foresaw (意外错误), told like any other fault; every known one is checked before."""

from __future__ import annotations

import os
import re
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yngis
from yngis.errors import Problem

if TYPE_CHECKING:
    from types import FrameType

WHOLE: Final = "YNGIS_TRACEBACK"
"""Environment variable with which the whole traceback is shown as well."""

_LONGEST: Final = 300
_PASSWORD: Final = re.compile(r"://\S*@")
_PACKAGE: Final = Path(yngis.__file__).parent


def unforeseen(error: Exception) -> Problem:
    """Tell an error that no check foresaw (意外错误)."""
    if os.environ.get(WHOLE):
        traceback.print_exception(error)
    command = (
        f"yngis {next((word for word in sys.argv[1:] if not word.startswith('-')), '')}".strip()
    )
    if isinstance(error, MemoryError):
        return Problem(
            where=command,
            promised="内存足够 / enough memory",
            found=_told(error) or "内存不足 / out of memory",
            mend="关闭其他程序，或把数据分块处理 / close other programs, or work part by part",
        )
    if isinstance(error, OSError):
        named = [os.fsdecode(name) for name in (error.filename, error.filename2) if name]
        return Problem(
            where=" → ".join(named) or command,
            promised="可以读写的文件 / files that can be read and written",
            found=" ".join(str(error.strerror or error).split())[:_LONGEST],
            mend="检查路径、权限、磁盘空间，并关闭正打开它的程序后重试 / check path, rights and "
            "room, close the programs that hold it open, and try again",
        )
    return Problem(
        where=f"{command}，{_place(error)}",
        promised="不因程序本身而中断 / no fault of the program itself",
        found=f"{type(error).__name__}: {_told(error)}",
        mend=f"这是 yngis {yngis.__version__} 的缺陷，结果未写出。请报告：附上本段、所用命令"
        f"（去掉密码）和能重现的最小文件；设环境变量 {WHOLE}=1 再运行可见全部经过 / "
        "a fault in yngis: report it with these lines, the command (without passwords) and the "
        f"smallest file that shows it; with {WHOLE}=1 the whole traceback is shown",
    )


def _told(error: Exception) -> str:
    """Message in one line, without the user and password of an address."""
    return _PASSWORD.sub("://…@", " ".join(str(error).split()))[:_LONGEST]


def _place(error: Exception) -> str:
    """Last line of ours that was being run."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if _PACKAGE in Path(frame.filename).parents
    ]
    if not frames:
        return "yngis"
    last = frames[-1]
    return f"{Path(last.filename).relative_to(_PACKAGE.parent).as_posix()}:{last.lineno}"


def end_on_terminate() -> None:
    """
    Let a run that is asked to end clean up behind it, as Ctrl-C does (收到终止信号).

    What was being written goes; a run that is killed outright leaves that to the next one.
    """

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
