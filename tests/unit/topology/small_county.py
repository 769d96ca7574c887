"""A county of four units made by hand, so that tests of topology do not lean on the example's data.

Units u001, u002 are on fiber in one building, u025, u026 on ADSL; u001 and u025 may browse.
"""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from countynet.vocabulary import Access, DeviceRole, HostKind, UnitKind, ZoneName
from inventory.model import (
    Building,
    Cable,
    Circuit,
    County,
    Device,
    Endpoint,
    Host,
    Person,
    Plan,
    PolicyRule,
    Service,
    SwitchManagement,
    Terminal,
    Transit,
    Unit,
    Zone,
)

FIBER, ADSL = (1, 2), (25, 26)
_PERSON = Person(name="张三", telephone="13800000000")


def small_county() -> County:
    """Return the county of four units."""
    return County(
        plan=_plan(),
        buildings=(
            Building(
                id="admin", name="县行政中心", name_en="Administration", latitude=30, longitude=110, access=Access.FIBER
            ),
        ),
        units=tuple(_unit(n) for n in (*FIBER, *ADSL)),
        devices=_devices(),
        cables=_cables(),
        circuits=tuple(_circuit(n) for n in (*FIBER, *ADSL)),
        zones=_zones(),
        hosts=_hosts(),
        services=_services(),
        policy=_policy(),
    )


def _unit(n: int) -> Unit:
    return Unit(
        id=f"u{n:03d}",
        number=n,
        name=f"单位{n}",
        name_en=f"Unit {n}",
        kind=UnitKind.GOVERNMENT,
        building="admin",
        leader=_PERSON,
        officer=_PERSON,
        lan=IPv4Network(f"10.21.{n}.0/24"),
        may_browse=n in (1, 25),
        terminals=(Terminal(name=f"pc-{n:03d}", address=IPv4Address(f"10.21.{n}.10")),),
    )


def _circuit(n: int) -> Circuit:
    fiber = n in FIBER
    return Circuit(
        id=f"line-{n:03d}",
        unit=f"u{n:03d}",
        access=Access.FIBER if fiber else Access.ADSL,
        contract="C-1",
        rent=100,
        down_kbps=10000 if fiber else 2000,
        up_kbps=10000 if fiber else 500,
        availability=99.0,
        repair_hours=8,
        vlan=100 + n if fiber else None,
        link=IPv4Network(f"10.20.{n}.0/29" if fiber else f"100.64.{n}.0/30"),
    )


def _device(
    name: str, role: DeviceRole, management: str, staging: str, ports: tuple[str, ...], unit: str | None = None
) -> Device:
    return Device(
        name=name,
        role=role,
        platform="linux",
        make="Test",
        model="T1",
        serial=name,
        building="admin",
        unit=unit,
        management=IPv4Address(management),
        staging=IPv4Address(staging),
        ports=ports,
    )


def _devices() -> tuple[Device, ...]:
    legs = ("core0", "srv0", "pub0", "mgmt0", "inet0", "city0")
    shared = [
        ("core-1", DeviceRole.CORE, "10.255.1.1", ("trunk1", "x-core2", "x-fw1", "x-vpn")),
        ("core-2", DeviceRole.CORE, "10.255.1.2", ("trunk1", "x-core1", "x-fw2", "x-vpn")),
        ("fw-1", DeviceRole.FIREWALL, "10.255.1.3", legs),
        ("fw-2", DeviceRole.FIREWALL, "10.255.1.4", legs),
        ("vpn-hub", DeviceRole.VPN_HUB, "10.255.1.5", ("wan0", "core1", "core2")),
        ("agg-1", DeviceRole.AGGREGATION, "10.255.91.11", ("up1", "up2", "down1")),
        ("sw-admin", DeviceRole.BUILDING, "10.255.91.12", ("up1", "p01", "p02", "p03")),
        ("sw-dc", DeviceRole.DATACENTER, "10.255.0.20", tuple(f"d{i:02d}" for i in range(1, 20))),
    ]
    cpes = [
        (f"cpe-{n:03d}", DeviceRole.CPE, f"10.255.16.{n}", ("wan0" if n in FIBER else "dsl0", "lan0", "lan1"))
        for n in (*FIBER, *ADSL)
    ]
    return tuple(
        _device(name, role, address, f"172.31.1.{i}", ports, f"u{name[4:]}" if role is DeviceRole.CPE else None)
        for i, (name, role, address, ports) in enumerate([*shared, *cpes], 1)
    )


def _cables() -> tuple[Cable, ...]:
    joins = [
        ("core-1", "trunk1", "agg-1", "up1"), ("core-2", "trunk1", "agg-1", "up2"),
        ("agg-1", "down1", "sw-admin", "up1"),
        ("core-1", "x-core2", "core-2", "x-core1"), ("core-1", "x-fw1", "fw-1", "core0"),
        ("core-2", "x-fw2", "fw-2", "core0"), ("core-1", "x-vpn", "vpn-hub", "core1"),
        ("core-2", "x-vpn", "vpn-hub", "core2"), ("sw-admin", "p01", "cpe-001", "wan0"),
        ("sw-admin", "p02", "cpe-002", "wan0"),
    ]  # fmt: skip
    joins += [(f"pc-{n:03d}", "eth0", f"cpe-{n:03d}", "lan0") for n in (*FIBER, *ADSL)]
    ends = [(fw, leg) for fw in ("fw-1", "fw-2") for leg in ("srv0", "pub0", "mgmt0", "inet0", "city0")]
    ends += [(host.name, "eth0") for host in _hosts()]
    joins += [("sw-dc", f"d{i:02d}", node, port) for i, (node, port) in enumerate(ends, 1)]
    return tuple(
        Cable(id=f"cable-{i:03d}", a=Endpoint(node=a, port=p), b=Endpoint(node=b, port=q), kind="copper")
        for i, (a, p, b, q) in enumerate(joins, 1)
    )


