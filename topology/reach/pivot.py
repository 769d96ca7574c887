"""A device as a source: whoever holds it sends from any address of its own by any of its interfaces. Pure.

It need not ask its routing table: on a segment that it routes on, or that it switches, it reaches everybody at once.
What its own output filter drops does not leave, because an attacker who sends from a device by its services (a proxy, a
shell of few rights) is bound by it; who changes its configuration is seen by drift, not by the proof.

Whoever has taken a device wholly is bound by nothing of it: as a source of its own (`FORGED` and its name) it sends any
header, with any source address, onto every domain that it stands on or switches, and what the far ends of its tunnels
take. What that may come to is in `forging`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from topology.reach import filters, wires
from topology.reach.network import Domain
from topology.reach.space import Set

if TYPE_CHECKING:
    from topology.reach.engine import Engine

Sent = tuple[str, Domain, Set]
"""a device, the domain that it sends on, and what it sends there"""


def sent(engine: "Engine") -> Iterator[Sent]:
    """Yield what each device sends on each domain that it routes on or switches."""
    for domain in engine.network.domains:
        for routed in domain.routed:
            yield routed.device, domain, leaving(engine, routed.device, routed.interface.name)
        for device in domain.carriers - domain.stations:
            yield device, domain, engine.sent_from(device)


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
        yield from wires.carried(engine, device, item.name, leaving(engine, device, item.name))


def leaving(engine: "Engine", device: str, interface: str) -> Set:
    """Return what a device sends by an interface, as it leaves: by its output filter, with translated sources."""
    packets = engine.sent_from(device) & engine.permitted(device, "output", "", interface)
    config = engine.network.configs[device]
    if not any(rule.kind == "source" for rule in config.nat):
        return packets
    return filters.translated(
        engine.space, config, "source", interface, packets, lambda name: engine.first_address(device, name)
    )


def tunnelled(engine: "Engine") -> Iterator[tuple[str, Set]]:
    """Yield what each device sends into its tunnels, before their selectors."""
    for device in engine.network.tunnels:
        out = engine.permitted(device, "output", "", engine.network.tunnel(device))
        yield device, engine.sent_from(device) & out
