"""All that is known in one scan, and the questions that every kind asks of it. Pure.

A port is a terminal's when it is a CPE's LAN port, or any other port that leads to no device: not by cable, not by a
known LLDP neighbour, not because a device's own address is learned there, and not into others' nets. A unit's LAN may
be seen at the routed interface instead of a port; then the port is the terminal's by the inventory, or not known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import IPv4Address

from countynet.surroundings import Around, Header, Row, Table
from inventory import names
from inventory.lan import Lan, lan
from inventory.model import County, Device, Terminal, Unit
from topology.discovery.evidence import CHASSIS_MAC, Evidence, Heard, Port, Sighting
from topology.discovery.evidence import Device as Said
from topology.discovery.identity import Identities, canonical
from topology.discovery.strangers import edges

FRESH = timedelta(minutes=16)
"""how old a row may be that still says what is there: three rounds of the poller and a little"""
AT_ONCE = timedelta(minutes=5)
"""within so long two computers are there at once; a switch forgets after five minutes (IEEE 802.1D-2004, 7.9.2)"""


@dataclass(frozen=True)
class Allowance:
    """More than one computer allowed at a port."""

    device: str
    port: str
    most: int
    macs: frozenset[str] = frozenset()
    """those that belong there; empty: whichever"""
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """A probe's answer that arrived where it can only come from a terminal on two nets."""

    beacon: str
    """where: outside or inside"""
    target: str
    """the terminal's address that was probed"""
    origin: str
    """the address that the answer came from"""
    at: datetime


