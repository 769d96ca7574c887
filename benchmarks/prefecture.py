"""Writes a county of thousands of units, as one prefecture would have: for the figures of `benchmarks/inventory.py`.

Its center (plan, zones, hosts, policy) is the example's; around it stand aggregation and building switches, fiber and
ADSL units with line, CPE, terminal, milestones, seal and certificate. It is valid: no error refuses it.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

from inventory.create import EXAMPLE

AGGREGATIONS = 100
CENTER = 6
_PORTS = 90


def write(folder: Path, units: int = 3_000, devices: int = 10_000) -> None:
    """Write the files of a county with so many units and devices into a folder."""
    switches = devices - units - CENTER - AGGREGATIONS
    fiber = units // 3
    for name in ("hosts.yml", "policy.yml"):
        (folder / name).write_text((EXAMPLE / name).read_text("utf-8"), "utf-8")
    sections = {
        "county.yml": _county(),
        "buildings.yml": _buildings(units, fiber),
        "units.yml": _units(units, fiber),
        "devices.yml": _devices(units, fiber, switches),
        "cables.yml": _cables(units, fiber, switches),
        "circuits.yml": _circuits(units, fiber),
        "papers.yml": _papers(units),
    }
    for name, lines in sections.items():
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")


def _address(first: str, step: int) -> IPv4Address:
    return IPv4Address(first) + step


def _county() -> Iterator[str]:
    text = (EXAMPLE / "county.yml").read_text("utf-8")
    head, rest = text.split("  switch_management:\n", 1)
    changed = {
        "unit_lans: 10.21.0.0/16": "unit_lans: 10.32.0.0/11",
        "- 10.255.0.0/16": "- 10.240.0.0/13\n    - 10.255.0.0/16",
        "staging: 172.31.0.0/16": "staging: 172.16.0.0/12",
    }
    for old, new in changed.items():
        head = head.replace(old, new)
    yield head + "  switch_management:"
    for a in range(1, AGGREGATIONS + 1):
        yield f"    - {{vlan: {3900 + a}, prefix: 10.241.{a}.0/24, aggregation: agg-{a}}}"
    yield rest[rest.index("\nzones:") :]


def _building(unit: int, fiber: int) -> str:
    return f"b{_aggregation(unit)}" if unit <= fiber else f"t{unit}"


def _aggregation(switch: int) -> int:
    return (switch - 1) % AGGREGATIONS + 1


def _buildings(units: int, fiber: int) -> Iterator[str]:
    yield "buildings:"
    yield "  - {id: admin, name: 中心, name_en: Center, latitude: 30.3, longitude: 118.2, access: fiber}"
    places = [(f"b{a}", "fiber") for a in range(1, AGGREGATIONS + 1)]
    places += [(f"t{unit}", "adsl") for unit in range(fiber + 1, units + 1)]
    for i, (name, access) in enumerate(places):
        north, east = 30 + i % 97 / 100, 118 + i // 97 / 100
        yield (
            f"  - {{id: {name}, name: 楼 {name}, name_en: Building {name}, "
            f"latitude: {north:.4f}, longitude: {east:.4f}, access: {access}}}"
        )


def _units(units: int, fiber: int) -> Iterator[str]:
    yield "units:"
    for n in range(1, units + 1):
        lan = _address("10.32.0.0", 256 * n)
        yield f"""  - id: u{n}
    number: {n}
    name: 单位 {n}
    name_en: Unit {n}
    kind: institution
    building: {_building(n, fiber)}
    leader: {{name: 领导{n}, title: 副局长, telephone: 0609-{3_000_000 + n}}}
    officer: {{name: 信息员{n}, title: 信息员, telephone: 169{10_000_000 + n}}}
    lan: {lan}/24
    lan6: fdc3:7e1a:94d2:{n:x}::/64
    terminals:
      - {{name: pc-{n}, mac: 02:00:00:{n >> 8:02x}:{n & 255:02x}:0a, address: {lan + 10}}}
    connected_on: 2026-03-02
    milestones:
      - {{phase: survey, done: 2025-10-13}}
      - {{phase: line, done: 2026-02-10}}
      - {{phase: connect, planned: 2026-03-02, done: 2026-03-02}}"""


def _device(name: str, role: str, building: str, place: int, management: object, ports: str, unit: str = "") -> str:
    return f"""  - name: {name}
    role: {role}
    platform: linux
    make: 云岭网络
    model: YL
    serial: S{place:06d}
    building: {building}{unit and f"{chr(10)}    unit: {unit}"}
    management: {management}
    staging: {_address("172.16.1.0", place)}
    ports: [{ports}]"""


def _numbered(name: str, count: int) -> str:
    return ", ".join(f"{name}{i}" for i in range(1, count + 1))


def _devices(units: int, fiber: int, switches: int) -> Iterator[str]:
    trunks, fire = _numbered("trunk", AGGREGATIONS), "core0, srv0, pub0, mgmt0, inet0, city0"
    center = (
        ("core-1", "core", f"{trunks}, x-core2, x-fw1, x-vpn"),
        ("core-2", "core", f"{trunks}, x-core1, x-fw2, x-vpn"),
        ("fw-1", "firewall", fire),
        ("fw-2", "firewall", fire),
        ("vpn-hub", "vpn-hub", "wan0, core1, core2, aux0"),
    )
    yield "devices:"
    for i, (name, role, ports) in enumerate(center, 1):
        yield _device(name, role, "admin", i, f"10.255.1.{i}", ports)
    yield _device("sw-dc", "datacenter", "admin", CENTER, "10.255.0.20", ", ".join(f"p{i:02d}" for i in range(1, 25)))
    downs = _numbered("down", _PORTS)
    for a in range(1, AGGREGATIONS + 1):
        yield _device(f"agg-{a}", "aggregation", f"b{a}", 100 + a, f"10.241.{a}.5", f"up1, up2, {downs}")
    for s in range(1, switches + 1):
        a, k = _aggregation(s), (s - 1) // AGGREGATIONS
        yield _device(f"sw-{s}", "building", f"b{a}", 1000 + s, f"10.241.{a}.{10 + k}", "up1, p1, p2, p3, p4")
    for n in range(1, units + 1):
        uplink = "wan0" if n <= fiber else "dsl0"
        management = _address("10.242.0.0", n)
        place = 20_000 + n
        yield _device(f"cpe-{n}", "cpe", _building(n, fiber), place, management, f"{uplink}, lan0, lan1", f"u{n}")


def _cables(units: int, fiber: int, switches: int) -> Iterator[str]:
    center = (EXAMPLE / "cables.yml").read_text("utf-8")
    yield center[center.index("cables:") : center.index("  # Office buildings")].rstrip()
    for a in range(1, AGGREGATIONS + 1):
        for core in (1, 2):
            yield f"  - {{id: agg-{a}-up{core}, a: agg-{a}:up{core}, b: core-{core}:trunk{a}, kind: fiber}}"
    for s in range(1, switches + 1):
        a, k = _aggregation(s), (s - 1) // AGGREGATIONS + 1
        yield f"  - {{id: up-{s}, a: agg-{a}:down{k}, b: sw-{s}:up1, kind: fiber}}"
    for n in range(1, units + 1):
        if n <= fiber:
            yield f"  - {{id: c-cpe-{n}, a: sw-{n}:p1, b: cpe-{n}:wan0, kind: copper}}"
        yield f"  - {{id: c-pc-{n}, a: cpe-{n}:lan0, b: pc-{n}:eth0, kind: copper}}"


def _circuits(units: int, fiber: int) -> Iterator[str]:
    yield "circuits:"
    for n in range(1, units + 1):
        is_fiber = n <= fiber
        vlan = f"\n    vlan: {100 + n}" if is_fiber else ""
        link = f"{_address('10.20.0.0', 8 * n)}/29" if is_fiber else f"{_address('100.64.0.0', 4 * n)}/30"
        yield f"""  - id: line-{n}
    unit: u{n}
    access: {"fiber" if is_fiber else "adsl"}
    contract: Q-{n}
    rent: {900 if is_fiber else 180}
    down_kbps: 10240
    up_kbps: {10240 if is_fiber else 512}
    availability: 99.9
    repair_hours: 4{vlan}
    link: {link}
    link6: fdc3:7e1a:94d2:fffe::{4 * n:x}/126"""


def _papers(units: int) -> Iterator[str]:
    yield "contracts:"
    yield (
        "  - {number: Q-, supplier: 电信局, subject: 专线, subject_en: Lines, "
        "signed_on: 2026-01-20, begins: 2026-03-01, ends: 2029-02-28}"
    )
    yield "seals:"
    for n in range(1, units + 1):
        yield f"  - {{id: seal-{n}, unit: u{n}, name: 印章 {n}, number: N{n}, keeper: 信息员{n}}}"
    yield "certificates:"
    for n in range(1, units + 1):
        yield (
            f"  - {{id: cert-{n}, unit: u{n}, holder: 单位 {n}, serial: {n:08x}, "
            "issued_on: 2026-02-24, expires_on: 2031-02-24}"
        )
