"""Which devices an edit changes, so that what was found of all others stands. Pure.

A device is as it was if its configuration, routes, tunnels, what is on its links, which virtual addresses others are
master of, and who answers for others on its links are. What does differ of the others is `differing`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from topology.reach import proxies
from topology.reach.instances import owner
from topology.reach.network import Network
from topology.reach.steady import lent

if TYPE_CHECKING:
    from topology.reach.engine import Engine


def edited(before: "Engine", after: "Engine") -> frozenset[str]:
    """Return the devices that are not as they were."""
    old, new = before.network, after.network
    if old is new and before.tables is after.tables:
        return frozenset()
    names = old.configs.keys() | new.configs.keys()
    told = {name for name in names if not _same(old.configs, new.configs, name)}
    told |= _whole(told, old, new)
    if before.tables is after.tables:  # who forwards no more answers no more for others (`proxies`)
        routing = any(old.configs[name].forwarding != new.configs[name].forwarding for name in told)
        return frozenset({*told, *_answered(before, after)} if routing else told)
    told |= {name for name in names if not _same(before.tables, after.tables, name)}
    if old.of is not new.of:
        told |= {name for name in names if not _same(old.joined, new.joined, name)}
        told |= {device for device, _interface in moved(old, new)} | set(_switched(old, new))
    told |= set(_led(before, after)) | set(_answered(before, after))
    return frozenset((told | _whole(told, old, new)) & names)


def _whole(told: Iterable[str], *networks: Network) -> set[str]:
    """Return some devices with all of their instances: each sends from the addresses of all."""
    return {node for name in told for network in networks for node in network.nodes.get(owner(name), ())}


def routed_alike(one: Network, other: Network) -> bool:
    """Return whether the routes of two networks are the same for sure: nothing that they stand on differs."""
    if one.of is not other.of or one.configs.keys() != other.configs.keys():
        return False
    pairs = ((one.configs[name], other.configs[name]) for name in one.configs)
    return all(old is new or (old.routes, old.ospf, old.bgp) == (new.routes, new.ospf, new.bgp) for old, new in pairs)


def _same(one: Mapping[str, object], other: Mapping[str, object], name: str) -> bool:
    mine, theirs = one.get(name), other.get(name)
    return mine is theirs or mine == theirs


def moved(old: Network, new: Network) -> set[tuple[str, str]]:
    """Return the ports that are on another domain than before, or whose domain has others on it."""
    known: dict[tuple[int, int], bool] = {}
    found = set(old.of.keys() ^ new.of.keys())
    for port in old.of.keys() & new.of.keys():
        pair = old.of[port], new.of[port]
        key = pair[0].number, pair[1].number
        if key not in known:
            known[key] = pair[0].members == pair[1].members
        found |= set() if known[key] else {port}
    return found


def _switched(old: Network, new: Network) -> Iterator[str]:
    """Yield the devices that switch other domains than before, by who is on them."""
    sides = [_carried(network) for network in (old, new)]
    for members in sides[0].keys() | sides[1].keys():
        one, other = (side.get(members, Counter()) for side in sides)
        if one != other:
            yield from (device for device in one.keys() | other.keys() if one[device] != other[device])


def _carried(network: Network) -> dict[Hashable, Counter[str]]:
    if "carried" not in network.kept:
        found: dict[Hashable, Counter[str]] = defaultdict(Counter)
        for domain in network.domains:
            found[domain.members].update(domain.carriers)
        network.kept["carried"] = found
    known: dict[Hashable, Counter[str]] = network.kept["carried"]
    return known


def recarried(old: Network, new: Network) -> bool:
    """Return whether any domain is switched by other devices than before."""
    return old.of is not new.of and _carried(old) != _carried(new)


def _led(before: "Engine", after: "Engine") -> Iterator[str]:
    """Yield the devices of whose virtual addresses others are master than before."""

    def theirs(engine: "Engine", device: str) -> object:
        known = device in engine.network.configs
        return lent(engine.network, device, engine.masters) if known else None

    yield from _differing(_with_groups, theirs, before, after)


def _answered(before: "Engine", after: "Engine") -> Iterator[str]:
    """Yield the devices for which others answer, or which WireGuard joins to others, than before."""
    yield from _differing(_beside_proxies, proxies.seen, before, after)


def _differing(
    who: Callable[[Network], Iterable[str]], ask: Callable[["Engine", str], object], before: "Engine", after: "Engine"
) -> Iterator[str]:
    asked = {*who(before.network), *who(after.network)}
    yield from (name for name in asked if ask(before, name) != ask(after, name))


def _with_groups(network: Network) -> set[str]:
    return {r.device for domain in network.domains for r in domain.routed if r.interface.vrrp}


def _beside_proxies(network: Network) -> set[str]:
    """Return the devices on a link on which somebody answers for others, and those with WireGuard."""
    found = {name for name, _item in network.wires}
    for domain in network.domains:
        if any(proxies.answers_for_others(network, r) for r in domain.routed):
            found |= {r.device for r in domain.routed}
    return found
