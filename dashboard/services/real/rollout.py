"""The roll-out's records, as commits of the county folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from countynet import clock
from countynet.errors import NotAllowed
from countynet.i18n import _
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.services.real.county import CountyFolder
from dashboard.users.model import Person
from inventory.record import Author
from inventory.record.repository import Repository
from inventory.rollout.change import add_session, set_attendance, set_milestone


@dataclass(frozen=True)
class RealRollout:
    """The `Rollout` protocol."""

    settings: Settings
    county: CountyFolder

    def milestone(self, person: Person, unit: str, phase: str, done: date | None, reason: str) -> None:
        """Commit a milestone."""
        author = _author(person)
        record = Repository(self.settings)
        self._commit(lambda: set_milestone(record, unit, phase, done, clock.today(), author, reason))

    def session(self, person: Person, said: Mapping[str, str], reason: str) -> None:
        """Commit a training session."""
        author = _author(person)
        self._commit(lambda: add_session(Repository(self.settings), said, author, reason))

    def attendance(self, person: Person, training: str, people: Mapping[str, int | None], reason: str) -> None:
        """Commit attendance."""
        author = _author(person)
        record = Repository(self.settings)
        self._commit(lambda: set_attendance(record, training, people, clock.today(), author, reason))

    def _commit(self, commit: Callable[[], object]) -> None:
        commit()
        self.county.look_again()


def _author(person: Person) -> Author:
    """Return the author of a person's commit. Raises NotAllowed: only the center records the roll-out."""
    if person.role is not Role.CENTER:
        raise NotAllowed(_("only the county information center records the roll-out"))
    return Author(person.login)
