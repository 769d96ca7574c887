"""Where packets arrive, as every engine says it; and answers that an engine keeps of itself. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from topology.reach.network import Network, forger
from topology.reach.space import Set

Asked = TypeVar("Asked", bound=Callable[..., Any])


def remembered(ask: Asked) -> Asked:
    """Keep the answers of a method in its object's `memory`; functools would keep the object itself, for ever."""

    name, lacking = ask.__name__, object()

    @wraps(ask)
    def kept(self: Any, *about: object) -> object:
        key = (name, *about)
        found = self.memory.get(key, lacking)
        if found is lacking:
            found = self.memory[key] = ask(self, *about)
        return found

    return cast(Asked, kept)


@dataclass(frozen=True)
class Arrivals:
    """Where packets of one source arrive."""

    source: str
    at: dict[str, Set]
    """by place"""
    devices: dict[str, Set]
    """what each device takes for itself"""
    passed: frozenset[str]
    """every device that any of the packets met: what the answer depends on"""
    met: Mapping[tuple[str, str], Set] = field(default_factory=dict)
    """by device and interface: what came in there, before any translation or filter of the device"""
    carried: frozenset[str] = frozenset()
    """the devices that switched any of the packets, whether they route or not"""
    rewritten: Set = None
    """every packet that was translated on its way, as it was and as it became"""
    crossed: frozenset[tuple[str, str]] = frozenset()
    """by device and interface: the ways by which packets were sent onto a domain"""


def carried(network: Network, source: str, crossed: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the devices that switch what a source sends: on the domains where it begins, and on those it crosses."""
    begun = (*network.entered(source), *network.held.get(forger(source), ()))
    there = (network.of[port] for port in crossed if port in network.of)
    return frozenset(device for domain in (*begun, *there) for device in domain.carriers)
