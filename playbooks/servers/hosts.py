"""The Ansible inventory of the server zone, derived from the county: pure, and without a secret but what a run adds.

A host is in the groups that its `runs` names; every variable of the roles is made here and nowhere else.
"""

from collections.abc import Mapping, Sequence

from countynet.canonical import JSON
from countynet.errors import CountyError
from countynet.i18n import _
from countynet.vocabulary import DeviceRole, HostKind, UnitKind, ZoneName
from inventory import dhcp
from inventory.ansible_inventory import ROOT, computer
from inventory.groups import members
from inventory.intent.hardened import time_keys as known_keys
from inventory.intent.secrets import Secrets
from inventory.model import County, Host, Unit
from inventory.platforms.linux.chrony import key_line
from playbooks.servers.filters import host_filter

KINDS: Mapping[UnitKind, tuple[str, str]] = {
    UnitKind.PARTY: ("党委部门", "Party departments"),
    UnitKind.CONGRESS: ("人大、政协机关", "People's Congress and Political Consultative Conference"),
    UnitKind.GOVERNMENT: ("政府部门", "Government departments"),
    UnitKind.JUDICIAL: ("司法机关", "Judicial bodies"),
    UnitKind.GROUP: ("群众团体", "Mass organisations"),
    UnitKind.INSTITUTION: ("事业单位", "Public institutions"),
    UnitKind.TOWNSHIP: ("乡镇", "Townships"),
    UnitKind.VILLAGE: ("村级站点", "Village offices"),
    UnitKind.BRANCH: ("分支机构", "Branch offices"),
}
"""Headings of the portal in its order; both languages stand on the page, so they are no messages."""
SERVERS = (HostKind.SERVER, HostKind.PUBLIC)
SERVED_NAMES: Mapping[str, tuple[str, str]] = {
    "time": ("时间服务", "Time (NTP)"),
    "names": ("域名服务", "Names (DNS)"),
    "logs": ("日志服务", "Logs of the devices"),
    "portal": ("内网门户", "Intranet portal"),
    "addresses": ("地址分配服务", "Addresses (DHCP)"),
}


def servers(county: County) -> tuple[Host, ...]:
    """Return the hosts that run something. Raises CountyError when there is none."""
    found = tuple(host for host in county.hosts if host.runs)
    if not found:
        raise CountyError(_("no host of the inventory runs anything"))
    return found


def ansible_inventory(
    county: County, hosts: Sequence[Host] | None = None, variables: Mapping[str, JSON] | None = None
) -> dict[str, JSON]:
    """Return the inventory in Ansible's YAML structure, as JSON values: of all that run something, or of some hosts.

    `variables` are those of a run, for every host; they go before the county's.
    """
    hosts = servers(county) if hosts is None else hosts
    groups = members({host.name: host.runs for host in hosts})
    return {
        "all": {
            "hosts": {host.name: _host(county, host) for host in hosts},
            "vars": {"ansible_user": ROOT, **_county(county), **(variables or {})},
            "children": {group: {"hosts": {name: {} for name in names}} for group, names in groups.items()},
        }
    }


def time_keys(county: County, secrets: Secrets) -> dict[str, JSON]:
    """Return the keys that the time servers share with devices, as a run's variable: chrony's lines; none unless the
    plan asks for keys. Raises BadInput when the vault has none."""
    asked = county.plan.hardening.ntp_keys
    return {"time_keys": [*map(key_line, known_keys(secrets))] if asked else []}


def _host(county: County, host: Host) -> dict[str, JSON]:
    name = next(iter(host.names), host.name)
    return {**computer(host), "portal_name": name, "host_filter": host_filter(county, host)}


def _county(county: County) -> dict[str, JSON]:
    plan = county.plan
    return {
        "county": plan.name,
        "county_en": plan.name_en,
        "domain": plan.domain,
        "operator": {"name": plan.operator.name, "title": plan.operator.title, "telephone": plan.operator.telephone},
        "served": [str(net) for net in (plan.unit_lans, *plan.management, county.zone_by_name[ZoneName.SERVER].prefix)],
        "time_sources": [],
        "time_keys": [],
        "records": [*_records(county), *_records_of_applications(county)],
        "dhcp": addresses(county),
        "senders": _senders(county),
        "portal_services": _services(county),
        "unit_groups": _units(county),
    }


