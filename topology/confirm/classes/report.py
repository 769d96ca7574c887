"""What a class run found, as data. Pure."""

from collections.abc import Sequence
from datetime import datetime

from countynet.canonical import JSON
from countynet.frozen import Frozen
from topology.confirm.classes.claims import Claim, Probe
from topology.confirm.classes.compare import Outcome, Seen
from topology.confirm.classes.derive import Derived
from topology.reach.walk import Branch


class Disagreement(Frozen):
    """A packet that did not go as the proof says, with both traces."""

    source: str
    node: str
    via: str
    """the address of the router that it was handed to"""
    packet: str
    claim: Claim
    answered: bool | None
    """whether the proof says that an answer comes back; None: it says nothing"""
    proof_trace: tuple[Branch, ...]
    """every way that the proof leaves open"""
    packet_trace: tuple[str, ...]
    """where the packet was seen, in order"""


class ClassReport(Frozen):
    """What one run found."""

    at: datetime
    of: str
    """which configurations were proven: intended or running"""
    classes: int
    probes: int
    agreed: int
    disagreements: tuple[Disagreement, ...]
    claims: dict[Claim, int]
    packets: int
    silent: tuple[str, ...]
    """places where nobody stands who could send, or no router is known"""
    deriving: float
    """seconds it took to derive the probes"""
    seconds: float

    @property
    def disagreed(self) -> int:
        """How many probes did not go as the proof says."""
        return len(self.disagreements)

    @property
    def good(self) -> bool:
        """Whether every packet went as the proof says."""
        return not self.disagreements

    def summary(self) -> dict[str, JSON]:
        """Return the report as the JSON document of `countynet confirm --classes`."""
        document: dict[str, JSON] = self.model_dump(mode="json")
        return document | {"disagreed": self.disagreed, "good": self.good}


def report(
    derived: Derived, outcomes: Sequence[tuple[Outcome, Seen]], packets: int, at: datetime, of: str,
    deriving: float, seconds: float,
) -> ClassReport:  # fmt: skip
    """Return the report of a run; `deriving` and `seconds` (of it all) as measured."""
    results = list(zip(derived.probes, outcomes, strict=True))
    wrong = [(probe, seen) for probe, (result, seen) in results if result is not Outcome.AGREED]
    return ClassReport(
        at=at, of=of, classes=derived.classes, probes=len(results), agreed=len(results) - len(wrong),
        disagreements=tuple(_disagreement(probe, seen) for probe, seen in wrong),
        claims={claim: sum(probe.claim is claim for probe in derived.probes) for claim in Claim},
        packets=packets, silent=derived.silent, deriving=round(deriving, 2), seconds=round(seconds, 2),
    )  # fmt: skip


def _disagreement(probe: Probe, seen: Seen) -> Disagreement:
    node = probe.gate.post.node
    return Disagreement(
        source=probe.source, node=node, via=str(probe.gate.via), packet=_named(probe), claim=probe.claim,
        answered=probe.answered, proof_trace=(*probe.branches, *_sharing(probe)), packet_trace=tuple(seen.lines(node)),
    )  # fmt: skip


def _sharing(probe: Probe) -> tuple[Branch, ...]:
    """Return the places that have to see a packet for everybody, as ends without a hop."""
    return tuple(Branch(steps=(), place=place) for place in sorted(probe.wide or ()))


def _named(probe: Probe) -> str:
    return f"{probe.packet} broadcast" if probe.wide is not None else str(probe.packet)
