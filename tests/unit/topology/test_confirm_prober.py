"""The prober and its report over a wire without a network: leaks of every shape, loss, pace."""

from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest

from tests.unit.topology.fake_wire import FakeWire
from tests.unit.topology.wire_contract import check_wire
from topology.confirm.packets import Kind
from topology.confirm.probe import Ask, End, Probe, Side
from topology.confirm.prober import SOURCE_RATE, TOTAL_RATE, TRIES, Prober
from topology.confirm.report import ConfirmReport, Visit, report

PING = Ask("icmp-echo", Kind.ECHO)


def end(n: int, side: Side = Side.UNIT) -> End:
    return End(f"pc-{n:03d}" if side is Side.UNIT else f"{side}-{n}", side, IPv4Address(f"10.21.{n}.10"))


def county_of(n: int) -> list[Probe]:
    """Every unit to every other (denied) and to a server (allowed)."""
    units = [end(i) for i in range(1, n + 1)]
    server = end(200, Side.SERVER)
    return [Probe(a, b, PING, allowed=False) for a in units for b in units if a is not b] + [
        Probe(a, server, PING, allowed=True) for a in units
    ]


def probe_all(probes: list[Probe], wire: FakeWire) -> ConfirmReport:
    outcome = Prober(wire, probes, 1024, "portal.test", lambda done, total: None).run()
    return report(probes, outcome, (), datetime(2026, 11, 22, tzinfo=UTC), 1.0)


def as_allowed(probe: Probe, turn: int) -> bool:
    return probe.allowed


def always(probe: Probe, turn: int) -> bool:
    return True


def test_a_tight_county_has_no_deviation() -> None:
    found = probe_all(county_of(8), FakeWire(as_allowed, always))
    assert (found.pairs, found.probes, found.expected, found.seen) == (56, 64, 8, 8)
    assert found.good
    assert found.deviations == ()


@pytest.mark.parametrize("answered", [True, False])
def test_a_leak_is_named_even_when_it_is_one_way(answered: bool) -> None:
    def leak(probe: Probe, turn: int) -> bool:
        return probe.allowed or (probe.source.node, probe.target.node) == ("pc-003", "pc-001")

    found = probe_all(county_of(4), FakeWire(leak, lambda p, _: p.allowed or answered))
    assert [(d.source, d.target, d.expected) for d in found.deviations] == [("pc-003", "pc-001", False)]
    assert (found.deviations[0].seen_at_source, found.deviations[0].seen_at_target) == (answered, True)
    assert not found.good
    assert [(r.source, r.target, r.seen, r.deviations) for r in found.rows if r.deviations] == [
        (Side.UNIT, Side.UNIT, 1, 1)
    ]


def test_an_allowed_probe_that_arrives_without_an_answer_deviates() -> None:
    found = probe_all(county_of(3), FakeWire(as_allowed, lambda p, _: p.source.node != "pc-002"))
    assert [(d.source, d.expected, d.seen_at_source, d.seen_at_target) for d in found.deviations] == [
        ("pc-002", True, False, True)
    ]


def test_lost_packets_are_sent_again_and_forbidden_ones_are_not() -> None:
    wire = FakeWire(lambda p, turn: p.allowed and turn == TRIES, always)
    probes = county_of(5)
    found = probe_all(probes, wire)
    assert found.deviations == ()
    assert not found.believable
    assert found.lost_first == 1.0
    assert sum(not p.allowed for _, p in wire.sent) == 20
    assert sum(p.allowed for _, p in wire.sent) == 5 * TRIES


def test_a_county_that_loses_everything_is_not_good() -> None:
    found = probe_all(county_of(3), FakeWire(lambda *_: False, always))
    assert {d.source for d in found.deviations} == {"pc-001", "pc-002", "pc-003"}
    assert found.seen == 0


def test_no_line_and_not_their_sum_is_overrun() -> None:
    wire = FakeWire(as_allowed, always)
    probe_all(county_of(60), wire)
    first = [(at, p) for at, p in wire.sent if at < wire.sent[0][0] + 1]
    assert len(first) <= TOTAL_RATE * 1.01
    for node in {p.source.node for _, p in first}:
        moments = [at for at, p in first if p.source.node == node]
        gaps = [b - a for a, b in zip(moments, moments[1:], strict=False)]
        assert min(gaps) >= 1 / SOURCE_RATE - 0.001


def test_allowed_probes_are_spread_among_the_forbidden_ones() -> None:
    wire = FakeWire(as_allowed, always)
    probe_all(county_of(60), wire)
    places = [i for i, (_, p) in enumerate(wire.sent) if p.allowed]
    assert min(places) < len(wire.sent) / 4
    assert max(places) > len(wire.sent) * 3 / 4


def test_the_answer_to_a_forged_probe_counts_wherever_it_goes() -> None:
    probe = Probe(end(1), end(2), PING, allowed=False, claimed=IPv4Address("10.21.9.10"))
    found = probe_all([probe], FakeWire(always, always))
    assert found.deviations[0].claimed == "10.21.9.10"


def test_a_failed_visit_to_the_portal_is_a_deviation_with_its_words() -> None:
    visits = (
        Visit(source="pc-001", target="srv-portal", name="portal.test", good=True),
        Visit(source="pc-002", target="srv-portal", name="portal.test", good=False, words="HTTP 502"),
    )
    outcome = Prober(FakeWire(always, always), [], 1024, "", lambda *_: None).run()
    found = report([], outcome, visits, datetime(2026, 11, 22, tzinfo=UTC), 1.0)
    assert (found.expected, found.seen) == (2, 1)
    assert [(d.source, d.words) for d in found.deviations] == [("pc-002", "HTTP 502")]


def test_the_fake_wire_keeps_the_contract() -> None:
    open_, shut = county_of(2)[2], county_of(2)[0]
    check_wire(FakeWire(as_allowed, always), open_, shut)


def test_one_lost_probe_of_few_is_no_share_but_two_are() -> None:
    found = probe_all(county_of(3), FakeWire(as_allowed, always))
    few = found.model_copy(update={"expected": 10})
    assert few.model_copy(update={"lost_first": 0.1}).believable
    assert not few.model_copy(update={"lost_first": 0.2}).believable
    assert not found.model_copy(update={"expected": 0, "lost_first": 0.5}).believable
    assert found.model_copy(update={"expected": 100, "lost_first": 0.05}).believable
