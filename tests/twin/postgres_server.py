"""A real PostgreSQL (Debian's 15) in a folder of its own, started by user postgres, reached over a Unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

BIN = Path("/usr/lib/postgresql/15/bin")
_SETTINGS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 "
    "-c shared_buffers=16MB -c autovacuum=off"
)


class PostgresServer:
    """A server whose superuser is postgres, trusted on its socket."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, schema: str = "public") -> str:
        """Return the address of a schema, which is made."""
        self.run("psql", "-qX", "-h", str(self._folder), "-c", f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        path = quote(f"-c search_path={schema}")
        return f"postgresql+psycopg://postgres@/postgres?host={quote(str(self._folder))}&options={path}"

    def run(self, *command: str) -> None:
        """Run one of its programs as postgres."""
        user = pwd.getpwnam("postgres")
        environment = {"PATH": f"{BIN}:/usr/bin:/bin", "LANG": "C.UTF-8", "PGOPTIONS": "--client-min-messages=warning"}
        done = subprocess.run(
            command,
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd=self._folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stderr + done.stdout

    def start(self) -> None:
        """Make the data and start."""
        data, log = self._folder / "data", self._folder / "log"
        self.run("initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        self.run("pg_ctl", "-D", str(data), "-w", "-l", str(log), "-o", f"-k {self._folder} {_SETTINGS}", "start")

    def stop(self) -> None:
        """End it at once."""
        self.run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """Run a server for a block."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    server = PostgresServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
