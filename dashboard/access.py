"""Who may open what: one table for every endpoint, asked before every request.

Refuses by default: an endpoint that is not in the table is nobody's (a test fails for it, too). What depends on the
object, a clerk's own unit, is asked by `own_unit` in the view that has the object. Changing a row here changes the
rights; nothing else in the dashboard decides about roles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from flask import abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from countynet.vocabulary import Role
from dashboard.api.operations import OPERATIONS
from dashboard.stream import KIND
from dashboard.users.model import Person
from dashboard.web import services
from monitoring.knowledge.service import WRITERS as KNOWERS
from playbooks.plan.rules import CHANGERS


class Door(Enum):
    """Doors that are not about a role."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    TOKEN = "token"  # noqa: S105 - the name of a door
    """whoever shows a token with the scope (dashboard.api.gate); a session counts for nothing"""


@dataclass(frozen=True)
class Rule:
    """Who may call one endpoint."""

    who: frozenset[Role] | Door

    def admits(self, person: Person | None) -> bool:
        """Tell whether this person, or a stranger (None), may."""
        if self.who in (Door.ANYONE, Door.TOKEN):
            return True
        if person is None:
            return False
        return self.who is Door.SIGNED_IN or (isinstance(self.who, frozenset) and person.role in self.who)


def _roles(*roles: Role) -> Rule:
    return Rule(frozenset(roles))


ANYONE = Rule(Door.ANYONE)
SIGNED_IN = Rule(Door.SIGNED_IN)
TOKEN = Rule(Door.TOKEN)
WATCHERS = (Role.CENTER, Role.OPERATOR, Role.AUDITOR)
"""those who watch the whole county; the administrator keeps accounts and sees no operations"""
DESK = _roles(*WATCHERS)
KEEPERS = (Role.CENTER, Role.OPERATOR)
"""who registers visits and drills"""


def _records(kind: str, readers: Sequence[Role], writers: Sequence[Role]) -> dict[str, Rule]:
    """Return the rules of the pages of one kind of record."""
    reads, writes = _roles(*readers), _roles(*writers)
    shows = {f"{kind}.{page}": reads for page in ("page", "book", "one", "photograph")}
    return shows | {f"{kind}.{page}": writes for page in ("form", "add", "edit", "correct", "step")}


