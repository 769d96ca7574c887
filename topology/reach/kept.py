"""The last proof of a county, kept in its state folder for the dashboard and the audit (`proof-intended.json`).

A proof without something that failed (`--what-if`) or of a plan is not kept: it says nothing of the county as it is.
"""

from datetime import datetime

from countynet import clock
from countynet import latest as kept
from countynet.frozen import Frozen
from countynet.settings import Settings
from topology.reach.service import Of
from topology.reach.verdict import Proof


class Kept(Frozen):
    """A proof with its time and what it was of."""

    at: datetime
    of: Of
    proof: Proof


def keep(settings: Settings, of: Of, proof: Proof) -> Kept:
    """Keep a proof of the whole county in place of the last one."""
    found = Kept(at=clock.now(), of=of, proof=proof)
    kept.keep(settings, f"proof-{of.value}.json", found)
    return found


def latest(settings: Settings, of: Of) -> Kept | None:
    """Return the last proof of intended or running configurations, None if there is none that can be read."""
    return kept.read(settings, f"proof-{of.value}.json", Kept)
