"""What devices print of their surroundings, read: Linux as the twin's devices print it, vendors as the world has it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from countynet.surroundings import Table
from playbooks.surroundings import linux, vendors
from playbooks.surroundings.reading import of_vendor
from tests.unit.topology.small_county import small_county

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SAID = """#### own
2: lan0@if7: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP \\    link/ether 4e:6d:00:00:00:01 brd ff:ff:ff:ff:ff:ff
#### arp
10.21.2.77 dev lan0 lladdr 02:00:0a:15:1b:0a  ref 1 used 3/3/3probes 1 REACHABLE
10.21.27.66 dev lan0 lladdr 00:1e:c9:00:00:66  used 9/69/9probes 0 STALE
10.21.27.67 dev lan0  used 9/69/9probes 3 FAILED
fe80::1 dev lan0 lladdr 00:1e:c9:00:00:66  used 9/69/9probes 0 STALE
#### fdb
02:00:0a:15:1b:0a dev p1 vlan 7 used 12/40 master br0
02:00:0a:15:1b:0b dev p1 used 12/40 master br0 permanent
33:33:00:00:00:01 dev p1 self permanent
#### ovs
 port  VLAN  MAC                Age
    4   109  72:aa:1d:c0:98:15    4
LOCAL     0  4e:6d:00:00:00:01    1
    9     1  72:aa:1d:c0:98:16    4
#### ofports
4,trunk1
65534,br0
#### leases
1764150000 50:C7:BF:00:00:01 10.21.1.50 TL-WR886N 01:50:c7:bf:00:00:01
#### dhcpd
lease 10.21.1.51 {
  starts 4 2026/11/26 08:00:00;
  ends 4 2026/11/26 20:00:00;
  binding state active;
  hardware ethernet 00:1e:c9:00:00:51;
  client-hostname "office-pc";
  set vendor-class-identifier = "MSFT 5.0";
}
lease 10.21.1.52 {
  ends 4 2026/11/26 08:59:00;
  binding state active;
  hardware ethernet 00:1e:c9:00:00:52;
}
#### lldp
{"lldp":[{"interface":[{"name":"p03","chassis":[{"id":[{"type":"mac","value":"d8:0d:17:00:00:01"}],
"name":[{"value":"TL-SG108"}],"descr":[{"value":"switch"}],"capability":[{"type":"Router","enabled":true}]}]}]}]}
#### sessions
ipv4     2 udp      17 29 src=10.21.25.10 dst=203.0.113.9 sport=34502 dport=51820 [UNREPLIED] src=203.0.113.9 dst=10.21.25.10 sport=51820 dport=34502 mark=0 zone=0 use=2
ipv4     2 tcp      6 431999 ESTABLISHED src=10.21.1.10 dst=198.51.100.9 sport=40000 dport=1723 packets=9 bytes=900 src=198.51.100.9 dst=203.0.113.2 sport=1723 dport=40000 packets=8 bytes=800 [ASSURED] mark=0 delta-time=7200 use=1
ipv4     2 unknown  47 179 src=10.21.1.10 dst=198.51.100.9 src=198.51.100.9 dst=203.0.113.2 mark=0 use=1
ipv6     10 udp     17 29 src=fe80::1 dst=ff02::fb sport=5353 dport=5353 [UNREPLIED] src=ff02::fb dst=fe80::1
nonsense
#### end
"""  # noqa: E501
CASES = Path(__file__).parents[5] / "shared" / "cases" / "ntc-templates" / "tests"
USG = """ Current Total Sessions : 2
 udp  VPN: public --> public  ID: c487f4f01b2e0d82e4a5b1f3c1
 Zone: trust --> untrust  TTL: 00:02:00  Left: 00:01:58
 Recv Interface: GigabitEthernet1/0/1
 Interface: GigabitEthernet1/0/2  NextHop: 203.0.113.1  MAC: 00e0-fc12-3456
 <--packets: 22 bytes: 3300 --> packets: 25 bytes: 4100
 10.21.1.10:50123[203.0.113.2:2050] --> 198.51.100.9:51820 PolicyName: browse
 gre  VPN: public --> public  ID: c487f4f01b2e0d82e4a5b1f3c2
 Zone: trust --> untrust  TTL: 00:10:00  Left: 00:09:58
 <--packets: 0 bytes: 0 --> packets: 25 bytes: 4100
 10.21.1.11 --> 198.51.100.10 PolicyName: browse
"""
"""as `display firewall session table verbose` of the USG6000 command reference prints it"""
H3C = """Slot 1:
Initiator:
  Source      IP/port: 10.21.1.10/1234
  Destination IP/port: 198.51.100.9/1701
  VPN instance/VLAN ID/Inline ID: -/-/-
  Protocol: UDP(17)
Responder:
  Source      IP/port: 198.51.100.9/1701
