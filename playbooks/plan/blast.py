"""What a plan reaches: the units behind its devices, and whether it may cut the path we manage a device by. Pure.

Careful on purpose: a change counts as touching the management path unless every line of it is known not to. What is
known not to: the daemons that only watch or tell (SNMP, LLDP, syslog, time), the banner, the names that a device asks,
and descriptions of interfaces.
"""

from collections.abc import Iterable

from countynet.vocabulary import DeviceRole
from inventory.model import County
from inventory.platforms.linux import chrony, lldpd, rsyslog, snmpd, sshd, system
from playbooks.plan import quiet
from playbooks.plan.model import Touched
from topology.graph import upstreams

_HARMLESS = frozenset((snmpd.PATH, lldpd.OPTIONS, lldpd.PATH, rsyslog.PATH, chrony.PATH, sshd.BANNER, system.RESOLV))
_HARMLESS_LINE = " description "
_HEAVY = (DeviceRole.CORE, DeviceRole.FIREWALL)


def touches_management(diff: str, platform: str = "linux") -> bool:
    """Return whether a masked difference may cut the management path; yes when in doubt."""
    if platform != "linux":
        return not quiet.harmless(diff)
    path = ""
    for line in diff.splitlines():
        if line.startswith(("--- running ", "+++ intended ")):
            path = line.split(maxsplit=2)[2]
        elif line[:1] in "+-" and path not in _HARMLESS and not line[1:].startswith(_HARMLESS_LINE):
            return True
    return False


def units_behind(county: County) -> dict[str, tuple[str, ...]]:
    """Return, by device, the ids of the units of which some path to a firewall runs through it."""
    found: dict[str, dict[str, None]] = {device.name: {} for device in county.devices}
    for unit, cpe in county.cpe_by_unit.items():
        found[cpe.name][unit] = None
    for unit, paths in upstreams(county).items():
        for name in {name for path in paths for name in path if name in found}:
            found[name][unit] = None
    return {name: tuple(sorted(units)) for name, units in found.items()}


def touched(county: County, units: Iterable[str]) -> tuple[Touched, ...]:
    """Return units with their access lines, by id."""
    circuits = county.circuit_by_unit
    return tuple(
        Touched(unit=unit, line=circuits[unit].id if unit in circuits else "", access=_access(county, unit))
        for unit in sorted(set(units))
    )


def _access(county: County, unit: str) -> str:
    circuit = county.circuit_by_unit.get(unit)
    return str(circuit.access) if circuit else ""


def approvals_needed(roles: Iterable[DeviceRole]) -> int:
    """Return how many people have to approve: two where a core or a firewall is touched."""
    return 2 if any(role in _HEAVY for role in roles) else 1
