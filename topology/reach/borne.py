"""What a certificate states of forging: whom each device, if it is taken, may pass for. Pure.

It is what `business` finds: the places whose packets come by it, and the addresses that it may bear for itself or for
devices whose packets it carries. That allows, as the policy does, so a checker tells it apart by a hash.
"""

from typing import Any

from topology.reach.boxes import parts
from topology.reach.business import Whose
from topology.reach.space import Set, Space
from topology.reach.stated import Names


def taken(space: Space, whose: Whose, names: Names) -> dict[str, Any]:
    """Return what is stated of whom a taken device may pass for."""
    return {"bears": senders(space, whose.own | whose.passing, names), "passes": sorted(whose.passes)}


def senders(space: Space, packets: Set, names: Names) -> str:
    """Return the sources of packets of which nothing but the source is said."""
    return names.run(tuple(run for runs, _rest in parts(space, packets, "s") for run in runs))
