"""Which of several paths is better (RFC 4271, 9.1.2.2): the single steps of the choice. Pure."""

from collections.abc import Callable

from topology.reach.bgp_policy import Path


def last(path: Path) -> tuple[int, int, int]:
    """Return what decides in the end: router id, clusters, the peer's address."""
    return int(path.sender_id or 0), len(path.cluster), int(path.sender or 0)


def least(paths: list[Path], key: Callable[[Path], tuple[int, ...]]) -> list[Path]:
    """Return the paths of the lowest key."""
    measured = [(key(p), p) for p in paths]
    lowest = min(k for k, _p in measured)
    return [p for k, p in measured if k == lowest]


def by_med(paths: list[Path], always: bool) -> list[Path]:
    """Return the paths that no other from the same neighbouring system beats by its MED."""
    return [p for p in paths if not any(o.med < p.med and (always or o.as_path[:1] == p.as_path[:1]) for o in paths)]
