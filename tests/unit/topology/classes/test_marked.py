"""The bytes of probes: what is built is read back, answers are known as such, and nothing else is taken for ours."""

import struct
from ipaddress import IPv4Address, IPv6Address
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topology.confirm.classes import marked6
from topology.confirm.classes.marked import Mark, build, group_address, read, token
from topology.confirm.classes.neighbours import answer
from topology.confirm.packets import checksum
from topology.reach.space import Packet

A, B = IPv4Address("10.21.1.10"), IPv4Address("10.1.0.10")
RUN, INDEX = 1500, 40_000
PACKETS = {
    "syn": Packet(A, B, 6, port=80, from_port=30000, echo=False, ack=False),
    "ack": Packet(A, B, 6, port=80, from_port=30000, echo=False, ack=True),
    "datagram": Packet(A, B, 17, port=53, from_port=30000, echo=False, ack=False),
    "echo": Packet(A, B, 1, port=0, from_port=0, echo=True, ack=False),
    "stamp": Packet(A, B, 1, port=0, from_port=0, echo=False, ack=False),
    "esp": Packet(A, B, 50, port=0, from_port=0, echo=False, ack=False),
    "ospf": Packet(A, B, 89, port=0, from_port=0, echo=False, ack=False),
    "vrrp": Packet(A, B, 112, port=0, from_port=0, echo=False, ack=False),
}


@pytest.mark.parametrize("name", PACKETS)
def test_a_probe_is_read_back_and_its_sums_are_right(name: str) -> None:
    packet = PACKETS[name]
    made = build(packet, token(RUN, 3, INDEX))
    assert read(made, RUN) == Mark(INDEX, 3, 64, answer=False)
    assert read(made, RUN + 1) is None
    assert checksum(made[:20]) == 0
    assert struct.unpack_from("!H", made, 2)[0] == len(made)
    body = made[20:]
    if packet.protocol == 1:
        assert checksum(body) == 0
    if packet.protocol in (6, 17):
        assert checksum(made[12:20] + struct.pack("!BBH", 0, packet.protocol, len(body)) + body) == 0


def _turned(made: bytes, body: bytes) -> bytes:
    return made[:8] + b"\x40" + made[9:12] + made[16:20] + made[12:16] + body


@pytest.mark.parametrize("flags", [0x12, 0x14], ids=["opened", "refused"])
def test_what_a_kernel_says_to_a_segment_is_its_answer(flags: int) -> None:
    mark = token(RUN, 0, INDEX)
    body = struct.pack("!HHIIBBHHH", 80, 30000, 7, mark + 1, 5 << 4, flags, 0, 0, 0)
    assert read(_turned(build(PACKETS["syn"], mark), body), RUN) == Mark(INDEX, 0, 64, answer=True)


def test_the_last_token_is_answered_by_a_number_that_wraps() -> None:
    mark = token(4095, 15, 65535)
    body = struct.pack("!HHIIBBHHH", 80, 30000, 7, (mark + 1) & 0xFFFFFFFF, 5 << 4, 0x14, 0, 0, 0)
    assert read(_turned(build(PACKETS["syn"], mark), body), 4095) == Mark(65535, 15, 64, answer=True)


@pytest.mark.parametrize(("name", "reply"), [("echo", 0), ("stamp", 14)])
def test_what_a_kernel_says_to_icmp_is_its_answer(name: str, reply: int) -> None:
    made = build(PACKETS[name], token(RUN, 1, INDEX))
    assert read(_turned(made, bytes([reply]) + made[21:]), RUN) == Mark(INDEX, 1, 64, answer=True)


def test_an_error_that_quotes_a_probe_is_none() -> None:
    made = build(PACKETS["datagram"], token(RUN, 1, INDEX))
    error = bytes([3, 3]) + bytes(6) + made
    head = made[:9] + b"\x01" + made[10:20]
    assert read(head + error, RUN) is None


