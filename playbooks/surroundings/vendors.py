"""What vendors' devices print of their surroundings. Pure.

Sources: the command references of Huawei S and AR (`display mac-address`, `display arp`, `display dhcp snooping
user-bind all`, `display lldp neighbor brief`), USG6000 (`display firewall session table verbose`), H3C S and MSR
(`display mac-address`, `display arp`, `display dhcp snooping binding`, `display session table ipv4 verbose`), Cisco and
Ruijie (`show mac address-table`, `show arp`, `show ip dhcp snooping binding`). Columns differ by model and release, so
a row is known by what stands in it: a hardware address as the maker writes it, a port's name, an IP address. A device's
own entries and static ones are left out. A line that is no row is no error: these tables have heads and sums.
"""

import re
from collections.abc import Iterator, Mapping

from countynet.surroundings import Flow, Row, Table

_MAC = re.compile(
    r"\b([0-9a-fA-F]{4})[-.]([0-9a-fA-F]{4})[-.]([0-9a-fA-F]{4})\b|\b((?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})\b"
)
_ADDRESS = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])")
_PORT = re.compile(
    r"(?<![\w/-])((?:M-GE|MEth|MGE|Wlan-Bss|WLAN-BSS|VE|GE|XGE|XGigabitEthernet|GigabitEthernet|Gi|Te|TenGigabitEthernet|Ten-GigabitEthernet|10GE|25GE|40GE|"
    r"100GE|MultiGE|FastEthernet|Fa|Ethernet|Eth|Eth-Trunk|BAGG|Bridge-Aggregation|Port-channel|Po|AggregatePort|Ag|"
    r"Vlanif|Vlan-interface|Vlan|VLAN|Route-Aggregation|RAGG)[ -]?\d+(?:[/.]\d+)*)(?![\w/])"
)
_INTERFACE = re.compile(r"\sI\s+-\s|^Internet\s+\S+\s+-\s")
_OWN = re.compile(rf"(?i)\b(static|blackhole|security-static|self|cpu|local|interface)\b|{_INTERFACE.pattern}")
_TUNNEL_PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "gre": 47, "esp": 50}

Question = tuple[Table, str]
QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "huawei_vrp": (
        (Table.FDB, "display mac-address"),
        (Table.ARP, "display arp"),
        (Table.DHCP, "display dhcp snooping user-bind all"),
        (Table.LLDP, "display lldp neighbor brief"),
    ),
    "h3c_comware": (
        (Table.FDB, "display mac-address"),
        (Table.ARP, "display arp"),
        (Table.DHCP, "display dhcp snooping binding"),
        (Table.LLDP, "display lldp neighbor-information list"),
    ),
    "cisco_ios": (
        (Table.FDB, "show mac address-table"),
        (Table.ARP, "show ip arp"),
        (Table.DHCP, "show ip dhcp snooping binding"),
        (Table.LLDP, "show lldp neighbors"),
    ),
    "ruijie": (
        (Table.FDB, "show mac-address-table"),
        (Table.ARP, "show arp"),
        (Table.DHCP, "show ip dhcp snooping binding"),
        (Table.LLDP, "show lldp neighbors"),
    ),
}
SESSIONS: Mapping[str, str] = {
    "huawei_vrp": "display firewall session table verbose",
    "h3c_comware": "display session table ipv4 verbose",
}
"""asked of firewalls only"""
_REFUSED = re.compile(r"(?im)^\s*(\^|% ?(invalid|unrecognized|incomplete|unknown)|error: )")


def refused(text: str) -> bool:
    """Whether a device did not know the command."""
    return bool(_REFUSED.search(text))


def rows(device: str, table: Table, text: str) -> Iterator[Row]:
    """Yield the rows of a table."""
    for line in text.splitlines():
        mac, port = _mac(line), _PORT.search(line)
        if table is Table.LLDP:
            if port and " has " not in line:
                yield _heard(device, port[1], line, mac)
        elif mac and not _OWN.search(line) and (port or table is Table.DHCP):
            address = _ADDRESS.search(line) if table is not Table.FDB else None
            if table is Table.FDB or address:
                yield Row(device, port[1].replace(" ", "") if port else "", table, mac, address[1] if address else "",
                          _vlan(line, table, mac), line=line.strip())  # fmt: skip


