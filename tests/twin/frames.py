"""Frames by hand between two ports of a twin: whether one crosses, whatever filters of IPv4 stand anywhere."""

import os
import socket
import struct
import time
from ipaddress import IPv4Address, IPv6Address

from countynet.vantage import within
from tests.twin.holes import Shared
from topology.confirm.classes.marked import build
from topology.confirm.places import netns
from topology.reach.space import Packet

ALL_FRAMES = 0x0003
TAGGED = 0x8100
"""the ethertype of a VLAN's tag (IEEE 802.1Q)"""
TO_ALL = {0x0800: b"\xff" * 6, 0x86DD: b"\x33\x33\x00\x00\x00\x01"}
"""to everybody on a segment: by IPv4, by IPv6 (RFC 2464)"""


ROUNDS = 5
"""frames of the neighbour that have to arrive, each sent after one of ours, until none of ours is said to cross"""


def crosses(shared: Shared) -> bool:
    """Return whether frames from the sender reach the receiver while those of the receiver's neighbour do."""
    receiver, others = _port(*shared.receiver), 0
    deadline = time.monotonic() + 60
    try:
        while others < ROUNDS:
            mine, other = os.urandom(4), os.urandom(4)
            _send(shared, shared.sender, mine, shared.tag)
            _send(shared, shared.neighbour, other)
            seen = _heard(receiver)
            if mine in seen:
                return True
            others += other in seen
            assert time.monotonic() < deadline, "not even the neighbour's frames arrive"
    finally:
        receiver.close()
    return False


def forged_arrives(device: str, port: str, router: str, packet: Packet, target: tuple[str, str]) -> bool:
    """Return whether a packet that a device sends past its own filter, with whatever source, reaches a port.

    `router`: the hardware address that it is sent to. It is tried a few times.
    """
    ear, mark = _port(*target), os.urandom(4)
    sender = _port(device, port)
    try:
        for _turn in range(ROUNDS):
            head = bytes.fromhex(router.replace(":", "")) + sender.getsockname()[4] + b"\x08\x00"
            sender.send((head + build(packet, int.from_bytes(mark, "big"))).ljust(80, b"\0"))
            if mark in _heard(ear):
                return True
    finally:
        ear.close()
        sender.close()
    return False


def _port(node: str, port: str) -> socket.socket:
    with within(netns(node)):
        found = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_FRAMES))
        found.bind((port, ALL_FRAMES))
    found.settimeout(0.5)
    return found


def _send(shared: Shared, end: tuple[str, str], mark: bytes, tag: int | None = None) -> None:
    sender = _port(*end)
    tagged = b"" if tag is None else struct.pack("!HH", TAGGED, tag)
    head = TO_ALL[shared.ethertype] + sender.getsockname()[4] + tagged + shared.ethertype.to_bytes(2, "big")
    sender.send((head + _packet(shared.ethertype, mark)).ljust(80, b"\0"))
    sender.close()


def _packet(ethertype: int, mark: bytes) -> bytes:
    """Return a packet of an experimental protocol (RFC 3692, 253) to everybody on the segment."""
    if ethertype == 0x0800:
        nobody, everybody = IPv4Address("192.0.2.1"), IPv4Address("255.255.255.255")
        packet = Packet(nobody, everybody, 253, port=0, from_port=0, echo=False, ack=False)
        return build(packet, int.from_bytes(mark, "big"))
    link_local, group = IPv6Address("fe80::1"), IPv6Address("ff02::1")
    return struct.pack("!IHBB", 6 << 28, len(mark), 253, 1) + link_local.packed + group.packed + mark


def _heard(port: socket.socket) -> bytes:
    """Return what has come in, waiting a little for the first."""
    found = b""
    try:
        while True:
            found += port.recv(2048)
            port.settimeout(0.05)
    except TimeoutError:
        port.settimeout(0.5)
        return found
