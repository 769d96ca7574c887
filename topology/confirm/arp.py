"""Finds hardware addresses of next hops by ARP (RFC 826), for many nodes at once; no neighbour table is touched.

So a node whose routing table knows no way (the Internet towards 10/8) still gets its packets onto the wire.
"""

import select
import socket
import struct
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from pathlib import Path
from typing import NamedTuple

from countynet.vantage import within

_ETH_P_ARP = 0x0806
_REQUEST, _REPLY = 1, 2
_HEAD = struct.pack("!HHBB", 1, 0x0800, 6, 4)
_EVERYBODY = b"\xff" * 6
_CLOSERS = 32
ASK_TIMES = 5
ASK_SECONDS = 0.4


class Asker(NamedTuple):
    """Who asks for whom: a node's namespace, port and address, and the addresses wanted."""

    netns: Path
    port: str
    address: IPv4Address
    wanted: tuple[IPv4Address, ...]


def request(hardware: bytes, address: IPv4Address, wanted: IPv4Address) -> bytes:
    """Return an ARP request."""
    return _HEAD + struct.pack("!H", _REQUEST) + hardware + address.packed + bytes(6) + wanted.packed


def reply(packet: bytes) -> tuple[IPv4Address, bytes] | None:
    """Return (address, hardware address) of an ARP reply; None for anything else."""
    if len(packet) < 28 or packet[:6] != _HEAD or packet[6:8] != struct.pack("!H", _REPLY):
        return None
    return IPv4Address(packet[14:18]), packet[8:14]


def resolve(askers: Mapping[str, Asker]) -> dict[str, dict[IPv4Address, bytes]]:
    """Return each node's neighbours by address; who does not answer in two seconds is left out."""
    found: dict[str, dict[IPv4Address, bytes]] = {node: {} for node in askers}
    ports = {node: _open(asker) for node, asker in askers.items()}
    try:
        for _turn in range(ASK_TIMES):
            missing = {n: [w for w in a.wanted if w not in found[n]] for n, a in askers.items()}
            if not any(missing.values()):
                break
            for node, wanted in missing.items():
                _ask(ports[node], askers[node], wanted)
            _listen(ports, askers, found)
    finally:
        close_all(ports.values())
    return found


def close_all(sockets: Iterable[socket.socket]) -> None:
    """Close sockets side by side: the kernel takes a grace period of some milliseconds for each packet socket."""
    with ThreadPoolExecutor(_CLOSERS) as pool:
        list(pool.map(socket.socket.close, sockets))


def _open(asker: Asker) -> socket.socket:
    with within(asker.netns):
        port = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        port.bind((asker.port, _ETH_P_ARP))
    port.setblocking(False)
    return port


def _ask(port: socket.socket, asker: Asker, wanted: list[IPv4Address]) -> None:
    hardware = port.getsockname()[4]
    for address in wanted:
        port.sendto(request(hardware, asker.address, address), (asker.port, _ETH_P_ARP, 0, 0, _EVERYBODY))


def _listen(
    ports: Mapping[str, socket.socket], askers: Mapping[str, Asker], found: dict[str, dict[IPv4Address, bytes]]
) -> None:
    nodes = {port.fileno(): node for node, port in ports.items()}
    until = time.monotonic() + ASK_SECONDS
    with select.epoll() as poll:
        for handle in nodes:
            poll.register(handle, select.EPOLLIN)
        while time.monotonic() < until and any(set(a.wanted) - found[n].keys() for n, a in askers.items()):
            for handle, _event in poll.poll(0.05):
                answer = reply(ports[nodes[handle]].recv(128))
                if answer:
                    found[nodes[handle]][answer[0]] = answer[1]
