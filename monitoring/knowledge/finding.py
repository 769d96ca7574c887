"""Which entries are about a question, best first: Okapi BM25 (Robertson and Zaragoza 2009) over the terms.

A term in the symptom counts three times. Terms that stand in more than a third of all entries are left out as long as
others are asked for: they tell nothing and cost most. What helped more often stands before what ties with it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import log

from sqlalchemy.orm import Session

from countynet.vocabulary import Role
from monitoring.knowledge import store
from monitoring.knowledge.model import Audience, Entry, Text
from monitoring.knowledge.words import terms

_K1, _B = 1.2, 0.75
_FIELDS: Mapping[str, float] = {"symptom": 3.0, "cause": 1.0, "remedy": 1.0, "command": 1.0}
_LONGEST = 500
"""characters of a question that are looked at"""
_COMMON = 1 / 3
_PLACES = 4000
"""that are looked at for one question"""
_CHUNK = 50
LIMIT = 20


def readable(role: Role) -> tuple[Audience, ...]:
    """Return whose entries a role reads."""
    return (Audience.UNIT,) if role is Role.UNIT else (Audience.UNIT, Audience.STAFF)


def counted(text: Text) -> Mapping[str, float]:
    """Return how much each term counts in an entry."""
    found: defaultdict[str, float] = defaultdict(float)
    for name, weight in _FIELDS.items():
        for term, times in terms(getattr(text, name)).items():
            found[term] += times * weight
    return found


def search(session: Session, question: str, audiences: Collection[Audience], limit: int = LIMIT) -> list[Entry]:
    """Return the entries that are about a question, best first; none for a question without words."""
    return [entry for entry, _score in scored(session, question, audiences, limit)]


def scored(
    session: Session, question: str, audiences: Collection[Audience], limit: int = LIMIT
) -> list[tuple[Entry, float]]:
    """Return the entries that are about a question with their scores, best first.

    A score is counted in words that stand in one entry alone, so that it means the same in a small and a large base.
    """
    asked = terms(question[:_LONGEST])
    standing = store.holding(session, list(asked)) if asked else {}
    if not standing:
        return []
    count, mean = store.size(session)
    chosen = _telling(standing, count)
    idf = {term: log(1 + (count - standing[term] + 0.5) / (standing[term] + 0.5)) for term in chosen}
    scores = _scores(store.postings(session, chosen), {term: asked[term] * idf[term] for term in chosen}, mean)
    rarest = log(1 + (count - 0.5) / 1.5)
    return [(entry, scores[entry.id] / rarest) for entry in _best(session, scores, audiences, limit)]


def _telling(standing: Mapping[str, int], count: int) -> list[str]:
    """Return the terms to look at, rarest first: no common one beside a rare one, and not too many places."""
    ordered = sorted(standing, key=lambda term: (standing[term], term))
    chosen, places = ordered[:1], standing[ordered[0]]
    for term in ordered[1:]:
        places += standing[term]
        if standing[term] > max(1.0, count * _COMMON) or places > _PLACES:
            break
        chosen.append(term)
    return chosen


def _scores(
    found: Sequence[tuple[str, int, float, float]], worth: Mapping[str, float], mean: float
) -> Mapping[int, float]:
    scores: defaultdict[int, float] = defaultdict(float)
    for term, entry, weight, length in found:
        scores[entry] += worth[term] * weight * (_K1 + 1) / (weight + _K1 * (1 - _B + _B * length / mean))
    return scores


def _best(session: Session, scores: Mapping[int, float], audiences: Collection[Audience], limit: int) -> list[Entry]:
    """Return the best that these readers may read; ties by what helped more often."""
    ordered = sorted(scores, key=lambda number: (-scores[number], number))
    found: list[Entry] = []
    for first in range(0, len(ordered), _CHUNK):
        several = store.entries(session, ordered[first : first + _CHUNK]).values()
        found += [entry for entry in several if entry.text.audience in audiences]
        if len(found) >= limit:
            break
    return sorted(found, key=lambda e: (-round(scores[e.id], 1), -e.helped, e.id))[:limit]
