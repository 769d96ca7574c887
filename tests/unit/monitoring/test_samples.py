"""From an agent's answer to samples, facts, neighbours; and ping packets."""

import struct

import pytest

from monitoring.icmp.packet import checksum, read_reply, request
from monitoring.poller.samples import Neighbour, facts, neighbours, samples
from monitoring.poller.watch import Track
from monitoring.series.seam import Interface
from monitoring.snmp import questions as q
from monitoring.snmp.seam import Answer, Target, Value

CLOCK = 1_795_219_200.0


def answer(*names: bytes, octets: int = 0, uptime: int = 6000) -> Answer:
    """An answer with interfaces of these names, numbered from 1."""
    rows = {bytes((number,)): name for number, name in enumerate(names, 1)}
    columns: dict[str, dict[bytes, Value]] = {q.IF_NAME: dict(rows)}
    for column in (q.HC_IN, q.HC_OUT, q.HC_IN_PACKETS, q.HC_OUT_PACKETS):
        columns[column] = dict.fromkeys(rows, octets)
    columns[q.IF_OPER] = dict.fromkeys(rows, 1)
    columns[q.HIGH_SPEED] = dict.fromkeys(rows, 1000)
    return Answer(Target("cpe-001", "192.0.2.1"), columns, {q.SYS_UPTIME: uptime}, dict.fromkeys(rows, uptime))


def test_rates_follow_the_name_not_the_number() -> None:
    first = samples(answer(b"lo", b"wan0"), {}, CLOCK, 45)
    assert [sample.rates for sample in first] == [None, None]
    before = {sample.interface: sample.reading for sample in first}
    second = samples(answer(b"lo", b"wan0", octets=1500, uptime=7500), before, CLOCK + 15, 45)
    assert [sample.rates and sample.rates[0] for sample in second] == [800, 800]
    moved = samples(answer(b"lo", b"tun0", b"wan0", octets=3000, uptime=7500), before, CLOCK + 15, 45)
    assert {sample.interface.name: sample.rates is None for sample in moved} == {
        "lo": False,
        "tun0": True,
        "wan0": True,
    }


def test_what_the_agent_lacks_is_none_not_zero() -> None:
    (sample,) = samples(answer(b"wan0"), {}, CLOCK, 45)
    assert sample.reading.counters == (0, 0, 0, 0, None, None, None, None)
    assert (sample.reading.speed, sample.oper, sample.interface) == (10**9, 1, Interface("cpe-001", "wan0"))


def test_device_facts() -> None:
    said = answer(b"lo")
    assert facts(said).cpu is None
    said.columns[q.CPU_LOAD] = {b"\1": 10, b"\2": 30}
    assert (facts(said).cpu, facts(said).uptime, facts(said).interfaces) == (20, 60, 1)


def test_neighbours_by_names_even_where_identifiers_are_hardware_addresses() -> None:
    local, one, two = bytes((7,)), bytes((0, 7, 1)), bytes((0, 7, 2))
    said = Answer(Target("sw-admin", "192.0.2.1"))
    said.columns = {
        q.LLDP_LOCAL_PORT: {local: b"\x02\xff\x00\x11\x22\x33"},
        q.LLDP_LOCAL_DESCRIPTION: {local: b"p01"},
        q.LLDP_REMOTE_NAME: {one: b"cpe-001", two: b"cpe-002", bytes((0, 9, 1)): b"lost"},
        q.LLDP_REMOTE_PORT: {one: b"wan0", two: b"\x02\xaa\xbb\xcc\xdd\xee"},
        q.LLDP_REMOTE_DESCRIPTION: {two: b"wan0"},
    }
    assert list(neighbours(said)) == [
        Neighbour("sw-admin", "p01", "cpe-001", "wan0"),
        Neighbour("sw-admin", "p01", "cpe-002", "wan0"),
    ]


def ipv4(payload: bytes, options: int = 0) -> bytes:
    return bytes((0x45 + options,)) + bytes(19 + 4 * options) + payload


def reply(identifier: int = 7, sequence: int = 9, kind: int = 0, code: int = 0) -> bytes:
    blank = struct.pack(">BBHHH", kind, code, 0, identifier, sequence) + b"abc"
    return struct.pack(">BBHHH", kind, code, checksum(blank), identifier, sequence) + b"abc"


def test_echo_replies_are_read_also_behind_ip_options() -> None:
    assert read_reply(ipv4(reply())) == (7, 9)
    assert read_reply(ipv4(reply(), options=3)) == (7, 9)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x45",
        bytes(20),
        ipv4(b""),
        ipv4(reply()[:5]),
        ipv4(reply(kind=8)),
        ipv4(reply(kind=3)),
        ipv4(reply(code=1)),
    ],
)
def test_what_is_no_echo_reply(packet: bytes) -> None:
    assert read_reply(packet) is None


def test_a_damaged_reply_is_none() -> None:
    good = ipv4(reply())
    for position in range(20, len(good)):
        assert read_reply(good[:position] + bytes((good[position] ^ 1,)) + good[position + 1 :]) is None


def test_our_own_request_is_no_reply_and_its_sum_is_right() -> None:
    assert read_reply(ipv4(request(7, 9))) is None
    assert checksum(request(7, 9)) == 0


def test_loss_and_round_trip_over_the_last_rounds() -> None:
    track = Track()
    assert track.quality().loss is None
    for trip in (10.0, None, 20.0, None):
        track.add(trip)
    assert (track.quality().rtt_ms, track.quality().loss) == (15, 0.5)
    assert (track.misses, track.hits) == (1, 0)
    for _round in range(100):
        track.add(1.0)
    assert (track.quality().rtt_ms, track.quality().loss, track.hits) == (1, 0, 100)
