"""VLANs, prefixes and the services of hosts as NetBox's. Pure."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network

from inventory.model import County, Unit
from inventory.netbox.thing import Ref, Thing, Value, text
from inventory.netbox.words import PREFIX_ROLES, VLAN_GROUPS

Network = IPv4Network | IPv6Network
ACCESS, CENTER = "countynet-access", "countynet-center"


def things(county: County) -> Iterator[Thing]:
    """Yield prefix roles, VLAN groups, VLANs, prefixes (each once) and services."""
    for role, (zh, en) in PREFIX_ROLES.items():
        yield Thing("roles", role, {"name": zh, "slug": role, "description": en})
    for group, (zh, en) in VLAN_GROUPS.items():
        yield Thing("vlan_groups", group, {"name": zh, "slug": group, "description": en})
    yield from _once(_vlans(county))
    yield from _once(_prefixes(county))
    yield from _services(county)


def _once(found: Iterator[Thing]) -> Iterator[Thing]:
    seen: set[str] = set()
    for thing in found:
        if thing.key not in seen:
            seen.add(thing.key)
            yield thing


def _vlans(county: County) -> Iterator[Thing]:
    for line in county.circuits:
        if line.vlan:
            unit = county.unit_by_id[line.unit]
            yield _vlan(ACCESS, line.vlan, line.id, "access-line", unit.name, Ref("tenants", unit.id))
    for plan in county.plan.switch_management:
        yield _vlan(ACCESS, plan.vlan, f"mgmt-{plan.aggregation}", "management", "")
    for zone in county.zones:
        yield _vlan(CENTER, zone.vlan, zone.name, "zone", "")


def _vlan(group: str, vid: int, named: str, role: str, description: str, tenant: Ref | None = None) -> Thing:
    fields: dict[str, Value] = {
        "group": Ref("vlan_groups", group),
        "vid": vid,
        "name": named[:64],
        "status": "active",
        "role": Ref("roles", role),
        "description": text(description),
        "tenant": tenant,
    }
    return Thing("vlans", f"{group}:{vid}", fields)


def _prefix(network: Network, role: str, description: str, **more: Value) -> Thing:
    fields: dict[str, Value] = {
        "prefix": str(network),
        "status": "active",
        "role": Ref("roles", role),
        "description": text(description),
        **more,
    }
    return Thing("prefixes", str(network), fields)


def _prefixes(county: County) -> Iterator[Thing]:
    for unit in county.units:
        yield from _of_unit(county, unit)
    yield from _of_plan(county)
    for zone in county.zones:
        network = zone.segment or zone.prefix
        if network.prefixlen:
            yield _prefix(network, "zone", zone.name, vlan=Ref("vlans", f"{CENTER}:{zone.vlan}"))


def _of_unit(county: County, unit: Unit) -> Iterator[Thing]:
    tenant = Ref("tenants", unit.id)
    for lan in (unit.lan, unit.lan6):
        if lan is not None:
            yield _prefix(lan, "unit-lan", unit.name, tenant=tenant, **_at(unit.building))
    line = county.circuit_by_unit.get(unit.id)
    for link in (line.link, line.link6) if line else ():
        if line is not None and link is not None:
            vlan = Ref("vlans", f"{ACCESS}:{line.vlan}") if line.vlan else None
            yield _prefix(link, "access-line", f"{line.id} {unit.name}", tenant=tenant, vlan=vlan)


def _of_plan(county: County) -> Iterator[Thing]:
    plan = county.plan
    for transit in plan.transits:
        yield _prefix(transit.prefix, "transit", f"{transit.a.node} {transit.b.node}")
    for below in plan.switch_management:
        vlan = Ref("vlans", f"{ACCESS}:{below.vlan}")
        yield _prefix(below.prefix, "management", below.aggregation, vlan=vlan)
    yield _prefix(plan.hub.network, "access-line", "VPN hub")
    for network, role in (
        (plan.unit_lans, "unit-lan"),
        *((network, "management") for network in plan.management),
        (plan.staging, "staging"),
        (plan.tunnels, "access-line"),
    ):
        yield _prefix(network, role, "", status="container")
    if plan.pools and plan.pools.ipv6:
        yield _prefix(plan.pools.ipv6, "unit-lan", "", status="container")


def _at(building: str) -> dict[str, Value]:
    return {"scope_type": "dcim.site", "scope_id": Ref("sites", building)}


def _services(county: County) -> Iterator[Thing]:
    """Yield what each host offers; what has no ports (icmp) is no service in NetBox."""
    services = {service.name: service for service in county.services}
    for host in county.hosts:
        for service in (services[name] for name in host.services if name in services):
            if not service.ports:
                continue
            yield Thing(
                "services",
                f"{host.name}:{service.name}",
                {
                    "parent_object_type": "dcim.device",
                    "parent_object_id": Ref("devices", host.name),
                    "name": service.name,
                    "port_mappings": tuple(f"{service.protocol}/{port}" for port in service.ports),
                },
            )
