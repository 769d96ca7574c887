"""The sockets of a class run: one process that sends and sees in all namespaces of a twin at once.

At a post, a packet socket on its port sends to a router's hardware address and sees what comes in. In a device, one
packet socket sees what comes in at any of its interfaces (so where a packet stopped can be told), raw sockets see what
its input filter let through, and one sends what the device sends itself. Kernel filters leave only packets with our
type of service. Nothing is configured anywhere. Needs root (else MissingCapability).
"""

import resource
import select
import socket
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any, NamedTuple

from countynet.errors import Conflict, DeviceError, MissingCapability
from countynet.i18n import _
from countynet.vantage import within
from topology.confirm import arp, filters
from topology.confirm.classes import marked6
from topology.confirm.classes.compare import Where
from topology.confirm.classes.marked import SERVICE, group_address
from topology.confirm.classes.neighbours import answer
from topology.confirm.sockets import Computer

_ETH_P_IP, _ETH_P_IPV6 = 0x0800, 0x86DD
_BUFFER = 4 * 1024 * 1024
_SO_RCVBUFFORCE = 33
_BATCH = 64
_HANDLES = 8192
"""a county of 130 devices takes 1,200"""
_OURS = ((0x30, 0, 0, 1), (0x15, 0, 1, SERVICE), (0x06, 0, 0, 0x40000), (0x06, 0, 0, 0))
"""load the type of service, equal or leave"""
_OURS6 = ((0x28, 0, 0, 0), (0x54, 0, 0, 0x0FF0), (0x15, 0, 1, marked6.SERVICE << 4), *_OURS[2:])
"""load the first half word, take the traffic class out of it, equal or leave"""
_HOP_LIMIT = (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT)
_EVERYBODY = b"\xff" * 6
_FOR_ANOTHER, _SENT = 3, 4
"""packet types of Linux (packet(7)): a frame for somebody else that was flooded here, a frame that left"""


class Heard(NamedTuple):
    """A packet that was seen."""

    node: str
    where: Where
    interface: str
    packet: bytes


