"""Who is meant: from an LLDP neighbour to a device and port of the inventory, from a hardware address to its owner.

A neighbour is known by its system name, by its chassis id, by a management address, or by the hardware address of one
of its ports; in that order, because names are written by us and addresses are burnt in. A port is known by whatever id
its device says of itself: vendors send names, numbers, descriptions and hardware addresses (netdisco#1339: a neighbour
whose port id is its hardware address was heard and no link was drawn). Names are compared without regard to case,
spaces and the usual abbreviations (Gi0/1, GE0/0/1, XGE1/0/1, Te1/1). An id that is no port of that device's is taken
for nothing said (agents cut it at 16 characters, or send the card's number): it contradicts no cable. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inventory.model import County
from topology.discovery.evidence import CHASSIS_MAC, PORT_MAC, Evidence, Heard, Port

_KINDS = {
    "fe": ("fa", "fas", "fe", "fastethernet", "fei"),
    "ge": ("gi", "gig", "ge", "gigabitethernet", "gigaethernet", "gei"),
    "xge": ("te", "ten", "xge", "xgi", "xgigabitethernet", "tengigabitethernet", "ten-gigabitethernet", "xgei"),
    "25ge": ("25ge", "twe", "twentyfivegige", "twentyfive-gige", "twentyfivegigabitethernet"),
    "40ge": ("40ge", "fo", "fortygige", "forty-gige", "fortygigabitethernet"),
    "100ge": ("100ge", "hu", "hundredgige", "hundred-gige", "hundredgigabitethernet", "cgei"),
    "eth": ("e", "et", "eth", "ethernet"),
    "trunk": ("eth-trunk", "bridge-aggregation", "po", "port-channel", "aggregateport", "ag", "smartgroup"),
}
_SHORT = {word: kind for kind, words in _KINDS.items() for word in words}
_NAME = re.compile(r"^(?P<kind>\d{0,3}[a-z][a-z-]*?)-?(?P<number>\d[\d/.:]*)$")


def canonical(port: str) -> str:
    """Return a port's name in one form for all ways to write it."""
    plain = "".join(port.lower().split())
    match = _NAME.match(plain)
    return f"{_SHORT.get(match['kind'], match['kind'])}{match['number']}" if match else plain


@dataclass(frozen=True)
class End:
    """A port of a device; `port` is empty when it is not known which."""

    node: str
    port: str = ""

    def __str__(self) -> str:
        return f"{self.node}:{self.port}" if self.port else self.node


class Identities:
    """Who the devices of a county are, by everything that they say of themselves."""

    def __init__(self, county: County, evidence: Evidence) -> None:
        self._names = {name.lower(): name for name in (*county.device_by_name, *county.host_by_name)}
        self._by_id = {id_.lower(): d.name for d in evidence.devices.values() for id_ in d.chassis if id_}
        self._by_mac = {p.mac: End(d.name, p.name) for d in evidence.devices.values() for p in d.ports if p.mac}
        self._by_address = {str(d.management): d.name for d in county.devices}
        self._by_address |= {str(h.address.ip): h.name for h in county.hosts}
        self._ports = {d.name: _ports(d.ports) for d in evidence.devices.values()}
        self._intended = {d.name: {canonical(port): port for port in d.ports} for d in county.devices}

    def of(self, heard: Heard) -> End | None:
        """Return who a neighbour is, None when it is nobody of the inventory."""
        node = self._node(heard)
        if node is None:
            return None
        return End(node, self._port(node, heard))

    def owner(self, mac: str) -> End | None:
        """Return the device's port that has a hardware address."""
        return self._by_mac.get(mac)

    def _node(self, heard: Heard) -> str | None:
        short = heard.name.split(".")[0].lower()
        found = self._names.get(heard.name.lower()) or self._names.get(short) or self._by_id.get(heard.chassis.lower())
        if found is None and heard.chassis_kind == CHASSIS_MAC and heard.chassis in self._by_mac:
            found = self._by_mac[heard.chassis].node
        if found is None and heard.port_kind == PORT_MAC and heard.port_id in self._by_mac:
            found = self._by_mac[heard.port_id].node
        return found or next((self._by_address[a] for a in heard.addresses if a in self._by_address), None)

    def _port(self, node: str, heard: Heard) -> str:
        if heard.port_kind == PORT_MAC and (end := self._by_mac.get(heard.port_id)) and end.node == node:
            return end.port
        names: Mapping[str, str] = self._ports.get(node, {}) | self._intended.get(node, {})
        for said in (heard.port_id, heard.port_description, heard.port_description.removesuffix(" Interface")):
            if said and (found := names.get(canonical(said))):
                return found
        return ""


def _ports(ports: Iterable[Port]) -> dict[str, str]:
    """Return a device's ports by every name that they have; a name of two ports is none."""
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    for port in ports:
        for id_ in {canonical(port.name), *(canonical(i) for i in port.ids)}:
            if found.setdefault(id_, port.name) != port.name:
                doubtful.add(id_)
    return {id_: name for id_, name in found.items() if id_ not in doubtful}
