"""BGP, OSPF areas and policy routing: what the proof computes is what kernels with real FRR daemons have.

Five routers: `a` in a not-so-stubby area with two LANs and a network that it takes in from outside, `b` its border with
a range, `c` the way out to another system, `d`, that system, also on a cable to `b`, which tells an aggregate alone;
`e` in `d`'s system, one step further by internal BGP.
"""

import os
import shutil
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from inventory.deviceconfig import DeviceConfig, Interface, Ospf, OspfInterface, Redistribution, StaticRoute
from inventory.platforms.linux import frr, frr_live
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File
from inventory.routeconfig import (
    Aggregate,
    AreaRange,
    Bgp,
    MapEntry,
    Neighbor,
    Nssa,
    PolicyRoute,
    PrefixList,
    PrefixRule,
    RouteMap,
    RoutePolicies,
)
from tests.twin.routing_lab import Fib, Lab, sh, until
from topology.reach.engine import Engine
from topology.reach.pushed import pushed
from topology.reach.routes import Hop, routing
from topology.reach.space import PROTOCOLS, Packet, Space

BACKBONE, SIDE = OspfInterface(), OspfInterface(area=IPv4Address(1))
NSSAS = (Nssa(area=IPv4Address(1)),)
WHOLE = IPv4Network("198.18.0.0/15")
WEB, LANS = IPv4Address("203.0.113.9"), ("10.1.0.1", "10.1.1.1")
CABLES = (
    (("a", "north"), ("b", "down")), (("b", "core"), ("c", "core")), (("c", "out"), ("d", "c")),
    (("b", "side"), ("d", "b")), (("d", "in"), ("e", "in")),
)  # fmt: skip


def port(name: str, address: str, ospf: OspfInterface | None = None) -> Interface:
    return Interface(name=name, addresses=(IPv4Interface(address),), ospf=ospf)


def peer(address: str, number: int, **fields: object) -> Neighbor:
    return Neighbor.model_validate({"address": address, "remote_as": number, **fields})


def router(name: str, *ports: Interface, **fields: object) -> DeviceConfig:
    return DeviceConfig.model_validate({"hostname": name, "forwarding": True, "interfaces": ports, **fields})


def number(last: int) -> IPv4Address:
    return IPv4Address(f"192.0.2.{last}")


def lists(*entries: tuple[bool, str, int | None]) -> tuple[PrefixRule, ...]:
    return tuple(
        PrefixRule(order=5 * n, permit=permit, prefix=IPv4Network(prefix), most=most)
        for n, (permit, prefix, most) in enumerate(entries, 1)
    )


HEARD = RoutePolicies(
    prefix_lists=(PrefixList(name="IN", rules=lists((False, "198.51.100.0/24", None), (True, "0.0.0.0/0", 24))),),
    maps=(
        RouteMap(
            name="OUT",
            entries=(MapEntry(order=10, permit=True, sets=(("as-path prepend", "65001 65001"), ("metric", "7"))),),
        ),
    ),
)
CONFIGS = {
    "a": router(
        "a", port("north", "10.0.1.1/30", SIDE), port("lan0", "10.1.0.1/24", SIDE), port("lan1", "10.1.1.1/24", SIDE),
        port("ext", "198.19.0.1/24"),
        ospf=Ospf(router_id=number(1), nssas=NSSAS, redistribute=(Redistribution(source="connected"),)),
    ),
    "b": router(
        "b", port("down", "10.0.1.2/30", SIDE), port("core", "10.0.0.1/30", BACKBONE), port("side", "10.0.9.1/30"),
        ospf=Ospf(
            router_id=number(2), nssas=NSSAS,
            ranges=(AreaRange(area=IPv4Address(1), prefix=IPv4Network("10.1.0.0/16")),),
        ),
        bgp=Bgp(number=65001, router_id=number(2), neighbors=(peer("10.0.0.2", 65001),), compare_router_id=True),
        policy_routes=(
            PolicyRoute(interface="down", order=5, destination=IPv4Network("203.0.113.0/25"), protocol="udp"),
            PolicyRoute(
                interface="down", order=10, source=IPv4Network("10.1.0.0/24"), protocol="tcp",
                next_hop=IPv4Address("10.0.9.2"),
            ),
            PolicyRoute(
                interface="down", order=8, source=IPv4Network("10.1.0.0/24"), protocol="tcp",
                next_hop=IPv4Address("10.7.7.7"),
            ),
        ),
    ),
    "c": router(
        "c", port("core", "10.0.0.2/30", BACKBONE), port("out", "10.0.8.1/30"),
        ospf=Ospf(router_id=number(3)),
        bgp=Bgp(
            number=65001, router_id=number(3), compare_router_id=True, redistribute=(("ospf", ""),), policies=HEARD,
            neighbors=(
                peer("10.0.0.1", 65001, next_hop_self=True), peer("10.0.8.2", 65002, list_in="IN", map_out="OUT"),
            ),
        ),
    ),
    "d": router(
        "d", port("c", "10.0.8.2/30"), port("b", "10.0.9.2/30"), port("in", "10.0.7.1/30"),
        port("web", "203.0.113.1/24"),
        routes=(StaticRoute(prefix=IPv4Network("198.51.100.0/24"), next_hop=None),),
        bgp=Bgp(
            number=65002, router_id=number(4), compare_router_id=True, requires_policy=False,
            networks=((IPv4Network("203.0.113.0/24"), ""),), redistribute=(("static", ""),),
            aggregates=(Aggregate(prefix=WHOLE, only=True),),
            neighbors=(peer("10.0.8.1", 65001), peer("10.0.7.2", 65002, next_hop_self=True)),
        ),
    ),
    "e": router(
        "e", port("in", "10.0.7.2/30"), port("lan", "198.18.0.1/24"),
        bgp=Bgp(
            number=65002, router_id=number(5), compare_router_id=True, neighbors=(peer("10.0.7.1", 65002),),
            networks=((IPv4Network("198.18.0.0/24"), ""), (IPv4Network("198.18.9.0/24"), "")),
        ),
    ),
}  # fmt: skip

