"""The contexts of the pages about emergencies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from countynet import clock
from countynet.i18n import CHINESE, language, translate
from countynet.tellings import UNIT, Telling
from countynet.vocabulary import Role
from dashboard.language import named
from dashboard.localtime import lasting
from dashboard.runs.pages import TONES
from dashboard.services.model import JobView
from inventory.model import County, Unit
from monitoring.notices.model import NoticeState
from monitoring.notices.show import STATES as TOLD
from playbooks.emergency.book import Emergency
from playbooks.emergency.model import TARGETS, WHO, EmergencyPlan
from playbooks.emergency.rules import ENDED, STATES, Place, falls, waits_for
from playbooks.runner.states import STATES as RUN_STATES
from playbooks.runner.states import RunState


def about(found: Emergency, county: County) -> str:
    """Return what an emergency is about, a unit by its name; empty when its plan names nothing."""
    unit: Unit | None = county.unit_by_id.get(found.targets.get("unit", ""))
    return f"{unit.id} {named(unit)}" if unit else " ".join(found.targets.values())


@dataclass(frozen=True)
class Row:
    """One step as it stands."""

    number: int
    place: Place
    waits: tuple[int, ...]
    """the numbers of the steps that have to end before it is anybody's"""
    left: str
    """how long until its time is over, or since it is, in words"""

    @property
    def ended(self) -> bool:
        """Whether it was done or left out."""
        return self.place.state in ENDED

    @property
    def late(self) -> bool:
        """Whether its time is over."""
        return self.place.late(clock.now())

    @property
    def who(self) -> str:
        """Who does it."""
        return translate(WHO[self.place.step.who])

    @property
    def state(self) -> str:
        """Where it is, in words."""
        return translate(STATES[self.place.state])


def rows(found: Emergency) -> tuple[Row, ...]:
    """Return the steps of an emergency as they stand."""
    now, numbers = clock.now(), {place.step.id: number for number, place in enumerate(found.places, 1)}
    return tuple(
        Row(
            numbers[place.step.id],
            place,
            tuple(numbers[name] for name in waits_for(place.step, found.places)),
            lasting(min(now, place.due), max(now, place.due)),
        )
        for place in found.places
    )


@dataclass(frozen=True)
class Running:
    """An emergency in a list."""

    found: Emergency
    about: str

    @property
    def next(self) -> Row | None:
        """The open step whose time is over first."""
        now = [row for row in rows(self.found) if not row.ended and falls(row.place.step, self.found.places)]
        return min(now, key=lambda row: row.place.due, default=None)

    @property
    def late(self) -> int:
        """How many open steps are over their time."""
        return sum(row.late and not row.ended for row in rows(self.found))

    @property
    def open(self) -> int:
        """How many steps are open."""
        return sum(not row.ended for row in rows(self.found))


@dataclass(frozen=True)
class ListPage:
    """What runs, the plans, what is over."""

    template: ClassVar[str] = "emergencies/list.html"
    running: tuple[Running, ...]
    past: tuple[Running, ...]
    plans: tuple[EmergencyPlan, ...]
    may_start: bool
    problem: str = ""
    """what is wrong with the county's own file"""
    deaf: bool = False
    """whether nobody is told: the county's file names no people"""

    @staticmethod
    def needs(plan: EmergencyPlan) -> str:
        """Return what has to be named when a plan is started."""
        return ("、" if language() == CHINESE else ", ").join(translate(TARGETS[name]) for name in plan.needs)


@dataclass(frozen=True)
class StartPage:
    """The form that starts a plan, or drills it."""

    template: ClassVar[str] = "emergencies/form.html"
    plan: EmergencyPlan
    choices: Mapping[str, Sequence[tuple[str, str]]]
    """by what is to be named: ids and names"""
    given: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    titles: ClassVar[Mapping[str, str]] = TARGETS
    who: ClassVar[Mapping[str, str]] = WHO


@dataclass(frozen=True)
class LivePart:
    """The steps as they stand, and what the worker does: the part that follows."""

    template: ClassVar[str] = "emergencies/live.html"
    found: Emergency
    steps: tuple[Row, ...]
    job: JobView | None
    playbooks: Mapping[str, str] = field(default_factory=dict)
    """the playbooks of steps that whoever looks may open, with their names"""
    runs: Mapping[int, tuple[RunState, bool]] = field(default_factory=dict)
    """how the steps' runs stand, and whether each only looks"""
    tones: ClassVar[Mapping[RunState, str]] = TONES
    states: ClassVar[Mapping[RunState, str]] = RUN_STATES


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class Notice:
    """What somebody was told, and how that went."""

    telling: Telling
    unit: str = ""
    """the unit's name, when a unit was told"""

    @property
    def to(self) -> str:
        """Who was told."""
        return self.unit or self.telling.recipient.removeprefix(UNIT)

    @property
    def state(self) -> str:
        """How it went, in words."""
        return translate(TOLD[NoticeState(self.telling.state)])

    @property
    def bad(self) -> bool:
        """Whether they may not know of it."""
        return self.telling.state in (NoticeState.FAILED, NoticeState.DOUBTFUL) or (
            self.telling.state == NoticeState.QUEUED and self.telling.attempts > 0
        )


@dataclass(frozen=True)
class OnePage:
    """One emergency."""

    template: ClassVar[str] = "emergencies/one.html"
    found: Emergency
    about: str
    live: LivePart
    role: Role
    log: tuple[Line, ...]
    told: tuple[Notice, ...]
    problems: Mapping[str, str] = field(default_factory=dict)
    """what is wrong, by step or by `note`, `review`"""
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def mine(self) -> tuple[Row, ...]:
        """The open steps that whoever looks may move."""
        if self.found.ended is not None:
            return ()
        return tuple(row for row in self.live.steps if not row.ended and self._may(row.place))

    def _may(self, place: Place) -> bool:
        return self.role is Role.CENTER or (self.role is Role.OPERATOR and place.step.who == self.role.value)

    @property
    def writes(self) -> bool:
        """Whether whoever looks may write into the log."""
        return self.found.ended is None and self.role in (Role.CENTER, Role.OPERATOR)

    @property
    def ends(self) -> bool:
        """Whether whoever looks may end it, now or when the steps are through."""
        return self.found.ended is None and self.role is Role.CENTER

    @property
    def left(self) -> tuple[Row, ...]:
        """The steps that have to end before it may end."""
        return tuple(row for row in self.live.steps if row.place.step.must and not row.ended)


@dataclass(frozen=True)
class ReviewPage:
    """The log for the review, ready to print."""

    template: ClassVar[str] = "emergencies/review.html"
    found: Emergency
    about: str
    steps: tuple[Row, ...]
    log: tuple[Line, ...]
    told: tuple[Notice, ...]
    made: datetime
