"""Drift and backups in memory, for tests of pages: they keep who may do what, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import unified_diff

from countynet.errors import NotAllowed
from countynet.i18n import _
from countynet.vocabulary import Role
from dashboard.services.model import JobView
from dashboard.services.running import Done, DriftView, VersionView
from dashboard.users.model import Person
from playbooks.plan.rules import may_change


def _only_center(person: Person) -> None:
    if person.role is not Role.CENTER:
        raise NotAllowed(_("{actor} may not do this: it is for the center"), actor=person.login)


@dataclass
class FakeDrifts:
    """A report as given."""

    view: DriftView = field(default_factory=lambda: DriftView(None, 0, (), ()))
    asked: list[str] = field(default_factory=list)

    def last(self) -> DriftView:
        """Return it."""
        return self.view

    def look(self, person: Person) -> int:
        """Note that it was asked for."""
        may_change(person.login, person.role)
        self.asked += [] if "look" in self.asked else ["look"]
        return 1 + self.asked.index("look")

    def accept(self, person: Person, device: str) -> int:
        """Note that it was asked for."""
        _only_center(person)
        self.asked.append(device)
        return len(self.asked)

    def job(self) -> JobView | None:
        """Return the look."""
        return JobView(1, "queued", ()) if "look" in self.asked else None

    def accepted(self) -> Done | None:
        """Return the last device asked for."""
        names = [name for name in self.asked if name != "look"]
        return Done(JobView(2, "queued", ()), names[-1]) if names else None


@dataclass
class FakeBackups:
    """Versions and texts as given."""

    texts: dict[VersionView, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def newest(self) -> Sequence[VersionView]:
        """Return the newest of each device."""
        found: dict[str, VersionView] = {}
        for version in sorted(self.texts, key=lambda v: v.at):
            found[version.device] = version
        return [found[name] for name in sorted(found)]

    def versions(self, device: str, limit: int) -> Sequence[VersionView]:
        """Return a device's."""
        mine = [version for version in self.texts if version.device == device]
        return sorted(mine, key=lambda v: v.at, reverse=True)[:limit]

    def text(self, device: str, commit: str) -> str | None:
        """Return one."""
        return next((t for v, t in self.texts.items() if (v.device, v.commit) == (device, commit)), None)

    def diff(self, device: str, old: str, new: str) -> str | None:
        """Return the difference of two."""
        was, is_ = self.text(device, old), self.text(device, new)
        if was is None or is_ is None:
            return None
        return "\n".join(unified_diff(was.splitlines(), is_.splitlines(), lineterm=""))

    def take(self, person: Person) -> int:
        """Note that it was asked for."""
        may_change(person.login, person.role)
        self.asked += [] if "take" in self.asked else ["take"]
        return 1 + self.asked.index("take")

    def restore(self, person: Person, device: str, commit: str) -> int:
        """Note that it was asked for."""
        may_change(person.login, person.role)
        self.asked.append(device)
        return len(self.asked)

    def job(self) -> JobView | None:
        """Return the look."""
        return JobView(1, "queued", ()) if "take" in self.asked else None

    def restored(self, device: str) -> Done | None:
        """Return the last request."""
        return Done(JobView(2, "queued", ()), device) if device in self.asked else None
