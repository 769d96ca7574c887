"""Lines that we read and do not write: what nobody here could put back, no plan takes away. Pure.

The proof reads BGP, route policies, policy routes, kinds of areas, outbound and IPv6 lists and mirrored sessions of
vendors' devices, but no inventory says them and no render writes them. So such lines stay, as those do that nobody
understands; and with them the lists that they name, as a list that is bound and gone lets everything through. What the
intended text says itself is its own affair.
"""

import re
from collections.abc import Iterator
from functools import cache

from inventory.platforms.patch.lines import Path, Tree, walk

_OURS = r"(?!countynet( |$))"
"""the one policy that Comware's intent itself writes, to steer into tunnels (h3c_comware.ipsec)"""
_HUAWEI = (
    r"bgp( .*)?|route-policy .*|ip (ip-prefix|prefix-list|as-path-filter|as-path|community-filter|community-list) .*|"
    rf"policy-based-route {_OURS}.*|acl (name \S+ )?ipv6 .*|acl ipv6 .*|traffic (classifier|behavior|policy) .*|"
    rf"hrp( .*)?|remote-backup group.*|ip local policy-based-route {_OURS}.*"
)
_IOS = r"router bgp .*|ip (prefix-list|as-path|community-list) .*|ip local policy .*"
_TOP = {
    "huawei_vrp": _HUAWEI,
    "h3c_comware": _HUAWEI,
    "cisco_ios": _IOS,
    "ruijie": _IOS + r"|ipv6 (access-list|route|unicast-routing).*",
}
_PORT = {
    "huawei_vrp": r"traffic-policy .*|traffic-filter outbound .*|traffic-filter inbound (ipv6 acl|acl ipv6) .*|"
    r"ip policy-based-route .*",
    "h3c_comware": rf"packet-filter .* outbound|packet-filter ipv6 .*|ip policy-based-route {_OURS}.*",
    "cisco_ios": r"ip access-group \S+ out|ipv6 traffic-filter \S+ out",
    "ruijie": r"ip access-group \S+ out|ipv6 .*",
}
_OSPF = r"(area \S+ )?(stub|nssa|abr-summary|range)( .*)?"
_LIST = re.compile(r"(?:ip |ipv6 )?(?:access-list|acl)\s+(?P<words>.+)")
_ROUTE_MAP = re.compile(r"route-map (\S+).*")
_STEERED = re.compile(r"ip policy route-map (\S+)")


def aside(old: Tree, new: Tree, platform: str) -> tuple[Path, ...]:
    """Return the places of such lines in the running text, heads first; those of the lists that they name as well."""
    found = dict.fromkeys(_written_by_nobody(old, platform))
    named = {word for path in found for line in path for word in line.split()}
    for head, below in old.items():
        if head not in new and (match := _LIST.fullmatch(head)) and named & set(match["words"].split()):
            found |= dict.fromkeys([(head,), *((head, *path) for path in walk(below))])
    return tuple(found)


def _written_by_nobody(old: Tree, platform: str) -> Iterator[Path]:
    top, port, ospf = _patterns(platform)
    steered = {match[1] for below in old.values() for line in below if (match := _STEERED.fullmatch(line))}
    for head, below in old.items():
        route_map = _ROUTE_MAP.fullmatch(head)
        if top.fullmatch(head) or (route_map and route_map[1] not in steered):
            yield (head,)
            yield from ((head, *path) for path in walk(below))
        elif head.startswith("interface "):
            yield from ((head, line) for line in below if port.fullmatch(line))
        elif head.startswith(("ospf ", "router ospf ")):
            yield from ((head, *path) for path in walk(below) if ospf.fullmatch(path[-1]))


@cache
def _patterns(platform: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    return re.compile(_TOP[platform]), re.compile(_PORT[platform]), re.compile(_OSPF)
