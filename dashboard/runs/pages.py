"""The contexts of the pages about playbooks and runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from countynet.vocabulary import Role
from dashboard.freezes.pages import HeldPart
from dashboard.language import t
from dashboard.runs.inputs import Entry
from dashboard.runs.log import BAD, Asked, Fold, counted
from dashboard.runs.picture import Picture
from dashboard.runs.schedules.pages import Inputs
from dashboard.runs.service import streams
from dashboard.words import word
from inventory.selection_words import in_words
from playbooks.runner import show
from playbooks.runner.compare import OUTCOMES, Comparison, Side
from playbooks.runner.model import Playbook
from playbooks.runner.run import HostEnd, Run
from playbooks.runner.schedules.schedule import Schedule
from playbooks.runner.states import STATES, RunState
from playbooks.stage import outcome_word

TONES: Mapping[RunState, str] = {
    RunState.DONE: "up",
    RunState.FAILED: "down",
    RunState.BROKEN: "down",
    RunState.REFUSED: "shadowed",
    RunState.EXPIRED: "shadowed",
}


def state(run: Run) -> str:
    """Return a run's state in words."""
    return t(STATES[run.state])


def tone(run: Run) -> str:
    """Return the sign of a run's state: up, down, shadowed, or unknown for what has not ended."""
    return TONES.get(run.state, "unknown")


def what(run: Run) -> str:
    """Return whether a run looks or changes."""
    return show.what(run)


def took(seconds: float | None) -> str:
    """Return a length of time in words, a dash when it is not known."""
    return show.duration(seconds)


@dataclass(frozen=True)
class Row:
    """A playbook in the list."""

    playbook: Playbook
    seconds: float | None
    """what its last run took that changed and ended well"""
    last: Run | None
    """the last one that whoever looks may see"""
    may_start: bool

    @property
    def roles(self) -> str:
        """Who may run it."""
        return ", ".join(word(role) for role in self.playbook.may_run)

    @property
    def on(self) -> str:
        """What it is run on, in words."""
        target = self.playbook.field(self.playbook.target or "")
        if target is None:
            return t("the whole county")
        return t("{target}, all when none is named", target=target.said) if not target.needed else target.said

    @property
    def limits(self) -> tuple[tuple[str, str], ...]:
        """Roles that may run it on a part only, and which."""
        return tuple((word(role), in_words(limit)) for role, limit in self.playbook.within.items())


@dataclass(frozen=True)
class CataloguePage:
    """Every playbook that somebody is shown."""

    template: ClassVar[str] = "runs/catalogue.html"
    rows: tuple[Row, ...]
    waiting: tuple[Run, ...]
    """runs that wait for the reader's approval"""
    agreeing: tuple[Schedule, ...]
    """schedules that do"""
    problem: str = ""
    """what is wrong with the county's own file"""
    state = staticmethod(state)
    tone = staticmethod(tone)
    took = staticmethod(took)
    what = staticmethod(what)


@dataclass(frozen=True)
class PicturePart:
    """What a run touches: a map and a list."""

    template: ClassVar[str] = "runs/picture.html"
    picture: Picture
    width: int
    height: int
    drawn: bool
    """whether whoever looks may see the map of the county; else only the names are told"""


@dataclass(frozen=True)
class FormPage:
    """A playbook's launch form."""

    template: ClassVar[str] = "runs/form.html"
    row: Row
    entries: tuple[Entry, ...]
    picture: PicturePart | None
    rhythm: Inputs
    """when it shall be run by the calendar"""
    schedules: int
    """of this playbook that the reader is shown"""
    others: tuple[str, ...] = ()
    """what is wrong and belongs to no field"""
    state = staticmethod(state)
    tone = staticmethod(tone)
    took = staticmethod(took)

    @property
    def following(self) -> bool:
        """Whether a default goes by what is typed into another field."""
        return any(entry.leads for entry in self.entries)


