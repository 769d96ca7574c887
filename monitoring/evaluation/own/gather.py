"""Puts together what is known of each unit: findings of all sources, training, faults, confirmations. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from countynet.i18n import _
from countynet.unitfindings import FindingKind, Looked, UnitFinding
from countynet.vocabulary import FaultDomain
from inventory.model import County, Unit
from inventory.rollout.training import Session, sessions
from monitoring.evaluation.figures import FaultFacts
from monitoring.evaluation.own.model import OwnFacts, Ranking
from monitoring.evaluation.own.points import OwnRules
from monitoring.evaluation.own.rank import rank
from monitoring.evaluation.period import Period

OWN = (FaultDomain.UNIT_LAN, FaultDomain.UNIT_POWER)
LOOKED_FOR_HERE = frozenset({FindingKind.UNDECLARED})
_UNDECLARED = _("no hardware address is known of it")


def ranking(
    county: County, period: Period, facts: Sequence[FaultFacts], looked: Sequence[Looked], watched: frozenset[str],
    rules: OwnRules, at: datetime,
) -> Ranking:  # fmt: skip
    """Return the ranking. `facts`: the period's faults; `watched`: units whose line was measured; `at`: now."""
    last = period.after - timedelta(days=1)
    owners, held = _owners(county), _held(county, period, last)
    findings, judged = _findings(county, looked, owners), _judged(looked, owners)
    audited = any(one.at is not None for one in looked if FindingKind.SECURITY in one.kinds)
    known = [
        _of_unit(
            unit,
            held.get(unit.id, ()),
            [fact for fact in facts if fact.unit == unit.id],
            tuple(findings.get(unit.id, ())) + tuple(_undeclared(unit, last)),
            judged[unit.id] if audited and unit.id in judged else None,
            unit.id in watched,
            rules,
            at,
        )
        for unit in county.units
    ]
    kinds = frozenset[FindingKind]().union(LOOKED_FOR_HERE, *(one.kinds for one in looked))
    missing = tuple(kind for kind in FindingKind if kind not in kinds)
    return Ranking(rank(known, rules, last), rules, _looked_at(looked), missing)


def _of_unit(
    unit: Unit, held: Sequence[Session], faults: Sequence[FaultFacts], findings: tuple[UnitFinding, ...],
    judged: int | None, watched: bool, rules: OwnRules, at: datetime,
) -> OwnFacts:  # fmt: skip
    invited = [session for session in held if any(u.id == unit.id for u in session.invited)]
    present = [p for session in held for p in session.present if p.unit.id == unit.id]
    within = timedelta(hours=rules.bounds.confirm_hours)
    answers = [a for fact in faults for a in _answered(fact, within, at)]
    return OwnFacts(
        unit=unit.id,
        connected=unit.connected_on,
        judged=judged,
        watched=watched,
        findings=findings,
        invited=len(invited),
        came=sum(not one.guest for one in present),
        people=sum(one.people for one in present),
        faults=len(faults),
        own=tuple(fact.fault for fact in faults if fact.domain in OWN),
        repaired=len(answers),
        confirmed=sum(answers),
    )


def _answered(fact: FaultFacts, within: timedelta, at: datetime) -> Iterator[bool]:
    """Yield of each repair whether the unit answered in time; not of one that may still be answered."""
    for repaired, answered in fact.answers:
        if answered is not None or at > repaired + within:
            yield answered is not None and answered - repaired <= within


def _held(county: County, period: Period, last: date) -> dict[str, list[Session]]:
    """Return the sessions of a period by the units that were invited or came."""
    found: dict[str, list[Session]] = {}
    for session in sessions(county, last):
        if period.first.first <= session.training.on <= last:
            for unit in {*(u.id for u in session.invited), *(p.unit.id for p in session.present)}:
                found.setdefault(unit, []).append(session)
    return found


def _undeclared(unit: Unit, last: date) -> Iterator[UnitFinding]:
    for terminal in unit.terminals:
        if terminal.mac is None and (terminal.added_on is None or terminal.added_on <= last):
            yield UnitFinding(terminal.name, FindingKind.UNDECLARED, _UNDECLARED)


def _owners(county: County) -> dict[str, str]:
    """Return the unit that answers for each name: its own, its devices', its terminals'."""
    found = {device.name: device.unit for device in county.devices if device.unit}
    for unit in county.units:
        found |= {unit.id: unit.id, f"unit:{unit.id}": unit.id} | {t.name: unit.id for t in unit.terminals}
    return found


def _findings(county: County, looked: Iterable[Looked], owners: Mapping[str, str]) -> dict[str, list[UnitFinding]]:
    """Return the findings by unit: of its names, and of ports of others' switches to which its own device is cabled."""
    ends = {}
    for cable in county.cables:
        for one, other in ((cable.a, cable.b), (cable.b, cable.a)):
            if other.node in owners and one.node not in owners:
                ends[one.node, one.port] = owners[other.node]
    found: dict[str, list[UnitFinding]] = {}
    for finding in _once(f for one in looked for f in one.found):
        unit = owners.get(finding.subject) or ends.get((finding.subject, finding.port))
        if unit is not None:
            found.setdefault(unit, []).append(finding)
    return found


def _once(found: Iterable[UnitFinding]) -> Iterator[UnitFinding]:
    """Yield findings, those of one kind about one hardware address at one subject once: two rooms may look for it."""
    told = set[tuple[str, FindingKind, str]]()
    for one in found:
        mac = one.values.get("mac", "")
        if mac and (one.subject, one.kind, mac) in told:
            continue
        told.add((one.subject, one.kind, mac))
        yield one


def _judged(looked: Iterable[Looked], owners: Mapping[str, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in looked:
        for subject, count in one.judged.items():
            if subject in owners:
                found[owners[subject]] += count
    return found


def _looked_at(looked: Iterable[Looked]) -> dict[str, str]:
    security = [one.at for one in looked if one.at is not None and FindingKind.SECURITY in one.kinds]
    return {"security": f"{max(security):%Y-%m-%d}"} if security else {}