def _heard(device: str, port: str, line: str, mac: str) -> Row:
    words = [word for word in line.split() if word != port]
    name = next((w for w in words if not (_MAC.fullmatch(w) or _PORT.fullmatch(w) or w.isdigit())), "")
    return Row(device, port, Table.LLDP, mac, name=name, says=" ".join(words), line=line.strip())


def own(device: str, text: str) -> dict[str, str]:
    """Return a device's own hardware addresses by its ARP table (Huawei's type `I`, Cisco's age `-`)."""
    found = dict[str, str]()
    for line in text.splitlines():
        mac, port = _mac(line), _PORT.search(line)
        if mac and port and _INTERFACE.search(line):
            found.setdefault(mac, f"{device}:{port[1]}")
    return found


def _mac(line: str) -> str:
    match = _MAC.search(line)
    if match is None:
        return ""
    digits = (match[4].replace(":", "") if match[4] else match[1] + match[2] + match[3]).lower()
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))


def _vlan(line: str, table: Table, mac: str) -> int | None:
    """Return the VLAN of a forwarding row: the number nearest to the address, before it or behind it."""
    if table is not Table.FDB:
        return None
    match = _MAC.search(line)
    assert match is not None
    before, behind = line[: match.start()].split(), line[match.end() :].split()
    for word in (*behind[:1], *before[-1:]):
        number = word.split("/")[0].strip("*+")
        if number.isdigit() and 1 <= int(number) <= 4094:
            return int(number)
    return None


_USG = re.compile(r"(?m)^\s*(\w[\w-]*)\s+VPN:.*?(?=^\s*\w[\w-]*\s+VPN:|\Z)", re.DOTALL)
_PAIR = re.compile(r"(\d+\.\d+\.\d+\.\d+)(?::(\d+))?(?:\[[^\]]*\])?\s*-+>\s*(\d+\.\d+\.\d+\.\d+)(?::(\d+))?")
_BYTES = re.compile(r"bytes:\s*(\d+)")


def usg(device: str, text: str) -> Iterator[Flow]:
    """Yield the sessions of `display firewall session table verbose`."""
    for found in _USG.finditer(text):
        whole, pair = found[0], _PAIR.search(found[0])
        if pair is None:
            continue
        protocol = re.search(r"(?i)\bProtocol:\s*(\w+)", whole)
        number = _TUNNEL_PROTOCOLS.get((protocol[1] if protocol else found[1]).lower())
        if number is None:
            number = 6 if "tcp" in whole.lower() else 17
        sizes = [int(size) for size in _BYTES.findall(whole)]
        line = " ".join(whole.split())[:400]
        yield Flow(device, pair[1], pair[3], number, int(pair[4] or 0), len(sizes) < 2 or all(sizes),
                   sum(sizes) if sizes else None, line=line)  # fmt: skip


_H3C = re.compile(r"(?ms)^\s*Initiator:(.*?)(?=^\s*Initiator:|\Z)")


def h3c(device: str, text: str) -> Iterator[Flow]:
    """Yield the sessions of `display session table ipv4 verbose`."""
    for found in _H3C.finditer(text):
        whole = found[1]
        source = re.search(r"Source\s+IP/port:\s*([\d.]+)/(\d+)", whole)
        target = re.search(r"Destination\s+IP/port:\s*([\d.]+)/(\d+)", whole)
        protocol = re.search(r"Protocol:\s*(\w+)(?:\((\d+)\))?", whole)
        if source is None or target is None or protocol is None:
            continue
        number = int(protocol[2]) if protocol[2] else _TUNNEL_PROTOCOLS.get(protocol[1].lower(), 0)
        sizes = [int(size) for size in re.findall(r"(\d+) bytes", whole)]
        yield Flow(device, source[1], target[1], number, int(target[2]), len(sizes) < 2 or all(sizes),
                   sum(sizes) if sizes else None, line=" ".join(whole.split())[:400])  # fmt: skip