RUNS = ("catalogue", "form", "start", "page", "one", "live", "events", "go", "again", "cancel")
"""the service says which are shown to whom, and who starts and stops them"""
ACCESS: Mapping[str, Rule] = {
    "static": ANYONE,
    "auth.sign_in": ANYONE,
    "auth.enter": ANYONE,
    "auth.language": ANYONE,
    "auth.look": ANYONE,
    "auth.sign_out": SIGNED_IN,
    "auth.account": SIGNED_IN,
    "auth.change_password": SIGNED_IN,
    "help.page": ANYONE,
    "help.health": ANYONE,
    "board.home": SIGNED_IN,
    "board.page": DESK,
    "board.tiles_now": DESK,
    "topology.page": DESK,
    "topology.live": DESK,
    "topology.traffic": DESK,
    "topology.lines": DESK,
    "units.own": _roles(Role.UNIT),
    "units.page": _roles(*WATCHERS, Role.UNIT),
    "units.live": _roles(*WATCHERS, Role.UNIT),
    "outages.page": DESK,
    "outages.unit": _roles(*WATCHERS, Role.UNIT),
    "faults.queue": _roles(*WATCHERS, Role.UNIT),
    "faults.waiting": _roles(*WATCHERS, Role.UNIT),
    "faults.form": _roles(Role.CENTER, Role.UNIT),
    "faults.report": _roles(Role.CENTER, Role.UNIT),
    "faults.page": _roles(*WATCHERS, Role.UNIT),
    "faults.dispatch": _roles(Role.CENTER),
    "faults.start": _roles(Role.OPERATOR),
    "faults.arrive": _roles(Role.OPERATOR),
    "faults.pause": _roles(Role.OPERATOR, Role.CENTER),
    "faults.resume": _roles(Role.OPERATOR, Role.CENTER),
    "faults.repaired": _roles(Role.OPERATOR),
    "faults.confirm": _roles(Role.UNIT),
    "faults.reopen": _roles(Role.UNIT),
    "desk.hand": _roles(Role.CENTER),
    "desk.merge": _roles(Role.CENTER),
    "desk.part": _roles(Role.CENTER),
    "desk.split": _roles(Role.CENTER),
    "desk.link": _roles(Role.CENTER),
    "desk.unlink": _roles(Role.CENTER),
    "desk.correct": _roles(Role.CENTER),
    "desk.order": _roles(Role.CENTER, Role.OPERATOR),
    "desk.order_pdf": _roles(Role.CENTER, Role.OPERATOR),
    "report.form": ANYONE,
    "report.file": ANYONE,
    "report.receipt": ANYONE,  # what it shows needs the receipt's secret
    "report.look": ANYONE,
    "report.add": ANYONE,
    "report.done": ANYONE,
    "calls.form": _roles(Role.CENTER),
    "calls.file": _roles(Role.CENTER),
    **{f"codes.{page}": _roles(Role.CENTER) for page in ("page", "issue", "renew", "cards")},
    "sentences.page": _roles(Role.CENTER),
    "sentences.word": _roles(Role.CENTER),
    "bridge.page": _roles(Role.CENTER, Role.AUDITOR),
    "bridge.live": _roles(Role.CENTER, Role.AUDITOR),
    "bridge.retry": _roles(Role.CENTER),
    "photos.show_one": _roles(*WATCHERS, Role.UNIT),  # the service says which, and notes an auditor's look
    "photos.add": _roles(Role.CENTER, Role.UNIT),
    "photos.called": _roles(Role.CENTER),
    "evaluation.page": DESK,
    "evaluation.pdf": DESK,
    "evaluation.xlsx": DESK,
    "evaluation.expert": _roles(Role.CENTER),
    "evaluation.ranking": DESK,
    "evaluation.applications": DESK,
    "evaluation.own": _roles(Role.UNIT),
    "knowledge.page": _roles(*WATCHERS, Role.UNIT),
    "knowledge.offer": _roles(*WATCHERS, Role.UNIT),
    "knowledge.entry": _roles(*WATCHERS, Role.UNIT),
    "knowledge.form": _roles(*KNOWERS),
    "knowledge.write": _roles(*KNOWERS),
    "knowledge.edit": _roles(*KNOWERS),
    "knowledge.improve": _roles(*KNOWERS),
    "knowledge.withdraw": _roles(*KNOWERS),
    "knowledge.back": _roles(*KNOWERS),
    "knowledge.tried": _roles(*KNOWERS),
    "alarms.page": DESK,
    "alarms.live": DESK,
    "alarms.one": DESK,
    "alarms.acknowledge": _roles(Role.CENTER, Role.OPERATOR),
    "intrusions.page": _roles(*WATCHERS, Role.UNIT),  # the service says which
    "intrusions.one": _roles(*WATCHERS, Role.UNIT),
    "intrusions.answer": _roles(Role.CENTER, Role.OPERATOR),
    "intrusions.accept": _roles(Role.CENTER),
    "intrusions.withdraw": _roles(Role.CENTER),
    "coverage.page": DESK,
    "coverage.device": DESK,
    "coverage.cabling": DESK,
    "health.page": DESK,
    "health.live": DESK,
    "health.metrics": ANYONE,  # the view asks for a token, or that it is this machine
    "isolation.page": DESK,
    "isolation.live": DESK,
    "isolation.events": DESK,
    "isolation.certificate": DESK,
    "isolation.run": _roles(Role.CENTER, Role.AUDITOR),
    "rules.page": DESK,
    "rules.live": DESK,
    "rules.events": DESK,
    "rules.run": _roles(Role.CENTER, Role.AUDITOR),
    "audit.page": _roles(Role.CENTER, Role.AUDITOR),
    "audit.progress": _roles(Role.CENTER, Role.AUDITOR),
    "audit.events": _roles(Role.CENTER, Role.AUDITOR),
    "audit.run": _roles(Role.AUDITOR),
    "audit.report": _roles(Role.CENTER, Role.AUDITOR),
    "audit.printable": _roles(Role.CENTER, Role.AUDITOR),
    "audit.evidence": _roles(Role.CENTER, Role.AUDITOR),
    "audit.catalogue": _roles(Role.CENTER, Role.AUDITOR),
    "audit.clauses": _roles(Role.CENTER, Role.AUDITOR),
    "audit.export": _roles(Role.CENTER, Role.AUDITOR),
    "audit.accept": _roles(Role.CENTER),
    "audit.withdraw": _roles(Role.CENTER),
    "audit.fix": DESK,
    "audit.fix_making": DESK,
    "audit.fix_plan": _roles(*CHANGERS),
    **_records("visits", WATCHERS, KEEPERS),  # an operator sees and changes what it registered: the service says so
    **_records("drills", WATCHERS, KEEPERS),
    **_records("trainings", (Role.CENTER, Role.AUDITOR), (Role.CENTER,)),
    **_records("regulations", (Role.CENTER, Role.AUDITOR), (Role.CENTER,)),
    "reading.page": SIGNED_IN,
    "reading.text": SIGNED_IN,  # the service says whom a regulation asks
    "reading.file": SIGNED_IN,
    "reading.acknowledge": SIGNED_IN,
    "assets.page": _roles(Role.CENTER, Role.AUDITOR),
    "assets.book": _roles(Role.CENTER, Role.AUDITOR),
    "rollout.page": _roles(*WATCHERS, Role.UNIT),
    "rollout.gantt": DESK,
    "rollout.training": DESK,
    "rollout.attendance": _roles(Role.CENTER),
    "rollout.announce": _roles(Role.CENTER),
    "rollout.unit": _roles(*WATCHERS, Role.UNIT),
    "rollout.milestone": _roles(Role.CENTER),
    "rent.page": _roles(*WATCHERS, Role.UNIT),  # the view shows a unit its own lines, an operator its contracts
    "rent.download": _roles(*WATCHERS, Role.UNIT),
    "rent.xlsx": _roles(*WATCHERS, Role.UNIT),
    "rent.pdf": _roles(*WATCHERS, Role.UNIT),
    "inventory.page": DESK,
    "inventory.new": _roles(Role.CENTER),
    "inventory.add": _roles(Role.CENTER),
    "inventory.edit": _roles(Role.CENTER, Role.OPERATOR, Role.UNIT),
    "inventory.save": _roles(Role.CENTER, Role.OPERATOR, Role.UNIT),
    "inventory.leaving": _roles(Role.CENTER),
    "inventory.remove": _roles(Role.CENTER),
    "inventory.object": _roles(*WATCHERS, Role.UNIT),
    "inventory.change": _roles(Role.CENTER, Role.OPERATOR, Role.UNIT),
    "inventory.sections": DESK,
    "inventory.section": DESK,
    "inventory.log": DESK,
    "inventory.commit": DESK,
    "inventory.undo": _roles(Role.CENTER),
    "inventory.diff": DESK,
    "inventory.proposals": _roles(*WATCHERS, Role.UNIT),
    "inventory.proposal": _roles(*WATCHERS, Role.UNIT),
    "inventory.merge": _roles(Role.CENTER),
    "inventory.decline": _roles(Role.CENTER),
    "terminals.queue": _roles(*WATCHERS, Role.UNIT),
    "terminals.waiting": _roles(*WATCHERS, Role.UNIT),
    "terminals.form": _roles(Role.CENTER, Role.UNIT),
    "terminals.ask": _roles(Role.CENTER, Role.UNIT),
    "terminals.page": _roles(*WATCHERS, Role.UNIT),
    "terminals.progress": _roles(*WATCHERS, Role.UNIT),
    "terminals.events": _roles(*WATCHERS, Role.UNIT),
    "terminals.order": DESK,
    "terminals.approve": _roles(Role.CENTER),
    "terminals.decline": _roles(Role.CENTER),
    "terminals.withdraw": _roles(Role.CENTER, Role.UNIT),
    "terminals.connect": _roles(Role.OPERATOR),
    "terminals.configure": _roles(Role.OPERATOR),
    "terminals.of_unit": _roles(*WATCHERS, Role.UNIT),
    "terminals.remove": _roles(Role.CENTER, Role.UNIT),
    "scans.page": _roles(*WATCHERS, Role.UNIT),  # the view shows a unit its own, an operator its contracts
    "scans.one": _roles(*WATCHERS, Role.UNIT),
    "scans.export": _roles(*WATCHERS, Role.UNIT),
    "scans.start": _roles(Role.CENTER, Role.AUDITOR),
    "scans.responses": DESK,
    "scans.respond": DESK,
    "scans.respond_now": _roles(*CHANGERS),
    "scans.release": _roles(*CHANGERS),
    "scans.confirm": _roles(Role.CENTER),
    **{f"runs.{page}": SIGNED_IN for page in RUNS},
    "runs.approve": _roles(Role.CENTER),
    "runs.refuse": _roles(Role.CENTER),
    "plans.page": DESK,
    "plans.one": DESK,
    "plans.progress": DESK,
    "plans.events": DESK,
    "plans.proof": DESK,
    "plans.prove": _roles(Role.CENTER),
    "plans.form": _roles(*CHANGERS),
    "plans.make": _roles(*CHANGERS),
    "plans.making": DESK,
    "plans.making_progress": DESK,
    "plans.making_events": DESK,
    "plans.cancel_making": _roles(*CHANGERS),
    "plans.undo_form": _roles(*CHANGERS),
    "plans.undo": _roles(*CHANGERS),
    "plans.approve": _roles(Role.CENTER),
    "plans.apply": _roles(*CHANGERS),
    "plans.cancel": _roles(*CHANGERS),
    "windows.schedule": _roles(Role.CENTER),
    "windows.cancel": _roles(Role.CENTER),
    "emergencies.page": DESK,
    "emergencies.form": _roles(Role.CENTER),
    "emergencies.start": _roles(Role.CENTER),
    "emergencies.one": DESK,
    "emergencies.live": DESK,
    "emergencies.events": DESK,
    "emergencies.move": _roles(Role.CENTER, Role.OPERATOR),  # the service says which steps are whose
    "emergencies.act": _roles(Role.CENTER, Role.OPERATOR),
    "emergencies.note": _roles(Role.CENTER, Role.OPERATOR),
    "emergencies.close": _roles(Role.CENTER),
    "emergencies.review": DESK,
    "emergencies.pdf": DESK,
    "works.page": DESK,
    "works.form": _roles(Role.CENTER, Role.OPERATOR),
    "works.announce": _roles(Role.CENTER, Role.OPERATOR),
    "works.edit": _roles(Role.CENTER, Role.OPERATOR),
    "works.change": _roles(Role.CENTER, Role.OPERATOR),
    "works.end": _roles(Role.CENTER, Role.OPERATOR),
    "drift.page": DESK,
    "drift.found": DESK,
    "drift.events": DESK,
    "drift.look": _roles(*CHANGERS),
    "drift.accept": _roles(Role.CENTER),
    "drift.restore": _roles(*CHANGERS),
    "backups.page": DESK,
    "backups.newest": DESK,
    "backups.events": DESK,
    "backups.device": DESK,
    "backups.take": _roles(*CHANGERS),
    "backups.restore": _roles(*CHANGERS),
    "log.page": _roles(Role.CENTER, Role.AUDITOR),
    "log.checkpoint": _roles(Role.CENTER, Role.AUDITOR),
    "log.take": _roles(Role.AUDITOR),
    "users.page": _roles(Role.CENTER, Role.ADMIN),
    "users.issue": _roles(Role.CENTER, Role.ADMIN),
    "tokens.page": _roles(Role.CENTER, Role.ADMIN),
    "tokens.add": _roles(Role.CENTER, Role.ADMIN),
    "tokens.revoke": _roles(Role.CENTER, Role.ADMIN),
    "api.openapi": ANYONE,
    "api.docs": ANYONE,
    "api.unknown": ANYONE,
    **{f"api.{operation.id}": TOKEN for operation in OPERATIONS},
}


def gate() -> Response | None:
    """Run before every request: send strangers to the sign-in page, refuse the rest with 403."""
    g.person = recognise()
    if request.endpoint is None:
        return None
    rule = ACCESS.get(request.endpoint)
    if rule is not None and rule.admits(g.person):
        return None
    if g.person is None and rule is not None:
        return redirect(url_for("auth.sign_in", next=request.full_path if request.method == "GET" else None))
    abort(403)


def recognise() -> Person | None:
    """Return the person whose session the request carries; a page's own polling does not prolong the session."""
    token = session.get("token")
    if token is None or request.endpoint in ("static", "help.health") or _of_programs():
        return None
    by_itself = "X-Fragment" in request.headers or KIND in request.headers.get("Accept", "")
    return services().accounts.who(token, active=not by_itself)


def _of_programs() -> bool:
    rule = ACCESS.get(request.endpoint or "")
    return rule is not None and rule.who is Door.TOKEN


def own_unit(person: Person, unit: str) -> None:
    """Refuse with 403 when a clerk asks for another unit's page."""
    if not person.sees(unit):
        abort(403)
