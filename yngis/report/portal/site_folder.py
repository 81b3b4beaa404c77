"""
The folder of a portal, replaced as a whole (门户文件夹): only what changed is written again.

    DIR/                     the site as it is
    .yngis-1a2b3c4d/new/     the next one: changed files are written, all others are links to DIR's

The two then change places in one step: whoever is killed before leaves the old site, after it the
new one. Where the disk knows no such step, the house's own moves are used, which the next run
finishes if it has to.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.catalogue.io.folder import (
    RUN,
    adding_to_folder,
    outputs_on_record,
    refuse_foreign_folder,
)
from yngis.catalogue.io.output.exchange import exchange_folders
from yngis.catalogue.io.output.output_place import folder_place, output_errors
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.catalogue.io.output.temporary import PREFIX, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PROGRAM: Final = "yngis portal"

SiteFile = tuple[str, str | bytes | None]
"""Name within a portal, and content; None where the file stays as it is."""


class SiteWritten(NamedTuple):
    """
    What became of a folder (写出情况).

    Attributes
    ----------
    written, kept, removed
        Names of files that are new or changed, that are as they were, and that are gone.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]


def site_place(to: str | os.PathLike[str]) -> Path:
    """
    Make sure that a folder may become a portal (检查输出位置).

    Parameters
    ----------
    to
        As the user wrote it.

    Returns
    -------
    place
        Absolute path; it is new, empty, or a portal.

    Raises
    ------
    LayerError
        If it holds other files, or is no folder.
    """
    target = folder_place(to)
    with output_errors(target):
        refuse_foreign_folder(target, PROGRAM, "--to")
    return target


def replace_site(
    target: Path,
    files: Iterable[SiteFile],
    write_record: Callable[[Path], Any],
    *,
    some: bool = False,
) -> SiteWritten:
    """
    Put the files of a portal into its folder, all of them in one step (整体替换).

    Parameters
    ----------
    target
        As :func:`site_place` gives it.
    files
        Name within the portal, and content; none of a file of the earlier portal that stays.
    write_record
        Writes ``run.json`` into a folder that holds all other files of the portal.
    some
        Whether the other files of the portal stay as they are.

    Returns
    -------
    site
        What was written. Files that are no part of the portal stay where they are.
    """
    told = outputs_on_record(target, PROGRAM) if target.is_dir() else None
    earlier = {name: digest for name, digest in (told or {}).items() if _is_file_of(target, name)}
    with ExitStack() as stack:
        with output_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            home = target.parent if os.access(target.parent, os.W_OK) else target
            fresh = stack.enter_context(temporary_folder(home)) / "new"
            fresh.mkdir()
        with output_errors(target, fresh.parent, reads=True):
            written, kept = _write_changed(fresh, target, files, earlier)
            others = [name for name in earlier if name not in {*written, *kept}]
            if some:
                _link_files(target, fresh, others)
                kept += others
                others = []
            write_record(fresh)
            site = SiteWritten(tuple(sorted(written)), tuple(sorted(kept)), tuple(sorted(others)))
        with output_errors(target):
            if not _is_same_record(fresh, target) or written or others:
                _put_in_place(fresh, target, earlier, site)
    return site


def _write_changed(
    fresh: Path,
    target: Path,
    files: Iterable[SiteFile],
    earlier: Mapping[str, str],
) -> tuple[list[str], list[str]]:
    """Write what differs from the site as it is; link to the rest."""
    written, kept = [], []
    for name, content in files:
        place = fresh / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            _link_file(target / name, place)
            kept.append(name)
            continue
        held = content.encode() if isinstance(content, str) else content
        digest = hashlib.sha256(held).hexdigest()
        if earlier.get(name) == digest and file_checksum(target / name) == digest:
            _link_file(target / name, place)
            kept.append(name)
        else:
            place.write_bytes(held)
            written.append(name)
    return written, kept


def _put_in_place(fresh: Path, target: Path, earlier: Mapping[str, str], site: SiteWritten) -> None:
    """Let the new site take the old one's place."""
    if not target.exists():
        fresh.rename(target)
        return
    foreign = [name for name in _files_in(target) if name not in earlier and name != RUN]
    foreign = [name for name in foreign if not os.path.lexists(fresh / name)]
    _link_files(target, fresh, foreign)
    if fresh.parent.parent == target.parent and exchange_folders(fresh, target):
        return
    with adding_to_folder(target, instead_of=site.removed) as staged:
        _link_files(fresh, staged, [*site.written, RUN])


def _is_same_record(fresh: Path, target: Path) -> bool:
    old = target / RUN
    return old.is_file() and old.read_bytes() == (fresh / RUN).read_bytes()


def _is_file_of(target: Path, name: str) -> bool:
    path = target / name
    return path.is_file() and not path.is_symlink()


def _files_in(folder: Path) -> Iterator[str]:
    """Names of all files and links of a folder but those of runs under way."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(PREFIX)]
        for name in (*names, *links):
            yield (Path(place) / name).relative_to(folder).as_posix()


def _link_files(source: Path, target: Path, names: Iterable[str]) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        _link_file(source / name, target / name)


def _link_file(source: Path, target: Path) -> None:
    """Give a file a second name; copy it where the disk knows no such thing."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)
