"""Analyses of rules in memory, for tests of pages."""

from dataclasses import dataclass, field, replace

from dashboard.services.model import JobView
from dashboard.services.rules import Chosen, RulesView
from dashboard.users.model import Person


@dataclass
class FakeRules:
    """Views as given; starting an analysis only notes who did."""

    views: dict[str, RulesView] = field(default_factory=dict)
    started_by: list[tuple[str, str]] = field(default_factory=list)

    def view(self, chosen: Chosen) -> RulesView | None:
        """Return the one given with the findings of the device."""
        found = self.views.get(chosen.of)
        if found is None or not chosen.device:
            return found
        some = tuple(one for one in found.findings if one.title.startswith(f"{chosen.device} "))
        return replace(found, findings=some, total=len(some))

    def start(self, person: Person, of: str) -> int:
        """Note who started."""
        self.started_by.append((person.login, of))
        return len(self.started_by)

    def job(self) -> JobView | None:
        """Return the last as queued."""
        return JobView(len(self.started_by), "queued", ()) if self.started_by else None
