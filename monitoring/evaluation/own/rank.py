"""From what is known of units to their places. Pure, and such that a unit can recompute its own by hand.

Security and terminals: 100 less the county's points for each check that a device of the unit fails and each computer
that should not be there; faults: 100 less points for each that its own network or power caused; none below 0. Training:
the share of sessions it was invited to that it came to; confirming: the share of repairs it answered in time. The score
is the mean of what is known, weighed; it is rounded to 0.1 before it is compared, so what reads equal is equal.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from countynet.i18n import _
from countynet.unitfindings import FindingKind
from countynet.vocabulary import Severity
from monitoring.evaluation.own.model import Off, OwnFacts, PartScore, Ranked
from monitoring.evaluation.own.points import OWN_FAULT, OwnRules

WORDS = {
    Severity.CRITICAL.value: _("critical findings"),
    Severity.MAJOR.value: _("major findings"),
    Severity.MINOR.value: _("minor findings"),
    FindingKind.SECURITY.value: _("failed checks"),
    FindingKind.DUAL_HOMED.value: _("terminals on two nets"),
    FindingKind.UNKNOWN.value: _("unknown computers"),
    FindingKind.IMPOSTOR.value: _("computers at another's address"),
    FindingKind.UNDECLARED.value: _("undeclared terminals"),
    FindingKind.INTRUSION.value: _("intrusions from the unit's own computers"),
    FindingKind.MOVED.value: _("terminals at another place"),
    FindingKind.SEVERAL.value: _("ports with several computers"),
    FindingKind.ROUTER.value: _("home routers"),
    FindingKind.TUNNEL.value: _("private VPNs"),
    OWN_FAULT: _("faults caused by the unit itself"),
}
"""what is taken off for, in words"""
TERMINALS = (
    FindingKind.DUAL_HOMED,
    FindingKind.UNKNOWN,
    FindingKind.IMPOSTOR,
    FindingKind.UNDECLARED,
    FindingKind.INTRUSION,
    FindingKind.MOVED,
    FindingKind.SEVERAL,
    FindingKind.ROUTER,
    FindingKind.TUNNEL,
)


def rank(facts: Sequence[OwnFacts], rules: OwnRules, last: date) -> tuple[Ranked, ...]:
    """Return the units with their places, the best first, by id where equal. `last`: the period's last day."""
    units = [_scored(one, rules, last) for one in facts]
    ranked = sorted((u for u in units if not u.new and u.score is not None), key=lambda u: (-(u.score or 0), u.unit))
    places: dict[float, int] = {}
    for place, one in enumerate(ranked, start=1):
        places.setdefault(one.score or 0.0, place)
    rest = sorted((u for u in units if u.new or u.score is None), key=lambda u: u.unit)
    return (*(replace(one, rank=places[one.score or 0.0]) for one in ranked), *rest)


def _scored(facts: OwnFacts, rules: OwnRules, last: date) -> Ranked:
    parts = tuple(_parts(facts, rules))
    known = [(part.score, part.weight) for part in parts if part.score is not None and part.weight]
    total = sum(weight for _score, weight in known)
    score = round(sum(score * weight for score, weight in known) / total, 1) if total else None
    least = last - timedelta(days=rules.bounds.new_days)
    return Ranked(facts, parts, score, new=facts.connected is None or facts.connected > least)


def _parts(facts: OwnFacts, rules: OwnRules) -> Iterator[PartScore]:
    severities = Counter(one.severity.value for one in facts.of(FindingKind.SECURITY))
    kinds = Counter(one.kind.value for one in facts.of(*TERMINALS))
    own = Counter({OWN_FAULT: len(facts.own)})
    yield _less("security", severities, rules, facts.judged is not None)
    yield _less("terminals", kinds, rules, facts.watched)
    yield _share("training", facts.came, facts.invited, rules)
    yield _less("faults", own, rules, facts.watched or facts.faults > 0)
    yield _share("confirming", facts.confirmed, facts.repaired, rules)


def _less(part: str, found: Counter[str], rules: OwnRules, known: bool) -> PartScore:
    """Return a part from which points are taken off."""
    offs = tuple(Off(WORDS[what], times, rules.off(what)) for what, times in sorted(found.items()) if times)
    score = float(max(100 - sum(off.total for off in offs), 0))
    return PartScore(part, score if known or offs else None, rules.weight(part), offs)


def _share(part: str, some: int, of: int, rules: OwnRules) -> PartScore:
    """Return a part that is a share."""
    score = round(100 * some / of, 1) if of else None
    return PartScore(part, score, rules.weight(part), share=(some, of))
