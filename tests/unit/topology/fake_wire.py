"""A wire without a network: packets go where a table of rules lets them, time passes only when somebody waits."""

from collections.abc import Callable, Iterable

from topology.confirm.packets import checksum
from topology.confirm.probe import Probe

Reaches = Callable[[Probe, int], bool]


class FakeWire:
    """Delivers a probe if `forward` says so, and answers it if `back` does; both see the number of the try."""

    def __init__(self, forward: Reaches, back: Reaches, delay: float = 0.02) -> None:
        self._forward, self._back, self._delay = forward, back, delay
        self._now = 100.0
        self._queue: list[tuple[float, str, bytes]] = []
        self._tries: dict[int, int] = {}
        self.sent: list[tuple[float, Probe]] = []

    def send(self, probe: Probe, packet: bytes) -> None:
        """Take a packet; the clock moves by the 10 us that a real send costs."""
        self._now += 1e-5
        self.sent.append((self._now, probe))
        turn = self._tries[id(probe)] = self._tries.get(id(probe), 0) + 1
        if not self._forward(probe, turn):
            return
        self._queue.append((self._now + self._delay / 2, probe.target.node, packet))
        if self._back(probe, turn):
            self._queue.append((self._now + self._delay, probe.source.node, echo_reply(packet)))

    def receive(self, seconds: float) -> Iterable[tuple[str, bytes]]:
        """Return what has arrived; waits until the first packet or the end of the time."""
        first = min((at for at, _, _ in self._queue), default=self._now + seconds)
        self._now = max(self._now, min(first, self._now + seconds))
        ready = [(node, packet) for at, node, packet in self._queue if at <= self._now]
        self._queue = [item for item in self._queue if item[0] > self._now]
        return ready

    def time(self) -> float:
        """Return the present moment."""
        return self._now


def echo_reply(request: bytes) -> bytes:
    """Return the answer that a kernel gives to an ICMP echo request."""
    head = request[:10] + b"\0\0" + request[16:20] + request[12:16]
    body = b"\0\0\0\0" + request[24:]
    return (
        head[:10]
        + checksum(head).to_bytes(2, "big")
        + head[12:]
        + body[:2]
        + checksum(body).to_bytes(2, "big")
        + body[4:]
    )
