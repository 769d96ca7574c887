"""The seam between the prober and the network: packets out of a node, packets seen at nodes.

The real one (`topology.confirm.sockets`) stands in network namespaces; the tests' fake answers from a table.
Both pass one contract test.
"""

from collections.abc import Iterable
from typing import Protocol

from topology.confirm.probe import Probe


class Wire(Protocol):
    """Where probes are sent and packets are seen."""

    def send(self, probe: Probe, packet: bytes) -> None:
        """Send a packet out of the probe's source towards its target; never blocks for long."""
        ...

    def receive(self, seconds: float) -> Iterable[tuple[str, bytes]]:
        """Return (node, IPv4 packet) of what has arrived; waits at most so long for the first."""
        ...

    def time(self) -> float:
        """Return seconds on a clock that never goes back."""
        ...
