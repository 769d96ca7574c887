"""Which rooms are installed, found through their entry points.

The foundation imports no room. A room is a top-level package that some entry point of the groups `countynet.*` names;
it is located without being imported, so that the front door answers at once.
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

GROUPS = ("countynet.commands", "countynet.jobs", "countynet.schedules", "countynet.stages", "countynet.tables")


@cache
def registered(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of one group, sorted by name."""
    return tuple(sorted(entry_points(group=group), key=lambda entry: entry.name))


@cache
def folders() -> tuple[tuple[str, Path], ...]:
    """Return (room, folder) of the foundation and every room that registers something."""
    names = {"countynet"} | {e.value.partition(":")[0].partition(".")[0] for group in GROUPS for e in registered(group)}
    found = ((name, find_spec(name)) for name in sorted(names))
    return tuple((name, Path(spec.origin).parent) for name, spec in found if spec is not None and spec.origin)
