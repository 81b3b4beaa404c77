"""The same table across machines: parts go to Dask workers, partial tables come back."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import yngis
from yngis.analysis.overlay.batch import divide_batch
from yngis.analysis.overlay.parcel_input import refuse_nested_values
from yngis.analysis.overlay.totals import Tally
from yngis.catalogue.io.stream import read_part
from yngis.errors import LayerError, Problem, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from yngis.analysis.overlay.prepared_zones import Divider
    from yngis.catalogue.io.stream import Part

R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T")

_PATIENCE: Final = 10  # seconds until a scheduler that does not answer is given up
_RETRIES: Final = (
    2  # of a part whose worker was lost in the middle of it, beyond Dask's own rescheduling
)
_ALONE: Final = 60.0  # seconds without any worker until the work is given up
_LOOK: Final = 0.02  # seconds between two looks for what is done
_FETCH: Final = 5.0  # seconds for one small table, after which the workers are looked for
_LOADED: Final = time.time()


@contextmanager
def connected(scheduler: str | None) -> Iterator[Any]:
    """
    Connect to a Dask scheduler (连接集群), if one is named.

    Parameters
    ----------
    scheduler
        Address, such as ``tcp://host:8786``; None for this machine alone.

    Yields
    ------
    client
        A ``distributed.Client``, or None.

    Raises
    ------
    SetupError
        If dask is not installed here, or nobody answers at the address.
    """
    if scheduler is None:
        yield None
        return
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _broken_cluster_error(str(error), "pip install 'yngis[cluster]'") from error
    try:
        client = Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise _broken_cluster_error(
            f"{scheduler}: {error}",
            "检查地址，并确认调度器在运行 / check the address, and that the scheduler runs",
        ) from error
    with client:
        yield client


def tally_part(
    divider: Divider, part: Part, *, outside: bool = True
) -> Tally | tuple[Problem, ...]:
    """Add up one part, on whichever machine this runs."""
    tally = Tally(len(divider.names))
    try:
        for batch in read_part(part):
            refuse_nested_values(part.path, part.columns, batch.columns)
            divided = divide_batch(divider, batch.geometry, part.path, batch.first, outside=outside)
            tally.add(divided, batch.columns, part.path, batch.first)
    except LayerError as error:
        return tuple(problem_at_worker(problem) for problem in error.problems)
    # Partial tables that come back are small; marks of all parcels are not.
    tally.drawn = None
    return tally


def tally_on(
    client: Any,  # noqa: ANN401 - distributed.Client; dask is an extra
    divider: Divider,
    parts: Sequence[Part],
    collect: Callable[[Tally], None],
    *,
    outside: bool = True,
) -> None:
    """Add up parts on the workers of a Dask cluster."""
    work_on_cluster(client, partial(tally_part, outside=outside), divider, parts, collect)


def work_on_cluster(
    client: Any,  # noqa: ANN401 - distributed.Client; dask is an extra
    work: Callable[[S, T], R | tuple[Problem, ...]],
    shared: S,
    items: Sequence[T],
    collect: Callable[[R], None],
) -> None:
    """Do one piece of work on each item, with what all share; faults come back as problems."""
    from distributed import KilledWorker  # noqa: PLC0415 - an extra

    _require_workers(client)
    sent = client.submit(_held_on_cluster, shared, pure=False)
    futures = client.map(work, [sent] * len(items), list(items), pure=False, retries=_RETRIES)
    try:
        for future in _completed_futures(client, futures):
            result = _awaited_result(client, future)
            if isinstance(result, tuple):
                raise LayerError(result)
            collect(result)
            future.release()
    except KilledWorker as error:
        raise _broken_cluster_error(
            f"工作进程反复丢失 / workers keep dying: {error}",
            "给每个进程更多内存，或减少其线程数 / give each more memory, or fewer threads",
        ) from error
    except CancelledError as error:
        raise _broken_cluster_error(
            f"调度器已断开 / the scheduler is gone: {error}",
            "重新启动调度器后再运行 / start the scheduler again and rerun",
        ) from error
    finally:
        client.cancel([sent, *futures])


def _completed_futures(client: Any, futures: Sequence[Any]) -> Iterator[Any]:  # noqa: ANN401
    """Give futures as they are done; Dask itself would wait for ever for a worker that may come."""
    from distributed import as_completed  # noqa: PLC0415 - an extra

    waiting, watch = as_completed(futures), _WorkerWatch(client)
    while not waiting.is_empty():
        if waiting.has_ready():
            yield from waiting.next_batch(block=False)
            watch = _WorkerWatch(client)
            continue
        time.sleep(_LOOK)
        watch.look()


def _awaited_result(client: Any, future: Any) -> Any:  # noqa: ANN401
    """Fetch a result that is done; its worker may be lost since, and it is made again elsewhere."""
    watch = _WorkerWatch(client)
    while True:
        try:
            return future.result(timeout=_FETCH)
        except TimeoutError:
            if future.status == "error":
                raise
            watch.look()


class _WorkerWatch:
    """Tells when a cluster has been without workers for too long."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - distributed.Client
        self._client, self._seen = client, time.monotonic()

    def look(self) -> None:
        """Refuse to wait on where nobody works any more."""
        if self._client.scheduler_info()["workers"]:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > _ALONE:
            raise _broken_cluster_error(
                f"工作进程全部丢失，已等 {_ALONE:g} 秒 / all workers are lost, for {_ALONE:g} s",
                "重新启动 dask worker，给更多内存 / start dask workers again, with more memory",
            )


