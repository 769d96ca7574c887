"""What an edit opens and closes, as it is told: a packet of each pair of places that it is about. Pure."""

from typing import Literal

from countynet.frozen import Frozen
from topology.reach.walk import Step


class Shift(Frozen):
    """Packets of one pair of places that arrive now and did not before, or the other way round."""

    source: str
    target: str
    packet: str = ""
    path: tuple[Step, ...] = ()
    """of the packet where it arrives: after the edit for what opens, before it for what closes"""
    allowed: bool = False
    """whether the policy allows these packets"""
    shared: bool = False
    """both lie in one broadcast domain: everything, IPv6 too"""
    answer: bool = False
    """the packet is the answer to a first packet that arrives: it comes back, or does so no more; its path is to where
    that happens, after the edit"""
    family: Literal["ipv4", "ipv6"] = "ipv4"
    """of the packets that it is about"""
    forger: str = ""
    """the device that, taken wholly, sends this with a source address whose packets never come by it"""
    claims: str = ""
    """of what is forged: the device or place whose address it bears; empty: nobody's that we know"""


class Change(Frozen):
    """What an edit does."""

    devices: tuple[str, ...]
    """whose configuration differs"""
    opens: tuple[Shift, ...]
    closes: tuple[Shift, ...]
    unsure: tuple[str, ...]
    """places of which it cannot be told what else opens or closes"""
    lines: tuple[str, ...]
    """why: `device: line` that nobody understood"""
    pairs: int
    again: int
    """sources that had to be let loose again, of each family"""
    seconds: float
    assumed: tuple[str, ...] = ()
    """devices that were never fetched: taken as the inventory intends them"""

    @property
    def harmless(self) -> bool:
        """Whether it is sure that nothing opens or closes."""
        return not (self.opens or self.closes or self.unsure)

    @property
    def good(self) -> bool:
        """Whether it is sure that nothing opens beyond the policy, and nothing closes that the policy allows."""
        return not self.unsure and all(s.allowed for s in self.opens) and not any(s.allowed for s in self.closes)


def of_both(one: Change, other: Change) -> Change:
    """Return what an edit does to the packets of both families; what is shared or dark is so for both."""
    return one.model_copy(
        update={
            "opens": (*one.opens, *(shift for shift in other.opens if not shift.shared)),
            "closes": (*one.closes, *(shift for shift in other.closes if not shift.shared)),
            "unsure": tuple(dict.fromkeys((*one.unsure, *other.unsure))),
            "lines": tuple(dict.fromkeys((*one.lines, *other.lines))),
            "again": one.again + other.again,
            "seconds": one.seconds + other.seconds,
        }
    )