def _records(county: County) -> list[JSON]:
    return [{"names": _names(county, h), "address": str(h.address.ip)} for h in county.hosts if h.names]


def _records_of_applications(county: County) -> list[JSON]:
    """Return the names of the applications that we deploy, with the address of the first host of each."""
    return [
        {
            "names": [a.deployment.dns, *a.deployment.unit_names.values()],
            "address": str(county.host_by_name[a.hosts[0]].address.ip),
        }
        for a in county.applications
        if a.deployment
    ]


def addresses(county: County) -> dict[str, JSON]:
    """Return what the DHCP server is told: lease time, servers to name, and each served unit's network."""
    units = dhcp.serving(county)
    return {
        "lease_hours": county.plan.dhcp.lease_hours if county.plan.dhcp else 0,
        "names": [str(host.address.ip) for host in county.hosts if "names" in host.runs],
        "times": [str(host.address.ip) for host in county.hosts if "time" in host.runs],
        "leases": dhcp.LEASES,
        "most": sum(len(unit.reserved) + unit.room for unit in units),
        "units": [_served(unit) for unit in units],
    }


def _served(unit: dhcp.Serving) -> JSON:
    return {
        "unit": unit.unit,
        "network": str(unit.network.network_address),
        "mask": str(unit.network.netmask),
        "gateway": str(unit.gateway),
        "pool": [str(address) for address in unit.pool or ()],
        "reserved": {mac: str(address) for mac, address in unit.reserved.items()},
    }


def _names(county: County, host: Host) -> list[JSON]:
    """Return the host's DNS names, its plain name in the county's domain among them."""
    return list(dict.fromkeys((*host.names, f"{host.name}.{county.plan.domain}")))


def _senders(county: County) -> list[JSON]:
    """Return rsyslog's lookup table: which address is which device or server, whoever runs that.

    A firewall stands on the servers' segment itself and sends from its own address there, next to the virtual gateway.
    """
    pairs = [(device.management, device.name) for device in county.devices]
    gateway = county.zone_by_name[ZoneName.SERVER].gateway
    pairs += [(gateway + place, d.name) for place, d in enumerate(county.devices_in(DeviceRole.FIREWALL), 1)]
    deployed = {name for a in county.applications if a.deployment for name in a.hosts}
    pairs += [(h.address.ip, h.name) for h in county.hosts if h.kind in SERVERS or h.name in deployed]
    return [{"index": address, "value": name} for address, name in sorted((str(a), n) for a, n in pairs)]


def _services(county: County) -> list[JSON]:
    rows: list[JSON] = []
    for host in county.hosts:
        for run, name in zip(host.runs, host.names, strict=False):
            title, title_en = SERVED_NAMES[run]
            url = f"http://{name}/" if run == "portal" else ""
            rows.append({"name": title, "name_en": title_en, "address": name, "url": url})
        if host.published and host.names:
            url = f"http://{host.names[0]}/"
            rows.append({"name": host.name_zh, "name_en": "Public web site", "address": host.names[0], "url": url})
    for a in county.applications:
        if a.deployment:
            url = f"https://{a.deployment.dns}/" if "https" in a.services else ""
            rows.append({"name": a.name, "name_en": a.name_en, "address": a.deployment.dns, "url": url})
    return rows


def _units(county: County) -> list[JSON]:
    return [
        {
            "kind": kind.value,
            "name": title,
            "name_en": title_en,
            "units": [_unit(county, unit) for unit in county.units if unit.kind is kind],
        }
        for kind, (title, title_en) in KINDS.items()
        if any(u.kind is kind for u in county.units)
    ]


def _unit(county: County, unit: Unit) -> dict[str, JSON]:
    place, officer = county.building_by_id[unit.building], unit.officer or unit.leader
    line = county.circuit_by_unit.get(unit.id)
    return {
        "id": unit.id,
        "name": unit.name,
        "name_en": unit.name_en,
        "leader": unit.leader.name,
        "leader_telephone": unit.leader.telephone,
        "officer": officer.name,
        "telephone": officer.telephone,
        "address": place.address or place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "down_kbps": line.down_kbps if line else 0,
        "up_kbps": line.up_kbps if line else 0,
    }
