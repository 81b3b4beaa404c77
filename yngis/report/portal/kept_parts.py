"""What parts of a portal rest on (各部分的依据): one whose inputs are the same stays as it is."""

from __future__ import annotations

import hashlib
import json
import sys
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yngis
from yngis.catalogue.io.folder import outputs_on_record
from yngis.catalogue.io.layers_dir import layers_dir
from yngis.catalogue.io.output.provenance import file_checksum, library_versions
from yngis.report.archive.frames import read_seals
from yngis.report.portal.site_folder import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

PAGES: Final = "pages"
"""The part that holds whatever is in none of the others."""

_NAMES: Final = {
    "figures": "figures/*",
    "reports": "zones/*.docx",
    "cards": "zones/*-cards.html",
    "layers": "zones/*.gpkg",
}
_KINDS: Final = {
    "figures": (),
    "reports": ("audit", "intensity", "targets"),
    "cards": ("audit",),
    "layers": ("audit",),
}
_LIBRARIES: Final = ("jinja2", "markupsafe", "xlsxwriter", "python-docx", "lxml", "docxtpl")


def digest_parts(
    archive: Path, editions: pd.DataFrame, options: Mapping[str, Any]
) -> dict[str, str]:
    """
    Digest what every part of a portal is made from (各部分依据的校验和).

    Parameters
    ----------
    archive
        Folder of the archive.
    editions
        Its editions until the year of the portal.
    options
        Year, audience, and what is wanted.

    Returns
    -------
    digests
        By part: of the editions it shows, the seals of the archive's rows, the plan with its
        layers, the options, the libraries and this program itself.
    """
    seals = read_seals(archive)
    own = {int(number): seals.get(int(number), "") for number in editions["edition_id"]}
    common = {"program": _program_digest(), "libraries": _libraries(), "plan": _plan_digest()}
    rows = editions[editions["current"]].groupby("kind")["edition_id"].last()
    last = {str(kind): own[int(number)] for kind, number in rows.items()}
    told: dict[str, object] = {
        name: [{kind: last.get(kind) for kind in kinds}, seals.get(0, "") if kinds else ""]
        for name, kinds in _KINDS.items()
    }
    told[PAGES] = [editions.astype(str).to_dict("split"), own, seals.get(0, ""), dict(options)]
    return {name: _digest_of([common, each]) for name, each in told.items()}


def unchanged_parts(
    place: Path, before: Mapping[str, Any], digests: Mapping[str, str]
) -> dict[str, list[str]]:
    """
    Find the parts of a portal that may stay as they are (可保留的部分).

    Parameters
    ----------
    place
        Folder of the portal.
    before
        Its record; empty where there is none.
    digests
        As :func:`digest_parts` gives them, of the parts that are wanted.

    Returns
    -------
    files
        By part, the names of its files: what they were made from is the same, and each is still
        as it was written.
    """
    told = before.get("made_of")
    made_of = told if isinstance(told, dict) else {}
    same = [name for name, digest in digests.items() if made_of.get(name) == digest]
    outputs = (outputs_on_record(place, PROGRAM) or {}) if same else {}
    parted: dict[str, list[str]] = {name: [] for name in same}
    for name in outputs:
        if (part := part_of_file(name)) in parted:
            parted[part].append(name)
    return {
        part: names
        for part, names in parted.items()
        if all(_is_as_written(place / name, outputs[name]) for name in names)
    }


def part_of_file(name: str) -> str:
    """
    Tell which part of a portal a file belongs to (所属部分).

    Parameters
    ----------
    name
        Within the portal.

    Returns
    -------
    part
        Its name.

    Examples
    --------
    >>> part_of_file("zones/YN-001.docx"), part_of_file("zones/YN-001.html")
    ('reports', 'pages')
    """
    return next((part for part, like in _NAMES.items() if fnmatchcase(name, like)), PAGES)


def _is_as_written(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and file_checksum(path) == digest


@cache
def _program_digest() -> str:
    """Checksum over the files of the program: a version alone does not tell an edited one."""
    home = Path(str(yngis.__file__)).parent
    # What Python and numba compile is no part of it.
    files = sorted(path for path in home.rglob("*") if "__pycache__" not in path.parts)
    return _digest_files(home, files)


def _plan_digest() -> str:
    """Checksum over the tables, figures and layers of the plan in use."""
    home = layers_dir()
    return _digest_files(home, sorted(home.rglob("*")))


def _digest_files(home: Path, files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        if path.is_file():
            total.update(f"{path.relative_to(home).as_posix()} ".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _libraries() -> dict[str, str]:
    held = {"python": sys.version, **library_versions()}
    for name in _LIBRARIES:
        try:
            held[name] = version(name)
        except PackageNotFoundError:
            held[name] = ""
    return held


def _digest_of(told: object) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