@dataclass(frozen=True)
class ListPage:
    """The history of runs."""

    template: ClassVar[str] = "runs/list.html"
    runs: tuple[Run, ...]
    playbooks: tuple[tuple[str, str], ...]
    people: tuple[str, ...]
    chosen: Mapping[str, str]
    """playbook, state, person"""
    waiting: tuple[Run, ...]
    older: int | None
    """the run before which the next page begins, None when there are none"""
    later: bool = False
    """whether there are newer ones than are shown"""
    states: ClassVar[Mapping[RunState, str]] = STATES
    state = staticmethod(state)
    tone = staticmethod(tone)
    took = staticmethod(took)
    what = staticmethod(what)

    @property
    def query(self) -> dict[str, str]:
        """What is chosen, as parameters of an address."""
        return {name: text for name, text in self.chosen.items() if text}


@dataclass(frozen=True)
class Stands:
    """Where a run stands, and what may be done now: the part that follows."""

    template: ClassVar[str] = "runs/stands.html"
    run: Run
    actions: frozenset[str]
    tallies: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    """tasks of a run under way, and how many hosts came out how"""
    state = staticmethod(state)
    tone = staticmethod(tone)
    took = staticmethod(took)
    outcome = staticmethod(outcome_word)

    @property
    def failed(self) -> tuple[HostEnd, ...]:
        """Hosts that failed."""
        return tuple(end for end in self.run.hosts if end.error)

    @property
    def changed(self) -> int:
        """Hosts on which something changed."""
        return sum(bool(end.changed and not end.error) for end in self.run.hosts)


@dataclass(frozen=True)
class LivePart:
    """A run as it goes: where it stands, what it says, its log folded."""

    template: ClassVar[str] = "runs/live.html"
    stands: Stands
    folds: tuple[Fold, ...]
    asked: Asked
    said: tuple[str, ...]
    """the last lines of a run under way"""
    last: int
    """the number of the last line, from which a stream goes on"""
    bad: ClassVar[tuple[str, ...]] = BAD
    outcome = staticmethod(outcome_word)

    @property
    def run(self) -> Run:
        """The run."""
        return self.stands.run

    @property
    def busy(self) -> bool:
        """Whether it runs or is about to: then there is a stream."""
        return streams(self.run)

    @property
    def query(self) -> dict[str, str]:
        """What is asked for, as parameters of an address."""
        asked = {"q": self.asked.words, "by": self.asked.by, "only": self.asked.only}
        return {name: text for name, text in asked.items() if text and text != "task"}


@dataclass(frozen=True)
class RunPage:
    """One run."""

    template: ClassVar[str] = "runs/one.html"
    live: LivePart
    others: tuple[Run, ...]
    """runs of the same playbook to compare it with"""
    picture: PicturePart | None
    fields: tuple[tuple[str, str, str | None, bool], ...]
    """the launch form's labels, the values, secrets masked, where a default is from (None for what was given), and
    whether the value is several names"""
    link: str
    """the launch form with the same values"""
    plan: bool
    """whether whoever looks may open plans"""
    forms: tuple[str, ...] = ()
    """what whoever looks may do with it at some time; the live part has the buttons"""
    error: str = ""
    """what is wrong with what was typed as a reason"""
    held: HeldPart | None = None
    """what keeps it from being carried out"""
    state = staticmethod(state)
    what = staticmethod(what)


@dataclass(frozen=True)
class ComparePage:
    """Two runs of one playbook."""

    template: ClassVar[str] = "runs/compare.html"
    found: Comparison
    state = staticmethod(state)
    tone = staticmethod(tone)
    took = staticmethod(took)
    what = staticmethod(what)

    def label(self, name: str) -> str:
        """Return a field's label."""
        field = self.found.one.playbook.field(name)
        return field.said if field else name

    def several(self, name: str) -> bool:
        """Whether a field's value is several names."""
        field = self.found.one.playbook.field(name)
        return field is not None and field.several

    @staticmethod
    def outcome(side: Side) -> str:
        """Return how a host came out, in words."""
        return t(OUTCOMES[side.outcome])


def row(playbook: Playbook, role: Role, seconds: float | None, last: Run | None) -> Row:
    """Return a playbook as it stands in the list."""
    return Row(playbook, seconds, last, role in playbook.may_run)


def tallied(found: Mapping[str, Mapping[str, int]]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Return tasks with their counts, the worst outcomes first."""
    return tuple((task, counted(tally)) for task, tally in found.items())
