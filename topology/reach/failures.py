"""Every single failure of the center: what it opens, and who loses what. Routes are computed anew for each.

What a device that is taken can forge is asked of each failure as well (`forging`).

The whole county is proven once; each failure then only judges what it changes (`judge.Prover`).

A unit's own CPE and line are left out: what they carry is that unit alone, and it is cut off. Cables between devices of
the center fail one by one, and each of its devices.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from countynet.settings import Settings
from countynet.vocabulary import DeviceRole
from inventory.model import County
from topology.reach.service import Ground, Of, Progress, ground
from topology.reach.verdict import Finding, Verdict


@dataclass(frozen=True)
class Failure:
    """One failure and what it does."""

    down: str
    opens: tuple[Finding, ...]
    lost: tuple[str, ...]
    """`source > target` of what nothing carries any more"""


def candidates(county: County) -> Iterator[str]:
    """Yield the names of the center's devices, then of the cables between them."""
    center = {device.name for device in county.devices if device.role is not DeviceRole.CPE}
    yield from sorted(center)
    yield from (cable.id for cable in county.cables if {cable.a.node, cable.b.node} <= center)


def each_failure(
    county: County, settings: Settings, of: Of, progress: Progress, stand: Ground | None = None
) -> tuple[Failure, ...]:
    """Return what each single failure does; to `stand` instead of `of` if given. Raises as `service.prove_county`."""
    prover, names = (stand or ground(county, settings, of)).prover(), [*candidates(county)]
    found = []
    for done, name in enumerate(names, 1):
        proof = prover.without([name], forged=True)
        opens = tuple(f for f in proof.findings if f.verdict is Verdict.OPEN)
        lost = tuple(f"{f.source} > {f.target}" for f in proof.findings if f.verdict is Verdict.BLOCKED)
        found.append(Failure(name, opens, lost))
        progress(done, len(names))
    return tuple(found)


def summary(found: tuple[Failure, ...]) -> dict[str, Any]:
    """Return the failures as JSON."""
    return {
        "failures": [
            {
                "down": one.down,
                "opens": [f"{f.source} > {f.target}: {f.packet}" for f in one.opens],
                "lost": [*one.lost],
            }
            for one in found
        ]
    }
