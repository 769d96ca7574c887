"""The real wire in three namespaces of its own: two terminals around a router that filters and is a device."""

import os
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest

from tests.unit.topology.wire_contract import check_wire
from topology.confirm.packets import INDEX_BITS, Kind, build, read
from topology.confirm.probe import PING, SNMP, SSH, TOKEN, Ask, End, Probe, Side
from topology.confirm.prober import Prober
from topology.confirm.report import ConfirmReport, report
from topology.confirm.sockets import Computer, NamespaceWire

pytestmark = [pytest.mark.twin, pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")]

A, R, B = "h8-a", "h8-r", "h8-b"
NETNS = Path("/run/netns")
COMPUTERS = {
    A: Computer(NETNS / A, "eth0", IPv4Interface("10.21.1.10/24"), IPv4Address("10.21.1.1")),
    B: Computer(NETNS / B, "eth0", IPv4Interface("10.21.2.10/24"), IPv4Address("10.21.2.1")),
}
DEVICES = {R: NETNS / R}
A_END, B_END = End(A, Side.UNIT, IPv4Address("10.21.1.10")), End(B, Side.UNIT, IPv4Address("10.21.2.10"))
R_END = End(R, Side.DEVICE, IPv4Address("10.255.0.1"))
TIGHT = """flush ruleset
table inet h8 {
  chain input {
    type filter hook input priority 0; policy drop;
    ip saddr 10.21.2.10 accept
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    %s
  }
}
"""


def sh(*words: str, text: str = "") -> None:
    subprocess.run(words, check=True, input=text, text=True, capture_output=True)


def load(rules: str) -> None:
    sh("ip", "netns", "exec", R, "nft", "-f", "-", text=TIGHT % rules)


@pytest.fixture(scope="module")
def triangle() -> Iterator[None]:
    lines = [f"netns add {n}" for n in (A, R, B)]
    for node, near in ((A, "to-a"), (B, "to-b")):
        lines.append(f"link add eth0 netns {node} type veth peer name {near} netns {R}")
    sh("ip", "-batch", "-", text="\n".join(lines))
    try:
        for node, near, net in ((A, "to-a", "10.21.1"), (B, "to-b", "10.21.2")):
            words = f"addr add {net}.10/24 dev eth0\nlink set eth0 up\nlink set lo up\nroute add default via {net}.1"
            sh("ip", "-n", node, "-batch", "-", text=words)
            sh("ip", "-n", R, "-batch", "-", text=f"addr add {net}.1/24 dev {near}\nlink set {near} up")
        sh("ip", "-n", R, "-batch", "-", text="link set lo up\naddr add 10.255.0.1/32 dev lo")
        sh("ip", "netns", "exec", R, "sysctl", "-q", "net.ipv4.ip_forward=1")
        yield
    finally:
        for node in (A, R, B):
            subprocess.run(["ip", "netns", "del", node], check=False)


@pytest.fixture
def wire(triangle: None) -> Iterator[NamespaceWire]:
    with NamespaceWire(COMPUTERS, DEVICES) as opened:
        yield opened


def run(wire: NamespaceWire, *probes: Probe) -> ConfirmReport:
    from countynet import clock

    outcome = Prober(wire, probes, 1100, "x.test", lambda *_: None).run()
    return report(probes, outcome, (), clock.now(), 0)


def denied(source: End, target: End, ask: Ask, claimed: str = "") -> Probe:
    return Probe(source, target, ask, allowed=False, claimed=IPv4Address(claimed) if claimed else None)


def test_the_contract_of_wires(wire: NamespaceWire) -> None:
    load("ip saddr 10.21.1.10 ip daddr 10.21.2.10 icmp type echo-request accept; icmp type echo-reply accept")
    check_wire(wire, denied(A_END, B_END, PING), denied(A_END, B_END, TOKEN))


def test_a_tight_router_lets_nothing_through_and_nothing_in(wire: NamespaceWire) -> None:
    load("")
    found = run(wire, *(denied(A_END, B_END, a) for a in (PING, TOKEN, SSH)),
                *(denied(A_END, R_END, a) for a in (PING, SSH, SNMP)))  # fmt: skip
    assert found.good
    assert found.seen == 0


def test_a_one_way_hole_is_seen_at_the_target_only(wire: NamespaceWire) -> None:
    load("ip saddr 10.21.1.10 accept")
    found = run(wire, denied(A_END, B_END, PING), denied(A_END, B_END, TOKEN), denied(B_END, A_END, PING))
    assert {(d.source, d.service, d.seen_at_source, d.seen_at_target) for d in found.deviations} == {
        (A, "icmp-echo", False, True),
        (A, "udp", False, True),
    }


def test_a_device_is_reached_only_past_its_input_filter(wire: NamespaceWire) -> None:
    load("")
    probes = [Probe(B_END, R_END, ask, allowed=True) for ask in (PING, SSH)]
    found = run(wire, *probes, *(denied(A_END, R_END, ask) for ask in (PING, SSH, SNMP)))
    assert found.deviations == ()
    assert found.seen == 2


def test_a_service_that_refuses_has_arrived_but_not_answered(wire: NamespaceWire) -> None:
    load("accept")
    allowed, forbidden = Probe(B_END, R_END, SNMP, allowed=True), Probe(B_END, R_END, TOKEN, allowed=False)
    found = run(wire, allowed, forbidden)
    assert {(d.service, d.seen_at_source, d.seen_at_target) for d in found.deviations} == {
        ("snmp", False, True),
        ("udp", False, True),
    }


def test_a_forged_source_is_sent_as_forged_and_its_answer_is_found_elsewhere(wire: NamespaceWire) -> None:
    load("")
    found = run(wire, denied(A_END, R_END, PING, claimed="10.21.2.10"))
    assert [(d.claimed, d.seen_at_source, d.seen_at_target) for d in found.deviations] == [("10.21.2.10", True, True)]


def test_a_tcp_probe_opens_nothing_at_its_target(wire: NamespaceWire) -> None:
    load("accept")
    listener = subprocess.Popen(
        ["ip", "netns", "exec", B, "python3", "-c",
         "import socket,time; s=socket.create_server(('10.21.2.10',22)); print(1,flush=True); s.settimeout(1.5);\n"
         "try: s.accept(); print('accepted')\nexcept TimeoutError: print('none')"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert listener.stdout is not None
    listener.stdout.readline()
    found = run(wire, Probe(A_END, B_END, SSH, allowed=True))
    assert found.good
    assert listener.communicate(timeout=10)[0].strip() == "none"


def test_the_wire_leaves_no_neighbour_route_or_address_behind(wire: NamespaceWire) -> None:
    load("")
    before = subprocess.run(["ip", "-n", R, "route"], check=True, capture_output=True, text=True).stdout
    run(wire, denied(A_END, B_END, PING))
    assert subprocess.run(["ip", "-n", R, "route"], check=True, capture_output=True, text=True).stdout == before


def test_a_packet_arrives_unchanged(wire: NamespaceWire) -> None:
    load("accept")
    sent = build(Kind.DATAGRAM, A_END.address, B_END.address, 33434, 1100 << INDEX_BITS)
    wire.send(denied(A_END, B_END, TOKEN), sent)
    got = [(n, p) for _ in range(20) for n, p in wire.receive(0.05) if read(p, 1100)]
    assert (B, sent[20:]) in [(n, p[20:]) for n, p in got]
