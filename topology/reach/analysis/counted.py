"""Live counters of rules, and the rules that nothing ever hit. Pure; whoever can ask devices brings the counters.

A counter of zero means nothing without the time since when it counts, so that is a part of it; where a device cannot
tell, that is said. Rules whose counter a device does not show are left out, not taken for zero.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from countynet.i18n import _
from topology.reach.analysis.chain import Chain
from topology.reach.analysis.judge import finding
from topology.reach.analysis.model import Finding, Kind

SINCE = _("nothing has hit it since {since}")
UNKNOWN_SINCE = _("nothing has hit it; since when it counts is not known")


@dataclass(frozen=True)
class Counts:
    """The counters of one device."""

    hits: Mapping[tuple[str, str], tuple[int | None, ...]] = field(default_factory=dict)
    """by hook and interface (of an access list) the packets of each rule, in order; None: not shown"""
    since: datetime | None = None
    """since when they count at the latest; None: not known"""
    reason: str = ""
    """why there are none"""


def never_hit(chain: Chain, counts: Counts | None, known: Collection[int]) -> Iterator[Finding]:
    """Yield the rules with a counter of zero, but those (places from 1) that are known not to match anyway."""
    hits = counts.hits.get((chain.hook, chain.interface), ()) if counts else ()
    if counts is None or len(hits) != len(chain.rules):
        return
    for place, packets in enumerate(hits):
        if packets == 0 and place + 1 not in known:
            values = {"since": counts.since.isoformat(timespec="seconds")} if counts.since else {}
            yield finding(chain, place, Kind.NEVER_HIT, SINCE if values else UNKNOWN_SINCE, values)
