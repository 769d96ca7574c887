"""FRR: interfaces, addresses, static routes and OSPF, as the files that zebra, staticd and ospfd read.

BGP is `frr_bgp`, policy routing `frr_pbr`; each is written into the same tree of lines.

Every daemon reads its own file (there is no integrated frr.conf), so a start needs no vtysh. `parse` reads those
files, an integrated frr.conf or a `show running-config`: FRR's defaults (hello 10, dead 40, broadcast, a loopback's
cost 0) are filled in where it omits them. Lines without a place in DeviceConfig that we write ourselves (`log`, OSPF's
timers) are known; any other is unparsed, as is a second line that contradicts the first.
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from typing import Any

from inventory.deviceconfig import (
    DeviceConfig,
    Interface,
    Ospf,
    OspfInterface,
    Redistribution,
    StaticRoute,
    StaticRoute6,
)
from inventory.platforms.linux import frr_bgp, frr_keys, frr_pbr, frr_tree
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.frr_tree import BGPD, INTEGRATED, OSPFD, PBRD, STATICD, ZEBRA, Line, Tree, add
from inventory.platforms.linux.text import File, Files, attempt, file
from inventory.routeconfig import AreaRange, Nssa

DAEMONS, VTYSH = "/etc/frr/daemons", "/etc/frr/vtysh.conf"
PATHS = (INTEGRATED, ZEBRA, STATICD, OSPFD, BGPD, PBRD)
TIMERS = ("timers throttle spf 10 100 1000", "timers throttle lsa all 100", "timers lsa min-arrival 100")
RETRANSMIT = "ip ospf retransmit-interval 1"
_SOURCES = {"connected": "connected", "static": "static", "vrrp": "kernel"}
"""what OSPF takes in, in FRR's words; the routes of a VRRP master are the kernel's (keepalived)"""


def render(config: DeviceConfig) -> dict[str, File]:
    """Return FRR's files; none for a device without interfaces and routes."""
    if not (config.interfaces or config.routes or config.routes6 or config.ospf or config.bgp or config.policy_routes):
        return {}
    files = {path: File("0644", ("! countynet", *lines)) for path, lines in frr_tree.write(to_tree(config)).items()}
    more = {DAEMONS: file(_daemons(files)), VTYSH: file(["no service integrated-vtysh-config"])}
    return more | frr_keys.closed(files, config)


def _daemons(files: Mapping[str, File]) -> list[str]:
    more = [name for name, path in (("bgpd", BGPD), ("pbrd", PBRD)) if path in files]
    return [
        f"ospfd={'yes' if OSPFD in files else 'no'}",
        *(f"{name}=yes" for name in more),
        "vtysh_enable=yes",
        'zebra_options="-P 0 -s 262144"',
        'staticd_options="-P 0"',
        'ospfd_options="-P 0"',
        *(f'{name}_options="-P 0"' for name in more),
        "MAX_FDS=1024",
    ]


def to_tree(config: DeviceConfig) -> Tree:
    """Return the configuration as a tree of FRR's lines."""
    tree: Tree = {}
    forwarding = "ip forwarding" if config.forwarding else "no ip forwarding"
    add(tree, "", "frr defaults traditional", f"hostname {config.hostname}", "log syslog informational")
    forwarding6 = "ipv6 forwarding" if config.forwarding6 else "no ipv6 forwarding"
    add(tree, "", forwarding, forwarding6, *map(_route, config.routes), *map(_route6, config.routes6))
    for interface in config.interfaces:
        add(tree, f"interface {interface.name}", *_interface(interface))
    if config.ospf:
        add(tree, "router ospf", *_ospf(config.ospf), *TIMERS)
    if config.bgp:
        frr_bgp.to_tree(config.bgp, tree)
    frr_pbr.to_tree(config.policy_routes, tree)
    return tree


