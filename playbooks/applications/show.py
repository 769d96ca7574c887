"""Tells people and programs of applications: what is described, how each stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from countynet import clock
from countynet.canonical import JSON
from countynet.console import say, table
from countynet.i18n import _, language, translate
from countynet.settings import Settings
from playbooks.applications import health, mirror, state
from playbooks.applications.deployed import Deployed, backup_job, deployable, one
from playbooks.applications.health import Seen
from playbooks.applications.kinds import kinds
from playbooks.applications.state import Happened, State
from playbooks.present import present_county


@dataclass(frozen=True)
class Row:
    """One application as it stands; `seen` is None where nobody looked."""

    one: Deployed
    state: State
    seen: tuple[Seen, ...] | None = None

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        application = self.one.application
        return application.name if language() == "zh_CN" else application.name_en

    @property
    def well(self) -> bool:
        """Whether it works as far as it shall: one that is not deployed does not have to."""
        return self.state.deployed is None or self.seen is None or all(seen.well for seen in self.seen)

    @property
    def ends(self) -> datetime | None:
        """When its first certificate ends."""
        return min((seen.ends for seen in self.seen or () if seen.ends), default=None)

    @property
    def vouched(self) -> bool:
        """Whether each of its certificates hangs on the root of the county's authority."""
        return bool(self.seen) and all(seen.vouched for seen in self.seen or ())

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        failed = self.state.failed
        return {
            "id": self.one.id,
            "name": self.one.application.name,
            "name_en": self.one.application.name_en,
            "kind": self.one.found.kind.kind,
            "dns": self.one.deployment.dns,
            "hosts": [host.name for host in self.one.hosts],
            "deployed": _document(self.state.deployed),
            "saved": _document(self.state.saved),
            "tried": _document(self.state.tried),
            "failed": _document(failed),
            "well": self.well,
            "health": None if self.seen is None else [_seen(seen) for seen in self.seen],
            "certificate_ends": self.ends.isoformat() if self.ends else None,
            "certificate_vouched": self.vouched,
        }


def overview(settings: Settings, engine: Engine) -> tuple[Row, ...]:
    """Return every application that we deploy, in the order of their needs. Raises BadInput."""
    found = deployable(present_county(settings), kinds(settings.county))
    return tuple(Row(each, state.of(engine, each.id)) for each in found.values())


def states(settings: Settings, engine: Engine, name: str = "") -> tuple[Row, ...]:
    """Return one application (all without a name) with the health of those that are deployed. Raises BadInput."""
    county, known = present_county(settings), kinds(settings.county)
    chosen = (one(county, known, name),) if name else tuple(deployable(county, known).values())
    return tuple(_looked(settings, each, state.of(engine, each.id)) for each in chosen)


def _looked(settings: Settings, each: Deployed, found: State) -> Row:
    return Row(each, found, health.look(settings, each) if found.deployed else None)


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
        "rules": [rule.id for rule in county.rules if rule.target in {f"host:{h.name}" for h in each.hosts}],
        "needs": list(kind.needs),
        "packages": list(mirror.packages(each.found)),
        "data": list(each.data),
        "backup": f"{job.target}, {job.every_hours} h, {each.deployment.backup_at}" if job else "",
        "restored_on": job.restored_on.isoformat() if job and job.restored_on else None,
        "memory_mb": kind.memory_mb,
        "minutes": kind.minutes,
        "settings": dict(each.deployment.settings),
    }


def listing(found: Sequence[Row]) -> None:
    """Print what there is."""
    columns = [
        translate(c) for c in (_("Application system"), _("Name"), _("Kind"), _("Hosts"), _("Address"), _("Deployed"))
    ]
    rows = [
        [
            r.one.id,
            r.name,
            r.one.found.kind.name,
            ", ".join(h.name for h in r.one.hosts),
            r.one.deployment.dns,
            _when(r.state.deployed),
        ]
        for r in found
    ]
    table(translate(_("Applications")), columns, rows)


def told(found: Sequence[Row]) -> None:
    """Print how applications stand."""
    columns = [
        translate(c)
        for c in (
            _("Application system"),
            _("Deployed"),
            _("Health"),
            _("Last backup"),
            _("Last trial"),
            _("Certificate until"),
        )
    ]
    rows = [
        [r.one.id, _when(r.state.deployed), _health(r), _when(r.state.saved), _when(r.state.tried), _certificate(r)]
        for r in found
    ]
    table(translate(_("Applications")), columns, rows)
    for row in found:
        if failure := row.state.failed:
            message = _("{name}: {action} failed at {at}; see: countynet run history")
            say(translate(message, name=row.one.id, action=failure.data.get("action", ""), at=_when(failure)))


def _health(row: Row) -> str:
    if row.seen is None:
        return "-"
    return "; ".join(f"{s.host}: {translate(_('works')) if s.well else s.words}" for s in row.seen)


def _certificate(row: Row) -> str:
    day = _day(row.ends)
    return translate(_("{day} (the county's authority)"), day=day) if row.vouched else day


def _seen(seen: Seen) -> dict[str, JSON]:
    return {"host": seen.host, "well": seen.well, "words": seen.words}


def _document(happened: Happened | None) -> dict[str, JSON] | None:
    return happened.document() if happened else None


def _when(happened: Happened | None) -> str:
    return happened.at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M") if happened else "-"


def _day(moment: datetime | None) -> str:
    return moment.astimezone(clock.CHINA).strftime("%Y-%m-%d") if moment else "-"