def _zones() -> tuple[Zone, ...]:
    rows = [
        (ZoneName.SERVER, "10.1.0.0/24", None, 10, "srv0", "10.1.0.1"),
        (ZoneName.PUBLIC, "10.2.0.0/24", None, 20, "pub0", "10.2.0.1"),
        (ZoneName.MANAGEMENT, "10.255.0.0/24", None, 30, "mgmt0", "10.255.0.1"),
        (ZoneName.INTERNET, "0.0.0.0/0", "203.0.113.0/24", 40, "inet0", "203.0.113.2"),
        (ZoneName.CITY, "10.200.0.0/16", "10.200.0.0/24", 50, "city0", "10.200.0.2"),
    ]
    return tuple(
        Zone(
            name=name,
            prefix=IPv4Network(prefix),
            segment=IPv4Network(segment) if segment else None,
            vlan=vlan,
            port=port,
            gateway=IPv4Address(gateway),
        )
        for name, prefix, segment, vlan, port, gateway in rows
    )


def _hosts() -> tuple[Host, ...]:
    def host(name: str, kind: HostKind, zone: ZoneName, address: str, gateway: str | None, **more: object) -> Host:
        return Host.model_validate(
            {"name": name, "name_zh": name, "kind": kind, "zone": zone, "address": address, "gateway": gateway, **more}
        )

    return (
        host("station", HostKind.STATION, ZoneName.MANAGEMENT, "10.255.0.10/24", "10.255.0.1"),
        host(
            "srv-infra",
            HostKind.SERVER,
            ZoneName.SERVER,
            "10.1.0.10/24",
            "10.1.0.1",
            runs=("time", "names", "logs"),
            services=("dns", "ntp", "syslog"),
        ),
        host(
            "srv-portal",
            HostKind.SERVER,
            ZoneName.SERVER,
            "10.1.0.20/24",
            "10.1.0.1",
            runs=("portal",),
            names=("portal.qinglan.internal",),
            services=("http",),
        ),
        host(
            "pub-1",
            HostKind.PUBLIC,
            ZoneName.PUBLIC,
            "10.2.0.10/24",
            "10.2.0.1",
            published=IPv4Address("203.0.113.10"),
            services=("http",),
        ),
        host("internet", HostKind.INTERNET, ZoneName.INTERNET, "203.0.113.1/24", None, services=("http",)),
        host("city-1", HostKind.CITY, ZoneName.CITY, "10.200.0.1/24", None, services=("https",)),
    )


def _services() -> tuple[Service, ...]:
    return (
        Service(name="dns", protocol="udp", ports=(53,)), Service(name="ntp", protocol="udp", ports=(123,)),
        Service(name="http", protocol="tcp", ports=(80,)), Service(name="https", protocol="tcp", ports=(443,)),
        Service(name="ssh", protocol="tcp", ports=(22,)), Service(name="snmp", protocol="udp", ports=(161,)),
        Service(name="syslog", protocol="udp", ports=(514,)), Service(name="icmp-echo", protocol="icmp"),
        Service(name="snmp-trap", protocol="udp", ports=(162,)),
    )  # fmt: skip


def _policy() -> tuple[PolicyRule, ...]:
    rows = [
        ("units", "zone:server", ("dns", "ntp", "http", "https", "icmp-echo")),
        ("browsing-units", "zone:internet", ("http", "https", "icmp-echo")),
        ("zone:internet", "host:pub-1", ("http", "https")), ("units", "zone:public", ("http", "https")),
        ("host:srv-portal", "zone:city", ("https",)), ("zone:city", "host:srv-portal", ("https",)),
        ("zone:management", "devices", ("ssh", "snmp", "icmp-echo")),
        ("devices", "host:srv-infra", ("syslog", "ntp", "dns")), ("devices", "zone:management", ("snmp-trap",)),
    ]  # fmt: skip
    return tuple(
        PolicyRule(id=f"rule-{i}", source=s, target=t, services=v, reason="测试", reason_en="test")
        for i, (s, t, v) in enumerate(rows, 1)
    )


def _plan() -> Plan:
    rows = [
        ("10.254.0.0/30", "core-1", "x-core2", "core-2", "x-core1"),
        ("10.254.0.4/30", "core-1", "x-fw1", "fw-1", "core0"),
        ("10.254.0.8/30", "core-2", "x-fw2", "fw-2", "core0"),
        ("10.254.0.12/30", "core-1", "x-vpn", "vpn-hub", "core1"),
        ("10.254.0.16/30", "core-2", "x-vpn", "vpn-hub", "core2"),
    ]
    return Plan(
        name="测试县", name_en="Test", domain="qinglan.internal", unit_lans=IPv4Network("10.21.0.0/16"),
        management=(IPv4Network("10.255.0.0/16"),), staging=IPv4Network("172.31.0.0/16"),
        tunnels=IPv4Network("100.64.0.0/16"), hub=IPv4Interface("198.51.100.2/30"),
        hub_gateway=IPv4Address("198.51.100.1"),
        transits=tuple(Transit(prefix=IPv4Network(p), a=Endpoint(node=a, port=x), b=Endpoint(node=b, port=y))
                       for p, a, x, b, y in rows),
        switch_management=(SwitchManagement(vlan=91, prefix=IPv4Network("10.255.91.0/24"), aggregation="agg-1"),),
        operator=_PERSON,
    )  # fmt: skip
