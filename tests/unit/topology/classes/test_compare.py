"""What was seen against what the proof says: agreement, what may be a loss, and disagreement."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest

from topology.confirm.classes.claims import Claim, Probe
from topology.confirm.classes.compare import Outcome, Seen, Sighting, Where, outcome
from topology.confirm.classes.posts import Gate, Post
from topology.confirm.sockets import Computer
from topology.reach.network import DEVICES
from topology.reach.space import Packet
from topology.reach.walk import Branch, Step

PLACES = {"pc": "unit:u001", "srv": "zone:server", "isp": "operator"}
POST = Post("pc", "unit:u001", Computer(Path("pc"), "eth0", IPv4Interface("10.21.1.10/24"), IPv4Address("10.21.1.1")))
GATE = Gate(POST, IPv4Address("10.21.1.1"), frozenset({"cpe"}))
PACKET = Packet(IPv4Address("10.21.1.10"), IPv4Address("10.1.0.10"), 6, port=80, from_port=3, echo=False, ack=False)


def way(*devices: str, place: str = "") -> Branch:
    action = "accept" if place else "drop"
    return Branch(steps=tuple(Step(device=name, action=action) for name in devices), place=place)


def probe(*branches: Branch, answered: bool | None = None, wide: frozenset[str] | None = None) -> Probe:
    return Probe("unit:u001", GATE, PACKET, branches, answered, wide)


def seen(devices: Sequence[str], *ends: tuple[str, Where], answered: bool = False) -> Seen:
    into = [Sighting(name, Where.INTO, "if0", 64 - number) for number, name in enumerate(devices)]
    last = 64 - len(devices)
    found = [Sighting(node, where, "", last if where is Where.POST else last + 1) for node, where in ends]
    return Seen([*reversed(into), *found], answered)


SERVER, TAKEN = ("srv", Where.POST), ("fw", Where.TAKEN)
THROUGH = way("cpe", "core", "fw", place="zone:server")
SHUT = way("cpe", "core")
CASES = {
    "it arrives as said": (probe(THROUGH), seen(["cpe", "core", "fw"], SERVER), Outcome.AGREED),
    "it is dropped as said": (probe(SHUT), seen(["cpe", "core"]), Outcome.AGREED),
    "it is dropped too early": (probe(SHUT), seen(["cpe"]), Outcome.LOST),
    "it was never seen": (probe(SHUT), seen([]), Outcome.LOST),
    "it arrives and should not": (probe(SHUT), seen(["cpe", "core", "fw"], SERVER), Outcome.DISAGREED),
    "it goes on and should not": (probe(SHUT), seen(["cpe", "core", "fw"]), Outcome.DISAGREED),
    "it does not arrive": (probe(THROUGH), seen(["cpe", "core", "fw"]), Outcome.LOST),
    "it arrives another way": (probe(THROUGH), seen(["cpe", "hub", "fw"], SERVER), Outcome.DISAGREED),
    "it arrives elsewhere": (probe(THROUGH), seen(["cpe", "core", "fw"], ("isp", Where.POST)), Outcome.DISAGREED),
    "it is taken as said": (probe(way("cpe", "fw", place=DEVICES)), seen(["cpe", "fw"], TAKEN), Outcome.AGREED),
    "it is taken and should not": (probe(way("cpe", "fw")), seen(["cpe", "fw"], TAKEN), Outcome.DISAGREED),
    "either way is right, this": (probe(THROUGH, SHUT), seen(["cpe", "core"]), Outcome.AGREED),
    "either way is right, that": (probe(THROUGH, SHUT), seen(["cpe", "core", "fw"], SERVER), Outcome.AGREED),
    "its answer is missing": (probe(THROUGH, answered=True), seen(["cpe", "core", "fw"], SERVER), Outcome.LOST),
    "its answer came": (
        probe(THROUGH, answered=True), seen(["cpe", "core", "fw"], SERVER, answered=True), Outcome.AGREED,
    ),
    "an answer came and should not": (
        probe(THROUGH, answered=False), seen(["cpe", "core", "fw"], SERVER, answered=True), Outcome.DISAGREED,
    ),
    "the operator only passed it on": (
        probe(way("hub", "cpe", place=DEVICES)),
        Seen([Sighting("hub", Where.INTO, "core1", 64), Sighting("isp", Where.POST, "hub0", 63),
              Sighting("cpe", Where.INTO, "dsl0", 62), Sighting("cpe", Where.TAKEN, "", 62)]),
        Outcome.AGREED,
    ),
    "its own post saw it": (probe(SHUT), seen(["cpe", "core"], ("pc", Where.POST)), Outcome.AGREED),
    "nobody else is on its segment": (probe(SHUT, wide=frozenset()), seen(["cpe"]), Outcome.AGREED),
    "somebody else is on its segment": (probe(SHUT, wide=frozenset()), seen(["cpe"], SERVER), Outcome.DISAGREED),
    "its segment is shared as said": (probe(wide=frozenset({"zone:server"})), seen(["cpe"], SERVER), Outcome.AGREED),
    "who shares its segment did not see it": (probe(wide=frozenset({"zone:server"})), seen(["cpe"]), Outcome.LOST),
    "not even its router saw it": (probe(SHUT, wide=frozenset()), seen([]), Outcome.LOST),
    "its router took what was for everybody": (
        probe(SHUT, wide=frozenset()), seen(["cpe"], ("cpe", Where.TAKEN)), Outcome.DISAGREED,
    ),
    "its own place saw it": (probe(SHUT, wide=frozenset()), seen(["cpe"], ("pc", Where.POST)), Outcome.AGREED),
    "a tunnel is one hop": (
        probe(way("cpe", "cpe", "hub", place="operator")), seen(["cpe", "hub"], ("isp", Where.POST)), Outcome.AGREED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_was_seen_is_held_against_the_proof(name: str) -> None:
    tried, what, expected = CASES[name]
    assert outcome(tried, what, PLACES) is expected


def test_the_claim_says_whether_the_path_decides() -> None:
    assert probe(THROUGH).claim is Claim.ARRIVES
    assert probe(SHUT).claim is Claim.DROPPED
    assert probe(THROUGH, SHUT).claim is Claim.EITHER
    assert probe(wide=frozenset()).claim is Claim.DROPPED
    assert probe(wide=frozenset({"zone:city"})).claim is Claim.ARRIVES


def test_a_trace_reads_from_the_node_that_sent_to_where_it_was_seen_last() -> None:
    what = seen(["cpe", "fw"], TAKEN, answered=True)
    assert [*what.lines("pc")] == ["pc", "cpe if0", "fw if0", "fw (taken)", "pc (answer)"]
