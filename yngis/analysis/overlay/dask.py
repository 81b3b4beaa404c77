"""The same table across machines: parts go to Dask workers, partial tables come back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import yngis
from yngis.analysis.overlay.batch import divide
from yngis.analysis.overlay.totals import Tally
from yngis.catalogue.io.stream import read_part
from yngis.errors import LayerError, Problem, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from yngis.analysis.overlay.prepared_zones import Divider
    from yngis.catalogue.io.stream import Part

_PATIENCE: Final = 10  # seconds until a scheduler that does not answer is given up
_RETRIES: Final = (
    2  # of a part whose worker was lost in the middle of it, beyond Dask's own rescheduling
)


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
        raise _broken(str(error), "pip install 'yngis[cluster]'") from error
    try:
        client = Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise _broken(
            f"{scheduler}: {error}",
            "检查地址，并确认调度器在运行 / check the address, and that the scheduler runs",
        ) from error
    with client:
        yield client


def tally_part(
    divider: Divider, part: Part, *, outside: bool = True
) -> Tally | tuple[Problem, ...]:
    """
    Add up one part, on whichever machine this runs.

    Parameters
    ----------
    divider
        The zones.
    part
        What to read; the file must be seen under the same path.
    outside
        Whether parcels clear of all zones are wanted too.

    Returns
    -------
    tally
        The partial table, or the faults that kept it from being made, the worker named.
    """
    tally = Tally(len(divider.names))
    try:
        for batch in read_part(part):
            divided = divide(divider, batch.geometry, part.path, batch.first, outside=outside)
            tally.add(divided, batch.columns, part.path, batch.first)
    except LayerError as error:
        return tuple(_at_worker(problem) for problem in error.problems)
    return tally


def tally_on(
    client: Any,  # noqa: ANN401 - distributed.Client; dask is an extra
    divider: Divider,
    parts: Sequence[Part],
    collect: Callable[[Tally], None],
    *,
    outside: bool = True,
) -> None:
    """
    Add up parts on the workers of a Dask cluster.

    Parameters
    ----------
    client
        A ``distributed.Client``.
    divider
        The zones; sent to the cluster once, and remade there if the worker that holds them is lost.
    parts
        What is to be read.
    collect
        Takes each partial table as it arrives.
    outside
        Whether parcels clear of all zones are wanted too.

    Raises
    ------
    LayerError
        If a worker cannot read its part.
    SetupError
        If there are no workers, or they cannot run yngis.
    """
    from distributed import KilledWorker, as_completed  # noqa: PLC0415 - an extra

    _require_workers(client)
    sent = client.submit(_same, divider, pure=False)
    futures = client.map(
        tally_part, [sent] * len(parts), list(parts), outside=outside, pure=False, retries=_RETRIES
    )
    try:
        for future in as_completed(futures):
            result = future.result()
            if not isinstance(result, Tally):
                raise LayerError(result)
            collect(result)
            future.release()
    except KilledWorker as error:
        raise _broken(
            f"工作进程反复丢失 / workers keep dying: {error}",
            "给每个进程更多内存，或减少其线程数 / give each more memory, or fewer threads",
        ) from error
    finally:
        client.cancel([sent, *futures])


def _require_workers(client: Any) -> None:  # noqa: ANN401 - distributed.Client
    """Refuse a cluster without workers, or whose workers have no yngis or another one."""
    workers = client.get_versions(packages=["yngis"])["workers"]
    if not workers:
        raise _broken(
            "没有工作进程 / it has no workers", "先启动 dask worker / start dask workers first"
        )
    others = {
        address: told["packages"].get("yngis")
        for address, told in workers.items()
        if told["packages"].get("yngis") != yngis.__version__
    }
    if others:
        listed = ", ".join(f"{address}: {version}" for address, version in others.items())
        raise _broken(
            f"yngis {yngis.__version__} ≠ {listed}",
            f"在每台机器上安装相同版本 / install the same version on every machine: "
            f"pip install 'yngis[cluster]=={yngis.__version__}'",
        )


def _same(divider: Divider) -> Divider:
    """Hold the zones on the cluster, as a task that can be run again."""
    return divider


def _at_worker(problem: Problem) -> Problem:
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


def _broken(found: str, mend: str) -> SetupError:
    return SetupError(
        Problem(
            where="Dask 集群 / Dask cluster",
            promised="能运行 yngis 的工作进程 / workers that can run yngis",
            found=found,
            mend=mend,
        )
    )
