"""The verdict on every pair of places: isolated, only as allowed, open, blocked though allowed, or unknown.

Nothing unknown is ever reported isolated: a pair whose packets meet a device with a line that nobody understood is
`unknown`, and so is one whose devices have no configuration at all. `open` and `blocked` carry a packet and the way it
takes, hop by hop, with the rule that decides at each. `blocked` also is what arrives but whose answer does not come
back. What a device sends itself is judged as from the place `devices`, what it takes for itself as to it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach.findings import Finding, Proof, Verdict
from topology.reach.judge import Prover

__all__ = ["Finding", "Proof", "Verdict", "prove"]


def prove(
    county: County,
    configs: Mapping[str, DeviceConfig],
    unparsed: Mapping[str, Iterable[str]] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    down: Collection[str] = (),
    today: date | None = None,
    *,
    forged: bool = False,
) -> Proof:
    """Return the proof for all pairs of places.

    `unparsed`: by device, the lines that nobody understood. `down`: names of devices and ids of cables that have
    failed; routes are computed without them, and what nothing carries any more is `blocked`. `today`: the day of the
    county's clock, after which exceptions are over; without it none is. `forged`: each device is taken wholly as well,
    and sends with any source address (`forging`).
    """
    return Prover(county, configs, unparsed or {}, today, down).proof(progress, forged=forged)
