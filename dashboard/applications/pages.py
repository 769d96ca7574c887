"""The contexts of the pages of applications, and their words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from countynet import clock
from countynet.i18n import _
from dashboard.applications.service import Past
from dashboard.language import bare, named, t
from dashboard.runs.pages import state, tone, what
from dashboard.words import word
from inventory.model import County, PolicyRule, Service
from playbooks.applications.driven import Driven, Reach
from playbooks.applications.standing import HEALTHS, STAGES, Health, Stage, Standing
from playbooks.runner.model import Playbook
from playbooks.runner.run import Run

SOON = timedelta(days=30)
"""so long before its end a certificate is pointed out"""
TONES: Mapping[Health, str] = {
    Health.WORKS: "up",
    Health.MISSED: "shadowed",
    Health.DOWN: "down",
    Health.UNKNOWN: "unknown",
    Health.UNWATCHED: "unknown",
}
STAGE_TONES: Mapping[Stage, str] = {
    Stage.DEPLOYED: "pass",
    Stage.CHANGED: "minor",
    Stage.FAILED: "fail",
    Stage.WRONG: "fail",
}
WORDS: Mapping[str, str] = {
    "units": _("all units"),
    "browsing-units": _("units that may browse"),
    "devices": _("the devices"),
}


@dataclass(frozen=True)
class Told:
    """An application as people are told of it: words beside each sign."""

    found: Standing
    owner: str

    @property
    def stage(self) -> str:
        """How far it is."""
        return t(STAGES[self.found.stage])

    @property
    def stage_tone(self) -> str:
        """The sign beside it; empty for none."""
        return STAGE_TONES.get(self.found.stage, "")

    @property
    def health(self) -> str:
        """Whether it works."""
        return t(HEALTHS[self.found.health])

    @property
    def tone(self) -> str:
        """The sign of its health."""
        return TONES[self.found.health]

    @property
    def watched(self) -> bool:
        """Whether there is anything to say of its health."""
        return self.found.health is not Health.UNWATCHED

    @property
    def version(self) -> str:
        """What was deployed: our version and the inventory's commit."""
        here = self.found.state.deployed
        said = (here.data.get("version"), str(here.data.get("commit", ""))[:10]) if here else ()
        return " · ".join(str(part) for part in said if part)

    @property
    def ends_soon(self) -> bool:
        """Whether its certificate ends soon, or has ended."""
        return self.found.ends is not None and self.found.ends - clock.now() < SOON

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with its description."""
        return tuple(f"{problem.where}: {bare(problem)}" for problem in self.found.problems)


@dataclass(frozen=True)
class Rows:
    """The live part of the list."""

    template: ClassVar[str] = "applications/rows.html"
    rows: tuple[Told, ...]
    counts: tuple[tuple[str, str, int], ...]
    """tone, word and how many"""
    clerk: bool
    """links and health alone"""


@dataclass(frozen=True)
class ListPage:
    """All applications that the reader is shown."""

    template: ClassVar[str] = "applications/list.html"
    rows: Rows


@dataclass(frozen=True)
class OfferedPage:
    """One application as a unit sees it that may use it."""

    template: ClassVar[str] = "applications/offered.html"
    told: Told
    mine: bool
    """whether it is the unit's own"""
    may_report: bool


@dataclass(frozen=True)
class OnePage:
    """One application with all that its description drives."""

    template: ClassVar[str] = "applications/one.html"
    told: Told
    county: County
    driven: Driven | None
    past: Past
    runs: tuple[Run, ...]
    starts: tuple[Playbook, ...]
    """the playbooks that the reader may start on it now"""
    plans: bool
    """whether the reader may open plans"""
    state = staticmethod(state)
    tone = staticmethod(tone)
    what = staticmethod(what)

    @property
    def rules(self) -> Iterator[tuple[PolicyRule, str, str]]:
        """The rules that it makes, with source and target in words."""
        for rule in self.told.found.rules:
            yield rule, selected(self.county, rule.source), selected(self.county, rule.target)

    def reach(self, source: Reach) -> str:
        """Return a source of its reach in words."""
        return selected(self.county, source.selector)

    @staticmethod
    def ports(service: Service) -> str:
        """Return a service's protocol and ports."""
        return f"{service.protocol} {', '.join(map(str, service.ports))}".strip()

    @staticmethod
    def size(count: object) -> str:
        """Return a number of bytes for people."""
        return f"{count / 1e6:.1f} MB" if isinstance(count, int) else ""


def selected(county: County, selector: str) -> str:
    """Return a selector of the policy in words."""
    kind, _colon, name = selector.partition(":")
    if kind in WORDS:
        return t(WORDS[kind])
    found: Mapping[str, Mapping[str, str]] = {
        "unit": {unit.id: named(unit) for unit in county.units if unit.id == name},
        "host": {host.name: host.name for host in county.hosts if host.name == name},
        "zone": {zone.name.value: word(zone.name) for zone in county.zones if zone.name.value == name},
        "app": {one.id: named(one) for one in county.applications if one.id == name},
    }
    return found.get(kind, {}).get(name, selector)


def counted(rows: tuple[Told, ...]) -> tuple[tuple[str, str, int], ...]:
    """Return how many applications are how: by health those that are watched."""
    healths = [row.found.health for row in rows]
    shown = (Health.WORKS, Health.MISSED, Health.DOWN, Health.UNKNOWN)
    return tuple((TONES[one], t(HEALTHS[one]), healths.count(one)) for one in shown)


def due(moment: datetime | None) -> bool:
    """Whether a moment has passed."""
    return moment is not None and moment <= clock.now()
