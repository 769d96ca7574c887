"""Routes of routers running FRR, as recorded in labs of batfish/lab-validation, against ours: prefix by prefix.

A node's file holds /etc/network/interfaces and frr.conf one behind the other. FRR's part is read by the linux platform
into the DeviceConfig that the proof reads; cables are those of the lab's layer-1 file, or else equal networks; the cost
of an interface that names none is FRR's (100,000 by its speed in Mb/s), by the speed in the recorded `show interface`.
"""

import json
import re
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path

from benchmarks.cases.rows import CASES, Row
from inventory.deviceconfig import DeviceConfig, Interface
from inventory.platforms.linux import frr, frr_tree
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File
from topology.reach.network import Domain, Network, Routed
from topology.reach.routes import Hop, routing

SNAPSHOTS = CASES / "batfish-lab-validation" / "snapshots"
ROUTES, INTERFACES = "vtysh_-c_'show_ip_route_vrf_all_json'.txt", "vtysh_-c_'show_interface_vrf_all'.txt"
REFERENCE = 100_000
"""Mb/s, FRR's default for the cost of an interface"""
HARMLESS = re.compile(
    r"frr defaults \S+|hostname: .*|username .*|interface \S+: \{'passive': True\}|"
    r"router bgp \d+, address-family (ipv6|l2vpn|vpnv4|vpnv6).*"
)
"""lines that the platform refuses and that change no route of IPv4"""
Ways = frozenset[Hop]


@dataclass(frozen=True)
class Node:
    """A router of a lab, as its files say."""

    config: DeviceConfig
    strange: tuple[str, ...]
    """lines that nobody understood"""


def snapshots(folder: Path = SNAPSHOTS) -> list[Path]:
    """Return the labs of which every router runs FRR."""
    found = []
    for lab in sorted(folder.glob("*")):
        texts = [f.read_text(errors="replace") for f in lab.glob("configs/*/*.cfg")]
        if texts and all("\nfrr version" in text for text in texts):
            found.append(lab)
    return found


def compared(lab: Path) -> Row:
    """Return the row of a lab: each recorded prefix of each router is one comparison."""
    began = time.perf_counter()
    nodes = {f.parent.name: _node(f, lab) for f in sorted(lab.glob("configs/*/*.cfg"))}
    found = routing(network(nodes, lab))
    computed = {name: {p: frozenset(hops) for p, hops in table.items()} for name, table in found.tables.items()}
    strange = tuple(f"{name}: {line}" for name, node in nodes.items() for line in node.strange)
    agreed, differences = 0, list[str]()
    for name, table in computed.items():
        recorded = _recorded(lab / "show" / name / ROUTES)
        for prefix in sorted(recorded.keys() | table.keys()):
            ours, theirs = table.get(prefix), recorded.get(prefix)
            if ours == theirs:
                agreed += 1
            else:
                differences.append(difference(name, prefix, ours, theirs, "FRR"))
    what = f"routes of {len(nodes)} routers, prefix with ways out"
    return Row(lab.name, what, agreed, tuple(differences), strange, time.perf_counter() - began)


def difference(name: str, prefix: IPv4Network, ours: Ways | None, theirs: Ways | None, who: str) -> str:
    """Return a route of which a recorded router says something else, as a line."""
    return f"{name} {prefix}: ours {_text(ours)}, {who} {_text(theirs)}"


def _text(ways: Ways | None) -> str:
    if ways is None:
        return "none"
    return " + ".join(sorted(f"{h.interface} {h.next or 'link'}" for h in ways)) or "discard"


def _node(file: Path, lab: Path) -> Node:
    name, text = file.parent.name, file.read_text()
    start = text.index("\nfrr version")
    draft = Draft()
    for interface, addresses in _interfaces(text[:start]).items():
        draft.interfaces[interface]["addresses"] = addresses
    lines = tuple(text[start:].splitlines())
    speeds = _speeds(lab / "show" / name / INTERFACES)
    frr.parse({frr_tree.INTEGRATED: File("0644", lines)}, draft)
    config = draft.config()
    items = tuple(_with_cost(item, text, speeds.get(item.name, 0)) for item in config.interfaces)
    refused = [one.text for one in draft.unparsed if not HARMLESS.fullmatch(one.text)]
    process = config.bgp and config.bgp.model_copy(update={"requires_policy": _requires_policy(text)})
    return Node(config.model_copy(update={"interfaces": items, "bgp": process}), tuple(refused))