class Ears:
    """Every socket of a run; use as a context manager."""

    def __init__(
        self,
        posts: Mapping[str, Computer],
        devices: Mapping[str, Path],
        protocols: Iterable[int],
        protocols6: Collection[int] = (),
        speaking: Mapping[str, Collection[IPv6Address]] | None = None,
    ) -> None:
        """Open every socket; those of IPv6 only if there are protocols of it to hear.

        `speaking`: the addresses of IPv6 that posts, by their nodes, say are theirs when a router asks. Raises
        MissingCapability without root, Conflict for a namespace that is gone.
        """
        self._posts, self._ports = dict(posts), dict[str, socket.socket]()
        self._ports6, self._speaking = dict[str, socket.socket](), speaking or {}
        self._senders = dict[str, socket.socket]()
        self._open: dict[int, tuple[str, Where, socket.socket]] = {}
        self._poll = select.epoll()
        _allow_handles()
        with ExitStack() as undo:
            undo.callback(self.close)
            try:
                for node, computer in posts.items():
                    self._ports[node] = self._listen(node, Where.POST, computer.netns, computer.port)
                for device, netns in devices.items():
                    self._listen_in(device, netns, protocols)
                if protocols6:
                    self._open_six(posts, devices, protocols6)
                self._hops = arp.resolve({n: _asker(c) for n, c in posts.items()})
            except PermissionError as error:
                raise MissingCapability(_("the live test of isolation opens raw sockets: run as root")) from error
            except FileNotFoundError as error:
                message = _("the twin is half dead ({netns} is gone); start it again: countynet twin up")
                raise Conflict(message, netns=error.filename) from error
            undo.pop_all()

    def __enter__(self) -> "Ears":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every socket."""
        arp.close_all(each for _node, _where, each in self._open.values())
        self._open.clear()
        self._poll.close()

    def send(self, node: str, via: IPv4Address, target: IPv4Address, packet: bytes, *, wide: bool = False) -> None:
        """Send a packet out of a post to a router on its segment, or out of a device by its own kernel.

        `wide`: to everybody on the post's segment instead. Raises DeviceError if nobody answers at that address.
        """
        if node in self._senders:
            with suppress(OSError):  # its own filter drops it, or its table has no way: so the kernel says
                self._senders[node].sendto(packet, (str(target), 0))
            return
        computer = self._posts[node]
        hop = _EVERYBODY if wide else group_address(target) or self._hops[node].get(via)
        if hop is None:
            raise DeviceError(node, _("the gateway {gateway} does not answer ARP"), gateway=str(via))
        if packet[0] >> 4 == 6:
            self._ports6[node].sendto(packet, (computer.port, _ETH_P_IPV6, 0, 0, hop))
        else:
            self._ports[node].sendto(packet, (computer.port, _ETH_P_IP, 0, 0, hop))

    def answers(self, node: str, via: IPv4Address) -> bool:
        """Return whether a router answered at an address on a post's segment."""
        return via in self._hops[node]

    def hear(self, seconds: float) -> Iterator[Heard]:
        """Yield what has come in; waits at most so long for the first."""
        for handle, _event in self._poll.poll(seconds):
            node, where, each = self._open[handle]
            for _turn in range(_BATCH):
                try:
                    packet, sender = _received(each)
                except BlockingIOError:
                    break
                if each is self._ports6.get(node):
                    self._speak(node, packet, sender)
                if where is Where.TAKEN:
                    yield Heard(node, where, "", packet)
                elif sender[2] not in (_FOR_ANOTHER, _SENT):
                    yield Heard(node, where, sender[0], packet)

    def _listen(self, node: str, where: Where, netns: Path, port: str, *, six: bool = False) -> socket.socket:
        kind = _ETH_P_IPV6 if six else _ETH_P_IP
        with within(netns):
            each = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0 if port else socket.htons(kind))
            if port:
                each.bind((port, kind))
            else:
                filters.attach(each, _OURS6 if six else _OURS)
        return self._watch(node, where, each)

    def _listen_in(self, device: str, netns: Path, protocols: Iterable[int]) -> None:
        self._listen(device, Where.INTO, netns, "")
        with within(netns):
            sender = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            self._senders[device] = self._watch(device, Where.TAKEN, sender)
            for protocol in protocols:
                each = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
                filters.attach(each, _OURS)
                self._watch(device, Where.TAKEN, each)

    def _open_six(self, posts: Mapping[str, Computer], devices: Mapping[str, Path], protocols: Iterable[int]) -> None:
        for node, computer in posts.items():
            self._ports6[node] = self._listen(node, Where.POST, computer.netns, computer.port, six=True)
        for device, netns in devices.items():
            self._listen(device, Where.INTO, netns, "", six=True)
            with within(netns):
                for protocol in protocols:
                    each = socket.socket(socket.AF_INET6, socket.SOCK_RAW, protocol)
                    each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
                    self._watch(device, Where.TAKEN, each)

    def _speak(self, node: str, packet: bytes, sender: Any) -> None:
        """Answer a router that asks for an address that a post speaks for."""
        port, mine = self._ports6[node], self._speaking.get(node, ())
        if mine and sender[2] != _SENT and (told := answer(packet, port.getsockname()[4], mine)):
            port.sendto(told, (self._posts[node].port, _ETH_P_IPV6, 0, 0, sender[4]))

    def _watch(self, node: str, where: Where, each: socket.socket) -> socket.socket:
        each.setblocking(False)
        each.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        self._open[each.fileno()] = (node, where, each)
        self._poll.register(each, select.EPOLLIN)
        return each


def _received(each: socket.socket) -> tuple[bytes, Any]:
    """Return a packet and who sent it; a raw socket of IPv6 gives no header, so one is put before.

    Raises BlockingIOError when there is none.
    """
    if each.family != socket.AF_INET6:
        return each.recvfrom(2048)
    body, told, _flags, sender = each.recvmsg(2048, socket.CMSG_SPACE(4))
    hops = next((struct.unpack("i", value)[0] for level, kind, value in told if (level, kind) == _HOP_LIMIT), 0)
    return marked6.header(each.proto, len(body), hops) + bytes(32) + body, sender


def _asker(computer: Computer) -> arp.Asker:
    wanted = tuple(dict.fromkeys((computer.gateway, *computer.also)))
    return arp.Asker(computer.netns, computer.port, computer.address.ip, wanted)


def _allow_handles() -> None:
    """Let this process open as many sockets as a run takes, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _HANDLES if hard == resource.RLIM_INFINITY else min(_HANDLES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
