"""What a proof says: the verdict on every pair of places, and what of it needs a person's eye. Pure values."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from countynet.frozen import Frozen
from topology.reach.walk import Step


class Verdict(StrEnum):
    """What the proof says of a pair."""

    ISOLATED = "isolated"
    ALLOWED = "allowed"
    """only as allowed"""
    OPEN = "open"
    BLOCKED = "blocked"
    """though allowed"""
    UNKNOWN = "unknown"


class Finding(Frozen):
    """The verdict on packets from one place to another that needs a person's eye."""

    source: str
    target: str
    verdict: Verdict
    packet: str = ""
    path: tuple[Step, ...] = ()
    shared: bool = False
    """both lie in one broadcast domain: IPv4, IPv6 and everything else passes"""
    lines: tuple[str, ...] = ()
    """what was not understood, as `device: line`"""
    answer: bool = False
    """first packets arrive, but the answer in `packet` does not come back; `path` is the answer's"""
    family: Literal["ipv4", "ipv6"] = "ipv4"
    """of the packets that it is about"""
    expired: str = ""
    """the rule of the policy that allowed these packets until its last day"""
    forger: str = ""
    """the device that sends this with a source address whose packets never come by it"""
    claims: str = ""
    """of what is forged: the device or place whose address it bears; empty: nobody's that we know"""


class Proof(Frozen):
    """The whole proof."""

    places: tuple[str, ...]
    verdicts: Mapping[str, Verdict]
    """`source > target` -> verdict"""
    findings: tuple[Finding, ...]
    seconds: float
    families: Mapping[str, Mapping[Verdict, int]] = {}
    """how many pairs have each verdict by the packets of one family alone; `verdicts` are over both"""

    @property
    def good(self) -> bool:
        """Whether every pair is isolated or only as allowed."""
        return not self.findings

    def count(self, verdict: Verdict) -> int:
        """Return how many pairs have a verdict."""
        return Counter(self.verdicts.values())[verdict]

    def summary(self) -> dict[str, Any]:
        """Return the proof as JSON."""
        violations = [
            {"from": f.source, "to": f.target, "verdict": f.verdict.value, "packet": f.packet,
             "path": [step.model_dump() for step in f.path], "shared": f.shared, "lines": list(f.lines),
             "answer": f.answer, "expired": f.expired, "family": f.family, "forger": f.forger, "claims": f.claims}
            for f in self.findings
        ]  # fmt: skip
        counts: dict[str, Any] = {verdict.value: self.count(verdict) for verdict in Verdict}
        counts["families"] = {
            name: {verdict.value: found.get(verdict, 0) for verdict in Verdict} for name, found in self.families.items()
        }
        return {"pairs": len(self.verdicts), **counts, "seconds": round(self.seconds, 3), "violations": violations}


_GRAVE = (Verdict.OPEN, Verdict.UNKNOWN, Verdict.BLOCKED, Verdict.ALLOWED, Verdict.ISOLATED)
"""what outweighs what, when two families' packets of one pair have different verdicts"""


def merged(one: Proof, other: Proof) -> Proof:
    """Return the proof over both families' packets from that of each, both of the same places.

    What is shared or not understood is so for both families: it is said once.
    """
    said = {(f.source, f.target, f.lines) for f in one.findings if f.verdict is Verdict.UNKNOWN}
    more = tuple(f for f in other.findings if not f.shared and (f.source, f.target, f.lines) not in said)
    verdicts = {
        pair: found if (also := other.verdicts[pair]) is found else min(found, also, key=_GRAVE.index)
        for pair, found in one.verdicts.items()
    }
    return one.model_copy(
        update={
            "verdicts": verdicts,
            "findings": (*one.findings, *more),
            "families": {**one.families, **other.families},
            "seconds": one.seconds + other.seconds,
        }
    )