def test_a_reset_without_acknowledgement_is_none() -> None:
    made = build(PACKETS["ack"], token(RUN, 1, INDEX))
    body = struct.pack("!HHIIBBHHH", 80, 30000, token(RUN, 1, INDEX), 0, 5 << 4, 0x04, 0, 0, 0)
    assert read(_turned(made, body), RUN) is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_garbage_is_none(garbage: bytes) -> None:
    assert read(garbage, RUN) is None or b"cNy1" in garbage or garbage[9] == 6


@pytest.mark.parametrize("name", PACKETS)
def test_a_torn_probe_is_none_or_itself(name: str) -> None:
    made = build(PACKETS[name], token(RUN, 3, INDEX))
    for end in range(len(made)):
        assert read(made[:end], RUN) in (None, Mark(INDEX, 3, 64, answer=False))


def test_a_group_has_its_own_hardware_address() -> None:
    assert group_address(IPv4Address("224.0.0.18")) == b"\x01\x00\x5e\x00\x00\x12"
    assert group_address(IPv4Address("239.129.2.3")) == b"\x01\x00\x5e\x01\x02\x03"
    assert group_address(B) is None


SIX, OTHER = (cast(IPv4Address, IPv6Address(a)) for a in ("2001:db8::9", "2001:db8:1::10"))
PACKETS6 = {
    "syn": Packet(SIX, OTHER, 6, port=80, from_port=30000, echo=False, ack=False),
    "ack": Packet(SIX, OTHER, 6, port=80, from_port=30000, echo=False, ack=True),
    "datagram": Packet(SIX, OTHER, 17, port=53, from_port=30000, echo=False, ack=False),
    "echo": Packet(SIX, OTHER, 58, port=0, from_port=0, echo=True, ack=False),
    "discovery": Packet(SIX, OTHER, 58, port=0, from_port=0, echo=False, ack=False, discovery=True),
    "another message": Packet(SIX, OTHER, 58, port=0, from_port=0, echo=False, ack=False),
    "esp": Packet(SIX, OTHER, 50, port=0, from_port=0, echo=False, ack=False),
}


@pytest.mark.parametrize("name", PACKETS6)
def test_a_probe_of_ipv6_is_read_back_and_its_sums_are_right(name: str) -> None:
    packet = PACKETS6[name]
    made = build(packet, token(RUN, 3, INDEX))
    assert read(made, RUN) == Mark(INDEX, 3, 64, answer=False)
    assert read(made, RUN + 1) is None
    body = made[40:]
    assert (made[0] >> 4, made[6], struct.unpack_from("!H", made, 4)[0]) == (6, packet.protocol, len(body))
    assert (struct.unpack_from("!H", made)[0] & 0x0FF0) >> 4 == marked6.SERVICE
    if packet.protocol in (6, 17, 58):
        assert checksum(made[8:40] + struct.pack("!II", len(body), packet.protocol) + body) == 0


def test_a_packet_to_all_nodes_of_ipv6_is_handed_to_a_router() -> None:
    assert group_address(cast(IPv4Address, IPv6Address("ff02::1"))) is None


@given(st.binary(max_size=120))
@settings(max_examples=50)
def test_bytes_of_nobody_are_no_probe_of_ipv6(noise: bytes) -> None:
    assert read(b"\x60" + noise, RUN) is None


def test_a_post_says_that_a_probes_target_is_its_own_and_nobody_elses() -> None:
    router, wanted, mac = IPv6Address("fe80::1"), IPv6Address("2001:db8:1::10"), b"\x02\0\0\0\0\x07"
    asked = struct.pack("!BBHI", 135, 0, 0, 0) + wanted.packed + b"\x01\x01" + bytes(6)
    seen = marked6.header(58, len(asked), 255) + router.packed + wanted.packed + asked
    told = answer(seen, mac, {wanted})
    assert told is not None
    body = told[40:]
    assert (body[0], body[8:24], body[26:32]) == (136, wanted.packed, mac)
    assert checksum(told[8:40] + struct.pack("!II", len(body), 58) + body) == 0
    assert answer(seen, mac, {router}) is None
    assert answer(seen[:7] + b"\x40" + seen[8:], mac, {wanted}) is None, "from beyond the segment"
    assert answer(seen[:50], mac, {wanted}) is None
