"""What every device is told, whatever its role: accounts, SSH, SNMP, LLDP, time, names, logs, idle ports. Pure."""

from collections.abc import Iterable
from typing import Any

from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.deviceconfig import Interface, Lldp, OspfInterface, Snmp, User
from inventory.intent.leading import leads
from inventory.intent.rotation import snmp_users, ssh_keys
from inventory.intent.secrets import Secrets
from inventory.intent.wiring import Link, Wiring
from inventory.model import Device

__all__ = ["Secrets", "loopback", "services", "transit", "with_idle_ports"]


def services(wiring: Wiring, device: Device, secrets: Secrets) -> dict[str, Any]:
    """Return the fields of a DeviceConfig that do not depend on the role. Raises BadInput for a missing secret."""
    county = wiring.county
    # a firewall stands on every segment itself: its own traffic leaves with the address it has there, unless the master
    # alone has the routes: then the standby's goes round by the core, where only its management address is known
    own = device.role is DeviceRole.FIREWALL and not leads(wiring, device)
    source = None if own else device.management
    return {
        "hostname": device.name,
        "source": source,
        "snmp": _snmp(wiring, device, secrets),
        "lldp": _lldp(wiring, device),
        "ntp_servers": wiring.running("time"),
        "syslog_servers": wiring.running("logs"),
        "dns_servers": wiring.running("names"),
        "users": _users(device, secrets),
        "banner": f"{county.plan.name_en}: authorised staff only, every session is recorded",
    }


def _users(device: Device, secrets: Secrets) -> tuple[User, ...]:
    administrator = User(name=names.ADMINISTRATOR, ssh_keys=ssh_keys(secrets, device.name))
    return (administrator, User(name=names.FACTORY, locked=True))


def _snmp(wiring: Wiring, device: Device, secrets: Secrets) -> Snmp:
    plan = wiring.county.plan
    return Snmp(
        listen=device.management,
        location=wiring.county.building_by_id[device.building].name_en,
        contact=f"{plan.name_en} duty desk {plan.operator.telephone}",
        users=snmp_users(secrets, device.name),
        trap_receivers=(wiring.county.station.address.ip,),
    )


def _lldp(wiring: Wiring, device: Device) -> Lldp | None:
    """Return LLDP on the ports towards our own devices; a unit's LAN and the operator's net hear nothing."""
    ports = tuple(port for port in device.ports if wiring.peer_device(device, port))
    return Lldp(ports=ports, management=device.management) if ports else None


def loopback(device: Device, ospf: bool) -> Interface:
    """Return the loopback interface with the management address."""
    return Interface(
        name=names.LOOPBACK,
        kind="loopback",
        addresses=(f"{device.management}/32",),
        ospf=OspfInterface(passive=True) if ospf else None,
    )


def transit(link: Link) -> Interface:
    """Return a routed port to another device of the center, with OSPF."""
    return Interface(
        name=link.port, description=f"to {link.peer.name}", addresses=(link.address,), ospf=OspfInterface()
    )


def with_idle_ports(device: Device, used: Iterable[Interface]) -> tuple[Interface, ...]:
    """Return the used interfaces and every other port of the device, and the staging port, shut."""
    interfaces = {interface.name: interface for interface in used}
    for port in (*device.ports, names.STAGING):
        description = "staging" if port == names.STAGING else "idle"
        interfaces.setdefault(port, Interface(name=port, description=description, enabled=False))
    return tuple(interfaces.values())
