"""Takes what a device runs into the inventory, as a proposed change: only what the inventory can express.

The inventory says what the county is, and intent derives the devices from it; most lines of a configuration therefore
have no field of their own (a port's description, a filter's rule, whether an idle port is shut). What has one is found
by trial: a candidate is taken when the county that it makes is valid and its intent says of a field what the device
runs. What is left, or is then asked of the device besides (a unit's VLAN on its trunks, too), is named; it has to be
restored, or the county has to be described otherwise. A proposal is reviewed and merged by somebody else, like any
other.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Interface

from countynet.canonical import JSON
from countynet.errors import Conflict, CountyError, DeviceError
from countynet.i18n import _
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Access, DeviceRole
from inventory import names
from inventory.deviceconfig import DeviceConfig
from inventory.model import County, Device
from inventory.platforms import registry
from inventory.record import Author, Edit, Repository, Set
from inventory.record.proposals import Proposal, propose
from playbooks.device.intended import renderer
from playbooks.drift.compare import Difference, differences
from playbooks.drift.report import Drift


@dataclass(frozen=True)
class Acceptance:
    """What became of accepting one device's drift."""

    device: str
    proposal: Proposal | None
    edits: tuple[Set, ...]
    expressed: tuple[Difference, ...]
    left: tuple[Difference, ...]
    """what the inventory has no field for"""
    unmanaged: int
    others: tuple[str, ...]
    """other devices of which the intention changes with it"""

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        edits: list[JSON] = [{"object": f"{e.section}/{e.key}", "field": e.field, "value": str(e.value)}
                             for e in self.edits]  # fmt: skip
        others: list[JSON] = list(self.others)
        return {
            "device": self.device,
            "proposal": self.proposal.number if self.proposal else None,
            "edits": edits,
            "expressed": [d.document() for d in self.expressed],
            "not_expressible": [d.document() for d in self.left],
            "unmanaged": self.unmanaged,
            "others": others,
        }


def accept(settings: Settings, drift: Drift, author: Author) -> Acceptance:
    """Propose what the inventory can express of a device's drift.

    Raises Conflict when it can express nothing of it (the words name what is left), BadInput.
    """
    trial = _Trial(Repository(settings), Secrets.load(settings), drift)
    edits = trial.edits()
    left = trial.left(edits)
    if not edits:
        fields = ", ".join(difference.path for difference in left) or "-"
        message = _("the inventory has no field for what {device} runs: {fields}; restore it instead")
        raise Conflict(message, device=drift.device, fields=fields)
    gone = {difference.path for difference in left}
    reason = f"Accept what {drift.device} runs"
    made = propose(trial.repository, list(edits), author, reason)
    expressed = tuple(d for d in drift.differences if d.path not in gone)
    others = trial.others(edits)
    return Acceptance(drift.device, made, tuple(edits), expressed, left, len(drift.unmanaged), others)


class _Trial:
    """Edits tried on the county."""

    def __init__(self, repository: Repository, secrets: Secrets, drift: Drift) -> None:
        self.repository, self.secrets, self.drift = repository, secrets, drift
        self.county = repository.county()
        self.device = self.county.device_by_name[drift.device]
        self.runs = self._parsed(drift.running)

    def edits(self) -> list[Set]:
        """Return the candidates that bring the intention nearer to what the device runs."""
        chosen, left, state = list[Set](), self._paths([]), self.repository.state()
        for edit in candidates(self.county, self.device, self.runs):
            if str(state[edit.section, edit.key].get(edit.field)) == str(edit.value):
                continue
            try:
                after = self._paths([*chosen, edit])
            except CountyError:  # the county that it makes is not valid, or the device cannot hold it
                continue
            if left - after:
                chosen, left = [*chosen, edit], left & after
        return chosen

    def _paths(self, edits: Iterable[Edit]) -> frozenset[str]:
        return frozenset(difference.path for difference in self.left(edits))

    def left(self, edits: Iterable[Edit]) -> tuple[Difference, ...]:
        """Return what still differs with these edits. Raises BadInput, DeviceError."""
        rendered = renderer(self._county(edits), self.secrets)(self.drift.device)
        return differences(self.runs, self._parsed(rendered))

    def others(self, edits: Iterable[Edit]) -> tuple[str, ...]:
        """Return the other devices of which the intention changes."""
        before, after = renderer(self.county, self.secrets), renderer(self._county(edits), self.secrets)
        return tuple(
            device.name
            for device in self.county.devices
            if device.name != self.drift.device and _text(before, device.name) != _text(after, device.name)
        )

    def _county(self, edits: Iterable[Edit]) -> County:
        wanted = list(edits)
        return self.repository.preview(wanted).after if wanted else self.county

    def _parsed(self, text: str) -> DeviceConfig:
        return registry.platform(self.device.platform).parse(text).config


def _text(rendered: Callable[[str], str], name: str) -> str:
    try:
        return rendered(name)
    except DeviceError:
        return ""


def candidates(county: County, device: Device, runs: DeviceConfig) -> Iterator[Set]:
    """Yield every edit that could be what a device's configuration says; each names one field of the inventory."""
    yield from _hosts(county, runs)
    if device.role is DeviceRole.CPE and device.unit:
        yield from _cpe(county, device, runs)
    if device.role is DeviceRole.BUILDING:
        yield from _lines(county, device, runs)


def _hosts(county: County, runs: DeviceConfig) -> Iterator[Set]:
    """The station and the servers, where a device names exactly one of a kind."""
    served = {"time": runs.ntp_servers, "logs": runs.syslog_servers, "names": runs.dns_servers}
    for run, addresses in served.items():
        hosts = [host for host in county.hosts if run in host.runs]
        if len(hosts) == len(addresses) == 1:
            length = hosts[0].address.network.prefixlen
            yield Set("hosts", hosts[0].name, "address", f"{addresses[0]}/{length}")
    if runs.snmp and len(runs.snmp.trap_receivers) == 1:
        length = county.station.address.network.prefixlen
        yield Set("hosts", county.station.name, "address", f"{runs.snmp.trap_receivers[0]}/{length}")


def _cpe(county: County, device: Device, runs: DeviceConfig) -> Iterator[Set]:
    """The line's link and the unit's LAN."""
    unit = county.unit_by_id[device.unit or ""]
    line = county.circuit_by_unit[unit.id]
    uplink = names.dsl(device) if line.access is Access.ADSL else names.fiber(device)
    for interface in runs.interfaces:
        for address in interface.addresses:
            if interface.name == uplink:
                yield Set("circuits", line.id, "link", str(address.network))
            elif _first(address):
                yield Set("units", unit.id, "lan", str(address.network))


def _first(address: IPv4Interface) -> bool:
    return address.ip == address.network.network_address + 1


def _lines(county: County, device: Device, runs: DeviceConfig) -> Iterator[Set]:
    """The VLAN of each unit's line at its port."""
    ports = {i.name: i.switchport.access for i in runs.interfaces if i.switchport and i.switchport.access}
    for cable in county.cables:
        for near, far in ((cable.a, cable.b), (cable.b, cable.a)):
            cpe = county.device_by_name.get(far.node)
            if near.node == device.name and near.port in ports and cpe and cpe.unit:
                yield Set("circuits", county.circuit_by_unit[cpe.unit].id, "vlan", ports[near.port])
