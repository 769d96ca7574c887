"""Packets: sums that a kernel accepts, tokens that survive, and nothing foreign taken for ours."""

import struct
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder
from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message

from tests.unit.topology.fake_wire import echo_reply
from topology.confirm.packets import (
    INDEX_BITS,
    Kind,
    Sighting,
    build,
    checksum,
    dns_address,
    dns_query,
    probe_port,
    read,
    snmp_discovery,
)

RUN = 1234
A, B = IPv4Address("10.21.1.10"), IPv4Address("10.1.0.10")
TOKENS = st.integers(0, (1 << INDEX_BITS) - 1).map(lambda i: RUN << INDEX_BITS | i)
PORTS = {Kind.ECHO: 0, Kind.DATAGRAM: 33434, Kind.SYN: 80, Kind.DNS: 53, Kind.NTP: 123, Kind.SNMP: 161}


def packet(kind: Kind, token: int) -> bytes:
    return build(kind, A, B, PORTS[kind], token, "portal.qinglan.internal")


def test_the_checksum_of_rfc_1071() -> None:
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D
    assert checksum(b"\x01") == 0xFEFF
    assert checksum(b"") == 0xFFFF


@given(st.sampled_from(Kind), TOKENS)
def test_sums_are_right_and_the_token_is_read_back(kind: Kind, token: int) -> None:
    sent = packet(kind, token)
    assert checksum(sent[:20]) == 0
    assert struct.unpack_from("!H", sent, 2)[0] == len(sent)
    pseudo = b"" if kind is Kind.ECHO else A.packed + B.packed + struct.pack("!BBH", 0, sent[9], len(sent) - 20)
    assert checksum(pseudo + sent[20:]) == 0
    assert read(sent, RUN) == Sighting(token, answer=False)


@given(TOKENS)
def test_an_echo_reply_is_an_answer(token: int) -> None:
    assert read(echo_reply(packet(Kind.ECHO, token)), RUN) == Sighting(token, answer=True)


def tcp(flags: int, sequence: int, acknowledged: int) -> bytes:
    sent = bytearray(packet(Kind.SYN, RUN << INDEX_BITS))
    struct.pack_into("!II", sent, 24, sequence, acknowledged)
    sent[33] = flags
    return bytes(sent)


@pytest.mark.parametrize(("flags", "answer"), [(0x12, True), (0x14, True), (0x04, None), (0x10, None), (0x02, False)])
def test_tcp_answers_are_syn_ack_and_reset_only(flags: int, answer: bool | None) -> None:
    token = RUN << INDEX_BITS | 77
    sent = tcp(flags, token if answer is False else 5, token + 1)
    assert read(sent, RUN) == (None if answer is None else Sighting(token, answer))


def unreachable(outer_source: IPv4Address, quoted: bytes) -> bytes:
    body = struct.pack("!BBHI", 3, 3, 0, 0) + quoted
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, 1, 0) + outer_source.packed + A.packed + body


def test_port_unreachable_of_the_target_is_a_refusal_and_of_a_router_is_not() -> None:
    token = RUN << INDEX_BITS | 9
    sent = packet(Kind.DATAGRAM, token)
    assert read(unreachable(B, sent), RUN) == Sighting(token, answer=False, refused=True)
    assert read(unreachable(IPv4Address("10.20.1.2"), sent), RUN) is None


def udp(source_port: int, target_port: int, content: bytes) -> bytes:
    body = struct.pack("!HHHH", source_port, target_port, 8 + len(content), 0) + content
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, 17, 0) + B.packed + A.packed + body


@pytest.mark.parametrize(("flags", "count", "good"), [(0x8180, 1, True), (0x8183, 0, False), (0x8180, 0, False)])
def test_a_dns_answer_counts_only_with_a_record(flags: int, count: int, good: bool) -> None:
    token = RUN << INDEX_BITS | 0x5ABCD
    own = struct.unpack_from("!H", packet(Kind.DNS, token), 20)[0]
    answer = udp(53, own, struct.pack("!HHHHHH", token & 0xFFFF, flags, 1, count, 0, 0))
    assert read(answer, RUN) == (Sighting(token, answer=True) if good else None)


def test_ntp_and_snmp_answers() -> None:
    token = RUN << INDEX_BITS | 3
    ntp = udp(123, probe_port(RUN), bytes(24) + b"cNy1" + token.to_bytes(4, "big") + bytes(16))
    assert read(ntp, RUN) == Sighting(token, answer=True)
    assert read(udp(161, probe_port(RUN), snmp_discovery(token)), RUN) == Sighting(token, answer=True)


def test_snmp_discovery_is_a_well_formed_v3_message() -> None:
    message, rest = decoder.decode(snmp_discovery(0x4D2000AB), asn1Spec=SNMPv3Message())
    assert rest == b""
    assert int(message[1][0]) == 0x4D2000AB
    assert int(message[0]) == int(message[1][3]) == 3


@given(st.binary(max_size=120))
def test_foreign_bytes_are_refused_without_an_exception(noise: bytes) -> None:
    assert read(noise, RUN) is None
    dns_address(noise)


def test_two_runs_use_other_ports_and_identifiers() -> None:
    for kind in Kind:
        one, other = (build(kind, A, B, PORTS[kind], run << INDEX_BITS | 5, "x.test")[20:28] for run in (RUN, RUN + 1))
        assert one[:2] != other[:2] or kind is Kind.ECHO
        assert one != other


def test_another_runs_packet_is_refused() -> None:
    assert read(packet(Kind.ECHO, RUN << INDEX_BITS | 1), RUN + 1) is None


def test_the_address_of_a_dns_answer_behind_an_alias() -> None:
    query = bytearray(dns_query(7, "portal.qinglan.internal"))
    struct.pack_into("!H", query, 6, 2)
    alias = b"\xc0\x0c" + struct.pack("!HHIH", 5, 1, 60, 2) + b"\xc0\x13"
    record = b"\xc0\x13" + struct.pack("!HHIH", 1, 1, 60, 4) + bytes([10, 1, 0, 20])
    assert dns_address(bytes(query) + alias + record) == IPv4Address("10.1.0.20")
    assert dns_address(bytes(query) + alias) is None
