"""The real wire: sockets that one process opens inside many network namespaces.

A socket stays in the namespace where it was made, so one thread enters each namespace, opens its sockets and comes
back; then one epoll serves them all. A computer (terminal, host) has a packet socket on its port: it sends any packet
to the next hop's hardware address and sees whatever reaches the port. A device has raw sockets, which see a packet only
after the device's input filter let it in. Nothing is configured anywhere. Needs root (else MissingCapability).
"""

import select
import socket
import time
from collections.abc import Collection, Iterable, Mapping
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import NamedTuple

from countynet.errors import Conflict, DeviceError, MissingCapability
from countynet.i18n import _
from countynet.vantage import within
from topology.confirm import arp, filters
from topology.confirm.probe import Probe

_ETH_P_IP = 0x0800
_EVERYBODY = b"\xff" * 6
_BUFFER = 4 * 1024 * 1024
_SO_RCVBUFFORCE = 33
_BATCH = 64


class Computer(NamedTuple):
    """A node that sends and sees: its namespace, port, address, and the next hop for all that is not on its segment."""

    netns: Path
    port: str
    address: IPv4Interface
    gateway: IPv4Address
    also: tuple[IPv4Address, ...] = ()
    """addresses on its segment that it sends to directly, if they answer; else the gateway gets them"""


class NamespaceWire:
    """The wire over namespaces; use as a context manager."""

    def __init__(
        self, computers: Mapping[str, Computer], devices: Mapping[str, Path], cut: Collection[str] = ()
    ) -> None:
        """Open every socket; computers in `cut` may be without a gateway.

        Raises MissingCapability without root, Conflict for a missing namespace.
        """
        self._computers, self._cut = dict(computers), frozenset(cut)
        self._ports: dict[str, socket.socket] = {}
        self._nodes: dict[int, tuple[str, socket.socket]] = {}
        self._poll = select.epoll()
        try:
            for node, computer in computers.items():
                self._ports[node] = self._open_port(node, computer)
            for node, netns in devices.items():
                self._open_device(node, netns)
            self._hops = arp.resolve({n: _neighbours(c) for n, c in computers.items()})
        except PermissionError as error:
            self.close()
            raise MissingCapability(_("the live test of isolation opens raw sockets: run as root")) from error
        except FileNotFoundError as error:
            self.close()
            message = _("the twin is half dead ({netns} is gone); start it again: countynet twin up")
            raise Conflict(message, netns=error.filename) from error
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "NamespaceWire":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every socket."""
        arp.close_all(each for _node, each in self._nodes.values())
        self._nodes.clear()
        self._poll.close()

    def send(self, probe: Probe, packet: bytes) -> None:
        """Send through the source's port to the next hop's hardware address.

        Raises DeviceError if it has none; what is meant to be cut off then calls to everybody on its segment.
        """
        node = probe.source.node
        hops, computer = self._hops[node], self._computers[node]
        hop = hops.get(probe.target.address) or hops.get(computer.gateway)
        if hop is None and node in self._cut:
            hop = _EVERYBODY
        if hop is None:
            raise DeviceError(node, _("the gateway {gateway} does not answer ARP"), gateway=str(computer.gateway))
        try:
            self._ports[node].sendto(packet, (computer.port, _ETH_P_IP, 0, 0, hop))
        except BlockingIOError:
            time.sleep(0.001)
            self._ports[node].sendto(packet, (computer.port, _ETH_P_IP, 0, 0, hop))

    def receive(self, seconds: float) -> Iterable[tuple[str, bytes]]:
        """Return what has arrived at every node."""
        for handle, _event in self._poll.poll(seconds):
            node, port = self._nodes[handle]
            for _turn in range(_BATCH):
                try:
                    yield node, port.recv(2048)
                except BlockingIOError:
                    break

    def time(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def _open_port(self, node: str, computer: Computer) -> socket.socket:
        with within(computer.netns):
            port = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
            port.bind((computer.port, _ETH_P_IP))
        self._watch(node, port)
        return port

    def _open_device(self, node: str, netns: Path) -> None:
        with within(netns):
            for protocol, program in filters.BY_PROTOCOL.items():
                ear = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
                filters.attach(ear, program)
                self._watch(node, ear)

    def _watch(self, node: str, each: socket.socket) -> None:
        each.setblocking(False)
        each.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        self._nodes[each.fileno()] = (node, each)
        self._poll.register(each, select.EPOLLIN)


def _neighbours(computer: Computer) -> arp.Asker:
    wanted = (computer.gateway, *computer.also)
    return arp.Asker(computer.netns, computer.port, computer.address.ip, tuple(dict.fromkeys(wanted)))
