"""The daemon of a beacon: listens for answers with real sockets, writes them down, asks back.

Outside it takes echo replies and TCP answers to its address, and asks whoever answered once a minute with the inside
beacon's address. Inside it takes the answers to that, and notes the headers of TCP connections that begin at a port
(`look`): what kinds of systems speak from behind each address. At most `MOST` lines a minute are written: a flood of
forged packets fills no disk, and what is not signed by the key is not written at all (of TCP the scan decides, which
knows whom it asked). Needs root (raw sockets).
"""

import contextlib
import select
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from audit.terminals.beacon import journal, probe, web
from countynet import headers
from countynet.canonical import JSON

MOST = 600
"""lines a minute"""
AGAIN = 60.0
"""seconds between two questions back to the same address, and between two notes of the same system"""
_IPV4 = 0x0800


@dataclass
class Beacon:
    """One beacon."""

    side: str
    """outside or inside"""
    key: bytes
    file: Path
    """its journal"""
    address: str = ""
    """its own; answers to other addresses are not its"""
    mirror: str = ""
    """outside: the inside beacon's address, in whose name it asks back; empty: it does not"""
    look: str = ""
    """inside: the port whose connections it notes; empty: none"""
    web: int = 0
    """TCP port of its picture (`web`); 0: none"""
    outside: str = ""
    """inside: where its picture sends browsers on to, as host:port"""
    _said: dict[tuple[object, ...], float] = field(default_factory=dict)
    _minute: int = 0
    _lines: int = 0

    def serve(self, stop: Callable[[], bool], listens: Callable[[], None] = lambda: None) -> None:
        """Listen until `stop()`; `listens` is called once it does.

        Raises PermissionError without root, OSError for a port that there is not.
        """
        with contextlib.ExitStack() as stack:
            takers: dict[socket.socket, Callable[[bytes], None]] = {}
            for protocol, take in ((socket.IPPROTO_ICMP, self.echo), (socket.IPPROTO_TCP, self.tcp)):
                takers[stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol))] = take
            if self.look:
                opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_IPV4))
                takers[stack.enter_context(opened)] = self.header
                opened.bind((self.look, _IPV4))
            doors = [stack.enter_context(_door(self.address, self.web))] if self.web else []
            listens()
            while not stop():
                for ready in select.select([*takers, *doors], [], [], 0.5)[0]:
                    if ready in takers:
                        takers[ready](ready.recv(65535))
                    else:
                        self._visit(ready)

    def echo(self, packet: bytes) -> None:
        """Take an echo reply: written down when its token is ours; answered by a question back, once a minute."""
        now = time.time()
        found = probe.read(self.key, probe.echo_answer(packet), now)
        wanted = probe.OUTWARD if self.side == "outside" else probe.INWARD
        if found is None or found.way != wanted or not self._mine(packet):
            return
        origin = socket.inet_ntoa(packet[12:16])
        said: dict[str, JSON] = {"what": "echo", "target": found.target, "asked": found.at}
        self._write({**said, "origin": origin, "ttl": packet[8]}, now)
        if self.mirror and self._due(("back", origin), now):
            self._ask_back(origin, found.target, now)

    def tcp(self, packet: bytes) -> None:
        """Take a TCP answer to our port."""
        answered = probe.syn_answer(packet)
        if answered is None or not self._mine(packet) or self.side != "outside":
            return
        origin, now = socket.inet_ntoa(packet[12:16]), time.time()
        if self._due(("tcp", origin, answered), now):
            self._write({"what": "tcp", "cookie": answered, "origin": origin, "ttl": packet[8]}, now)

    def picture(self, request: bytes, origin: str) -> bytes:
        """Return what is answered to a request for the picture, and write down who followed it outside."""
        now = time.time()
        if self.side == "inside":
            return web.inside(self.key, request, origin, self.outside, now)
        answer, found = web.outside(self.key, request, now)
        if found is not None and self._due(("web", found.target, origin), now):
            said: dict[str, JSON] = {"what": "echo", "target": found.target, "asked": found.at}
            self._write({**said, "origin": origin, "by": "web"}, now)
        return answer

    def _visit(self, door: socket.socket) -> None:
        """Answer one visitor; one who is slow is left."""
        with contextlib.suppress(OSError):
            visitor, place = door.accept()
            with visitor:
                visitor.settimeout(1)
                visitor.sendall(self.picture(visitor.recv(web.LONGEST), str(place[0])))

    def header(self, frame: bytes) -> None:
        """Note the beginning of a TCP connection, each kind of system once a minute, its clock each time."""
        seen, now = headers.read(frame), time.time()
        if seen is None or not seen["options"]:
            return
        names = ("source", "destination", "ttl", "options", "clock", "mss")
        said: dict[str, JSON] = {name: _plain(seen[name]) for name in names}
        if self._due(("syn", *(said[n] for n in names if n != "clock"), said["clock"]), now):
            self._write({"what": "syn", **said}, now)

    def _mine(self, packet: bytes) -> bool:
        return not self.address or socket.inet_ntoa(packet[16:20]) == self.address

    def _ask_back(self, origin: str, target: str, now: float) -> None:
        packet = probe.echo(self.key, probe.INWARD, self.mirror, origin, target, now)
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as out, contextlib.suppress(OSError):
            out.sendto(packet, (origin, 0))

    def _due(self, what: tuple[object, ...], now: float) -> bool:
        if len(self._said) > 20 * MOST:
            self._said = {key: at for key, at in self._said.items() if now - at < AGAIN}
        if now - self._said.get(what, -AGAIN) < AGAIN:
            return False
        self._said[what] = now
        return True

    def _write(self, said: Mapping[str, JSON], now: float) -> None:
        minute = int(now) // 60
        self._lines = self._lines + 1 if minute == self._minute else 1
        self._minute = minute
        if self._lines <= MOST:
            journal.add(self.file, self.key, {**said, "side": self.side, "at": round(now, 3)})


def _door(address: str, port: int) -> socket.socket:
    opened = socket.create_server((address, port), backlog=64)
    opened.settimeout(1)
    return opened


def _plain(value: object) -> JSON:
    return value if isinstance(value, str | int) else None