def _route(route: StaticRoute) -> str:
    distance = f" {route.distance}" if route.distance != 1 else ""
    return f"ip route {route.prefix} {route.next_hop or 'blackhole'}{distance}"


def _route6(route: StaticRoute6) -> str:
    distance = f" {route.distance}" if route.distance != 1 else ""
    words = [str(route.prefix), str(route.next_hop or "blackhole"), route.interface]
    return f"ipv6 route {' '.join(filter(None, words))}{distance}"


def _interface(interface: Interface) -> list[str]:
    lines = ["no shutdown" if interface.enabled else "shutdown"]
    if interface.description:
        lines.append(f"description {interface.description}")
    lines += [f"ip address {address}" for address in interface.addresses]
    lines += [f"ipv6 address {address}" for address in interface.addresses6]
    if interface.ospf:
        lines += _ospf_interface(interface.ospf, interface.kind == "loopback")
    return lines


def _ospf_interface(ospf: OspfInterface, loopback: bool) -> list[str]:
    lines = [
        f"ip ospf area {ospf.area}",
        f"ip ospf cost {ospf.cost}",
        f"ip ospf hello-interval {ospf.hello}",
        f"ip ospf dead-interval {ospf.dead}",
        RETRANSMIT,
    ]
    if not loopback:
        lines.append(f"ip ospf network {'point-to-point' if ospf.point_to_point else 'broadcast'}")
    return [*lines, *frr_keys.lines(ospf), *(["ip ospf passive"] if ospf.passive else [])]


def _ospf(ospf: Ospf) -> list[str]:
    lines = [f"ospf router-id {ospf.router_id}"]
    lines += [f"redistribute {_SOURCES[item.source]} metric {item.metric}" for item in ospf.redistribute]
    if ospf.default_metric is not None:
        lines.append(f"default-information originate always metric {ospf.default_metric}")
    lines += [f"area {one.area} range {one.prefix}{'' if one.advertise else ' not-advertise'}" for one in ospf.ranges]
    ends = {area: " no-summary" if area in ospf.closed else "" for area in (*ospf.stubs, *_nssas(ospf))}
    lines += [f"area {area} stub{ends[area]}" for area in ospf.stubs]
    lines += [f"area {area} nssa{ends[area]}" for area in _nssas(ospf)]
    return lines


def _nssas(ospf: Ospf) -> list[IPv4Address]:
    return [one.area for one in ospf.nssas]


def parse(files: Files, draft: Draft) -> None:
    """Read FRR's files into the draft."""
    reading = _Reading(draft)
    for path in PATHS:
        if path in files:
            for line in frr_tree.read(files[path].lines):
                if not reading.take(line):
                    draft.refuse(path, line.number, f"{line.context}: {line.text}" if line.context else line.text)
    reading.finish()


