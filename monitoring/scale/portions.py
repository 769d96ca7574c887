"""How a round of polling is cut into tasks. Pure.

A portion is so many devices that stand near each other (by building, as the inventory lists them): what fails together
is asked together, and a task is over well within its round.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from inventory.model import County

SIZE = 50
"""devices of one task"""


class Portion(NamedTuple):
    """Some devices of one county in one round."""

    county: str
    slot: int
    """when the round began, in seconds since 1970: a multiple of the pace"""
    number: int
    devices: tuple[str, ...]

    @property
    def name(self) -> str:
        """What leases and marks are named after."""
        return f"{self.county}:{self.slot}:{self.number}"


def slot_at(now: float, pace: float) -> int:
    """Return the round that a time falls into."""
    return int(now // pace * pace)


def cut(name: str, county: County, slot: int, size: int = SIZE) -> Iterator[Portion]:
    """Yield the portions of a round over a county."""
    devices: Sequence[str] = [d.name for d in sorted(county.devices, key=lambda d: (d.building or "", d.name))]
    for number, first in enumerate(range(0, len(devices), size)):
        yield Portion(name, slot, number, tuple(devices[first : first + size]))
