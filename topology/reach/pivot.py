"""A device as a source: whoever holds it sends from any address of its own by any of its interfaces. Pure.

It need not ask its routing table: on a segment that it routes on, or that it switches, it reaches everybody at once.
What its own output filter drops does not leave, because an attacker who sends from a device by its services (a proxy, a
shell of few rights) is bound by it; who changes its configuration is seen by drift, not by the proof.

Whoever has taken a device wholly is bound by nothing of it: as a source of its own (`FORGED` and its name) it sends any
header, with any source address, onto every domain that it stands on or switches, and what the far ends of its tunnels
take. What that may come to is in `forging`.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from operator import or_
from typing import TYPE_CHECKING

from topology.reach import wires
from topology.reach.network import Domain
from topology.reach.space import Set, Space

if TYPE_CHECKING:
    from topology.reach.engine import Engine

Begun = tuple[Set, tuple[tuple[str, str, Set], ...]]
"""what devices send onto a domain, and by who stands there, with his interface: what all others send"""


def begun(engine: "Engine", domain: Domain) -> Begun:
    """Return what the devices that route on a domain, or switch it, send there, and who of them takes what of it."""
    found: dict[str, Set] = {}
    for routed in domain.routed:
        packets = engine.leaving(routed.device, routed.interface.name)
        found[routed.device] = found[routed.device] | packets if routed.device in found else packets
    for device in domain.carriers - domain.stations:
        own = engine.sent_from(device)
        found[device] = found[device] | own if device in found else own
    everybody, others = engine.space.union(found.values()), of_others(engine.space, found)
    return everybody, tuple((r.device, r.interface.name, others.get(r.device, everybody)) for r in domain.routed)


def of_others(space: Space, sent: Mapping[str, Set]) -> dict[str, Set]:
    """Return for each device what all others send: on a segment of a hundred, by two passes instead of a hundred."""
    names = list(sent)
    before = list(accumulate((sent[name] for name in names), or_, initial=space.nothing))
    after = list(accumulate((sent[name] for name in reversed(names)), or_, initial=space.nothing))
    return {name: before[n] | after[len(names) - 1 - n] for n, name in enumerate(names)}


def forged(engine: "Engine", device: str) -> Iterator[tuple[str, str, Set]]:
    """Yield who at the far end of a device's tunnels takes what, by which interface: it itself is bound by nothing."""
    network, space = engine.network, engine.space
    for end in network.tunnels.get(device, ()):
        for other in (o for o in network.tunnels.get(end.peer, ()) if o.peer == device):
            yield end.peer, network.tunnel(end.peer), space.sources(other.remote) & space.targets(other.local)
    for interface in (item.name for name, item in network.wires if name == device):
        for name, into, here, there in wires.far_ends(network, device, interface):
            yield name, into, wires.taken(space, here, there)


def wired(engine: "Engine") -> Iterator[tuple[str, str, Set]]:
    """Yield who gets what devices send themselves over WireGuard, and by which interface."""
    for device, item in engine.network.wires:
        yield from wires.carried(engine, device, item.name, engine.leaving(device, item.name))


def tunnelled(engine: "Engine") -> Iterator[tuple[str, Set]]:
    """Yield what each device sends into its tunnels, before their selectors."""
    for device in engine.network.tunnels:
        out = engine.permitted(device, "output", "", engine.network.tunnel(device))
        yield device, engine.sent_from(device) & out
