"""A PostGIS server of our own: made in a temporary folder, on the loopback interface, then gone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
_OWNER = "postgres"


class Server:
    """What is asked of the server, through its own ``psql``."""

    def __init__(self, programs: Path, port: int) -> None:
        self._psql = [str(programs / "psql"), "-h", "127.0.0.1", "-p", str(port), "-U", _OWNER]
        self._psql += ["-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qAtX", "-F", "\t"]

    def run(self, sql: str, rows: str | None = None) -> list[list[str]]:
        """Run a statement; ``rows`` feed a COPY FROM STDIN."""
        ran = subprocess.run(
            [*self._psql, "-c", sql], input=rows, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise RuntimeError(ran.stderr)
        return [line.split("\t") for line in ran.stdout.splitlines()]

    def load(self, table: str, shapes: Iterable[tuple[object, bytes]]) -> None:
        """Make an indexed table of names and geometries from extended well-known binary."""
        self.run(f"CREATE TABLE {table} (name text, geom geometry)")
        rows = "".join(f"{name}\t{wkb.hex()}\n" for name, wkb in shapes)
        self.run(f"COPY {table} FROM STDIN", rows)
        self.run(f"CREATE INDEX ON {table} USING gist (geom)")
        self.run(f"ANALYZE {table}")


def programs() -> Path | None:
    """Folder of PostgreSQL's programs, if PostGIS is installed beside them."""
    folders = [each for place in _PLACES for each in Path("/").glob(place)]
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    for folder in sorted(folders, reverse=True):
        shared = (
            subprocess.run(
                [folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
            )
            if (folder / "pg_config").exists()
            else None
        )
        told = shared.stdout.strip() if shared else f"/usr/share/postgresql/{folder.parent.name}"
        if (folder / "initdb").exists() and Path(told, "extension", "postgis.control").exists():
            return folder
    return None


def _as_owner() -> list[str]:
    """Words that make a command run as somebody else than root, whom initdb refuses."""
    # A plain PATH has no sbin, where Debian keeps it.
    runuser = shutil.which("runuser") or "/usr/sbin/runuser"
    return [runuser, "-u", _OWNER, "--"] if os.geteuid() == 0 else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(found: Path, **more: object) -> Iterator[Server]:
    """Make a cluster with PostGIS in it, run it with more settings if need be, and remove it."""
    owner, port = _as_owner(), _free_port()
    with tempfile.TemporaryDirectory(prefix="yngis-pg-") as folder:
        data = Path(folder) / "data"
        if owner:
            shutil.chown(folder, _OWNER, _OWNER)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "fsync": "off",
            **more,
        }
        told = " ".join(f"-c {name}={value}" for name, value in settings.items())
        make = [found / "initdb", "-D", data, "-U", _OWNER, "-A", "trust", "-E", "UTF8"]
        control = [found / "pg_ctl", "-D", data, "-w"]
        start = [*control, "-l", data / "log", "-o", told, "start"]
        for command in ([*make, "--no-locale", "-N"], start):
            subprocess.run([*owner, *map(str, command)], check=True, capture_output=True, cwd="/")
        try:
            server = Server(found, port)
            server.run("CREATE EXTENSION postgis")
            yield server
        finally:
            stop = [*owner, *map(str, control), "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, capture_output=True, cwd="/")
