"""IPv6 as packets of the proof: gaps are found with a packet, what reaches its own segment only is none."""

from ipaddress import IPv6Address, IPv6Interface, IPv6Network

from inventory.deviceconfig import DeviceConfig, StaticRoute6
from inventory.model import County
from tests.unit.topology.reach.planted import change, each, first, interface
from topology.reach.findings import Finding, Proof, Verdict
from topology.reach.verdict import prove

Configs = dict[str, DeviceConfig]
UNIT_1, UNIT_3 = "2001:db8:1::1/64", "2001:db8:3::1/64"
LINK = "2001:db8:ff:{}::{}/64"


def addressed(configs: Configs, device: str, name: str, address: str) -> Configs:
    return interface(configs, device, name, addresses6=(IPv6Interface(address),))


def routed(configs: Configs, device: str, *routes: tuple[str, str]) -> Configs:
    found = tuple(StaticRoute6(prefix=IPv6Network(to), next_hop=IPv6Address(by)) for to, by in routes)
    return change(configs, device, forwarding6=True, routes6=found)


def legs(configs: Configs, device: str, core: str) -> tuple[str, str]:
    """Return the names of a CPE's line and of its core's interface on that line."""
    for item in configs[device].interfaces:
        for other in configs[core].interfaces:
            if item.addresses and other.addresses and item.addresses[0].network == other.addresses[0].network:
                return item.name, other.name
    raise AssertionError


def lan(configs: Configs, device: str, county: County) -> str:
    unit = next(u for u in county.units if county.cpe_by_unit[u.id].name == device)
    items = configs[device].interfaces
    return next(i.name for i in items if any(a.ip in unit.lan for a in i.addresses))


def gap(configs: Configs, county: County) -> Configs:
    """Two units' CPEs and their core route IPv6; their filters judge IPv4, and let all else by."""
    configs = dict(configs)
    for number, cpe in ((1, "cpe-001"), (3, "cpe-003")):
        wan, line = legs(configs, cpe, "core-1")
        configs = addressed(configs, cpe, lan(configs, cpe, county), f"2001:db8:{number}::1/64")
        configs = addressed(configs, cpe, wan, LINK.format(number, 2))
        configs = addressed(configs, "core-1", line, LINK.format(number, 1))
        configs = routed(configs, cpe, ("::/0", f"2001:db8:ff:{number}::1"))
    hops = [(f"2001:db8:{n}::/64", f"2001:db8:ff:{n}::2") for n in (1, 3)]
    configs = routed(configs, "core-1", *hops)
    return open_to_six(configs, ["cpe-001", "cpe-003", "core-1"])


def open_to_six(configs: Configs, devices: list[str]) -> Configs:
    rule = first(name="six", sources6=(IPv6Network("2001:db8::/32"),))
    return each(devices, "forward", rule)(configs)


def of_six(proof: Proof, verdict: Verdict = Verdict.OPEN) -> list[Finding]:
    return [f for f in proof.findings if f.family == "ipv6" and f.verdict is verdict]


def test_an_ipv6_gap_is_found_with_a_packet_and_its_way(county: County, configs: Configs) -> None:
    proof = prove(county, gap(configs, county))
    assert proof.verdicts["unit:u001 > unit:u003"] is Verdict.OPEN
    found = next(f for f in of_six(proof) if (f.source, f.target) == ("unit:u001", "unit:u003"))
    assert "2001:db8:" in found.packet
    assert [step.device for step in found.path] == ["cpe-001", "core-1", "cpe-003"]
    assert {step.rule for step in found.path} == {"six"}
    assert {f.verdict for f in proof.findings if f.family == "ipv4"} == set(), "IPv4 is as it was"
    assert proof.families["ipv4"].get(Verdict.OPEN, 0) == 0
    assert proof.families["ipv6"][Verdict.OPEN] == proof.count(Verdict.OPEN) > 0
