"""The operator's ADSL access: one process that carries every ADSL line between the unit's CPE and the operator's net.

Run as `python -S -m topology.twin.inner.dslam ORDER`, in the operator's namespace; ORDER is a JSON file:
`{"socket", "lines": [{"id", "namespace", "port", "tap", "address", "down", "up", "delay", "loss"}]}` (bit/s, seconds,
fraction). Each line is a pair of taps, one in the CPE's namespace, with a queue that has the line's rate and
delay and drops what waits longer than QUEUE_SECONDS. A cut line loses sync: both taps lose carrier and no frame passes.

Control: a Unix datagram socket takes `{"cut": id}`, `{"mend": id}` or `{"list": true}` and answers with JSON.
An idle line costs nothing: the process sleeps in epoll until a frame arrives or is due.
"""

import fcntl
import heapq
import json
import os
import random
import select
import socket
import struct
import sys
import time
from typing import Any

from topology.twin.inner import kernel, nic

_TUNSETIFF, _TUNSETPERSIST, _TUNSETCARRIER = 0x400454CA, 0x400454CB, 0x400454E2
_IFF_TAP, _IFF_NO_PI = 0x0002, 0x1000
QUEUE_SECONDS = 0.3
FRAMES_AT_ONCE = 32


def tap(name: str, namespace: str = "") -> int:
    """Open a new tap in a namespace (a path), or in the process's own.

    It is persistent, so that it goes with its namespace, all at once: the kernel takes 20 ms to remove one.
    """
    if namespace:
        with kernel.inside(namespace):
            return tap(name)
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TAP | _IFF_NO_PI))
    fcntl.ioctl(descriptor, _TUNSETPERSIST, 1)
    return descriptor


def set_carrier(descriptor: int, *, on: bool) -> None:
    """Give or take the carrier of a tap."""
    fcntl.ioctl(descriptor, _TUNSETCARRIER, struct.pack("i", on))


class Way:
    """One direction of one line: frames read from a tap leave at `out` when the line has carried them."""

    __slots__ = ("cut", "delay", "free", "loss", "out", "rate")

    def __init__(self, out: int, rate: float, delay: float, loss: float) -> None:
        self.out, self.rate, self.delay, self.loss = out, rate, delay, loss
        self.free = 0.0
        self.cut = False

    def due(self, now: float, size: int) -> float:
        """Return when a frame that arrives now leaves the line; 0.0 when it is lost."""
        begin = max(self.free, now)
        if self.cut or begin - now > QUEUE_SECONDS or random.random() < self.loss:  # noqa: S311 - a noisy line, not a secret
            return 0.0
        self.free = begin + size * 8 / self.rate
        return self.free + self.delay


class Dslam:
    """All lines of the county's ADSL units."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.ways: dict[int, Way] = {}
        self.lines: dict[str, tuple[int, int]] = {}
        self.queue: list[tuple[float, int, int, bytes]] = []
        self.number = 0
        for line in order["lines"]:
            self._open(line)
        self.control = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self.control.bind(order["socket"])
        os.chmod(order["socket"], 0o600)
        self.epoll = select.epoll()
        for descriptor in (*self.ways, self.control.fileno()):
            self.epoll.register(descriptor, select.EPOLLIN)

    def _open(self, line: dict[str, Any]) -> None:
        near, far = tap(line["port"], line["namespace"]), tap(line["tap"])
        nic.address(line["tap"], line["address"])
        self.ways[near] = Way(far, line["up"], line["delay"], line["loss"])
        self.ways[far] = Way(near, line["down"], line["delay"], line["loss"])
        self.lines[line["id"]] = (near, far)

    def switch(self, line: str, *, cut: bool) -> None:
        """Cut or mend a line."""
        for descriptor in self.lines[line]:
            self.ways[descriptor].cut = cut
            set_carrier(descriptor, on=not cut)

    def answer(self) -> None:
        """Serve one message of the control socket; a message that makes no sense is answered with its error."""
        words, sender = self.control.recvfrom(65536)
        try:
            message = json.loads(words)
            if "list" not in message:
                self.switch(message.get("cut") or message["mend"], cut="cut" in message)
            reply: object = {line: self.ways[near].cut for line, (near, _) in self.lines.items()}
        except (ValueError, KeyError, OSError) as error:
            reply = {"error": repr(error)}
        if sender:
            self.control.sendto(json.dumps(reply).encode(), sender)

    def take(self, descriptor: int) -> None:
        """Take the frames that wait at a tap into the line."""
        way = self.ways[descriptor]
        for _ in range(FRAMES_AT_ONCE):
            try:
                frame = os.read(descriptor, 2048)
            except BlockingIOError:
                return
            except OSError:  # the tap is gone with its namespace
                self.epoll.unregister(descriptor)
                return
            due = way.due(time.monotonic(), len(frame))
            if due:
                self.number += 1
                heapq.heappush(self.queue, (due, self.number, way.out, frame))

    def deliver(self) -> float:
        """Put out every frame that is due; return the seconds until the next one, -1 when none waits."""
        while self.queue:
            wait = self.queue[0][0] - time.monotonic()
            if wait > 0:
                return wait
            _, _, out, frame = heapq.heappop(self.queue)
            try:
                os.write(out, frame)
            except OSError:  # the far end is down: the frame is lost as in life
                continue
        return -1

    def run(self) -> None:
        """Carry frames for ever."""
        control = self.control.fileno()
        while True:
            for descriptor, _ in self.epoll.poll(self.deliver()):
                if descriptor == control:
                    self.answer()
                else:
                    self.take(descriptor)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        order = json.load(file)
    Dslam(order).run()
