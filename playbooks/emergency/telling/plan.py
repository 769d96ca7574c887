"""Who is to be told what of an emergency now. Pure.

It names everything that is due by now, anew each time; what was told already is the caller's to leave out. So a worker
that was away tells what is due when it returns, and nothing twice. A step falls to its people when all that it comes
after have ended. When its time is over they are told again, and with them the next of their list, then every
`again` minutes the one after; where a list has no next, the center is. A drill is told to nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from countynet.canonical import JSON
from countynet.i18n import CHINESE, ENGLISH, _
from countynet.moments import shown
from countynet.tellings import UNIT
from inventory.model import County
from playbooks.emergency.book import Emergency
from playbooks.emergency.model import WHO_BOTH, People, Who
from playbooks.emergency.rules import ENDED, Place, falls

BEGUN = _("Emergency {number} has begun: {what}. Since {at}, by {by}.")
YOURS = _("Emergency {number}, {what}: this is for you, until {due}: {step}")
LATE = _("Emergency {number}, {what}: late since {due}, for {who}: {step}")
OVER = _("Emergency {number} is over: {what}, after {minutes} minutes.")
Staff = Mapping[Who, People]


@dataclass(frozen=True)
class Wanted:
    """Something that people are to be told; those who know its key know it."""

    key: str
    to: tuple[str, ...]
    message: str
    values: Mapping[str, JSON]


def wanted(found: Emergency, staff: Staff, county: County, now: datetime) -> Iterator[Wanted]:
    """Yield everything of an emergency that people are to have been told by now."""
    if found.drill:
        return
    about: dict[str, JSON] = {"number": found.number, "what": _what(found, county)}
    everybody = tuple(dict.fromkeys(name for who in _named(found) for name in people(found, staff, who).to))
    begun = {**about, "at": shown(found.started), "by": found.login}
    yield Wanted(_key(found, "begun"), everybody, BEGUN, begun)
    for place in found.places if found.ended is None else ():
        yield from _step(found, place, staff, about, now)
    if found.ended is not None:
        yield Wanted(_key(found, "over"), everybody, OVER, {**about, "minutes": found.minutes})


def people(found: Emergency, staff: Staff, who: Who) -> People:
    """Return whom a word of the plan means in this emergency; the unit's own clerk is named by nobody."""
    known = staff.get(who)
    unit = found.targets.get("unit")
    own = (f"{UNIT}{unit}",) if who == "unit" and unit else ()
    if known is None:
        return People.model_construct(who=who, to=own, then=(), again=15)
    return known.model_copy(update={"to": (*own, *known.to)})


def _named(found: Emergency) -> list[Who]:
    return list(dict.fromkeys(("center", *(step.who for step in found.plan.steps))))


def _step(found: Emergency, place: Place, staff: Staff, about: Mapping[str, JSON], now: datetime) -> Iterator[Wanted]:
    if place.state in ENDED or not falls(place.step, found.places):
        return
    mine = people(found, staff, place.step.who)
    values: dict[str, JSON] = {**about, "due": shown(place.due), "step": _both(place.step.text, place.step.text_en)}
    yield Wanted(_key(found, f"step:{place.step.id}"), mine.to, YOURS, values)
    values |= {"who": _both(*WHO_BOTH[place.step.who])}
    following = mine.then or (people(found, staff, "center").to if place.step.who != "center" else ())
    for level, to in enumerate(_levels(mine, following)):
        if now > place.due + timedelta(minutes=mine.again) * level:
            yield Wanted(_key(found, f"late:{place.step.id}:{level}"), to, LATE, values)


def _levels(mine: People, following: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return who is told at the end of a step's time, then who is each time later."""
    if not mine.then:
        return [(*mine.to, *following)]
    return [(*mine.to, following[0]), *((name,) for name in following[1:])]


def _what(found: Emergency, county: County) -> JSON:
    unit = county.unit_by_id.get(found.targets.get("unit", ""))
    chinese, english = (unit.name, unit.name_en) if unit else 2 * (" ".join(found.targets.values()),)
    plan = found.plan
    if not chinese:
        return _both(plan.title, plan.title_en)
    return _both(f"{plan.title}（{chinese}）", f"{plan.title_en} ({english})")


def _both(chinese: str, english: str) -> JSON:
    return {CHINESE: chinese, ENGLISH: english}


def _key(found: Emergency, what: str) -> str:
    return f"emergency:{found.number}:{what}"
