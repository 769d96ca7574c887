"""The seam of bulk polling: what is asked, what comes back, and the `Poller` that does it.

A fleet question returns an answer per device; it never raises because a device is silent or talks nonsense.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

Value = int | bytes


class Target(NamedTuple):
    """A device and the address of its agent."""

    device: str
    address: str
    port: int = 161


class Question(NamedTuple):
    """What to read, as dotted object identifiers without instance.

    `scalars` are read again in every datagram (sysUpTime first: it dates the counters beside it). The columns of a
    group share their rows and are read side by side, the groups one after the other.
    """

    scalars: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]


@dataclass
class Answer:
    """What one device said. `error` is empty when the question was answered to the end."""

    target: Target
    columns: dict[str, dict[bytes, Value]] = field(default_factory=dict)
    """by column, then by row: the encoded index"""
    scalars: dict[str, Value] = field(default_factory=dict)
    """the last value of each"""
    stamps: dict[bytes, int] = field(default_factory=dict)
    """by row: the first scalar's value in the datagram that brought the row's first column"""
    error: str = ""
    """a message id"""
    boots: int | None = None
    """how often the agent's SNMP engine restarted (snmpEngineBoots), where version 3 tells it"""
    by: str = ""
    """who asked in our engine's stead: "pysnmp" for a device that was taken over"""
    why: str = ""
    """of a device that was taken over: what our engine could not handle, a message id"""
    seconds: float = 0.0
    busy: float = 0.0
    """seconds of them in which we waited for the agent, without pauses of our own"""
    datagrams: int = 0

    @property
    def values(self) -> int:
        """How many values came."""
        return sum(len(rows) for rows in self.columns.values()) + len(self.scalars)


class Poller(Protocol):
    """Asks many agents at once."""

    async def ask(
        self, targets: Iterable[Target], question: Question, each: Callable[[Answer], None] | None = None
    ) -> Mapping[str, Answer]:
        """Return an answer per device, in bounded time, whatever the agents do.

        With `each`, an answer is handed over as soon as it is there and is not kept: then nothing is returned.
        """
        ...

    def close(self) -> None:
        """Let go of the socket."""
        ...
