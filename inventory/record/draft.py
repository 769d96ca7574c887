"""What edits would do, and what became of them, as values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import cast

from countynet.canonical import JSON
from inventory.model import County
from inventory.record.changes import Change


@dataclass(frozen=True)
class Draft:
    """What edits would do: the county that results, each changed field, the files and their difference."""

    base: str
    after: County
    changes: tuple[Change, ...]
    files: Mapping[str, bytes] = field(repr=False)
    old: Mapping[str, bytes] = field(repr=False)

    @property
    def diff(self) -> str:
        """The difference of the files, unified."""
        return "".join(line for name in sorted(self.files) for line in self._diff(name))

    def _diff(self, name: str) -> Iterator[str]:
        old, new = (side.get(name, b"").decode().splitlines(keepends=True) for side in (self.old, self.files))
        yield from unified_diff(old, new, name, name)


@dataclass(frozen=True)
class Committed:
    """What became of edits; `commit` is empty when there was nothing to change."""

    commit: str
    base: str
    changes: tuple[Change, ...] = ()
    diff: str = ""

    @property
    def changed(self) -> bool:
        """Whether there is a new commit."""
        return bool(self.commit)

    def summary(self) -> dict[str, JSON]:
        """Return what `--json` shows."""
        return {"changed": self.changed, "commit": self.commit, "changes": rows(self.changes), "diff": self.diff}


def rows(changes: tuple[Change, ...]) -> list[JSON]:
    """Return changes as JSON: object, field, before, after."""
    return [
        {"object": c.object, "field": c.field, "before": cast(JSON, c.before), "after": cast(JSON, c.after)}
        for c in changes
    ]
