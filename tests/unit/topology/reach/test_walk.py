"""The engine and the interpreter of single packets agree on random packets between random places."""

from ipaddress import IPv4Address
from random import Random

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.network import DEVICES, Network, network, own_addresses
from topology.reach.space import Packet, Space
from topology.reach.walk import reaches


def _addresses(found: Network) -> list[IPv4Address]:
    some = {n[k] for networks in found.addresses.values() for n in networks for k in (0, min(10, n.num_addresses - 1))}
    own = {a.ip for config in found.configs.values() for i in config.interfaces for a in i.addresses}
    return sorted(some | own | {IPv4Address("8.8.8.8")})


def test_both_say_the_same_of_random_packets(county: County, configs: dict[str, DeviceConfig]) -> None:
    found, random = network(county, configs), Random(11)
    engine = Engine(found, Space())
    addresses, places = _addresses(found), [*found.places]
    arrivals: dict[str, Arrivals] = {}
    zones = [place for place in places if place.startswith("zone:")] * 20
    told = 0
    for _ in range(2500):
        source, target = random.choice([*places, *zones]), random.choice([*places, *zones, DEVICES])
        if source == target or source == "zone:internet":
            continue  # what the Internet sends is translated on its way: it arrives as another packet
        own = [n[10] for n in found.addresses[source] if n.num_addresses > 10] or [random.choice(addresses)]
        theirs = [n[10] for n in found.addresses.get(target, ()) if n.num_addresses > 10]
        packet = Packet(
            source=random.choice([*own, *own, random.choice(addresses)]),
            target=random.choice([*theirs, *theirs, random.choice(addresses)]),
            protocol=random.choice([6, 17, 1, 112]),
            port=random.choice([22, 53, 80, 443, 500]),
            from_port=40000,
            echo=True,
            ack=random.random() < 0.2,
        )
        arrivals.setdefault(source, engine.run(source))
        says = engine.space.holds(arrivals[source].at.get(target, engine.space.nothing), packet)
        told += says
        assert says == reaches(engine, source, target, packet), (source, target, str(packet))
    assert told > 30


def test_both_say_the_same_of_what_devices_send(county: County, configs: dict[str, DeviceConfig]) -> None:
    found, random = network(county, configs), Random(12)
    engine = Engine(found, Space())
    arrivals = engine.run(DEVICES)
    addresses, places = _addresses(found), [*found.places, DEVICES, DEVICES, "operator", "zone:management"]
    own = sorted({a for config in configs.values() for a in own_addresses(config)})
    told = 0
    nothing = engine.space.nothing
    for turn in range(600):
        target, source = random.choice(places), random.choice(own)
        theirs = [n[10] for n in found.addresses.get(target, ()) if n.num_addresses > 10] if target != DEVICES else own
        packet = Packet(
            source=source,
            target=random.choice([*(theirs or addresses), random.choice(addresses)]),
            protocol=random.choice([6, 17, 1, 50, 89, 112]),
            port=random.choice([22, 53, 123, 162, 500, 514]),
            from_port=random.choice([53, 40000]),
            echo=True,
            ack=random.random() < 0.3,
        )
        if turn % 4 == 0:  # one that arrives, by the engine
            sent = arrivals.at.get(target, nothing) & engine.sent_from(random.choice([*configs]))
            packet = engine.space.one(sent) or packet
        says = engine.space.holds(arrivals.at.get(target, nothing), packet)
        told += says
        assert says == reaches(engine, DEVICES, target, packet), (target, str(packet))
    assert told > 5
