"""Routes of routers running IOS or IOS XE, as recorded in labs of batfish/lab-validation, against ours: by prefix.

A node's running configuration is read by the cisco_ios platform into the DeviceConfig that the proof reads; the cost of
an interface that names none is IOS's (100 Mb/s by the recorded bandwidth). What IOS prints with a next hop beyond its
links is looked up in what it recorded, as a packet would be. Only labs of which all routers run IOS are compared. Where
a line about routes is not understood, or the age of a path decides, the proof says unknown of all routers that may hear
of it: a route that differs there is told beside the line, not as a difference.
"""

import re
import time
from collections import defaultdict
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from benchmarks.cases.frr import SNAPSHOTS, Node, Ways, difference, network
from benchmarks.cases.rows import Row
from inventory.deviceconfig import Interface
from inventory.platforms import cisco_ios
from inventory.platforms.ioslike import words
from topology.reach.routes import Hop, routing

CONFIGURATION, ROUTES, INTERFACES = "show_running-config.txt", "show_ip_route.txt", "show_interfaces.txt"
REFERENCE = 100_000
"""kb/s, IOS's default for the cost of an interface"""
_IOS = re.compile(r"^(?:ip forward-protocol nd|ip classless|no ip http server)", re.M)
_OTHER = re.compile(r"IOS XR|NX-OS|Arista|^feature |^transceiver ", re.M)
_HEAD = re.compile(r"\s+(\d\S+)/(\d+) is subnetted")
_PREFIX = re.compile(r"[A-Z*%+][A-Za-z0-9*%+ ]{0,7}\s+(\d+\.\d+\.\d+\.\d+)(?:/(\d+))?(?= |$)")
_VIA = re.compile(r"(?:\[\d+/\d+\] )?via (\d+\.\d+\.\d+\.\d+)(?:, [\dwdhy:]+)?(?:, ([A-Z]\S+))?$")
_LINK = re.compile(r"(?:is directly connected|is a summary)[^A-Z]*, ([A-Z]\S+)$")
_ROUTED = ("router bgp", "router ospf", "route-map", "ip ", "interface", "access-list", "ip access-list", "router ")
"""what a line stands in that may change a route"""


def snapshots(folder: Path = SNAPSHOTS) -> list[Path]:
    """Return the labs of which every router runs IOS and has its routes recorded."""
    found = []
    for lab in sorted(folder.glob("*")):
        files = sorted(lab.glob("configs/*/*"))
        texts = [f.read_text(errors="replace") for f in files]
        known = texts and all(_IOS.search(text) and not _OTHER.search(text) for text in texts)
        if known and all((lab / "show" / f.parent.name / ROUTES).is_file() for f in files):
            found.append(lab)
    return found


def compared(lab: Path) -> Row:
    """Return the row of a lab: each recorded prefix of each router is one comparison."""
    began = time.perf_counter()
    nodes = {f.parent.name: _node(f, lab) for f in sorted(lab.glob("configs/*/*"))}
    found = routing(network(nodes, lab))
    strange = [f"{name}: {line}" for name, node in nodes.items() for line in node.strange]
    strange += [f"{name}: {why}" for name, why in found.doubts.items()]
    agreed, differences = 0, list[str]()
    for name, table in found.tables.items():
        recorded = _recorded(lab / "show" / name / ROUTES)
        for prefix in sorted(recorded.keys() | table.keys()):
            ours = frozenset(table[prefix]) if prefix in table else None
            if ours == recorded.get(prefix):
                agreed += 1
            else:
                differences.append(difference(name, prefix, ours, recorded.get(prefix), "IOS"))
    what = f"routes of {len(nodes)} routers, prefix with ways out"
    if strange:  # then the proof says unknown of whatever meets them, and claims nothing of their routes
        strange += [f"so not known: {one}" for one in differences]
        differences = []
    return Row(lab.name, what, agreed, tuple(differences), tuple(strange), time.perf_counter() - began)


def _node(file: Path, lab: Path) -> Node:
    parsed = cisco_ios.parse(file.read_text(errors="replace"))
    speeds = _speeds(lab / "show" / file.parent.name / INTERFACES)
    items = tuple(_with_cost(item, file.read_text(errors="replace"), speeds) for item in parsed.config.interfaces)
    strange = [f"{one.section}: {one.text}" for one in parsed.unparsed if _routes(one.section or one.text)]
    return Node(parsed.config.model_copy(update={"interfaces": items}), tuple(strange))


def _routes(text: str) -> bool:
    return text.startswith(_ROUTED) and not text.startswith(("ip http", "ip ssh"))


def _speeds(file: Path) -> dict[str, int]:
    """Return the bandwidths of interfaces, in kb/s."""
    text = file.read_text(errors="replace") if file.is_file() else ""
    return {name: int(speed) for name, speed in re.findall(r"^(\S+) is .*?BW (\d+) Kbit", text, re.S | re.M)}


def _with_cost(item: Interface, text: str, speeds: Mapping[str, int]) -> Interface:
    block = re.search(rf"^interface {re.escape(item.name)}\n((?: .*\n)*)", text, re.M)
    said = block is not None and "ip ospf cost" in block[1]
    if item.ospf is None or said or item.name not in speeds or item.kind == "loopback":
        return item
    cost = max(1, REFERENCE // speeds[item.name])
    return item.model_copy(update={"ospf": item.ospf.model_copy(update={"cost": cost})})


def _recorded(file: Path) -> dict[IPv4Network, Ways]:
    """Return what IOS recorded of its main table, with the ways that a packet takes; its own addresses left out."""
    said = _said(file.read_text(errors="replace"))
    return {prefix: frozenset(_ends(said, hops)) for prefix, hops in said.items()}


def _said(text: str) -> dict[IPv4Network, list[tuple[IPv4Address | None, str]]]:
    """Return each prefix with its next hops and interfaces, where they are printed."""
    found: dict[IPv4Network, list[tuple[IPv4Address | None, str]]] = defaultdict(list)
    length, prefix = "32", None
    for line in text[text.find("Gateway of last resort") :].splitlines():
        if head := _HEAD.match(line):
            length = head[2]
        elif line.startswith("L ") or "Routing Table:" in line or "variably" in line:
            prefix = None
        elif match := _PREFIX.match(line):
            prefix = IPv4Network(f"{match[1]}/{match[2] or length}")
        if prefix is None:
            continue
        if via := _VIA.search(line.rstrip()):
            found[prefix].append((IPv4Address(via[1]), _full(via[2] or "")))
        elif link := _LINK.search(line.rstrip()):
            found[prefix] += [] if link[1] == "Null0" else [(None, _full(link[1]))]
    return dict(found)


def _full(name: str) -> str:
    return words.canonical(name, "Vlan") or name


def _ends(
    said: Mapping[IPv4Network, list[tuple[IPv4Address | None, str]]], hops: list[tuple[IPv4Address | None, str]]
) -> set[Hop]:
    """Return the ways by which packets to next hops leave."""
    found: set[Hop] = set()
    for address, interface in hops:
        if interface or address is None:
            found.add(Hop(interface, address))
            continue
        best = max((p for p in said if address in p), key=lambda p: p.prefixlen, default=None)
        ends = _ends(said, said[best]) if best is not None else set()
        found |= {Hop(hop.interface, hop.next or address) for hop in ends}
    return found
