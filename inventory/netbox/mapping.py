"""A county as everything that NetBox shall hold of it, in the order in which it can be made. Pure.

Promise: equal counties give equal things; every `Ref` names a thing that is there; no secret is in any of them.
"""

from collections.abc import Mapping

from inventory.model import County
from inventory.netbox import fields, gear, lines, networks, parties, places, ports
from inventory.netbox.kinds import KINDS
from inventory.netbox.thing import Thing

Things = Mapping[str, tuple[Thing, ...]]
"""by kind, in the order of `KINDS`"""
KEPT = (
    "policy",
    "seals",
    "certificates",
    "applications",
    "backup_jobs",
    "phases",
    "batches",
    "trainings",
    "quarantine",
    "held_ports",
)
"""sections that NetBox has no place for; they stay in the county folder only"""


def things(county: County) -> Things:
    """Return what NetBox shall hold; `county` must have passed `inventory.load_county`."""
    found: dict[str, list[Thing]] = {kind: [] for kind in KINDS}
    for part in (fields.things(), *(room.things(county) for room in (parties, places, gear, lines, networks, ports))):
        for thing in part:
            found[thing.kind].append(thing)
    return {kind: tuple(things) for kind, things in found.items()}


def left_out(county: County) -> dict[str, int]:
    """Return how many items of each section NetBox has no place for."""
    return {section: len(items) for section in KEPT if (items := getattr(county, section))}
