"""What the last analyses of rules found, out of the state folder, and their jobs out of the foundation's tables."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Engine, select

from countynet.db import reading, transaction
from countynet.i18n import translate
from countynet.jobs import Job, submit
from countynet.settings import Settings
from dashboard.services.model import JobView
from dashboard.services.real import job_logs
from dashboard.services.rules import PAGE, Chosen, FindingView, RulesView
from dashboard.users.model import Person
from topology.reach.analysis.kept import KeptRules, latest
from topology.reach.analysis.model import TITLES, Finding, Kind
from topology.reach.analysis.show import other, where
from topology.reach.service import Of

JOB = "rules"
TONES = {
    Kind.SHADOWED: "fail",
    Kind.OVER_WIDE: "fail",
    Kind.EXPIRED: "fail",
    Kind.NEVER_MATCHING: "shadowed",
    Kind.REDUNDANT: "shadowed",
    Kind.NEVER_HIT: "unknown",
}


@dataclass(frozen=True)
class RealRules:
    """The `Rules` protocol."""

    settings: Settings
    engine: Engine

    def view(self, chosen: Chosen) -> RulesView | None:
        """Return what the last analysis found."""
        kept = _last(self.settings, Of(chosen.of))
        if kept is None:
            return None
        report, begins = kept.report, int(chosen.start)
        fits = [f for f in report.findings if chosen.device in ("", f.device) and chosen.kind in ("", f.kind.value)]
        return RulesView(
            at=kept.at, of=chosen.of, rules=report.rules, devices=report.devices,
            counts=tuple((kind.value, translate(TITLES[kind]), report.count(kind)) for kind in Kind),
            names=tuple(dict.fromkeys(finding.device for finding in report.findings)),
            findings=tuple(map(_finding, fits[begins : begins + PAGE])), begins=begins, total=len(fits),
            held=len(report.held), unknown=report.unknown, uncounted=len(report.uncounted),
            counted=bool(report.counted or report.uncounted),
        )  # fmt: skip

    def start(self, person: Person, of: str) -> int:
        """Queue an analysis; of what devices run they are asked for their counters, too."""
        with transaction(self.engine) as session:
            busy = session.scalar(select(Job.id).where(Job.kind == JOB, Job.state.in_(job_logs.BUSY)))
            params = {"of": Of(of).value, "counters": Of(of) is Of.RUNNING}
            return submit(session, JOB, params, person.login) if busy is None else busy

    def job(self) -> JobView | None:
        """Return the last job."""
        with reading(self.engine) as session:
            job = session.scalar(select(Job).where(Job.kind == JOB).order_by(Job.id.desc()).limit(1))
            return None if job is None else job_logs.view(session, job)


def _last(settings: Settings, of: Of) -> KeptRules | None:
    """Return the last report; read again only when it is another."""
    try:
        stamp = (settings.state / f"rules-{of.value}.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _read(settings, of, stamp)


@lru_cache(maxsize=4)
def _read(settings: Settings, of: Of, _stamp: int) -> KeptRules | None:
    return latest(settings, of)


def _finding(found: Finding) -> FindingView:
    return FindingView(
        title=f"{found.device} {where(found)} {found.rule}", kind=translate(TITLES[found.kind]), tone=TONES[found.kind],
        says=found.says, others=tuple(map(other, found.others)), boxes=found.boxes, whole=found.whole,
        packet=found.packet, lines=tuple(f"{line.number}: {line.text.strip()}" for line in found.lines), fix=found.fix,
        sure=found.sure,
    )  # fmt: skip
