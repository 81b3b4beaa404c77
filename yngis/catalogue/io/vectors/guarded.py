"""
Files nobody vouches for are read to their end in a child first (受限读取).

GDAL, GEOS and Arrow are compiled: on some broken files they crash, fill the memory or never end. A
child with limits reads the file once; only then does the ordinary reader of this process. The child
serves all files of a process, and a file that has not changed is not read twice.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.errors import LayerError, Problem, SetupError

_SECONDS: Final = 60.0
_SECONDS_PER_MB: Final = 2.0  # the slowest drivers read 5 MB/s
# A child counts its processor time where the system can: on a busy machine a sound file takes
# many times as long by the clock, which bounds only what waits for a disk or a network.
_OUT_OF_TIME: Final = -int(getattr(signal, "SIGXCPU", 0)) or None
_CLOCK_FOR_PROCESSOR: Final = 1.0 if _OUT_OF_TIME is None else 10.0
_MEMORY: Final = 6 << 30
_MEMORY_PER_BYTE: Final = 16  # features as objects take ten times their file
_MOST_CRASHES: Final = 20

Reply = dict[str, Any]


class _Child:
    """One child process, started when it is first needed, and again after it fell."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._replies: queue.Queue[str | None] = queue.Queue()
        self._lock = threading.Lock()

    def ask(self, request: Reply, seconds: float) -> Reply:
        """Send a request; the reply bears ``crashed`` or ``late`` where there was none."""
        with self._lock:
            process = self._started()
            try:
                assert process.stdin is not None  # noqa: S101 - opened as a pipe
                process.stdin.write(json.dumps({**request, "seconds": seconds}) + "\n")
                process.stdin.flush()
                line = self._replies.get(timeout=seconds * _CLOCK_FOR_PROCESSOR)
            except queue.Empty:
                self._stop()
                return {"late": seconds}
            except OSError:
                line = None
            if line is None:
                code = process.wait()
                self._stop()
                return {"late": seconds} if code == _OUT_OF_TIME else {"crashed": code}
            reply: Reply = json.loads(line)
            if "memory" in reply:
                self._stop()  # what it holds is not given back
            return reply

    def _started(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        script = Path(__file__).with_name("guarded_child.py")
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise SetupError(
                Problem(
                    where=str(sys.executable),
                    promised="可以启动子进程的 Python / a Python that can start a child process",
                    found=str(error),
                    mend="检查 Python 的安装和权限 / check the installation and its permissions",
                )
            ) from None
        self._replies = queue.Queue()
        threading.Thread(
            target=_pass_replies_on, args=(self._process, self._replies), daemon=True
        ).start()
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def close(self) -> None:
        """End the child with this process."""
        with self._lock:
            self._stop()


def _pass_replies_on(process: subprocess.Popen[str], replies: queue.Queue[str | None]) -> None:
    """Pass replies on; None at the end of the pipe."""
    assert process.stdout is not None  # noqa: S101 - opened as a pipe
    with process.stdout as lines, contextlib.suppress(ValueError, OSError):
        for line in lines:
            replies.put(line)
    replies.put(None)


_child = _Child()
atexit.register(_child.close)
_known: dict[tuple[object, ...], Reply] = {}


def probe_file(path: Path | str, do: str, **more: object) -> Reply:
    """Have the child do something with a file, once for a file that does not change (试读)."""
    file = Path(path)
    size, marks = _measure_dataset(file)
    key = (do, str(path), marks, *more.items())
    if key not in _known:
        request = {"do": do, "path": str(path), "memory": _memory_limit(size), **more}
        _known[key] = _child.ask(request, _time_limit(size))
    reply = _known[key]
    if fault := _fault_of_reply(str(path), reply):
        raise LayerError(fault)
    return reply


def _measure_dataset(path: Path) -> tuple[int, tuple[FileStamp, ...]]:
    """Bytes of a dataset, and marks by which a change is seen."""
    files = (
        sorted(path.iterdir())
        if path.is_dir()
        else sorted(path.parent.glob(f"{_plain_stem(path)}*"))
    )
    stamps = tuple(file_stamp(file) for file in files if file.is_file())
    return sum(stamp.size for stamp in stamps), stamps


def _plain_stem(path: Path) -> str:
    """Stem of a file without signs that would be a pattern."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path.stem)


def _memory_limit(size: int) -> int:
    return _MEMORY + _MEMORY_PER_BYTE * size


def _time_limit(size: int) -> float:
    return _SECONDS + _SECONDS_PER_MB * size / 1e6


def _fault_of_reply(where: str, reply: Reply) -> Problem | None:
    """What the child's end says of the file."""
    found, mend = "", "在 GIS 软件中打开并另存为 GeoPackage / open it in a GIS, save a GeoPackage"
    if "crashed" in reply:
        found = f"读取程序崩溃（{reply['crashed']}） / it crashes the reader"
    elif "late" in reply:
        found = f"{reply['late']:.0f} 秒未读完 / not read within that many seconds"
    elif "memory" in reply:
        found = "读取所需内存超出限度 / it takes more memory than allowed"
    elif "refuse" in reply:
        found = f"{reply['refuse']}：几何嵌套过深 / collections nested too deep"
    if not found:
        return None
    promised = "可读到末尾的矢量文件 / a vector file that can be read to its end"
    return Problem(where=where, promised=promised, found=found, mend=mend)


def salvage_features(
    path: Path | str, out: Path, first: int, count: int, **more: object
) -> list[Reply]:
    """Take what can be taken of the features of a broken layer (逐条抢救)."""
    size, _ = _measure_dataset(Path(path))
    spans, taken, crashes = [(first, count)], [], 0
    while spans:
        start, number = spans.pop()
        file = out / f"{start}-{number}.arrow"
        request = {"do": "salvage", "path": str(path), "memory": _memory_limit(size), **more}
        request |= {"out": str(file), "first": start, "count": number, "careful": False}
        reply = _child.ask(request, _time_limit(size))
        if "lost" not in reply and number == 1:  # its cells at least
            reply = _child.ask({**request, "careful": True}, _time_limit(size))
        if "lost" in reply:
            taken.append({**reply, "file": file})
            if reply["ended"]:
                break
            continue
        crashes += 1
        if crashes > _MOST_CRASHES:
            taken.append({"file": None, "lost": [start], "ended": True})
            break
        if number > 1:
            half = number // 2
            spans += [(start + half, number - half), (start, half)]
        else:
            taken.append({"file": None, "lost": [start], "ended": False})
    return taken
