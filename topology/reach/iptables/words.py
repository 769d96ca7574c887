"""What single words of iptables mean: addresses, ports, protocols, flags, targets. Pure.

Sources: iptables(8), iptables-extensions(8), IANA's protocol numbers. Every reader returns None for what it does not
know, and the caller keeps that word as a condition that nobody understands.
"""

from collections.abc import Callable, Iterator
from ipaddress import AddressValueError, IPv4Address, summarize_address_range

from topology.reach.iptables.rules import Action, Condition, Kind, Run, Word

PROTOCOLS = {
    "all": 0, "ip": 0, "icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "egp": 8, "igp": 9, "udp": 17, "dccp": 33,
    "ipv6": 41, "rsvp": 46, "gre": 47, "esp": 50, "ipv6-crypt": 50, "ah": 51, "ipv6-auth": 51, "icmpv6": 58,
    "ipv6-icmp": 58, "ospf": 89, "ospfigp": 89, "ipip": 94, "pim": 103, "vrrp": 112, "l2tp": 115, "sctp": 132,
    "mobility-header": 135, "udplite": 136, "mh": 135,
}  # fmt: skip
SERVICES = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "bootps": 67, "bootpc": 68,
    "tftp": 69, "http": 80, "www": 80, "kerberos": 88, "pop3": 110, "sunrpc": 111, "auth": 113, "ntp": 123,
    "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap": 143, "imap2": 143, "snmp": 161, "snmptrap": 162,
    "bgp": 179, "ldap": 389, "https": 443, "microsoft-ds": 445, "isakmp": 500, "syslog": 514, "submission": 587,
    "ldaps": 636, "imaps": 993, "pop3s": 995, "openvpn": 1194, "mysql": 3306, "rdp": 3389, "ms-wbt-server": 3389,
    "ipsec-nat-t": 4500,
}  # fmt: skip
FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ALL": 63, "NONE": 0}
ICMP_TYPES = {
    "echo-reply": 0, "pong": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
    "ping": 8, "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "ttl-exceeded": 11,
    "parameter-problem": 12, "timestamp-request": 13, "timestamp-reply": 14,
}  # fmt: skip
ANY_ICMP = 255
TARGETS = {
    "ACCEPT": Action.ACCEPT, "DROP": Action.DROP, "REJECT": Action.DROP, "RETURN": Action.RETURN,
} | dict.fromkeys(
    ("LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "CONNSECMARK", "SECMARK", "TOS", "DSCP", "ECN", "TCPMSS",
     "TCPOPTSTRIP", "CHECKSUM", "CLASSIFY", "SET", "CT", "NOTRACK", "TRACE", "AUDIT", "TTL", "HL", "RATEEST",
     "IDLETIMER", "LED", "HMARK", "TEE"),
    Action.NOTHING,
)  # fmt: skip
"""what a target does with the packet's way; of NOTHING it goes on to the next rule"""
EVERY = 2**32 - 1


def unknown(text: str) -> Condition:
    """Return the condition that stands for words nobody understands."""
    return Condition(Kind.UNKNOWN, names=(text,))


def number(text: str, names: dict[str, int], most: int) -> int | None:
    """Return a number from its digits or its name; None for others and for more than the most."""
    found = int(text) if text.isascii() and text.isdigit() else names.get(text.lower())
    return found if found is not None and found <= most else None


def word(text: str) -> Word | None:
    """Read 10.0.0.0/8, 10.0.0.1 or 10.0.0.0/255.0.255.0: an address and its mask, which may have gaps."""
    if text in ("any", "anywhere"):
        return 0, 0
    address, _, mask = text.partition("/")
    try:
        value = int(IPv4Address(address))
        if not mask or mask.isdigit():
            length = int(mask or 32)
            if length > 32:
                return None
            bits = EVERY << (32 - length) & EVERY
        else:
            bits = int(IPv4Address(mask))
    except AddressValueError:
        return None
    return value & bits, bits


def between(text: str) -> tuple[Word, ...] | None:
    """Read 10.0.0.1-10.0.0.9 as addresses and masks."""
    low, _, high = text.partition("-")
    try:
        first, last = IPv4Address(low), IPv4Address(high or low)
        return tuple((int(n.network_address), int(n.netmask)) for n in summarize_address_range(first, last))
    except ValueError:
        return None


def addresses(kind: Kind, text: str, reads: Callable[[str], Word | None] = word) -> Condition:
    """Read a list of addresses with commas; 0.0.0.0/0 is kept as such."""
    found = [reads(part) for part in text.split(",")]
    words = tuple(w for w in found if w is not None)
    return Condition(kind, words=words) if len(words) == len(found) else unknown(f"{kind} {text}")


def ports(kind: Kind, text: str) -> Condition:
    """Read a list of ports and runs, as 22,80:90,1024: or ssh."""
    runs = [_run(part) for part in text.split(",")]
    known = tuple(r for r in runs if r is not None)
    return Condition(kind, runs=known) if len(known) == len(runs) else unknown(f"{kind} {text}")


def _run(text: str) -> Run | None:
    low, colon, high = text.partition(":")
    first = number(low, SERVICES, 65535) if low or not colon else 0
    last = first if not colon else number(high, SERVICES, 65535) if high else 65535
    return (first, last) if first is not None and last is not None else None


def protocol(text: str) -> Condition | None:
    """Read a protocol by name or number; None for all of them."""
    found = number(text, PROTOCOLS, 255)
    if found is None:
        return unknown(f"protocol {text}")
    return Condition(Kind.PROTOCOL, runs=((found, found),)) if found else None


def flags(mask: str, wanted: str) -> Condition:
    """Read TCP flags to look at and those of them that are set, by names or as hexadecimal numbers."""
    values = [_flags(part) for part in (mask, wanted)]
    if None in values:
        return unknown(f"tcp-flags {mask} {wanted}")
    return Condition(Kind.FLAGS, runs=((values[0] or 0, values[1] or 0),))


def _flags(text: str) -> int | None:
    if text.startswith("0x"):
        try:
            return int(text, 16)
        except ValueError:
            return None
    found = 0
    for name in text.split(","):
        if name not in FLAGS:
            return None
        found |= FLAGS[name]
    return found


def icmp(text: str) -> Condition | None:
    """Read an ICMP type, with its code or by name; None for any."""
    head = text.partition("/")[0]
    found = number(head, ICMP_TYPES, 255)
    if head == "any" or found == ANY_ICMP:
        return None
    return unknown(f"icmp-type {text}") if found is None else Condition(Kind.ICMP, runs=((found, found),))


def states(text: str) -> Condition:
    """Read connection states with commas."""
    return Condition(Kind.STATE, names=tuple(text.split(",")))


def interface(kind: Kind, text: str) -> Condition | None:
    """Read an interface; None for any."""
    return None if text in ("*", "+", "any") else Condition(kind, names=(text,))


def doubts(conditions: tuple[Condition, ...]) -> Iterator[str]:
    """Yield what was not understood among conditions."""
    for one in conditions:
        if one.kind is Kind.UNKNOWN:
            yield from one.names