def _requires_policy(text: str) -> bool:
    version = re.search(r"^frr version (\d+)\.(\d+)", text, re.M)
    new = version is not None and (int(version[1]), int(version[2])) >= (7, 4)
    return new and "\nfrr defaults datacenter" not in text


def _interfaces(text: str) -> dict[str, tuple[IPv4Interface, ...]]:
    """Read ifupdown's interfaces(5) as far as it gives addresses."""
    found: defaultdict[str, list[IPv4Interface]] = defaultdict(list)
    current = ""
    for words in (line.split() for line in text.splitlines()):
        if words[:1] == ["iface"]:
            current = words[1]
            found[current] += []
        elif words[:1] == ["address"] and "." in words[1]:
            found[current].append(IPv4Interface(words[1]))
    return {name: tuple(addresses) for name, addresses in found.items()}


def _speeds(file: Path) -> dict[str, int]:
    """Return the speeds of interfaces that are up, in Mb/s."""
    text = file.read_text() if file.is_file() else ""
    return {name: int(speed) for name, speed in re.findall(r"^Interface (\S+) is up.*?speed (\d+)", text, re.S | re.M)}


def _with_cost(item: Interface, text: str, speed: int) -> Interface:
    block = re.search(rf"^interface {re.escape(item.name)}\n((?: .*\n)*)", text, re.M)
    said = block is not None and "ip ospf cost" in block[1]
    if item.ospf is None or said or not speed or item.kind == "loopback":
        return item
    cost = max(1, int(REFERENCE / speed + 0.5))
    return item.model_copy(update={"ospf": item.ospf.model_copy(update={"cost": cost})})


def network(nodes: Mapping[str, Node], lab: Path) -> Network:
    """Join the routers by the lab's cables, or by equal networks where it names none."""
    file = lab / "batfish" / "layer1_topology.json"
    edges = json.loads(file.read_text())["edges"] if file.is_file() else []
    joined: dict[tuple[str, str], tuple[str, str]] = {}
    for edge in edges:
        one, other = ((edge[n]["hostname"], edge[n]["interfaceName"]) for n in ("node1", "node2"))
        joined[one] = joined[other] = min(one, other)
    domains: dict[object, Domain] = {}
    of: dict[tuple[str, str], Domain] = {}
    for name, node in nodes.items():
        for item in (i for i in node.config.interfaces if i.enabled and i.addresses):
            alone = (name, item.name) if edges or item.kind == "loopback" else item.addresses[0].network
            key = joined.get((name, item.name), alone)
            of[name, item.name] = domains.setdefault(key, Domain(len(domains)))
            of[name, item.name].routed.append(Routed(name, item))
    return Network(
        configs={name: node.config for name, node in nodes.items()},
        platforms=dict.fromkeys(nodes, "linux"),
        domains=tuple(domains.values()), of=of, places={}, addresses={}, tunnels={},
    )  # fmt: skip


def _recorded(file: Path) -> dict[IPv4Network, Ways]:
    """Return what FRR installed: of each prefix the ways that are in the FIB."""
    found: defaultdict[IPv4Network, set[Hop]] = defaultdict(set)
    for prefix, routes in json.loads(file.read_text()).items():
        for hop in (h for route in routes for h in route["nexthops"] if h.get("fib")):
            ways = found[IPv4Network(prefix.replace("\\", ""))]
            if "interfaceName" in hop:
                ways.add(Hop(hop["interfaceName"], IPv4Address(hop["ip"]) if "ip" in hop else None))
    return {prefix: frozenset(ways) for prefix, ways in found.items()}
