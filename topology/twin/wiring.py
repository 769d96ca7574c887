"""What the twin is made of, derived from the county alone: namespaces, cables, lines, addresses. Pure.

Every cable is two virtual Ethernet pairs that meet in a bridge of its own in the `cn-lines` namespace: there it is
shaped to its line's rate and cut, without touching what it joins. A port without a cable is a pair whose far end lies
down in `cn-void`. An ADSL line is a pair of taps of the operator's DSLAM. Each device's `stg0` hangs, isolated from the
others, on the staging bridge in the management station's namespace. Ports are the inventory's; what the kernel calls
those of a vendor's device, whose names are too long for it, `Wiring.kernel` says.
Refuses nothing: `inventory.load_county` has; a cable to a node that does not exist cannot get here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

from countynet.vocabulary import Access, DeviceRole, HostKind
from inventory import names
from inventory.model import Circuit, County, Device, Endpoint, Host
from topology.twin.vendor.ports import kernel

PREFIX = "cn-"
LINES, VOID, OPERATOR = "cn-lines", "cn-void", "cn-isp"
STAGING_PORT = names.STAGING
ADSL_DELAY_SECONDS = 0.010
ADSL_LOSS = 0.001


def namespace(node: str) -> str:
    """Return the network namespace of a node."""
    return PREFIX + node


@dataclass(frozen=True, slots=True)
class Line:
    """A cable; `to_a` and `to_b` limit what arrives at that end, in kbit/s."""

    id: str
    index: int
    a: Endpoint
    b: Endpoint
    circuit: str = ""
    to_a: int | None = None
    to_b: int | None = None

    @property
    def bridge(self) -> str:
        """The bridge in `cn-lines` that joins both ends."""
        return f"x{self.index}"

    @property
    def ends(self) -> tuple[str, str]:
        """The interfaces in `cn-lines` towards end a and end b."""
        return f"x{self.index}a", f"x{self.index}b"


@dataclass(frozen=True, slots=True)
class AdslLine:
    """An ADSL line from a CPE to the operator."""

    circuit: Circuit
    device: str
    port: str
    """as the inventory calls it"""
    tap: str

    @property
    def address(self) -> str:
        """The operator's address on the line, with its prefix length."""
        return f"{next(self.circuit.link.hosts())}/{self.circuit.link.prefixlen}"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A computer's one port: a terminal, or a host; without a hardware address of the inventory it has some other."""

    node: str
    port: str
    address: str
    gateway: IPv4Address | None
    mac: str = ""


@dataclass(frozen=True)
class Wiring:
    """The whole twin below its daemons."""

    devices: tuple[Device, ...]
    hosts: tuple[Host, ...]
    leaves: tuple[Leaf, ...]
    lines: tuple[Line, ...]
    adsl: tuple[AdslLine, ...]
    idle: tuple[Endpoint, ...]
    hub: Endpoint | None
    hub_gateway: str
    staging: IPv4Network
    published: tuple[tuple[str, str, str], ...]
    """routes of leaves: node, prefix, gateway"""

    @property
    def namespaces(self) -> tuple[str, ...]:
        """All namespaces, the service ones first."""
        nodes = [d.name for d in self.devices] + [leaf.node for leaf in self.leaves]
        return (LINES, VOID, OPERATOR, *(namespace(node) for node in nodes))

    def kernel(self, end: Endpoint) -> str:
        """Return what the kernel calls a port in its node's namespace."""
        device = self._by_name.get(end.node)
        return kernel(device, end.port) if device else end.port

    @cached_property
    def _by_name(self) -> dict[str, Device]:
        return {device.name: device for device in self.devices}

    @property
    def station(self) -> str:
        """The namespace of the management station."""
        return namespace(next(h.name for h in self.hosts if h.kind is HostKind.STATION))


def _lines(county: County) -> Iterator[Line]:
    fiber = {county.cpe_by_unit[c.unit].name: c for c in county.circuits if c.access.has_vlan}
    devices = county.device_by_name
    for index, cable in enumerate(county.cables):
        line = Line(id=cable.id, index=index, a=cable.a, b=cable.b)
        ends = {cable.a.node, cable.b.node}
        circuit = next((fiber[end] for end in ends if end in fiber), None) if ends <= devices.keys() else None
        if circuit is None:
            yield line
        elif cable.b.node in fiber:
            yield Line(cable.id, index, cable.a, cable.b, circuit.id, circuit.up_kbps, circuit.down_kbps)
        else:
            yield Line(cable.id, index, cable.a, cable.b, circuit.id, circuit.down_kbps, circuit.up_kbps)


def _adsl(county: County) -> Iterator[AdslLine]:
    for circuit in county.circuits:
        if circuit.access is Access.ADSL:
            number = county.unit_by_id[circuit.unit].number
            cpe = county.cpe_by_unit[circuit.unit]
            yield AdslLine(circuit, cpe.name, names.dsl(cpe), f"d{number:03d}")


def _leaves(county: County) -> Iterator[Leaf]:
    for host in county.hosts:
        yield Leaf(host.name, "eth0", str(host.address), host.gateway)
    for unit in county.units:
        gateway = next(unit.lan.hosts())
        for terminal in unit.terminals:
            address = f"{terminal.address}/{unit.lan.prefixlen}"
            yield Leaf(terminal.name, "eth0", address, gateway, terminal.mac or "")


def _published(county: County) -> Iterator[tuple[str, str, str]]:
    """Yield the routes by which the Internet finds the published addresses: through the firewall pair."""
    for host in county.hosts:
        if host.kind is HostKind.INTERNET:
            for target in county.hosts:
                if target.published is not None:
                    yield host.name, f"{target.published}/32", str(county.zone_by_name[host.zone].gateway)


def _hub(county: County) -> Endpoint | None:
    hubs = county.devices_in(DeviceRole.VPN_HUB)
    return Endpoint(node=hubs[0].name, port=names.fiber(hubs[0])) if hubs else None


def wire(county: County) -> Wiring:
    """Derive the twin's wiring from the county."""
    lines, adsl, hub = tuple(_lines(county)), tuple(_adsl(county)), _hub(county)
    used = {(end.node, end.port) for line in lines for end in (line.a, line.b)}
    used |= {(line.device, line.port) for line in adsl}
    if hub is not None:
        used.add((hub.node, hub.port))
    idle = (Endpoint(node=d.name, port=p) for d in county.devices for p in d.ports if (d.name, p) not in used)
    return Wiring(
        devices=county.devices,
        hosts=county.hosts,
        leaves=tuple(_leaves(county)),
        lines=lines,
        adsl=adsl,
        idle=tuple(idle),
        hub=hub,
        hub_gateway=f"{county.plan.hub_gateway}/{county.plan.hub.network.prefixlen}",
        staging=county.plan.staging,
        published=tuple(_published(county)),
    )
