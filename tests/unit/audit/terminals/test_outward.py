"""Terminals on two nets, and private VPNs: what is sure, what is a hint, and what is the county's own."""

import os

import pytest

from audit.terminals.judge import Answer
from audit.terminals.model import Confidence, Kind
from countynet.surroundings import Flow, Table
from countynet.vocabulary import Severity
from tests.unit.audit.terminals.world import COUNTY, MACS, NOW, STRANGER, arp, facts, found, header

WAY_OUT = Answer("outside", "10.21.1.10", "198.51.100.7", NOW)


def test_an_answer_at_the_outside_beacon_is_sure() -> None:
    one = found(facts(answers=[WAY_OUT]), Kind.DUAL_HOMED)[0]
    assert (one.terminal, one.device, one.port, one.mac) == ("pc-001", "cpe-001", "lan0", MACS["001"])
    assert (one.confidence, one.severity) == (Confidence.CERTAIN, Severity.CRITICAL)
    assert (one.evidence[0].table, one.values["origin"]) == (Table.BEACON, "198.51.100.7")


def test_the_countys_own_exit_is_no_second_net() -> None:
    zone = next(z for z in COUNTY.zones if z.name.value == "internet")
    for origin in (str(zone.gateway), str(zone.gateway + 1), str(COUNTY.plan.hub.ip)):
        assert not found(facts(answers=[Answer("outside", "10.21.1.10", origin, NOW)]), Kind.DUAL_HOMED)


def test_an_unknown_computer_on_two_nets_is_found_by_its_row() -> None:
    answer = Answer("inside", "10.21.1.66", "192.168.1.3", NOW)
    one = found(facts(arp("001", STRANGER, "10.21.1.66"), answers=[answer]), Kind.DUAL_HOMED)[0]
    assert (one.terminal, one.mac, one.unit) == ("", STRANGER, "u001")


def test_an_address_of_another_net_on_a_units_wire_is_a_hint() -> None:
    mac = MACS["001"]
    one = found(facts(headers=[header("001", mac, source="192.168.43.7")]), Kind.DUAL_HOMED)[0]
    assert (one.confidence, one.severity, one.terminal) == (Confidence.HINT, Severity.MINOR, "pc-001")
    for source in ("169.254.7.7", "0.0.0.0", "10.21.1.99"):  # noqa: S104
        assert not found(facts(headers=[header("001", mac, source=source)]), Kind.DUAL_HOMED), source


def test_both_signs_of_one_terminal_are_one_finding() -> None:
    both = facts(answers=[WAY_OUT], headers=[header("001", MACS["001"], source="198.51.100.7")])
    assert [(len(one.evidence), one.confidence) for one in found(both, Kind.DUAL_HOMED)] == [(2, Confidence.CERTAIN)]


@pytest.mark.parametrize(
    ("protocol", "port", "said"),
    [(17, 51820, "WireGuard"), (6, 1194, "OpenVPN"), (17, 1701, "L2TP"), (6, 1723, "PPTP"), (47, 0, "PPTP/GRE")],
)
def test_an_answered_session_at_a_tunnels_port_is_likely_and_a_try_a_hint(protocol: int, port: int, said: str) -> None:
    session = Flow("fw-1", "10.21.1.10", "198.51.100.9", protocol, port, answered=True, line="udp ...")
    one = found(facts(flows=[session]), Kind.TUNNEL)[0]
    assert (one.terminal, one.device, one.values["protocol"]) == ("pc-001", "cpe-001", said)
    assert (one.confidence, one.severity) == (Confidence.LIKELY, Severity.CRITICAL)
    tried = Flow("fw-1", "10.21.1.10", "198.51.100.9", protocol, port)
    assert found(facts(flows=[tried]), Kind.TUNNEL)[0].confidence is Confidence.HINT


@pytest.mark.parametrize(
    "session",
    [
        Flow("fw-1", "10.21.1.10", "10.1.0.20", 17, 51820, True),
        Flow("fw-1", "10.21.1.10", "10.200.0.1", 17, 500, True),
        Flow("cpe-025", "10.21.25.10", str(COUNTY.plan.hub.ip), 17, 4500, True),
        Flow("fw-1", "198.51.100.9", "203.0.113.10", 17, 51820, True),
        Flow("fw-1", "10.21.1.1", "198.51.100.9", 50, 0, True),
        Flow("fw-1", "10.21.1.10", "198.51.100.9", 6, 443, True),
        Flow("fw-1", "10.21.1.10", "239.1.1.1", 17, 1194, True),
    ],
    ids=["a server", "the city", "the hub", "from outside", "the CPE itself", "the web", "a group"],
)
def test_what_stays_with_the_county_or_is_no_tunnel_is_none(session: Flow) -> None:
    assert not found(facts(flows=[session]), Kind.TUNNEL)


def test_the_first_bytes_of_a_tunnel_are_sure_at_any_port() -> None:
    seen = header("001", MACS["001"], destination="198.51.100.9", protocol=17, to_port=443, shape="wireguard")
    session = Flow("fw-1", "10.21.1.10", "198.51.100.9", 17, 51820, answered=True)
    alone, both = facts(headers=[seen]), facts(headers=[seen], flows=[session])
    assert [(o.confidence, o.severity) for o in found(alone, Kind.TUNNEL)] == [(Confidence.CERTAIN, Severity.MAJOR)]
    assert [(o.confidence, o.severity) for o in found(both, Kind.TUNNEL)] == [(Confidence.CERTAIN, Severity.CRITICAL)]


def test_a_probe_token_is_believed_for_its_key_its_time_and_its_way_only() -> None:
    from audit.terminals.beacon import probe

    key = os.urandom(32)
    packet = probe.echo(key, probe.OUTWARD, "203.0.113.1", "10.21.1.10", "10.21.1.10", 1_000_000)
    answer = bytearray(packet)
    answer[20] = 0
    payload = probe.echo_answer(bytes(answer))
    token = probe.read(key, payload, 1_000_030)
    assert token == probe.Token(probe.OUTWARD, "10.21.1.10", 1_000_000_000)
    assert probe.echo_answer(packet) == b"", "the question is no answer"
    assert probe.read(os.urandom(32), payload, 1_000_030) is None
    assert probe.read(key, payload, 1_000_000 + probe.LATE + 1) is None
    assert probe.read(key, payload[:-20], 1_000_030) is None
    for n in range(41):
        assert probe.read(key, payload[:n] + bytes((payload[n] ^ 1,)) + payload[n + 1 :], 1_000_030) is None, n


def test_a_syns_answer_is_known_by_its_number() -> None:
    import struct

    from audit.terminals.beacon import probe

    key, run = os.urandom(32), os.urandom(16)
    sent = probe.syn(key, "203.0.113.1", "10.21.1.10", run)
    number = struct.unpack_from("!I", sent, 24)[0]
    tcp = struct.pack("!HHIIBBHHH", probe.ASKED, probe.PORT, 0, (number + 1) % 2**32, 0x50, 0x14, 0, 0, 0)
    answer = sent[:12] + sent[16:20] + sent[12:16] + tcp
    known = probe.cookies(key, ["10.21.1.10", "10.21.2.10"], run)
    assert known[probe.syn_answer(answer) or 0] == "10.21.1.10"
    assert probe.syn_answer(sent) is None
    assert known.keys().isdisjoint(probe.cookies(key, ["10.21.1.10"], os.urandom(16)))
