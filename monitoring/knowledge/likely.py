"""Which entries are likeliest about a trouble: first those that helped with the same cause, then those of like words.

A machine's words and a person's differ (`光猫收光丢失` and `光灯红`), so words alone find too little of what an alarm
needs. The verdict's rule says which troubles are of one kind, and people say which entry helped.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from countynet.canonical import JSON
from monitoring.knowledge import finding, store
from monitoring.knowledge.model import Audience, Entry

ALIKE = 2.8
"""rare words in common from which likeness of words is worth a notice; of fourteen alarms and reports this kept seven
right first answers and one that was near, and refused three wrong ones and one right one"""


@dataclass(frozen=True)
class Likely:
    """An entry, and why it is named."""

    entry: Entry
    here: int = 0
    """faults of the same cause that it helped with"""
    score: float = 0.0
    """likeness of words; 0 for one that is named for what it did"""

    @property
    def sure(self) -> bool:
        """Whether it is good enough to be sent to somebody who did not ask."""
        return self.here > 0 or self.score >= ALIKE

    def document(self) -> dict[str, JSON]:
        """Return it as JSON; times in UTC."""
        return {**self.entry.document(), "same_cause": self.here}


def likely(
    session: Session, question: str, audiences: Collection[Audience], alarm: int | None, limit: int
) -> list[Likely]:
    """Return the likeliest entries, at most so many. `alarm`: the one that explains the trouble."""
    here = dict(store.proven(session, [alarm]).get(alarm, ())) if alarm is not None else {}
    known = store.entries(session, list(here)) if here else {}
    first = [Likely(known[number], times) for number, times in here.items() if _shown(known[number], audiences)]
    if len(first) < limit:
        found = finding.scored(session, question, audiences, limit + len(first))
        first += [Likely(entry, 0, score) for entry, score in found if entry.id not in here]
    return first[:limit]


def _shown(entry: Entry, audiences: Collection[Audience]) -> bool:
    return not entry.withdrawn and entry.text.audience in audiences
