"""The roll-out's records in memory: the same rules, no git."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from countynet import clock
from countynet.errors import NotAllowed
from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import Role
from dashboard.services.fake import FakeCounty
from dashboard.users.model import Person
from inventory.model import County, Training
from inventory.record.edit import KEYS, Edit, Put, Set
from inventory.rollout import attendance_edits, milestone_edits
from inventory.rollout.record import session_edits


@dataclass
class FakeRollout:
    """Changes the county of a `FakeCounty`."""

    source: FakeCounty

    def milestone(self, person: Person, unit: str, phase: str, done: date | None, reason: str) -> None:
        """Change a unit's milestone."""
        self._change(person, lambda county: milestone_edits(county, unit, phase, done, clock.today()))

    def session(self, person: Person, said: Mapping[str, str], reason: str) -> None:
        """Add a training session."""
        self._change(person, lambda county: session_edits(county, said))

    def attendance(self, person: Person, training: str, people: Mapping[str, int | None], reason: str) -> None:
        """Change a session's attendance."""
        self._change(person, lambda county: attendance_edits(county, training, people, clock.today()))

    def _change(self, person: Person, edits: Callable[[County], tuple[Edit, ...]]) -> None:
        if person.role is not Role.CENTER:
            raise NotAllowed(_("only the county information center records the roll-out"))
        for edit in edits(self.source.value):
            if isinstance(edit, Set):
                self.source.value = _with(self.source.value, edit)
            if isinstance(edit, Put):
                self.source.value = _more(self.source.value, edit)


def _with(county: County, edit: Set) -> County:
    """Return the county with one field of one item changed; not by model_copy, which would keep the old indexes."""
    sections = {name: getattr(county, name) for name in County.model_fields}
    sections[edit.section] = tuple(_changed(item, edit) for item in sections[edit.section])
    return County(**sections)


def _more(county: County, edit: Put) -> County:
    """Return the county with one training session more."""
    sections = {name: getattr(county, name) for name in County.model_fields}
    return County(**{**sections, edit.section: (*sections[edit.section], Training.model_validate(edit.item))})


def _changed(item: Frozen, edit: Set) -> Frozen:
    if getattr(item, KEYS[edit.section]) != edit.key:
        return item
    return type(item).model_validate({**item.model_dump(), edit.field: edit.value or ()})
