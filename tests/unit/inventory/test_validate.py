"""Every cross check finds its mistake in the file, at the line, and finds nothing else wrong."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from inventory import subset
from inventory.model import County
from inventory.validate import findings
from tests.unit.inventory.broken import change, line_of, places, problems


@dataclass(frozen=True)
class Case:
    """A mistake: what is replaced in a file, the text of the line that must be named, and what must be said there."""

    file: str
    old: str
    new: str
    at: str
    message: str
    in_file: str = ""
    """where the line is, if not in the file that was changed"""


NOT_CABLED = "{terminal} is not cabled to a LAN port of its unit's CPE: {ports}"
NO_MAC = "{mac} is no computer's own address: it is a group's, or nobody's"
DEVICE_002 = "management: 10.255.16.2\n    staging: 172.31.16.2\n    ports: [{}]"
UNIT_120 = "    name: 沙洲乡人民政府"
CASES = {
    "duplicate unit": Case("units.yml", "id: u120", "id: u119", "id: u119", "{value} is given twice, first in {other}"),
    "duplicate number": Case(
        "units.yml",
        "    number: 2\n",
        "    number: 1\n",
        "@id: u002+1",
        "the number {value} is given twice, first in {other}",
    ),
    "duplicate terminal": Case(
        "units.yml", "{name: pc-002,", "{name: pc-001,", "@10.21.2.10", "{value} is given twice, first in {other}"
    ),
    "terminal named as a host": Case(
        "units.yml", "{name: pc-002,", "{name: srv-infra,", "@10.21.2.10", "{value} is given twice, first in {other}"
    ),
    "duplicate address": Case(
        "hosts.yml",
        "address: 10.1.0.20/24",
        "address: 10.1.0.10/24",
        "@name: srv-portal+4",
        "the address {value} is given twice, first in {other}",
    ),
    "duplicate management": Case(
        "devices.yml",
        "management: 10.255.16.2\n",
        "management: 10.255.16.1\n",
        "@name: cpe-002+8",
        "the address {value} is given twice, first in {other}",
    ),
    "duplicate staging": Case(
        "devices.yml",
        "staging: 172.31.16.2\n",
        "staging: 172.31.16.1\n",
        "@name: cpe-002+9",
        "the address {value} is given twice, first in {other}",
    ),
    "duplicate VLAN": Case(
        "circuits.yml", "vlan: 102", "vlan: 101", "@id: line-002+9", "VLAN {vlan} is used already, by {other}"
    ),
    "VLAN of a zone": Case(
        "circuits.yml", "vlan: 102", "vlan: 10", "vlan: 10\n", "VLAN {vlan} is used already, by {other}"
    ),
    "VLAN on two aggregation switches": Case(
        "circuits.yml",
        "vlan: 115",
        "vlan: 101",
        "@id: line-015+9",
        "VLAN {vlan} is used on two aggregation switches: {all}",
    ),
    "building switch on two aggregation switches": Case(
        "cables.yml",
        "a: sw-admin:p01, b: cpe-001:wan0, kind: copper}",
        "a: sw-admin:p01, b: cpe-001:wan0, kind: copper}\n"
        "  - {id: cable-loop, a: agg-2:down2, b: sw-admin:p20, kind: fiber}",
        "name: sw-admin",
        "{node} must be cabled to one aggregation switch, and is to {count}: {all}",
        "devices.yml",
    ),
    "port used twice": Case(
        "cables.yml",
        "a: sw-admin:p02",
        "a: sw-admin:p01",
        "cable-cpe-002",
        "the port {port} is in use already, by {cable}",
    ),
    "port that does not exist": Case(
        "cables.yml", "a: sw-admin:p02", "a: sw-admin:p21", "sw-admin:p21", "{node} has no port {port}; it has: {ports}"
    ),
    "cable to nobody": Case(
        "cables.yml", "a: sw-admin:p02", "a: sw-nobody:p02", "sw-nobody", "nothing is named {node}"
    ),
    "cable into the staging port": Case(
        "devices.yml",
        "ports: [wan0, core1, core2, aux0]",
        "ports: [wan0, core1, core2, stg0]",
        "core2, stg0",
        "{port} is no port to list: every device has it, or a daemon makes it",
    ),
    "terminal at another unit": Case(
        "cables.yml", "a: cpe-002:lan0", "a: cpe-003:lan1", "{name: pc-002", NOT_CABLED, "units.yml"
    ),
    "terminal in no LAN port": Case(
        "cables.yml", "a: cpe-002:lan0", "a: sw-admin:p20", "{name: pc-002", NOT_CABLED, "units.yml"
    ),
    "terminal without a cable": Case(
        "cables.yml",
        "  - {id: cable-pc-002, a: cpe-002:lan0, b: pc-002:eth0, kind: copper}\n",
        "",
        "{name: pc-002",
        NOT_CABLED,
        "units.yml",
    ),
    "switch in a LAN port": Case(
        "cables.yml",
        "b: pc-002:eth0, kind: copper}",
        "b: pc-002:eth0, kind: copper}\n  - {id: cable-loop, a: sw-admin:p20, b: cpe-002:lan1, kind: copper}",
        "cable-loop",
        "{port} is a port for the unit's computers, but the device {node} is cabled to it",
    ),
    "two LANs joined": Case(
        "cables.yml",
        "b: pc-002:eth0, kind: copper}",
        "b: pc-002:eth0, kind: copper}\n  - {id: cable-loop, a: cpe-003:lan1, b: cpe-002:lan1, kind: copper}",
        "cable-loop",
        "{port} is a port for the unit's computers, but the device {node} is cabled to it",
    ),
    "CPE without a LAN port": Case(
        "devices.yml",
        DEVICE_002.format("wan0, lan0, lan1"),
        DEVICE_002.format("wan0, eth1"),
        "wan0, eth1",
        "{cpe} needs a port {port} for its line or LAN",
    ),
    "hardware address of a group": Case(
        "units.yml", "address: 10.21.2.10}", "address: 10.21.2.10, mac: '01:00:5e:00:00:01'}", "01:00:5e", NO_MAC
    ),
    "hardware address of nobody": Case(
        "units.yml", "address: 10.21.2.10}", "address: 10.21.2.10, mac: '00:00:00:00:00:00'}", "00:00:00", NO_MAC
    ),
    "terminal outside its LAN": Case(
        "units.yml", "address: 10.21.2.10}", "address: 10.21.3.11}", "10.21.3.11", "{address} lies outside of {network}"
    ),
    "terminal at the gateway": Case(
        "units.yml", "address: 10.21.2.10}", "address: 10.21.2.1}", "10.21.2.1}", "{address} is the gateway's address"
    ),
    "LAN outside the plan": Case(
        "units.yml", "lan: 10.21.120.0/24", "lan: 10.22.120.0/24", "10.22.120.0", "{address} lies outside of {network}"
    ),
    "LANs that overlap": Case(
        "units.yml", "lan: 10.21.120.0/24", "lan: 10.21.118.0/23", "@10.21.119.0/24", "{network} overlaps {other}"
    ),
    "management outside the plan": Case(
        "devices.yml",
        "management: 10.255.16.2\n",
        "management: 10.254.16.2\n",
        "10.254.16.2",
        "{address} lies outside of {network}",
    ),
    "management on a segment": Case(
        "devices.yml",
        "management: 10.255.16.2\n",
        "management: 10.255.0.99\n",
        "10.255.0.99",
        "{address} lies on the segment {network}; this device is managed on its loopback",
    ),
    "switch outside its segment": Case(
        "devices.yml",
        "management: 10.255.91.12",
        "management: 10.255.92.13",
        "10.255.92.13",
        "{address} lies outside of {network}, or is one of its first three, the cores'",
    ),
    "staging at the station": Case(
        "devices.yml",
        "staging: 172.31.16.2\n",
        "staging: 172.31.0.1\n",
        "172.31.0.1",
        "{address} is the management station's address",
    ),
    "host outside its zone": Case(
        "hosts.yml",
        "address: 10.2.0.10/24",
        "address: 10.3.0.10/24",
        "10.3.0.10",
        "{address} lies outside of {network}",
    ),
    "host at a firewall's address": Case(
        "hosts.yml",
        "address: 10.2.0.10/24",
        "address: 10.2.0.3/24",
        "gateway: 10.2.0.1",
        "{address} is a firewall's own address, but {name} has it",
        "county.yml",
    ),
    "published elsewhere": Case(
        "hosts.yml",
        "published: 203.0.113.10",
        "published: 203.0.114.10",
        "203.0.114.10",
        "{address} lies outside of {network}",
    ),
    "no building": Case(
        "units.yml", "building: lingjiao", "building: nowhere", "building: nowhere", "there is no such building"
    ),
    "no parent": Case("units.yml", "parent: u007", "parent: u999", "u999", "there is no such unit"),
    "its own parent": Case(
        "units.yml", UNIT_120, UNIT_120 + "\n    parent: u120", "parent: u120", "{unit} is above itself"
    ),
    "unit without a line": Case(
        "circuits.yml", "    unit: u003\n", "    unit: u004\n", "id: u003", "{unit} has no access line", "units.yml"
    ),
    "unit with two lines": Case(
        "circuits.yml",
        "    unit: u003\n",
        "    unit: u004\n",
        "id: u004",
        "{unit} has more than one access line: {all}",
        "units.yml",
    ),
    "unit without a CPE": Case(
        "devices.yml", "unit: u003\n", "unit: u004\n", "id: u003", "{unit} has no CPE", "units.yml"
    ),
    "line of nobody": Case("circuits.yml", "    unit: u003\n", "    unit: u999\n", "u999", "there is no such unit"),
    "fiber without VLAN": Case(
        "circuits.yml", "    vlan: 102\n", "", "id: line-002", "the fiber line {line} has no VLAN"
    ),
    "ADSL with VLAN": Case(
        "circuits.yml",
        "    link: 100.64.25.0/30",
        "    vlan: 125\n    link: 100.64.25.0/30",
        "vlan: 125",
        "an ADSL line has no VLAN",
    ),
    "ADSL outside the tunnels' net": Case(
        "circuits.yml",
        "link: 100.64.25.0/30",
        "link: 100.65.25.0/30",
        "100.65.25.0",
        "{address} lies outside of {network}",
    ),
    "link of the wrong size": Case(
        "circuits.yml",
        "link: 10.20.2.0/29",
        "link: 10.20.2.0/30",
        "10.20.2.0/30",
        "{network} is no /29: gateway, two cores and the CPE have an address on it",
    ),
    "fiber in a building without": Case(
        "buildings.yml",
        "name_en: Justice Building, latitude: 30.3549, longitude: 118.1953, access: fiber",
        "name_en: Justice Building, latitude: 30.3549, longitude: 118.1953, access: adsl",
        "@id: line-020+2",
        "{line} is {access}, but the building {building} has {other}",
        "circuits.yml",
    ),
    "CPE elsewhere": Case(
        "devices.yml",
        "building: lingjiao\n",
        "building: admin\n",
        "@name: cpe-119+6",
        "{cpe} stands in {building}, its unit in {other}",
    ),
    "two stations": Case(
        "hosts.yml",
        "    kind: city\n",
        "    kind: station\n",
        "@name: city-1+2",
        "there is more than one management station",
    ),
    "no station": Case(
        "hosts.yml", "    kind: station\n", "    kind: server\n", "hosts:", "there is no host of the kind station"
    ),
    "zone without a port": Case(
        "county.yml", "port: city0", "port: city1", "city1", "{node} has no port {port}; it has: {ports}"
    ),
    "transit without a cable": Case(
        "county.yml",
        "a: core-1:x-vpn, b: vpn-hub:core1",
        "a: core-1:x-vpn, b: vpn-hub:aux0",
        "aux0",
        "no cable joins the two ends of this transit",
    ),
    "transit too large": Case(
        "county.yml",
        "{prefix: 10.254.0.16/30",
        "{prefix: 10.254.1.0/24",
        "10.254.1.0",
        "{network} is no /30: a transit has two ends",
    ),
    "plan that overlaps": Case(
        "county.yml", "staging: 172.31.0.0/16", "staging: 10.0.0.0/8", "unit_lans", "{network} overlaps {other}"
    ),
    "switch management of nobody": Case(
        "county.yml", "aggregation: agg-3", "aggregation: agg-4", "agg-4", "there is no such aggregation switch"
    ),
    "selector of nothing": Case(
        "policy.yml",
        "source: browsing-units",
        "source: browsers",
        "browsers",
        "a selector is units, browsing-units, devices, unit:..., zone:... or host:...",
    ),
    "selector of nobody": Case(
        "policy.yml", "target: host:pub-1", "target: host:pub-2", "pub-2", "there is no {kind} {name}"
    ),
    "service that does not exist": Case(
        "policy.yml", "services: [snmp-trap]", "services: [snmp-trip]", "snmp-trip", "there is no such service"
    ),
    "service without ports": Case(
        "policy.yml",
        "{name: ssh, protocol: tcp, ports: [22]}",
        "{name: ssh, protocol: tcp}",
        "name: ssh",
        "the service {name} needs ports",
    ),
    "host with a service that does not exist": Case(
        "hosts.yml", "services: [snmp-trap]", "services: [snmp-trip]", "snmp-trip", "there is no such service"
    ),
    "rule into units": Case(
        "policy.yml",
        "target: zone:city\n",
        "target: units\n",
        "id: portal-city",
        "{rule} opens units, but nothing ever starts towards a unit",
    ),
    "rule from units to devices": Case(
        "policy.yml",
        "source: zone:management\n    target: devices",
        "source: units\n    target: devices",
        "id: management-devices",
        "{rule} opens devices to units or to each other",
    ),
    "rule from the Internet inwards": Case(
        "policy.yml",
        "target: host:pub-1",
        "target: zone:public",
        "id: internet-public",
        "{rule} opens to the Internet what is not published",
    ),
}


def expected_line(folder: Path, case: Case) -> int:
    """Return the line that a case names: of a text, or so many lines below the text (`@text+n`)."""
    text, _, below = case.at.strip("\n").removeprefix("@").partition("+")
    file = case.in_file or case.file
    if case.at.endswith("\n"):
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        return 1 + next(i for i, line in enumerate(lines) if line.endswith(text))
    return line_of(folder, file, text) + int(below or 0)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_cross_check(folder: Path, case: Case) -> None:
    change(folder, case.file, case.old, case.new)
    found = problems(folder)
    if case.message.startswith("{value} is given twice") and "id: u119" in case.at:
        assert case.message in {p.message for p in found}
        return
    assert (case.in_file or case.file, expected_line(folder, case)) in places(found, case.message)


def test_a_missing_device_is_told_everywhere_it_matters(folder: Path) -> None:
    text = (folder / "devices.yml").read_text(encoding="utf-8")
    start, end = text.index("  - name: vpn-hub"), text.index("  - name: sw-dc")
    (folder / "devices.yml").write_text(text[:start] + text[end:], encoding="utf-8")
    said = {p.message for p in problems(folder)}
    assert "a county has {least} to {most} devices of the role {role}, and this one has {count}" in said
    assert "nothing is named {node}" in said
    assert "{node} is no core, firewall or VPN hub" in said


@pytest.mark.parametrize("units", [1, 2, 5, 12, 60])
def test_a_subset_is_valid(county: County, units: int) -> None:
    assert not list(findings(subset(county, units)))