class _Reading:
    """Takes the lines one by one; what OSPF says of an interface or itself is put together at the end."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.seen: set[tuple[str, str]] = set()
        self.matched: set[tuple[str, str]] = set()
        self.ospf: dict[str, Any] = {}
        self.on_interface: dict[str, dict[str, Any]] = {}
        self.bgp, self.pbr = frr_bgp.BgpReading(), frr_pbr.PbrReading()

    def take(self, line: Line) -> bool:
        """Return whether the line was understood; the daemons' files repeat what they share."""
        if (line.context, line.text) in self.seen:
            return True
        self.seen.add((line.context, line.text))
        for reading in (self.bgp, self.pbr):
            if reading.takes(line):
                return reading.take(line)
        if line.context.startswith("interface ") and " vrf " not in line.context:
            name = line.context.removeprefix("interface ")
            self._open(name)
            return not line.text or self._first(_INTERFACE, name, line)
        if line.context == "router ospf":
            self.ospf.setdefault("redistribute", ())
            return not line.text or line.text in TIMERS or self._first(_OSPF, "", line)
        return not line.context and self._first(_TOP, "", line)

    def _open(self, name: str) -> None:
        found = self.draft.interfaces[name]
        if name == "lo":
            found.setdefault("kind", "loopback")

    def _first(self, table: "_Table", name: str, line: Line) -> bool:
        for pattern, handler in table.items():
            if match := re.fullmatch(pattern, line.text):
                first = (line.context, pattern) not in self.matched
                self.matched.add((line.context, pattern))
                return (first or pattern.startswith(_MANY)) and handler(self, name, match)
        return False

    def finish(self) -> None:
        """Put OSPF together; settings of an interface without an area have no effect and are unparsed."""
        for name, fields in self.on_interface.items():
            known = {"hello": 10, "dead": 40, "point_to_point": name == "lo"} | ({"cost": 0} if name == "lo" else {})
            fits = frr_keys.whole(fields)
            item = attempt(OspfInterface, **known | fields)
            if "area" in fields and item is not None and fits:
                self.draft.interfaces[name]["ospf"] = item
            else:
                self.draft.refuse(OSPFD, 0, f"interface {name}: {fields}")
        if self.ospf:
            process = attempt(Ospf, **self.ospf)
            if process is None:
                self.draft.refuse(OSPFD, 0, f"router ospf: {self.ospf}")
            else:
                self.draft.fields["ospf"] = process
        self.bgp.finish(self.draft)
        self.pbr.finish(self.draft)


