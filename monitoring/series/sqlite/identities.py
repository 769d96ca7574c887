"""The numbers by which files name interfaces and gauges: given once, kept for ever, agreed on by all writers."""

import sqlite3
from collections.abc import Iterable
from typing import Generic, TypeVar

from monitoring.series.seam import Gauge, Interface
from monitoring.series.sqlite import sql

Key = TypeVar("Key", Interface, Gauge)


class Identities(Generic[Key]):
    """Numbers by identity, as far as this process knows them."""

    def __init__(self, kind: type[Key], add: str, every: str) -> None:
        self._kind: type[Key] = kind
        self._add, self._every = add, every
        self._known: dict[Key, int] = {}

    def of(self, index: sqlite3.Connection, keys: Iterable[Key]) -> dict[Key, int]:
        """Return the number of each key and of others, new ones made and committed."""
        new = [key for key in keys if key not in self._known]
        if new:
            with index:
                index.execute("BEGIN IMMEDIATE")
                index.executemany(self._add, new)
            self._known = {self._kind(*names): number for number, *names in index.execute(self._every)}
        return self._known


def interfaces() -> Identities[Interface]:
    """Return the numbers of interfaces."""
    return Identities(Interface, sql.ADD_INTERFACE, sql.INTERFACES)


def gauges() -> Identities[Gauge]:
    """Return the numbers of gauges."""
    return Identities(Gauge, sql.ADD_GAUGE, sql.GAUGES)


def find(index: sqlite3.Connection, query: str, keys: Iterable[Key]) -> dict[Key, int]:
    """Return the numbers of those keys that have one, by `sql.INTERFACE_OF` or `sql.GAUGE_OF`."""
    found = ((key, index.execute(query, key).fetchone()) for key in keys)
    return {key: row[0] for key, row in found if row is not None}