State: UDP_READY
Initiator->Responder:           12 packets       1200 bytes
Responder->Initiator:           10 packets       1000 bytes
"""


def test_a_linux_device_is_read_whole() -> None:
    said = linux.parts(SAID)
    rows = list(linux.rows("cpe", said, NOW))
    assert [(r.table, r.port, r.mac, r.address, r.vlan) for r in rows] == [
        (Table.ARP, "lan0", "02:00:0a:15:1b:0a", "10.21.2.77", None),
        (Table.ARP, "lan0", "00:1e:c9:00:00:66", "10.21.27.66", None),
        (Table.FDB, "p1", "02:00:0a:15:1b:0a", "", 7),
        (Table.FDB, "trunk1", "72:aa:1d:c0:98:15", "", 109),
        (Table.DHCP, "", "50:c7:bf:00:00:01", "10.21.1.50", None),
        (Table.DHCP, "", "00:1e:c9:00:00:51", "10.21.1.51", None),
        (Table.LLDP, "p03", "d8:0d:17:00:00:01", "", None),
    ]
    assert [NOW - r.last for r in rows if r.last] == [timedelta(seconds=s) for s in (3, 9, 40, 4)]
    assert [(r.name, r.says) for r in rows[4:]] == [
        ("TL-WR886N", ""), ("office-pc", "MSFT 5.0"), ("TL-SG108", "Router switch")
    ]  # fmt: skip
    assert linux.own("cpe", said) == {"4e:6d:00:00:00:01": "cpe:lan0"}


def test_connection_tracking_is_read_as_whoever_began_it_meant_it() -> None:
    found = list(linux.flows("fw-1", linux.parts(SAID)))
    assert [(f.source, f.destination, f.protocol, f.port, f.answered, f.bytes, f.seconds) for f in found] == [
        ("10.21.25.10", "203.0.113.9", 17, 51820, False, None, None),
        ("10.21.1.10", "198.51.100.9", 6, 1723, True, 1700, 7200),
        ("10.21.1.10", "198.51.100.9", 47, 0, True, None, None),
    ]


@pytest.mark.parametrize(
    "text", ["", "#### lldp\nnot json\n#### end\n", '#### lldp\n{"lldp": 7}\n', "#### arp\nx y z\n"]
)
def test_a_device_that_says_little_or_nonsense_has_no_rows(text: str) -> None:
    assert list(linux.rows("cpe", linux.parts(text), NOW)) == []


def test_sessions_of_a_usg_and_of_an_h3c_firewall() -> None:
    usg = [(f.source, f.destination, f.protocol, f.port, f.answered, f.bytes) for f in vendors.usg("fw", USG)]
    assert usg == [
        ("10.21.1.10", "198.51.100.9", 17, 51820, True, 7400),
        ("10.21.1.11", "198.51.100.10", 47, 0, False, 4100),
    ]
    h3c = [(f.source, f.destination, f.protocol, f.port, f.answered, f.bytes) for f in vendors.h3c("fw", H3C)]
    assert h3c == [("10.21.1.10", "198.51.100.9", 17, 1701, True, 2200)]


def test_a_vendor_that_does_not_know_a_command_was_not_asked_for_that_table() -> None:
    device = small_county().device_by_name["fw-1"].model_copy(update={"platform": "huawei_vrp"})
    said = {
        "display arp": "10.1.0.1  00e0-fc00-0001   I -  GE0/0/1\n10.1.0.9  00e0-fc00-0009  20  D-0  GE0/0/1\n",
        "display mac-address": "00e0-fc00-0009 10/-    GE0/0/2   dynamic\n00e0-fc00-0008 10/-  GE0/0/3  static\n",
        "display firewall session table verbose": USG,
    }
    found = of_vendor(device, lambda line: said.get(line, "                ^\nError: Unrecognized command"))
    assert found.asked == {("fw-1", table) for table in (Table.ARP, Table.FDB, Table.SESSIONS)}
    assert [(r.table, r.port, r.mac, r.vlan) for r in found.rows] == [
        (Table.FDB, "GE0/0/2", "00:e0:fc:00:00:09", 10), (Table.ARP, "GE0/0/1", "00:e0:fc:00:00:09", None)
    ]  # fmt: skip
    assert found.own == {"00:e0:fc:00:00:01": "fw-1:GE0/0/1"}
    assert len(found.flows) == 2


@pytest.mark.skipif(not CASES.exists(), reason=f"the public cases are not at {CASES}")
@pytest.mark.parametrize(
    ("folder", "table", "count"),
    [
        ("huawei_vrp/display_mac-address", Table.FDB, 2),
        ("huawei_vrp/display_arp_all", Table.ARP, 165),
        ("huawei_vrp/display_arp_brief", Table.ARP, 1),
        ("hp_comware/display_mac-address", Table.FDB, 4),
        ("hp_comware/display_arp", Table.ARP, 3),
        ("hp_comware/display_lldp_neighbor-information_list", Table.LLDP, 7),
    ],
)
def test_the_worlds_devices_are_read(folder: str, table: Table, count: int) -> None:
    rows, read = [], 0
    for file in sorted((CASES / folder).glob("*.raw")):
        rows += list(vendors.rows("d", table, file.read_text(encoding="utf-8", errors="replace")))
        read += 1
    assert read
    assert len(rows) == count
    assert all(row.port for row in rows)
    assert all(re.fullmatch("([0-9a-f]{2}:){5}[0-9a-f]{2}", row.mac) for row in rows if row.mac)