def _hostname(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    return bool(reading.draft.fields.setdefault("hostname", match[1]) == match[1])


def _forwarding(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    return bool(reading.draft.fields.setdefault("forwarding", match[1] is None) is (match[1] is None))


def _forwarding6(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    return bool(reading.draft.fields.setdefault("forwarding6", match[1] is None) is (match[1] is None))


def _known(_: _Reading, __: str, ___: re.Match[str]) -> bool:
    return True


def _static(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    hop = None if match[2] in ("blackhole", "Null0") else match[2]
    route = attempt(StaticRoute, prefix=match[1], next_hop=hop, distance=int(match[3] or 1))
    if route is not None:
        reading.draft.append("routes", route)
    return route is not None


def _static6(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    """Take a route of IPv6; FRR wants the interface of a link-local next hop, and takes one of any other."""
    hop = None if match[2] in ("blackhole", "Null0") else match[2]
    fields = {"prefix": match[1], "next_hop": hop, "interface": match[3] or "", "distance": int(match[4] or 1)}
    route = attempt(StaticRoute6, **fields)
    if route is None or (route.next_hop is None and route.interface):
        return False
    if route.next_hop is not None and route.next_hop.is_link_local and not route.interface:
        return False
    reading.draft.append("routes6", route)
    return True


def _described(reading: _Reading, name: str, match: re.Match[str]) -> bool:
    reading.draft.interfaces[name]["description"] = match[1]
    return True


def _enabled(reading: _Reading, name: str, match: re.Match[str]) -> bool:
    wanted = match[1] is not None
    return bool(reading.draft.interfaces[name].setdefault("enabled", wanted) is wanted)


def _address(reading: _Reading, name: str, match: re.Match[str]) -> bool:
    found = attempt(Interface, name="x", addresses=(match[1],))
    if found is None:
        return False
    fields = reading.draft.interfaces[name]
    fields["addresses"] = (*fields.get("addresses", ()), *found.addresses)
    return True


def _address6(reading: _Reading, name: str, match: re.Match[str]) -> bool:
    found = attempt(Interface, name="x", addresses6=(match[1],))
    if found is None:
        return False
    fields = reading.draft.interfaces[name]
    fields["addresses6"] = (*fields.get("addresses6", ()), *found.addresses6)
    return True


def _on_interface(field: str, value: Callable[[str], Any]) -> Callable[[_Reading, str, re.Match[str]], bool]:
    def handler(reading: _Reading, name: str, match: re.Match[str]) -> bool:
        reading.on_interface.setdefault(name, {})[field] = value(match[match.re.groups])
        return True

    return handler


def _process(field: str, value: Callable[[str], Any]) -> Callable[[_Reading, str, re.Match[str]], bool]:
    def handler(reading: _Reading, _: str, match: re.Match[str]) -> bool:
        reading.ospf[field] = value(match[1])
        return True

    return handler


def _redistribute(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    source = next((ours for ours, theirs in _SOURCES.items() if theirs == match[1]), "")
    item = attempt(Redistribution, source=source, metric=int(match[2] or 20))
    if item is not None:
        reading.ospf["redistribute"] = (*reading.ospf["redistribute"], item)
    return item is not None


def _passive(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    """Take the older way to say it; FRR 8 and later print `ip ospf passive` on the interface."""
    reading.on_interface.setdefault(match[1], {})["passive"] = True
    return match[1] != "default"


def _range(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    item = attempt(AreaRange, area=_area(match[1]), prefix=match[2], advertise=match[3] is None)
    held = reading.ospf.get("ranges", ())
    reading.ospf["ranges"] = (*held, item)
    return item is not None and all((one.area, one.prefix) != (item.area, item.prefix) for one in held)


def _stub(reading: _Reading, _: str, match: re.Match[str]) -> bool:
    area = _area(match[1])
    field, one = ("stubs", area) if match[2] == "stub" else ("nssas", attempt(Nssa, area=area))
    reading.ospf[field] = tuple(dict.fromkeys((*reading.ospf.get(field, ()), one)))
    if match[3]:
        reading.ospf["closed"] = (*reading.ospf.get("closed", ()), area)
    return one is not None


def _area(text: str) -> IPv4Address | str:
    return IPv4Address(int(text)) if text.isascii() and text.isdigit() and int(text) < 2**32 else text


_Table = Mapping[str, Callable[[_Reading, str, re.Match[str]], bool]]
_TOP: _Table = {
    r"frr defaults traditional": _known,
    r"log syslog informational": _known,
    r"hostname (\S+)": _hostname,
    r"(no )?ip forwarding": _forwarding,
    r"(no )?ipv6 forwarding": _forwarding6,
    r"ip route (\S+) (\d+\.\d+\.\d+\.\d+|blackhole|Null0)(?: (\d{1,3}))?": _static,
    r"ipv6 route (\S+) ([0-9a-f:]*:[0-9a-f:.]*|blackhole|Null0)(?: ([A-Za-z]\S*))?(?: (\d{1,3}))?": _static6,
}
_INTERFACE: _Table = {
    r"description (.+)": _described,
    r"(no )?shutdown": _enabled,
    r"ip address (\d\S+)": _address,
    r"ipv6 address ([0-9a-f:]\S+)": _address6,
    r"ip ospf area (\S+)": _on_interface("area", _area),
    r"ip ospf cost (\d+)": _on_interface("cost", int),
    r"ip ospf hello-interval (\d+)": _on_interface("hello", int),
    r"ip ospf dead-interval (\d+)": _on_interface("dead", int),
    r"ip ospf network (point-to-point|broadcast)": _on_interface("point_to_point", lambda word: word != "broadcast"),
    r"(ip ospf passive)": _on_interface("passive", bool),
    frr_keys.DIGEST: _on_interface("digest", bool),
    frr_keys.GIVEN: _on_interface("key", str),
    RETRANSMIT: _known,
}
_OSPF: _Table = {
    r"ospf router-id (\S+)": _process("router_id", str),
    r"redistribute (connected|static|kernel)(?: metric (\d+))?": _redistribute,
    r"default-information originate always metric (\d+)": _process("default_metric", int),
    r"passive-interface (\S+)": _passive,
    r"area (\S+) range (\S+)( not-advertise)?": _range,
    r"area (\S+) (stub|nssa)( no-summary)?": _stub,
}
_MANY = ("ip route", "ip address", "ipv6 route", "ipv6 address", "redistribute", "passive-interface", "area")
