"""Work windows out of `playbooks.plan.windows`."""

from dataclasses import dataclass

from sqlalchemy import Engine

from countynet import clock
from countynet.errors import CountyError
from countynet.i18n import translate
from countynet.moments import moment
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.services.windows import WindowView
from dashboard.users.model import Person
from inventory.calendar.present import known
from playbooks.plan import rules
from playbooks.plan.book import Book
from playbooks.plan.windows import book as windows
from playbooks.plan.windows import model
from playbooks.plan.windows.model import WindowState


@dataclass(frozen=True)
class RealWindows:
    """The `Windows` protocol."""

    settings: Settings
    engine: Engine

    @property
    def _book(self) -> Book:
        return Book(self.settings, self.engine)

    def of(self, plan: int) -> WindowView | None:
        """Return the last window of a plan."""
        found = windows.last(self.engine, plan)
        if found is None:
            return None
        waits, warned = found.state is WindowState.WAITING, tuple[str, ...]()
        if waits:
            entry = self._book.get(plan)
            at_work = model.at_work(found.start, known(self.settings.county))
            warned = (*model.warnings(entry.plan, entry.approvals, found.start, clock.now()), *at_work)
        return WindowView(waits, found.when, translate(model.SAYS[found.state]), found.login, found.why, warned)

    def possible(self, person: Person, plan: int) -> frozenset[str]:
        """Return what this person may do now."""
        if person.role is not Role.CENTER:
            return frozenset()
        entry, found = self._book.get(plan), self.of(plan)
        try:
            rules.alive(entry.plan, entry.state, clock.now())
        except CountyError:
            return frozenset()
        return frozenset({"schedule", "unschedule"} if found and found.waits else {"schedule"})

    def schedule(self, person: Person, plan: int, start: str, end: str) -> None:
        """Put a plan into a window."""
        windows.only_center(person.login, person.role is Role.CENTER)
        windows.schedule(self._book, plan, moment(start, "start"), moment(end, "end"), person.login)

    def cancel(self, person: Person, plan: int) -> None:
        """Take it out."""
        windows.only_center(person.login, person.role is Role.CENTER)
        windows.cancel(self._book, plan, person.login)
