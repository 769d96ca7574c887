"""Lines of IOS and RGOS as the device keeps them: names written out, entries of access lists in their one form.

Sources: the IOS command references (interfaces, access lists) and RGOS's; both systems print well-known ports by name
and networks without their host bits, whatever was typed.
"""

import re
from ipaddress import AddressValueError, IPv4Address

from topology.twin.vendor.grammar import Refused

INVALID = "% Invalid input detected at '^' marker."
INCOMPLETE = "% Incomplete command."
_KINDS = (
    "GigabitEthernet", "TenGigabitEthernet", "TwentyFiveGigE", "FortyGigabitEthernet", "FastEthernet", "Ethernet",
    "HundredGigE", "AppGigabitEthernet", "Port-channel", "AggregatePort", "Mgmt", "Loopback", "Tunnel", "Null",
)  # fmt: skip
_NUMBER = r"\d[\d/:.]*"
_INTERFACE = re.compile(rf"int(?:e|er|erf|erfa|erfac|erface)? ([A-Za-z][A-Za-z-]*) ?({_NUMBER})", re.ASCII)
_REFERS = re.compile(
    r"((?:^|[ -])(?:interface|source|source-interface|trap-source|passive-interface) )"
    rf"([A-Za-z][A-Za-z-]*) ?({_NUMBER})"
)
_FREE_TEXT = re.compile(
    r"(description|banner \S+|remark|\d+ remark|name|snmp-server (location|contact)|.*\bpassword|.*\bsecret)\b"
)
_PORTS = {
    "tcp": {21: "ftp", 23: "telnet", 25: "smtp", 49: "tacacs", 53: "domain", 80: "www", 110: "pop3", 179: "bgp"},
    "udp": {53: "domain", 67: "bootps", 68: "bootpc", 69: "tftp", 123: "ntp", 161: "snmp", 162: "snmptrap",
            500: "isakmp", 514: "syslog", 520: "rip", 4500: "non500-isakmp"},
}  # fmt: skip
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "50": "esp", "89": "ospf"}


def free(line: str) -> bool:
    """Whether a line ends in words that are nobody's but the person's."""
    return _FREE_TEXT.match(line) is not None


def joined(line: str) -> str:
    """Return a line with one space between words, but free text as it is."""
    return line.strip() if free(line) else re.sub(r"\s+", " ", line.strip())


def kind(typed: str, svi: str) -> str | None:
    """Return the kind of interface that a perhaps shortened word means; `svi` is what VLAN interfaces are called."""
    kinds = (*_KINDS, svi)
    exact = next((k for k in kinds if k.lower() == typed.lower()), None)
    return exact or next((k for k in kinds if k.lower().startswith(typed.lower())), None)


def named(line: str, svi: str, spaced: bool) -> str:
    """Return a line with the names of interfaces written out as the platform prints them."""
    gap = " " if spaced else ""
    if match := _INTERFACE.fullmatch(line):
        found = kind(match[1], svi)
        return f"interface {found}{gap}{match[2]}" if found else line

    def whole(match: re.Match[str]) -> str:
        found = kind(match[2], svi)
        return f"{match[1]}{found}{gap}{match[3]}" if found else match[0]

    if free(line):
        return line
    return re.sub(r"\b[Nn]ull ?0\b", f"Null{gap}0", _REFERS.sub(whole, line))


def entry(text: str) -> str:
    """Return an entry of an access list, without its number, as it is kept."""
    words = text.split()
    if len(words) > 1 and words[1] in _PROTOCOLS:
        words[1] = _PROTOCOLS[words[1]]
    kept, rest, names = words[:2], words[2:], _PORTS.get(words[1] if len(words) > 1 else "", {})
    while rest:
        if len(rest) > 1 and _address(rest[0]) is not None and _address(rest[1]) is not None:
            kept += _network(*rest[:2])
            rest = rest[2:]
        elif rest[0] in ("host", "any"):
            kept += rest[: 1 if rest[0] == "any" else 2]
            rest = rest[1 if rest[0] == "any" else 2 :]
        else:
            kept.append(names.get(int(rest[0]), rest[0]) if rest[0].isdecimal() else rest[0])
            rest = rest[1:]
    return " ".join(kept)


def _address(text: str) -> int | None:
    try:
        return int(IPv4Address(text))
    except AddressValueError:
        return None


def _network(address: str, wildcard: str) -> list[str]:
    wild = _address(wildcard) or 0
    if wild == 0xFFFFFFFF:
        return ["any"]
    if wild == 0:
        return ["host", address]
    return [str(IPv4Address((_address(address) or 0) & ~wild & 0xFFFFFFFF)), wildcard]


def vlans(text: str) -> set[int]:
    """Return the VLANs of a list like `10,20-30`. Raises Refused for one that is none."""
    found: set[int] = set()
    if not re.fullmatch(r"\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*", text, re.ASCII):
        raise Refused("Command rejected: Bad VLAN list")
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", text):
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= 4094:
            raise Refused("Command rejected: Bad VLAN list")
        found |= set(range(low, high + 1))
    return found


def spelled(found: set[int]) -> str:
    """Return VLANs as they are listed: `10,20-22,30,31`."""
    runs: list[list[int]] = []
    for number in sorted(found):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{a}-{b}" if b > a + 1 else f"{a},{b}" if b > a else f"{a}" for a, b in runs)


def lines_of(start: str, again: str, text: str, width: int = 20) -> list[str]:
    """Return a list of VLANs on as many lines as it takes: the first with one beginning, the others with another."""
    items = text.split(",")
    parts = [",".join(items[n : n + width]) for n in range(0, len(items), width)]
    return [f"{start} {parts[0]}", *(f"{again} {part}" for part in parts[1:])]
