"""What somebody at a held port reaches, over all packets: nothing but the notice page, or what else, with a packet.

It is asked of the same engine as the whole proof, from the held port's own broadcast domain with any source address;
nothing is assumed of who sits there. A domain that others share is a way out too, whatever the packets are.
"""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import chain

from countynet.frozen import Frozen
from inventory import names
from inventory.deviceconfig import DeviceConfig
from inventory.intent.held import shows_notice, vlan
from inventory.model import County, HeldPort
from topology.reach.engine import Engine
from topology.reach.network import network
from topology.reach.space import Set, Space

HELD = "held"
"""the name of the place that is asked about"""


class Held(Frozen):
    """What a confined port reaches."""

    id: str
    notice: bool
    """whether the notice page is reached"""
    packet: str = ""
    """one that reaches more; empty: none does"""
    where: str = ""
    """the place that it reaches"""
    shared: tuple[str, ...] = ()
    """who else is on the same segment"""

    @property
    def good(self) -> bool:
        """Whether nothing but the notice page is reached."""
        return not self.packet and not self.shared


def confined(county: County, configs: Mapping[str, DeviceConfig], one: HeldPort) -> Held:
    """Return what a confined port reaches by configurations, intended, planned or running ones.

    Raises ValueError for a port that is not confined, and KeyError for a device without a configuration.
    """
    plan = county.plan.confinement
    if one.how != "confined" or plan is None:
        raise ValueError(one.id)
    device, found, space = county.device_by_name[one.device], network(county, configs), Space()
    number = vlan(plan, device, one.port)
    domain = found.of.get((one.device, names.svi(number, device.platform)))
    shared = _shared(configs[one.device], one.port, number)
    if domain is None:
        return Held(id=one.id, notice=False, shared=shared)
    own = {device.name}
    shared += tuple(sorted((domain.stations | domain.carriers) - own))
    shared += tuple(place for place in domain.places if place != f"unit:{device.unit}")
    asked = replace(found, places={**found.places, HELD: (domain,)}, kept={})
    arrivals = Engine(asked, space).run(HELD)
    page = _page(county, space) if shows_notice(county, device) else space.nothing
    every = {**arrivals.devices, **{place: packets for place, packets in arrivals.at.items() if place != HELD}}
    reached = {place: packets for place, packets in every.items() if place not in domain.places}
    more = {place: packets & ~page for place, packets in reached.items()}
    where = next((place for place, packets in more.items() if packets != space.nothing), "")
    packet = space.one(more[where]) if where else None
    notice = any(packets & page != space.nothing for packets in reached.values())
    return Held(id=one.id, notice=notice, packet=str(packet) if packet else "", where=where, shared=shared)


def _shared(config: DeviceConfig, port: str, number: int) -> tuple[str, ...]:
    """Return the device's other ports that are in the held port's VLAN, and the port itself when it is not in it."""
    held, others = False, list[str]()
    for item in config.interfaces:
        mode = item.switchport
        inside = mode is not None and item.enabled and number in chain((mode.access, mode.native), mode.trunk)
        if item.name == port:
            held = inside and mode is not None and mode.mode == "access"
        elif inside:
            others.append(f"{config.hostname}:{item.name}")
    return (*others, *(() if held else (f"{config.hostname}:{port}",)))


def _page(county: County, space: Space) -> Set:
    """Return the packets to the notice page."""
    plan = county.plan.confinement
    assert plan is not None
    assert plan.notice is not None
    host = county.host_by_name[plan.notice].address.ip
    found = space.nothing
    for service in county.services:
        if service.name == plan.service:
            found = found | space.protocol(service.protocol) & space.to_ports(service.ports)
    return found & space.targets((IPv4Network(host),))
