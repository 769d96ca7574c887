"""The file of applications that know people by this sign-on: deploys write it, this side reads it anew when it changed.

While the file is not there, there are none. One that cannot be read leaves the last ones as they were, with a line in
the log: a deploy that was cut off locks nobody out.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

WORDS = ("id", "title", "title_en", "start", "secret_sha256", "redirects")


class Clients:
    """The applications of the file."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, -1
        self._rows: Sequence[Mapping[str, Any]] = ()

    def all(self) -> Sequence[Mapping[str, Any]]:
        """Return the applications."""
        try:
            at = self._path.stat().st_mtime_ns
            if at != self._read:
                self._rows = _rows(json.loads(self._path.read_text(encoding="utf-8")))
                self._read = at
        except FileNotFoundError:
            self._rows, self._read = (), -1
        except (OSError, ValueError) as error:
            logging.getLogger(__name__).error("%s: %s", self._path, error)
        return self._rows

    def find(self, name: str) -> Mapping[str, Any] | None:
        """Return an application by its name."""
        return next((row for row in self.all() if row["id"] == name), None)


def _rows(told: object) -> Sequence[Mapping[str, Any]]:
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise ValueError("a list of objects is wanted")
    if missing := [f"{row.get('id')}: {word}" for row in told for word in WORDS if not row.get(word)]:
        raise ValueError(f"missing: {', '.join(missing)}")
    return tuple(told)
