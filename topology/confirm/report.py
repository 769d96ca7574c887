"""Expected against seen: what a live test of isolation found, as data. Pure.

A deviation is an allowed probe without an answer at its source, or a forbidden one that was answered or arrived
anywhere: a one-way leak counts. A report is `good` only if nothing deviates and the test itself can be believed (its
packets were not lost in numbers).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from countynet.canonical import JSON
from countynet.frozen import Frozen
from topology.confirm.probe import Probe, Side
from topology.confirm.prober import Outcome

MOST_LOST = 0.05
"""share of allowed probes lost at the first try above which the forbidden ones prove nothing"""


class Deviation(Frozen):
    """One probe that did not go as policy says."""

    source: str
    target: str
    address: str
    service: str
    expected: bool
    seen_at_source: bool
    seen_at_target: bool
    claimed: str = ""
    """the forged source address"""
    words: str = ""


class Row(Frozen):
    """A line of the table: all probes from one kind of source to one kind of target."""

    source: Side
    target: Side
    probes: int
    expected: int
    """how many of them policy allows"""
    seen: int
    deviations: int


class Visit(Frozen):
    """A terminal opened the portal by its name, or tried to; `words` says what went wrong."""

    source: str
    target: str
    name: str
    good: bool
    words: str = ""


class ConfirmReport(Frozen):
    """What one run found."""

    at: datetime
    pairs: int
    """ordered pairs of units tried"""
    probes: int
    expected: int
    """probes (and portal visits) that policy allows"""
    seen: int
    """probes (and portal visits) that got through"""
    deviations: tuple[Deviation, ...]
    rows: tuple[Row, ...]
    visits: int
    lost_first: float
    """share of allowed probes that needed more than one try"""
    packets: int
    seconds: float

    @property
    def believable(self) -> bool:
        """Whether so few packets were lost that silence means refusal; of few probes one is no share."""
        return self.lost_first <= MOST_LOST or round(self.lost_first * self.expected) == 1

    @property
    def good(self) -> bool:
        """Whether isolation is confirmed."""
        return not self.deviations and self.believable

    def summary(self) -> dict[str, JSON]:
        """Return the report as the JSON document of `countynet confirm` and of the demo's summary."""
        document: dict[str, JSON] = self.model_dump(mode="json")
        return document | {"good": self.good, "believable": self.believable}


def report(
    probes: Sequence[Probe], outcome: Outcome, visits: Sequence[Visit], at: datetime, seconds: float
) -> ConfirmReport:
    """Return the report of a run."""
    seen = [bool(outcome.answered[i] or (outcome.arrived[i] and not p.allowed)) for i, p in enumerate(probes)]
    wrong = [i for i, p in enumerate(probes) if seen[i] != p.allowed]
    allowed = sum(p.allowed for p in probes)
    return ConfirmReport(
        at=at,
        pairs=_unit_pairs(probes),
        probes=len(probes),
        expected=allowed + len(visits),
        seen=sum(seen) + sum(v.good for v in visits),
        deviations=(*(_deviation(probes[i], outcome, i) for i in wrong), *_failed(visits)),
        rows=_rows(probes, seen, set(wrong)),
        visits=len(visits),
        lost_first=outcome.lost_first / allowed if allowed else 0.0,
        packets=outcome.packets,
        seconds=round(seconds, 2),
    )


def _unit_pairs(probes: Sequence[Probe]) -> int:
    return len({(p.source.node, p.target.node) for p in probes if p.source.side is p.target.side is Side.UNIT})


def _deviation(probe: Probe, outcome: Outcome, index: int) -> Deviation:
    return Deviation(
        source=probe.source.node,
        target=probe.target.node,
        address=str(probe.target.address),
        service=probe.ask.service,
        expected=probe.allowed,
        seen_at_source=bool(outcome.answered[index]),
        seen_at_target=bool(outcome.arrived[index]),
        claimed=str(probe.claimed or ""),
    )


def _failed(visits: Sequence[Visit]) -> list[Deviation]:
    return [
        Deviation(source=v.source, target=v.target, address=v.name, service="portal", expected=True,
                  seen_at_source=False, seen_at_target=False, words=v.words)
        for v in visits
        if not v.good
    ]  # fmt: skip


def _rows(probes: Sequence[Probe], seen: Sequence[bool], wrong: set[int]) -> tuple[Row, ...]:
    kinds = [(p.source.side, p.target.side) for p in probes]
    total, through, deviating, allowed = Counter(kinds), Counter[object](), Counter[object](), Counter[object]()
    for i, kind in enumerate(kinds):
        through[kind] += seen[i]
        deviating[kind] += i in wrong
        allowed[kind] += probes[i].allowed
    return tuple(
        Row(source=k[0], target=k[1], probes=total[k], expected=allowed[k], seen=through[k], deviations=deviating[k])
        for k in total
    )
