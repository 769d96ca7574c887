"""Three answers about one packet: the first engine's, the grid's, and that of the interpreter of single packets."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from random import Random
from unittest.mock import patch

from topology.reach.deciding import Step, translate
from topology.reach.engine import Engine
from topology.reach.grid.compare import Both
from topology.reach.network import DEVICES, FORGED, Network, own_addresses
from topology.reach.space import Packet, Set, Space, addressed
from topology.reach.walk import _Walk

Arrived = dict[str, set[Packet]]
"""by place, or by `devices: name`, the packets as they arrive"""


def walked(engine: Engine, source: str, packet: Packet) -> Arrived:
    """Return where a packet from a place arrives, and as what, by the interpreter."""
    walk = _Walk(engine, "")
    found: Arrived = {}
    queue, seen = list[tuple[str, str, Packet]](), set[tuple[str, str, Packet]]()
    for place, onward, begun in walk._begins(source, packet):
        queue += [onward] if onward else []
        if place:
            found.setdefault(place, set()).add(_as_sent(engine.network, begun[-1], packet))
    while queue:
        here = queue.pop()
        if here in seen:
            continue
        seen.add(here)
        device, into, current = here
        for place, onward, _step in walk._at(device, into, current, source):
            if place:
                as_it_is = translate(engine.network.configs[device], "destination", into, current)
                name = f"{DEVICES}: {device}" if place == DEVICES else place
                found.setdefault(name, set()).add(as_it_is)
            if onward:
                queue.append(onward)
    return found


def _as_sent(network: Network, step: Step, packet: Packet) -> Packet:
    """Return a device's own packet as it leaves."""
    config = network.configs[step.device]
    routed = any(i.name == step.out for i in config.interfaces)
    return translate(config, "source", step.out, packet) if routed else packet


def single(space: Space, packet: Packet) -> Set:
    """Return the set of one packet."""
    return space.bdd.cube(dict(space._bits(packet)))


def alone(engine: Engine, source: str, packet: Packet) -> dict[str, Set]:
    """Return where one packet from a place arrives, and as what, by the first engine."""
    one = single(engine.space, packet)
    narrowed = patch.object(engine, "sent_from", lambda device, whole=engine.sent_from: whole(device) & one)
    with narrowed, patch.dict(vars(engine)):
        for hangs_on_it in ("leaving", "begun"):  # what is known of them is forgotten for once
            vars(engine).pop(hangs_on_it, None)
        found = engine.run(source, None if source == DEVICES else one)
    told = {place: packets for place, packets in found.at.items() if place != DEVICES}
    return told | {f"{DEVICES}: {device}": taken for device, taken in found.devices.items()}


def sampled(both: Both, source: str, random: Random, most: int) -> Iterator[Packet]:
    """Yield packets of random classes of the grid: each destination atom in turn, a random value of each atom."""
    grid = both.grid
    targets = [*range(grid.target.atoms)]
    own = sorted({a for config in both.network.configs.values() for a in own_addresses(config)})
    own += [n.network_address + 9 for n in both.network.family.local]
    random.shuffle(targets)
    for target in targets[:most]:
        part = random.choice(grid.service.parts(random.randrange(grid.service.atoms)))
        yield Packet(
            source=random.choice(own)
            if source == DEVICES
            else _value(both.network, random, grid.source.spans(random.randrange(grid.source.atoms))),
            target=_value(both.network, random, grid.target.spans(target)),
            protocol=part.protocol,
            port=random.randrange(*part.ports),
            from_port=random.randrange(*part.source_ports),
            echo=part.echo,
            ack=part.ack,
            discovery=part.discovery,
        )


def _value(network: Network, random: Random, spans: tuple[tuple[int, int], ...]) -> IPv4Address:
    low, high = random.choice(spans)
    return addressed(network.family, random.choice([low, high - 1, random.randrange(low, high)]))


def wrong(network: Network, random: Random, *, answers: bool, most: int) -> Iterator[str]:
    """Yield every disagreement of the three about a network: of the engines over all packets, of all about samples."""
    both = Both(network, answers=answers)
    taken = random.sample(sorted(network.configs), min(2, len(network.configs)))
    for source in (*network.places, DEVICES, *(FORGED + device for device in taken)):
        yield from (f"engines: {one}" for one in both.differences(source))
        yield from differing(both, source, random, most)


def differing(both: Both, source: str, random: Random, most: int) -> Iterator[str]:
    """Yield what the engines and the interpreter say differently of sampled packets of a source."""
    whole = both.second.run(source)
    for packet in sampled(both, source, random, most):
        arrived, told = walked(both.first, source, packet), alone(both.first, source, packet)
        for place in {**arrived, **told}:
            images = both.space.union(single(both.space, one) for one in arrived.get(place, ()))
            if images != told.get(place, both.space.nothing):
                yield f"walk: {source} > {place}: {packet} arrives as {arrived.get(place)} by the walk alone"
        for place, as_it_is in arrived.items():
            name = place.removeprefix(f"{DEVICES}: ")
            cells = whole.at.get(place) if name == place else whole.devices.get(name)
            if cells is None or not all(both.grid.holds(cells, image) for image in as_it_is):
                yield f"grid: {source} > {place}: {packet} arrives as {as_it_is} by the walk alone"
