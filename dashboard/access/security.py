"""Pages about audit, terminals, the records of protection, and the log."""

from collections.abc import Mapping, Sequence

from countynet.vocabulary import Role
from dashboard.access.rule import DESK, KEEPERS, SIGNED_IN, WATCHERS, Rule, roles
from playbooks.plan.rules import CHANGERS


def records(kind: str, readers: Sequence[Role], writers: Sequence[Role]) -> dict[str, Rule]:
    """Return the rules of the pages of one kind of record."""
    reads, writes = roles(*readers), roles(*writers)
    shows = {f"{kind}.{page}": reads for page in ("page", "book", "one", "photograph")}
    return shows | {f"{kind}.{page}": writes for page in ("form", "add", "edit", "correct", "step")}


SECURITY: Mapping[str, Rule] = {
    "audit.page": roles(Role.CENTER, Role.AUDITOR),
    "audit.progress": roles(Role.CENTER, Role.AUDITOR),
    "audit.events": roles(Role.CENTER, Role.AUDITOR),
    "audit.run": roles(Role.AUDITOR),
    "audit.report": roles(Role.CENTER, Role.AUDITOR),
    "audit.printable": roles(Role.CENTER, Role.AUDITOR),
    "audit.evidence": roles(Role.CENTER, Role.AUDITOR),
    "audit.catalogue": roles(Role.CENTER, Role.AUDITOR),
    "audit.clauses": roles(Role.CENTER, Role.AUDITOR),
    "audit.export": roles(Role.CENTER, Role.AUDITOR),
    "audit.accept": roles(Role.CENTER),
    "audit.withdraw": roles(Role.CENTER),
    "audit.fix": DESK,
    "audit.fix_making": DESK,
    "audit.fix_plan": roles(*CHANGERS),
    **records("visits", WATCHERS, KEEPERS),  # an operator sees and changes what it registered: the service says so
    **records("drills", WATCHERS, KEEPERS),
    **records("trainings", (Role.CENTER, Role.AUDITOR), (Role.CENTER,)),
    **records("regulations", (Role.CENTER, Role.AUDITOR), (Role.CENTER,)),
    "reading.page": SIGNED_IN,
    "reading.text": SIGNED_IN,  # the service says whom a regulation asks
    "reading.file": SIGNED_IN,
    "reading.acknowledge": SIGNED_IN,
    "assets.page": roles(Role.CENTER, Role.AUDITOR),
    "assets.book": roles(Role.CENTER, Role.AUDITOR),
    "terminals.queue": roles(*WATCHERS, Role.UNIT),
    "terminals.waiting": roles(*WATCHERS, Role.UNIT),
    "terminals.form": roles(Role.CENTER, Role.UNIT),
    "terminals.ask": roles(Role.CENTER, Role.UNIT),
    "terminals.page": roles(*WATCHERS, Role.UNIT),
    "terminals.progress": roles(*WATCHERS, Role.UNIT),
    "terminals.events": roles(*WATCHERS, Role.UNIT),
    "terminals.order": DESK,
    "terminals.approve": roles(Role.CENTER),
    "terminals.decline": roles(Role.CENTER),
    "terminals.withdraw": roles(Role.CENTER, Role.UNIT),
    "terminals.connect": roles(Role.OPERATOR),
    "terminals.configure": roles(Role.OPERATOR),
    "terminals.of_unit": roles(*WATCHERS, Role.UNIT),
    "terminals.remove": roles(Role.CENTER, Role.UNIT),
    "leases.page": roles(*WATCHERS, Role.UNIT),  # the view shows a unit those in its own LAN
    "leases.live": roles(*WATCHERS, Role.UNIT),
    "scans.page": roles(*WATCHERS, Role.UNIT),  # the view shows a unit its own, an operator its contracts
    "scans.one": roles(*WATCHERS, Role.UNIT),
    "scans.export": roles(*WATCHERS, Role.UNIT),
    "scans.start": roles(Role.CENTER, Role.AUDITOR),
    "scans.responses": DESK,
    "scans.respond": DESK,
    "scans.respond_now": roles(*CHANGERS),
    "scans.release": roles(*CHANGERS),
    "scans.confirm": roles(Role.CENTER),
    "log.page": roles(Role.CENTER, Role.AUDITOR),
    "log.checkpoint": roles(Role.CENTER, Role.AUDITOR),
    "log.take": roles(Role.AUDITOR),
}
