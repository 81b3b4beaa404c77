"""The record of a run (运行记录): one ``run.json`` for every command that writes a folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yngis
from yngis.catalogue.io.folder import RUN
from yngis.catalogue.io.layers_dir import PACK_FILE, layers_dir
from yngis.catalogue.io.output.provenance import (
    file_checksum,
    library_versions,
    text_checksum,
)
from yngis.catalogue.io.output.write import write_text
from yngis.catalogue.io.pack import read_pack

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence


def write_run_record(
    folder: Path,
    program: str,
    *,
    options: object,
    inputs: Sequence[Mapping[str, Any]],
    counts: Mapping[Any, int],
    notes: Sequence[str] = (),
    label: str = "",
    **more: Any,  # noqa: ANN401 - what one command alone has to tell
) -> Path:
    """
    Write what was done, last of all, with nothing in it that changes from run to run (运行记录).

    Parameters
    ----------
    folder
        Folder of the results, with everything else in it.
    program
        Command, such as ``yngis audit``.
    options
        Choices of the run: a dataclass or a mapping.
    inputs
        ``role``, ``name`` and ``sha256`` of every file that was read, and what else is known of it.
    counts
        What was found, in numbers.
    notes
        What was assumed or left out.
    label
        What stands above everything, such as that the data are made up.
    **more
        Further entries of one command.

    Returns
    -------
    path
        ``run.json``: the entries in this order, the ``plan`` in use, then ``versions`` of the
        libraries, and ``outputs``
        with the checksum of every file.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = {
        "program": program,
        "yngis": yngis.__version__,
        "label": label,
        "options": _json_value(asdict(options) if is_dataclass(options) else options),  # type: ignore[arg-type]
        "inputs": [dict(each) for each in inputs],
        "counts": dict(counts),
        "notes": list(notes),
        "plan": pack_record(),
        **more,
        "versions": library_versions(),
        "outputs": {path.relative_to(folder).as_posix(): file_checksum(path) for path in files},
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, default=_json_value, allow_nan=False)
    return write_text(folder / RUN, text + "\n")


def pack_record() -> dict[str, Any]:
    """
    The pack that a run rests on (所依据的规划包).

    Returns
    -------
    record
        ``id``, ``edition``, ``label``, ``years``, ``title_zh``, ``sha256`` of its ``pack.yml`` and
        ``tables_sha256`` over the checksums of all of its tables.
    """
    pack = read_pack()
    told = {name: getattr(pack, name) for name in ("id", "edition", "label", "title_zh")}
    home = layers_dir()
    listed = "".join(
        f"{table.name} {text_checksum(table)}\n"
        for table in sorted((home / "tables").glob("*.csv"))
    )
    return {
        **told,
        "years": list(pack.years),
        "sha256": file_checksum(home / PACK_FILE),
        "tables_sha256": hashlib.sha256(listed.encode()).hexdigest(),
    }


def input_record(
    role: str, path: str | os.PathLike[str], sha256: str, **more: str
) -> dict[str, str]:
    """
    One file that a run read (输入记录).

    Parameters
    ----------
    role
        What it was read as.
    path
        The file; its folder, which differs from machine to machine, is left out.
    sha256
        Checksum of what was read.
    **more
        What else is known of it.

    Returns
    -------
    record
        For :func:`write_run_record`.
    """
    return {"role": role, "name": Path(path).name, "sha256": sha256, **more}


def _json_value(value: Any) -> Any:  # noqa: ANN401 - any option
    """Write an option as JSON knows it: paths by their name, days as ISO writes them."""
    if isinstance(value, dict):
        return {str(name): _json_value(each) for name, each in value.items()}
    if isinstance(value, Path):
        return value.name
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_json_value(each) for each in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.item() if hasattr(value, "item") else str(value)
