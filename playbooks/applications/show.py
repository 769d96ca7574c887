"""Tells people and programs of applications: what is described, how each stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from countynet import clock
from countynet.canonical import JSON
from countynet.console import say, table
from countynet.i18n import _, describe, translate
from countynet.settings import Settings
from inventory.backups import backup_job
from playbooks.applications import health, mirror
from playbooks.applications.deployed import Deployed, deployable, one
from playbooks.applications.health import Seen
from playbooks.applications.kinds import kinds
from playbooks.applications.standing import HEALTHS, STAGES, Health, Standing, opened, standings
from playbooks.applications.state import Happened, State
from playbooks.present import present_county


@dataclass(frozen=True)
class Row:
    """One application as it stands, with what its hosts answer now."""

    standing: Standing
    seen: tuple[Seen, ...] | None = None
    """None where nobody looked"""

    @property
    def well(self) -> bool:
        """Whether it works as far as it shall: one that is not deployed does not have to."""
        return self.seen is None or all(seen.well for seen in self.seen)

    @property
    def ends(self) -> datetime | None:
        """When its first certificate ends."""
        return min((seen.ends for seen in self.seen or () if seen.ends), default=self.standing.ends)

    @property
    def vouched(self) -> bool:
        """Whether each of its certificates hangs on the root of the county's authority."""
        return bool(self.seen) and all(seen.vouched for seen in self.seen or ())

    def document(self) -> dict[str, JSON]:
        """Return it for programs: as it is listed, with what was seen now."""
        return {
            **self.standing.document(),
            "well": self.well,
            "now": None if self.seen is None else [_seen(seen) for seen in self.seen],
            "certificate_ends": self.ends.isoformat() if self.ends else None,
            "certificate_vouched": self.vouched,
        }


def overview(settings: Settings, engine: Engine) -> tuple[Standing, ...]:
    """Return how every application of the inventory stands, as far as is kept. Raises BadInput, Conflict."""
    return standings(settings, engine, present_county(settings))


def states(settings: Settings, engine: Engine, name: str = "") -> tuple[Row, ...]:
    """Return one application (all that we deploy without a name), asking those that are deployed. Raises BadInput."""
    county, known = present_county(settings), kinds(settings.county)
    chosen = (one(county, known, name),) if name else tuple(deployable(county, known).values())
    found = {each.id: each for each in standings(settings, engine, county, [each.id for each in chosen])}
    return tuple(_looked(settings, each, found[each.id]) for each in chosen)


def _looked(settings: Settings, each: Deployed, found: Standing) -> Row:
    return Row(found, health.look(settings, each) if found.state.deployed else None)


def facts(settings: Settings, name: str) -> dict[str, JSON]:
    """Return what an application is. Raises BadInput."""
    county = present_county(settings)
    each = one(county, kinds(settings.county), name)
    kind, job = each.found.kind, backup_job(county, name)
    return {
        "id": each.id,
        "name": each.application.name,
        "kind": kind.kind,
        "does": kind.said,
        "hosts": [host.name for host in each.hosts],
        "zone": each.application.zone.value,
        "level": each.application.level,
        "dns": each.deployment.dns,
        "services": list(each.application.services),
        "reach": list(each.deployment.reach),
        "rules": [rule.id for rule in opened(county, each.id)],
        "needs": list(kind.needs),
        "packages": list(mirror.packages(each.found)),
        "image": each.deployment.image or "",
        "data": list(each.data),
        "backup": f"{job.target}, {job.every_hours} h, {each.deployment.backup_at}" if job else "",
        "restored_on": job.restored_on.isoformat() if job and job.restored_on else None,
        "memory_mb": kind.memory_mb,
        "minutes": kind.minutes,
        "settings": dict(each.deployment.settings),
    }


_FACTS = {
    "id": _("Application system"),
    "name": _("Name"),
    "kind": _("Kind"),
    "does": _("What it is for"),
    "hosts": _("Hosts"),
    "zone": _("Zone"),
    "level": _("Classified level"),
    "dns": _("DNS name"),
    "services": _("Services"),
    "reach": _("Who may reach it"),
    "rules": _("Rules of the policy that this makes"),
    "needs": _("Needs"),
    "image": _("Container image"),
    "packages": _("Debian packages"),
    "data": _("Folders of its data"),
    "backup": _("Backup: where to, how often, at"),
    "restored_on": _("Last restore drill"),
    "memory_mb": _("Memory, MB"),
    "minutes": _("Time of a deploy, minutes"),
    "settings": _("Settings"),
}


def described(found: Mapping[str, JSON]) -> None:
    """Print what `facts` returns, in the reader's language."""
    rows = [[translate(_FACTS[key]), _text(value)] for key, value in found.items()]
    table("", (translate(_("what")), translate(_("value"))), rows)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return "-" if value in ("", None, {}) else str(value)


def listing(found: Sequence[Standing]) -> None:
    """Print what there is."""
    heads = (_("Application system"), _("Name"), _("Kind"), _("Hosts"), _("Address"), _("Deployed"), _("State"))
    rows = [
        [
            each.id,
            each.name,
            each.one.found.kind.name if each.one else "-",
            ", ".join(host.name for host in each.hosts),
            each.one.deployment.dns if each.one else "-",
            _when(each.state.deployed),
            state_of(each),
        ]
        for each in found
    ]
    table(translate(_("Applications")), [translate(head) for head in heads], rows)
    for each in found:
        for problem in each.problems:
            say(f"{each.id}: {describe(problem)}")


def state_of(each: Standing) -> str:
    """Return how far an application is and how it works, in a few words."""
    words = [translate(STAGES[each.stage])]
    if each.health is not Health.UNWATCHED:
        words.append(translate(HEALTHS[each.health]))
    return ", ".join(words)


def told(found: Sequence[Row]) -> None:
    """Print how applications stand."""
    heads = (
        _("Application system"),
        _("Deployed"),
        _("Health"),
        _("Last backup"),
        _("Last trial"),
        _("Certificate until"),
    )
    rows = [[r.standing.id, *_times(r.standing.state, _health(r)), _certificate(r)] for r in found]
    table(translate(_("Applications")), [translate(head) for head in heads], rows)
    for row in found:
        if row.standing.kept:
            message = _(
                "{name}: the center's alone; backed up, tried and renewed from the center's own machine, not from here"
            )
            say(translate(message, name=row.standing.id))
        if failure := row.standing.state.failed:
            message = _("{name}: {action} failed at {at}; see: countynet run history")
            say(translate(message, name=row.standing.id, action=failure.data.get("action", ""), at=_when(failure)))


def _times(state: State, health_: str) -> tuple[str, ...]:
    return _when(state.deployed), health_, _when(state.saved), _when(state.tried)


def _health(row: Row) -> str:
    if row.seen is None:
        return "-"
    return "; ".join(f"{s.host}: {translate(_('works')) if s.well else s.words}" for s in row.seen)


def _certificate(row: Row) -> str:
    day = _day(row.ends)
    return translate(_("{day} (the county's authority)"), day=day) if row.vouched else day


def _seen(seen: Seen) -> dict[str, JSON]:
    return {"host": seen.host, "well": seen.well, "words": seen.words}


def _when(happened: Happened | None) -> str:
    return happened.at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M") if happened else "-"


def _day(moment: datetime | None) -> str:
    return moment.astimezone(clock.CHINA).strftime("%Y-%m-%d") if moment else "-"