PROGRAMS = ("nft", "vtysh", "tini", "ip")
pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root for network namespaces"),
    pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"needs {' '.join(PROGRAMS)}"),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A folder of its own, not pytest's: whoever starts pytest closes that to FRR's user again."""
    with TemporaryDirectory(prefix="countynet-routing-") as folder:
        Path(folder).chmod(0o755)
        found = Lab(Path(folder), CONFIGS, CABLES)
        try:
            found.up()
            yield found
        finally:
            found.down()


def computed(lab: Lab) -> dict[str, Fib]:
    found = routing(lab.network())
    assert found.doubts == {}
    return {name: {p: frozenset(hops) for p, hops in table.items()} for name, table in found.tables.items()}


def test_every_kernel_has_the_routes_that_the_proof_computes(lab: Lab) -> None:
    wanted = computed(lab)
    assert IPv4Network("0.0.0.0/0") in wanted["a"], "FRR tells such an area a default route"
    assert wanted["b"][IPv4Network("203.0.113.0/24")] == {Hop("core", IPv4Address("10.0.0.2"))}
    assert IPv4Network("198.51.100.0/24") not in wanted["c"], "the list lets it not in"
    assert wanted["c"][IPv4Network("198.19.0.0/24")] == {Hop("core", IPv4Address("10.0.0.1"))}
    assert wanted["b"][IPv4Network("10.1.0.0/16")] == {Hop("core", IPv4Address("10.0.0.2"))}, (
        "FRR discards nothing there"
    )
    assert WHOLE in wanted["c"]
    assert IPv4Network("198.18.0.0/24") not in wanted["c"], "the aggregate keeps its parts"
    assert wanted["e"][IPv4Network("10.1.0.0/16")] == {Hop("in", IPv4Address("10.0.7.1"))}
    until(lambda: all(lab.fib(name) == wanted[name] for name in CONFIGS), 60)
    assert {name: lab.fib(name) for name in CONFIGS} == wanted


@pytest.mark.parametrize(
    ("protocol", "source", "out"),
    [("tcp", "10.1.0.1", "side"), ("tcp", "10.1.1.1", "core"), ("udp", "10.1.0.1", "core")],
)
def test_the_kernel_routes_by_policy_as_the_proof_says(lab: Lab, protocol: str, source: str, out: str) -> None:
    found = lab.network()
    packet = Packet(IPv4Address(source), WEB, PROTOCOLS[protocol], 80, 40000, echo=False, ack=False)
    tables = Engine(found, Space()).tables
    hops, usual = pushed(found, tables, "b", "down", packet, steady=False)
    said = {hop.interface for hop in hops} or ({"core"} if usual else set())
    assert said == {out}
    asked = ["ip", "route", "get", str(WEB), "from", source, "iif", "down", "ipproto", protocol]
    until(lambda: f"dev {out} " in lab.on("b", *asked, check=False), 60)
    assert f"dev {out} " in lab.on("b", *asked)


def test_a_probe_takes_the_way_of_the_policy_and_its_like_the_other(lab: Lab) -> None:
    rules = "".join(f"add rule ip t in iifname {p} ip saddr {s} counter\n" for p in "bc" for s in LANS)
    chain = "add table ip t\nadd chain ip t in { type filter hook prerouting priority 0 ; }\n"
    sh("ip", "netns", "exec", "rt-d", "nft", "-f", "-", given=chain + rules)
    program = (
        "import socket,sys\n"
        "for source in sys.argv[2:]:\n"
        "    s = socket.socket(); s.bind((source, 0)); s.settimeout(0.3)\n"
        "    try: s.connect((sys.argv[1], 80))\n"
        "    except OSError: pass\n"
    )

    def counted() -> list[bool]:
        lab.on("a", "python3", "-c", program, str(WEB), *LANS)
        lines = lab.on("d", "nft", "list", "chain", "ip", "t", "in").splitlines()
        return ["packets 0 " not in line for line in lines if "counter" in line]

    until(lambda: counted() == [True, False, False, True], 60)
    assert counted() == [True, False, False, True], "one LAN by b's side cable, the other by c"


def test_what_frr_prints_is_read_back_as_it_was_written(lab: Lab) -> None:
    """Only what the platform keeps elsewhere (whether ports are up, names) is not in FRR's own text."""
    for name, config in CONFIGS.items():
        printed = lab.vty(name, "show running-config").splitlines()
        draft = Draft()
        files = frr_live.normalise(printed, (), frr_live.Kernel(), (), ())
        frr.parse({path: File("0644", lines) for path, lines in files.items()}, draft)
        assert [line.text for line in draft.unparsed if "hostname" not in line.text] == []
        read = draft.config()
        assert (read.bgp, read.policy_routes, read.ospf, read.routes) == (
            config.bgp, config.policy_routes, config.ospf, config.routes,
        )  # fmt: skip