@dataclass(frozen=True)
class Facts:
    """One scan."""

    county: County
    around: Around
    now: datetime
    """UTC"""
    makers: Mapping[str, str] = field(default_factory=dict)
    """makers of routers for homes by the first three octets of an address"""
    allowances: Sequence[Allowance] = ()
    answers: Sequence[Answer] = ()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows that say what is there now."""
        return tuple(r for r in self.around.rows if r.last is None or self.now - r.last <= FRESH)

    @cached_property
    def evidence(self) -> Evidence:
        """The rows as `topology.discovery` wants them."""
        named = {device for device, _table in self.around.asked} | {row.device for row in self.rows}
        return Evidence({name: self._said(name) for name in sorted(named)})

    def _said(self, name: str) -> Said:
        mine = self._by_device.get(name, ())
        seen = [Sighting(r.port, r.mac, "fdb" if r.table is Table.FDB else "arp", r.address, r.vlan)
                for r in mine if r.table in (Table.FDB, Table.ARP) and r.mac]  # fmt: skip
        heard = [_heard(row) for row in mine if row.table is Table.LLDP]
        ports = [Port(place.partition(":")[2], mac) for mac, place in self.around.own.items()
                 if place.partition(":")[0] == name]  # fmt: skip
        return Said(name, heard=tuple(heard), seen=tuple(dict.fromkeys(seen)), ports=tuple(ports))

    @cached_property
    def told(self) -> Evidence:
        """The same with who is told of otherwise: by a lease at a port, by LLDP without being in the inventory."""
        who, also = Identities(self.county, self.evidence), dict[str, list[Sighting]]()
        for row in self.rows:
            neighbour = row.table is Table.LLDP and row.mac and who.of(_heard(row)) is None
            if neighbour or (row.table is Table.DHCP and row.port):
                also.setdefault(row.device, []).append(Sighting(row.port, row.mac, "arp", row.address, row.vlan))
        said = self.evidence.devices
        return Evidence({name: replace(one, seen=(*one.seen, *also.get(name, ()))) for name, one in said.items()})

    @cached_property
    def _by_device(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.device, []).append(row)
        return found

    @cached_property
    def at_edges(self) -> tuple[Row, ...]:
        """The rows of hardware addresses at ports that may be terminals', devices' own addresses left out."""
        places = {(d, s.port, s.mac) for d, s in edges(self.county, self.evidence)}
        return tuple(
            r for r in self.rows
            if r.table in (Table.FDB, Table.ARP) and (r.device, r.port, r.mac) in places
            and r.mac not in self.around.own and not self.leads_on(r.device, r.port)
        )  # fmt: skip

    def leads_on(self, device: str, port: str) -> bool:
        """Whether a port has a cable to another device by the inventory."""
        return (device, canonical(port)) in self._ups

    @cached_property
    def _ups(self) -> set[tuple[str, str]]:
        """Every port with a cable to another device: what hangs behind is judged there."""
        known = self.county.device_by_name
        pairs = [(c.a, c.b) for c in self.county.cables if c.a.node in known and c.b.node in known]
        return {(end.node, canonical(end.port)) for pair in pairs for end in pair}

    @cached_property
    def on_wire(self) -> dict[tuple[str, str], list[Header]]:
        """Headers seen on terminals' own wires, by observer and hardware address."""
        found: dict[tuple[str, str], list[Header]] = {}
        for seen in self.around.headers:
            if seen.on_wire and seen.mac:
                found.setdefault((seen.observer, seen.mac), []).append(seen)
        return found

    @cached_property
    def afar(self) -> dict[str, list[Header]]:
        """Headers seen behind routers of ours, by the source's address."""
        found: dict[str, list[Header]] = {}
        for seen in self.around.headers:
            if not seen.on_wire:
                found.setdefault(seen.source, []).append(seen)
        return found

    @cached_property
    def terminals(self) -> dict[str, tuple[Unit, Terminal]]:
        """Terminals by their hardware address."""
        return {t.mac: (unit, t) for unit in self.county.units for t in unit.terminals if t.mac}

    @cached_property
    def by_address(self) -> dict[str, tuple[Unit, Terminal]]:
        """Terminals by their IP address."""
        return {str(t.address): (unit, t) for unit in self.county.units for t in unit.terminals}

    @cached_property
    def lans(self) -> dict[str, tuple[Unit, Device, Lan]]:
        """Units' LANs by their CPE."""
        found = {}
        for unit in self.county.units:
            cpe = self.county.cpe_by_unit.get(unit.id)
            if cpe is not None:
                found[cpe.name] = (unit, cpe, lan(self.county, unit))
        return found

    def unit_of(self, device: str, address: str = "") -> str:
        """Return the unit whose device it is, else whose LAN an address is in; empty: nobody's."""
        if device in self.lans:
            return self.lans[device][0].id
        if not address or ":" in address:
            return ""
        return next((u.id for u in self.county.units if IPv4Address(address) in u.lan), "")

    def home(self, terminal: Terminal, unit: Unit) -> tuple[str, str]:
        """Return where a terminal is cabled by the inventory: device and port; ("", "") without a cable."""
        for cable in self.county.cables:
            for here, there in ((cable.a, cable.b), (cable.b, cable.a)):
                if here.node == terminal.name and there.node in self.county.device_by_name:
                    return there.node, there.port
        return "", ""

    def cabled(self, device: str, port: str) -> tuple[str, ...]:
        """Return the terminals and hosts that the inventory cables to a port."""
        pairs = [pair for c in self.county.cables for pair in ((c.a, c.b), (c.b, c.a))]
        return tuple(there.node for here, there in pairs if here.node == device
                     and canonical(here.port) == canonical(port)
                     and there.node not in self.county.device_by_name)  # fmt: skip

    def mac_of(self, node: str) -> str:
        """Return the hardware address that the inventory has of a terminal, empty for none."""
        return next((t.mac for u in self.county.units for t in u.terminals if t.name == node and t.mac), "")

    def ip_of(self, node: str) -> str:
        """Return the IP address that the inventory has of a terminal or host, empty for none."""
        host = self.county.host_by_name.get(node)
        found = next((str(t.address) for u in self.county.units for t in u.terminals if t.name == node), "")
        return str(host.address.ip) if host else found

    def port_known(self, name: str, port: str) -> bool:
        """Whether a device's port is one, not an interface that routes several."""
        device = self.county.device_by_name.get(name)
        return device is not None and canonical(port) in {canonical(one) for one in device.ports}

    def line_of(self, unit: Unit, terminal: Terminal) -> str:
        """Return what the inventory says of a terminal, in a line."""
        device, port = self.home(terminal, unit)
        place = f" {device}:{port}" if device else ""
        return f"units.yml {unit.id}: {terminal.name} {terminal.address} {terminal.mac or '-'}{place}"

    def ports_line(self, device: str, port: str) -> str:
        """Return what the inventory has in a port, in a line."""
        for cable in self.county.cables:
            for here, there in ((cable.a, cable.b), (cable.b, cable.a)):
                if here.node == device and canonical(here.port) == canonical(port):
                    return f"cables.yml {cable.id}: {device}:{here.port} - {there.node}:{there.port}"
        return f"cables.yml: {device}:{port} -"

    def rows_of(self, device: str, mac: str) -> Iterator[Row]:
        """Yield every fresh row of an address at a device, leases too."""
        yield from (r for r in self._by_device.get(device, ()) if r.mac == mac)

    def address_of(self, device: str, mac: str) -> str:
        """Return the IP address that a hardware address answers for, empty when none was seen."""
        return next((r.address for r in self.rows_of(device, mac) if r.address and ":" not in r.address), "")


def _heard(row: Row) -> Heard:
    addresses = (row.address,) if row.address else ()
    return Heard(row.port, CHASSIS_MAC if row.mac else 0, row.mac, 0, "", name=row.name, addresses=addresses)


def cited(row: Row) -> str:
    """Return a row's line, as the device wrote it."""
    return row.line or f"{row.port} {row.mac} {row.address}".strip()


def is_lan_port(facts: Facts, device: str, port: str) -> bool:
    """Whether a port is one of a CPE's LAN ports."""
    found = facts.lans.get(device)
    return found is not None and canonical(port) in {canonical(p) for p in names.lan_ports(found[1])}
