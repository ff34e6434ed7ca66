"""A PostgreSQL server of one's own, from the binaries that the system has, in a folder that goes with it.

For tests and soak.py. Listens on 127.0.0.1 alone, trusts everyone there, and keeps nothing.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

USER = "newslens"


def find_binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, None where there is none."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("pg_ctl")
    found = newest[-1] if newest else Path(on_path).resolve() if on_path else None
    return found.parent if found and (found.parent / "initdb").exists() else None


class LocalPostgres:
    """A server that runs inside `with`; `url(database)` leads to it."""

    def __init__(self, *options: str) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise FileNotFoundError("no PostgreSQL server is installed")
        self._bin = binaries
        self._options = options
        self._port = _free_port()
        # As root, the server must run as another user, who must be able to reach its folder.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="newslens-pg-"))

    def __enter__(self) -> Self:
        if self._user:
            entry = pwd.getpwnam(self._user)
            os.chown(self._folder, entry.pw_uid, entry.pw_gid)
        made = ("-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._call("initdb", "-D", str(self._data), *made)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop("immediate")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = {"listen_addresses": "127.0.0.1", "port": self._port, "unix_socket_directories": self._folder}
        given = [f"-c {name}={value}" for name, value in settings.items()]
        self._call("pg_ctl", "-D", str(self._data), "-l", str(self._folder / "log"), "-w", "-o",
                   " ".join([*given, "-c fsync=off", *self._options]), "start")  # fmt: skip

    def stop(self, how: str = "fast") -> None:
        """Stop the server: `fast` or, as a crash would, `immediate`."""
        self._call("pg_ctl", "-D", str(self._data), "-w", "-m", how, "stop")

    def restart(self, how: str = "fast") -> None:
        """Stop and start the server."""
        self.stop(how)
        self.start()

    def create_database(self, name: str) -> str:
        """Make an empty database; return its URL."""
        self._call("psql", "-h", "127.0.0.1", "-p", str(self._port), "-U", USER, "-d", "postgres", "-qc",
                   f'CREATE DATABASE "{name}"')  # fmt: skip
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove the database, whoever is connected to it."""
        self._call("psql", "-h", "127.0.0.1", "-p", str(self._port), "-U", USER, "-d", "postgres", "-qc",
                   f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # fmt: skip

    def _call(self, program: str, *arguments: str) -> None:
        # To a file, not a pipe: the server inherits it and would keep a pipe open.
        with tempfile.TemporaryFile("w+") as said:
            command = [str(self._bin / program), *arguments]
            ended = subprocess.run(
                command,
                user=self._user,
                cwd=self._folder,
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                check=False,
            )
            said.seek(0)
            if ended.returncode:
                raise RuntimeError(f"{program} failed: {said.read().strip()}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
