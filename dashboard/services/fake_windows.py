"""Work windows in memory, for tests of pages: they keep who may do what, and nothing else."""

from dataclasses import dataclass, field

from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import _
from countynet.vocabulary import Role
from dashboard.services.windows import WindowView
from dashboard.users.model import Person


@dataclass
class FakeWindows:
    """Windows as given."""

    all: dict[int, WindowView] = field(default_factory=dict)

    def of(self, plan: int) -> WindowView | None:
        """Return it."""
        return self.all.get(plan)

    def possible(self, person: Person, plan: int) -> frozenset[str]:
        """Return what this person may do."""
        if person.role is not Role.CENTER:
            return frozenset()
        found = self.all.get(plan)
        return frozenset({"schedule", "unschedule"} if found and found.waits else {"schedule"})

    def schedule(self, person: Person, plan: int, start: str, end: str) -> None:
        """Keep it."""
        self._center(person)
        if not start < end:
            raise BadInput([Problem(_("the window ends before it begins"))])
        self.all[plan] = WindowView(True, f"{start} - {end}", "waits", person.login)

    def cancel(self, person: Person, plan: int) -> None:
        """Drop it."""
        self._center(person)
        if plan not in self.all:
            raise Conflict(_("plan {plan} waits for no window"), plan=plan)
        del self.all[plan]

    def _center(self, person: Person) -> None:
        if person.role is not Role.CENTER:
            raise NotAllowed(_("{actor} may not put a plan into a window: it is for the center"), actor=person.login)
