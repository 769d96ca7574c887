"""Checks on ports: idle ones are shut, and LLDP tells strangers nothing."""

from collections.abc import Iterable, Iterator

from audit.checks.each import Known, Wrong, each, wrong
from audit.cite import Pattern
from audit.facts import Facts
from audit.model import Check, Info, Point
from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole, Severity
from inventory import names
from inventory.model import County, Device


def used_ports(county: County, device: Device) -> set[str]:
    """Return the device's ports that a cable or a line is plugged into."""
    ends = [end for cable in county.cables for end in (cable.a, cable.b)]
    used = {end.port for end in ends if end.node == device.name}
    if device.unit and county.circuit_by_unit[device.unit].access is Access.ADSL:
        used.add(names.dsl(device))
    if device.role is DeviceRole.VPN_HUB:
        used.add(names.fiber(device))
    return used


def _idle(facts: Facts) -> Iterable[Point]:
    shut = Pattern("/etc/*", r"shutdown|idle|down")
    return each(facts, _idle_is_shut, _("every port without a cable is shut"), [shut])


def _idle_is_shut(known: Known) -> Iterator[Wrong]:
    interfaces = {i.name: i for i in known.config.interfaces}
    used = used_ports(known.county, known.device)
    for port in known.device.ports:
        interface = interfaces.get(port)
        if port not in used and (interface is None or interface.enabled):
            yield wrong(_("port {port} has no cable in the inventory and is not shut"), port=port)
    for name, interface in interfaces.items():
        strange = name not in known.device.ports and name not in used and name != names.staging(known.device)
        if strange and interface.kind == "physical" and interface.enabled:
            yield wrong(_("port {port} is on and not in the inventory"), port=name)


def _lldp(facts: Facts) -> Iterable[Point]:
    good = _("LLDP speaks only on ports to our own devices")
    return each(facts, _lldp_stays_inside, good, [Pattern("/etc/*lldpd*", r"interface|pattern|DAEMON_ARGS|-I")])


def _lldp_stays_inside(known: Known) -> Iterator[Wrong]:
    if known.config.lldp is None:
        return
    devices = known.county.device_by_name
    inside = set()
    for cable in known.county.cables:
        for end, far in ((cable.a, cable.b), (cable.b, cable.a)):
            if end.node == known.device.name and far.node in devices:
                inside.add(end.port)
    for port in known.config.lldp.ports:
        if port not in inside:
            yield wrong(_("it speaks LLDP on port {port}, which does not lead to a device of the county"), port=port)


CHECKS = (
    Check(
        Info(
            id="idle-ports",
            title=_("Idle ports are shut"),
            clauses=("8.1.3.1 b",),
            severity=Severity.MAJOR,
            rationale=_("An open idle port lets anybody plug a computer into the network."),
            remedy=_("Shut the port, or enter its cable into the inventory: `countynet config apply`."),
        ),
        _idle,
    ),
    Check(
        Info(
            id="lldp-inside",
            title=_("LLDP is spoken only between our own devices"),
            clauses=("8.1.4.4 b",),
            severity=Severity.MINOR,
            rationale=_("LLDP tells a listener the device's make, name and management address."),
            remedy=_("Take the port out of LLDP: `countynet config apply`."),
        ),
        _lldp,
    ),
)
