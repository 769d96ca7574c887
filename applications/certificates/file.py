"""A SQLite file that one process has open, whose changes happen one at a time or several together."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class File:
    """The file; a statement is a transaction of its own, or part of the one that `together` opened."""

    def __init__(self, path: Path, tables: str) -> None:
        """Open a file, with the tables that it lacks. Raises sqlite3.Error for what is no such file."""
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.executescript(tables)
        self._inside = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do several things or none of them, alone."""
        with self._lock:
            if self._inside:
                yield
                return
            self._db.execute("begin immediate")
            self._inside = True
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            else:
                self._db.execute("commit")
            finally:
                self._inside = False
