"""Kernel filters for the prober's sockets, so that a busy node (the VPN hub) does not hand it every packet. Pure.

Classic BPF as a table: load a field of the IPv4 packet, compare, take or leave. Source: Linux
Documentation/networking/filter.rst. The packet starts at its IP header, as on raw and on cooked packet sockets.
"""

import ctypes
import socket
import struct

from topology.confirm.packets import PROBE_PORT_MASK, PROBE_PORTS

SO_ATTACH_FILTER = 26
_HEADER_LENGTH = (0xB1, 0, 0, 0)  # X = 4 * (packet[0] & 0xf)
_TAKE, _LEAVE = (0x06, 0, 0, 0x40000), (0x06, 0, 0, 0)


def _half_at(offset: int) -> tuple[int, int, int, int]:
    return (0x48, 0, 0, offset)


def _byte_at(offset: int) -> tuple[int, int, int, int]:
    return (0x50, 0, 0, offset)


def _masked(value: int) -> tuple[int, int, int, int]:
    return (0x54, 0, 0, value)


def _unless_equal_leave(value: int) -> tuple[int, int, int, int]:
    return (0x15, 0, 1, value)


ECHO_REQUESTS = (_HEADER_LENGTH, _byte_at(0), _unless_equal_leave(8), _TAKE, _LEAVE)
SYNS = (_HEADER_LENGTH, _byte_at(13), _masked(0x12), _unless_equal_leave(0x02), _TAKE, _LEAVE)
PROBE_DATAGRAMS = (
    _HEADER_LENGTH,
    _half_at(0),
    _masked(PROBE_PORT_MASK),
    _unless_equal_leave(PROBE_PORTS),
    _TAKE,
    _LEAVE,
)
BY_PROTOCOL = {
    socket.IPPROTO_ICMP: ECHO_REQUESTS,
    socket.IPPROTO_TCP: SYNS,
    socket.IPPROTO_UDP: PROBE_DATAGRAMS,
}
"""what a raw socket of each protocol passes on: only what may be a probe"""


def attach(to: socket.socket, program: tuple[tuple[int, int, int, int], ...]) -> None:
    """Attach a filter program to a socket. Raises OSError if the kernel refuses it."""
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    to.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", len(program), ctypes.addressof(code)))