def _require_workers(client: Any) -> None:  # noqa: ANN401 - distributed.Client
    """Refuse a cluster without workers, or whose workers have no yngis or another one."""
    workers = client.get_versions(packages=["yngis"])["workers"]
    if not workers:
        raise _broken_cluster_error(
            "没有工作进程 / it has no workers", "先启动 dask worker / start dask workers first"
        )
    others = {
        address: told["packages"].get("yngis")
        for address, told in workers.items()
        if told["packages"].get("yngis") != yngis.__version__
    }
    if others:
        listed = ", ".join(f"{address}: {version}" for address, version in others.items())
        raise _broken_cluster_error(
            f"yngis {yngis.__version__} ≠ {listed}",
            f"在每台机器上安装相同版本 / install the same version on every machine: "
            f"pip install 'yngis[cluster]=={yngis.__version__}'",
        )
    # The same number may stand on other code: a copy that was edited, or one not restarted since.
    mine = code_digest()
    told = client.run(code_digest, on_error="return")
    strangers = sorted(address for address, digest in told.items() if digest != mine)
    if strangers:
        raise _broken_cluster_error(
            f"代码不同（校验和不符） / other code by its checksum: {', '.join(strangers)}",
            "在每台机器上安装同一份 yngis 并重启工作进程 / install the same copy of yngis on every "
            "machine and restart the workers",
        )


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Checksum of the code of the package that this process runs (代码校验和)."""
    home = Path(yngis.__file__).parent
    total = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        if path.stat().st_mtime > _LOADED:
            total.update(f"{path}: changed since {_LOADED}".encode())
        total.update(f"{path.relative_to(home).as_posix()}\0".encode() + path.read_bytes())
    return total.hexdigest()


def _held_on_cluster(shared: S) -> S:
    """Hold what all tasks share on the cluster, as a task that can be run again."""
    return shared


def problem_at_worker(problem: Problem) -> Problem:
    """Name the worker that met a fault."""
    from distributed import get_worker  # noqa: PLC0415 - an extra

    try:
        address = get_worker().address
    except ValueError:
        return problem
    return Problem(
        where=f"{problem.where} @ {address}",
        promised=problem.promised,
        found=problem.found,
        mend=f"{problem.mend}；各机器须以同一路径看到数据 / "
        "every machine must see the data under the same path",
    )


def _broken_cluster_error(found: str, mend: str) -> SetupError:
    return SetupError(
        Problem(
            where="Dask 集群 / Dask cluster",
            promised="能运行 yngis 的工作进程 / workers that can run yngis",
            found=found,
            mend=mend,
        )
    )
