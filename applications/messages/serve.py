"""The gateway's process: `python -m applications.messages serve FILE`, `dump FILE TO`, `load FILE FROM`.

`serve` answers on this host's loopback, sends, and forgets once an hour. `dump` writes a consistent copy of the
database while it runs. `load` puts a copy in its place while the service is stopped: what waited when the copy was made
may have been sent since, so it is in doubt and a person decides.
"""

import logging
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from waitress import create_server  # type: ignore[import-untyped]  # it has no types

from applications.messages import reports
from applications.messages.config import Config, ConfigError, load
from applications.messages.send import Sending, doubt
from applications.messages.store import ACCEPTED, QUEUED, SENDING, Database
from applications.messages.web.app import create_app
from applications.messages.web.services import Services

HOUR = 3600.0
_log = logging.getLogger("messages")


def serve(config: Config) -> None:
    """Serve until the process is told to end."""
    database = Database(config.database)
    database.make()
    with database.kept():
        _serve(config, database)


def _serve(config: Config, database: Database) -> None:
    sending = Sending(config, database)
    app = create_app(Services(config, database, sending))
    server = create_server(app, host="127.0.0.1", port=config.port, threads=8)
    over = threading.Event()
    threading.Thread(target=_forget, args=(config, database, over), name="forgetting", daemon=True).start()
    sending.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _log.info("serving on port %s", config.port)
        server.run()
    finally:
        over.set()
        sending.stop()


def _forget(config: Config, database: Database, over: threading.Event) -> None:
    while not over.is_set():
        texts, rows = reports.forget(database, config, time.time())
        if texts or rows:
            _log.info("forgot %s texts and %s messages", texts, rows)
        over.wait(HOUR)


def dump(config: Config, target: Path) -> None:
    """Write a consistent copy of the database, whole or not at all."""
    new = target.with_name(f".{target.name}.new")
    new.unlink(missing_ok=True)
    with closing(sqlite3.connect(config.database)) as live, closing(sqlite3.connect(new)) as copy:
        live.backup(copy)
    new.chmod(0o600)
    new.replace(target)


def put_back(config: Config, source: Path) -> int:
    """Put a copy in the database's place; return how many parts are in doubt now.

    The service does not run meanwhile.
    """
    with closing(sqlite3.connect(source)) as copy:
        (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise ConfigError(f"{source}: {sound}")
        config.database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            config.database.with_name(config.database.name + suffix).unlink(missing_ok=True)
        with closing(sqlite3.connect(config.database)) as fresh:
            copy.backup(fresh)
    config.database.chmod(0o600)
    database = Database(config.database)
    database.make()
    return doubt(database, (QUEUED, SENDING, ACCEPTED), "restored", time.time())


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns 2 for what is wrong with it or with the file."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("waitress").setLevel(logging.WARNING)
    match arguments:
        case ["serve", file]:
            return _with(file, serve)
        case ["dump", file, target]:
            return _with(file, lambda config: dump(config, Path(target)))
        case ["load", file, source]:
            return _with(file, lambda config: print(f"in doubt: {put_back(config, Path(source))}"))
    print(__doc__, file=sys.stderr)
    return 2


def _with(file: str, work: Callable[[Config], None]) -> int:
    try:
        config = load(Path(file))
    except (ConfigError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    work(config)
    return 0
